"""Clients as a fluid: what waits and what flows through care where neither people nor clients come in whole numbers.

Scaled up (n times the people and the referrals), runs come ever closer to this, as long as nothing binds or acts that
`omitted.of_clients` names. What it leaves out, then, is chance.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

from cascadesim.analysis.theory.care import eligible
from cascadesim.analysis.theory.delays import STEPS_A_WEEK, departures, staying
from cascadesim.analysis.theory.flow import Care, Line
from cascadesim.analysis.theory.heads import people, rate_at
from cascadesim.analysis.theory.hours import places, works
from cascadesim.scenario import defaults
from cascadesim.scenario.clients import Clients, Stream
from cascadesim.scenario.schema import Scenario


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
    """The clients at each of these weeks, by steps of `delays.STEPS_A_WEEK`.

    waiting' = referrals - who give up - offered, in care' = offered - who leave: by patience those referred t ago, by
    the delays of care (`delays.departures`) those offered a place t ago. Places, those of the middle of a week, are
    offered in the order of referral. It is the fluid limit of a queue with general times, and rates and servers that
    change: Whitt (2006), Operations Research 54:37-54; Liu and Whitt (2012), Queueing Systems 71:405-444.
    """
    clients = scenario.clients
    assert clients is not None
    last = max(weeks, default=0)
    streams = [(stream, by_step(stream)) for stream in clients.stream.values()]
    line = Line(staying(clients.patience_weeks, last * STEPS_A_WEEK + 1))
    count = last * STEPS_A_WEEK + 1
    care = Care(departures(clients, count), _stay_in_hand_over(clients), count)
    waiting = waited = 0.0
    found: dict[int, Reading] = {}
    for week, room in enumerate(capacity(scenario, [week + 0.5 for week in range(last)])):
        for step in range(week * STEPS_A_WEEK, (week + 1) * STEPS_A_WEEK):
            care.leave(step)
            line.join(step, math.fsum(_referred(scenario, clients, *each, step) for each in streams))
            before, come = waiting, line.length(step)
            offered = min(come, care.fit(step, room))
            line.call(step, offered)
            care.admit(step, offered)
            waiting = come - offered
            waited += (before + waiting) / 2 / STEPS_A_WEEK
        if week + 1 in weeks:
            lasted = week % scenario.every_weeks + 1
            found[week + 1] = Reading(waited / lasted, clients.start_probability.value * care.offered, care.completed)
        if (week + 1) % scenario.every_weeks == 0:
            waited = 0.0
    return found


def by_step(stream: Stream) -> Counter[int]:
    """How many dated referrals fall into each step, by its number since week 0: each into exactly one."""
    return Counter(math.floor(date * STEPS_A_WEEK) for date in stream.dates)


def _referred(scenario: Scenario, clients: Clients, stream: Stream, dated: Counter[int], number: int) -> float:
    """Eligible referrals of one stream within the step of this number."""
    rate = scenario.recognition.referral_factor.value * rate_at(stream.referrals_per_week, number / STEPS_A_WEEK)
    return eligible(clients, stream) * (rate / STEPS_A_WEEK + dated[number])


def _stay_in_hand_over(clients: Clients) -> float:
    """The share of those in hand-over who stay in it for a step: exponential with the mean patience there (R8.5)."""
    if clients.on_worker_exit == "lose":
        return 0.0
    patience = clients.handover_patience_weeks
    if patience is None:
        return 1.0
    return math.exp(-1 / STEPS_A_WEEK / patience.mean_value) if patience.mean_value else 0.0
