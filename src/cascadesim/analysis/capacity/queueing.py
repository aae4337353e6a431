"""Clients as a queue in the long run, Erlang A: Poisson arrivals, exponential care and patience, a number of places.

First come, first served. A place is a client in care whom the full complement can see at a time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from cascadesim.analysis.capacity import care, headcounts, hours
from cascadesim.scenario.schema import Scenario


@dataclass(frozen=True)
class LongRunQueue:
    """In the long run: chance to wait, mean wait in weeks of all who come, share who give up, share of places taken."""

    delayed: float
    wait_weeks: float
    gives_up: float
    utilisation: float


def erlang_b(places: int, load: float) -> float:
    """The chance that all places are taken where nobody waits, by the recursion B(n) = aB(n-1) / (n + aB(n-1)).

    Erlang (1917); the recursion: Cooper (1981), Introduction to Queueing Theory, 2nd ed.
    """
    blocked = 1.0
    for number in range(1, places + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked


def erlang_a(arrivals: float, services: float, places: int, giving_up: float) -> LongRunQueue:
    """The M/M/n+M queue; rates a week, `services` of each place, `giving_up` of each who waits (0: nobody does).

    With rho = arrivals / (places x services), B from `erlang_b` and A = `_tail`:
    P(wait) = A B / (1 + (A - 1) B); P(gives up | waits) = 1 / (rho A) + 1 - 1 / rho; E(wait) = P(gives up) / giving_up.
    Palm (1946); Garnett, Mandelbaum and Reiman (2002), Manufacturing & Service Operations Management 4:208-227; in this
    form Mandelbaum and Zeltyn (2007), Service engineering in action: the Palm/Erlang-A queue. Without giving up it is
    Erlang C, and the wait has no end where the load is not below the number of places.
    """
    if arrivals <= 0:
        return LongRunQueue(0.0, 0.0, 0.0, 0.0)
    if places <= 0:
        if giving_up > 0:
            return LongRunQueue(1.0, 1 / giving_up, 1.0, math.nan)
        return LongRunQueue(1.0, math.inf, 0.0, math.nan)
    if services <= 0:  # once taken, places are never free again
        return LongRunQueue(1.0, 1 / giving_up, 1.0, 1.0) if giving_up > 0 else LongRunQueue(1.0, math.inf, 0.0, 1.0)
    load = arrivals / services
    busy = load / places
    if giving_up <= 0:
        return _erlang_c(load, services, places)
    blocked = erlang_b(places, load)
    inverse = 1 / _tail(places * services / giving_up, arrivals / giving_up)
    delayed = blocked / (inverse * (1 - blocked) + blocked)
    lost = max(0.0, delayed * (inverse / busy + 1 - 1 / busy))
    return LongRunQueue(delayed, lost / giving_up, lost, busy * (1 - lost))


def _erlang_c(load: float, services: float, places: int) -> LongRunQueue:
    """P(wait) = n B / (n - a (1 - B)), E(wait) = P(wait) / (mu (n - a)): Cooper (1981), as `erlang_b`."""
    if load >= places:
        return LongRunQueue(1.0, math.inf, 0.0, 1.0)
    blocked = erlang_b(places, load)
    delayed = places * blocked / (places - load * (1 - blocked))
    return LongRunQueue(delayed, delayed / (services * (places - load)), 0.0, load / places)


def _tail(x: float, y: float) -> float:
    """A(x, y) = 1 + y / (x + 1) + y^2 / ((x + 1)(x + 2)) + ..., infinite where it is beyond the largest float.

    Palm's function, as in Mandelbaum and Zeltyn (2007).
    """
    total, term, number = 1.0, 1.0, 0
    while term > 1e-17 * total:  # not so once both are infinite
        number += 1
        term *= y / (x + number)
        total += term
    return total


def planned_places(scenario: Scenario) -> float:
    """Clients who can be in care at full complement: sum over tiers of planned at work x `hours.places`.

    Own derivation; the idle have none.
    """
    levels = care.delivering(scenario)
    return math.fsum(headcounts.planned_at_work(scenario, level) * hours.places(scenario, level) for level in levels)


def offered_load(scenario: Scenario) -> float:
    """Clients in care if nobody had to wait: referrals a week x weeks in a place (Little 1961)."""
    assert scenario.clients is not None
    return care.referrals_per_week(scenario) * care.weeks_in_place(scenario.clients)


def long_run_queue(scenario: Scenario) -> LongRunQueue:
    """Erlang A at full complement: each place a server, patience exponential with the mean that the scenario gives.

    Own derivation: `erlang_a` at the rates of the scenario.
    """
    clients = scenario.clients
    assert clients is not None
    patience = clients.patience_weeks.mean_value if clients.patience_weeks is not None else math.inf
    servers, arrivals = round(planned_places(scenario)), care.referrals_per_week(scenario)
    return erlang_a(arrivals, 1 / care.weeks_in_place(clients), servers, 1 / patience if patience else math.inf)
