"""What the commands share: saying things on a terminal, in a pipe, or as one JSON object."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TextIO

import click

from cascadesim.errors import Problem

LEAST_WIDTH, MOST_WIDTH = 60, 100


def prepare_streams() -> None:
    """Never fail on a character that the terminal or locale does not have: it is shown as a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def say(text: str) -> None:
    """Print to stdout. A reader who has gone (`| head`) is no fault: the work goes on, silently."""
    _print(text, sys.stdout)


def complain(text: str) -> None:
    """Print to stderr."""
    _print(text, sys.stderr)


def put_json(content: dict[str, Any]) -> None:
    """The one object on stdout: plain ASCII, undefined numbers as null already."""
    say(json.dumps(content, indent=1, ensure_ascii=True, allow_nan=False))


def flush() -> None:
    """Send what is still held back, so that a fault shows while it can be told."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with _reader_may_go(stream):
                stream.flush()


def problem_object(problem: Problem) -> dict[str, Any]:
    """A fault or warning as `--json` gives it."""
    return {key: getattr(problem, key) for key in ("code", "message", "file", "line", "path", "hint")}


def show_problems(problems: Iterable[Problem], before: str = "") -> None:
    """Each fault on stderr, with its line: wrapped on a terminal, whole in a pipe, where a line is one fault."""
    width = terminal_width(sys.stderr)
    for problem in problems:
        said, *source = f"{before}{problem.text()}".split("\n")
        complain("\n".join([wrapped(said, width), *source]))


def terminal_width(stream: TextIO | None) -> int | None:
    """How wide a line may be; None off a terminal."""
    if stream is None or not stream.isatty():
        return None
    return min(max(shutil.get_terminal_size().columns, LEAST_WIDTH), MOST_WIDTH)


def wrapped(text: str, width: int | None, indent: str = "  ") -> str:
    """A line on several of at most `width`, no word of it broken."""
    if width is None:
        return text
    return textwrap.fill(text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def heading_style() -> Callable[[str], str]:
    """Bold on a terminal; plain in a pipe and wherever NO_COLOR is set (https://no-color.org)."""
    plain = os.environ.get("NO_COLOR") or not sys.stdout.isatty()
    return str if plain else lambda text: click.style(text, bold=True)


@contextlib.contextmanager
def progress_bar(label: str, length: int, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """A callback for `replicate(progress=...)` that draws a bar on stderr; None off a terminal and when quiet."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(label=label, length=length, file=sys.stderr, show_pos=True) as bar:
        yield lambda done, _: bar.update(done - bar.pos)


def json_wanted(arguments: Sequence[str]) -> bool:
    """Whether `--json` is among the options, known before (and though) they could be parsed."""
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--json" in options


def _print(text: str, stream: TextIO | None) -> None:
    if stream is not None:  # closed by whoever started us
        with _reader_may_go(stream):
            click.echo(text, file=stream)


@contextlib.contextmanager
def _reader_may_go(stream: TextIO) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        # Nothing more can be said here; what is still buffered must not fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if fault.errno not in (errno.EPIPE, errno.EINVAL):  # Windows reports a closed pipe as EINVAL
            raise
