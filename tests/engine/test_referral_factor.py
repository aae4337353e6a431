"""What multiplies the rates of referrals: recognition for ever, states of the organisation by site (R7.3)."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from cascadesim.model.enums import Kind, Purpose
from cascadesim.model.rng import entity_stream, replication_key, stable_hash, uniform
from engine.clinic import clinic
from engine.scene import WEEK, Scene

Play = Callable[..., Scene]

RATE = 6.0  # a week


def expected(stream: str, pieces: list[tuple[float, float]], weeks: float = 20) -> list[int]:
    """The minutes at which the integral of the rate (from week, referrals a week) reaches E1 + ... + Ei."""
    luck, source = replication_key(1, 0), entity_stream(Kind.STREAM, stable_hash(stream), 0)
    found, total = [], 0.0
    for ordinal in range(1000):
        total -= math.log1p(-uniform(luck, source, Purpose.INTER_ARRIVAL, ordinal))
        left = total
        for place, (begins, rate) in enumerate(pieces):
            ends = pieces[place + 1][0] if place + 1 < len(pieces) else weeks
            if left <= rate * (ends - begins):
                found.append(round((begins + left / rate) * WEEK))
                break
            left -= rate * (ends - begins)
        else:
            return found
    raise AssertionError("too many")


def came(scene: Scene, stream: str) -> list[int]:
    """The minutes of this stream's referrals."""
    return [row.minute for row in scene.select("referred") if row.detail == stream]


def near(found: list[int], wanted: list[int]) -> bool:
    """The same to the minute to which a time may be rounded either way."""
    return len(found) == len(wanted) > 20 and all(abs(a - b) <= 1 for a, b in zip(found, wanted, strict=True))


@pytest.mark.parametrize("factor", [0.5, 1.0, 2.5])
def test_recognition(play: Play, factor: float) -> None:
    """Multiplies every rate from the first minute; dates are what they are."""
    rest = f"[recognition]\nreferral_factor = {factor}"
    streams = {"a": f"referrals_per_week = {RATE}", "d": "dates = [1, 2]"}
    scene = play(clinic("initial = 1", "", rest, streams=streams))
    assert near(came(scene, "a"), expected("a", [(0, factor * RATE)]))
    assert came(scene, "d") == [WEEK, 2 * WEEK]


def test_a_state_at_its_reviews(play: Play) -> None:
    """Level 0 until the lift of week 6, which is seen at the review of week 8: half the rate until then."""
    rest = "[organisation.readiness]\ninitial = 0\nat_weeks = [6]\nlift = 1\nreferral_ratio = 0.5"
    streams = {"a": f"referrals_per_week = {RATE}", "d": "dates = [1, 2]"}
    scene = play("review_weeks = 4\n" + clinic("initial = 1", "", rest, streams=streams))
    assert near(came(scene, "a"), expected("a", [(0, RATE / 2), (8, RATE)]))
    assert came(scene, "d") == [WEEK, 2 * WEEK]


def test_each_site_has_its_own_level(play: Play) -> None:
    """Nothing is wrong in the north; the ratio of the south to the power of one half."""
    text = clinic(
        {"w": "site.north.initial = 1\nsite.south.initial = 1"},
        "",
        "[organisation.readiness]\nreferral_ratio = 0.25\n[organisation.readiness.site.south]\ninitial = 0.5",
        streams={name: f'referrals_per_week = {RATE}\nsite = "{name}"' for name in ("north", "south")},
    )
    scene = play('sites = ["south", "north"]\n' + text)
    assert near(came(scene, "north"), expected("north", [(0, RATE)]))
    assert near(came(scene, "south"), expected("south", [(0, RATE / 2)]))
    assert {row.other for row in scene.select("started") if row.key.startswith("south")} == {"w@south:initial:0"}
