"""Every figure that a run draws, in one table. A new one is a function and a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from cascadesim.analysis.warm_up import settling
from cascadesim.analysis.wording import window
from cascadesim.errors import CascadeError, pick
from cascadesim.report.figure_data import RunFigureData
from cascadesim.report.figures.binding_constraints import draw_bottleneck
from cascadesim.report.figures.clients import classes, draw_classes, draw_clients, draw_target
from cascadesim.report.figures.costs import draw_costs
from cascadesim.report.figures.warm_up import draw_warm_up
from cascadesim.report.figures.workforce import (
    draw_competence,
    draw_exits,
    draw_hours,
    draw_organisation,
    draw_pipeline,
    draw_staffing,
    exit_reasons,
    with_competence,
)
from cascadesim.report.style import attempt, save, styled
from cascadesim.scenario.schema import Scenario


@dataclass(frozen=True)
class RunFigureKind:
    """One figure: how it is drawn, how to read it, and whether it applies to a run (every figure does if not said)."""

    draw: Callable[[RunFigureData], Figure]
    caption: str
    applies: Callable[[RunFigureData], bool] = lambda _: True
    beyond: str = ""  # what it shows of the weeks before the window, where there is one

    def caption_of(self, data: RunFigureData) -> str:
        """The same with the window, where there is one."""
        weeks = window(data.scenario)
        if not weeks:
            return self.caption
        return " ".join(filter(None, (self.caption, f"Measured from {weeks}.", self.beyond)))


ALL_WEEKS = "The weeks before are shown, too; a dotted line marks where measuring begins."

FIGURES: dict[str, RunFigureKind] = {
    "target": RunFigureKind(
        draw_target,
        "How often the target is reached. Each run counts once, at its value.",
        lambda data: data.scenario.target is not None and data.runs > 1,
    ),
    "bottleneck": RunFigureKind(
        draw_bottleneck,
        "Binding constraints over time. Above: the share of runs in which each root cause makes clients or workers "
        "wait. Below: the queues, by constraint.",
        beyond=ALL_WEEKS,
    ),
    "staffing": RunFigureKind(
        draw_staffing,
        "Staff by tier (rows) and state (columns). Line: median of runs; dark band: middle 50 %; light: middle 80 %.",
        beyond=ALL_WEEKS,
    ),
    "clients": RunFigureKind(
        draw_clients,
        "Clients waiting and in care; started and completed so far; left without completing.",
        lambda data: data.scenario.clients is not None,
        beyond=ALL_WEEKS,
    ),
    "hours": RunFigureKind(
        draw_hours,
        "Hours committed per week in each tier, by purpose, and hours available.",
        beyond=ALL_WEEKS,
    ),
    "pipeline": RunFigureKind(
        draw_pipeline,
        "How many recruits pass each step of training, and how many are active at the end.",
        beyond="This figure counts the whole run.",
    ),
    "exits": RunFigureKind(draw_exits, "Who left, by tier and reason.", lambda data: bool(exit_reasons(data))),
    "competence": RunFigureKind(
        draw_competence,
        "Mean competence of apprentices, active and absent workers, and the competence required.",
        lambda data: bool(with_competence(data)),
        beyond=ALL_WEEKS,
    ),
    "organisation": RunFigureKind(
        draw_organisation,
        "States of the workplaces. They decay; trainings of whole workplaces raise them.",
        lambda data: bool(data.scenario.organisation),
        beyond=ALL_WEEKS,
    ),
    "classes": RunFigureKind(
        draw_classes,
        "Outcomes of clients and their waits, by stream, language and site.",
        lambda data: bool(classes(data)),
    ),
    "warm_up": RunFigureKind(
        draw_warm_up,
        "Whether the programme has settled when measuring begins. Thin: the mean of runs. Thick: its moving average "
        "(Welch 1983). Dashed: where it is steady from, by MSER-5 (White 1997).",
        lambda data: data.scenario.measure_from_week > 0 and bool(settling(data.scenario, data.trajectories)),
        beyond=ALL_WEEKS,
    ),
    "costs": RunFigureKind(
        draw_costs,
        "Costs by tier and purpose.",
        lambda data: data.has_kpi("cost.total") and bool((data.kpi("cost.total") > 0).any()),
    ),
}


def draw(name: str, scenario: Scenario, kpis: pd.DataFrame, trajectories: pd.DataFrame) -> Figure:
    """One figure, drawn; an unknown name is a `UsageError`. Save it with `style.save`."""
    kind = pick(FIGURES, name, "figure")
    with styled():
        return kind.draw(RunFigureData(scenario, kpis, trajectories))


def save_figures(
    scenario: Scenario, kpis: pd.DataFrame, trajectories: pd.DataFrame, folder: Path, faults: list[CascadeError]
) -> dict[str, str]:
    """Draw every figure that applies into `folder` (which exists), as NAME.png and NAME.svg.

    Returns how to read each, by name, in the order in which they are shown. What is wrong with one that cannot be drawn
    goes to `faults`.
    """
    data = RunFigureData(scenario, kpis, trajectories)
    captions = {}
    for name, kind in FIGURES.items():
        if kind.applies(data):
            fault = attempt(name, partial(_draw_and_save, kind, data, folder, name))
            if fault is None:
                captions[name] = kind.caption_of(data)
            else:
                faults.append(fault)
    return captions


def _draw_and_save(kind: RunFigureKind, data: RunFigureData, folder: Path, name: str) -> None:
    save(kind.draw(data), folder, name)
