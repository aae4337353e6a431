"""The one queue that every yardstick simulates: Poisson arrivals, exponential service and exponential patience."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

SERVERS, ARRIVALS_A_WEEK, SERVICE_WEEKS, PATIENCE_WEEKS = 20, 20.0, 1.0, 1.0


class Outcome(NamedTuple):
    """What became of one run: clients who were served, clients who gave up, and weeks waited by the former."""

    served: int
    reneged: int
    waited: float

    @property
    def clients(self) -> int:
        """Those whose wait has ended."""
        return self.served + self.reneged

    @property
    def mean_wait(self) -> float:
        """In weeks, of those who were served."""
        return self.waited / self.served

    @property
    def share_reneged(self) -> float:
        """Of those whose wait has ended."""
        return self.reneged / self.clients


Runner = Callable[[int], Outcome]
"""One run by its seed. A yardstick is a module with `prepare(weeks)`, which gives one for runs of that length."""
