"""The shipped scenarios, and their runs."""

from __future__ import annotations

from pathlib import Path

from cascadesim import Scenario, load, replicate

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "scenarios"
SCENARIOS = sorted(FOLDER.glob("*.toml"))
SEED = 1


def shipped(name: str) -> Scenario:
    """A scenario of the library."""
    return load(FOLDER / f"{name}.toml")


def runs(scenario: Scenario, number: int, *kpis: str, seed: int = SEED) -> list[list[float]]:
    """For each of `kpis` its value in every replication."""
    kept = list(replicate(scenario, number, seed=seed))
    return [[each[kpi] for each in kept] for kpi in kpis]
