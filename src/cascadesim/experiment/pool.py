"""Many processes, one order: apply a function to numbers and hand the answers back in the order of the numbers.

Each worker has a pipe of its own, so a worker that dies is an end of file, never a wait for ever, and workers notice
when their parent dies. `concurrent.futures` has no way to stop a task that is under way, and leaves orphans.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Hashable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, TypeVar

from cascadesim.errors import EnvironmentFault, UsageError

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

# How many answers may be under way or wait for an earlier one, a worker: bounds the memory when one is slow.
AHEAD = 4


@dataclass(frozen=True, eq=False)
class Worker:
    process: SpawnProcess
    pipe: Connection


def in_order(work: Callable[[K], T], numbers: Sequence[K], jobs: int) -> Generator[T]:
    """`work(number)` for each number, in order: here when `jobs` is 1, else in that many processes.

    `work`, and what stands for the numbers, must be picklable then. What it raises is raised here; a worker that dies
    is an `EnvironmentFault`. However the iteration ends, no worker is left behind.
    """
    if jobs == 1 or len(numbers) < 2:
        yield from map(work, numbers)
        return
    job = packed(work)
    workers: list[Worker] = []
    try:
        for _ in range(min(jobs, len(numbers))):
            workers.append(start_worker(job))
        yield from _collect(workers, numbers)
    finally:
        for worker in workers:  # they hold nothing that must be put away: all that they found is here already
            worker.process.kill()
        for worker in workers:
            worker.process.join()
            worker.pipe.close()


def in_threads(work: Callable[[int], T], numbers: Sequence[int], jobs: int) -> Generator[T]:
    """The same in so many threads of this process, for work that does most of its part without Python's lock."""
    if jobs == 1 or len(numbers) < 2:
        yield from map(work, numbers)
        return
    todo, under_way = iter(numbers), deque[Future[T]]()
    pool = ThreadPoolExecutor(min(jobs, len(numbers)), thread_name_prefix="cascadesim")
    try:
        under_way.extend(pool.submit(work, number) for number in islice(todo, AHEAD * jobs))
        while under_way:
            answer = under_way.popleft().result()
            under_way.extend(pool.submit(work, number) for number in islice(todo, 1))
            yield answer
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def packed(work: Any) -> bytes:
    try:
        return pickle.dumps(work)
    except (pickle.PicklingError, AttributeError, TypeError) as fault:
        raise UsageError(
            f"the function given cannot be sent to another process ({fault}).",
            hint="Define it with def at the top of a module, or use jobs=1.",
            code="keep",
        ) from fault


def start_worker(job: bytes, serve: Callable[[Connection, bytes], None] | None = None) -> Worker:
    """A new interpreter (spawn: the same on every system, and safe beside threads) that waits for numbers.

    `serve(pipe, job)` is its life; by default it answers each number with what the job makes of it.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_live, args=(serve or _serve, there, job), daemon=True)
    with _without_interrupts():
        process.start()
    there.close()
    return Worker(process, here)


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


def _collect(workers: list[Worker], numbers: Sequence[Any]) -> Iterator[Any]:
    todo = iter(numbers)
    idle, busy = list(workers), dict[Any, tuple[Worker, Any]]()  # by pipe
    ready: dict[Any, Any] = {}
    for wanted in numbers:
        while wanted not in ready:
            while idle and len(busy) + len(ready) < AHEAD * len(workers):
                number = next(todo, None)
                if number is None:
                    break
                worker = idle.pop()
                busy[worker.pipe] = worker, number
                with contextlib.suppress(OSError):  # it died: the end of file below says so
                    worker.pipe.send(number)
            for pipe in wait(list(busy)):
                worker, number = busy.pop(pipe)
                ready[number] = answer_of(worker, number)
                idle.append(worker)
        yield ready.pop(wanted)


def answer_of(worker: Worker, number: Any) -> Any:
    try:
        good, value = worker.pipe.recv()
    except (EOFError, OSError):
        worker.process.join(timeout=5)
        code = worker.process.exitcode
        asked = f"replication {number}" if isinstance(number, int) else str(number)
        how = f"killed by signal {-code}" if code is not None and code < 0 else f"exit code {code}"
        raise EnvironmentFault(
            f"a worker process ended before it had answered for {asked} ({how}).",
            hint="If memory ran out, use fewer jobs. A script that uses jobs needs `if __name__ == '__main__':`.",
            code="worker_died",
        ) from None
    if good:
        return value
    raise value


def _live(serve: Callable[[Connection, bytes], None], pipe: Connection, job: bytes) -> None:
    """Whatever a worker does, Ctrl-C is not its business, and it ends when its parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    serve(pipe, job)


def _serve(pipe: Connection, job: bytes) -> None:
    """A worker's life: numbers in, answers out, until the parent closes the pipe."""
    work: Callable[[Any], Any] | None = None
    while True:
        try:
            number = pipe.recv()
        except EOFError:
            return
        try:
            work = work or pickle.loads(job)
            answer = pickle.dumps((True, work(number)))
        except Exception as fault:
            answer = pickle.dumps((False, _portable(fault)))
        pipe.send_bytes(answer)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _portable(fault: Exception) -> Exception:
    """The exception itself where it survives a pickle, else its words; with the worker's traceback as a note."""
    import traceback

    told = "".join(traceback.format_exception(fault))
    try:
        pickle.loads(pickle.dumps(fault))
    except Exception:
        fault = RuntimeError(f"{type(fault).__name__}: {fault}")
    fault.add_note(f"In a worker process:\n{told}")
    return fault
