"""One worker process for one question at a time: what ends the process is an answer, not the end of everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from cascadesim.errors import EnvironmentFault
from cascadesim.experiment.pool import Worker, answer_of, packed, start_worker

T = TypeVar("T")


class Apart(Generic[T]):
    """`work(item)` in a process of its own, which is started with the first question and anew when it has died.

    Raises an `EnvironmentFault` with the code `worker_died` where the process ends before it has answered.
    """

    def __init__(self, work: Callable[[Any], T]) -> None:
        self._job = packed(work)
        self._worker: Worker | None = None

    def __call__(self, item: Any) -> T:
        worker = self._worker or start_worker(self._job)
        self._worker = worker
        try:
            worker.pipe.send(item)
            found: T = answer_of(worker, item)
        except OSError as fault:
            self.close()
            raise EnvironmentFault("a worker process could not be reached.", code="worker_died") from fault
        except EnvironmentFault:
            self.close()
            raise
        return found

    def close(self) -> None:
        """End the process, if there is one."""
        if self._worker is not None:
            self._worker.process.kill()
            self._worker.process.join()
            self._worker.pipe.close()
            self._worker = None
