"""Waits over time, averaged over replications: who waited, how many, under which constraint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.analysis.constraints import CONSTRAINT_WORDS, WAIT_WORDS, dominant
from cascadesim.analysis.words import named
from cascadesim.model.codes import Wait
from cascadesim.model.layout import TIER_WAITS, constraint_names
from cascadesim.scenario.schema import Scenario

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def weekly_means(trajectories: pd.DataFrame) -> pd.DataFrame:
    """The mean over replications of every column, one row a reading, indexed by `week` (the end of the interval)."""
    return trajectories.drop(columns="replication").groupby("week", sort=True).mean()


def interval_weeks(weeks: pd.Index[float]) -> np.ndarray:
    """How long the interval before each reading is, in weeks; the first begins at week 0."""
    import numpy as np

    return np.diff(weeks.to_numpy(dtype=float), prepend=0.0)


def all_waits(scenario: Scenario) -> list[tuple[Wait, str]]:
    """Every (wait, tier) that the scenario can have, clients first (tier empty), then tiers from the top."""
    care = [(Wait.CARE, "")] if scenario.clients is not None else []
    return care + [(wait, tier) for tier in scenario.cascade for wait in TIER_WAITS]


def wait_columns(wait: Wait, tier: str) -> dict[str, str]:
    """The trajectory column of each constraint of a wait."""
    owner = f"tier.{tier}" if tier else "clients"
    return {name: f"{owner}.waiting.{wait.name.lower()}.{name}" for name in constraint_names(wait)}


def waits_table(scenario: Scenario, means: pd.DataFrame) -> pd.DataFrame:
    """One row for each constraint that anything waited under, by wait.

    Columns: waits (words), wait, tier, constraint, words, unit_weeks (person- or client-weeks over the horizon, the
    mean of runs), share (of that wait), weeks_dominant (how long it was the dominant constraint of that wait).
    """
    import pandas as pd

    lengths = interval_weeks(means.index)
    rows = []
    for wait, tier in all_waits(scenario):
        columns = wait_columns(wait, tier)
        areas = {name: float((means[column] * lengths).sum()) for name, column in columns.items()}
        total = sum(areas.values())
        leading = dominant_constraints(means, wait, tier)
        for name, area in areas.items():
            if area > 0:
                weeks = float(lengths[(leading == name).to_numpy()].sum())
                who = WAIT_WORDS[wait].format(tier=named(tier))
                words = CONSTRAINT_WORDS[wait][name]
                rows.append((who, wait.name.lower(), tier, name, words, area, area / total, weeks))
    names = ["waits", "wait", "tier", "constraint", "words", "unit_weeks", "share", "weeks_dominant"]
    return pd.DataFrame(rows, columns=names)


def dominant_constraints(means: pd.DataFrame, wait: Wait, tier: str) -> pd.Series[str]:
    """The dominant constraint of one wait at each reading; empty where nobody waits."""
    columns = wait_columns(wait, tier)
    names = list(columns)
    values = means[list(columns.values())].to_numpy()
    found = [dominant(dict(zip(names, row, strict=True))) if row.any() else "" for row in values]
    import pandas as pd

    return pd.Series(found, index=means.index, dtype=object)
