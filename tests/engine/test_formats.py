"""Formats for one client at a time, such as guided self-help: sessions, hours and intervals of their own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.clinic import clinic, story, told
from engine.scene import Scene, leaves, rarely

Play = Callable[..., Scene]

SELF_HELP = """
[clients.format.book]
sessions = 3
session_hours = 0.25
interval_weeks = 2
"""
BOOK = {"b": 'format = "book"\ndates = [1]'}


def both(book: str, usual: str) -> dict[str, str]:
    """A stream of guided self-help and one of the usual care."""
    return {"b": f'format = "book"\ndates = [{book}]', "u": f"dates = [{usual}]"}


def test_sessions_of_their_own(play: Play) -> None:
    """Three sessions two weeks apart; a quarter of an hour in two weeks is 7.5 minutes a week, rounded up once."""
    scene = play(clinic("initial = 1", "", SELF_HELP, streams=BOOK))
    assert story(scene) == [
        "1 started b0 w0 20160",
        "3 session b0 w0 supervised 1",
        "5 session b0 w0 supervised 2",
        "7 session b0 w0 supervised 3",
        "7 completed b0 w0",
    ]
    assert scene.kpi("tier.w.share.clients") == pytest.approx(8 * 6 / (20 * 60 * 20), rel=1e-12)


def test_what_a_format_leaves_out_is_as_in_clients(play: Play) -> None:
    """Its session_hours alone are its own: two sessions a week apart, half an hour of overhead."""
    table = "[clients.format.book]\nsession_hours = 0.25"
    scene = play(clinic("initial = 1", "session_overhead_hours = 0.5", table, streams=BOOK))
    assert told(scene, "started", "completed") == ["1 started b0 w0", "3 completed b0 w0"]
    assert scene.kpi("tier.w.share.clients") == pytest.approx(45 * 2 / (20 * 60 * 20), rel=1e-12)


def test_one_queue_for_the_places_of_all_formats(play: Play) -> None:
    """One place: whoever was referred first has it first, whatever the format."""
    text = clinic("intake = [{ week = 4, count = 1 }]", "", SELF_HELP, streams=both("2, 3", "1, 2.5"))
    assert told(play(text), "started") == [
        "4 started u0 w4:0",
        "6 started b0 w4:0 20160",
        "12 started u1 w4:0",
        "14 started b1 w4:0 20160",
    ]


def test_hours_for_one_format_only(play: Play) -> None:
    """Half an hour a week is enough for self-help; who needs an hour is passed over and blocks nobody."""
    people = f"initial = 1\nhours_per_week = {rarely(0.5, 9)}\ncaseload = 2"
    scene = play(clinic(people, "", SELF_HELP, streams=both("2", "1")))
    assert told(scene, "started", "completed") == ["2 started b0 w0 20160", "8 completed b0 w0"]
    assert scene.kpi("clients.waiting.care.worker_hours_weeks") == 19.0


def test_handed_over_in_the_same_format(play: Play) -> None:
    """One of three sessions was held at 3; the next comes two weeks after resuming."""
    text = clinic("intake = [{ week = 0, count = 1 }, { week = 6, count = 1 }]", "", SELF_HELP + leaves("w", "move", 4))
    text += '[clients.stream.b]\nformat = "book"\ndates = [1]\n'
    assert story(play(text)) == [
        "1 started b0 w0 20160",
        "3 session b0 w0 supervised 1",
        "4 awaiting_transfer b0 w0",
        "6 resumed b0 w6:0 20160",
        "8 session b0 w6:0 supervised 2",
        "10 session b0 w6:0 supervised 3",
        "10 completed b0 w6:0",
    ]
