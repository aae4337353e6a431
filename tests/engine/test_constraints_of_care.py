"""What clients wait for: a language, a group, a worker; alone and together, worked out by hand."""

from __future__ import annotations

from collections.abc import Callable

from engine.circles import circle
from engine.clinic import clinic
from engine.scene import Scene, rarely, when

Play = Callable[..., Scene]

ARABIC = "languages = { Arabic = 1 }"
LATER = "intake = [{ week = 5, count = 1 }]\nlanguages = { Farsi = 1 }"
FARSI = 'language = "Farsi"'


def binds(scene: Scene) -> list[str]:
    """The `binds` rows, without the place of the need."""
    return [f"{when(row.minute)} binding_constraint {row.detail}" for row in scene.select("binding_constraint")]


def weeks(scene: Scene) -> dict[str, float]:
    """Client-weeks of waiting by constraint, those with any."""
    prefix, kpis = "clients.waiting.care.", scene.run.kpis
    found = {name.removeprefix(prefix): kpis[name] for name in kpis if name.startswith(prefix)}
    return {name.removesuffix("_weeks"): value for name, value in found.items() if value}


def test_nobody_then_a_language(play: Play) -> None:
    """Nobody at all until the Arabic speaker of week 2; from week 5 on somebody can be understood."""
    tiers = {"ar": f"intake = [{{ week = 2, count = 1 }}]\n{ARABIC}", "fa": LATER}
    scene = play(clinic(tiers, streams={"f": f"dates = [1]\n{FARSI}"}))
    assert binds(scene) == [
        "1 binding_constraint care:too_few_workers",
        "2 binding_constraint care:language",
        "5 binding_constraint care:",
    ]
    assert weeks(scene) == {"too_few_workers": 1.0, "language": 3.0}


def test_two_who_would_help_in_different_ways(play: Play) -> None:
    """One speaks Farsi and is full; one is free and does not: either the place or the language would do."""
    tiers = {"ar": f"initial = 1\n{ARABIC}", "fa": "initial = 1\nlanguages = { Farsi = 1 }"}
    scene = play(clinic(tiers, streams={"f": f"dates = [1, 2]\n{FARSI}"}))
    assert binds(scene) == ["2 binding_constraint care:caseload+language", "3 binding_constraint care:"]
    assert weeks(scene) == {"multiple": 1.0}


def test_who_lacks_two_things_would_not_help(play: Play) -> None:
    """Both are full, and one of them does not speak it: a place of the one who does is what is lacking."""
    tiers = {"ar": f"initial = 1\n{ARABIC}", "fa": "initial = 1\nlanguages = { Farsi = 1 }"}
    streams = {"f": f"dates = [1, 2]\n{FARSI}", "r": 'dates = [1.5]\nlanguage = "Arabic"'}
    scene = play(clinic(tiers, streams=streams))
    assert binds(scene) == ["2 binding_constraint care:caseload", "3 binding_constraint care:"]


def test_a_full_worker_who_does_not_speak_it(play: Play) -> None:
    """Nobody fails one test alone, so both together are needed."""
    tiers = {"ar": f"initial = 1\n{ARABIC}", "fa": LATER}
    streams = {"f": f"dates = [2]\n{FARSI}", "r": 'dates = [1]\nlanguage = "Arabic"'}
    scene = play(clinic(tiers, streams=streams))
    assert binds(scene) == [
        "2 binding_constraint care:caseload+language",
        "3 binding_constraint care:language",
        "5 binding_constraint care:",
    ]
    assert weeks(scene) == {"multiple": 1.0, "language": 2.0}


def test_each_need_has_its_own_constraint(play: Play) -> None:
    """Arabic waits for a place, Farsi for the language; the two are booked side by side."""
    tiers = {"ar": f"initial = 1\n{ARABIC}", "fa": LATER}
    streams = {"f": f"dates = [1]\n{FARSI}", "r": 'dates = [1, 1.5]\nlanguage = "Arabic"'}
    scene = play(clinic(tiers, "sessions = 1", streams=streams))
    assert [(when(row.minute), row.detail, row.amount) for row in scene.select("binding_constraint")] == [
        ("1", "care:caseload+language", 1),
        ("1+5040", "care:caseload", 0),
        ("2", "care:", 0),
        ("3", "care:language", 1),
        ("5", "care:", 1),
    ]
    assert weeks(scene) == {"multiple": 2.0, "caseload": 0.5, "language": 2.0}


def test_hours_for_an_interpreter(play: Play) -> None:
    """Where an interpreter is paid for, the language stands in nobody's way: the longer session may."""
    tiers = f"initial = 1\nhours_per_week = {rarely(1, 9)}\n{ARABIC}"
    scene = play(clinic(tiers, "interpreter_hours_factor = 1.5", streams={"f": f"dates = [1]\n{FARSI}"}))
    assert binds(scene) == ["1 binding_constraint care:worker_hours"]


# --- groups ---------------------------------------------------------------------------------------------------------


def test_a_group_forms_then_lacks_facilitators(play: Play) -> None:
    """Two wait for a third (1 and 0.5 weeks), the three for the second facilitator of week 4."""
    scene = play(circle("intake = [{ week = 0, count = 1 }, { week = 4, count = 1 }]", a="1, 1.5, 2"))
    assert binds(scene) == [
        "1 binding_constraint care:group_forming",
        "2 binding_constraint care:too_few_workers",
        "4 binding_constraint care:",
    ]
    assert weeks(scene) == {"group_forming": 1.5, "too_few_workers": 6.0}


def test_a_group_forms_whoever_there_is(play: Play) -> None:
    """While it forms, that alone is booked, though there is no worker either."""
    scene = play(circle("intake = [{ week = 4, count = 2 }]", a="1, 1.5, 2"))
    assert binds(scene) == [
        "1 binding_constraint care:group_forming",
        "2 binding_constraint care:too_few_workers",
        "4 binding_constraint care:",
    ]


def test_facilitators_who_are_full(play: Play) -> None:
    """Both have a client of their own until week 3."""
    scene = play(circle("initial = 2", a="1.5, 1.5, 1.5", streams={"i": "dates = [1, 1]"}))
    assert binds(scene) == ["1+5040 binding_constraint care:caseload", "3 binding_constraint care:"]
    assert weeks(scene) == {"caseload": 4.5}


def test_a_second_facilitator_who_is_full(play: Play) -> None:
    """One of three is free, two have a client of their own until week 2.5: a place of either would do."""
    scene = play(circle("initial = 3", a="1, 1, 1", streams={"i": "dates = [0.5, 0.5]"}))
    assert binds(scene) == ["1 binding_constraint care:caseload", "2+5040 binding_constraint care:"]
    assert weeks(scene) == {"caseload": 4.5}


def test_two_facilitators_who_lack_different_things(play: Play) -> None:
    """One speaks Farsi and is full until week 2.5, one is free and does not: neither alone makes two of them."""
    tiers = {"ar": f"initial = 1\n{ARABIC}", "fa": "initial = 1\nlanguages = { Farsi = 1 }", "fb": LATER}
    streams = {"f": f'format = "g"\ndates = [1, 1, 1]\n{FARSI}', "i": f"dates = [0.5]\n{FARSI}"}
    scene = play(circle(tiers, streams=streams))  # type: ignore[arg-type]
    assert binds(scene) == [
        "1 binding_constraint care:caseload+language",
        "2+5040 binding_constraint care:language",
        "5 binding_constraint care:",
    ]


def test_those_left_over_wait_for_others(play: Play) -> None:
    """Five come at once and four are taken; the fifth waits until two more have come."""
    scene = play(circle("initial = 4", a="1, 1, 1, 1, 1, 3, 4"))
    assert binds(scene) == ["1 binding_constraint care:group_forming", "4 binding_constraint care:"]
    assert weeks(scene) == {"group_forming": 4.0}
