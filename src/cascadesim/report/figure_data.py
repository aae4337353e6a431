"""What the figures of a run are drawn from: its scenario, its KPIs, and its trajectories as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from cascadesim.analysis.bottleneck.detection import Bottleneck, find_bottleneck
from cascadesim.analysis.wording import count_of, date_of, window
from cascadesim.report.style import FAINT
from cascadesim.scenario.schema import Scenario

_TICK_WEEKS = (1, 2, 4, 13, 26, 52, 104, 260, 520, 1040, 2600, 5200, 10_400, 26_000)
_MOST_TICKS = 9
MOST_ROWS = 30
"""Streams, reasons or states in one figure: more cannot be read. The tables have all of them."""
FAN = "line median, dark band the middle 50 %, light band the middle 80 %"
BAR = "bar the mean of runs, line the middle 80 % of runs"
BARS = "bars the means of runs, lines the middle 80 % of runs"
"""How to read a fan, a bar with its spread, and several bars of different kinds."""


@dataclass(frozen=True)
class RunFigureData:
    """One result to be drawn. Replications have the same weeks, in order."""

    scenario: Scenario
    kpis: pd.DataFrame
    trajectories: pd.DataFrame

    @property
    def runs(self) -> int:
        """How many replications."""
        return len(self.kpis)

    @property
    def tiers(self) -> tuple[str, ...]:
        """From the top."""
        return self.scenario.cascade

    @cached_property
    def ends(self) -> np.ndarray:
        """The week at which each interval ends."""
        return self.trajectories["week"].to_numpy(dtype=float)[: len(self.trajectories) // self.runs]

    @cached_property
    def middles(self) -> np.ndarray:
        """The middle of each interval, in weeks: where a time mean belongs."""
        return self.ends - np.diff(self.ends, prepend=0.0) / 2

    @cached_property
    def bottleneck(self) -> Bottleneck:
        """Traced once for all the figures."""
        return find_bottleneck(self.scenario, self.trajectories)

    def values(self, column: str) -> np.ndarray:
        """`values[replication, interval]` of one trajectory column."""
        return self.trajectories[column].to_numpy(dtype=float).reshape(self.runs, len(self.ends))

    def has(self, column: str) -> bool:
        """Whether the trajectories have this column: some come with a mechanism of the scenario only."""
        return column in self.trajectories.columns

    def kpi(self, name: str) -> np.ndarray:
        """One KPI, an entry a replication."""
        return self.kpis[name].to_numpy(dtype=float)

    def has_kpi(self, name: str) -> bool:
        """Whether the scenario has this KPI."""
        return name in self.kpis.columns

    def defined(self, name: str) -> np.ndarray:
        """The same of those replications that define it."""
        values: np.ndarray = self.kpi(name)
        known: np.ndarray = values[~np.isnan(values)]
        return known

    @property
    def note(self) -> str:
        """Which scenario, how many runs, and the window if they are not measured from the start."""
        measured = f"; measured from {weeks}" if (weeks := window(self.scenario)) else ""
        return f"{self.scenario.heading}; {count_of(self.runs, 'run')}{measured}"

    def note_with(self, how: str) -> str:
        """The same with `how` several runs are drawn: `FAN`, `BAR` or `BARS`."""
        return self.note if self.runs == 1 else f"{self.note}: {how}"

    def note_of_most(self, how: str, shown: int, all_of_them: int, what: str) -> str:
        """`note_with`, and which are left out where not all are shown."""
        note = self.note_with(how) if how else self.note
        return note if shown == all_of_them else f"{note}; {what}: {shown} of {all_of_them:,}"

    def week_axis(self, axes: Axes, named: bool = True, most: float = _MOST_TICKS) -> None:
        """At most `most` weeks along the bottom, below them calendar dates where the scenario gives a start date.

        A dotted line is where the window opens.
        """
        if self.scenario.measure_from_week:
            axes.axvline(self.scenario.measure_from_week, color=FAINT, linewidth=1.0, linestyle=":", zorder=0)
        horizon = float(self.ends[-1])
        step = next((step for step in _TICK_WEEKS if horizon / step <= most), _TICK_WEEKS[-1])
        ticks = list(range(0, int(horizon) + 1, step)) if most > 1 else [0, int(horizon)]
        dates = [date_of(self.scenario, week) for week in ticks]
        axes.set_xticks(
            ticks, [f"{week}\n{date:%b %Y}" if date else f"{week}" for week, date in zip(ticks, dates, strict=True)]
        )
        labels = axes.get_xticklabels()
        if len(ticks) == len(labels) == 2:  # little room: both stay within the panel
            labels[0].set_horizontalalignment("left")
            labels[1].set_horizontalalignment("right")
        axes.set_xlim(0, horizon)
        if named:
            axes.set_xlabel("Week of the programme")
