"""What training yields: from recruits to people who are still there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.analysis.wording import named, number, part
from cascadesim.report.board import Board
from cascadesim.report.marks import hatched, title, whole_numbers, wrapped
from cascadesim.report.style import BLUE, FAINT, GREEN, INK, ORANGE, PURPLE, SKY, Look
from cascadesim.scenario import defaults
from cascadesim.scenario.mechanisms import tier_mechanisms

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

GATES = {
    "recruited": ("recruited", Look(SKY, hatch="...")),
    "entered_course": ("entered a course", Look(PURPLE, hatch="---")),
    "passed": ("passed it", Look(ORANGE, hatch="///")),
    "certified": ("certified", Look(GREEN, hatch="\\\\\\")),
    "active": ("active at the end", Look(BLUE)),
}
ROW_INCHES = 2.5
COLUMNS = 3


def _trained(board: Board) -> list[str]:
    names = [tier for level, tier in enumerate(board.tiers) if defaults.trains(board.scenario.tier[tier], level)]
    return names or list(board.tiers)


def _initial(board: Board, tier: str) -> int:
    """How many were there and certified from the start."""
    return sum(staff.initial for staff in defaults.staff(board.scenario.tier[tier]).values())


def pipeline_height(board: Board) -> float:
    """Inches."""
    return 1.4 + ROW_INCHES * -(-len(_trained(board)) // COLUMNS)


def gates(board: Board, tier: str) -> dict[str, np.ndarray]:
    """People who got through each gate over the whole run, an entry a replication.

    Those who were there and certified at the start went through none, and are left out but for the last: still active.
    Who entered a (first) course is known for the window of the KPIs only, so it is left out where that opens late.
    """
    level, initial = board.tiers.index(tier), _initial(board, tier)
    found = {
        name: board.values(f"tier.{tier}.{name}")[:, -1] for name in ("recruited", "passed", "certified", "active")
    }
    found["recruited"] = found["recruited"] - initial
    found["certified"] = found["certified"] - initial
    if board.scenario.measure_from_week == 0:
        several = "retakes" in tier_mechanisms(board.scenario, level)
        found["entered_course"] = board.kpi(f"tier.{tier}.{'began_training' if several else 'entered_course'}")
    if not defaults.trains(board.scenario.tier[tier], level):
        return {"recruited": found["recruited"] + initial, "active": found["active"]}
    return {name: found[name] for name in GATES if name in found}


def draw_pipeline(figure: Figure, board: Board) -> None:
    """One panel for each tier that is trained."""
    tiers = _trained(board)
    columns = min(COLUMNS, len(tiers))
    rows = -(-len(tiers) // columns)
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for place, axes in enumerate(grid):
        if place >= len(tiers):
            axes.set_axis_off()
            continue
        draw_gates(axes, board, tiers[place])
    spread = "" if board.runs == 1 else ": bar the mean of runs, line the middle 80 % of runs"
    title(figure, "Training pipeline: who gets through", f"{board.note}{spread}; per cent of those recruited")


def draw_gates(axes: Axes, board: Board, tier: str) -> None:
    """Bars from recruited to still active, each with its number and its share of those recruited."""
    import numpy as np

    found = gates(board, tier)
    recruited = float(found["recruited"].mean())
    for place, (name, values) in enumerate(found.items()):
        look, mean = GATES[name][1], float(values.mean())
        low, high = (float(each) for each in np.quantile(values, (0.1, 0.9)))
        hatched(axes.barh(-place, mean, height=0.66, color=look.color).patches[0], look)
        if board.runs > 1:
            axes.plot([low, high], [-place, -place], color=INK, linewidth=1.2, marker="|", markersize=6)
        share = f" ({part(mean / recruited)})" if recruited and place else ""
        axes.annotate(
            f"{number(mean)}{share}",
            (max(mean, high), -place),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
            fontsize=8.5,
            color=FAINT,
        )
    axes.set_yticks([-place for place in range(len(found))], [GATES[name][0] for name in found])
    initial = _initial(board, tier) if "certified" in found else 0
    axes.set_xlabel("People" + (f"\n(and {initial} there from the start, in the last bar only)" if initial else ""))
    axes.set_title(wrapped(named(tier), 40))
    axes.set_xlim(0, max(1.0, axes.get_xlim()[1]) * 1.22)
    whole_numbers(axes.xaxis)
    axes.grid(axis="x")
    axes.grid(visible=False, axis="y")
