"""Every picture of a study, in one table. A new one is a function and a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.figure import Figure

from cascadesim.analysis.study.results import Results
from cascadesim.experiment.study.definition import TARGET
from cascadesim.report.study_figures.data import StudyFigureData, varied_factors
from cascadesim.report.study_figures.distributions import draw_cdf, draw_convergence, draw_differences, draw_fan
from cascadesim.report.study_figures.grids import draw_heatmap, draw_multiples
from cascadesim.report.study_figures.sensitivity import draw_morris, draw_sobol, draw_tornado

GRIDS_AND_LISTS = ("grid", "list")
LEAST_RUNS = 5


@dataclass(frozen=True)
class StudyFigureKind:
    """One picture: `draw` makes it, `lacks` says why a study cannot have it (empty where it can), `shows` of what.

    `needs` is for a reader. `options` are those of the command that it heeds: x, y, at.
    """

    draw: Callable[[StudyFigureData], Figure]
    lacks: Callable[[Results], str]
    shows: Callable[[Results], tuple[str, ...]]
    needs: str
    options: tuple[str, ...] = ()


def measures(results: Results) -> tuple[str, ...]:
    """Those that the study kept."""
    return results.study.outcomes


def measures_and_target(results: Results) -> tuple[str, ...]:
    """Those, and the chance of the target where the scenario has one whose measure was kept."""
    return (*results.study.outcomes, *((TARGET,) if results.target is not None else ()))


def _columns(results: Results) -> tuple[str, ...]:
    return results.study.trajectories


def _designed(*kinds: str) -> Callable[[Results], str]:
    words = " or ".join(kinds)

    def lacks(results: Results) -> str:
        kind = results.study.design.kind
        return "" if kind in kinds else f"the design is {kind}, and it is for {words}"

    return lacks


def _varies(count: int) -> Callable[[Results], str]:
    designed = _designed(*GRIDS_AND_LISTS)

    def lacks(results: Results) -> str:
        fault = designed(results)
        if fault:
            return fault
        number = len(varied_factors(results))
        words = {1: "a factor with several levels", 2: "two factors with several levels"}[count]
        return "" if number >= count else f"it needs {words}, and the study has {number or 'none'}"

    return lacks


def _several_points(results: Results) -> str:
    return _designed(*GRIDS_AND_LISTS)(results) or ("" if len(results.points) > 1 else "there is a single setting")


def _several_runs(results: Results) -> str:
    most = results.width
    return "" if most >= LEAST_RUNS else f"it needs {LEAST_RUNS} replications per setting, and there are {most}"


def _trajectories(results: Results) -> str:
    return "" if results.study.trajectories else "the study kept no trajectories (its key trajectories names columns)"


STUDY_FIGURES: dict[str, StudyFigureKind] = {
    "heatmap": StudyFigureKind(
        draw_heatmap,
        _varies(2),
        measures_and_target,
        "a grid or list with two factors",
        ("x", "y", "at"),
    ),
    "multiples": StudyFigureKind(draw_multiples, _varies(1), measures_and_target, "a grid or list", ("x", "y", "at")),
    "differences": StudyFigureKind(
        draw_differences,
        _several_points,
        measures,
        "a grid or list of two or more settings",
    ),
    "tornado": StudyFigureKind(draw_tornado, _designed("oat"), measures, "the design oat"),
    "morris": StudyFigureKind(draw_morris, _designed("morris"), measures, "the design morris"),
    "sobol": StudyFigureKind(draw_sobol, _designed("sobol_indices"), measures, "the design sobol_indices"),
    "fan": StudyFigureKind(draw_fan, _trajectories, _columns, "kept trajectories"),
    "cdf": StudyFigureKind(draw_cdf, _several_runs, measures, f"{LEAST_RUNS} replications per setting", ("at",)),
    "convergence": StudyFigureKind(draw_convergence, _several_runs, measures, f"{LEAST_RUNS} replications per setting"),
}
"""By the word after `cascadesim plot DIR`, in the order in which they are drawn."""
