"""The calendar: SimPy's environment, with one kind of event, ordered within an instant by rank and key (R10.1).

SimPy orders an instant by priority and then by creation; creation order is nothing that a model should depend on. So
every entry gets a priority made of (rank, key). SimPy's own events (a process that begins or ends) have lower
priorities, change no state and are never waited for. The C-phase comes after the last entry of an instant: `run` calls
it there, which spares an entry of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import simpy

_KEY_BITS = 64


class Due(simpy.Event):
    """One entry of the calendar. `who` and `generation` are the caller's, who knows an overtaken entry by them."""

    _ok = True
    _value = None

    def __init__(self, env: simpy.Environment, callbacks: list[Any], who: Any, generation: int) -> None:
        self.env = env
        self.callbacks = callbacks
        self.who = who
        self.generation = generation

    def cancel(self) -> None:
        """Let nothing happen when the time comes : nobody is called, nothing is counted."""
        self.callbacks = []


class Clock:
    """The time in whole minutes, and what is due when."""

    def __init__(self) -> None:
        self.env = simpy.Environment(initial_time=0)
        self.conditional_phase: Callable[[], None] = lambda: None
        self.now = 0
        self._woken = False

    def at(
        self, minute: int, rank: int, key: int, call: Callable[[Due], None], who: Any = None, generation: int = 0
    ) -> Due:
        """Call `call` at `minute`, among the events of that instant in the place of (rank, key)."""
        due = Due(self.env, [call], who, generation)
        self.env.schedule(due, (rank + 1) << _KEY_BITS | key, minute - self.now)  # type: ignore[arg-type]
        return due

    def due(self, minute: int, rank: int, key: int) -> Due:
        """The same for a process to wait on: `yield clock.due(...)`."""
        due = Due(self.env, [], None, 0)
        self.env.schedule(due, (rank + 1) << _KEY_BITS | key, minute - self.now)  # type: ignore[arg-type]
        return due

    def move(self, due: Due, minute: int, rank: int, key: int) -> Due:
        """Whoever waits on `due` now waits on a new entry; the old one is stale."""
        new = self.due(minute, rank, key)
        new.callbacks, due.callbacks = due.callbacks, []
        return new

    def wake(self) -> None:
        """Something happened now: run the C-phase at the end of this instant, once."""
        self._woken = True

    def run(self, until: int) -> None:
        """Let everything happen that is due before the minute `until`, and the C-phase of every instant (R10.2)."""
        peek, step = self.env.peek, self.env.step
        while True:
            soonest = peek()
            if soonest > self.now:
                if self._woken:
                    self._woken = False
                    self.conditional_phase()
                    continue
                if soonest >= until:
                    return
                self.now = soonest  # type: ignore[assignment]
            step()
