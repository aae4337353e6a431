"""What the programme costs: by tier and purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.analysis.wording import named, number, part
from cascadesim.report.board import Board
from cascadesim.report.marks import hatched, title, wrapped
from cascadesim.report.rows import currency_of
from cascadesim.report.style import FAINT, INK, LOOKS, SEVERAL_LOOK, Look

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

PURPOSES = {
    "recruitment": ("recruitment", LOOKS[5]),
    "training": ("courses", LOOKS[1]),
    "refreshers": ("refreshers", LOOKS[6]),
    "supervision": ("supervision", LOOKS[0]),
    "clients": ("work with clients", LOOKS[2]),
    "research": ("research", LOOKS[7]),
    "other_duties": ("other duties", SEVERAL_LOOK),
    "service": ("by the week in service", LOOKS[4]),
    "engagement": ("engagement", LOOKS[3]),
}
CLIENT_PURPOSES = {
    "referral": ("referrals", Look("#A9D6F0", hatch="///")),
    "screening": ("screening", Look("#F3CD7C", hatch="...")),
    "sessions": ("sessions", Look("#85CFBA", hatch="")),
    "interpreters": ("interpreters", Look("#EAC6DA", hatch="xxx")),
}
WHOLE = Look("#555555")
ROW_INCHES = 0.55


def _bars(board: Board) -> dict[str, dict[str, tuple[str, Look, np.ndarray]]]:
    """By whose costs they are: purpose -> (words, look, an entry a replication)."""
    known = set(board.kpis.columns)
    whole = {
        name: (name, WHOLE, board.kpi(f"cost.{name}"))
        for name in ("programme", "organisation")
        if f"cost.{name}" in known
    }
    found = {"programme as a whole": {"programme": whole["programme"]}} if "programme" in whole else {}
    if "organisation" in whole:
        found["workplace training"] = {"organisation": whole["organisation"]}
    owners = [("clients", "clients.", CLIENT_PURPOSES)]
    owners += [(named(tier), f"tier.{tier}.", PURPOSES) for tier in board.tiers]
    for words, prefix, purposes in owners:
        lines = {
            name: (said, look, board.kpi(f"cost.{prefix}{name}"))
            for name, (said, look) in purposes.items()
            if f"cost.{prefix}{name}" in known
        }
        if lines:
            found[words] = lines
    return found


def costs_height(board: Board) -> float:
    """Inches."""
    return 2.3 + ROW_INCHES * len(_bars(board))


def draw_costs(figure: Figure, board: Board) -> None:
    """One bar for the programme, the clients and each tier, cut by purpose."""
    axes = figure.subplots()
    bars = _bars(board)
    total = float(board.kpi("cost.total").mean())
    legend: dict[str, Patch] = {}
    for place, (_, lines) in enumerate(bars.items()):
        legend |= _draw_bar(axes, -place, lines, total)
    axes.set_yticks([-place for place in range(len(bars))], [wrapped(words, 34) for words in bars])
    axes.set_xlabel(f"Costs ({currency_of(board.scenario)})")
    axes.xaxis.set_major_formatter(lambda value, _: number(value))
    axes.set_ylim(-len(bars) + 0.4, 0.6)
    axes.margins(x=0.16)
    axes.grid(axis="x")
    axes.grid(visible=False, axis="y")
    if legend:
        figure.legend(legend.values(), legend.keys(), loc="outside lower center", ncols=min(6, len(legend)))
    spread = "" if board.runs == 1 else ": bars the means of runs, lines the middle 80 % of runs"
    title(figure, "Costs by tier and purpose", f"{board.note}{spread}; in all {number(total)}")


def _draw_bar(
    axes: Axes, height: int, lines: dict[str, tuple[str, Look, np.ndarray]], total: float
) -> dict[str, Patch]:
    """The patches by what they stand for."""
    import numpy as np

    legend: dict[str, Patch] = {}
    left = 0.0
    for words, look, values in lines.values():
        mean = float(values.mean())
        patch = axes.barh(height, mean, left=left, height=0.62, color=look.color).patches[0]
        hatched(patch, look)
        left += mean
        if look is not WHOLE and mean > 0:
            legend[words] = patch
    low, high = (float(each) for each in np.quantile(sum(values for *_, values in lines.values()), (0.1, 0.9)))
    if low < high:
        axes.plot([low, high], [height, height], color=INK, linewidth=1.2, marker="|", markersize=6)
    axes.annotate(
        f"{number(left)} ({part(left / total)})" if total else number(left),
        (max(left, high), height),
        xytext=(7, 0),
        textcoords="offset points",
        va="center",
        fontsize=8.5,
        color=FAINT,
    )
    return legend
