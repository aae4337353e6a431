"""More hours can certify fewer peers in a single run: a course that could start earlier did, with a smaller cohort.

So nothing here or elsewhere asserts that more of a resource is never worse. R. L. Graham (1969), Bounds on
multiprocessing timing anomalies, SIAM Journal on Applied Mathematics 17:416-429, shows the like for schedules that
never wait.

One mentor supervises one peer for 3 hours a week until that peer leaves in week 3, and gives courses of ten weeks for
6 hours a week. Two recruits come in week 1, four more in week 3. With 8 hours the mentor has no room for a course
before the peer has left; then all six are taught together and certified in week 13. With 10 hours the course starts
in week 1 with the two; the four wait for it to end in week 11, and theirs ends after the horizon. With 12 hours there
is room for both courses at once.
"""

from __future__ import annotations

import pytest

from metamorphic.pairs import WEEK, Played, play_toml

PLAN = """
horizon_weeks = 16
cascade = ["mentor", "peer"]

[tier.mentor]
initial = 1
hours_per_week = HOURS

[tier.peer]
initial = 1
intake = [{ week = 1, count = 2 }, { week = 3, count = 4 }]
hours_per_week = 6

[tier.peer.training]
course_weeks = 10
min_cohort = 2
max_cohort = 8
trainer_hours_per_week = 6

[tier.peer.supervision]
group_size = 8
meeting_hours = 3

[tier.peer.events.moves_away]
time_to_event = { dist = "date", week = 3 }
"""


def certificates(run: Played) -> list[float]:
    """The weeks in which recruits were certified."""
    return [row.minute / WEEK for row in run.words if row.event == "CERTIFIED" and "intake" in row.who]


def courses(run: Played) -> list[tuple[float, int]]:
    """(week, trainees) of every course that started."""
    return [(row.minute / WEEK, row.amount) for row in run.words if row.event == "COURSE_STARTED"]


@pytest.mark.parametrize(
    ("hours", "started", "certified"),
    [(8, [(3, 6)], [13] * 6), (10, [(1, 2), (11, 4)], [11] * 2), (12, [(1, 2), (3, 4)], [11] * 2 + [13] * 4)],
)
def test_an_earlier_smaller_cohort(hours: int, started: list[tuple[int, int]], certified: list[int]) -> None:
    run = play_toml(PLAN.replace("HOURS", str(hours)))
    assert courses(run) == started
    assert certificates(run) == certified
