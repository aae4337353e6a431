"""The calendar: SimPy's environment, with one kind of event, ordered within an instant by rank and key (R10.1).

SimPy orders an instant by priority and then by creation; creation order is nothing that a model should depend on. So every
entry gets a priority made of (rank, key), and the C-phase comes last. SimPy's own events (a process that begins or ends)
have lower priorities, change no state and are never waited for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import simpy

from cascadesim.model.codes import Rank

_KEY_BITS = 64
_CONDITIONAL = (int(Rank.CONDITIONAL) + 1) << _KEY_BITS

Callback = Callable[[simpy.Event], None]


class Due(simpy.Event):
    """One entry of the calendar. `who` and `generation` are the caller's: an entry that was overtaken is known by them."""

    _ok = True
    _value = None

    def __init__(self, env: simpy.Environment, callbacks: list[Callback], who: Any, generation: int) -> None:
        self.env = env
        self.callbacks = callbacks
        self.who = who
        self.generation = generation

    def cancel(self) -> None:
        """Let nothing happen when the time comes (T4): nobody is called, nothing is counted."""
        self.callbacks = []


class Clock:
    """The time in whole minutes, and what is due when."""

    def __init__(self) -> None:
        self.env = simpy.Environment(initial_time=0)
        self.conditional_phase: Callback = lambda _: None
        self._woken_at = -1

    def at(self, minute: int, rank: int, key: int, call: Callback, who: Any = None, generation: int = 0) -> Due:
        """Call `call` at `minute`, among the events of that instant in the place of (rank, key)."""
        env = self.env
        due = Due(env, [call], who, generation)
        env.schedule(due, (rank + 1) << _KEY_BITS | key, minute - env.now)  # type: ignore[arg-type]
        return due

    def due(self, minute: int, rank: int, key: int) -> Due:
        """The same for a process to wait on: `yield clock.due(...)`."""
        env = self.env
        due = Due(env, [], None, 0)
        env.schedule(due, (rank + 1) << _KEY_BITS | key, minute - env.now)  # type: ignore[arg-type]
        return due

    def move(self, due: Due, minute: int, rank: int, key: int) -> Due:
        """Whoever waits on `due` now waits on a new entry; the old one is stale."""
        new = self.due(minute, rank, key)
        new.callbacks, due.callbacks = due.callbacks, []
        return new

    def wake(self) -> None:
        """Something happened now: run the C-phase at the end of this instant, once."""
        env = self.env
        if self._woken_at != env.now:
            self._woken_at = env.now
            env.schedule(Due(env, [self.conditional_phase], None, 0), _CONDITIONAL)  # type: ignore[arg-type]
