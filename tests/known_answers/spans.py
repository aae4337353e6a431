"""From a run's log: how long each worker of a tier was there, and why they left."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cascadesim import Scenario, simulate
from known_answers.judge import Verdict, share, uniform

WEEK = 10_080


@dataclass(frozen=True)
class Span:
    """Weeks from recruitment to the exit, or to the horizon where `reason` is empty; `most` is that to the horizon."""

    weeks: float
    most: float
    reason: str


def spans(scenario: Scenario, tier: str, seeds: Iterable[int] = range(1)) -> list[Span]:
    """Everybody of a tier in a few runs."""
    found = []
    for seed in seeds:
        run = simulate(scenario, seed=seed, events=True)
        assert run.events is not None
        began: dict[str, int] = {}
        gone: dict[str, tuple[int, str]] = {}
        for row in run.events.rows:
            minute, event, key, of, detail = row[2], row[3], row[5], row[6], row[8]
            if of != tier:
                continue
            if event == "recruited":
                began[key] = minute
            elif event == "exited":
                gone[key] = (minute, detail)
        for key, at in began.items():
            most = scenario.horizon_weeks - at / WEEK
            minute, reason = gone.get(key, (0, ""))
            found.append(Span((minute - at) / WEEK if reason else most, most, reason))
    return found


def leaving(people: list[Span], survival: Callable[[float], float]) -> list[Verdict]:
    """The share who stay to the end, and, given an exit before it, its time, which theory makes uniform."""
    left = [each for each in people if each.reason]
    placed = [(1 - survival(each.weeks)) / (1 - survival(each.most)) for each in left]
    staying = math.fsum(survival(each.most) for each in people) / len(people)
    return [share("staying", len(people) - len(left), len(people), staying), uniform("exits", placed)]


def refuted(verdicts: list[Verdict]) -> list[str]:
    """Those that chance does not explain, in words."""
    return [str(verdict) for verdict in verdicts if not verdict.agrees]
