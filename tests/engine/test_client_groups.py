"""Care in groups: gathering, facilitators, sessions, and how a group ends (R8.6)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.circles import circle
from engine.clinic import story, told
from engine.scene import WEEK, Scene, leaves, rarely

Play = Callable[..., Scene]

TWO = "initial = 2"


def test_from_the_first_referral_to_the_last_session(play: Play) -> None:
    scene = play(circle(TWO, a="1, 2, 2.5"))
    assert story(scene) == [
        "2+5040 client_group_started g:0 g 3",
        "2+5040 facilitator_joined g:0 w0",
        "2+5040 facilitator_joined g:0 w1",
        *(f"2+5040 joined_group a{number} g:0 started" for number in range(3)),
        *(
            line
            for session in (1, 2)
            for line in (
                f"{2 + session}+5040 group_session g:0 {session}",
                *(f"{2 + session}+5040 session a{number} g:0 supervised {session}" for number in range(3)),
            )
        ),
        "5+5040 group_session g:0 3",
        *(
            line
            for number in range(3)
            for line in (f"5+5040 session a{number} g:0 supervised 3", f"5+5040 completed a{number}")
        ),
        "5+5040 client_group_ended g:0 held",
    ]
    named = ("referred", "started", "completed", "client_groups_started", "group_size_mean")
    assert [scene.kpi(f"clients.{name}") for name in named] == [3, 3, 3, 1, 3]
    assert scene.kpi("clients.wait_mean_weeks") == pytest.approx((1.5 + 0.5 + 0) / 3)


def test_at_most_group_max_in_the_order_of_the_queue(play: Play) -> None:
    """Facilitators come at week 5: urgent first, then by date; the two who are left wait for a third, who comes at 7.

    By then both facilitators have a group until week 8.
    """
    streams = {"u": 'format = "g"\ndates = [4]\nurgent_probability = 1'}
    scene = play(circle("intake = [{ week = 5, count = 2 }]", a="1, 2, 2.5, 3, 4.5, 7", streams=streams))
    assert [line.split()[:3] for line in told(scene, "client_group_started", "joined_group")] == [
        ["5", "client_group_started", "g:0"],
        *(["5", "joined_group", name] for name in ("a0", "a1", "a2", "u0")),
        ["8", "client_group_started", "g:1"],
        *(["8", "joined_group", name] for name in ("a3", "a4", "a5")),
    ]


def test_two_different_facilitators(play: Play) -> None:
    """One worker has two places, but facilitates once; the group waits for a second worker."""
    scene = play(circle("intake = [{ week = 0, count = 1 }, { week = 4, count = 1 }]\ncaseload = 2", a="1, 1, 1"))
    assert told(scene, "binding_constraint", "facilitator_joined") == [
        "1 binding_constraint care:too_few_workers",
        "4 facilitator_joined g:0 w0",
        "4 facilitator_joined g:0 w4:0",
        "4 binding_constraint care:",
    ]


def test_what_a_group_takes_of_a_facilitators_week(play: Play) -> None:
    """Two and a half hours for three weeks and the one place: an individual client waits until week 4."""
    scene = play(circle(TWO, "session_overhead_hours = 0.5", a="1, 1, 1", streams={"i": "dates = [1.5]"}))
    assert told(scene, "started", "client_group_ended") == ["4 client_group_ended g:0 held", "4 started i0 w0"]
    assert scene.kpi("tier.w.share.clients") == pytest.approx((2 * 3 * 150 + 2 * 60) / (2 * 20 * 1200), rel=1e-12)


def test_hours_for_the_group_are_needed(play: Play) -> None:
    """A week of an hour and a half: individual clients fit, a group (two hours) does not."""
    people = f"{TWO}\nhours_per_week = {rarely(1.5, 9)}\ncaseload = 2"
    scene = play(circle(people, a="1, 1, 1", streams={"i": "dates = [1]"}))
    assert told(scene, "started", "client_group_started") == ["1 started i0 w0"]
    assert scene.lines("binding_constraint") == ["1 binding_constraint care:worker_hours"]


def test_closed_to_late_entry(play: Play) -> None:
    """The fourth comes after the start, though the group could have been of four; it takes three for the next one."""
    scene = play(circle("initial = 4", a="1, 1, 1, 1.5, 2, 6"))
    assert [line.split()[:3] for line in told(scene, "joined_group")] == [
        *(["1", "joined_group", f"a{number}"] for number in range(3)),
        *(["6", "joined_group", f"a{number}"] for number in range(3, 6)),
    ]


def test_patience_until_the_start(play: Play) -> None:
    """Three weeks: the first leaves at 4, before the third comes at 4.5; the last two start with a fourth."""
    scene = play(circle(TWO, "", "patience_weeks = 3", a="1, 2, 4.5, 4.75"))
    assert told(scene, "reneged", "client_group_started", "joined_group") == [
        "4 reneged a0",
        "4+7560 client_group_started g:0 g 3",
        *(f"4+7560 joined_group a{number} g:0 started" for number in (1, 2, 3)),
    ]


def test_groups_of_one_language(play: Play) -> None:
    """Two of one language and one of another are no group."""
    streams = {
        "f": 'format = "g"\ndates = [1, 6]\nlanguage = "Farsi"',
        "r": 'format = "g"\ndates = [1, 2, 3]\nlanguage = "Arabic"',
    }
    scene = play(circle("initial = 4", streams=streams))
    assert told(scene, "client_group_started", "joined_group") == [
        "3 client_group_started g:Arabic:0 g 3",
        *(f"3 joined_group r{number} g:Arabic:0 started" for number in range(3)),
    ]


@pytest.mark.parametrize(
    ("of_a", "of_b"),
    [
        ('language = "Arabic"\ndates = [2, 2]', 'language = "Farsi"\ndates = [1, 1]'),
        ('language = "Arabic"\ndates = [1, 1]\npriority = 2', 'language = "Farsi"\ndates = [2, 2]'),
        ('language = "Arabic"\ndates = [1, 1]', 'language = "Farsi"\ndates = [2, 2]\nurgent_probability = 1'),
    ],
)
def test_the_group_of_the_first_in_turn(play: Play, of_a: str, of_b: str) -> None:
    """One facilitator from week 3 on: date, priority and urgency decide, not which language is first by name."""
    streams = {"a": f'format = "g"\n{of_a}', "b": f'format = "g"\n{of_b}'}
    form = "facilitators = 1\ngroup_min = 2"
    scene = play(circle("intake = [{ week = 3, count = 1 }]", form, streams=streams))
    assert told(scene, "client_group_started") == [
        "3 client_group_started g:Farsi:0 g 2",
        "6 client_group_started g:Arabic:0 g 2",
    ]


def test_a_group_that_cannot_start_is_passed_over(play: Play) -> None:
    """Nobody speaks Farsi until week 9: those of week 1 do not hold up those of week 2."""
    streams = {
        "a": 'format = "g"\nlanguage = "Arabic"\ndates = [2, 2]',
        "b": 'format = "g"\nlanguage = "Farsi"\ndates = [1, 1]',
    }
    form = "facilitators = 1\ngroup_min = 2"
    tiers = {
        "ar": "initial = 1\nlanguages = { Arabic = 1 }",
        "fa": "intake = [{ week = 9, count = 1 }]\nlanguages = { Farsi = 1 }",
    }
    scene = play(circle(tiers, form, streams=streams))  # type: ignore[arg-type]
    assert told(scene, "client_group_started") == [
        "2 client_group_started g:Arabic:0 g 2",
        "9 client_group_started g:Farsi:0 g 2",
    ]


def test_one_facilitator_may_need_an_interpreter(play: Play) -> None:
    """One speaks Farsi, the other takes 2 x 1.5 hours; somebody's session by interpreter, so is the group's."""
    tiers = {"ar": "initial = 2\nlanguages = { Arabic = 1 }", "fa": "initial = 1\nlanguages = { Farsi = 1 }"}
    streams = {"f": 'format = "g"\ndates = [1, 1, 1]\nlanguage = "Farsi"'}
    scene = play(circle(tiers, "", "interpreter_hours_factor = 1.5", streams=streams))  # type: ignore[arg-type]
    assert told(scene, "facilitator_joined") == [
        "1 facilitator_joined g:Farsi:0 fa0",
        "1 facilitator_joined g:Farsi:0 ar0 interpreter",
    ]
    assert scene.kpi("tier.fa.share.clients") == pytest.approx(3 * 120 / (20 * 1200), rel=1e-12)
    assert scene.kpi("tier.ar.share.clients") == pytest.approx(3 * 180 / (2 * 20 * 1200), rel=1e-12)
    assert scene.kpi("clients.interpreted_share") == 1.0


def test_the_interval_is_drawn_once_for_all(play: Play) -> None:
    """Everybody's sessions are the group's, and another group's are others."""
    form = 'interval_weeks = { dist = "uniform", low = 0.5, high = 1.5 }'
    scene = play(circle("initial = 4", form, a="1, 1, 1, 2, 2, 2"))
    held = {key: [row.minute for row in scene.select("group_session") if row.key == key] for key in ("g:0", "g:1")}
    for row in scene.select("session"):
        assert row.minute in held[row.other]
    assert len(scene.select("session")) == 18
    begins = {row.key: row.minute for row in scene.select("client_group_started")}
    intervals = {
        late - early for key in held for early, late in zip([begins[key], *held[key]], held[key], strict=False)
    }
    assert len(intervals) == 6
    assert min(intervals) >= 5_040 and max(intervals) <= 15_120


# --- the ends of a group --------------------------------------------------------------------------------------------


def test_it_ends_when_its_members_have_gone_and_the_next_begins(play: Play) -> None:
    """Nobody goes on after the first session; three others have been waiting for the two facilitators."""
    scene = play(circle(TWO, "", "continue_probability = 0", a="1, 1, 1, 1.5, 1.5, 1.5"))
    assert told(scene, "dropped_out", "client_group_started", "client_group_ended") == [
        "1 client_group_started g:0 g 3",
        *(f"2 dropped_out a{number} continue" for number in range(3)),
        "2 client_group_ended g:0 empty",
        "2 client_group_started g:1 g 3",
        *(f"3 dropped_out a{number} continue" for number in range(3, 6)),
        "3 client_group_ended g:1 empty",
    ]


def test_the_last_member_goes_between_two_sessions(play: Play) -> None:
    """Week 2.5 takes everybody away: the group ends then, and its facilitators see somebody else."""
    rest = '[clients.events.move]\ntime_to_event = { dist = "date", week = 2.5 }'
    streams = {"i": "dates = [2.75]"}
    scene = play(circle(TWO, "", "", rest, a="1, 1, 1", streams=streams))
    assert told(scene, "left", "client_group_ended", "group_session", "started") == [
        "2 group_session g:0 1",
        *(f"2+5040 left a{number} move" for number in range(3)),
        "2+5040 client_group_ended g:0 empty",
        "2+7560 started i0 w0",
    ]
    assert scene.kpi("tier.w.share.clients") == pytest.approx((2 * 1.5 * 120 + 2 * 60) / (2 * 20 * 1200), rel=1e-12)


def test_who_does_not_start_stays_until_the_first_session(play: Play) -> None:
    scene = play(circle(TWO, "", "start_probability = 0", a="1, 1, 1"))
    assert told(scene, "joined_group", "never_started", "session", "client_group_ended") == [
        *(f"1 joined_group a{number} g:0 not_starting" for number in range(3)),
        *(f"2 never_started a{number}" for number in range(3)),
        "2 client_group_ended g:0 empty",
    ]
    assert [scene.kpi(f"clients.{name}") for name in ("started", "never_started")] == [0, 3]


# --- missing a session ----------------------------------------------------------------------------------------------


def test_a_no_show_misses_the_session(play_where: Play) -> None:
    """Nothing is postponed: who missed the second of three has completed only if two are adequate."""

    def second_missed(scene: Scene) -> bool:
        return told(scene, "no_show") == ["3 no_show a0 g:0 1"]

    text = circle(TWO, "", "no_show_probability = 0.1", a="1, 1, 1")
    for form, end in (("", "4 dropped_out a0 no_shows"), ("adequate_sessions = 2\n", "4 completed a0")):
        scene = play_where(text.replace("group_min", f"{form}group_min"), second_missed)
        events = ("session", "no_show", "completed", "dropped_out")
        assert [line for line in told(scene, *events) if line.split()[2] == "a0"] == [
            "2 session a0 g:0 supervised 1",
            "3 no_show a0 g:0 1",
            "4 session a0 g:0 supervised 2",
            end,
        ]
        assert scene.weeks("client_group_ended") == ["4"]


def test_missing_the_last_one_is_no_dropping_out(play_where: Play) -> None:
    scene = play_where(
        circle(TWO, "adequate_sessions = 2", "no_show_probability = 0.1", a="1, 1, 1"),
        lambda scene: told(scene, "no_show") == ["4 no_show a1 g:0 1"],
    )
    assert [line for line in told(scene, "completed", "dropped_out") if line.split()[2] == "a1"] == ["4 completed a1"]


def test_whoever_never_came_has_dropped_out(play: Play) -> None:
    """They are kept to the end; no session was held, and none is paid."""
    scene = play(circle(TWO, "", "no_show_probability = 1\ncosts.session_cost = 100", a="1, 1, 1"))
    assert told(scene, "group_session", "dropped_out", "client_group_ended") == [
        *(f"{1 + session} group_session g:0 {session}" for session in (1, 2, 3)),
        *(f"4 dropped_out a{number} no_shows" for number in range(3)),
        "4 client_group_ended g:0 held",
    ]
    assert scene.kpi("clients.no_show_share") == 1.0
    assert scene.kpi("cost.clients.sessions") == 0.0


def test_a_session_is_held_if_anybody_comes(play_where: Play) -> None:
    """At the second of three nobody comes, at the last one does: two are paid, and two have been practice."""
    care = "no_show_probability = 0.5\ncosts.session_cost = 100"
    rest = "[tier.w.competence]\ncourse_level = 0.5\ninitial_competence = 0.5\ngain_per_session = 0.5\n"
    scene = play_where(
        circle("initial = 1", "facilitators = 1", care, rest, a="1, 1, 1"),
        lambda scene: (
            [len([row for row in scene.select("session") if row.minute == week * WEEK]) for week in (2, 3, 4)]
            == [2, 0, 1]
        ),
    )
    assert scene.kpi("cost.clients.sessions") == 200.0
    assert scene.kpi("tier.w.competence_mean") == 1 - 0.5 * 0.5**2


def test_more_than_max_no_shows(play: Play) -> None:
    scene = play(circle(TWO, "", "no_show_probability = 1\nmax_no_shows = 1", a="1, 1, 1"))
    assert scene.weeks("dropped_out") == ["3", "3", "3"]
    assert told(scene, "client_group_ended") == ["3 client_group_ended g:0 empty"]


# --- facilitators ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["exit", "absence"])
def test_a_lost_facilitator_is_replaced(play: Play, how: str) -> None:
    """Both facilitators, and nobody else, are there just before week 2.5; two more are there from 2.5 on."""
    rest = leaves("w", "away", 2.5)
    if how == "absence":
        rest += "absence_weeks = 1"
    scene = play(circle("intake = [{ week = 0, count = 2 }, { week = 2.5, count = 2 }]", "", "", rest, a="1, 1, 1"))
    assert told(scene, "facilitator_joined", "exited", "absent", "client_group_ended", "awaiting_transfer") == [
        "1 facilitator_joined g:0 w0",
        "1 facilitator_joined g:0 w1",
        *(
            ["2+5040 exited w0 away", "2+5040 exited w1 away"]
            if how == "exit"
            else ["2+5040 absent w0 away 35280", "2+5040 absent w1 away 35280"]
        ),
        "2+5040 facilitator_joined g:0 w2.5:0",
        "2+5040 facilitator_joined g:0 w2.5:1",
        "4 client_group_ended g:0 held",
    ]


def test_the_rest_carry_on(play: Play) -> None:
    """One of two tiers goes; nobody steps in, not even the one who comes at week 3."""
    tiers = {"v": "initial = 1", "w": "intake = [{ week = 0, count = 1 }, { week = 3, count = 1 }]"}
    scene = play(circle(tiers, "", "", leaves("v", "move", 2.5), a="1, 1, 1"))  # type: ignore[arg-type]
    assert told(scene, "facilitator_joined", "exited", "completed", "client_group_ended") == [
        "1 facilitator_joined g:0 v0",
        "1 facilitator_joined g:0 w0",
        "2+5040 exited v0 move",
        *(f"4 completed a{number}" for number in range(3)),
        "4 client_group_ended g:0 held",
    ]
    assert scene.kpi("tier.v.share.clients") == pytest.approx(1.5 * 120 / (2.5 * 1200), rel=1e-12)


def test_of_two_groups_the_one_of_the_first_referral_has_the_substitute(play: Play) -> None:
    """Both lose their facilitator at week 2.5, and one steps in: for those of week 1, whose language is the later."""
    streams = {
        "a": 'format = "g"\nlanguage = "Arabic"\ndates = [2, 2]',
        "b": 'format = "g"\nlanguage = "Farsi"\ndates = [1, 1]',
    }
    people, form = "intake = [{ week = 0, count = 2 }, { week = 2.5, count = 1 }]", "facilitators = 1\ngroup_min = 2"
    scene = play(circle(people, form, "", leaves("w", "move", 2.5), streams=streams))
    assert told(scene, "facilitator_joined", "client_group_ended") == [
        "1 facilitator_joined g:Farsi:0 w0",
        "2 facilitator_joined g:Arabic:0 w1",
        "2+5040 facilitator_joined g:Farsi:0 w2.5:0",
        "2+5040 client_group_ended g:Arabic:0 dissolved",
        "4 client_group_ended g:Farsi:0 held",
    ]
