"""The shipped scenarios, and their runs."""

from __future__ import annotations

import functools
from pathlib import Path

from cascadesim import Scenario, load, replicate
from cascadesim.experiment.simulate import Kpis

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "scenarios"
SCENARIOS = sorted(FOLDER.glob("*.toml"))


def shipped(name: str) -> Scenario:
    """A scenario of the library."""
    return load(FOLDER / f"{name}.toml")


def runs(scenario: Scenario, number: int, *kpis: str, seed: int = 1) -> list[list[float]]:
    """For each of `kpis` its value in every replication."""
    kept = _replications(scenario, number, seed)
    return [[each[kpi] for each in kept] for kpi in kpis]


@functools.cache
def _replications(scenario: Scenario, number: int, seed: int) -> tuple[Kpis, ...]:
    """Several tests ask for the same runs. Trajectories, which nobody here reads, get few rows."""
    return tuple(replicate(scenario.with_(every_weeks=52), number, seed=seed))
