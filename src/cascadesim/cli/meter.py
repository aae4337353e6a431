"""How far a long run is, on one line of a terminal; elsewhere a line now and then."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from cascadesim.cli.console import complain, terminal_width

if TYPE_CHECKING:
    from cascadesim.experiment.sweep.run import State

_FIRST_SECONDS = 3.0
"""Before this an estimate would be a guess."""
_LINE_SECONDS = 60.0


class Meter:
    """`show` is called with the state of a sweep, as often as you like."""

    def __init__(self, label: str, quiet: bool) -> None:
        self._label, self._quiet = label, quiet
        self._on_terminal = sys.stderr is not None and sys.stderr.isatty()
        self._began = self._told = time.monotonic()
        self._shown = 0

    def show(self, state: State) -> None:
        """Say how far it is, how fast, and how long it will take at the speed of this sitting."""
        if self._quiet:
            return
        now = time.monotonic()
        if not self._on_terminal and now - self._told < _LINE_SECONDS:
            return
        self._told = now
        text = f"{self._label}: {state.done:,} of {state.cells:,} cells{self._speed(state, now - self._began)}"
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

    def _speed(self, state: State, seconds: float) -> str:
        if seconds < _FIRST_SECONDS or not state.runs:
            return ""
        from cascadesim.analysis.words import duration

        done = state.done - state.before
        left = (state.cells - state.done) * seconds / done if done else 0.0
        failed = f", {state.bad:,} failed" if state.bad else ""
        return f", {state.runs / seconds:,.0f} runs/s, {duration(left)} left{failed}"
