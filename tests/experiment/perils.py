"""What worker processes do in the tests of the pool. It imports little, since each of them loads it anew."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from cascadesim.errors import EnvironmentFault


@dataclass(frozen=True)
class Perilous:
    """Gives numbers back; with 3 and 4 it does as `how` says. `marks` is where it notes that it has tried them."""

    how: str
    marks: str

    def __setstate__(self, state: dict[str, str]) -> None:
        """In a worker, before its first item."""
        self.__dict__.update(state)
        if self.how == "stillborn":
            os._exit(7)
        if self.how == "only one":
            try:
                (Path(self.marks) / "first").touch(exist_ok=False)
            except FileExistsError:
                os._exit(7)

    def __call__(self, number: int) -> int:
        if self.how == "only one":
            time.sleep(0.2)
        elif number in (3, 4):
            mark = Path(self.marks) / f"{number}"
            if self.how == "deaf":
                os._exit = time.sleep  # type: ignore[assignment]
                _close_sockets()
                time.sleep(600)
            if self.how == "memory":
                raise MemoryError
            if self.how == "disk":
                raise EnvironmentFault("the disk is full.", file="/there")
            if self.how == "fault":
                raise ZeroDivisionError("by nothing")
            if self.how == "kill" or not mark.exists():
                mark.touch()
                os.kill(os.getpid(), signal.SIGKILL)
        return number


def _close_sockets() -> None:
    """The pipe of a worker among them: whoever holds the other end is told that nobody is there."""
    for number in range(3, 64):
        with contextlib.suppress(OSError):
            socket.socket(fileno=os.dup(number)).shutdown(socket.SHUT_RDWR)


def without_memory(_: int) -> None:
    raise MemoryError
