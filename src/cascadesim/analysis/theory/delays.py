"""When clients leave: the distributions of care and of patience as a scenario gives them, on a grid of equal steps.

Within a step everything is taken as spread evenly, so that whole and fractional delays keep their means exactly.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.signal import fftconvolve  # type: ignore[import-untyped]

from cascadesim.model.distributions import Family, quantile
from cascadesim.scenario.clients import Clients
from cascadesim.scenario.distributions import Amount

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
    weeks = np.array([quantile(draw.family, draw.numbers, (place + 0.5) / many) for place in range(many)])
    steps = np.clip(weeks * STEPS_A_WEEK, 1.0, float(count))  # whoever is past the last step is there all the time
    whole = np.floor(steps)
    found = np.zeros(count + 2)
    np.add.at(found, whole.astype(int), (1 - (steps - whole)) / many)
    np.add.at(found, whole.astype(int) + 1, (steps - whole) / many)
    return found[:count]


def staying(amount: Amount | None, count: int) -> Shares:
    """The chance to be still there at the beginning of each step, that of the arrival being 0; without end if None."""
    return np.ones(count) if amount is None else 1 - np.cumsum(in_steps(amount, count))


def departures(clients: Clients, count: int) -> Departures:
    """How long whom holds a place, in individual care in the format of [clients] (R8.1, R8.2).

    After n intervals, each drawn anew, a client has attended s sessions and missed n - s. The chances of (n, s) follow
    slot by slot; their times are the n-fold convolution of the interval. A non-starter holds the place for one, and a
    drop-out up to the session after which, or the no-show with which, they are out. Own derivation.
    """
    interval, start = in_steps(clients.interval_weeks, count), clients.start_probability.value
    leaves, completes = (1 - start) * interval, np.zeros(count)
    here, held = [start, *[0.0] * (clients.sessions - 1)], interval
    slot = 0
    while math.fsum(here) > _NOBODY and held.sum() > _NOBODY:
        slot += 1
        here, done, dropped = _after(clients, here, slot)
        leaves, completes = leaves + (done + dropped) * held, completes + done * held
        held = fftconvolve(held, interval)[:count]
        held[held < _NOBODY] = 0.0  # rounding, where nothing can be
    longest = int(np.flatnonzero(leaves)[-1]) + 1 if leaves.any() else 1
    return Departures(leaves[:longest], completes[:longest])


def _after(clients: Clients, here: list[float], slot: int) -> tuple[list[float], float, float]:
    """Who is in care after this slot, by sessions attended, who has completed in it, and who has dropped out (R8.2)."""
    miss, stay, limit = clients.no_show_probability.value, clients.continue_probability.value, clients.max_no_shows
    there, done, dropped = [0.0] * len(here), 0.0, 0.0
    for attended, share in enumerate(here):
        if limit is not None and slot - attended > limit:
            dropped += share * miss
        else:
            there[attended] += share * miss
        if attended + 1 == len(here):
            done += share * (1 - miss)
        else:
            there[attended + 1] += share * (1 - miss) * stay
            dropped += share * (1 - miss) * (1 - stay)
    return there, done, dropped
