"""Clients as a fluid: what waits and what flows through care where neither people nor clients come in whole numbers.

Scaled up (n times the people and the referrals), runs come ever closer to this, as long as courses and supervision do
not bind. What it leaves out, then, is chance, whole courses and the hours of the tiers above.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

from cascadesim.analysis.theory import care
from cascadesim.analysis.theory.heads import people, rate_at
from cascadesim.analysis.theory.hours import places, works
from cascadesim.scenario import defaults
from cascadesim.scenario.clients import Clients, Stream
from cascadesim.scenario.schema import Scenario

STEPS_A_WEEK = 50
"""Of Euler's method, in which what is there at the beginning of a step flows out exponentially for its length."""


@dataclass(frozen=True)
class Reading:
    """At one week: mean number waiting in the interval that ends there; totals of those who began and completed care.

    Intervals are those of the trajectories, `every_weeks` long.
    """

    waiting: float
    started: float
    completed: float


def capacity(scenario: Scenario, weeks: list[float]) -> list[float]:
    """Clients who can be in care at each of these weeks, over all delivering tiers and apprentices with cases."""
    total = [0.0] * len(weeks)
    for level in range(len(scenario.cascade)):
        sees = defaults.delivers(scenario, level)
        learns = defaults.practice(scenario, level) == "clients"
        if not (sees or learns):
            continue
        tier, own = people(scenario, level), places(scenario, level)
        learning, working = min(tier.tier.apprentice_caseload, own), works(tier.tier)
        for place, week in enumerate(weeks):
            total[place] += own * working * tier.active(week) if sees else 0.0
            total[place] += learning * tier.apprentices(week) if learns else 0.0
    return total


def queue(scenario: Scenario, weeks: tuple[int, ...]) -> dict[int, Reading]:
    """The clients at each of these weeks, those waiting and in care being X.

    dX/dt = referrals - min(X, places) / weeks in place - (X - places)+ / patience, places of the middle of a week: the
    fluid limit of a queue whose rates and servers change, Mandelbaum, Massey and Reiman (1998), Strong
    approximations for Markovian service networks, Queueing Systems 30:149-201.
    """
    clients = scenario.clients
    assert clients is not None
    step, patience = 1 / STEPS_A_WEEK, clients.patience_weeks
    streams = [(stream, by_step(stream)) for stream in clients.stream.values()]
    ends = _flows_out(step, care.weeks_in_place(clients))
    gives_up = _flows_out(step, math.inf if patience is None else patience.mean_value)
    start, complete = clients.start_probability.value, care.completes(clients)
    content = done = waited = offered = 0.0
    found: dict[int, Reading] = {}
    middles = [week + 0.5 for week in range(max(weeks, default=0))]
    for week, room in enumerate(capacity(scenario, middles)):
        for part in range(STEPS_A_WEEK):
            served, waiting = min(content, room), max(0.0, content - room)
            number = week * STEPS_A_WEEK + part
            arrivals = math.fsum(_referred(scenario, clients, *each, number) for each in streams)
            content += arrivals - served * ends - waiting * gives_up
            done += served * ends
            waited += step * waiting
            offered = max(offered, done + min(content, room))  # whom a loss of places sends back has begun before
        if week + 1 in weeks:
            lasted = week % scenario.every_weeks + 1
            found[week + 1] = Reading(waited / lasted, start * offered, complete * done)
        if (week + 1) % scenario.every_weeks == 0:
            waited = 0.0
    return found


def by_step(stream: Stream) -> Counter[int]:
    """How many dated referrals fall into each step, by its number since week 0: each into exactly one."""
    return Counter(math.floor(date * STEPS_A_WEEK) for date in stream.dates)


def _referred(scenario: Scenario, clients: Clients, stream: Stream, dated: Counter[int], number: int) -> float:
    """Eligible referrals of one stream within the step of this number."""
    rate = scenario.recognition.referral_factor.value * rate_at(stream.referrals_per_week, number / STEPS_A_WEEK)
    return care.eligible(clients, stream) * (rate / STEPS_A_WEEK + dated[number])


def _flows_out(step: float, mean_weeks: float) -> float:
    """The share that leaves within a step."""
    return 1 - math.exp(-step / mean_weeks) if mean_weeks > 0 else 1.0
