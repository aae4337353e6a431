"""Where a clock is set to: the threshold, what follows the strike, and its minute, each by draws (R5.1, R5.2, R5.7)."""

from __future__ import annotations

import math

from auditor.amounts import WEEK
from auditor.luck import CONSEQUENCE, SHOCK_TIME, THRESHOLD, WORD, Luck, named
from auditor.running import ABSENCE, EXIT, HOURS, NEVER, NOTHING, Person, Running

NOISE = 1e-5
"""Minutes: as near to a whole one as this, either of two minutes may be the right one."""


class Aim:
    """Sets the clocks of one replication; what is due at the horizon or later is never due."""

    def __init__(self, luck: Luck, horizon: int) -> None:
        self.luck = luck
        self.horizon = horizon

    def start(self, person: Person, running: Running) -> None:
        """The first threshold; dates need none."""
        if not running.reason.clock.dated:
            running.threshold = self.luck.unit(person.stream, THRESHOLD, named(running.name))

    def next(self, person: Person, running: Running) -> None:
        """The next occurrence has a threshold of its own, on top of those before it (R5.1)."""
        running.occurrence += 1
        index = named(running.name) + running.occurrence & WORD
        running.threshold += self.luck.unit(person.stream, THRESHOLD, index)

    def aim(self, person: Person, running: Running, now: int) -> None:
        """Draw what follows and work out when; occurrences after which nothing happens are passed over."""
        running.early = running.late = NEVER
        if running.frozen or running.done or (running.multiplier < 0.0 and not running.reason.clock.dated):
            return
        while (outcome := self._outcome(person, running)) == NOTHING:
            if not running.reason.recurring or running.reason.clock.dated:
                running.done = True
                return
            if running.exact() >= self.horizon:
                return
            self.next(person, running)
        running.outcome = outcome
        if running.reason.clock.dated:
            running.early = running.late = self._dated(person, running, now)
        elif (exact := running.exact()) < self.horizon:
            running.early = max(now + 1, math.ceil(exact - NOISE))
            running.late = max(now + 1, math.ceil(exact + NOISE))

    def _outcome(self, person: Person, running: Running) -> str:
        """One draw over the probabilities of exit, hours and absence, in this order (R5.2)."""
        reason = running.reason
        index = named(running.name) + running.occurrence & WORD
        u = self.luck.uniform(person.stream, CONSEQUENCE, index)
        for share, outcome in (
            (reason.exit, EXIT),
            (reason.exit + reason.hours, HOURS),
            (reason.exit + reason.hours + reason.absence, ABSENCE),
        ):
            if u < share:
                return outcome
        return NOTHING

    def _dated(self, person: Person, running: Running, now: int) -> int:
        """Of those whose clock began before the date everybody, or a share, each within the week (R5.7)."""
        date, stream, index = running.reason.date, person.stream, named(running.name)
        if date is None or date <= now:
            return NEVER
        if not running.reason.spread:
            return date
        if self.luck.uniform(stream, THRESHOLD, index) >= running.reason.share:
            return NEVER
        return date + math.floor(self.luck.uniform(stream, SHOCK_TIME, index) * WEEK)
