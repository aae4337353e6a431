"""What comes from somebody else's hands: names that act on a terminal, files that never end, settings of pictures."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cascadesim.errors import Problem, printable

from .conftest import Command

HOSTILE = "\x1b]0;owned\x07\x1b[2J\u202eabc\u2028\x9b31m"
ACTS = set("\x1b\x07\u202e\u2028\x9b\r")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, with\na line and a\ttab", "plain, with\na line and a\ttab"),
        ("Münster, ናዝሬት, नेपाल, 北京, \u0645\u06cc\u200c\u062e", "Münster, ናዝሬት, नेपाल, 北京, \u0645\u06cc\u200c\u062e"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("a\rb", "a\\rb"),
        ("\u202egnp.exe\u2066", "\\u202egnp.exe\\u2066"),
        ("\u2028\u2029\x85\ud800", "\\u2028\\u2029\\x85\\ud800"),
    ],
)
def test_what_acts_on_a_terminal_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert printable(shown) == shown


def test_a_problem_is_printable() -> None:
    problem = Problem(f"message {HOSTILE}", f"tier.{HOSTILE}", f"{HOSTILE}.toml", 3, f"x = '{HOSTILE}'", HOSTILE)
    assert not ACTS & set(problem.text())


def _titled(small: str) -> str:
    quoted = '"' + "".join(f"\\u{ord(letter):04x}" for letter in HOSTILE) + '"'
    return f"title = {quoted}\n" + "\n".join(line for line in small.splitlines() if not line.startswith("title"))


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "FILE"),
        ("run", "FILE", "--replications", "2", "-o", "out"),
        ("run", "FILE", "--replications", "2", "--set", f"{HOSTILE}=1"),
        ("run", f"{HOSTILE}.toml"),
        ("capacity", "FILE", "--replications", "2"),
        ("explain", HOSTILE),
        ("sweep", HOSTILE),
        ("doctor", HOSTILE),
        (HOSTILE,),
        ("run", f"--{HOSTILE}"),
    ],
)
def test_no_command_prints_what_acts_on_a_terminal(cascadesim: Command, arguments: tuple[str, ...]) -> None:
    Path("FILE").write_text(_titled(Path("small.toml").read_text(encoding="utf-8")), encoding="utf-8")
    told = cascadesim(*arguments)
    assert told.out + told.err
    assert not ACTS & set(told.out + told.err)
    for page in Path().rglob("*.md"):
        assert not ACTS & set(page.read_text(encoding="utf-8"))
    for picture in Path().rglob("*.svg"):
        assert not ACTS & set(picture.read_text(encoding="utf-8"))


def _pipe(path: Path) -> Path:
    os.mkfifo(path)
    return path


@pytest.mark.skipif(os.name != "posix", reason="named pipes and devices")
@pytest.mark.parametrize("endless", [_pipe, lambda path: path.symlink_to("/dev/zero") or path], ids=["pipe", "device"])
@pytest.mark.parametrize(
    ("before", "arguments"),
    [
        ("", ("check", "END")),
        ("", ("run", "END")),
        ("", ("migrate", "END")),
        ("", ("sweep", "END")),
        ("", ("compare", "END", "END")),
        ("", ("capacity", "END")),
        ('extends = "END"', ("check", "FILE")),
        ('clients.stream.s.dates_csv = "END"', ("check", "FILE")),
        ('scenario = "END"\ndesign = { kind = "grid" }', ("check", "FILE")),
        ('scenario = "small.toml"\ndesign = { kind = "list", file = "END" }', ("check", "FILE")),
    ],
)
def test_only_files_on_disk_are_opened(
    tmp_path: Path, small_file: Path, endless: Callable[[Path], Path], before: str, arguments: tuple[str, ...]
) -> None:
    endless(tmp_path / "END")
    (tmp_path / "small.toml").write_bytes(small_file.read_bytes())
    (tmp_path / "FILE").write_text(before, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "cascadesim", *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert done.returncode in (2, 3, 4)
    assert "END" in done.stderr
    assert "Traceback" not in done.stderr
