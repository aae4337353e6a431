"""Plans that look impossible at first sight and work: they are not refused, and a run shows that they do."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from cascadesim import simulate
from cascadesim.scenario.load import from_resolved

PLAN = """
schema = 1
horizon_weeks = 104
cascade = ["mentor", "peer"]

[tier.mentor]
hours_per_week = 20
target = 3
lag_weeks = 200
promotion = { min_tenure_weeks = 0 }

[tier.peer]
initial = 6
hours_per_week = 20
caseload = 2

[tier.peer.training]
course_weeks = 2
min_cohort = 2
max_cohort = 12
trainer_hours_per_week = 10
trainee_hours_per_week = 20
practice = "simulated"
practice_weeks = 2

[tier.peer.supervision]
group_size = 5
meeting_hours = 1

[clients]
sessions = 5
session_hours = 1
stream.town.referrals_per_week = 1
"""
RECRUITS = '"tier.peer.intake" = [{ week = 10, count = 4 }]'
SETTLED = '"tier.mentor" = { initial = 3, hours_per_week = 20 }'
RISING = '{ time_to_event = { dist = "date", week = 4 }, then = { hours_factor = 2 } }'
TWO_SITES = """
sites = ["north", "south"]
"clients.stream" = { n = { site = "north", referrals_per_week = 1 }, s = { site = "south", referrals_per_week = 1 } }
"tier.mentor" = { hours_per_week = 20, site = { north = { initial = 3 } } }
"tier.peer.site" = { north = { intake = [{ week = 1, count = 6 }] }, south = { initial = 4 } }
"tier.peer.training.across_sites" = true
"tier.peer.supervision.across_sites" = true
"""

CASES = {
    "the promoted are there long before the lag is over": f'{RECRUITS}\n"tier.peer.training.trainers_per_course" = 2',
    "and give the only course": (
        f'{RECRUITS}\n"tier.peer.training.at_weeks" = [12]\n"tier.peer.training.when" = "calendar"'
    ),
    "they have longer weeks than those from outside": (
        f'{RECRUITS}\n"tier.mentor.hours_per_week" = 8\n"tier.peer.training.trainer_hours_per_week" = 15'
    ),
    "weeks that hold a client only later": (
        f'"tier.mentor" = {{ initial = 3, hours_per_week = 20 }}\n"tier.peer.hours_per_week" = 1.5\n'
        f'"tier.peer.events" = {{ more = {RISING.replace("factor = 2", "factor = 4")} }}'
    ),
    "a course that nobody takes": f'{SETTLED}\n"tier.peer.training.trainer_hours_per_week" = 30',
    "apprentices that there are none of": f'{SETTLED}\n"tier.peer.apprentice_extra_hours_per_week" = 30',
    "weeks that become longer": (
        f'{RECRUITS}\n"tier.mentor" = {{ initial = 3, hours_per_week = 10, events = {{ more = {RISING} }} }}\n'
        '"tier.peer.training.trainer_hours_per_week" = 15'
    ),
    "a site too far for courses, with nobody to train": f'{TWO_SITES}\n"tier.peer.training.travel_hours" = 12',
    "a site too far for supervision beside one that is not": f'{TWO_SITES}\n"tier.peer.supervision.travel_hours" = 40',
}


@pytest.mark.parametrize("case", CASES)
def test_a_plan_that_works_is_not_refused(case: str) -> None:
    data: dict[str, Any] = tomllib.loads(PLAN)
    for path, value in tomllib.loads(CASES[case]).items():
        *tables, key = path.split(".")
        home = data
        for table in tables:
            home = home.setdefault(table, {})
        home[key] = value
    if "sites" in data:
        del data["tier"]["peer"]["initial"]
    kpis = simulate(from_resolved(data), seed=1, engine="simpy").kpis
    assert kpis["clients.completed"] > 20
    certified = kpis["tier.peer.certified"] - (4 if case.startswith("a site") else 6)
    assert (certified > 0) == (not any(words in case for words in ("nobody takes", "none of", "hold a client")))
