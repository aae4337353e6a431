"""How far a long run is, on one line of a terminal; elsewhere a line now and then."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from cascadesim.cli.console import complain, terminal_width

if TYPE_CHECKING:
    from cascadesim.experiment.sweep.sweep import Progress

_FIRST_SECONDS = 3.0
"""Before this an estimate would be a guess."""
_LINE_SECONDS = 60.0


class Meter:
    """`show` is called with the state of a sweep, as often as you like."""

    def __init__(self, label: str, quiet: bool) -> None:
        self._label, self._quiet = label, quiet
        self._on_terminal = sys.stderr is not None and sys.stderr.isatty()
        self._told = time.monotonic()
        self._first: tuple[float, Progress] | None = None
        self._shown = 0
        self.last: Progress | None = None
        """The latest that was heard."""

    def show(self, state: Progress) -> None:
        """Say how far it is, how fast, and how long it will take at the speed since the first cells were done."""
        self.last = state
        if self._quiet:
            return
        now = time.monotonic()
        if self._first is None:  # what came before was starting, or compiling: it says nothing of the speed
            self._first = now, state
        if not self._on_terminal and now - self._told < _LINE_SECONDS:
            return
        self._told = now
        text = f"{self._label}: {state.done:,} of {state.cells:,} cells{self._speed(state, now)}"
        if not self._on_terminal:
            complain(text)
            return
        text = text[: (terminal_width(sys.stderr) or 80) - 1]
        sys.stderr.write("\r" + text.ljust(self._shown))
        sys.stderr.flush()
        self._shown = len(text)

    def clear(self) -> None:
        """Take the line away, before something else is printed."""
        if self._shown and self._on_terminal:
            sys.stderr.write("\r" + " " * self._shown + "\r")
            sys.stderr.flush()
            self._shown = 0

    def _speed(self, state: Progress, now: float) -> str:
        assert self._first is not None
        began, first = self._first
        seconds, done = now - began, state.done - first.done
        if seconds < _FIRST_SECONDS or not done:
            return ""
        from cascadesim.analysis.words import duration

        left = (state.cells - state.done) * seconds / done
        failed = f", {state.bad:,} failed" if state.bad else ""
        return f", {(state.runs - first.runs) / seconds:,.0f} runs/s, {duration(left)} left{failed}"
