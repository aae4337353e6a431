"""Results of a study that nobody ran: what each replication gave is a formula of the levels and of luck."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cascadesim.analysis.study.results import Results
from cascadesim.experiment.study.read import study_of
from cascadesim.experiment.study.study import Study
from cascadesim.scenario.document import Document

MEASURE = "clients.completed"
FACTORS = """
[factors]
"tier.gamma.hours_per_week" = { name = "hours", low = 4, high = 8 }
"clients.stream.town.referrals_per_week" = { name = "referrals", low = 1, high = 3 }
"tier.gamma.events.leaves.time_to_event.rate_per_year" = { name = "leaving", low = 0.1, high = 0.9 }
"""
Formula = Callable[[Mapping[str, Any], np.ndarray], np.ndarray]
"""(levels by factor, a standard normal a replication) -> what the replications of that point gave."""


def made_up_study(small_file: Path, text: str, factors: str = FACTORS) -> Study:
    """A study of the small scenario; `text` are its other keys."""
    head = f'scenario = "{small_file.name}"\noutcomes = ["{MEASURE}"]\n'
    data = tomllib.loads(head + text + factors)
    return study_of(Document(data, file=str(small_file.with_name("study.toml")), name="study"))


def made_up(study: Study, formula: Formula, bad: Mapping[int, str] | None = None) -> Results:
    """Its results; points of `bad` have that status and no numbers. With common luck all points get the same luck."""
    names = [factor.name for factor in study.factors]
    common = np.random.default_rng(7).standard_normal(study.replications.most)
    rows, points = [], []
    for number in range(len(study.points)):
        levels = dict(zip(names, study.rows[study.table.first[number]].levels, strict=True))
        own = np.random.default_rng([8, number]).standard_normal(study.replications.most)
        status = (bad or {}).get(number, "done")
        values = formula(levels, common if study.random_numbers == "common" else own)
        values = values if status == "done" else values[:1]  # as where a later cell of the point failed
        rows += [(number, replication, value) for replication, value in enumerate(values)]
        points.append((number, status, "" if status == "done" else "it broke", len(values)))
    return Results(
        Path("nowhere"),
        study,
        pd.DataFrame(points, columns=["setting", "status", "problem", "replications"]),
        pd.DataFrame(rows, columns=["setting", "replication", MEASURE]),
    )
