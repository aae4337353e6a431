"""Cells done by processes of this machine, whatever becomes of the processes.

Each worker has a pipe of its own and answers cell by cell, so when one dies it is known which cell it was at: that one
is tried again, alone, a few times before it is given up; all others just go to somebody else. The executors of the
standard library cannot do this: with one a killed worker makes all that is under way fail, with the other it is waited
for without end.
"""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any

from cascadesim.errors import EnvironmentFault
from cascadesim.experiment.pool import Worker as Process
from cascadesim.experiment.pool import packed, start_worker
from cascadesim.experiment.sweep.cells import DIED, Job, Outcome, Task

ATTEMPTS = 4
"""So many workers have to die over a cell before it is given up: one that dies of something else blames nobody."""
STILLBORN = 3
"""So many workers in a row that die before they are ready: then it is the machine, and no cell."""
OUT_OF_MEMORY = 71
"""The exit code of a worker that had no memory left."""
More = Callable[[], Task | None]

BUNDLE_SECONDS = 1.0
PATIENCE_SECONDS = 1.0
MOST_BUNDLED = 500
_LAST_SECONDS = 5.0
"""So long a worker whose pipe has closed may take to end by itself."""


@dataclass(eq=False)
class _Hand:
    """A worker process: what it has been given and not answered yet, in order, and how long its cells take."""

    process: Process
    tasks: deque[Task] = field(default_factory=deque)
    ready: bool = False
    since: float = 0.0
    cell_seconds: float = 0.0

    def answered(self, now: float) -> Task:
        spent = now - self.since
        self.cell_seconds = spent if not self.cell_seconds else 0.8 * self.cell_seconds + 0.2 * spent
        self.since = now
        return self.tasks.popleft()

    def wants(self) -> int:
        """How many more cells fill about a second of work, beside what it still has."""
        if not self.ready:
            return 0 if self.tasks else 1
        most = int(BUNDLE_SECONDS / self.cell_seconds) if self.cell_seconds else 1
        most = max(1, min(MOST_BUNDLED, most))
        return most if len(self.tasks) <= most // 2 else 0


class Crew:
    """`jobs` worker processes; iterate over `work(tasks)`, and close when done. No worker outlives it."""

    def __init__(self, job: Job, jobs: int) -> None:
        self._packed = packed(job)
        self._jobs = jobs
        self._hands: dict[Connection, _Hand] = {}
        self._todo: deque[Task] = deque()  # to be tried again, before anything new
        self._deaths: Counter[int] = Counter()
        self._suspects: set[int] = set()
        self._stillborn = 0

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all workers; what they were at is lost, and nothing else."""
        hands, self._hands = list(self._hands.values()), {}
        for hand in hands:
            hand.process.process.kill()
        for hand in hands:
            hand.process.process.join()
            hand.process.pipe.close()

    def work(self, more: More) -> Generator[Outcome | None]:
        """The outcome of each task as it comes, and None whenever there was none for a while.

        `more()` gives the next task; None where there is none for now, which ends the work if nothing is under way
        either.
        """
        while True:
            self._staff(more)
            if not any(hand.tasks for hand in self._hands.values()):
                return
            busy = [pipe for pipe, hand in self._hands.items() if hand.tasks or not hand.ready]
            heard = wait(busy, PATIENCE_SECONDS)
            if not heard:
                yield None
            for pipe in heard:
                assert isinstance(pipe, Connection)
                yield from self._hear(self._hands[pipe])

    def _staff(self, more: More) -> None:
        """Give work to whoever runs short of it; start those who are missing as long as there is work for them."""
        for hand in list(self._hands.values()):
            self._give(hand, self._next(more, hand.wants()))
        while len(self._hands) < self._jobs:
            some = self._next(more, 1)
            if not some:
                return
            try:
                process = start_worker(self._packed, serve)
            except OSError as fault:
                self._todo.extendleft(reversed(some))
                if self._hands:
                    return  # fewer will do
                raise _cannot_start(fault.strerror or str(fault)) from fault
            hand = self._hands[process.pipe] = _Hand(process)
            self._give(hand, some)

    def _next(self, more: More, count: int) -> list[Task]:
        """The next tasks. One over which a worker has died goes alone: it shall take nobody else's time with it."""
        found: list[Task] = []
        while len(found) < count:
            if self._todo and self._todo[0].cell in self._suspects and found:
                break
            task = self._todo.popleft() if self._todo else more()
            if task is None:
                break
            found.append(task)
            if task.cell in self._suspects:
                break
        return found

    def _give(self, hand: _Hand, tasks: list[Task]) -> None:
        if tasks:
            if not hand.tasks:
                hand.since = time.perf_counter()
            hand.tasks.extend(tasks)
            with contextlib.suppress(OSError):  # it died: the end of file says so
                hand.process.pipe.send(tasks)

    def _hear(self, hand: _Hand) -> Iterator[Outcome]:
        try:
            said = hand.process.pipe.recv()
        except (EOFError, OSError):
            yield from self._bury(hand)
            return
        if isinstance(said, Outcome):
            task = hand.answered(time.perf_counter())
            assert task.cell == said.cell
            self._suspects.discard(said.cell)
            yield said
        elif isinstance(said, EnvironmentFault):
            raise said
        else:
            hand.ready, hand.since, self._stillborn = True, time.perf_counter(), 0

    def _bury(self, hand: _Hand) -> Iterator[Outcome]:
        """A worker has died: whose fault was it, and who does its work?"""
        process = hand.process.process
        process.join(timeout=_LAST_SECONDS)
        lives = process.is_alive()
        process.kill()  # one that lives on unheard would outlive the crew
        process.join()
        del self._hands[hand.process.pipe]
        hand.process.pipe.close()
        how = "it no longer answered" if lives else _how(process.exitcode)
        if not hand.ready:
            self._stillborn += 1
            if self._stillborn >= STILLBORN:
                if not self._hands:
                    raise _cannot_start(f"{STILLBORN} in a row ended before they had begun ({how})")
                self._jobs, self._stillborn = len(self._hands), 0  # fewer will do
        elif hand.tasks:
            suspect = hand.tasks.popleft()
            self._deaths[suspect.cell] += 1
            if self._deaths[suspect.cell] >= ATTEMPTS:
                words = f"its worker process ended each of {ATTEMPTS} times that it was tried ({how})"
                yield Outcome(suspect.cell, suspect.point, suspect.first, suspect.count, DIED, words)
            else:
                self._suspects.add(suspect.cell)
                self._todo.append(suspect)
        self._todo.extendleft(reversed(hand.tasks))


def _how(code: int | None) -> str:
    if code == OUT_OF_MEMORY:
        return "memory ran out"
    return f"killed by signal {-code}" if code is not None and code < 0 else f"exit code {code}"


def _cannot_start(why: str) -> EnvironmentFault:
    return EnvironmentFault(
        f"no worker process can be started: {why}.",
        hint="A script that sweeps needs `if __name__ == '__main__':`. Else use fewer jobs, or free some memory.",
        code="worker_died",
    )


def serve(pipe: Connection, job: bytes) -> None:
    """A worker's life: bundles of tasks in, an outcome for each out, until the parent closes the pipe."""
    import pickle

    given: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(pipe, given), daemon=True).start()
    work = pickle.loads(job).worker()
    pipe.send("ready")
    while (tasks := given.get()) is not None:
        for task in tasks:
            try:
                outcome = work(task)
            except MemoryError:
                os._exit(OUT_OF_MEMORY)  # a new process begins with clean memory; the parent decides on the cell
            except Exception as fault:
                outcome = _hopeless(task, fault)
            try:
                pipe.send(outcome)
            except OSError:
                return  # the parent has gone


def _listen(pipe: Connection, given: queue.SimpleQueue[Any]) -> None:
    """Take what the parent sends while a cell is at work, so that the parent never waits for a worker to listen."""
    try:
        while True:
            given.put(pipe.recv())
    except (EOFError, OSError):
        given.put(None)
    except BaseException:  # a task that cannot be read would be waited for without end
        os._exit(OUT_OF_MEMORY)


def _hopeless(task: Task, fault: Exception) -> EnvironmentFault:
    """What would befall every other cell as well."""
    if isinstance(fault, EnvironmentFault):
        return fault
    return EnvironmentFault(f"task {task.cell} could not be run: {type(fault).__name__}: {fault}.", code="cell")
