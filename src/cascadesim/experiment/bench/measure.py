"""Works that take turns, round after round, so that whatever else the machine does falls on all of them alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from cascadesim.engine.yardsticks.table import Unmeasured

_MOST_REPLICATIONS = 100_000


class Done(NamedTuple):
    """What was done in one turn; `seconds` where the work knows its time better than the clock of this process."""

    replications: int
    events: int = 0
    clients: int = 0
    seconds: float | None = None


Turn = Callable[[int, int], Done]
"""Does replications `first` to `first + count - 1`."""


class Key(NamedTuple):
    """Which work: of what group, on what, by which engine or yardstick."""

    group: str
    name: str
    by: str


@dataclass(frozen=True)
class Work:
    """One thing to be measured. `start` makes it ready, which is not timed; it may raise `Unmeasured`.

    What is made ready is kept from round to round if the work is `lasting`, else made anew, so that the memory of large
    ones is not held all the time. `wall` asks for the time on the wall, which work on several threads needs, instead of
    processor time.
    """

    key: Key
    start: Callable[[], Turn]
    lasting: bool = True
    wall: bool = False


class Sample(NamedTuple):
    """One turn."""

    seconds: float
    done: Done


@dataclass
class Measured:
    """Every counted turn of every work, in rounds, and why a work has none."""

    samples: dict[Key, list[Sample]] = field(default_factory=dict)
    unmeasured: dict[Key, str] = field(default_factory=dict)


@dataclass
class _Runner:
    """A work between its turns."""

    work: Work
    ready: Turn | None = None
    count: int = 1

    def turn(self, first: int) -> Sample:
        turn = self.ready or self.work.start()
        if self.work.lasting:
            self.ready = turn
        clock = time.perf_counter if self.work.wall else time.process_time
        began = clock()
        done = turn(first, self.count)
        seconds = clock() - began if done.seconds is None else done.seconds
        return Sample(max(seconds, 1e-9), done)

    def warm_up(self, seconds: float) -> None:
        """A turn that pays for whatever is paid once, and one that says how many replications fill a turn."""
        self.turn(0)
        self.count = max(1, min(_MOST_REPLICATIONS, round(seconds / self.turn(0).seconds)))


def measure(works: Sequence[Work], rounds: int, seconds: float, progress: Callable[[], None]) -> Measured:
    """`rounds` rounds of turns of about so many seconds, after one that is not counted.

    All works do the same replications in the same round, as far as they get. `progress` is called after each turn.
    """
    found, runners = Measured(), [_Runner(work) for work in works]
    for number in range(-1, rounds):
        for runner in runners:
            key = runner.work.key
            if key not in found.unmeasured:
                try:
                    if number < 0:
                        runner.warm_up(seconds)
                    else:
                        found.samples.setdefault(key, []).append(runner.turn(number * runner.count))
                except (Unmeasured, ImportError, MemoryError) as fault:
                    found.unmeasured[key] = str(fault) or type(fault).__name__
                    found.samples.pop(key, None)
            progress()
    return found
