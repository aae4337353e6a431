"""Commands as processes of their own that start in milliseconds: forked from one that has loaded everything."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cascadesim.engine.backends import VARIABLE
from faults.acts import ACTS, Lines, in_worker

HERE = Path(__file__)
SECONDS = 120


@dataclass(frozen=True)
class Ended:
    """How a command ended (a signal as a negative number), and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Child:
    """A command that is running, in a session of its own."""

    def __init__(self, commands: Commands, pid: int, folder: Path) -> None:
        self.pid, self._nursery, self._folder = pid, commands, folder

    def wait(self) -> Ended:
        """How it ended; it is killed after two minutes, which counts as a fault."""
        told = self._nursery.ask({"wait": self.pid})
        out, err = (_read(self._folder / name) for name in ("out", "err"))
        assert told["code"] is not None, f"still running after {SECONDS} s: {out}{err}"
        assert "Traceback" not in err, err
        return Ended(told["code"], out, err)

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Send it a signal; one that has ended stays a zombie until `wait`, so nobody else is hit."""
        os.kill(self.pid, number)

    def others(self) -> set[int]:
        """Who else lives in its session: its workers, whether or not it is still there."""
        found = set()
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                if int(fields[3]) == self.pid and fields[0] != "Z":
                    found.add(int(folder.name))
        return found - {self.pid}

    def workers(self) -> list[int]:
        """Its worker processes, without the helper of the standard library that stays with every spawning process."""
        found = []
        for pid in self.others():
            with contextlib.suppress(OSError):
                if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    found.append(pid)
        return sorted(found)


class Commands:
    """Starts commands; use it with `with`.

    `thorough` takes the whole scenario of the tests and lets worker processes run either engine; without it the
    scenario is shorter, and they run SimPy, which loads sooner.
    """

    def __init__(self, thorough: bool = False) -> None:
        import cascadesim

        self.thorough = thorough

        source, tests = Path(cascadesim.__file__).parents[1], HERE.parents[1]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, (source, tests))), "OMP_NUM_THREADS": "1"}
        environment |= {"OPENBLAS_NUM_THREADS": "1"}
        self._scratch = tempfile.TemporaryDirectory(prefix="commands-")
        small = Path(self._scratch.name) / "small.toml"
        text = (tests / "conftest.py").read_text(encoding="utf-8")
        text = text.split('SMALL = """')[1].split('"""')[0]
        long, short = "horizon_weeks = 30\nreport_weeks = [10, 30]", "horizon_weeks = 10"
        assert long in text
        small.write_text(text if thorough else text.replace(long, short), encoding="utf-8")
        command = [sys.executable, "-m", "faults.commands", str(small)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
        )
        self.small = small
        self._number = 0

    def __enter__(self) -> Commands:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()
        self._scratch.cleanup()

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """One line there, one back."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def start(self, *arguments: object, acts: dict[str, list[Any]] | None = None, last_line: int = 0) -> Child:
        """Begin `cascadesim ARGUMENTS` after the `acts`; with `last_line` it is killed there (see `acts.Lines`)."""
        self._number += 1
        folder = Path(self._scratch.name) / str(self._number)
        folder.mkdir()
        asked = {"arguments": list(map(str, arguments)), "acts": acts or {}, "folder": str(folder), "line": last_line}
        asked["simpy"] = not self.thorough or bool(self._number % 2)
        return Child(self, self.ask(asked)["pid"], folder)

    def run(self, *arguments: object, acts: dict[str, list[Any]] | None = None, last_line: int = 0) -> Ended:
        """The same to its end."""
        return self.start(*arguments, acts=acts, last_line=last_line).wait()


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


def _serve() -> None:
    import duckdb  # noqa: F401  what commands load, once
    import pandas  # noqa: F401
    import scipy.special  # noqa: F401

    import cascadesim.cli.sweep
    import cascadesim.experiment.sweep.merge  # noqa: F401
    from cascadesim import load, simulate

    simulate(load(sys.argv[1]))  # with the compiled engine, which takes a second to load
    for line in sys.stdin:
        asked = json.loads(line)
        answer = {"code": _wait(asked["wait"])} if "wait" in asked else {"pid": _fork(asked)}
        print(json.dumps(answer), flush=True)


def _wait(pid: int) -> int | None:
    def late(*_: object) -> None:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise TimeoutError

    signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    try:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except TimeoutError:
        return None
    finally:
        signal.alarm(0)


def _fork(asked: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 70
    try:
        code = _child(asked)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _child(asked: dict[str, Any]) -> int:
    from cascadesim.cli import main

    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs in the background may be deaf to it
    folder = Path(asked["folder"])
    for number, path in enumerate((Path(os.devnull), folder / "out", folder / "err")):
        os.dup2(os.open(path, os.O_RDONLY if not number else os.O_CREAT | os.O_WRONLY), number)
    if asked["simpy"] and "alone" not in asked["acts"]:
        os.environ[VARIABLE] = "simpy"  # the compiled engine would be loaded anew by every worker process
    for name, given in asked["acts"].items():
        ACTS[name](*given)
    sys.argv = ["cascadesim", *asked["arguments"]]
    try:
        with Lines(asked["line"]) if asked["line"] else contextlib.nullcontext() as lines:
            main()
    except SystemExit as end:
        if lines is not None:
            print(f"lines {lines.count}", file=sys.stderr)
        import multiprocessing.util

        multiprocessing.util._exit_function()  # what the interpreter would do at its end
        return end.code if isinstance(end.code, int) else 1
    return 0


if __name__ == "__main__":
    _serve()
elif __name__ == "__mp_main__":
    in_worker()
