"""What binds, in which tier, when: root causes of waiting, traced in every replication and week by itself.

From waits in the C-phase, never from utilisation: a tier can be busy without anybody waiting for it. Replications are
traced one by one, since the mean of a run that went well and one that did not is a programme that nobody has.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from cascadesim.analysis.causes import Cause, Tracer, say
from cascadesim.analysis.constraints import CONSTRAINT_WORDS, WAIT_WORDS, queue_columns, queues
from cascadesim.analysis.standing import Readings, leading_constraint, read_waits, standings
from cascadesim.analysis.words import named, number, percent
from cascadesim.scenario.schema import Scenario

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

SHORTEST_WEEKS = 4.0
"""A shorter spell is joined to its neighbour."""
LEAST_RUNS = 0.25
"""In fewer runs than this, what makes somebody wait is not said to bind."""


@dataclass(frozen=True)
class Spell:
    """Weeks with one leading cause, or none; `runs` is the share of replications in which it is the cause, on average."""

    cause: Cause | None
    start: float
    end: float
    runs: float


@dataclass(frozen=True)
class Bottleneck:
    """`sentence` says what binds and when, `reason` how it holds clients or people up (empty if hardly anybody waits).

    `spells` tile the horizon. `shares` gives by cause, heaviest first, the share of replications in which it is the
    cause at each of `weeks` (the ends of the intervals). `causes` (columns words, kind, tier, waiting, mean_weeks: how
    long it binds in the average run, runs: the share of runs in which it does for at least four weeks) and `waits` (one
    row for each constraint that anybody waited under: waits, wait, tier, constraint, words, unit_weeks: person-weeks or
    client-weeks in the average run, share: of that wait, weeks_dominant) are the tables behind it.
    """

    sentence: str
    reason: str
    spells: tuple[Spell, ...]
    weeks: tuple[float, ...]
    shares: dict[Cause, tuple[float, ...]]
    causes: pd.DataFrame
    waits: pd.DataFrame


def find_bottleneck(scenario: Scenario, trajectories: pd.DataFrame) -> Bottleneck:
    """What binds in these replications; `trajectories` holds `replication`, `week` and the trajectory columns."""
    readings = read_waits(scenario, trajectories)
    smooth = readings.smoothed()
    runs, weeks, width = smooth.values.shape
    tracer = Tracer(scenario)
    traced = [tracer.trace(each) for each in standings(scenario, smooth.columns, smooth.values.reshape(-1, width))]
    cells = [[trace.cause if trace else None for trace in traced[run * weeks : (run + 1) * weeks]] for run in range(runs)]
    shares = _shares(cells, readings)
    spells = _spells(shares, readings)
    waits = waits_table(scenario, readings)
    causes = _causes_table(cells, shares, readings)
    main = next((cause for cause in shares if any(spell.cause == cause for spell in spells)), None)
    sentence, reason = _nothing(scenario, waits), ""
    if main is not None:
        mine = [place for place, trace in enumerate(traced) if trace is not None and trace.cause == main]
        sentence = _say(spells, main)
        reason = _reason(scenario, smooth, mine, main, causes)
    return Bottleneck(sentence, reason, spells, tuple(readings.ends.tolist()), shares, causes, waits)


def _shares(cells: list[list[Cause | None]], readings: Readings) -> dict[Cause, tuple[float, ...]]:
    """By cause, the share of replications that have it in each interval; the cause of most run-weeks first."""
    shares: dict[Cause, list[float]] = {}
    for run in cells:
        for week, cause in enumerate(run):
            if cause is not None:
                shares.setdefault(cause, [0.0] * len(run))[week] += 1 / len(cells)
    lengths = readings.lengths.tolist()

    def run_weeks(cause: Cause) -> float:
        return sum(share * length for share, length in zip(shares[cause], lengths, strict=True))

    ordered = sorted(shares, key=lambda cause: (-run_weeks(cause), cause.kind, cause.tier, cause.waiting))
    return {cause: tuple(shares[cause]) for cause in ordered}


def _spells(shares: dict[Cause, tuple[float, ...]], readings: Readings) -> tuple[Spell, ...]:
    """The leading cause over time: that of most replications, where it is the cause in enough of them."""
    leading: list[Cause | None] = []
    for week in range(len(readings.ends)):
        cause = max(shares, key=lambda each: shares[each][week], default=None)  # noqa: B023
        leading.append(cause if cause is not None and shares[cause][week] >= LEAST_RUNS else None)
    lengths = readings.lengths.tolist()
    while True:
        blocks = [list(block) for _, block in groupby(range(len(leading)), key=lambda week: leading[week])]
        spans = [sum(lengths[week] for week in block) for block in blocks]
        if len(blocks) == 1 or min(spans) >= SHORTEST_WEEKS:
            break
        shortest = spans.index(min(spans))
        into = leading[blocks[shortest - 1 if shortest else 1][0]]
        for week in blocks[shortest]:
            leading[week] = into
    spells = []
    for block, span in zip(blocks, spans, strict=True):
        cause, end = leading[block[0]], float(readings.ends[block[-1]])
        share = sum(shares[cause][week] * lengths[week] for week in block) / span if cause else 0.0
        spells.append(Spell(cause, float(readings.ends[block[0]]) - lengths[block[0]], end, share))
    return tuple(spells)
