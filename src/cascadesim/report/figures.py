"""Every figure that a run draws, in one table. A new one is a function and a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cascadesim.lookup import pick
from cascadesim.model.measures.clients import KINDS
from cascadesim.report.ability import able_tiers, competence_height, draw_competence
from cascadesim.report.board import Board
from cascadesim.report.chance import chance_height, draw_chance
from cascadesim.report.classes import classes_height, draw_classes, names
from cascadesim.report.clients import clients_height, draw_clients
from cascadesim.report.costs import costs_height, draw_costs
from cascadesim.report.exits import draw_exits, exits_height, reasons
from cascadesim.report.hours import draw_hours, hours_height
from cascadesim.report.organisation import draw_organisation, organisation_height
from cascadesim.report.pipeline import draw_pipeline, pipeline_height
from cascadesim.report.staffing import draw_staffing, staffing_height
from cascadesim.report.style import new_figure, save, styled
from cascadesim.report.timeline import draw_timeline, timeline_height
from cascadesim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class FigureKind:
    """One figure: when it applies, how tall it is in inches, how it is drawn, and how to read it."""

    applies: Callable[[Board], bool]
    height: Callable[[Board], float]
    draw: Callable[[Figure, Board], None]
    caption: str


def _always(board: Board) -> bool:
    return len(board.kpis) > 0


def _with_clients(board: Board) -> bool:
    return board.scenario.clients is not None


def _with_target(board: Board) -> bool:
    return board.scenario.target is not None and board.runs > 1


def _with_exits(board: Board) -> bool:
    return any(reasons(board, tier) for tier in board.tiers)


def _with_competence(board: Board) -> bool:
    return bool(able_tiers(board))


def _with_organisation(board: Board) -> bool:
    return bool(board.scenario.organisation)


def _with_classes(board: Board) -> bool:
    return any(names(board, kind) for kind in KINDS)


def _with_costs(board: Board) -> bool:
    return "cost.total" in board.kpis.columns and bool((board.kpi("cost.total") > 0).any())


FIGURES: dict[str, FigureKind] = {
    "target": FigureKind(
        _with_target,
        chance_height,
        draw_chance,
        "How often the target is reached: each run counts once, at the value that it came to.",
    ),
    "bottleneck": FigureKind(
        _always,
        timeline_height,
        draw_timeline,
        "What binds when. Above, the share of runs in which each root cause makes clients or workers wait; below, the "
        "queues themselves, by the constraint under which they wait.",
    ),
    "staffing": FigureKind(
        _always,
        staffing_height,
        draw_staffing,
        "Staff by tier (rows) and state (columns). Line: median of runs; dark band: middle 50 %; light: middle 80 %.",
    ),
    "clients": FigureKind(
        _with_clients,
        clients_height,
        draw_clients,
        "Clients waiting and in care; reached so far; and those who left without completing.",
    ),
    "hours": FigureKind(
        _always,
        hours_height,
        draw_hours,
        "Hours a week that each tier has committed, by purpose, against those that its practising workers have.",
    ),
    "pipeline": FigureKind(
        _always,
        pipeline_height,
        draw_pipeline,
        "How many recruits get through each gate of training and are still there.",
    ),
    "exits": FigureKind(_with_exits, exits_height, draw_exits, "Who left, by tier and reason."),
    "competence": FigureKind(
        _with_competence,
        competence_height,
        draw_competence,
        "Mean competence of apprentices, active and absent workers, and what is asked for.",
    ),
    "organisation": FigureKind(
        _with_organisation,
        organisation_height,
        draw_organisation,
        "States of the workplaces: they decay, and whole-of-workplace trainings lift them.",
    ),
    "classes": FigureKind(
        _with_classes,
        classes_height,
        draw_classes,
        "What becomes of clients of each stream, language and site, and how long they wait.",
    ),
    "costs": FigureKind(_with_costs, costs_height, draw_costs, "What it costs, by tier and purpose."),
}


def draw(name: str, scenario: Scenario, kpis: pd.DataFrame, trajectories: pd.DataFrame) -> Figure:
    """One figure, drawn; an unknown name is a `UsageError`. Save it within `style.styled()`, with `style.save`."""
    kind = pick(FIGURES, name, "figure")
    with styled():
        return _draw(kind, Board(scenario, kpis, trajectories))


def save_figures(scenario: Scenario, kpis: pd.DataFrame, trajectories: pd.DataFrame, folder: Path) -> tuple[str, ...]:
    """Draw every figure that applies into `folder` (which exists), as NAME.png and NAME.svg; the names, in order."""
    board = Board(scenario, kpis, trajectories)
    names = []
    with styled():
        for name, kind in FIGURES.items():
            if kind.applies(board):
                save(_draw(kind, board), folder, name)
                names.append(name)
    return tuple(names)


def _draw(kind: FigureKind, board: Board) -> Figure:
    figure = new_figure(kind.height(board))
    kind.draw(figure, board)
    return figure
