"""As a process of its own: signals, pipes, locales. Each start takes about a second, so there are few."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import cascadesim as package

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and pipes of POSIX")
COMMAND = [sys.executable, "-m", "cascadesim"]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(package.__file__).parents[1])}  # installed or not, wherever we are


def _children_of_session(session: int) -> set[int]:
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.add(int(folder.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_nothing_is_half_written_and_nobody_is_left(
    small_file: Path, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    endless = [str(small_file), "--replications", "100000", "--jobs", "2", "-o", "deep/out"]
    with subprocess.Popen(
        [*COMMAND, "run", *endless],
        cwd=tmp_path,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        deadline = time.monotonic() + 300  # seconds; it normally takes 2 to 4
        while process.poll() is None and not list(tmp_path.glob("deep/.out.new-*/tables/.*/part-*")):
            if time.monotonic() > deadline:
                os.killpg(process.pid, signal.SIGKILL)
                pytest.fail(f"it never began, and said: {process.communicate()[1]!r}")
            time.sleep(0.05)
        if number == signal.SIGINT:
            os.killpg(process.pid, number)  # Ctrl-C reaches the whole group
        else:
            process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (code, "")
    assert "nothing else was written" in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []
    deadline = time.monotonic() + 30
    while _children_of_session(process.pid):
        assert time.monotonic() < deadline, "an orphan survives"
        time.sleep(0.05)


def test_a_reader_who_goes_is_no_fault(small_file: Path, tmp_path: Path) -> None:
    """Nor does it end the work: the second file is run although nobody hears of the first."""
    (tmp_path / "other.toml").write_text(small_file.read_text())
    run = " ".join([*COMMAND, "run", str(small_file), "other.toml", "--replications", "2", "--no-figures", "-o", "out"])
    script = f"{{ {run}; echo code $? >&2; }} | true; {{ {' '.join(COMMAND)} --help; echo code $? >&2; }} | true"
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert done.stderr.count("code 0") == 2, done.stderr
    assert "Broken" not in done.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["other", "small"]


def test_a_locale_of_ascii_and_a_tier_that_is_not(small_file: Path, tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    file.write_text(
        small_file.read_text().replace("[tier.alpha]", "[tier.'ärzte']").replace("alpha", "ärzte"), encoding="utf-8"
    )
    environment = {
        key: value for key, value in ENVIRONMENT.items() if not key.startswith(("LC_", "LANG", "PYTHONUTF8"))
    }
    environment |= {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "PYTHONWARNINGS": "error"}
    command = [*COMMAND, "run", str(file), "--replications", "2", "--no-figures", "-o", "out", "--csv"]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()
    assert "ärzte" in (tmp_path / "out" / "summary.md").read_text(encoding="utf-8")
    assert "tier.ärzte." in (tmp_path / "out" / "tables" / "kpis.csv").read_text(encoding="utf-8")


def test_a_full_stdout_is_told() -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = subprocess.run(
            [*COMMAND, "--version"], env=ENVIRONMENT, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 4
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not hold to the limit")
@pytest.mark.parametrize("megabytes", [300, 400, 600, 800, 1300])
@pytest.mark.parametrize("command", ["check", "compare", "plot", "run", "sweep"])
def test_too_little_memory_is_told_at_once(small_file: Path, megabytes: int, command: str) -> None:
    import resource

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20,) * 2)

    done = subprocess.run(
        [*COMMAND, command, str(small_file)], capture_output=True, text=True, env=ENVIRONMENT, preexec_fn=limit
    )
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith(f"memory is limited to {megabytes:,} MB, and cascadesim needs 2,048 MB.")


_DEAF = """
import signal, sys, threading, time
import cascadesim.cli as cli
from cascadesim.experiment.files import uninterrupted

def deaf(*_, **__):
    with uninterrupted():
        print("begun", flush=True)
        while True:
            time.sleep(0.1)

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell in the background passes on that it is ignored
cli.group.main = deaf
cli.main()
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_it_ends_within_five_seconds_whatever_is_going_on(number: signal.Signals, code: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _DEAF], env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "begun\n"
            began = time.monotonic()
            process.send_signal(number)
            _, err = process.communicate(timeout=20)
        finally:
            process.kill()
    assert time.monotonic() - began < 5
    assert process.returncode == code
    assert "what was finished is kept" in err


_WARNED = """
import logging, sys, warnings
import cascadesim.cli as cli
from cascadesim.engine import backends

def warned(*_, **__):
    warnings.warn("of a library \\x1b[2J")
    logging.getLogger("library").warning("logged \\x1b[2J")
    warnings.warn_explicit("of ours \\x1b[2J", UserWarning, backends.__file__, 1)

cli.group.main = warned
cli.main()
"""


def test_warnings_are_said_like_all_else_and_those_of_libraries_not() -> None:
    done = subprocess.run([sys.executable, "-c", _WARNED], env=ENVIRONMENT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "warning: of ours \\x1b[2J\n")


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_streams_cost_no_result(small_file: Path, tmp_path: Path, closed: str) -> None:
    command = f"{shlex.join([*COMMAND, 'run', str(small_file), '--replications', '2', '-o', 'out', '--csv'])} {closed}"
    done = subprocess.run(command, shell=True, env=ENVIRONMENT, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "summary.md").exists() and (tmp_path / "out" / "figures").exists()
    wrong = subprocess.run(f"{shlex.join([*COMMAND, 'check', 'no.toml'])} {closed}", shell=True, env=ENVIRONMENT)
    assert wrong.returncode == 4
