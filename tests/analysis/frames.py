"""Scenarios and made-up results for the tests of analysis and report: every column that a run would have, at 0."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from cascadesim import Scenario, load
from cascadesim.model.measures import measure_names
from cascadesim.model.measures.trajectories import trajectory_columns
from cascadesim.scenario.compile import compile_scenario

CASCADE = """
schema = 1
title = "A cascade"
horizon_weeks = 40
report_weeks = [26, 40]
cascade = ["boss", "mentor", "peer"]

[tier.boss]
initial = 2
hours_per_week = 20

[tier.mentor]
intake = [{ week = 0, count = 4 }]
hours_per_week = 20
training = { course_weeks = 2, max_cohort = 8, trainer_hours_per_week = 6 }
supervision = { group_size = 4, meeting_hours = 1 }

[tier.peer]
intake = [{ week = 4, count = 8 }]
hours_per_week = 9
training = { course_weeks = 2, max_cohort = 8, trainer_hours_per_week = 6, practice_cases = 1 }
supervision = { group_size = 4, meeting_hours = 1 }
events.left.time_to_event = { dist = "exponential", mean_weeks = 90 }

[clients]
sessions = 3
session_hours = 1
stream.all.referrals_per_week = 1
"""

CAREERS = """
schema = 1
title = "Careers"
horizon_weeks = 40
report_weeks = [26, 40]
cascade = ["boss", "mentor", "peer"]
sites = ["east", "west"]

[tier.boss]
site.east.initial = 2
hours_per_week = 20
events.ill = { time_to_event = { dist = "exponential", mean_weeks = 30 }, absence_weeks = 2 }

[tier.mentor]
site.east = { intake = [{ week = 0, count = 4 }], target = 4, pool = 9 }
hours_per_week = 20
training = { course_weeks = 2, max_cohort = 8, trainer_hours_per_week = 6, across_sites = true }
supervision = { group_size = 4, meeting_hours = 1, across_sites = true }
competence = { course_level = 0.6, min_trainer_competence = 0.5 }
promotion.min_tenure_weeks = 10
events.ill = { time_to_event = { dist = "exponential", mean_weeks = 30 }, absence_weeks = 2 }
events.work = { time_to_event = { dist = "exponential", mean_weeks = 60 }, then = { hours_factor = 0.5 } }
costs.hour_cost = 5

[tier.peer]
site.east.intake = [{ week = 4, count = 8 }]
site.west.intake = [{ week = 4, count = 4 }]
hours_per_week = 9
deployment_probability = 0.8
not_deployed = "stay"
languages = { Arabic = 0.5, Farsi = 0.5 }
supervision = { group_size = 4, meeting_hours = 1, across_sites = true }
competence = { course_level = 0.5, certification_threshold = 0.4, gain_per_session = 0.1, half_life_weeks = 20 }
refresher = { every_weeks = 12, course_weeks = 1, max_cohort = 4, trainer_hours_per_week = 2 }
events.left.time_to_event = { dist = "exponential", mean_weeks = 90 }
costs = { recruit_cost = 20, hour_cost = 3 }

[tier.peer.training]
course_weeks = 2
max_cohort = 8
trainer_hours_per_week = 6
practice_cases = 1
parallel_courses = 1
across_sites = true

[clients]
sessions = 3
session_hours = 1
eligibility_probability = 0.9
events.moves.time_to_event = { dist = "exponential", mean_weeks = 60 }
format.group = { group_max = 4 }
costs.session_cost = 4

[clients.stream]
all = { referrals_per_week = 1, language = "Arabic", site = "east" }
some = { referrals_per_week = 1, language = "Farsi", site = "west", format = "group" }

[organisation.clarity]
initial = 0.8
half_life_weeks = 20
training_cost = 40
referral_ratio = 0.5

[costs]
currency = "CHF"
week_cost = 100
"""
"""A cascade with nearly everything that the smaller one lacks."""

TARGET = '[target]\nreach = "completed >= 20 by week 40"\nchance = 0.8\n'


def scenario(folder: Path, text: str = CASCADE, sets: Sequence[str] = ()) -> Scenario:
    """The scenario in `text`, with overrides."""
    path = folder / "made_up.toml"
    path.write_text(text, encoding="utf-8")
    return load(path, sets)


def kpis(scenario: Scenario, values: Mapping[str, Sequence[float]], runs: int) -> pd.DataFrame:
    """KPIs of `runs` replications: those given, the rest 0."""
    plan = compile_scenario(scenario)
    names = measure_names(plan.scope)
    assert set(values) <= set(names)
    columns = {name: list(values.get(name, [0.0] * runs)) for name in names}
    return pd.DataFrame({"replication": range(runs), **columns})


def trajectories(scenario: Scenario, runs: Sequence[Mapping[str, Mapping[tuple[float, float], float]]]) -> pd.DataFrame:
    """One mapping a replication: column -> {(after week, up to week): value}; everything else is 0."""
    plan = compile_scenario(scenario)
    columns = trajectory_columns(plan.scope)
    rows = []
    for replication, told in enumerate(runs):
        assert set(told) <= set(columns)
        for week in range(1, math.ceil(scenario.horizon_weeks) + 1):
            row = dict.fromkeys(columns, 0.0) | {"replication": replication, "week": float(week)}
            for column, spells in told.items():
                row[column] = sum(value for (after, until), value in spells.items() if after < week <= until)
            rows.append(row)
    return pd.DataFrame(rows)[["replication", *columns]]
