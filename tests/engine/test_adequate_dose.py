"""An adequate dose: at least so many sessions, whatever the way out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.programmes import desk
from engine.scene import Scene

Play = Callable[..., Scene]


@pytest.mark.parametrize(("adequate", "share"), [(1, 1.0), (2, 1.0), (3, 0.5), (4, 0.5)])
def test_exactly_as_many_are_enough(play: Play, adequate: int, share: float) -> None:
    """One client leaves after two of four sessions, the other has all four."""
    text = desk("0", f"sessions = 4\nadequate_sessions = {adequate}", intake="0:1")
    text = text.replace("referrals_per_week = 0", "dates = [1, 4]")
    scene = play(text + '[clients.events.move]\ntime_to_event = { dist = "date", week = 3.5 }\n')
    assert [row.amount for row in scene.select("session")] == [1, 2, 1, 2, 3, 4]
    assert scene.kpi("clients.adequate_share") == share
