"""Small programmes whose capacity can be worked out on paper."""

from __future__ import annotations

import tomllib
from typing import Any

from cascadesim import Scenario
from cascadesim.scenario.load import from_resolved
from cascadesim.scenario.workforce import Tier


def scenario_of(text: str) -> Scenario:
    """A scenario from TOML."""
    return from_resolved(tomllib.loads(text))


def lives(*reasons: str) -> Tier:
    """A tier with these reasons to leave."""
    table: dict[str, Any] = tomllib.loads("\n".join(reasons))
    return Tier.model_validate({"hours_per_week": 10, "events": table})


def clinic(*clients: str, sessions: int, lead_delivers: bool = False) -> Scenario:
    """One lead of 40 h with groups of four (an hour, and half of preparation), eight workers of 5 h with two places."""
    keys = "\n".join(clients)
    delivers = "delivers = true\ncaseload = 4" if lead_delivers else ""
    return scenario_of(f"""
horizon_weeks = 52
cascade = ["lead", "worker"]
[tier.lead]
initial = 1
hours_per_week = 40
{delivers}
[tier.worker]
initial = 8
hours_per_week = 5
caseload = 3
training = {{ required = false }}
supervision = {{ group_size = 4, meeting_hours = 1, preparation_hours = 0.5 }}
[clients]
sessions = {sessions}
session_hours = 1.5
{keys}
stream.all.referrals_per_week = 6
""")


def school() -> Scenario:
    """Heads supervise leads (a seat of 90 min), leads supervise workers (groups of 150 min) and give them courses."""
    return scenario_of("""
horizon_weeks = 52
cascade = ["head", "lead", "worker"]
[tier.head]
initial = 1
hours_per_week = 40
[tier.lead]
initial = 2
hours_per_week = 10
overtime_fraction = 0.1
training = { required = false }
supervision = { group_size = 2, meeting_hours = 1.5 }
[tier.worker]
intake = [{ week = 0, count = 20 }]
hours_per_week = 8
[tier.worker.training]
course_weeks = 3
trainers_per_course = 2
max_cohort = 8
trainer_hours_per_week = 4
preparation_hours = 6
pass_probability = 0.9
practice = "clients"
practice_cases = 2
apprentice_limit_weeks = 6
[tier.worker.supervision]
group_size = 6
meeting_hours = 2
preparation_hours = 0.5
max_supervisees = 15
[clients]
sessions = 2
session_hours = 1
continue_probability = 1
start_probability = 0.5
interval_weeks = 1.3333333333333333
stream.all.referrals_per_week = 6
""")
