"""One clock of one worker as it runs: what it has spent of its threshold, and when it strikes next (R5.1, R5.4)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from auditor.people import Worker
from auditor.programme import Reason

EXIT, HOURS, ABSENCE, NOTHING = "exit", "hours", "absence", "nothing"
NEVER = 1 << 62


@dataclass(eq=False)
class Running:
    """One clock of one worker: `early` and `late` are the minutes between which the next strike is due."""

    name: str
    reason: Reason
    origin: int
    since: int
    threshold: float
    multiplier: float = -1.0  # none yet
    spent: float = 0.0
    occurrence: int = 0
    outcome: str = NOTHING
    early: int = NEVER
    late: int = NEVER
    frozen: bool = False
    done: bool = False

    @property
    def order(self) -> tuple[int, str]:
        """Which strike of one worker and minute comes first (R5.5)."""
        at_once = self.outcome == EXIT and not self.reason.notice
        return (0 if at_once else 1 if self.outcome == HOURS else 2, self.name)

    def advance(self, minute: int) -> None:
        """Spend what has accumulated up to now, under the multiplier that was in force."""
        if not self.frozen and minute > self.since:
            clock = self.reason.clock
            grown = clock.reached(minute - self.origin) - clock.reached(self.since - self.origin)
            self.spent += self.multiplier * grown
        self.since = minute

    def exact(self) -> float:
        """The exact minute of the next strike if the multiplier stays."""
        if self.multiplier <= 0.0:
            return math.inf
        left = max(0.0, self.threshold - self.spent) / self.multiplier
        return self.origin + self.reason.clock.tenure(self.since - self.origin, left)


class Person:
    """A worker in one tier with their clocks."""

    def __init__(self, worker: Worker, stream: int, frailty: float) -> None:
        self.worker = worker
        self.stream = stream
        self.frailty = frailty
        self.clocks: list[Running] = []

    def clock(self, name: str) -> Running | None:
        """Their clock for this reason, if it runs."""
        return next((each for each in self.clocks if each.name == name and not each.done), None)
