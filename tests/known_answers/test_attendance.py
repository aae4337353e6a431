"""Two-part attendance: not starting, going on from session to session, and missed sessions; against their formulas.

Ten weeks at the end bring nobody new, so that every course of care of a few hours is over. Clients are independent.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cache

import pytest
from scipy import stats

from cascadesim import simulate
from known_answers.judge import Verdict, known, mean, share, variance

START, GO_ON, MISS, SESSIONS = 0.82, 0.9, 0.15, 5


@dataclass(frozen=True)
class Care:
    """One client: how it ended, sessions attended and missed."""

    outcome: str
    attended: int
    missed: int


@cache
def clients(*sets: str) -> tuple[Care, ...]:
    """Everybody of one run; about 7,000."""
    run = simulate(known("attendance", *sets), events=True)
    assert run.events is not None
    attended: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    outcome: dict[str, str] = {}
    for row in run.events.rows:
        event, key = row[3], row[5]
        if event == "session":
            attended[key] += 1
        elif event == "no_show":
            missed[key] += 1
        elif event in ("completed", "dropped_out", "never_started"):
            outcome[key] = f"{event} {row[8]}".strip()
    assert len(outcome) == run.kpis["clients.referred"]
    return tuple(Care(how, attended[key], missed[key]) for key, how in outcome.items())


def sessions_of_starters(go_on: float) -> list[float]:
    """The chance of 0, 1, ..., 5 sessions attended: a geometric number cut off at five."""
    return [0.0, *((1 - go_on) * go_on ** (n - 1) for n in range(1, SESSIONS)), go_on ** (SESSIONS - 1)]


def moment(chances: list[float], power: int, middle: float = 0.0) -> float:
    """The moment of a number 0, 1, ... with these chances, about `middle`."""
    return math.fsum(chance * (n - middle) ** power for n, chance in enumerate(chances))


def judged(*sets: str) -> list[Verdict]:
    """Starting; mean and variance of sessions of starters; each outcome; misses per slot."""
    people = clients(*sets)
    starters = [each for each in people if each.outcome != "never_started"]
    chances = sessions_of_starters(GO_ON)
    middle = moment(chances, 1)
    spread = moment(chances, 2, middle)
    doses = [float(each.attended) for each in starters]
    slots = sum(each.attended + each.missed for each in starters)
    return [
        share("starting", len(starters), len(people), START),
        mean("sessions", doses, middle),
        variance("variance of sessions", doses, spread, moment(chances, 4, middle) / spread**2 - 3),
        share("completing", sum(each.outcome == "completed" for each in people), len(people), START * chances[-1]),
        share("missing", sum(each.missed for each in starters), slots, MISS),
    ]


def test_two_part_attendance() -> None:
    """Starters attend (1 - p^5) / (1 - p) = 4.0951 sessions on average, with a standard deviation of 1.41.

    Sees 0.045 of all in starting and completing, 0.15 sessions in the mean, an eighth of the variance, 0.02 of misses.
    """
    chances = sessions_of_starters(GO_ON)
    assert moment(chances, 1) == pytest.approx((1 - GO_ON**5) / (1 - GO_ON), rel=1e-12)
    assert math.sqrt(moment(chances, 2, moment(chances, 1))) == pytest.approx(1.40998, abs=1e-5)
    found = judged()
    assert not [str(verdict) for verdict in found if not verdict.agrees]
    for verdict, shift in zip(found, (0.04, 0.15, 0.25, 0.045, 0.02), strict=True):
        assert verdict.smallest_shift < shift, str(verdict)


@pytest.mark.parametrize(
    ("key", "place"), [("start_probability=0.77", 0), ("continue_probability=0.86", 1), ("no_show_probability=0.18", 4)]
)
def test_a_planted_shift_is_seen(key: str, place: int) -> None:
    assert not judged(f"clients.{key}")[place].agrees


@pytest.mark.parametrize("most", [0, 1, 3])
def test_dropping_out_for_missed_sessions(most: int) -> None:
    """Who always goes on drops out if more than `most` misses come before the fifth session: a negative binomial.

    A client with a limit of m completes if at most m of the slots up to the fifth session were missed. Sees 0.04.
    """
    people = clients(
        "clients.continue_probability=1", f"clients.max_no_shows={most}", "clients.no_show_probability=0.3"
    )
    starters = [each for each in people if each.outcome != "never_started"]
    theory = float(stats.nbinom.cdf(most, SESSIONS, 1 - 0.3))
    completed = sum(each.outcome == "completed" for each in starters)
    verdict = share("completing", completed, len(starters), theory)
    assert verdict.agrees, str(verdict)
    assert verdict.smallest_shift < 0.05
    assert not share("", completed, len(starters), theory + 0.06).agrees
    assert {each.outcome for each in starters} == {"completed", "dropped_out no_shows"}
    assert all(each.missed == most + 1 for each in starters if each.outcome != "completed")
