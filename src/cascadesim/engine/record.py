"""What is written down while a replication runs: exact integrals, counts, and the log if it was asked for."""

from __future__ import annotations

from cascadesim.engine.clock import Clock
from cascadesim.model.counters import CLIENT_COUNTS, CounterLayout
from cascadesim.model.replication import LogRow, Snapshot


class Record:
    """Integer counters in the order of a `Layout`.

    A level that changes by d at time t adds d (T - t) to its integral over [0, T); so the sum of d t is all that has to
    be kept, and the integral at any T is level T minus that sum. Integers: exact on every machine.
    """

    def __init__(self, clock: Clock, layout: CounterLayout, log: bool) -> None:
        self.clock = clock
        self.levels = [0] * len(layout.levels)
        self.moments = [0] * len(layout.levels)
        self.counts = [0] * layout.client_counts
        self.before_care: Snapshot | None = None
        self.client_counts = [0] * len(CLIENT_COUNTS)
        self.keeps_log = log  # asked before a row of the commonest events is made up
        self.log: list[LogRow] | None = [] if log else None
        self.snapshots: list[Snapshot] = []
        self.events = 0

    def shift(self, index: int, by: int) -> None:
        """The level `index` changes by `by` now."""
        self.levels[index] += by
        self.moments[index] += by * self.clock.now

    def swap(self, left: int, entered: int) -> None:
        """One of something leaves a level for another now."""
        now, levels, moments = self.clock.now, self.levels, self.moments
        levels[left] -= 1
        moments[left] -= now
        levels[entered] += 1
        moments[entered] += now

    def note(
        self,
        event: int,
        kind: int,
        key: int,
        level: int = -1,
        other_kind: int = 0,
        other: int = -1,
        detail: str = "",
        amount: int = 0,
    ) -> None:
        """One row of the log."""
        if self.log is not None:
            self.log.append(
                LogRow(self.clock.now, event, kind, key, level, other_kind, other, detail, amount)
            )

    def read(self, minute: int) -> Snapshot:
        """Every counter as it stands now, just before the events of `minute`."""
        return Snapshot(minute, tuple(self.levels), tuple(self.moments), (*self.counts, *self.client_counts))

    def mark_first_start(self, now: int) -> None:
        """Care begins: what has been spent so far was the start-up."""
        self.before_care = self.read(now)
