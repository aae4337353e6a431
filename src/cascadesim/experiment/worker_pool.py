"""Worker processes and threads: apply a function to many items, and lose no answer whatever becomes of a process.

Each worker process has a pipe of its own and answers item by item, so when one dies it is known which item it was at:
that one is tried again, alone, a few times if so asked, before it is given up; all others just go to somebody else. The
executors of the standard library cannot do this: with one a killed worker makes all that is under way fail, with the
other it is waited for without end, neither stops a task that is under way, and both leave orphans.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import queue
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, Generic, TypeVar, cast

from cascadesim.errors import EnvironmentFault, UsageError

T = TypeVar("T")
K = TypeVar("K")

AHEAD = 4
"""How many answers may be under way or wait for an earlier one, a worker: bounds the memory when one is slow."""
STILLBORN = 3
"""So many workers in a row that die before they are ready: then it is the machine, and no item."""
OUT_OF_MEMORY = 71
"""The exit code of a worker that had no memory left."""
MOST_BUNDLED = 500
PATIENCE_SECONDS = 1.0
_LAST_SECONDS = 5.0
"""So long a worker whose pipe has closed may take to end by itself."""


def in_processes(work: Callable[[K], T], items: Sequence[K], jobs: int) -> Generator[T]:
    """`work(item)` for each item, in order: here when `jobs` is 1, else in that many processes.

    `work` and the items must be picklable then. What `work` raises is raised here; a worker that dies is an
    `EnvironmentFault`. However the iteration ends, no worker is left behind.
    """
    if jobs == 1 or len(items) < 2:
        yield from map(work, items)
        return
    todo, yielded = iter(items), 0
    early: dict[int, T] = {}  # by number: those that wait for an earlier one
    with WorkerPool(work, min(jobs, len(items))) as pool:

        def more() -> K | None:
            return next(todo, None) if pool.begun - yielded < AHEAD * jobs else None

        for answer in pool.work(more):
            if answer is not None:
                early[answer.number] = answer.value()
            while yielded in early:
                yield early.pop(yielded)
                yielded += 1


def in_threads(work: Callable[[K], T], items: Sequence[K], jobs: int) -> Generator[T]:
    """The same in so many threads of this process, for work that does most of its part without Python's lock."""
    if jobs == 1 or len(items) < 2:
        yield from map(work, items)
        return
    todo, under_way = iter(items), deque[Future[T]]()
    pool = ThreadPoolExecutor(min(jobs, len(items)), thread_name_prefix="cascadesim")
    try:
        under_way.extend(pool.submit(work, item) for item in islice(todo, AHEAD * jobs))
        while under_way:
            answer = under_way.popleft().result()
            under_way.extend(pool.submit(work, item) for item in islice(todo, 1))
            yield answer
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@dataclass(eq=False, slots=True)
class Assignment(Generic[T]):
    """An item, the `number`th (from 0) that the pool was given, and what came of it.

    Where every worker that tried it has died, `deaths` of them, `death` says how the last one ended; else it is empty.
    """

    number: int
    item: Any
    deaths: int = 0
    death: str = ""
    result: T | None = None

    def value(self) -> T:
        """What was worked out; an `EnvironmentFault` with the code `worker_died` where there is none."""
        if self.death:
            raise EnvironmentFault(
                f"a worker process ended before it had answered for {_named(self.item)} ({self.death}).",
                hint="If memory ran out, use fewer jobs. A script that uses jobs needs `if __name__ == '__main__':`.",
                code="worker_died",
            )
        return cast(T, self.result)


@dataclass(eq=False)
class _WorkerHandle:
    """A worker process: what it has been given and not answered yet, in order, and how long its items take."""

    process: SpawnProcess
    pipe: Connection
    assigned: deque[Assignment[Any]] = field(default_factory=deque)
    ready: bool = False
    since: float = 0.0
    item_seconds: float = 0.0

    def give(self, assignments: list[Assignment[Any]]) -> None:
        if assignments:
            if not self.assigned:
                self.since = time.perf_counter()
            self.assigned.extend(assignments)
            with contextlib.suppress(OSError):  # it died: the end of file says so
                self.pipe.send([assignment.item for assignment in assignments])

    def answered(self) -> Assignment[Any]:
        now = time.perf_counter()
        spent, self.since = now - self.since, now
        self.item_seconds = spent if not self.item_seconds else 0.8 * self.item_seconds + 0.2 * spent
        return self.assigned.popleft()

    def end(self) -> str:
        """How it has ended; one that lives on unheard would outlive the pool."""
        self.process.join(timeout=_LAST_SECONDS)
        code = self.process.exitcode
        self.process.kill()
        self.process.join()
        self.pipe.close()
        if code is None:
            return "it no longer answered"
        if code == OUT_OF_MEMORY:
            return "memory ran out"
        return f"killed by signal {-code}" if code < 0 else f"exit code {code}"

    def wants(self, bundle_seconds: float) -> int:
        """How many more items fill so many seconds of work, beside what it still has; one at least if it is idle."""
        if not self.ready:
            return 0 if self.assigned else 1
        most = int(bundle_seconds / self.item_seconds) if self.item_seconds else 1
        most = max(1, min(MOST_BUNDLED, most))
        return most if len(self.assigned) <= most // 2 else 0


class WorkerPool(Generic[T]):
    """`jobs` worker processes that do `work(item)`; to be closed when done. No worker outlives it.

    Workers start when there is something to do, and in place of those that have died. `attempts` workers have to die
    over an item before it is given up: with more than one, a worker that dies of something else blames nobody. Workers
    get as many items at a time as take them `bundle_seconds`.

    What `work` raises is raised here, with the worker's traceback as a note. Where there is more than one attempt a
    `MemoryError` counts as a death, since a new process begins with clean memory.
    """

    def __init__(self, work: Callable[[Any], T], jobs: int = 1, attempts: int = 1, bundle_seconds: float = 0.0) -> None:
        self._pickled = pickled(work)
        self._jobs, self._attempts, self._bundle_seconds = jobs, attempts, bundle_seconds
        self._workers: dict[Connection, _WorkerHandle] = {}
        self._again: deque[Assignment[T]] = deque()  # to be tried again, before anything new
        self._stillborn = 0
        self.begun = 0
        """How many items it has been given."""

    def __enter__(self) -> WorkerPool[T]:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __call__(self, item: Any) -> T:
        """The answer for one item; the next call starts a new worker where this one's has died."""
        items = iter([item])
        (answer,) = filter(None, self.work(lambda: next(items, None)))
        return answer.value()

    def close(self) -> None:
        """End all workers; what they were at is lost, and nothing else."""
        workers, self._workers = list(self._workers.values()), {}
        for worker in workers:
            worker.process.kill()
        for worker in workers:
            worker.process.join()
            worker.pipe.close()

    def work(self, more: Callable[[], Any]) -> Generator[Assignment[T] | None]:
        """The answer for each item as it comes, and None whenever there was none for a while.

        `more()` gives the next item; None where there is none for now, which ends the work if nothing is under way
        either.
        """
        while True:
            self._staff(more)
            if not any(worker.assigned for worker in self._workers.values()):
                return
            busy = [pipe for pipe, worker in self._workers.items() if worker.assigned or not worker.ready]
            heard = wait(busy, PATIENCE_SECONDS)
            if not heard:
                yield None
            for pipe in heard:
                assert isinstance(pipe, Connection)
                yield from self._hear(self._workers[pipe])

    def _staff(self, more: Callable[[], Any]) -> None:
        """Give work to whoever runs short of it; start those who are missing as long as there is work for them."""
        for worker in self._workers.values():
            worker.give(self._next(more, worker.wants(self._bundle_seconds)))
        while len(self._workers) < self._jobs and (assignments := self._next(more, 1)):
            try:
                worker = _started(self._pickled, self._attempts > 1)
            except OSError as fault:
                self._again.extendleft(assignments)
                if self._workers:
                    return  # fewer will do
                raise _cannot_start(fault.strerror or str(fault)) from fault
            self._workers[worker.pipe] = worker
            worker.give(assignments)

    def _next(self, more: Callable[[], Any], count: int) -> list[Assignment[T]]:
        """The next items. One over which a worker has died goes alone: it shall take nobody else's time with it."""
        assignments: list[Assignment[T]] = []
        while len(assignments) < count and not (assignments and self._again and self._again[0].deaths):
            if self._again:
                assignments.append(self._again.popleft())
                if assignments[-1].deaths:
                    break
            elif (item := more()) is not None:
                assignments.append(Assignment(self.begun, item))
                self.begun += 1
            else:
                break
        return assignments

    def _hear(self, worker: _WorkerHandle) -> Iterator[Assignment[T]]:
        try:
            message = worker.pipe.recv()
        except (EOFError, OSError):
            yield from self._bury(worker)
            return
        if message is None:
            worker.ready, worker.since, self._stillborn = True, time.perf_counter(), 0
            return
        good, result = message
        assignment = worker.answered()
        if not good:
            raise result
        assignment.result = result
        yield assignment

    def _bury(self, worker: _WorkerHandle) -> Iterator[Assignment[T]]:
        """A worker has died: over which item, and who does its work?"""
        del self._workers[worker.pipe]
        how = worker.end()
        if not worker.ready:
            self._stillborn += 1
            if self._stillborn >= STILLBORN:
                if not self._workers:
                    raise _cannot_start(f"{STILLBORN} in a row ended before they had begun ({how})")
                self._jobs, self._stillborn = len(self._workers), 0  # fewer will do
        elif worker.assigned:
            suspect = worker.assigned.popleft()
            suspect.deaths += 1
            if suspect.deaths >= self._attempts:
                suspect.death = how
                yield suspect
            else:
                self._again.append(suspect)
        self._again.extendleft(reversed(worker.assigned))


def pickled(work: Any) -> bytes:
    """What is to be sent to another process; a `UsageError` where it cannot be."""
    try:
        return pickle.dumps(work)
    except (pickle.PicklingError, AttributeError, TypeError) as fault:
        raise UsageError(
            f"the function given cannot be sent to another process ({fault}).",
            hint="Define it with def at the top of a module, or use jobs=1.",
            code="keep",
        ) from fault


def _named(item: Any) -> str:
    return f"replication {item}" if isinstance(item, int) else str(item)


def _cannot_start(why: str) -> EnvironmentFault:
    return EnvironmentFault(
        f"no worker process can be started: {why}.",
        hint="A script that uses jobs needs `if __name__ == '__main__':`. Else use fewer jobs, or free some memory.",
        code="worker_died",
    )


def _started(work: bytes, dies_without_memory: bool) -> _WorkerHandle:
    """A new interpreter (spawn: the same on every system, and safe beside threads) that waits for items."""
    context = multiprocessing.get_context("spawn")
    ours, its = context.Pipe()
    process = context.Process(target=_live, args=(its, work, dies_without_memory), daemon=True)
    with _without_interrupts():
        process.start()
    its.close()
    return _WorkerHandle(process, ours)


@contextlib.contextmanager
def _without_interrupts() -> Iterator[None]:
    """A child starts with SIGINT held back, until it ignores it: Ctrl-C is the parent's business alone."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _live(pipe: Connection, work: bytes, dies_without_memory: bool) -> None:
    """A worker's life: bundles of items in, an answer for each out, until the parent closes the pipe or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    bundles: queue.SimpleQueue[list[Any]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(pipe, bundles), daemon=True).start()
    with contextlib.suppress(OSError):  # the parent has gone
        try:
            function = pickle.loads(work)
        except Exception as fault:
            pipe.send((False, _portable(fault, "before its first item")))
            return
        pipe.send(None)
        while True:
            for item in bundles.get():
                try:
                    answer = pickle.dumps((True, function(item)))
                except Exception as fault:
                    if dies_without_memory and isinstance(fault, MemoryError):
                        os._exit(OUT_OF_MEMORY)
                    answer = pickle.dumps((False, _portable(fault, f"at {_named(item)}")))
                pipe.send_bytes(answer)


def _listen(pipe: Connection, bundles: queue.SimpleQueue[list[Any]]) -> None:
    """Take what the parent sends while an item is at work, so that the parent never waits for a worker to listen."""
    try:
        while True:
            bundles.put(pipe.recv())
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    finally:  # the parent has gone; or an item cannot be read, which would be waited for without end
        os._exit(1)


def _portable(fault: Exception, when: str) -> Exception:
    """The exception itself where it survives a pickle, else its words; with the worker's traceback as a note."""
    import traceback

    text = "".join(traceback.format_exception(fault))
    try:
        pickle.loads(pickle.dumps(fault))
    except Exception:
        fault = RuntimeError(f"{type(fault).__name__}: {fault}")
    fault.add_note(f"In a worker process, {when}:\n{text}")
    return fault
