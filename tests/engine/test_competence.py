"""What courses, supervised sessions and refreshers add to competence, what time takes, and what asks for it (R6)."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from scipy import stats

from cascadesim.model.enums import Entry, Purpose
from engine.lives import away, drawn
from engine.programmes import desk, school
from engine.scene import WEEK, Scene, burst, leaves

Play = Callable[..., Scene]


def able(tier: str, keys: str) -> str:
    return f"[tier.{tier}.competence]\n" + keys.replace("; ", "\n") + "\n"


def after(scene: Scene, event: str = "passed", tier: str = "peer") -> list[float]:
    """The competence in the rows of an event."""
    return [row.amount / 1e9 for row in scene.select(event) if row.tier == tier]


def reads(scene: Scene, tier: str, weeks: list[int]) -> list[float]:
    return [scene.kpi(f"tier.{tier}.competence_mean_at_week_{week}") for week in weeks]


REPORTS = "report_weeks = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]\nreview_weeks = 4\n"


# --- courses ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("course_level = 0.6", 0.6),
        ("course_level = 0.6; dilution = 0.5", 0.6 * (1 - 0.5 * 0.3)),
        ("course_level = 0.6; dilution = 1", 0.6 * 0.7),
        ("course_level = 0.6; dilution = 1; baseline = 0.5", 0.5),
    ],
)
def test_dilution_and_baseline(play: Play, keys: str, expected: float) -> None:
    """Taught by a mentor of 0.7."""
    rest = able("mentor", "course_level = 0.7") + able("peer", keys)
    scene = play(school("", "1:1", rest=rest))
    assert after(scene) == [pytest.approx(expected, abs=1e-9)]
    assert after(scene, "certified") == [pytest.approx(expected, abs=1e-9)]
    assert scene.kpi("tier.peer.competence_after_course_mean") == pytest.approx(expected)


def test_where_the_trainers_are_not_modelled(play: Play) -> None:
    """Theirs counts as 1: nothing is diluted."""
    assert after(play(school("", "1:1", rest=able("peer", "course_level = 0.5; dilution = 0.5")))) == [0.5]


def test_noise_is_keyed_by_the_number_of_courses(play: Play) -> None:
    rest = able("peer", "course_level = 0.5; noise_sd = 0.2; baseline = 0.25; ceiling = 0.7")
    scene = play(school("max_cohort = 12", "1:12", rest=rest))
    expected = []
    for place in range(12):
        u = drawn(Purpose.COMPETENCE_NOISE, 1, level=1, entry=Entry.INTAKE, date=WEEK, position=place)
        expected.append(min(0.7, max(0.25, 0.5 + 0.2 * float(stats.norm.ppf(u)))))
    assert after(scene) == pytest.approx(expected, abs=1e-9)
    assert any(0.25 < value < 0.7 for value in expected)


def test_only_the_last_stage_teaches(play: Play) -> None:
    """Candidates and trainees of the first stages have none."""
    rest = able("peer", "course_level = 0.5")
    scene = play(REPORTS + school("stages = [{}, {}]", "1:1", rest=rest))
    assert after(scene) == [0.5]
    assert reads(scene, "peer", [6]) == [0.5]
    assert math.isnan(scene.kpi("tier.peer.competence_mean_at_week_4"))
    assert math.isnan(scene.kpi("tier.peer.competence_after_course_sd"))  # of one value


# --- sessions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("attendance", "gain"), [(1, 0.2), (0.5, 0.2)])
def test_sessions_under_supervision(play_referred: Play, attendance: float, gain: float) -> None:
    """One session a week from week 5 to 8 of a certified peer: the gap to 0.9 shrinks by gain x attendance each."""
    rest = able("peer", f"course_level = 0.5; ceiling = 0.9; gain_per_session = {gain}")
    rest += f"[clients]\nsessions = 4\nsession_hours = 1\n[clients.stream.a]\nreferrals_per_week = {burst(4)}\n"
    text = school("trainer_hours_per_week = 2", "1:1", rest=rest).replace(
        "required = false", f"meeting_hours = 1\nattendance_probability = {attendance}"
    )
    scene = play_referred(REPORTS + text, a=[4])
    expected = [0.9 - 0.4 * (1 - gain * attendance) ** sessions for sessions in (0, 0, 1, 2, 3, 4, 4)]
    assert reads(scene, "peer", [4, 5, 6, 7, 8, 9, 10]) == pytest.approx(expected)


def test_incentives_raises_attendance_up_to_one(play_referred: Play) -> None:
    """0.6 x 1.25 from week 6 on: sessions of weeks 5, 6 and 7; and at most 1."""
    for ratio, later in ((1.25, 0.75), (3, 1)):
        rest = able("peer", "course_level = 0.5; gain_per_session = 0.2")
        rest += f"[tier.peer.incentive.club]\nfrom_week = 6\nuntil_week = 7\nattendance_ratio = {ratio}\n"
        rest += f"[clients]\nsessions = 3\nsession_hours = 1\n[clients.stream.a]\nreferrals_per_week = {burst(4)}\n"
        text = school("trainer_hours_per_week = 2", "1:1", rest=rest).replace(
            "required = false", "meeting_hours = 1\nattendance_probability = 0.6"
        )
        scene = play_referred(REPORTS + text, a=[4])
        gap = [0.5, 0.5 * (1 - 0.2 * 0.6)]
        # the session of week 6 comes before the measure begins at that instant, that of week 7 before it ends
        gap += [gap[1] * (1 - 0.2 * 0.6), gap[1] * (1 - 0.2 * 0.6) * (1 - 0.2 * later)]
        assert reads(scene, "peer", [5, 6, 7, 8]) == pytest.approx([1 - each for each in gap])


def test_unsupervised_sessions_add_nothing(play_referred: Play) -> None:
    """The supervisor leaves at week 5.5; grace of 20 weeks. Sessions of weeks 5, 6 and 7."""
    rest = able("peer", "course_level = 0.5; gain_per_session = 0.2") + leaves("mentor", "move", 5.5)
    rest += f"[clients]\nsessions = 3\nsession_hours = 1\n[clients.stream.a]\nreferrals_per_week = {burst(4)}\n"
    text = school("trainer_hours_per_week = 2", "1:1", rest=rest).replace(
        "required = false", "meeting_hours = 1\ngrace_weeks = 20"
    )
    scene = play_referred(REPORTS + text, a=[4])
    assert [row.detail for row in scene.select("session")] == ["supervised", "unsupervised", "unsupervised"]
    assert reads(scene, "peer", [5, 6, 9]) == pytest.approx([0.5, 0.6, 0.6])


# --- time -------------------------------------------------------------------------------------------------------------


def test_decay_without_supervision(play: Play) -> None:
    """Certified at week 3, supervised until the mentor leaves at 5 and from 9 on: four weeks at a half-life of four."""
    rest = able("peer", "course_level = 0.6; baseline = 0.2; half_life_weeks = 4") + leaves("mentor", "move", 5)
    text = school("", "1:1", mentors="0:1 9:1", rest=rest).replace("required = false", "meeting_hours = 1")
    scene = play(REPORTS + text)
    decayed = [0.2 + 0.4 * 2 ** (-weeks / 4) for weeks in range(5)]
    assert reads(scene, "peer", [4, 5, 6, 7, 8, 9, 10, 16]) == pytest.approx([0.6, *decayed, decayed[4], decayed[4]])


SESSIONS = f"[clients]\nsessions = 3\nsession_hours = 1\n[clients.stream.a]\nreferrals_per_week = {burst(4)}\n"


@pytest.mark.parametrize("supervision", ["required = false", "independent = true"])
def test_whom_nobody_supervises(play_referred: Play, supervision: str) -> None:
    """R4.8: certified at week 3, away from 8 to 9; sessions of weeks 5, 6 and 7 do not stop the decay, and add nothing.

    Who is independent by status loses only what the absence takes, and gains by each session.
    """
    rest = able("peer", "course_level = 0.5; half_life_weeks = 4; gain_per_session = 0.2") + away("peer", 8, 1)
    text = school("trainer_hours_per_week = 2", "1:1", rest=rest + SESSIONS).replace("required = false", supervision)
    scene = play_referred(REPORTS + text, a=[4])
    noted = [each.split()[:2] for each in scene.lines("unsupervised", "lapsed", "absent", "returned")]
    if supervision == "independent = true":
        assert [row.detail for row in scene.select("session")] == ["supervised"] * 3
        assert noted == [["8", "absent"], ["9", "returned"]]
        grown = 1 - 0.5 * 0.8**3
        assert reads(scene, "peer", [4, 6, 8, 16]) == pytest.approx([0.5, 0.6, grown, grown * 2**-0.25])
        assert scene.kpi("tier.peer.supervised_share") == 1
    else:
        assert [row.detail for row in scene.select("session")] == ["unsupervised"] * 3
        assert noted == [
            ["3", "unsupervised"],
            ["8", "absent"],
            ["9", "returned"],
            ["9", "unsupervised"],
        ]
        expected = [0.5 * 2 ** (-(week - 3) / 4) for week in (4, 5, 8, 16)]
        assert reads(scene, "peer", [4, 5, 8, 16]) == pytest.approx(expected)
        assert scene.kpi("tier.peer.supervised_share") == 0
        assert scene.kpi("clients.sessions_unsupervised_share") == 1


def test_decay_while_away(play: Play) -> None:
    """Away from 6 to 8, and no supervision needed."""
    rest = able("peer", "course_level = 0.6; half_life_weeks = 4") + away("peer", 6, 2)
    scene = play(REPORTS + school("", "1:1", rest=rest).replace("required = false", "independent = true"))
    lost = 0.6 * 2**-0.5
    assert reads(scene, "peer", [6, 7, 8, 9, 16]) == pytest.approx([0.6, 0.6 * 2**-0.25, lost, lost, lost])


def test_decay_of_the_idle(play_referred: Play) -> None:
    """Two weeks after the course, or after the last session, in tiers that see clients; a session ends the decay.

    Certified at week 0 with 0.6, one client with two sessions in weeks 5 and 6: decay from 2 to 5 and from 8 on.
    """
    worker = able("w", "course_level = 0.6; half_life_weeks = 4; idle_decay_after_weeks = 2; gain_per_session = 0.5")
    scene = play_referred(REPORTS + desk(burst(4), rest=worker), a=[4])
    first = 0.6 * 2**-0.75
    second = 1 - (1 - first) / 4
    assert reads(scene, "w", [2, 3, 4, 5]) == pytest.approx([0.6, 0.6 * 2**-0.25, 0.6 * 2**-0.5, first])
    assert reads(scene, "w", [6, 7, 8, 9, 12]) == pytest.approx(
        [1 - (1 - first) / 2, second, second, second * 2**-0.25, second * 2**-1]
    )


def test_decay_of_the_idle_who_only_practise_with_clients(play: Play) -> None:
    """A mentor passes at week 1, and no client comes: from week 3 on half is lost in four weeks (R6.2)."""
    text = f"""
horizon_weeks = 20
report_weeks = [3, 5, 7]
cascade = ["boss", "mentor", "peer"]
[tier.boss]
initial = 1
hours_per_week = 20
[tier.mentor]
intake = [{{ week = 0, count = 1 }}]
hours_per_week = 10
delivers_in_practice = DELIVERS
training = {{ course_weeks = 1, max_cohort = 1, trainer_hours_per_week = 1, practice_cases = CASES }}
supervision = {{ meeting_hours = 1 }}
[tier.peer]
initial = 1
hours_per_week = 10
training.required = false
supervision.required = false
{able("mentor", "course_level = 0.6; half_life_weeks = 4; idle_decay_after_weeks = 2")}
[clients]
sessions = 1
session_hours = 1
[clients.stream.a]
dates = [19]
"""
    scene = play(text.replace("DELIVERS", "true").replace("CASES", "1"))
    assert reads(scene, "mentor", [3, 5, 7]) == pytest.approx([0.6, 0.6 * 2**-0.5, 0.3])
    scene = play(text.replace("DELIVERS", "false").replace("CASES", "0"))
    assert reads(scene, "mentor", [3, 5, 7]) == pytest.approx([0.6, 0.6, 0.6])


def test_a_refresher_lifts(play: Play) -> None:
    """Half of the way to 0.8 at week 8, nothing lost before as long as the mentor is there; decay from week 10 on."""
    rest = able("peer", "course_level = 0.6; half_life_weeks = 4; refresher_gain = 0.5; ceiling = 0.8")
    rest += """
[tier.peer.refresher]
every_weeks = 5
window_weeks = 1
course_weeks = 1
max_cohort = 1
trainer_hours_per_week = 1
"""
    text = school("", "1:1", rest=rest).replace("required = false", "meeting_hours = 1\ngrace_weeks = 50")
    scene = play(REPORTS + text + leaves("mentor", "move", 10))
    assert scene.weeks("refreshed") == ["8"]
    assert reads(scene, "peer", [8, 9, 10, 14]) == pytest.approx([0.6, 0.7, 0.7, 0.35])


# --- what asks for it -------------------------------------------------------------------------------------------------


def test_a_threshold_for_the_certificate(play_referred: Play) -> None:
    """0.5 after the course, 0.6 and 0.68 after two supervised sessions: certified at the second, of week 6."""
    rest = able("peer", "course_level = 0.5; gain_per_session = 0.2; certification_threshold = 0.67")
    rest += f"[clients]\nsessions = 4\nsession_hours = 1\n[clients.stream.a]\nreferrals_per_week = {burst(4)}\n"
    text = school("trainer_hours_per_week = 2", "1:1", rest=rest).replace("required = false", "meeting_hours = 1")
    scene = play_referred(text, a=[4])
    assert scene.weeks("certified", of="peer:intake:1:0") == ["6"]
    assert after(scene, "certified") == [pytest.approx(0.68, abs=1e-9)]
    assert scene.kpi("tier.peer.waiting.certificate.competence_weeks") == 3


def test_a_threshold_never_reached(play: Play) -> None:
    """Nothing adds to it: the limit of nine weeks after week 3 ends the apprenticeship."""
    rest = able("peer", "course_level = 0.5; noise_sd = 0.05; certification_threshold = 0.9")
    text = school('practice = "simulated"\npractice_weeks = 2\napprentice_limit_weeks = 9', "1:1", rest=rest)
    scene = play(text)
    assert scene.lines("exited") == ["12 exited peer:intake:1:0 not_certified"]
    assert scene.kpi("tier.peer.waiting.certificate.competence_weeks") == 7


THREE = """
review_weeks = 4
horizon_weeks = 20
cascade = ["boss", "mentor", "peer"]
[tier.boss]
initial = 1
hours_per_week = 10
[tier.mentor]
initial = 1
hours_per_week = 10
MENTORS
[tier.mentor.training]
course_weeks = 1
max_cohort = 1
trainer_hours_per_week = 1
[tier.mentor.supervision]
meeting_hours = 1
grace_weeks = 30
[tier.peer]
hours_per_week = 5
intake = [{ week = 1, count = 3 }, { week = 5, count = 1 }]
[tier.peer.training]
course_weeks = 1
max_cohort = 1
trainer_hours_per_week = 9
[tier.peer.supervision]
required = false
[tier.peer.competence]
course_level = 1
dilution = 1
"""
TRAINERS = "course_level = 0.8; min_trainer_competence = 0.5"


def test_trainers_must_be_able(play: Play) -> None:
    """The mentor of the start stands at 0.4; one of week 3, taught until week 4, at 0.8: courses begin then."""
    text = THREE.replace("MENTORS", "intake = [{ week = 3, count = 1 }]")
    scene = play(text + able("mentor", TRAINERS + "; initial_competence = 0.4"))
    assert scene.weeks("course_started") == ["3", "4", "5", "6", "7"]
    assert {row.other for row in scene.select("trainer_joined") if row.tier == "peer"} == {"mentor:intake:3:0"}
    assert after(scene) == pytest.approx([0.8] * 4, abs=1e-9)
    assert scene.kpi("tier.peer.waiting.course.trainer_competence_weeks") == 3 * 3


def test_the_mean_of_the_trainers(play: Play) -> None:
    """One stands at 0.4, the other is taught until week 4, to 0.8: dilution is whole, so peers get 0.6."""
    text = THREE.replace("MENTORS", "intake = [{ week = 3, count = 1 }]")
    text = text.replace("trainer_hours_per_week = 9", "trainer_hours_per_week = 9\ntrainers_per_course = 2")
    scene = play(text + able("mentor", "course_level = 0.8; initial_competence = 0.4"))
    assert after(scene) == pytest.approx([0.6] * 4, abs=1e-9)


def test_trainers_fall_below_it_at_a_review(play: Play) -> None:
    """Unsupervised from week 1 on with a half-life of four weeks: 0.8 is below 0.5 from week 3.7, and seen at week 4.

    Until then the value stored at week 1 holds, for the course of week 2 too (R6.3); none begins for those of week 5.
    """
    text = THREE.replace("MENTORS", "").replace("count = 3", "count = 2") + leaves("boss", "move", 1)
    scene = play(text + able("mentor", TRAINERS + "; half_life_weeks = 4"))
    assert scene.weeks("course_started") == ["1", "2"]
    assert after(scene) == pytest.approx([0.8, 0.8], abs=1e-9)
    assert scene.kpi("tier.peer.waiting.course.trainer_competence_weeks") == 15
