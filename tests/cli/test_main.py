"""What every command shares: help, version, completion, what is loaded, and what is said when something goes wrong."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cascadesim._version import __version__
from cascadesim.cli import COMMANDS, console, run_command
from cascadesim.errors import UsageError

from .conftest import Command

KEYS = {"code", "message", "file", "line", "path", "hint"}


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_names_every_command(cascadesim: Command, option: str) -> None:
    told = cascadesim(option)
    assert told.code == 0
    for name in COMMANDS:
        assert f"\n  {name} " in told.out
        assert cascadesim(name, option).code == 0


def _loaded(*arguments: str) -> set[str]:
    """Our modules that a process of its own has imported when the command has ended."""
    script = (
        "import sys\nfrom cascadesim.cli import run_command\n"
        f"assert run_command({arguments!r}) == 0\n"
        "print('loaded:', *(name for name in sys.modules if name.startswith('cascadesim.')))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.rpartition("loaded: ")[2].split())


def test_the_list_of_commands_loads_no_command() -> None:
    light = ("_version", "cli", "cli.console", "errors")
    assert _loaded("--help") == {f"cascadesim.{name}" for name in light}


MOST_MODULES = 112
UNUSED = (
    "cascadesim.experiment.study",
    "cascadesim.analysis.study",
    "cascadesim.analysis.capacity",
    "cascadesim.analysis.sensitivity",
    "cascadesim.report.figures",
    "cascadesim.report.study_figures",
)
"""Packages of which a run without figures needs nothing."""


def test_a_short_run_loads_only_what_it_uses(small_file: Path, tmp_path: Path) -> None:
    options = ["--replications", "1", "--no-figures", "--engine", "simpy", "-q", "-o", str(tmp_path / "out")]
    loaded = _loaded("run", str(small_file), *options)
    assert not [name for name in loaded if name.startswith(UNUSED)]
    assert len(loaded) < MOST_MODULES, sorted(loaded)


def test_version(cascadesim: Command) -> None:
    told = cascadesim("--version")
    assert (told.code, told.out) == (0, f"cascadesim {__version__}\n")


@pytest.mark.parametrize(
    "arguments", [[], ["runn"], ["run"], ["run", "--sed", "1", "small.toml"], ["run", "small.toml", "--seed", "-1"]]
)
def test_usage_is_code_2(cascadesim: Command, arguments: list[str]) -> None:
    told = cascadesim(*arguments)
    assert told.code == 2
    assert told.err.startswith("Usage: cascadesim")
    assert told.out == ""


def test_the_nearest_command_is_named(cascadesim: Command) -> None:
    assert "there is no command 'chekc'. Did you mean check?" in cascadesim("chekc", "x.toml").err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["run"], 2), (["runn"], 2), (["run", "none.toml"], 4), (["run", "small.toml", "--seed", "x"], 2)],
)
def test_errors_as_json_are_one_object(cascadesim: Command, arguments: list[str], code: int) -> None:
    told = cascadesim(*arguments, "--json")
    assert (told.code, told.err) == (code, "")
    assert all(set(error) == KEYS for error in told.json["errors"])
    assert len(told.json["errors"]) == 1


@pytest.mark.parametrize(
    ("shell", "word"), [("bash", "complete -o"), ("zsh", "#compdef"), ("fish", "complete --no-files")]
)
def test_completion(cascadesim: Command, shell: str, word: str) -> None:
    told = cascadesim("completion", shell)
    assert told.code == 0
    assert word in told.out
    assert "_CASCADESIM_COMPLETE" in told.out


def test_what_completion_offers(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("_CASCADESIM_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "cascadesim run --rep")
    monkeypatch.setenv("COMP_CWORD", "2")
    assert run_command([]) == 0
    assert capsys.readouterr().out == "plain,--replications\n"


FAULTS = {
    "our fault": (ZeroDivisionError("division by zero"), 1, "failed by a fault of its own: ZeroDivisionError"),
    "a refusal": (UsageError("no.", hint="Do this."), 2, "no. Do this."),
    "the system": (PermissionError(13, "Permission denied", "x"), 4, "x: Permission denied."),
    "memory": (MemoryError(), 4, "memory ran out"),
    "Ctrl-C": (KeyboardInterrupt(), 130, "interrupted"),
    "SIGTERM": (SystemExit(143), 143, "terminated"),
}


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("case", FAULTS)
def test_every_fault_has_its_code_and_its_words(
    cascadesim: Command, monkeypatch: pytest.MonkeyPatch, case: str, as_json: bool
) -> None:
    fault, code, words = FAULTS[case]

    def fail(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr("cascadesim.experiment.result_folder.store_run", fail)
    told = cascadesim("run", "small.toml", *["--json"] * as_json)
    assert told.code == code
    if as_json:
        (error,) = told.json["errors"]
        assert words in f"{error['file']}: {error['message']} {error['hint']}"
    else:
        assert words in told.err
        assert told.out == ""


def test_a_traceback_is_shown_only_when_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], cascadesim: Command
) -> None:
    monkeypatch.setattr("cascadesim.cli.run._run_all", None)
    told = cascadesim("run", "small.toml")
    assert told.code == 1
    assert "Please report it" in told.err
    assert "CASCADESIM_DEBUG=1" in told.err
    monkeypatch.setenv("CASCADESIM_DEBUG", "1")
    assert run_command(["run", "small.toml"]) == 1
    assert "Traceback" in capsys.readouterr().err


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_that_is_silent_for_long_says_that_work_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal, silence = _Terminal(), console.Silence()
    silence.seconds = 0.02
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(console, "silence", silence)
    silence.off()
    silence.watch()
    time.sleep(0.2)
    assert terminal.getvalue() == ""
    silence.on()
    until = time.monotonic() + 20
    while not terminal.getvalue() and time.monotonic() < until:
        time.sleep(0.01)
    silence.off()
    assert terminal.getvalue() == "\rworking ...\r" + " " * len("working ...") + "\r"
    console.complain("ready")
    assert terminal.getvalue().endswith("\rready\n")
