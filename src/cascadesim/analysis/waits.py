"""The tables behind the bottleneck: waits by constraint, and how long each root cause binds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cascadesim.analysis.causes import Cause
from cascadesim.analysis.constraints import CONSTRAINT_WORDS, WAIT_WORDS, queue_columns, queues
from cascadesim.analysis.spells import SHORTEST_WEEKS, Shares, mean_weeks
from cascadesim.analysis.standing import Readings, leading_constraint
from cascadesim.analysis.words import named
from cascadesim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd


def waits_table(scenario: Scenario, readings: Readings) -> pd.DataFrame:
    """One row for each constraint that anybody waited under, queue by queue.

    Columns: waits (the queue in words), wait, tier (empty for clients), constraint, words, unit_weeks (person-weeks or
    client-weeks in the average run), share (of that queue's), weeks_dominant (in the average run).
    """
    import pandas as pd

    place = {name: number for number, name in enumerate(readings.columns)}
    rows = []
    for queue in queues(scenario):
        wait, level = queue
        columns = queue_columns(scenario, queue)
        parts = readings.values[:, :, [place[column] for column in columns.values()]]
        areas = (parts * readings.lengths[None, :, None]).sum(axis=1).mean(axis=0)
        leading = leading_constraint(parts, tuple(columns))
        tier = scenario.cascade[level] if level >= 0 else ""
        for number, name in enumerate(columns):
            if areas[number] > 0:
                weeks = float(((leading == name) * readings.lengths).sum(axis=1).mean())
                waits, words = WAIT_WORDS[wait].format(tier=named(tier)), CONSTRAINT_WORDS[wait][name]
                area, share = float(areas[number]), float(areas[number] / areas.sum())
                rows.append((waits, wait.name.lower(), tier, name, words, area, share, weeks))
    names = ["waits", "wait", "tier", "constraint", "words", "unit_weeks", "share", "weeks_dominant"]
    return pd.DataFrame(rows, columns=names)


def causes_table(cells: Sequence[Sequence[Cause | None]], shares: Shares, lengths: Sequence[float]) -> pd.DataFrame:
    """One row a cause, heaviest first: words, kind, tier, waiting, mean_weeks, runs.

    `mean_weeks` is how long it binds in the average run, `runs` the share of runs in which it does for four weeks at
    least, taken together.
    """
    import pandas as pd

    often = dict.fromkeys(shares, 0)
    for run in cells:
        weeks = dict.fromkeys(shares, 0.0)
        for cause, length in zip(run, lengths, strict=True):
            if cause is not None:
                weeks[cause] += length
        for cause in shares:
            often[cause] += weeks[cause] >= SHORTEST_WEEKS
    rows = [
        (cause.words, *cause, mean_weeks(share, lengths), often[cause] / len(cells)) for cause, share in shares.items()
    ]
    return pd.DataFrame(rows, columns=["words", "kind", "tier", "waiting", "mean_weeks", "runs"])
