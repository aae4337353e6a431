"""A yardstick in a process of its own, which waits for seeds and times itself.

Cimba has to teach Numba its records before Numba has compiled anything else, which no other yardstick can promise it.
"""

from __future__ import annotations

import subprocess
import sys
import time
from importlib import import_module

from cascadesim.engine.yardsticks.queue import Outcome


class Apart:
    """A runner: each call has one run made over there. `seconds` is the processor time that all of them took."""

    def __init__(self, module: str, weeks: float) -> None:
        command = [sys.executable, "-m", __name__, module, repr(weeks)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.seconds = 0.0
        said = self._answer().rstrip("\n")
        if said != "ready":
            self.close()
            raise ImportError(said or "its process ended without a word")

    def __call__(self, seed: int) -> Outcome:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{seed}\n")
        self._process.stdin.flush()
        seconds, served, reneged, waited = self._answer().split()
        self.seconds += float(seconds)
        return Outcome(int(served), int(reneged), float(waited))

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def close(self) -> None:
        """End the process."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait()

    def __del__(self) -> None:
        if hasattr(self, "_process"):
            self.close()


def _serve(module: str, weeks: float) -> None:
    """Prepare the yardstick, then answer each seed with the seconds of processor time and the outcome."""
    try:
        runner = import_module(f"{__package__}.{module}").prepare(weeks)
        runner(0)
    except Exception as fault:
        print(f"{type(fault).__name__}: {fault}".splitlines()[0], flush=True)
        return
    print("ready", flush=True)
    for line in sys.stdin:
        began = time.process_time()
        outcome = runner(int(line))
        print(time.process_time() - began, *outcome, flush=True)


if __name__ == "__main__":
    _serve(sys.argv[1], float(sys.argv[2]))
