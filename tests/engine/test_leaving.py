"""Why and when workers leave: competing clocks, notice, ties between reasons."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from cascadesim.model.enums import Kind, Purpose
from cascadesim.model.rng import entity_stream, replication_key, stable_hash, uniform
from engine.lives import identity
from engine.scene import WEEK, Scene, burst, when

Play = Callable[..., Scene]


def one(*reasons: str, rest: str = "initial = 1") -> str:
    """A single tier of people who only leave; reasons are lines `NAME week WEEK [notice WEEKS]`."""
    text = f'horizon_weeks = 12\ncascade = ["w"]\n[tier.w]\nhours_per_week = 10\n{rest}\n'
    for reason in reasons:
        name, _, week, *notice = reason.split()
        text += f'[tier.w.events.{name}]\ntime_to_event = {{ dist = "date", week = {week} }}\n'
        text += f"notice_weeks = {notice[1]}\n" if notice else ""
    return text


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        (["zeta week 5", "alpha week 5"], ["5 exited w:initial:0 alpha"]),
        (["move week 4 notice 4"], ["4 notice w:initial:0 move 80640", "8 exited w:initial:0 move"]),
        # overtaken while on notice
        (
            ["move week 4 notice 4", "sick week 6"],
            ["4 notice w:initial:0 move 80640", "6 exited w:initial:0 sick"],
        ),
        # a notice ends at the minute of another reason: the name decides, whichever it is
        (["b week 4 notice 2", "a week 6"], ["4 notice w:initial:0 b 60480", "6 exited w:initial:0 a"]),
        (["a week 4 notice 2", "b week 6"], ["4 notice w:initial:0 a 60480", "6 exited w:initial:0 a"]),
        # a later, shorter notice wins
        (
            ["long week 3 notice 5", "short week 5 notice 1"],
            ["3 notice w:initial:0 long 80640", "5 notice w:initial:0 short 60480", "6 exited w:initial:0 short"],
        ),
        # two notices at one minute, in order of their names
        (
            ["y week 3 notice 2", "x week 3 notice 4"],
            ["3 notice w:initial:0 x 70560", "3 notice w:initial:0 y 50400", "5 exited w:initial:0 y"],
        ),
        # an exit comes before a notice of the same minute, which is void
        (["a week 3 notice 1", "b week 3"], ["3 exited w:initial:0 b"]),
        # nothing happens at the horizon or after it
        (["a week 12", "b week 11 notice 1"], ["11 notice w:initial:0 b 120960"]),
    ],
)
def test_competing_dates(play: Play, reasons: list[str], expected: list[str]) -> None:
    """The first executed is recorded; among exits of one minute the name decides (R5.5, R5.6)."""
    scene = play(one(*reasons))
    assert scene.lines("notice", "exited") == expected
    named = [reason.split()[0] for reason in reasons]
    left = [row.detail for row in scene.select("exited")]
    assert {name: scene.kpi(f"tier.w.exits.{name}") for name in named} == {name: left.count(name) for name in named}


def test_time_on_notice_is_counted_once(play: Play) -> None:
    frame = play(one("long week 3 notice 5", "short week 5 notice 1")).run.trajectories_frame()
    on_notice = frame["tier.w.on_notice"].tolist()
    assert on_notice == [0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0]


def test_a_date_concerns_those_who_are_there_just_before(play: Play) -> None:
    """Somebody who comes at that very minute stays, and so do later ones."""
    intake = "intake = [{ week = 4, count = 1 }, { week = 5, count = 1 }, { week = 6, count = 1 }]"
    assert play(one("d week 5", rest=intake)).lines("exited") == ["5 exited w:intake:4:0 d"]


def test_several_people_of_one_minute_leave_in_order_of_key(play: Play) -> None:
    rest = "initial = 2\nintake = [{ week = 2, count = 2 }, { week = 1, count = 1 }]"
    assert [row.key for row in play(one("d week 5", rest=rest)).select("exited")] == [
        "w:initial:0",
        "w:initial:1",
        "w:intake:1:0",
        "w:intake:2:0",
        "w:intake:2:1",
    ]


TRAINEES = """
horizon_weeks = 12
cascade = ["mentor", "peer"]
[tier.mentor]
initial = 1
hours_per_week = 10
[tier.peer]
hours_per_week = 5
intake = [{ week = 1, count = 2 }, { week = 2, count = 2 }]
[tier.peer.training]
course_weeks = 3
min_cohort = 2
max_cohort = 2
trainer_hours_per_week = 10
[tier.peer.supervision]
required = false
[tier.peer.events.move]
from = "recruitment"
time_to_event = { dist = "date", week = 3 }
notice_weeks = 4
[tier.peer.events.tired]
time_to_event = { dist = "date", week = 3 }
"""


def test_candidates_and_trainees_leave_without_notice(play: Play) -> None:
    """Week 3: two are on a course, two wait for one (the trainer's ten hours are taken). All four go at once.

    `tired` runs from certification and concerns none of them.
    """
    scene = play(TRAINEES)
    assert scene.lines("course_started", "course_ended", "notice", "exited") == [
        "1 course_started peer:course:0 2",
        "3 exited peer:intake:1:0 move",
        "3 exited peer:intake:1:1 move",
        "3 exited peer:intake:2:0 move",
        "3 exited peer:intake:2:1 move",
        "3 course_ended peer:course:0 empty",
    ]
    assert scene.kpi("tier.mentor.share.training_given") == 2 / 12


def test_a_clock_from_certification_starts_there(play: Play) -> None:
    """The course ends at week 4: the date of week 4 is not after it, that of week 5 is."""
    for week, expected in ((4, []), (5, ["5 exited peer:intake:1:0 tired", "5 exited peer:intake:1:1 tired"])):
        text = TRAINEES.replace(", { week = 2, count = 2 }", "").replace(
            '[tier.peer.events.move]\nfrom = "recruitment"\ntime_to_event = { dist = "date", week = 3 }\n'
            "notice_weeks = 4\n",
            "",
        )
        scene = play(text, sets=[f"tier.peer.events.tired.time_to_event.week={week}"])
        assert scene.lines("exited") == expected


NOTICE = f"""
horizon_weeks = 12
cascade = ["peer"]
[tier.peer]
initial = 1
hours_per_week = 10
caseload = 3
[tier.peer.events.move]
time_to_event = {{ dist = "date", week = 3 }}
notice_weeks = 4
[clients]
sessions = 3
session_hours = 1
[clients.stream.a]
referrals_per_week = {burst(2, 4, 5)}
"""


def test_on_notice_open_cases_go_on_and_no_new_one_begins(play_referred: Play) -> None:
    scene = play_referred(NOTICE, a=[2, 4])
    assert scene.lines("notice", "started", "session", "completed", "exited") == [
        "2 started a:0 peer:initial:0 10080",
        "3 session a:0 peer:initial:0 supervised 1",
        "3 notice peer:initial:0 move 70560",
        "4 session a:0 peer:initial:0 supervised 2",
        "5 session a:0 peer:initial:0 supervised 3",
        "5 completed a:0 peer:initial:0",
        "7 exited peer:initial:0 move",
    ]
    assert scene.kpi("clients.waiting.care.too_few_workers_weeks") == 8.0


HAZARDS = """
horizon_weeks = 500
cascade = ["w"]
[tier.w]
initial = 30
initial_tenure_weeks = 20
hours_per_week = 10
intake = [{ week = 7, count = 30 }]
[tier.w.events.work]
time_to_event = { dist = "exponential", rate_per_year = 0.4 }
[tier.w.events.move]
time_to_event = { dist = "weibull", shape = 0.7, mean_weeks = 150 }
from = "recruitment"
[tier.w.events.age]
time_to_event = { dist = "weibull", shape = 3, mean_weeks = 150 }
notice_weeks = 2.5
"""
# reason -> shape, scale in weeks, notice in minutes
CLOCKS = {
    "work": (1.0, 52 / 0.4, 0),
    "move": (0.7, 150 / math.gamma(1 + 1 / 0.7), 0),
    "age": (3.0, 150 / math.gamma(1 + 1 / 3), 25_200),
}


def expected_exit(replication: int, entry: int, date: int, position: int, tenure_weeks: float) -> tuple[str, int, str]:
    """When and why this worker leaves: for each reason (t0/s)^k + E = ((t0 + T)/s)^k, the earliest T wins."""
    key = identity(0, entry, date, position)
    luck, stream = replication_key(1, replication), entity_stream(Kind.WORKER, 0, key)
    due = []
    for name, (shape, scale, notice) in CLOCKS.items():
        threshold = -math.log1p(-uniform(luck, stream, Purpose.THRESHOLD, stable_hash(name)))
        tenure = scale * ((tenure_weeks / scale) ** shape + threshold) ** (1 / shape)
        due.append((math.ceil(date + (tenure - tenure_weeks) * WEEK) + notice, name))
    minute, name = min(due)
    return when(minute), minute, name


@pytest.mark.parametrize("replication", range(4))
def test_the_earliest_of_the_clocks_wins(play: Play, replication: int) -> None:
    """Thresholds are keyed by worker and reason, so the exits can be worked out one by one (R5.1, R11.1)."""
    scene = play(HAZARDS, replication=replication)
    found = {row.key: (row.minute, row.detail) for row in scene.select("exited")}
    expected = {}
    for position in range(30):
        _, minute, name = expected_exit(replication, 0, 0, position, 20.0)
        expected[f"w:initial:{position}"] = (minute, name)
        _, minute, name = expected_exit(replication, 1, 7 * WEEK, position, 0.0)
        expected[f"w:intake:7:{position}"] = (minute, name)
    expected = {key: value for key, value in expected.items() if value[0] < 500 * WEEK}
    assert found.keys() == expected.keys()
    for key, (minute, name) in expected.items():
        assert found[key][1] == name
        assert abs(found[key][0] - minute) <= 1  # the last digit of a power may round up to the next minute
    assert len({name for _, name in found.values()}) == 3
