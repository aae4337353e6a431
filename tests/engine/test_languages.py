"""Languages: who can see whom, and that nobody who has to wait for theirs blocks the others (R8.4, R8.7)."""

from __future__ import annotations

from collections.abc import Callable

from cascadesim.model.enums import Purpose
from engine.clinic import clinic, luck_of_client, names, told
from engine.lives import drawn
from engine.scene import Scene

Play = Callable[..., Scene]

ARABIC, FARSI = "languages = { Arabic = 1 }", "languages = { Farsi = 1 }"


def speaking(language: str, dates: str) -> str:
    """A stream of clients who speak this language."""
    return f'language = "{language}"\ndates = [{dates}]'


def test_same_language_before_interpreter(play: Play) -> None:
    """The one who speaks Farsi takes a second client although the other is idle; only a third needs the interpreter."""
    tiers = {"ar": f"initial = 1\ncaseload = 2\n{ARABIC}", "fa": f"initial = 1\ncaseload = 2\n{FARSI}"}
    text = clinic(tiers, "interpreter_hours_factor = 1.5", streams={"f": speaking("Farsi", "1, 2, 2.5")})
    assert told(play(text), "started", "completed") == [
        "1 started f0 fa0",
        "2 started f1 fa0",
        "2+5040 started f2 ar0 interpreter",
        "3 completed f0 fa0",
        "4 completed f1 fa0",
        "4+5040 completed f2 ar0",
    ]


def test_who_fits_nobody_is_passed_over(play: Play) -> None:
    """Farsi is referred first and waits for the worker of week 4; Arabic, referred later, is seen at once."""
    tiers = {"ar": f"initial = 1\n{ARABIC}", "fa": f"intake = [{{ week = 4, count = 1 }}]\n{FARSI}"}
    text = clinic(tiers, streams={"f": speaking("Farsi", "1"), "r": speaking("Arabic", "2, 2.5")})
    assert told(play(text), "started", "completed") == [
        "2 started r0 ar0",
        "4 completed r0 ar0",
        "4 started f0 fa4:0",
        "4 started r1 ar0",
        "6 completed f0 fa4:0",
        "6 completed r1 ar0",
    ]


def test_second_languages(play: Play) -> None:
    """Whoever speaks a second language sees clients of both."""
    text = clinic(f"initial = 1\n{ARABIC}\nalso = {{ Farsi = 1 }}", streams={"f": speaking("Farsi", "1")})
    scene = play(text)
    assert told(scene, "recruited", "started") == ["0 recruited w0 initial:Arabic+Farsi 1200", "1 started f0 w0"]
    assert told(scene, "referred") == ["1 referred f0 f:Farsi"]


def test_who_has_no_language_can_talk_to_anybody(play: Play) -> None:
    """Workers of a tier without languages see every client, clients of a stream without one see every worker."""
    tiers = {"ar": f"initial = 1\n{ARABIC}", "any": "intake = [{ week = 2, count = 1 }]"}
    text = clinic(tiers, streams={"f": speaking("Farsi", "1"), "n": "dates = [1.5]"})
    assert told(play(text), "started") == ["1+5040 started n0 ar0", "2 started f0 any2:0"]


def test_fewest_open_cases_among_all_who_speak_it(play: Play) -> None:
    """R8.4 holds across workers who speak other languages besides: 1: key; 1.5: idle; 2: one each, last start; 2.5."""
    both = f"initial = 1\ncaseload = 2\n{ARABIC}\nalso = {{ Farsi = 1 }}"
    tiers = {"ar": f"initial = 1\ncaseload = 2\n{ARABIC}", "both": both}
    text = clinic(tiers, "sessions = 9", streams={"r": speaking("Arabic", "1, 1.5, 2, 2.5, 3")})
    assert told(play(text), "started") == [
        "1 started r0 ar0",
        "1+5040 started r1 both0",
        "2 started r2 ar0",
        "2+5040 started r3 both0",
        "10 started r4 ar0",
    ]


def test_a_language_is_a_draw_of_ones_own(play: Play) -> None:
    """Shares are cut in the order of the names, whatever their order in the file (R11.2)."""
    spoken = "languages = { Tigrinya = 0.2, Arabic = 0.5, Farsi = 0.3 }"
    stream = f"referrals_per_week = 5\n{spoken}"
    scene = play(clinic(f"initial = 40\n{spoken}\nalso = {{ Farsi = 0.4 }}", streams={"s": stream}))

    def cut(u: float) -> str:
        return "Arabic" if u < 0.5 else "Farsi" if u < 0.8 else "Tigrinya"

    clients = {row.key: row.detail for row in scene.select("referred")}
    assert len(clients) > 60
    for key, detail in clients.items():
        number = int(key.split(":")[1])
        assert detail == f"s:{cut(luck_of_client('s', number, Purpose.LANGUAGE))}"
    for place, row in enumerate(scene.select("recruited")):
        first = cut(drawn(Purpose.LANGUAGE, position=place))
        assert row.detail.split(":")[1].replace("Arabic+Farsi", "Arabic").replace("Farsi+Tigrinya", "Tigrinya") == first
        assert names(row.key) == f"w{place}"
