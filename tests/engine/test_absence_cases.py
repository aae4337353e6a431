"""Cases of a worker who is away: they pause, and go to hand-over when the hold is over (R2.7)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.lives import away
from engine.programmes import desk, school, told
from engine.scene import WEEK, Scene, burst, short

Play = Callable[..., Scene]


@pytest.mark.parametrize(
    ("weeks", "hold", "expected"),
    [
        (1, 2, ["1.5 absent 2.5", "1.5 paused 0.5", "2.5 returned", "2.5 unpaused", "3 session", "4 session"]),
        (2, 2, ["1.5 absent 3.5", "1.5 paused 0.5", "3.5 returned", "3.5 unpaused", "4 session", "5 session"]),
        (
            3,
            2,
            ["1.5 absent 4.5", "1.5 paused 0.5", "3.5 awaiting_transfer", "4.5 returned", "5.5 session", "6.5 session"],
        ),
        (1, 0, ["1.5 absent 2.5", "1.5 awaiting_transfer", "2.5 returned", "3.5 session", "4.5 session"]),
    ],
)
def test_cases_pause_and_are_handed_over(play_referred: Play, weeks: int, hold: int, expected: list[str]) -> None:
    """A case since week 1 of a worker away from 1.5: half an interval is left to run after a return within the hold."""
    rest = away("w", 1.5, weeks) + f"[tier.w.absence]\nhold_weeks = {hold}\n"
    scene = play_referred(desk(burst(1), rest=rest), a=[1])
    found = []
    for row in scene.select("absent", "paused", "returned", "unpaused", "awaiting_transfer", "session"):
        number = f" {row.amount / WEEK:g}" if row.event in ("absent", "paused") else ""
        found.append(f"{row.minute / WEEK:g} {row.event}{number}")
    assert found == expected
    assert scene.kpi("clients.completed") == 1
    assert scene.kpi("clients.transfers") == ("awaiting_transfer" in " ".join(expected))


def test_handed_over_to_somebody_who_is_there(play_referred: Play) -> None:
    """Another worker of week 3 takes the case at week 3.5, when the hold is over; it does not go back."""
    scene = play_referred(desk(burst(1), intake="0:1 3:1", rest=away("w", 1.5, 9)), a=[1])
    assert told(scene, "awaiting_transfer", "resumed", "session", "completed")[:2] == [
        "3+5040 awaiting_transfer a:0 w0",
        "3+5040 resumed a:0 w:intake:3:0",
    ]
    assert scene.kpi("tier.w.delivering_mean") == pytest.approx((0.5 + 2) / 20)  # the two of the second worker


def test_no_new_client_while_away(play_referred: Play) -> None:
    """Referred at week 2 while the only worker is away from week 1 to 4."""
    scene = play_referred(desk(burst(2), rest=away("w", 1, 3)), a=[2])
    assert told(scene, "started") == ["4 started a:0 w0"]
    assert scene.kpi("clients.waiting.care.too_few_workers_weeks") == 2


def test_practice_with_clients_pauses_too(play_referred: Play) -> None:
    """An apprentice is away for a week amid the case that makes the certificate: three sessions, a week later.

    Nobody supervises them, so no session is supervised, and the case counts all the same (R4.8).
    """
    text = school(
        "trainer_hours_per_week = 2\npractice_cases = 1",
        "0:1",
        rest=away("peer", 4.5, 1, origin="recruitment")
        + f"[clients]\nsessions = 3\nsession_hours = 1\n[clients.stream.a]\nreferrals_per_week = {burst(3)}\n",
    )
    scene = play_referred(text, a=[3])
    assert short(scene.lines("started", "paused", "unpaused", "session", "certified", of="a:0")) == [
        "3 started a:0 p:0:0 10080",
        "4 session a:0 p:0:0 unsupervised 1",
        "4+5040 paused a:0 p:0:0 5040",
        "5+5040 unpaused a:0 p:0:0",
        "6 session a:0 p:0:0 unsupervised 2",
        "7 session a:0 p:0:0 unsupervised 3",
    ]
    assert scene.weeks("certified", of="peer:intake:0:0") == ["7"]
