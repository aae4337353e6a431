"""Which engine runs, and that it makes no difference but to the time."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import cascadesim as package
from cascadesim import Run, Scenario, keep_run, keep_trajectories, replicate, simulate
from cascadesim.engine import backends
from cascadesim.engine.runtime import code_cache
from cascadesim.errors import EnvironmentFault, UsageError
from cascadesim.experiment.simulate import NumberRows, Rows, prepare


@pytest.fixture
def without_numba(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As on a machine for which there is no Numba."""
    monkeypatch.setitem(sys.modules, "numba.core", None)
    backends.missing.cache_clear()
    yield
    backends.missing.cache_clear()


def test_auto_is_compiled_unless_the_environment_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(backends.VARIABLE, raising=False)
    assert backends.choose("auto") == backends.choose("compiled") == "compiled"
    monkeypatch.setenv(backends.VARIABLE, "simpy")
    assert backends.choose("auto") == "simpy"
    assert backends.choose("compiled") == "compiled"


SMALL_WORK, LARGE_WORK = (
    seconds * backends.COMPILING_SECONDS / backends.SIMPY_SECONDS_AN_EVENT for seconds in (0.99, 1.01)
)


@pytest.mark.parametrize(
    ("asked", "variable", "filled", "events", "chosen", "compiles"),
    [
        ("auto", None, False, SMALL_WORK, "simpy", True),
        ("auto", "auto", False, SMALL_WORK, "simpy", True),
        ("auto", None, False, LARGE_WORK, "compiled", False),
        ("auto", None, True, SMALL_WORK, "compiled", False),
        ("auto", "compiled", False, SMALL_WORK, "compiled", False),
        ("auto", "simpy", False, LARGE_WORK, "simpy", False),
        ("compiled", None, False, SMALL_WORK, "compiled", False),
        ("simpy", None, False, LARGE_WORK, "simpy", False),
    ],
)
def test_auto_waits_for_the_compiler_only_where_that_is_sooner(
    monkeypatch: pytest.MonkeyPatch,
    asked: str,
    variable: str | None,
    filled: bool,
    events: float,
    chosen: str,
    compiles: bool,
) -> None:
    begun: list[bool] = []
    monkeypatch.delenv(backends.VARIABLE, raising=False)
    if variable is not None:
        monkeypatch.setenv(backends.VARIABLE, variable)
    monkeypatch.setattr(code_cache, "is_filled", lambda: filled)
    monkeypatch.setattr(backends, "_compile_in_background", lambda: begun.append(True))
    assert backends.choose_for(asked, lambda: events) == chosen
    assert bool(begun) == compiles


def test_before_there_is_compiled_code_a_small_run_uses_simpy_and_says_so(
    small_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody compiles in the background here, since the test holds the place of the one who does."""
    monkeypatch.delenv(backends.VARIABLE, raising=False)
    monkeypatch.setenv(code_cache.VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setenv("PYTHONPATH", str(Path(package.__file__).parents[1]))
    code_cache.folder.cache_clear()
    try:
        with code_cache.filling() as alone:
            assert alone
            run = ("run", str(small_file), "--replications", "2", "--no-figures")
            command = [sys.executable, "-m", "cascadesim", *run]
            ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
            assert "running on SimPy; the engine is compiled in the background, for next time" in ran.stderr
            command = [sys.executable, "-m", "cascadesim", "compile", "--in-background"]
            subprocess.run(command, check=True)
            assert not code_cache.is_filled()
    finally:
        code_cache.folder.cache_clear()


def test_an_unknown_engine_is_told_with_what_is_known(small: Scenario) -> None:
    with pytest.raises(UsageError, match=r"engine: got 'compield'\. Did you mean compiled\?") as fault:
        simulate(small, engine="compield")
    assert fault.value.problems[0].hint == "Allowed: auto, simpy, compiled."


@pytest.mark.usefixtures("without_numba")
def test_without_numba_simpy_serves_and_says_so(small: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(backends.VARIABLE, raising=False)
    with pytest.warns(UserWarning, match=r"numba cannot be imported .* SimPy engine, which gives the same, slower"):
        assert prepare(small).runner.engine == "simpy"
    with pytest.raises(EnvironmentFault, match="the compiled engine cannot be had: numba cannot be imported") as fault:
        prepare(small, "compiled")
    assert fault.value.exit_code == 4
    assert "python -m pip install numba" in fault.value.problems[0].hint


def test_both_engines_give_an_equal_run(small: Scenario) -> None:
    one, other = (simulate(small, seed=5, replication=2, events=True, engine=name) for name in ("simpy", "compiled"))
    assert one == other
    assert one.events is not None and len(one.events) > 100
    assert one != simulate(small, seed=5, replication=3, events=True, engine="compiled")


def test_threads_change_nothing(small: Scenario) -> None:
    """Each thread has memory of its own; answers come in order."""
    alone = replicate(small, 24, keep=keep_trajectories, engine="compiled")
    assert replicate(small, 24, keep=keep_trajectories, engine="compiled", jobs=3).kept == alone.kept
    assert len({rows.rows for rows in alone}) > 1


def test_a_thread_that_fails_ends_it(small: Scenario) -> None:
    def fail(run: Run) -> float:
        return run.seed / 0

    with pytest.raises(ZeroDivisionError):
        replicate(small, 24, keep=fail, engine="compiled", jobs=3)


def test_rows_that_are_made_late_are_rows(small: Scenario) -> None:
    kept = replicate(small, 2, keep=keep_run, engine="compiled")[1].trajectories
    again = pickle.loads(pickle.dumps(kept))
    assert isinstance(kept, NumberRows) and isinstance(again, NumberRows)
    assert again == kept and kept == again and hash(kept) == hash(again)
    assert kept == Rows(kept.columns, kept.rows) and kept != Rows(kept.columns, kept.rows[1:])


def test_the_cache_is_where_the_environment_says(tmp_path: Path) -> None:
    """Where that cannot be written, processes that are started share a temporary one, which goes with the first."""
    script = (
        "import subprocess, sys\nfrom cascadesim.engine.runtime.code_cache import folder\nprint(folder(), flush=True)\n"
        "if len(sys.argv) > 2: subprocess.run([sys.executable, '-c', *sys.argv[1:3]], check=True)"
    )
    file = tmp_path / "file"
    file.touch()
    for named, found in ((tmp_path / "here", str(tmp_path / "here")), (file / "under", "cascadesim-engine-")):
        environment = {**os.environ, code_cache.VARIABLE: str(named)}
        command = [sys.executable, "-c", script, script, "child"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        parent, child = done.stdout.splitlines()
        assert parent == child and found in parent and code_cache.digest() in parent
        assert Path(parent).exists() == (named.parent == tmp_path)


def test_a_cache_that_can_only_be_read_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(code_cache.VARIABLE, str(tmp_path))
    kept = tmp_path / f"engine-{code_cache.digest()}" / "runtime" / "rules.nbi"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"compiled")
    for folder in (kept.parent, kept.parents[1]):
        folder.chmod(0o500)

    def read_only(**_: object) -> None:
        raise PermissionError  # whoever is root can write everywhere

    monkeypatch.setattr(code_cache.tempfile, "TemporaryFile", read_only)
    folder = code_cache.folder.__wrapped__()
    assert (folder / "runtime" / "rules.nbi").read_bytes() == b"compiled"
    (folder / "runtime" / "more.nbi").touch()
    assert {path.stat().st_mode & 0o700 for path in (folder, folder / "runtime")} == {0o700}
    for folder in (kept.parents[1], kept.parent):
        folder.chmod(0o700)


_QUICK = """
from numba import njit
from cascadesim.engine.runtime.code_cache import caching
with caching():
    @njit(cache=True)
    def advance(at, first, most, counts, numbers, states): return at
    @njit(cache=True)
    def forget(at): pass
ENTRIES = (advance.__name__, forget.__name__)
"""
_WARM_UP = """
import quick
from cascadesim.engine import backends
from cascadesim.engine.runtime import compiled
compiled.kernel = quick
print(backends.warm_up())
"""


def test_what_another_checkout_has_left_is_not_ours(tmp_path: Path) -> None:
    """The same sources elsewhere, in the same folder of the cache, have to be compiled again, and it is told. (What is
    compiled here stands in for the kernel, which takes a minute.)"""
    for checkout, compiles in (("one", True), ("one", False), ("other", True), ("other", False)):
        (tmp_path / checkout).mkdir(exist_ok=True)
        file = tmp_path / checkout / "quick.py"
        if not file.exists():
            file.write_text(_QUICK)
        path = os.pathsep.join([str(tmp_path / checkout), str(Path(package.__file__).parents[1])])
        environment = {**os.environ, code_cache.VARIABLE: str(tmp_path / "cache"), "PYTHONPATH": path}
        done = subprocess.run(
            [sys.executable, "-c", _WARM_UP], env=environment, capture_output=True, text=True, check=True
        )
        told = "compiling the engine, once: about a minute ...\n" if compiles else ""
        assert (done.stdout, done.stderr) == (f"{compiles}\n", told)


def test_the_digest_is_of_the_sources(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A changed shared file makes another folder, though Numba itself would not notice."""
    before = code_cache.digest.__wrapped__()
    assert before == code_cache.digest.__wrapped__() == code_cache.digest()
    monkeypatch.setattr(code_cache, "_PACKAGE", tmp_path)
    digests = [before, code_cache.digest.__wrapped__()]
    for file in ("model/units.py", "engine/workers.py", "engine/runtime/memory.py", "model/rng.py"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text("changed = 1\n")
        digests.append(code_cache.digest.__wrapped__())
    assert len(set(digests)) == len(digests)


def test_all_that_is_compiled_is_in_the_digest() -> None:
    """The rules, the arithmetic, and what makes Numba understand them."""
    from cascadesim.engine.runtime import containers, kernel, memory, one_pass

    root = Path(package.__file__).parent
    files = {path for part in code_cache._PARTS for path in root.glob(part)}
    for module in (*kernel.MODULES, kernel, containers, memory, one_pass):
        assert Path(str(module.__file__)) in files, module


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit of memory to set")
def test_no_memory_is_an_error_and_not_a_shorter_log() -> None:
    """A log of hundreds of megabytes does not fit into what is left; the same run without it does."""
    script = """
import resource
from cascadesim.engine.runtime.compiled import CompiledRuntime
from cascadesim.devtools.benchmark.reference_queue import plan_of
runtime = CompiledRuntime(plan_of(20_000))
runtime.simulate(1, 0)
used = next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if line.startswith("VmSize"))
resource.setrlimit(resource.RLIMIT_AS, (used + 100_000_000,) * 2)
print(runtime.simulate(1, 0) > 500_000)
try:
    runtime.simulate(1, 0, True)
except MemoryError:
    print("no memory")
print(runtime.simulate(1, 0) > 500_000)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "True\nno memory\nTrue\n"
