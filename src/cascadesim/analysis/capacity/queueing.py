"""Clients as a queue in the long run, and as a fluid from week to week.

The queue is Erlang A: Poisson arrivals, exponential care and patience, a number of places. First come, first served. A
place is a client in care whom the full complement can see at a time.

The fluid is what waits and what flows through care where neither people nor clients come in whole numbers. Scaled up
(n times the people and the referrals), runs come ever closer to it, as long as nothing binds or acts that
`explanations.of_clients` names. What it leaves out, then, is chance. Time goes in equal steps; within one
everything is taken as spread evenly, so that whole and fractional delays keep their means exactly.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np
from scipy.signal import fftconvolve  # type: ignore[import-untyped]

from cascadesim.analysis.capacity import headcounts, hours
from cascadesim.analysis.capacity.headcounts import headcount, rate_at
from cascadesim.analysis.capacity.hours import adequate_sessions, eligible, places, practice_places, works
from cascadesim.model.distributions import Family, quantile
from cascadesim.scenario import defaults
from cascadesim.scenario.clients import Clients, Stream
from cascadesim.scenario.distributions import Amount
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
    if places <= 0 or services <= 0:  # no places, or none that is ever free again
        wait, lost = (1 / giving_up, 1.0) if giving_up > 0 else (math.inf, 0.0)
        return LongRunQueue(1.0, wait, lost, utilisation=1.0 if places > 0 else math.nan)
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
    levels = hours.delivering(scenario)
    return math.fsum(headcounts.planned_at_work(scenario, level) * hours.places(scenario, level) for level in levels)


def offered_load(scenario: Scenario) -> float:
    """Clients in care if nobody had to wait: referrals a week x weeks in a place (Little 1961)."""
    assert scenario.clients is not None
    return hours.referrals_per_week(scenario) * hours.weeks_in_place(scenario.clients)


def long_run_queue(scenario: Scenario) -> LongRunQueue:
    """Erlang A at full complement: each place a server, patience exponential with the mean that the scenario gives.

    Own derivation: `erlang_a` at the rates of the scenario.
    """
    clients = scenario.clients
    assert clients is not None
    patience = clients.patience_weeks.mean_value if clients.patience_weeks is not None else math.inf
    servers, arrivals = round(planned_places(scenario)), hours.referrals_per_week(scenario)
    return erlang_a(arrivals, 1 / hours.weeks_in_place(clients), servers, 1 / patience if patience else math.inf)


STEPS_A_WEEK = 50
"""Of 3.4 hours each; what is shorter counts as one."""

_SLICES = 10_000
_NOBODY = 1e-12
"""A share that is left out."""

Shares = np.ndarray[tuple[int], np.dtype[np.float64]]


@dataclass(frozen=True)
class Departures:
    """Shares of those who are offered a place, by how many steps later: who leaves it, and who leaves it completed.

    As long as anybody leaves within the steps that were asked for.
    """

    leaves: Shares
    completes: Shares


def in_steps(amount: Amount, count: int) -> Shares:
    """The chance of each delay of 0 to `count` - 1 steps; longer ones are left out, those below one step count as one.

    A delay of m + f steps, 0 <= f < 1, that begins anywhere in a step ends m steps later with chance 1 - f, else m + 1.
    Numerical, by the midpoints of 10,000 slices of equal chance; exact for a constant.
    """
    draw = amount.draw()
    many = 1 if draw.family == Family.CONSTANT else _SLICES
    weeks = np.array([quantile(draw.family, draw.numbers, (number + 0.5) / many) for number in range(many)])
    steps = np.clip(weeks * STEPS_A_WEEK, 1.0, float(count))  # whoever is past the last step is there all the time
    whole = np.floor(steps)
    chances = np.zeros(count + 2)
    np.add.at(chances, whole.astype(int), (1 - (steps - whole)) / many)
    np.add.at(chances, whole.astype(int) + 1, (steps - whole) / many)
    return chances[:count]


def staying(amount: Amount | None, count: int) -> Shares:
    """The chance to be still waiting at the beginning of each step, the arrival in step 0; without end if None."""
    return np.ones(count) if amount is None else 1 - np.cumsum(in_steps(amount, count))


def departures(clients: Clients, count: int) -> Departures:
    """How long whom holds a place, in individual care in the format of [clients] (R8.1, R8.2).

    After n intervals, each drawn anew, a client has attended s sessions and missed n - s. The chances of (n, s) follow
    slot by slot; their times are the n-fold convolution of the interval. A non-starter holds the place for one, and a
    drop-out up to the session after which, or the no-show with which, they are out. Own derivation.
    """
    interval, start = in_steps(clients.interval_weeks, count), clients.start_probability.value
    leaves, completes = (1 - start) * interval, np.zeros(count)
    in_care, held = [start, *[0.0] * (clients.sessions - 1)], interval
    slot = 0
    while math.fsum(in_care) > _NOBODY and held.sum() > _NOBODY:
        slot += 1
        in_care, done, dropped = _after(clients, in_care, slot)
        leaves, completes = leaves + (done + dropped) * held, completes + done * held
        held = fftconvolve(held, interval)[:count]
        held[held < _NOBODY] = 0.0  # rounding, where nothing can be
    longest = int(np.flatnonzero(leaves)[-1]) + 1 if leaves.any() else 1
    return Departures(leaves[:longest], completes[:longest])


def _after(clients: Clients, in_care: list[float], slot: int) -> tuple[list[float], float, float]:
    """Who is in care after this slot, by sessions attended, who has completed in it, and who has dropped out (R8.2)."""
    miss, stay, limit = clients.no_show_probability.value, clients.continue_probability.value, clients.max_no_shows
    remain, out = [0.0] * len(in_care), [0.0] * (len(in_care) + 1)  # by sessions attended
    for attended, share in enumerate(in_care):
        if limit is not None and slot - attended > limit:
            out[attended] += share * miss
        else:
            remain[attended] += share * miss
        goes_on = stay if attended + 1 < len(in_care) else 0.0
        out[attended + 1] += share * (1 - miss) * (1 - goes_on)
        if goes_on:
            remain[attended + 1] += share * (1 - miss) * goes_on
    enough = adequate_sessions(clients)
    return remain, math.fsum(out[enough:]), math.fsum(out[:enough])


class WaitingLine:
    """Those who wait, first come, first served; `stays` is the chance to wait still so many steps after referral."""

    def __init__(self, stays: Shares) -> None:
        self._stays = stays
        self._came = np.zeros(len(stays))
        self._first = 0

    def join(self, step: int, many: float) -> None:
        """So many are referred in this step."""
        self._came[step] += many

    def length(self, step: int) -> float:
        """How many wait who have not given up before this step."""
        return float(self._came[self._first : step + 1] @ self._stays[step - self._first :: -1])

    def call(self, step: int, many: float) -> None:
        """So many are offered a place, who has waited longest first."""
        while self._first <= step:
            waits = self._came[self._first] * self._stays[step - self._first]
            if waits > many:
                self._came[self._first] *= 1 - many / waits
                return
            many -= waits
            self._came[self._first] = 0.0
            self._first += 1
        self._first = step  # more may come within this step


class CareFlow:
    """Who is in a place, as their departures to come, step by step; and who has lost it and waits for another one.

    `handed_over` is the share of the latter who stay from one step to the next. What an interval that is broken off has
    taken is kept; in the model it begins anew (R8.5), which costs them half of one on average.
    """

    def __init__(self, departures: Departures, handed_over: float, count: int) -> None:
        self._departures = departures
        self._stays = handed_over
        self._longest = len(departures.leaves)
        self._due = np.zeros((2, count))  # by step: who leaves, and who completes
        self._paused = np.zeros((2, self._longest))  # by steps left, those who have lost their place
        self.inside = self.paused = self.completed = self.offered = 0.0

    def leave(self, step: int) -> None:
        """Whose time in a place is over leaves, and of those who have lost theirs some give up."""
        leaves, completes = self._due[:, step]
        self.inside = max(0.0, self.inside - float(leaves))
        self.completed += float(completes)
        if self.paused:
            self._paused *= self._stays
            self.paused *= self._stays

    def fit(self, step: int, room: float) -> float:
        """Whoever exceeds the places loses theirs, who have lost theirs resume first; the places that are left then.

        All who are in care are hit alike, whatever is left of it; so are all who resume.
        """
        moving = max(self.inside - room, -self.paused)
        if moving:
            due = self._due[:, step + 1 : step + self._longest]
            paused = self._paused[:, 1 : 1 + due.shape[1]]
            parts = moving / self.inside * due if moving > 0 else moving / self.paused * paused
            due -= parts
            paused += parts
            self.inside -= moving
            self.paused += moving
        return max(0.0, room - self.inside)

    def admit(self, step: int, many: float) -> None:
        """So many are offered a place in this step."""
        for due, each in zip(self._due, (self._departures.leaves, self._departures.completes), strict=True):
            part = due[step : step + self._longest]
            part += many * each[: len(part)]
        self.inside += many
        self.offered += many


@dataclass(frozen=True)
class FluidState:
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
        heads, learning = headcount(scenario, level), practice_places(scenario, level)
        own = places(scenario, level) * works(heads.tier) if defaults.delivers(scenario, level) else 0.0
        for index, week in enumerate(weeks):
            total[index] += own * heads.active(week) if own else 0.0
            total[index] += learning * heads.apprentices(week) if learning else 0.0
    return total


def queue(scenario: Scenario, weeks: tuple[int, ...]) -> dict[int, FluidState]:
    """The clients at each of these weeks, by steps of `STEPS_A_WEEK`.

    waiting' = referrals - who give up - offered, in care' = offered - who leave: by patience those referred t ago, by
    the delays of care (`departures`) those offered a place t ago. Places, those of the middle of a week, are
    offered in the order of referral. It is the fluid limit of a queue with general times, and rates and servers that
    change: Whitt (2006), Operations Research 54:37-54; Liu and Whitt (2012), Queueing Systems 71:405-444.
    """
    clients = scenario.clients
    assert clients is not None
    last = max(weeks, default=0)
    streams = [(stream, by_step(stream)) for stream in clients.stream.values()]
    line = WaitingLine(staying(clients.patience_weeks, last * STEPS_A_WEEK + 1))
    count = last * STEPS_A_WEEK + 1
    care = CareFlow(departures(clients, count), _stay_in_hand_over(clients), count)
    waiting = waited = 0.0
    states: dict[int, FluidState] = {}
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
            started = clients.start_probability.value * care.offered
            states[week + 1] = FluidState(waited / lasted, started, care.completed)
        if (week + 1) % scenario.every_weeks == 0:
            waited = 0.0
    return states


def by_step(stream: Stream) -> Counter[int]:
    """How many dated referrals fall into each step, by its number since week 0: each into exactly one."""
    return Counter(math.floor(date * STEPS_A_WEEK) for date in stream.dates)


def _referred(scenario: Scenario, clients: Clients, stream: Stream, dated: Counter[int], number: int) -> float:
    """Eligible referrals of one stream within the step of this number (R8.3): own derivation, rate x step + dates."""
    rate = scenario.recognition.referral_factor.value * rate_at(stream.referrals_per_week, number / STEPS_A_WEEK)
    return eligible(clients, stream) * (rate / STEPS_A_WEEK + dated[number])


def _stay_in_hand_over(clients: Clients) -> float:
    """The share of those in transfer who stay in it for a step: exponential with the mean patience there (R8.5).

    exp(-step / mean). Own derivation: the survival function of the exponential distribution.
    """
    if clients.on_worker_exit == "lose":
        return 0.0
    patience = clients.transfer_patience_weeks
    if patience is None:
        return 1.0
    return math.exp(-1 / STEPS_A_WEEK / patience.mean_value) if patience.mean_value else 0.0
