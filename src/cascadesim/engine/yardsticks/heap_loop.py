"""M/M/20+M as a plain Python loop over a `heapq`: what is left when no library is in the way."""

from __future__ import annotations

import random
from collections import deque
from heapq import heappop, heappush

from cascadesim.engine.yardsticks.queue import ARRIVALS_A_WEEK, PATIENCE_WEEKS, SERVERS, SERVICE_WEEKS, Outcome, Runner

_ARRIVAL, _PATIENCE_ENDS, _SERVICE_ENDS = range(3)


def simulate(weeks: float, seed: int) -> Outcome:
    """One run. Whoever has gone stays in the line until they would have been served, and is passed over then."""
    draw = random.Random(seed).expovariate
    calendar: list[tuple[float, int, int]] = [(draw(ARRIVALS_A_WEEK), _ARRIVAL, 0)]
    line: deque[int] = deque()
    came: dict[int, float] = {}  # of those who wait
    free, served, reneged, waited = SERVERS, 0, 0, 0.0
    while True:
        now, what, client = heappop(calendar)
        if now >= weeks:
            return Outcome(served, reneged, waited)
        if what == _ARRIVAL:
            came[client] = now
            line.append(client)
            heappush(calendar, (now + draw(1 / PATIENCE_WEEKS), _PATIENCE_ENDS, client))
            heappush(calendar, (now + draw(ARRIVALS_A_WEEK), _ARRIVAL, client + 1))
        elif what == _SERVICE_ENDS:
            free += 1
        elif came.pop(client, None) is not None:
            reneged += 1
        while free and line:
            arrived = came.pop(first := line.popleft(), None)
            if arrived is not None:
                free -= 1
                served += 1
                waited += now - arrived
                heappush(calendar, (now + draw(1 / SERVICE_WEEKS), _SERVICE_ENDS, first))


def prepare(weeks: float) -> Runner:
    """Runs of so many weeks."""
    return lambda seed: simulate(weeks, seed)
