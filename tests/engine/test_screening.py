"""Screening: who is not eligible leaves at once, and is counted apart (R8.3)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cascadesim.model.enums import Purpose
from engine.clinic import clinic, luck_of_client, told
from engine.scene import Scene

Play = Callable[..., Scene]


def rate(eligible: str = "") -> str:
    """Some sixty potential referrals in twenty weeks."""
    return f"referrals_per_week = 3{eligible}"


def test_a_draw_for_each_potential_referral(play: Play) -> None:
    """Ordinals count potential referrals, so who is referred keeps key and luck whoever else is screened out."""
    scene = play(clinic("initial = 9", "eligibility_probability = 0.6", streams={"s": rate()}))
    everybody = play(clinic("initial = 9", streams={"s": rate()}))
    came = [(row.minute, row.key) for row in scene.select("referred", "screened_out")]
    assert came == [(row.minute, row.key) for row in everybody.select("referred")]
    eligible = {row.key for row in scene.select("referred")}
    for _, key in came:
        assert (key in eligible) == (luck_of_client("s", int(key.split(":")[1]), Purpose.ELIGIBILITY) < 0.6)
    counts = (scene.kpi("clients.referred"), scene.kpi("clients.screened_out"))
    assert counts == (len(eligible), len(came) - len(eligible))
    assert scene.kpi("clients.eligible_share") == len(eligible) / len(came)


def test_out_at_once(play: Play) -> None:
    """Nobody waits, nobody starts, nothing of anybody's week is taken by the hours of screening."""
    care = "eligibility_probability = 0\nscreening_hours = 5"
    scene = play(clinic("initial = 1", care, a="1, 1, 2"))
    assert told(scene, "referred", "screened_out", "started", "binding_constraint") == [
        "1 screened_out a0 a",
        "1 screened_out a1 a",
        "2 screened_out a2 a",
    ]
    named = ("referred", "screened_out", "waiting_at_end", "waiting_mean")
    assert [scene.kpi(f"clients.{name}") for name in named] == [0, 3, 0, 0]
    assert scene.kpi("tier.w.utilisation") == 0


def test_a_stream_has_its_own_probability(play: Play) -> None:
    """All of a, none of b, whatever holds for the clients in general."""
    streams = {
        "a": "dates = [1]\neligibility_probability = 1",
        "b": "dates = [1]\neligibility_probability = 0",
        "c": "dates = [1]",
    }
    scene = play(clinic("initial = 3", "eligibility_probability = 0", streams=streams))
    assert told(scene, "referred", "screened_out") == ["1 referred a0 a", "1 screened_out b0 b", "1 screened_out c0 c"]


@pytest.mark.parametrize(("opens", "counted"), [(0, 3), (1.5, 2), (3, 1)])
def test_the_window_counts_them_by_date(play: Play, opens: float, counted: int) -> None:
    text = f"measure_from_week = {opens}\n" + clinic("initial = 1", "eligibility_probability = 0", a="1, 2, 4")
    assert play(text).kpi("clients.screened_out") == counted
