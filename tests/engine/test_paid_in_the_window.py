"""Money is of a window of time: what is given in it is paid, to whomever it is given (R1.6, R9.4)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.circles import circle
from engine.clinic import clinic
from engine.scene import Scene

Play = Callable[..., Scene]

LATE = "measure_from_week = 5\n"
COSTS = "costs = { session_cost = 100, interpreter_hour_cost = 10 }"
FARSI = 'language = "Farsi"'


def test_sessions_of_those_referred_before(play: Play) -> None:
    """Ten sessions, in weeks 1.5 to 10.5: six of them in the window, and six weeks of an hour; a client of week 12."""
    text = LATE + clinic("initial = 1\ncosts.hour_cost = 1", f"sessions = 10\n{COSTS}", a="0.5, 12")
    scene = play(text)
    assert [scene.kpi(f"clients.{name}") for name in ("referred", "sessions_attended")] == [1, 8 - 1]
    assert scene.kpi("cost.clients.sessions") == 100 * (6 + 7)
    assert scene.kpi("cost.tier.w.clients") == pytest.approx(5.5 + 8)
    assert scene.kpi("cost.per_session") == pytest.approx((1300 + 13.5) / 13)


def test_their_interpreters(play: Play) -> None:
    """A session of an hour and a half in each of these six weeks; nobody of the window is seen with an interpreter."""
    care = f"sessions = 10\ninterpreter_hours_factor = 1.5\n{COSTS}"
    streams = {"f": f"dates = [0.5]\n{FARSI}"}
    scene = play(LATE + clinic("initial = 1\nlanguages = { Arabic = 1 }", care, streams=streams))
    assert scene.kpi("cost.clients.interpreters") == pytest.approx(10 * 1.5 * 6)


def test_their_groups(play: Play) -> None:
    """Nine sessions in weeks 1.5 to 9.5, of three clients: five are in the window, and are paid once."""
    scene = play(LATE + circle("initial = 2", "sessions = 9", COSTS, a="0.5, 0.5, 0.5"))
    assert scene.kpi("clients.referred") == 0
    assert scene.kpi("cost.clients.sessions") == 500
