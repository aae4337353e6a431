"""Vacancies that are filled from the tier below: who is chosen, when they move, what they take along (R9.2)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.lives import away, hours_to
from engine.scene import WEEK, Scene, burst, leaves, short

Play = Callable[..., Scene]
EVENTS = ("promoting", "exited", "recruited", "vacancies", "certified")


def ladder(
    peers: str = "initial = 2",
    *,
    mentor: str = "target = 1\nlag_weeks = 3",
    promotion: str = "",
    rest: str = "",
    cascade: str = '["mentor", "peer"]',
) -> str:
    """Mentors with a target, filled from peers who need neither course nor supervisor."""
    return f"""
horizon_weeks = 20
cascade = {cascade}
[tier.mentor]
hours_per_week = 10
{mentor}
[tier.mentor.promotion]
{promotion}
[tier.peer]
hours_per_week = 5
{peers}
[tier.peer.training]
required = false
[tier.peer.supervision]
independent = true
{rest}
"""


def story(scene: Scene, *events: str) -> list[str]:
    wanted = [row for row in scene.rows if row.event in (events or EVENTS) and (row.minute or row.event != "certified")]
    return short([f"{row.minute / WEEK:g} {row.event} {row.key} {row.tier} {row.detail}".strip() for row in wanted])


def test_at_once_where_nobody_is_treated(play: Play) -> None:
    """The mentor leaves at week 5, a peer takes the place in that minute: the same person, with the same hours."""
    scene = play(ladder(mentor="initial = 1\ntarget = 1\nlag_weeks = 3", rest=leaves("mentor", "move", 5)))
    assert story(scene)[3:] == [
        "5 exited m0 mentor move",
        "5 vacancies  mentor",
        "5 promoting p0 peer",
        "5 exited p0 peer promoted",
        "5 recruited p0 mentor promotion",
        "5 certified p0 mentor",
    ]
    assert [row.amount for row in scene.select("recruited") if row.detail == "promotion"] == [300]
    assert scene.kpi("tier.mentor.promoted_in") == 1
    assert scene.kpi("tier.mentor.replacement_from_below") == 1
    assert scene.kpi("tier.mentor.vacant_mean") == 0
    assert scene.kpi("tier.peer.exits.promoted") == 1
    assert scene.kpi("tier.peer.active_mean") == (2 * 5 + 15) / 20


def test_the_promoted_of_a_middle_tier_are_candidates(play: Play) -> None:
    """From peer to mentor, whose course of two weeks is given by a master; then certified again."""
    text = ladder(mentor="target = 1\nlag_weeks = 3", cascade='["master", "mentor", "peer"]').replace(
        "[tier.mentor.promotion]",
        """[tier.mentor.training]
course_weeks = 2
max_cohort = 1
trainer_hours_per_week = 5
[tier.mentor.supervision]
required = false
[tier.master]
initial = 1
hours_per_week = 10
[tier.mentor.promotion]""",
    )
    scene = play(text)
    assert story(scene, "promoting", "exited", "entered_course", "certified", "recruited")[3:] == [
        "0 promoting p0 peer",
        "0 exited p0 peer promoted",
        "0 recruited p0 mentor promotion",
        "0 entered_course p0 mentor",
        "2 certified p0 mentor",
    ]


CLIENTS = f"""
[clients]
sessions = 4
session_hours = 1
[clients.stream.a]
referrals_per_week = {burst(1, 3)}
"""


@pytest.mark.parametrize(
    ("weeks", "moved", "handed"),
    [
        (8, 5, []),
        (4, 5, []),
        (3, 4.5, ["4.5 awaiting_transfer a:0 peer"]),
        (1, 2.5, ["2.5 awaiting_transfer a:0 peer"]),
    ],
)
def test_cases_first(play_referred: Play, weeks: float, moved: float, handed: list[str]) -> None:
    """A case of weeks 1 to 5; the mentor leaves at 1.5, and the peer takes nothing new, not even at week 3."""
    text = ladder(
        "initial = 1",
        mentor="initial = 1\ntarget = 1\nlag_weeks = 30",
        promotion=f"promotion_weeks = {weeks}",
        rest=leaves("mentor", "move", 1.5) + CLIENTS,
    )
    scene = play_referred(text, a=[1, 3])
    assert [row.minute / WEEK for row in scene.select("exited") if row.detail == "promoted"] == [moved]
    assert story(scene, "awaiting_transfer") == handed
    assert len(scene.select("started")) == 1
    assert scene.kpi("tier.mentor.vacant_mean") == pytest.approx((moved - 1.5) / 20)
    assert scene.kpi("tier.mentor.waiting.vacancy.promotion_weeks") == pytest.approx(moved - 1.5)
    promoting = scene.select("promoting")[0]
    assert promoting.amount == (1.5 + weeks) * WEEK


@pytest.mark.parametrize(
    ("peers", "promotion", "expected"),
    [
        ("intake = [{ week = 1, count = 1 }, { week = 2, count = 2 }]", "", "p:1:0"),  # longest certified
        ("initial = 2\nintake = [{ week = 1, count = 1 }]", "", "p0"),  # then the lowest key
        ("initial = 1\ninitial_tenure_weeks = 3\nintake = [{ week = 1, count = 1 }]", "min_tenure_weeks = 8", "p0"),
        ("initial = 1\nintake = [{ week = 1, count = 1 }]", "min_tenure_weeks = 5", "p0"),
        ("initial = 1\nintake = [{ week = 1, count = 1 }]", "min_tenure_weeks = 5.5", "mentor:vacancy:0:0"),
    ],
)
def test_who_is_chosen(play: Play, peers: str, promotion: str, expected: str) -> None:
    """At week 5. Whoever has not been certified for long enough leaves the vacancy to somebody from outside."""
    mentor = "initial = 1\ntarget = 1\nlag_weeks = 3"
    scene = play(ladder(peers, mentor=mentor, promotion=promotion, rest=leaves("mentor", "move", 5)))
    came = [row for row in scene.select("recruited") if row.tier == "mentor" and row.detail != "initial"]
    assert short([f"{row.minute / WEEK:g} {row.key}" for row in came]) == [
        f"{8 if expected.startswith('mentor') else 5} {expected}"
    ]


def test_more_competent_first_and_competent_enough(play_where: Play) -> None:
    """Two peers of week 3, whose competence after the course differs; with a minimum between them only one is fit."""
    course = "course_weeks = 2\nmax_cohort = 2\ntrainer_hours_per_week = 5"
    table = "[tier.peer.competence]\ncourse_level = 0.5\nnoise_sd = 0.1\n"
    base = ladder(
        "intake = [{ week = 1, count = 2 }]",
        mentor="initial = 2\ntarget = 2\nlag_weeks = 30",
        promotion="min_competence = LEAST",
        rest=table + leaves("mentor", "move", 8),
    ).replace("required = false", course, 1)

    def fit(scene: Scene) -> bool:
        first, second = (row.amount / 1e9 for row in scene.select("passed"))
        return first < 0.48 and second > 0.52

    scene = play_where(base.replace("LEAST", "0.3"), fit)
    assert story(scene, "promoting") == ["8 promoting p:1:1 peer", "8 promoting p:1:0 peer"]
    scene = play_where(base.replace("LEAST", "0.5"), fit)
    assert story(scene, "promoting") == ["8 promoting p:1:1 peer"]


def test_as_competent_however_often_it_was_stored(play: Play) -> None:
    """Idle from minute 1 on, all lose the same; absences store it at other minutes and may change the last digit only.

    So the lowest key of those who are there at week 8 is promoted. In some runs p1 or p2 would win by that digit.
    """
    keys = "course_level = 0.7\nhalf_life_weeks = 7\nidle_decay_after_weeks = 0.0001"
    rest = f"[tier.peer.competence]\n{keys}\n[tier.peer.events.ill]\nrecurring = true\nabsence_weeks = 0.3"
    rest += '\ntime_to_event = { dist = "exponential", mean_weeks = 2 }\n' + leaves("mentor", "move", 8)
    rest += "[clients]\nsessions = 1\nsession_hours = 1\n[clients.stream.a]\nreferrals_per_week = 0\n"
    text = ladder("initial = 3", mentor="initial = 1\ntarget = 1\nlag_weeks = 30", rest=rest)
    for replication in range(20):
        scene = play(text, replication=replication)
        spells = [(row.key, row.minute, row.amount) for row in scene.select("absent")]
        away_then = {key for key, since, until in spells if since <= 8 * WEEK < until}
        here = sorted({f"peer:initial:{number}" for number in range(3)} - away_then)
        assert [row.key for row in scene.select("promoting")][:1] == here[:1]


def test_not_on_notice_nor_away(play: Play) -> None:
    """Peers of the start give notice at week 4 or are away then; the next ones of week 4.5 are fit."""
    peers = "initial = 2\nintake = [{ week = 4.5, count = 1 }]"
    mentor = "initial = 1\ntarget = 1"
    for lives in (leaves("peer", "study", 4, notice_weeks=6), away("peer", 4, 6)):
        scene = play(ladder(peers, mentor=mentor, rest=lives + leaves("mentor", "move", 5)))
        assert story(scene, "promoting") == ["5 promoting p:4.5:0 peer"]


def test_a_vacancy_below_follows(play: Play) -> None:
    """The peers have a target too: who has moved up is replaced from outside two weeks later."""
    text = ladder(
        "initial = 2\ntarget = 2\nlag_weeks = 2",
        mentor="initial = 1\ntarget = 1\nlag_weeks = 3",
        rest=leaves("mentor", "move", 5),
    )
    assert story(play(text), "vacancies", "recruited")[3:] == [
        "5 vacancies  mentor",
        "5 recruited p0 mentor promotion",
        "5 vacancies  peer",
        "7 recruited peer:vacancy:0:0 peer vacancy",
    ]


def test_who_leaves_before_moving_opens_the_vacancy_again(play_referred: Play) -> None:
    """Chosen at 1.5 with a case until week 5, gone at week 3: somebody from outside comes at week 3 + 2."""
    text = ladder(
        "initial = 1",
        mentor="initial = 1\ntarget = 1\nlag_weeks = 2",
        rest=leaves("mentor", "move", 1.5) + leaves("peer", "study", 3) + CLIENTS,
    )
    scene = play_referred(text, a=[1, 3])
    assert story(scene, "promoting", "exited", "recruited")[2:] == [
        "1.5 exited m0 mentor move",
        "1.5 promoting p0 peer",
        "3 exited p0 peer study",
        "5 recruited mentor:vacancy:1:0 mentor vacancy",
    ]
    assert scene.kpi("tier.peer.exits.promoted") == 0
    assert scene.kpi("tier.mentor.vacant_mean") == pytest.approx(3.5 / 20)


def test_a_promise_is_a_vacancy_that_is_not_opened_again(play_referred: Play) -> None:
    """Chosen at 1.5 with a case until week 5. Another mentor comes at 2 and leaves at 3: nobody else is sought."""
    text = ladder(
        "initial = 1",
        mentor="initial = 1\nintake = [{ week = 2, count = 1 }]\ntarget = 1\nlag_weeks = 1",
        rest=leaves("mentor", "move", 1.5) + leaves("mentor", "age", 3) + CLIENTS,
    )
    scene = play_referred(text, a=[1, 3])
    assert [row.amount for row in scene.select("vacancies")] == [1]
    assert [row.detail for row in scene.select("recruited") if row.tier == "mentor"] == [
        "initial",
        "intake",
        "promotion",
    ]


def test_who_gives_notice_before_moving_does_not_move(play_referred: Play) -> None:
    """Chosen at 1.5 with a case until week 5, notice at week 3 until week 9: somebody from outside comes at 3 + 2."""
    text = ladder(
        "initial = 1",
        mentor="initial = 1\ntarget = 1\nlag_weeks = 2",
        rest=leaves("mentor", "move", 1.5) + leaves("peer", "study", 3, notice_weeks=6) + CLIENTS,
    )
    scene = play_referred(text, a=[1, 3])
    assert [each for each in story(scene, "exited", "notice") if "p0" in each] == [
        "3 notice p0 peer study",
        "9 exited p0 peer study",
    ]
    assert [row.minute / WEEK for row in scene.select("recruited") if row.detail == "vacancy"] == [5]
    assert scene.kpi("tier.mentor.vacant_mean") == pytest.approx(3.5 / 20)


EMPTY = "initial = 1\ntarget = 2\npool = 0\nlag_weeks = 3"


@pytest.mark.parametrize(
    ("promotion", "rest", "moved"),
    [
        ("min_tenure_weeks = 10", "", 10),  # nobody is fit before, and nobody left outside at week 3
        ("min_tenure_weeks = 2", "", 3),  # fit at week 2, but not offered within the lag
        ("min_tenure_weeks = 2", away("peer", 1, 4), 5),  # back at week 5
        ("min_tenure_weeks = 10", leaves("peer", "study", 9), None),
        ("min_tenure_weeks = 30", "", None),
    ],
)
def test_what_nobody_could_fill_is_offered_again(play: Play, promotion: str, rest: str, moved: float | None) -> None:
    """Two mentors are wanted, one is there, and nobody comes from outside: it is open until somebody may rise."""
    scene = play(ladder("initial = 1", mentor=EMPTY, promotion=promotion, rest=rest))
    weeks = [row.minute / WEEK for row in scene.select("recruited") if row.detail == "promotion"]
    assert weeks == ([] if moved is None else [moved])
    assert [row.amount for row in scene.select("vacancies")] == [1]
    assert scene.kpi("tier.mentor.vacant_mean") == pytest.approx((20 if moved is None else moved) / 20)


def test_a_certificate_of_today_may_be_enough(play: Play) -> None:
    scene = play(ladder("intake = [{ week = 6, count = 1 }]", mentor=EMPTY))
    assert story(scene, "promoting") == ["6 promoting p:6:0 peer"]


def test_a_session_that_makes_competent_enough(play_referred: Play) -> None:
    """Of 0.5 each supervised session takes away half of what is missing: the second, at week 6, makes 0.875."""
    able = "[tier.peer.competence]\ncourse_level = 0.5\ngain_per_session = 0.5\n"
    text = ladder(
        "initial = 1", mentor=EMPTY, promotion="min_competence = 0.8\npromotion_weeks = 9", rest=able + CLIENTS
    )
    scene = play_referred(text.replace(burst(1, 3), burst(4)), a=[4])
    assert story(scene, "session", "promoting", "recruited")[2:] == [
        "5 session a:0 peer supervised",
        "6 session a:0 peer supervised",
        "6 promoting p0 peer",
        "7 session a:0 peer supervised",
        "8 session a:0 peer supervised",
        "8 recruited p0 mentor promotion",
    ]


def test_hours_changes_go_along(play: Play) -> None:
    """Half the hours at week 2 of a peer, who moves up at week 5 with them."""
    rest = hours_to("peer", 2, 0.5) + leaves("mentor", "move", 5)
    scene = play(ladder(mentor="initial = 1\ntarget = 1", rest=rest))
    assert [row.amount for row in scene.select("recruited") if row.detail == "promotion"] == [150]


def test_new_clocks_above(play: Play) -> None:
    """A date of week 9 in the upper tier concerns who was promoted at week 5, one of week 9 in the lower no more."""
    rest = leaves("mentor", "move", 5) + leaves("mentor", "age", 9) + leaves("peer", "study", 9)
    scene = play(ladder("initial = 1", mentor="initial = 1\ntarget = 1\nlag_weeks = 30", rest=rest))
    assert [each for each in story(scene, "exited") if "p0" in each] == [
        "5 exited p0 peer promoted",
        "9 exited p0 mentor age",
    ]


def test_clocks_from_recruitment_know_the_years_below(play: Play) -> None:
    """Nothing up to a tenure of eight weeks, then a hundred a week: promoted at week 5, gone within week 8."""
    table = "[{ from_weeks = 0, rate_per_year = 0 }, { from_weeks = 8, rate_per_year = 5200 }]"
    life = (
        f'[tier.mentor.events.age]\ntime_to_event = {{ dist = "life_table", table = {table} }}\nfrom = "recruitment"\n'
    )
    text = ladder(
        "initial = 1", mentor="initial = 1\ntarget = 1\nlag_weeks = 30", rest=leaves("mentor", "move", 5) + life
    )
    left = [row for row in play(text).select("exited") if row.detail == "age"]
    assert [row.minute // WEEK for row in left] == [8]
