"""Studies with made-up numbers: no run is needed to know what a picture of them has to show."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from analysis import frames

from cascadesim.analysis.study.results import Results
from cascadesim.experiment.parquet import write_table
from cascadesim.experiment.study.read import read_study

WAIT, DONE = "clients.wait_mean_weeks", "clients.completed_at_week_40"
TARGET = '[target]\nreach = "completed >= 20 by week 40"\nchance = 0.8\n'
VARIANTS = '[[variant]]\nname = "two_more"\nset = { "tier.boss.initial" = 4 }\n'
Value = Callable[[tuple[Any, ...], int], float]
"""From the levels of a point and the number of a replication."""


def results(
    folder: Path,
    text: str,
    values: dict[str, Value],
    runs: int,
    bad: dict[int, str] | None = None,
    cascade: str = frames.CASCADE,
) -> Results:
    """What a sweep of the study `text` would have left, had each replication given `values`."""
    (folder / "cascade.toml").write_text(cascade + TARGET + VARIANTS, encoding="utf-8")
    file = folder / "study.toml"
    kept = f"scenario = 'cascade.toml'\noutcomes = {list(values)}\nseed = 1\nreplications = {runs}\n"
    file.write_text(kept + text, encoding="utf-8")
    study, bad = read_study(file), bad or {}
    rows: list[dict[str, Any]] = []
    for point in study.points:
        levels = study.rows[study.table.first[point.number]].levels
        for run in range(runs if point.number not in bad else 0):
            row: dict[str, Any] = {"setting": point.number, "replication": run}
            rows.append(row | {name: value(levels, run) for name, value in values.items()})
    points = pd.DataFrame(
        {
            "setting": range(len(study.points)),
            "status": [bad.get(at, "done") for at in range(len(study.points))],
            "problem": ["it is broken" if at in bad else "" for at in range(len(study.points))],
            "replications": [0 if at in bad else runs for at in range(len(study.points))],
        }
    )
    return Results(folder, study, points, pd.DataFrame(rows, columns=["setting", "replication", *values]))


def put_trajectories(found: Results, column: str, value: Callable[[int, int, int], float]) -> None:
    """Leave `value(point, replication, week)` of 40 weeks where a sweep would have put it."""
    rows = [
        {"setting": point, "replication": run, "week": week, column: value(point, run, week)}
        for point in np.flatnonzero(~found.bad).tolist()
        for run in range(found.width)
        for week in range(1, 41)
    ]
    (found.folder / "tables").mkdir()
    write_table(pd.DataFrame(rows), found.folder / "tables" / "trajectories.parquet")
