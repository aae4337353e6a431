"""The gates of an apprenticeship: passing the course, and a first case in time."""

from __future__ import annotations

import math

import pytest

from cascadesim import replicate
from known_answers.judge import Verdict, known, share

REPLICATIONS = 1500


def gates(*sets: str) -> list[Verdict]:
    """One candidate a run. Passes with 0.7; certified if a client comes, at 0.15 a week, within the limit less a week.

    The course ends at week 4, when the first client can come. A case takes a week and counts at the last instant of the
    limit of nine weeks too, so the first client must come within eight: 1 - exp(-0.15 x 8).
    """
    runs = replicate(known("gates", *sets), REPLICATIONS)
    passed = sum(int(kpis["tier.peer.passed"]) for kpis in runs)
    certified = sum(int(kpis["tier.peer.certified"]) for kpis in runs)
    assert all(kpis["tier.peer.exits.failed_training"] == 1 - kpis["tier.peer.passed"] for kpis in runs)
    assert sum(kpis["tier.peer.exits.not_certified"] for kpis in runs) == passed - certified
    in_time = 1 - math.exp(-0.15 * 8)
    return [
        share("passing", passed, len(runs), 0.7),
        share("certified of the passed", certified, passed, in_time),
        share("certified of all", certified, len(runs), 0.7 * in_time),
    ]


def test_gates() -> None:
    """Sees 0.1 in each share."""
    found = gates()
    assert not [str(verdict) for verdict in found if not verdict.agrees]
    assert max(verdict.smallest_shift for verdict in found) < 0.1


@pytest.mark.parametrize(
    ("key", "place"), [("training.pass_probability=0.8", 0), ("training.apprentice_limit_weeks=12", 1)]
)
def test_a_planted_shift_is_seen(key: str, place: int) -> None:
    assert not gates(f"tier.peer.{key}")[place].agrees


def test_the_pass_gate_in_one_large_course() -> None:
    """The draws of a hundred trainees of each of thirty courses are independent; sees 0.06."""
    runs = replicate(known("gates", "tier.peer.intake=[{ week = 0, count = 100 }]"), 30)
    verdict = share("passing", int(sum(kpis["tier.peer.passed"] for kpis in runs)), 3_000, 0.7)
    assert verdict.agrees, str(verdict)
    assert verdict.smallest_shift < 0.06
