"""Tiny programmes, and tallies made up by hand for them."""

from __future__ import annotations

import tomllib
from typing import Any

from cascadesim.model.counters import CounterLayout, counter_layout
from cascadesim.model.plan import Plan
from cascadesim.model.replication import Snapshot, Tally, WaveTally
from cascadesim.model.units import WEEK_MINUTES
from cascadesim.scenario.compile import compile_scenario
from cascadesim.scenario.document import Document
from cascadesim.scenario.load import build
from cascadesim.scenario.schema import Scenario

W = WEEK_MINUTES

BARE = """
schema = 1
horizon_weeks = 4
measure_from_week = 2
every_weeks = 2
report_weeks = [3]
cascade = ["top", "low"]
tier.top = { hours_per_week = 20, initial = 2 }

[tier.low]
hours_per_week = 10
intake = [{ week = 0, count = 6 }]
training = { course_weeks = 1, max_cohort = 6, trainer_hours_per_week = 4 }
supervision = { group_size = 4, meeting_hours = 1 }
events.moved.time_to_event = { dist = "exponential", mean_weeks = 90 }

[clients]
sessions = 1
session_hours = 1
stream.all.referrals_per_week = 1
"""

RICH = """
schema = 1
horizon_weeks = 8
report_weeks = [4]
every_weeks = 2
cascade = ["top", "low"]
sites = ["east", "west"]

[tier.top]
hours_per_week = 20
site.east = { initial = 2, target = 2 }
promotion.min_tenure_weeks = 0
events.ill = { time_to_event = { dist = "exponential", mean_weeks = 9 }, absence_weeks = 2 }
events.paid_work = { time_to_event = { dist = "exponential", mean_weeks = 9 }, then = { hours_factor = 0.5 } }

[tier.low]
hours_per_week = 10
other_duties_hours_per_week = 1
lag_weeks = 2
deployment_probability = 0.5
not_deployed = "stay"
languages = { Arabic = 0.5, Farsi = 0.5 }
site.east = { initial = 1, target = 4, pool = 9 }
site.west = { intake = [{ week = 1, count = 3 }] }
events.wave.time_to_event = { dist = "shock", week = 3, share = 0.5 }
competence = { course_level = 0.5, half_life_weeks = 30 }
incentive.stipend = { from_week = 1, until_week = 5, week_cost = 7 }

[tier.low.training]
across_sites = true
course_weeks = 1
max_cohort = 6
trainer_hours_per_week = 4
trainee_hours_per_week = 5
attempts = 2
pass_probability = 0.9
parallel_courses = 1
at_weeks = [2]

[tier.low.refresher]
window_weeks = 1
every_weeks = 3
course_weeks = 1
max_cohort = 6
trainer_hours_per_week = 2

[tier.low.supervision]
across_sites = true
group_size = 4
meeting_hours = 1

[tier.low.costs]
recruit_cost = 10
week_cost = 3
hour_cost = 2
course_cost = 100
trainee_cost = 20
refresher_cost = 30

[tier.top.costs]
hour_cost = 4

[clients]
sessions = 3
session_hours = 1.5
screening_hours = 0.5
eligibility_probability = 0.8
adequate_sessions = 2
interpreter_hours_factor = 1.5
research_hours_per_client = 1
population_in_need = 50
events.moves.time_to_event = { dist = "exponential", mean_weeks = 60 }
format.group = { group_min = 2, group_max = 4 }

[clients.stream]
east = { referrals_per_week = 1, language = "Arabic", site = "east" }
west = { referrals_per_week = 1, languages = { Arabic = 0.5, Farsi = 0.5 }, site = "west", format = "group" }

[clients.costs]
referral_cost = 5
screening_hour_cost = 8
session_cost = 6
interpreter_hour_cost = 9

[organisation.clarity]
initial = 0.5
lift = 0.5
every_weeks = 3
staff_hours = 1
training_cost = 40

[costs]
start_up_cost = 1000
week_cost = 25
"""


def scenario(text: str, **changes: Any) -> Scenario:
    """The scenario in `text`, with top-level keys changed."""
    return build(Document(tomllib.loads(text) | changes))


def packed(text: str, **changes: Any) -> tuple[Plan, CounterLayout]:
    """The plan of the same, and its layout."""
    plan = compile_scenario(scenario(text, **changes))
    return plan, counter_layout(plan)


def snapshot(layout: CounterLayout, minute: int, told: dict[str, int] | None = None, **more: Any) -> Snapshot:
    """`level NAME`, `area NAME` or `count NAME`; the rest is 0. `more` are the fields that are not integers."""
    values = {"level": [0] * len(layout.levels), "area": [0] * len(layout.levels), "count": [0] * len(layout.counts)}
    for key, value in (told or {}).items():
        what, _, name = key.partition(" ")
        values[what][(layout.counts if what == "count" else layout.levels).index(name)] = value
    times = (level * minute - area for level, area in zip(values["level"], values["area"], strict=True))
    return Snapshot(minute, tuple(values["level"]), tuple(times), tuple(values["count"]), **more)


def tally(*snapshots: Snapshot, **more: Any) -> Tally:
    """A tally of a run without clients, but for what is told."""
    usual: dict[str, Any] = {
        "waits": (),
        "still_waiting": (),
        "at_end": (0, 0, 0),
        "first_start": -1,
        "first_full": (-1, -1),
        "events": 9,
        "log": None,
        "waves": (WaveTally(1, "wave", 3 * W, 0, 0, -1),),  # of RICH
    }
    return Tally(snapshots, **(usual | more))
