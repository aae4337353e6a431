"""What commands say: on a terminal, in a pipe, as one JSON object; warnings before a run, and how far it is."""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import os
import re
import shutil
import sys
import textwrap
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from cascadesim.errors import Problem, printable

if TYPE_CHECKING:
    from cascadesim.experiment.sweep.sweep import Progress

FINISHED_IN_PART = 5
"""What a command ends with where some of what was asked for has no result."""
LEAST_WIDTH, MOST_WIDTH = 60, 100
ABOUT_EVIDENCE = frozenset({"no_source", "wide_range", "range_dropped"})
"""Warnings about where a value comes from, and how far off it may be: no result depends on that."""


def prepare_streams() -> None:
    """Never fail on a character that the terminal or locale does not have: it is shown as a question mark.

    A stream that was closed before the start (cron, `>&-`) leads nowhere from now on. The null device also takes its
    number: else the next file that is opened would get it, a table of results with prints of other programs in it.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, os.O_RDWR)
            os.set_inheritable(descriptor, True)
            setattr(sys, name, os.fdopen(descriptor, mode, encoding="utf-8"))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def prepare_warnings() -> None:
    """What cascadesim itself warns of is said like all else; what Python and libraries tell programmers is not said."""
    logging.getLogger().addHandler(logging.NullHandler())
    warnings.showwarning = _show_warning


def _show_warning(message: Warning | str, category: type[Warning], filename: str, *_: object, **__: object) -> None:
    del category  # of use to programmers
    if "cascadesim" in Path(filename).parts:
        complain(f"warning: {message}")


class Silence:
    """On a terminal, `working ...` where nothing has been printed for two seconds; what is printed next replaces it."""

    seconds = 2.0
    _sign = "working ..."

    def __init__(self) -> None:
        self._since, self._shown, self._off = time.monotonic(), False, False
        self._lock = threading.Lock()

    def watch(self) -> None:
        """From now on, as long as the process lasts; nothing off a terminal."""
        if sys.stderr.isatty():
            threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while True:
            time.sleep(self.seconds / 4)
            with self._lock:
                if not (self._shown or self._off) and time.monotonic() - self._since > self.seconds:
                    self._shown = True
                    self._write(self._sign)

    def broken(self) -> None:
        """Something is about to be printed: the sign goes."""
        with self._lock:
            if self._shown:
                self._write(" " * len(self._sign) + "\r")
            self._since, self._shown = time.monotonic(), False

    def off(self) -> None:
        """There is a sign of another kind from now on."""
        self.broken()
        self._off = True

    def on(self) -> None:
        """And now it has gone."""
        self.broken()
        self._off = False

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):  # nobody may be there any more
            sys.stderr.write("\r" + text)
            sys.stderr.flush()


silence = Silence()


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
    silence.broken()
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
        message, *source = f"{before}{problem.text()}".split("\n")
        complain("\n".join([wrapped(message, width), *source]))


def show_warnings(file: Path, warnings: Iterable[Problem]) -> None:
    """Everything that may make a run useless, on stderr, and in one line how much `check` says besides."""
    distinct = list(dict.fromkeys(warnings))
    show_plan_warnings(distinct)
    folded = sum(warning.code in ABOUT_EVIDENCE for warning in distinct)
    if folded:
        count = f"{folded} warnings" if folded > 1 else "1 warning"
        complain(f"{file}: {count} about sources and ranges; `cascadesim check {file}` says more.")


def show_plan_warnings(warnings: Iterable[Problem]) -> None:
    """Only those that may make a run useless."""
    show_problems((warning for warning in warnings if warning.code not in ABOUT_EVIDENCE), "warning: ")


def terminal_width(stream: TextIO | None) -> int | None:
    """How wide a line may be; None off a terminal."""
    if stream is None or not stream.isatty():
        return None
    return min(max(shutil.get_terminal_size().columns, LEAST_WIDTH), MOST_WIDTH)


def text_width() -> int:
    """Of the sentences on stdout."""
    return min(shutil.get_terminal_size().columns, MOST_WIDTH)


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
    silence.off()
    with click.progressbar(label=printable(label), length=length, file=sys.stderr, show_pos=True) as bar:
        yield lambda done, _: bar.update(done - bar.pos)
    silence.on()


_FIRST_SECONDS = 3.0
"""Before this an estimate would be a guess."""
_LINE_SECONDS = 60.0


class ProgressLine:
    """How far a sweep is, on one line of a terminal; elsewhere a line now and then."""

    def __init__(self, label: str, quiet: bool) -> None:
        self._label, self._quiet = label, quiet
        self._on_terminal = sys.stderr is not None and sys.stderr.isatty()
        self._shown_at = time.monotonic()
        self._first: tuple[float, Progress] | None = None
        self._shown = 0
        self.last: Progress | None = None
        """The latest that was heard."""

    def show(self, state: Progress) -> None:
        """Say how far it is, how fast, and how long it will take at the speed since the first cells were done.

        May be called as often as you like.
        """
        self.last = state
        if self._quiet:
            return
        now = time.monotonic()
        if self._first is None:  # what came before was starting, or compiling: it says nothing of the speed
            self._first = now, state
        if not self._on_terminal and now - self._shown_at < _LINE_SECONDS:
            return
        self._shown_at = now
        text = f"{self._label}: {state.done:,} of {state.tasks:,} tasks{self._speed(state, now)}"
        if not self._on_terminal:
            complain(text)
            return
        text = printable(text)[: (terminal_width(sys.stderr) or 80) - 1]
        silence.off()
        sys.stderr.write("\r" + text.ljust(self._shown))
        sys.stderr.flush()
        self._shown = len(text)

    def clear(self) -> None:
        """Take the line away, before something else is printed."""
        if self._shown and self._on_terminal:
            sys.stderr.write("\r" + " " * self._shown + "\r")
            sys.stderr.flush()
            self._shown = 0
            silence.on()

    def _speed(self, state: Progress, now: float) -> str:
        assert self._first is not None
        began, first = self._first
        seconds, done = now - began, state.done - first.done
        if seconds < _FIRST_SECONDS or not done:
            return ""
        from cascadesim.analysis.wording import duration

        left = (state.tasks - state.done) * seconds / done
        failed = f", {state.bad:,} failed" if state.bad else ""
        return f", {(state.runs - first.runs) / seconds:,.0f} runs/s, {duration(left)} left{failed}"


def refuse_old_command(ctx: click.Context, name: str) -> None:
    """A usage error that gives the new name, where `name` was a command below that of `ctx`."""
    from cascadesim.scenario.renames import table

    old = " ".join([*ctx.command_path.split()[1:], name])
    new = table("commands").get(old)
    if new is not None:
        raise click.UsageError(f"{old} is renamed to {new}: cascadesim {new}", ctx)


def with_new_option(fault: click.NoSuchOption) -> click.UsageError:
    """The fault, with the new name of the option where it is an old one."""
    from cascadesim.scenario.renames import table

    new = table("options").get(fault.option_name)
    return fault if new is None else click.UsageError(f"{fault.option_name} is renamed to {new}.", fault.ctx)


def json_wanted(arguments: Sequence[str]) -> bool:
    """Whether `--json` is among the options, known before (and though) they could be parsed."""
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--json" in options


_BOLD = re.compile("(\x1b\\[[01]m)")
"""What a heading begins and ends with: the only codes that reach a terminal."""


def _print(text: str, stream: TextIO | None) -> None:
    if stream is not None:  # closed by whoever started us
        silence.broken()
        parts = _BOLD.split(text)
        parts[::2] = map(printable, parts[::2])
        with _reader_may_go(stream):
            click.echo("".join(parts), file=stream)


@contextlib.contextmanager
def _reader_may_go(stream: TextIO) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        # Nothing more can be said here; what is still buffered must not fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if fault.errno not in (errno.EPIPE, errno.EINVAL):  # Windows reports a closed pipe as EINVAL
            raise
