"""M/M/20+M as a loop written by hand for Numba: the practical limit of a compiled engine.

It has what an engine cannot do without: a calendar that grows, draws by name as the engine has them, and counters of
waits and of those who give up. It has no tiers, no ledger, no levels, no choice of a worker.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from cascadesim.devtools.benchmark.reference_queue import (
    ARRIVALS_A_WEEK,
    PATIENCE_WEEKS,
    SERVERS,
    SERVICE_WEEKS,
    QueueRun,
    QueueSimulator,
)
from cascadesim.engine.runtime import containers  # noqa: F401 - makes the draws callable from compiled functions
from cascadesim.model import rng

_ARRIVAL, _PATIENCE_ENDS, _SERVICE_ENDS = range(3)
_GAP, _PATIENCE, _SERVICE = range(1, 4)  # purposes of draws
_ROOM = 1024
_word: Any = np.uint64
_CLIENTS = _word(rng.owner_hash(1, 0))
_SOURCE = _word(rng.entity_stream(2, 0, 0))

_compiled: Any = njit(error_model="numpy", nogil=True)


@_compiled
def _exponential(key: Any, stream: Any, purpose: Any, index: Any, mean: Any) -> Any:
    return -math.log(1.0 - rng.uniform(key, stream, _word(purpose), _word(index))) * mean


@_compiled
def _put(times: Any, codes: Any, size: Any, time: Any, code: Any) -> Any:
    """Add an entry to the heap, which holds `size` already and has room; how many it holds then."""
    index = size
    while index > 0:
        parent = (index - 1) >> 1
        if times[parent] <= time:
            break
        times[index], codes[index] = times[parent], codes[parent]
        index = parent
    times[index], codes[index] = time, code
    return size + 1


@_compiled
def _take(times: Any, codes: Any, size: Any) -> None:
    """Take the first entry of the heap away; `size` is how many are left."""
    time, code, index, child = times[size], codes[size], 0, 1
    while child < size:
        if child + 1 < size and times[child + 1] < times[child]:
            child += 1
        if time <= times[child]:
            break
        times[index], codes[index] = times[child], codes[child]
        index = child
        child = 2 * index + 1
    times[index], codes[index] = time, code


@_compiled
def _grown(array: Any) -> Any:
    """The same with twice the room."""
    return np.append(array, np.empty_like(array))


@_compiled
def simulate(weeks: Any, key: Any) -> Any:
    """One run: (served, reneged, weeks waited). `arrived_at` is when each client came, -1 once they no longer wait."""
    times, codes, arrived_at = np.empty(_ROOM), np.empty(_ROOM, np.int64), np.empty(_ROOM)
    size = _put(times, codes, 0, _exponential(key, _SOURCE, _GAP, 0, 1 / ARRIVALS_A_WEEK), _ARRIVAL)
    clients, first, free, served, reneged, waited = 0, 0, SERVERS, 0, 0, 0.0
    while times[0] < weeks:
        now, event, client = times[0], codes[0] & 3, codes[0] >> 2
        size -= 1
        _take(times, codes, size)
        if size + 2 > times.size:
            times, codes = _grown(times), _grown(codes)
        if event == _ARRIVAL:
            if client == arrived_at.size:
                arrived_at = _grown(arrived_at)
            arrived_at[client] = now
            clients += 1
            gap = _exponential(key, _SOURCE, _GAP, clients, 1 / ARRIVALS_A_WEEK)
            size = _put(times, codes, size, now + gap, clients << 2 | _ARRIVAL)
            if free == 0:
                patience = _exponential(key, rng.mix64(_CLIENTS ^ _word(client)), _PATIENCE, 0, PATIENCE_WEEKS)
                size = _put(times, codes, size, now + patience, client << 2 | _PATIENCE_ENDS)
        elif event == _SERVICE_ENDS:
            free += 1
        elif arrived_at[client] >= 0.0:
            arrived_at[client] = -1.0
            reneged += 1
        while free > 0 and first < clients:
            arrived = arrived_at[first]
            if arrived >= 0.0:
                arrived_at[first] = -1.0
                served += 1
                waited += now - arrived
                free -= 1
                service = _exponential(key, rng.mix64(_CLIENTS ^ _word(first)), _SERVICE, 0, SERVICE_WEEKS)
                size = _put(times, codes, size, now + service, first << 2 | _SERVICE_ENDS)
            first += 1
    return served, reneged, waited


def prepare(weeks: float) -> QueueSimulator:
    """Runs of so many weeks."""
    return lambda seed: QueueRun(*simulate(float(weeks), _word(rng.replication_key(seed, 0))))
