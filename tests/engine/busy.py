"""Programmes in which much happens, and much of it at the same minutes."""

from __future__ import annotations

from pathlib import Path

CASCADE = """
horizon_weeks = 80
cascade = ["boss", "mentor", "peer"]

[tier.boss]
initial = 2
hours_per_week = 18
overtime_fraction = 0.1
intake = [{ week = 30, count = 1 }]

[tier.boss.events.leave]
time_to_event = { dist = "weibull", shape = 0.8, mean_weeks = 60 }
notice_weeks = 4

[tier.mentor]
initial = 1
intake = [{ week = 2, count = 4 }, { week = 40, count = 3 }]
hours_per_week = { dist = "triangular", low = 14, mode = 18, high = 24 }
delivers = true
caseload = 1

[tier.mentor.training]
course_weeks = 2
min_cohort = 2
max_cohort = 4
trainer_hours_per_week = 8
trainee_hours_per_week = 20
practice = "simulated"
practice_weeks = 2
pass_probability = 0.9

[tier.mentor.supervision]
group_size = 3
meeting_hours = 1.5
preparation_hours = 0.5
grace_weeks = 1

[tier.mentor.events.work]
time_to_event = { dist = "exponential", mean_weeks = 50 }
notice_weeks = 2

[tier.mentor.events.move]
time_to_event = { dist = "exponential", mean_weeks = 90 }
from = "recruitment"

[tier.peer]
intake = [{ week = 8, count = 8 }, { week = 44, count = 5 }]
recruits_per_week = 0.15
hours_per_week = { dist = "discrete", values = [4, 6, 10], probabilities = [0.2, 0.5, 0.3] }
caseload = 2
candidate_patience_weeks = { dist = "exponential", mean = 20 }
apprentice_extra_hours_per_week = 0.5

[tier.peer.training]
course_weeks = 3
trainers_per_course = 2
min_cohort = 2
max_cohort = 5
trainer_hours_per_week = 6
gather_weeks = 1
pass_probability = 0.9
practice = "clients"
practice_cases = 1
practice_min_sessions = 2
apprentice_limit_weeks = 20

[tier.peer.supervision]
group_size = 3
meeting_hours = 1
max_supervisees = 5

[tier.peer.events.relocation]
time_to_event = { dist = "weibull", shape = 1.5, mean_weeks = 50 }
notice_weeks = 1

[tier.peer.events.wave]
time_to_event = { dist = "date", week = 50 }
from = "recruitment"
notice_weeks = 3

[clients]
sessions = 4
session_hours = 1.5
session_overhead_hours = 0.5
interval_weeks = { dist = "discrete", values = [1, 2], probabilities = [0.8, 0.2] }
start_probability = 0.85
continue_probability = 0.95
no_show_probability = 0.15
max_no_shows = 3
patience_weeks = { dist = "exponential", mean = 10 }
transfer_patience_weeks = { dist = "exponential", mean = 4 }

[clients.stream.north]
referrals_per_week = [{ from_week = 0, rate = 0.5 }, { from_week = 20, rate = 1.5 }]

[clients.stream.east]
referrals_per_week = 0.8
"""

TIES = """
horizon_weeks = 60
cascade = ["mentor", "peer"]

[tier.mentor]
initial = 3
intake = [{ week = 10, count = 2 }, { week = 20, count = 2 }, { week = 33, count = 3 }]
hours_per_week = 10
delivers = true

[tier.mentor.training]
required = false

[tier.mentor.supervision]
required = false

[tier.mentor.events.first]
time_to_event = { dist = "date", week = 20 }

[tier.mentor.events.then]
time_to_event = { dist = "date", week = 28 }
notice_weeks = 2

[tier.mentor.events.zlast]
time_to_event = { dist = "date", week = 45 }

[tier.peer]
intake = [{ week = 1, count = 5 }, { week = 4, count = 3 }, { week = 20, count = 4 }, { week = 31, count = 2 },
          { week = 44, count = 3 }]
hours_per_week = 5
caseload = 2
candidate_patience_weeks = 6

[tier.peer.training]
course_weeks = 3
max_cohort = 4
trainer_hours_per_week = 4
practice = "clients"
practice_cases = 1
apprentice_limit_weeks = 12

[tier.peer.supervision]
group_size = 2
meeting_hours = 1
grace_weeks = 2

[tier.peer.events.wave]
time_to_event = { dist = "date", week = 36 }
from = "recruitment"
notice_weeks = 4

[clients]
sessions = 3
session_hours = 1
start_probability = 0.9
no_show_probability = 0.2
patience_weeks = 5
transfer_patience_weeks = 2

[clients.stream.b]
referrals_per_week = WEEKLY

[clients.stream.a]
referrals_per_week = WEEKLY
"""

CALENDAR = CASCADE.replace(
    "min_cohort = 2\nmax_cohort = 5",
    'when = "calendar"\nat_weeks = [10, 11, 25, 44, 46]\nwindow_weeks = 2\nmax_cohort = 5',
).replace("gather_weeks = 1\n", "")


def _weekly() -> str:
    """About one client within the first minute of every week."""
    steps = ["{ from_week = 0, rate = 0 }"]
    for week in range(1, 50):
        steps.append(f"{{ from_week = {week}, rate = 8000 }}")
        steps.append(f"{{ from_week = {week + 0.0001}, rate = 0 }}")
    return f"[{', '.join(steps)}]"


EVERYTHING = (Path(__file__).parent / "everything.toml").read_text()

BUSY = {
    "cascade": CASCADE,
    "calendar": CALENDAR,
    "ties": TIES.replace("WEEKLY", _weekly()),
    "everything": EVERYTHING,
}
