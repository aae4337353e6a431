"""Simulation of task-sharing workforces: who trains, supervises and helps whom, and what runs short first.

The public names, each described in `docs/reference/python.md`. They are loaded when they are first used (PEP 562), so
that importing the package is free.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from cascadesim._version import __version__ as __version__

if TYPE_CHECKING:
    from cascadesim.analysis.study.by_design import analyse as analyse
    from cascadesim.analysis.study.results import Results as Results
    from cascadesim.analysis.study.results import read_results as read_results
    from cascadesim.analysis.study.results import run_study as run_study
    from cascadesim.errors import CascadeError as CascadeError
    from cascadesim.errors import Problem as Problem
    from cascadesim.errors import ScenarioError as ScenarioError
    from cascadesim.experiment.parquet import read_table as read_table
    from cascadesim.experiment.replicate import Replications as Replications
    from cascadesim.experiment.replicate import keep_kpis as keep_kpis
    from cascadesim.experiment.replicate import keep_run as keep_run
    from cascadesim.experiment.replicate import keep_trajectories as keep_trajectories
    from cascadesim.experiment.replicate import replicate as replicate
    from cascadesim.experiment.replicate import replicate_all as replicate_all
    from cascadesim.experiment.simulate import Run as Run
    from cascadesim.experiment.simulate import simulate as simulate
    from cascadesim.experiment.study.read import read_study as read_study
    from cascadesim.experiment.study.study import Study as Study
    from cascadesim.scenario.load import load as load
    from cascadesim.scenario.schema import Scenario as Scenario

_NAMES = {
    "scenario.load": ("load",),
    "scenario.schema": ("Scenario",),
    "experiment.simulate": ("simulate", "Run"),
    "experiment.replicate": (
        *("replicate", "replicate_all", "Replications"),
        *("keep_kpis", "keep_trajectories", "keep_run"),
    ),
    "experiment.study.read": ("read_study",),
    "experiment.study.study": ("Study",),
    "analysis.study.results": ("run_study", "read_results", "Results"),
    "analysis.study.by_design": ("analyse",),
    "experiment.parquet": ("read_table",),
    "errors": ("CascadeError", "ScenarioError", "Problem"),
}
_HOMES = {name: module for module, names in _NAMES.items() for name in names}

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
