"""Processes that start in milliseconds: one interpreter loads the package once, and forks itself for each command.

    python -m docs.warm_start SOCKET

is that interpreter. `ask.py` asks it from a shell, and is to a shell what the command itself would be: it hands on its
arguments, folder, environment and open streams, and ends as the command ends. That a command also starts in an
interpreter that has loaded nothing is tested in `tests/cli/test_process.py`.
"""

from __future__ import annotations

import contextlib
import json
import os
import runpy
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import types
from importlib import import_module
from pathlib import Path
from typing import Any

ASK = Path(__file__).with_name("ask.py")
SECONDS = 300
"""So long the interpreter may take to load, on a very busy machine."""


class WarmStart:
    """Runs the interpreter; use it with `with`. `environment` is what it starts with."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="warm-"))  # a short name, as the address of a socket has to be
        self._socket = self._folder / "socket"
        command = [sys.executable, "-m", "docs.warm_start", str(self._socket)]
        self._process = subprocess.Popen(
            command,
            cwd=Path(__file__).parents[1],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )

    def __enter__(self) -> WarmStart:
        deadline = time.monotonic() + SECONDS
        while not self._socket.exists():
            assert self._process.poll() is None and time.monotonic() < deadline, "the interpreter does not start"
            time.sleep(0.02)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()
        shutil.rmtree(self._folder)

    @property
    def shell(self) -> str:
        """What stands for `python` in a shell, before `-m cascadesim` or `-c TEXT`."""
        return f'"{sys.executable}" -I -S "{ASK}" "{self._socket}"'


def _load() -> None:
    """Load what commands load, and the engine."""
    import duckdb  # noqa: F401
    import matplotlib.backends.backend_agg  # noqa: F401
    import pandas  # noqa: F401
    import scipy.special
    import scipy.stats  # noqa: F401

    from cascadesim import load, simulate
    from cascadesim.cli import COMMANDS

    for place, _ in COMMANDS.values():
        import_module(place.rpartition(".")[0])
    simulate(load(Path(__file__).parents[2] / "scenarios" / "prosper-shaped.toml"))


def _asked(listener: socket.socket) -> dict[str, Any]:
    """Wait for questions for ever; returns in a process of its own for each."""
    while True:
        link, _ = listener.accept()
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if os.fork():
            link.close()
            continue
        listener.close()
        _, streams, *_ = socket.recv_fds(link, 1, 3)
        with link.makefile("rb") as file:
            asked: dict[str, Any] = json.loads(file.read())
        if child := os.fork():
            link.sendall(bytes([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) % 256]))
            os._exit(0)
        link.close()
        for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
            os.dup2(streams[number], number)
            os.close(streams[number])
            setattr(sys, name, open(number, mode, closefd=False))  # noqa: SIM115
        return asked


def _run(asked: dict[str, Any]) -> None:
    """What a new interpreter would do with these arguments."""
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    option, what, *more = asked["arguments"]
    sys.argv, sys.path[0] = [option, *more], ""
    if option == "-m":
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    else:
        assert option == "-c", option
        main = sys.modules["__main__"] = types.ModuleType("__main__")
        exec(compile(what, "<string>", "exec"), vars(main))


def _serve() -> None:
    _load()
    place = Path(sys.argv[1])
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(place.with_suffix(".new")))
        listener.listen()
        place.with_suffix(".new").rename(place)
        asked = _asked(listener)
    _run(asked)


if __name__ == "__main__":
    _serve()
