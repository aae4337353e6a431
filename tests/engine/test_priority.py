"""Who is next: handed over, then urgent, then the stream's priority, then the date of referral, then the key (R8.4)."""

from __future__ import annotations

from collections.abc import Callable

from cascadesim.model.enums import Purpose
from engine.clinic import clinic, luck_of_client, told
from engine.scene import Scene, leaves

Play = Callable[..., Scene]

LATER = "intake = [{ week = 5, count = 1 }]"  # one worker, who finds everybody waiting


def starts(scene: Scene) -> list[str]:
    """Who begins care, in turn."""
    return [line.split()[2] for line in told(scene, "started")]


def test_urgent_then_priority_then_date_then_key(play: Play) -> None:
    streams = {
        "low": "dates = [1, 4]\npriority = 3",
        "mid": "dates = [2, 3]\npriority = 2",
        "top": "dates = [4, 2.5]",
        "twin": "dates = [2.5]\npriority = 1",
        "now": "dates = [4.5]\npriority = 9\nurgent_probability = 1",
        "soon": "dates = [4.75]\npriority = 8\nurgent_probability = 1",
    }
    scene = play(clinic(LATER, "sessions = 1", streams=streams))
    assert starts(scene) == ["soon0", "now0", "top0", "twin0", "top1", "mid0", "mid1", "low0", "low1"]
    assert {row.detail: row.amount for row in scene.select("referred")} == {
        "low": 0, "mid": 0, "top": 0, "twin": 0, "now": 1, "soon": 1
    }  # fmt: skip


def test_nobody_in_care_is_interrupted(play: Play) -> None:
    """The urgent one comes while the worker has a client, and is next."""
    streams = {"a": "dates = [1, 1.25]", "u": "dates = [1.5]\nurgent_probability = 1"}
    assert told(play(clinic("initial = 1", streams=streams)), "started", "completed") == [
        "1 started a0 w0",
        "3 completed a0 w0",
        "3 started u0 w0",
        "5 completed u0 w0",
        "5 started a1 w0",
        "7 completed a1 w0",
    ]


def test_handed_over_before_urgent(play: Play) -> None:
    """The client of a low priority had begun with somebody who left; among those handed over only the date counts."""
    streams = {"a": "dates = [1.25]", "b": "dates = [1]\npriority = 2", "u": "dates = [2]\nurgent_probability = 1"}
    tiers = "intake = [{ week = 0, count = 2 }, { week = 3, count = 1 }]"
    scene = play(clinic(tiers, "sessions = 4", leaves("w", "move", 2.5), streams=streams))
    assert told(scene, "resumed", "started") == [
        "1 started b0 w0",
        "1+2520 started a0 w1",
        "3 resumed b0 w3:0",
        "6 resumed a0 w3:0",
        "9 started u0 w3:0",
    ]


def test_the_same_order_across_languages_and_formats(play: Play) -> None:
    """One queue for each need, and the best of their heads is next."""
    streams = {
        "a": 'dates = [1]\nlanguage = "Arabic"\npriority = 2',
        "f": 'dates = [3]\nlanguage = "Farsi"',
        "g": 'dates = [4]\nlanguage = "Farsi"\nformat = "book"\npriority = 2\nurgent_probability = 1',
        "n": "dates = [2]\npriority = 2",
    }
    text = clinic(LATER, "sessions = 1", "[clients.format.book]\nsession_hours = 0.5", streams=streams)
    assert starts(play(text)) == ["g0", "f0", "a0", "n0"]


def test_urgency_is_a_draw_of_ones_own(play: Play) -> None:
    scene = play(clinic("initial = 9", streams={"s": "referrals_per_week = 3\nurgent_probability = 0.3"}))
    found = {row.key: row.amount for row in scene.select("referred")}
    assert {0, 1} == set(found.values())
    for key, urgent in found.items():
        assert urgent == (luck_of_client("s", int(key.split(":")[1]), Purpose.URGENT) < 0.3)
