"""Two levers on the double duty of those who teach and supervise: hours kept for courses, and what is first (R3.2)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.lives import hours_to
from engine.programmes import desk
from engine.scene import Scene, burst, dated

Play = Callable[..., Scene]


def both(mentor: str, training: str, candidates: str, *, peers: int = 5, mentors: str = "", rest: str = "") -> str:
    """Initial peers who need a meeting of two hours each, candidates who need a course; one mentor of ten hours."""
    return f"""
horizon_weeks = 20
cascade = ["mentor", "peer"]
[tier.mentor]
{f"intake = {dated(mentors)}" if mentors else "initial = 1"}
hours_per_week = 10
{mentor}
[tier.peer]
hours_per_week = 5
initial = {peers}
intake = {dated(candidates)}
[tier.peer.training]
course_weeks = 2
max_cohort = 1
{training}
[tier.peer.supervision]
meeting_hours = 2
{rest}
"""


@pytest.mark.parametrize(
    ("reserve", "groups", "started"),
    [
        (0, 5, []),  # ten hours of groups
        (5, 2, ["1", "3"]),  # four, and two of the last six may not go: a course of six fits
        (6, 2, ["1", "3"]),
        (7, 1, ["1", "3"]),
    ],
)
def test_hours_kept_free_of_groups(play: Play, reserve: float, groups: int, started: list[str]) -> None:
    """Groups only if committed + 2 + reserve is at most 10. The certified of weeks 3 and 5 find no seat either."""
    text = both(f"training_reserve_hours_per_week = {reserve}", "trainer_hours_per_week = 6", "1:2")
    scene = play(text)
    assert len([row for row in scene.select("group_opened") if row.minute == 0]) == groups
    assert len(scene.select("group_opened")) == groups
    assert scene.weeks("course_started") == started
    assert scene.kpi("tier.mentor.share.supervision_given") == 2 * groups / 10


def test_a_course_uses_the_reserve(play: Play) -> None:
    """Reserve of four: three groups at week 0. A course of three of it leaves one, which no group may have."""
    scene = play(both("training_reserve_hours_per_week = 4", "trainer_hours_per_week = 3", "1:1"))
    assert scene.weeks("group_opened") == ["0", "0", "0"]
    assert scene.weeks("course_started") == ["1"]


def test_what_a_course_uses_of_the_reserve_is_not_kept_twice(play: Play) -> None:
    """Reserve of six, a group, courses of three hours in weeks 1 to 3 and 2 to 4: at week 3 there is a second group.

    2 + 3 are committed then, 2 more are wanted, and 6 - 3 of the reserve are kept: ten.
    """
    scene = play(both("training_reserve_hours_per_week = 6", "trainer_hours_per_week = 3", "1:1 2:1", peers=1))
    assert scene.weeks("course_started") == ["1", "2"]
    assert scene.weeks("group_opened") == ["0", "3"]


def test_a_course_beyond_the_reserve_takes_what_is_free(play: Play) -> None:
    """Reserve of two and one peer: two hours of group, and eight for a course; of a second peer nothing."""
    scene = play(both("training_reserve_hours_per_week = 2", "trainer_hours_per_week = 8", "1:1", peers=1))
    assert scene.weeks("course_started") == ["1"]
    # certified at week 3, when the course has ended: a second group
    assert scene.weeks("group_opened") == ["0", "3"]


def test_overtime_is_above_the_reserve(play: Play) -> None:
    """12 hours with overtime: 2 k + 5 <= 12."""
    keys = "training_reserve_hours_per_week = 5\novertime_fraction = 0.2"
    assert len(play(both(keys, "trainer_hours_per_week = 6", "19:1")).select("group_opened")) == 3


def test_kept_free_of_refreshers(play: Play) -> None:
    """Reserve of six, one group: two hours are left, a refresher of three hours never begins, one of two does."""
    for hours, begins in ((3, []), (2, ["2"])):
        rest = (
            "[tier.peer.refresher]\nevery_weeks = 20\nwindow_weeks = 18\ncourse_weeks = 1\nmax_cohort = 1\n"
            f"trainer_hours_per_week = {hours}\n"
        )
        text = both("training_reserve_hours_per_week = 6", "trainer_hours_per_week = 1", "19:1", peers=1, rest=rest)
        assert play(text).weeks("refresher_started")[:1] == begins


def test_kept_free_of_clients(play_referred: Play) -> None:
    """Workers of 20 hours who also teach others, with a reserve of 18.5: a case of one hour, not two at once."""
    below = """
[tier.x]
hours_per_week = 5
intake = [{ week = 19, count = 1 }]
[tier.x.training]
course_weeks = 1
max_cohort = 1
trainer_hours_per_week = 1
[tier.x.supervision]
required = false
"""
    text = desk(
        burst(1, mean=2), worker="caseload = 5\ndelivers = true\ntraining_reserve_hours_per_week = 18.5", rest=below
    )
    text = text.replace('cascade = ["w"]', 'cascade = ["w", "x"]')
    scene = play_referred(text, a=[1, 1])
    assert scene.weeks("started") == ["1", "3"]


@pytest.mark.parametrize(
    ("priority", "groups", "started"),
    [('["supervision", "courses"]', ["2"] * 5, []), ('["courses", "supervision"]', ["4"] * 5, ["2"])],
)
def test_which_goes_first(play: Play, priority: str, groups: list[str], started: list[str]) -> None:
    """A mentor comes at week 2, when five wait for groups of two hours and one for a course of ten until week 4."""
    scene = play(both(f"priority = {priority}", "trainer_hours_per_week = 10", "1:1", mentors="2:1"))
    assert scene.weeks("group_opened") == groups
    assert scene.weeks("course_started") == started


def test_refreshers_follow_the_courses(play: Play) -> None:
    """Courses first, then refreshers, then seats: one of ten hours from week 2 to 3."""
    rest = """
[tier.peer.refresher]
every_weeks = 20
window_weeks = 19
course_weeks = 1
max_cohort = 5
trainer_hours_per_week = 10
"""
    for priority, week in (('["supervision", "courses"]', []), ('["courses", "supervision"]', ["2"])):
        text = both(f"priority = {priority}", "trainer_hours_per_week = 1", "19.9:1", mentors="2:1", rest=rest)
        scene = play(text)
        assert scene.weeks("refresher_started") == week
        assert scene.weeks("group_opened") == [str(int((week or ["1"])[0]) + 1)] * 5


def test_a_seat_that_is_free_takes_nothing_of_the_reserve(play: Play) -> None:
    """R4.2: from week 3 four hours are left, two in a group and four reserved: who is certified then sits in it."""
    text = both("training_reserve_hours_per_week = 4", "trainer_hours_per_week = 4", "1:1", peers=1)
    text = text.replace("meeting_hours = 2", "meeting_hours = 2\ngroup_size = 2")
    scene = play(text + hours_to("mentor", 3, 0.4))
    assert scene.lines("joined_supervision", of="peer:intake:1:0") == [
        "3 joined_supervision peer:intake:1:0 peer:group:0"
    ]
    assert scene.lines("unsupervised") == []
