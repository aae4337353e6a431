"""Who comes in when: initial workers, dated intakes, Poisson recruits."""

from __future__ import annotations

import math
from collections.abc import Callable

from cascadesim.model.enums import Kind, Purpose
from cascadesim.model.rng import entity_stream, replication_key, uniform
from engine.scene import WEEK, Scene

Play = Callable[..., Scene]

INTAKES = """
horizon_weeks = 9
cascade = ["mentor", "peer"]
[tier.mentor]
initial = 2
hours_per_week = 10.001
[tier.peer]
hours_per_week = 4
initial = 1
intake = [{ week = 5, count = 1 }, { week = 0, count = 1 }, { week = 2, count = 2 }, { week = 9, count = 1 },
          { week = 2, count = 1 }]
[tier.peer.training]
required = false
[tier.peer.supervision]
required = false
"""


def test_initial_workers_and_intakes(play: Play) -> None:
    """In order of date; two intakes of one week are one; nothing happens at the horizon; 600.06 minutes are 601."""
    assert play(INTAKES).lines("recruited", "certified") == [
        "0 recruited mentor:initial:0 initial 601",
        "0 certified mentor:initial:0",
        "0 recruited mentor:initial:1 initial 601",
        "0 certified mentor:initial:1",
        "0 recruited peer:initial:0 initial 240",
        "0 certified peer:initial:0",
        "0 recruited peer:intake:0:0 intake 240",
        "0 certified peer:intake:0:0",
        "2 recruited peer:intake:2:0 intake 240",
        "2 certified peer:intake:2:0",
        "2 recruited peer:intake:2:1 intake 240",
        "2 certified peer:intake:2:1",
        "2 recruited peer:intake:2:2 intake 240",
        "2 certified peer:intake:2:2",
        "5 recruited peer:intake:5:0 intake 240",
        "5 certified peer:intake:5:0",
    ]


def test_several_hundred_recruits_of_a_minute(play: Play) -> None:
    """The i-th recruit comes when the integrated rate reaches E1 + ... + Ei, rounded to a minute, never to minute 0."""
    rate = 2_000_000.0  # 198 a minute
    scene = play(
        f"""
horizon_weeks = 0.001
cascade = ["peer"]
[tier.peer]
hours_per_week = 1
recruits_per_week = {rate}
"""
    )
    total, expected = 0.0, []
    stream, key = entity_stream(Kind.RECRUITS, 0, 0), replication_key(1, 0)
    while True:
        total -= math.log(1 - uniform(key, stream, Purpose.INTER_ARRIVAL, len(expected)))
        minute = max(1, math.floor(total / (rate / WEEK) + 0.5))
        if minute >= 10:
            break
        expected.append(minute)
    rows = scene.select("recruited")
    assert [row.minute for row in rows] == expected
    assert [row.key for row in rows] == [f"peer:poisson:{i}:0" for i in range(len(expected))]
    assert len(expected) > 1500


def test_a_rate_in_steps(play: Play) -> None:
    """Nobody while the rate is 0; about 400 a week from week 3 to week 5 (five standard deviations allowed)."""
    scene = play(
        """
horizon_weeks = 9
cascade = ["peer"]
[tier.peer]
hours_per_week = 1
recruits_per_week = [{ from_week = 3, rate = 400 }, { from_week = 5, rate = 0 }]
"""
    )
    minutes = [row.minute for row in scene.select("recruited")]
    assert min(minutes) >= 3 * WEEK and max(minutes) <= 5 * WEEK
    assert abs(len(minutes) - 800) < 5 * math.sqrt(800)


ORDER = """
horizon_weeks = 3
cascade = ["mentor", "peer"]
[tier.mentor]
initial = 1
hours_per_week = 9
intake = [{ week = 1, count = 1 }]
recruits_per_week = [{ from_week = 1, rate = 1e7 }, { from_week = 1.0001, rate = 0 }]
[tier.peer]
hours_per_week = 4
intake = [{ week = 1, count = 1 }]
[tier.peer.training]
required = false
[tier.peer.supervision]
required = false
[clients]
sessions = 1
session_hours = 1
[clients.stream.b]
referrals_per_week = [{ from_week = 1, rate = 1e5 }, { from_week = 1.0001, rate = 0 }]
[clients.stream.a]
referrals_per_week = [{ from_week = 1, rate = 1e5 }, { from_week = 1.0001, rate = 0 }]
"""


def test_arrivals_of_one_instant(play: Play) -> None:
    """Referrals by stream, then intakes by tier, then recruits (R10.1)."""
    first = [row for row in play(ORDER).select("referred", "recruited") if row.minute == WEEK]
    kinds = [row.key.rsplit(":", 1)[0] if row.kind == "client" else row.key.split(":")[1] for row in first]
    order = list(dict.fromkeys(kinds))
    assert order == ["a", "b", "intake", "poisson"]
    assert kinds == sorted(kinds, key=order.index)
    assert [row.key for row in first if ":intake:" in row.key] == ["mentor:intake:1:0", "peer:intake:1:0"]
