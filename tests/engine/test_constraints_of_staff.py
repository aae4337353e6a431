"""What workers wait for: rooms, able trainers, supervisors who are away, refreshers, vacancies, certificates."""

from __future__ import annotations

from collections.abc import Callable

from engine.lives import away
from engine.programmes import school, team
from engine.scene import Scene, dated, leaves, rarely

Play = Callable[..., Scene]


def binds(scene: Scene, wait: str) -> list[str]:
    """The `binds` rows of this wait, in short."""
    return [
        each.replace(f"binding_constraint {wait}:", "")
        for each in scene.lines("binding_constraint")
        if f" {wait}:" in each
    ]


def weeks(scene: Scene, wait: str, tier: str = "peer") -> dict[str, float]:
    """Person-weeks of waiting by constraint, those with any."""
    prefix, kpis = f"tier.{tier}.waiting.{wait}.", scene.run.kpis
    found = {name.removeprefix(prefix): kpis[name] for name in kpis if name.startswith(prefix)}
    return {name.removesuffix("_weeks"): value for name, value in found.items() if value}


# --- courses --------------------------------------------------------------------------------------------------------

ROOMY = "trainer_hours_per_week = 1\nparallel_courses = 1"


def test_a_room(play: Play) -> None:
    """Weeks 1 to 3 the one room is used, and there are hours for ten courses; two wait, one from 1.5 and one from 2."""
    scene = play(school(f"{ROOMY}\nmax_cohort = 9", "1:1 1.5:1 2:1"))
    assert binds(scene, "course") == ["1+5040 no_room", "3 "]
    assert weeks(scene, "course") == {"no_room": 2.5}


def test_a_room_and_a_trainer_and_a_cohort(play: Play) -> None:
    """One waits for a second, a room and (the mentor gives all ten hours) a trainer; then two lack room and trainer."""
    scene = play(school("parallel_courses = 1\nmin_cohort = 2", "1:2 1.5:1 2:1"))
    assert binds(scene, "course") == [
        "1+5040 too_few_candidates+no_room+trainer_hours",
        "2 no_room+trainer_hours",
        "3 ",
    ]
    assert weeks(scene, "course") == {"multiple": 0.5 + 2 * 1}


ABLE = """
[tier.mentor.competence]
course_level = 0.5
min_trainer_competence = 0.6
refresher_gain = 0.5
[tier.mentor.refresher]
every_weeks = 5
window_weeks = 0
course_weeks = 1
max_cohort = 9
trainer_hours_per_week = 1
"""


def above(text: str) -> str:
    """The same programme with one boss above, who supervises nobody."""
    text = text.replace('cascade = ["mentor", "peer"]', 'cascade = ["boss", "mentor", "peer"]')
    boss = "[tier.boss]\ninitial = 1\nhours_per_week = 10\n[tier.mentor.training]\nrequired = false\n"
    return f"{text}\n{boss}[tier.mentor.supervision]\nrequired = false\n"


def test_able_trainers(play: Play) -> None:
    """A mentor of 0.5 is not able to train until the refresher of weeks 5 to 6 makes it 0.75."""
    scene = play(above(school("max_cohort = 9", "1:1 4:1", rest=ABLE)))
    assert binds(scene, "course") == ["1 trainer_competence", "6 "]
    assert weeks(scene, "course") == {"trainer_competence": 5.0 + 2.0}


def test_neither_able_nor_with_hours(play: Play) -> None:
    """Five hours of ten for a course, and 0.5 of 0.6: either alone would not help; from week 6 on only hours lack."""
    scene = play(above(school("", "1:1", mentor=f"hours_per_week = {rarely(5, 20)}", rest=ABLE)))
    assert binds(scene, "course") == ["1 trainer_hours+trainer_competence", "6 trainer_hours"]
    assert weeks(scene, "course") == {"multiple": 5.0, "trainer_hours": 14.0}


# --- seats ----------------------------------------------------------------------------------------------------------


def test_a_supervisor_who_is_away(play: Play) -> None:
    """Away from week 3 to 8, the group is held for two weeks; then its members wait for anybody at all."""
    scene = play(team("0:2", rest=away("mentor", 3, 5)))
    assert binds(scene, "supervision_place") == ["3 supervisor_absent", "5 too_few_supervisors", "8 "]
    assert weeks(scene, "supervision_place") == {"supervisor_absent": 4.0, "too_few_supervisors": 6.0}


def test_some_keep_a_seat_and_some_have_none(play: Play) -> None:
    """A third comes meanwhile: side by side the two who keep their seats and the one who has none."""
    scene = play(team("0:2 4:1", rest=away("mentor", 3, 1.5)))
    assert binds(scene, "supervision_place") == [
        "3 supervisor_absent",
        "4 supervisor_absent|too_few_supervisors",
        "4+5040 ",
    ]
    assert weeks(scene, "supervision_place") == {"supervisor_absent": 3.0, "too_few_supervisors": 0.5}


# --- refreshers -----------------------------------------------------------------------------------------------------


def refreshed(refresher: str, *, mentor: str = "", hours: str = "5", rest: str = "") -> str:
    """Two peers of week 0, due at week 6 and to be placed from week 4; nobody needs a course or a supervisor."""
    keys = {"every_weeks": "6", "window_weeks": "2", "course_weeks": "1", "max_cohort": "2"}
    keys |= {"trainer_hours_per_week": "4"} | dict(each.split(" = ", 1) for each in refresher.splitlines())
    table = "\n".join(f"{key} = {value}" for key, value in keys.items())
    return f"""
horizon_weeks = 9
cascade = ["mentor", "peer"]
[tier.mentor]
hours_per_week = 10
{mentor or "initial = 1"}
[tier.peer]
initial = 2
hours_per_week = {hours}
[tier.peer.training]
required = false
[tier.peer.supervision]
required = false
[tier.peer.refresher]
{table}
{rest}
"""


def test_refreshers_wait_for_trainers(play: Play) -> None:
    """From week 4 for one who comes at 5, or for a second one, or for hours while one is given."""
    one = play(refreshed("", mentor=f"intake = {dated('5:1')}"))
    assert binds(one, "refresher") == ["4 too_few_trainers", "5 "]
    assert weeks(one, "refresher") == {"too_few_trainers": 2.0}
    two = play(refreshed("trainers_per_course = 2", mentor=f"initial = 1\nintake = {dated('7:1')}"))
    assert binds(two, "refresher") == ["4 too_few_trainers", "7 "]
    busy = play(refreshed("trainer_hours_per_week = 6\nmax_cohort = 1"))
    assert binds(busy, "refresher") == ["4 trainer_hours", "5 "]
    assert weeks(busy, "refresher") == {"trainer_hours": 1.0}


def test_refreshers_wait_for_hours_of_their_own(play: Play) -> None:
    """A week of two hours has no room for three, whoever could give the refresher."""
    scene = play(refreshed("trainee_hours_per_week = 3", hours=rarely(2, 5)))
    assert binds(scene, "refresher") == ["4 own_hours"]
    assert weeks(scene, "refresher") == {"own_hours": 10.0}


def test_refreshers_by_two_groups_of_people(play_where: Play) -> None:
    """One peer has no room, the other has; and there is no trainer until week 5."""
    hours = '{ dist = "discrete", values = [2, 5], probabilities = [0.5, 0.5] }'
    text = refreshed("trainee_hours_per_week = 3", mentor=f"intake = {dated('5:1')}", hours=hours)
    scene = play_where(text, lambda scene: [row.amount for row in scene.select("recruited")][:2] == [120, 300])
    assert binds(scene, "refresher") == ["4 own_hours|too_few_trainers", "5 own_hours"]
    assert weeks(scene, "refresher") == {"own_hours": 5.0, "too_few_trainers": 1.0}


def test_refreshers_wait_for_able_trainers(play: Play) -> None:
    """A mentor of 0.5 where 0.6 is needed, until the refresher of weeks 5 to 6."""
    scene = play(above(refreshed("", rest=ABLE)))
    assert binds(scene, "refresher") == ["4 trainer_competence", "6 "]
    assert weeks(scene, "refresher") == {"trainer_competence": 4.0}


# --- vacancies and certificates -------------------------------------------------------------------------------------


def staffed(keys: str, rest: str = "") -> str:
    """One tier with a target."""
    return f'horizon_weeks = 10\ncascade = ["w"]\n[tier.w]\nhours_per_week = 5\n{keys}\n{rest}'


def test_a_vacancy_and_its_lag(play: Play) -> None:
    """One of two is missing from week 0 on; three weeks later somebody comes."""
    scene = play(staffed("initial = 1\ntarget = 2\nlag_weeks = 3"))
    assert binds(scene, "vacancy") == ["0 lag", "3 "]
    assert weeks(scene, "vacancy", "w") == {"lag": 3.0}


def test_a_pool_that_is_empty(play: Play) -> None:
    """Two are missing and one can be found: from week 3 on the other place stays vacant."""
    scene = play(staffed("initial = 1\ntarget = 3\nlag_weeks = 3\npool = 1"))
    assert binds(scene, "vacancy") == ["0 lag", "3 pool_empty"]
    assert weeks(scene, "vacancy", "w") == {"lag": 6.0, "pool_empty": 7.0}


def test_lag_and_an_empty_pool_together(play: Play) -> None:
    """Nobody is outside: one place is vacant for good from week 3 on, and from week 8 on that of week 5 too."""
    scene = play(staffed("initial = 1\ntarget = 2\nlag_weeks = 3\npool = 0", leaves("w", "move", 5)))
    assert binds(scene, "vacancy") == ["0 lag", "3 pool_empty", "5 lag|pool_empty", "8 pool_empty"]
    assert weeks(scene, "vacancy", "w") == {"lag": 3.0 + 3.0, "pool_empty": 2.0 + 3.0 + 2 * 2.0}


def test_competence_for_the_certificate(play: Play) -> None:
    """A course of weeks 0 to 2 leaves 0.5; a practice of a week ends at 3, and nothing ever adds what is lacking."""
    rest = "[tier.peer.competence]\ncourse_level = 0.5\ncertification_threshold = 0.6\nnoise_sd = 0.001\n"
    text = school('practice = "simulated"\npractice_weeks = 1\napprentice_limit_weeks = 7', "0:2", rest=rest)
    scene = play(text)
    assert binds(scene, "certificate") == ["3 competence", "9 "]
    assert scene.lines("exited") == ["9 exited peer:intake:0:0 not_certified", "9 exited peer:intake:0:1 not_certified"]
    assert weeks(scene, "certificate") == {"competence": 12.0}
