"""The tables behind the bottleneck: waits by constraint, and how long each root cause binds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cascadesim.analysis.chain import Cause
from cascadesim.analysis.constraints import CONSTRAINT_WORDS, WAIT_WORDS, combination_columns, queue_columns, queues
from cascadesim.analysis.spells import SHORTEST_WEEKS, Shares, mean_weeks
from cascadesim.analysis.standing import Readings, leading_constraint
from cascadesim.analysis.words import named
from cascadesim.scenario.schema import Scenario


@dataclass(frozen=True)
class WaitRow:
    """What waited under one constraint, in the average run: `waits` says who, `tier` is empty for clients.

    `unit_weeks` are person-weeks or client-weeks, `share` is of all that this queue waited, `weeks_dominant` for how
    long it was the queue's dominant constraint.
    """

    waits: str
    wait: str
    tier: str
    constraint: str
    words: str
    unit_weeks: float
    share: float
    weeks_dominant: float


@dataclass(frozen=True)
class CauseRow:
    """How long a root cause binds in the average run, and in what share of runs it does for four weeks at least."""

    cause: Cause
    mean_weeks: float
    runs: float


def wait_rows(scenario: Scenario, readings: Readings) -> tuple[WaitRow, ...]:
    """One row for each constraint that anybody waited under, queue by queue."""
    place = {name: number for number, name in enumerate(readings.columns)}
    rows = []
    for queue in queues(scenario):
        wait, level = queue
        columns = queue_columns(scenario, queue)
        parts = readings.values[:, :, [place[column] for column in columns.values()]]
        areas = (parts * readings.lengths[None, :, None]).sum(axis=1).mean(axis=0)
        sets = combination_columns(scenario, queue)
        together = readings.values[:, :, [place[column] for column in sets.values()]]
        leading = leading_constraint(parts, tuple(columns), together, tuple(sets))
        tier = scenario.cascade[level] if level >= 0 else ""
        waits = WAIT_WORDS[wait].format(tier=named(tier))
        for number, name in enumerate(columns):
            if areas[number] > 0:
                weeks = float(((leading == name) * readings.lengths).sum(axis=1).mean())
                area, share = float(areas[number]), float(areas[number] / areas.sum())
                words = CONSTRAINT_WORDS[wait][name]
                rows.append(WaitRow(waits, wait.name.lower(), tier, name, words, area, share, weeks))
    return tuple(rows)


def cause_rows(
    cells: Sequence[Sequence[Cause | None]], shares: Shares, lengths: Sequence[float]
) -> tuple[CauseRow, ...]:
    """One row a cause, heaviest first; `cells` holds the cause of each replication and interval."""
    often = dict.fromkeys(shares, 0)
    for run in cells:
        weeks = dict.fromkeys(shares, 0.0)
        for cause, length in zip(run, lengths, strict=True):
            if cause is not None:
                weeks[cause] += length
        for cause in shares:
            often[cause] += weeks[cause] >= SHORTEST_WEEKS
    return tuple(
        CauseRow(cause, mean_weeks(share, lengths), often[cause] / len(cells)) for cause, share in shares.items()
    )
