"""What is read at certain minutes, just before their events: competence, and the states of the organisation (R12)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from auditor.amounts import WEEK
from auditor.competence import settle
from auditor.people import IN_SERVICE, Worker

if TYPE_CHECKING:
    from auditor.replay import Replay, Trajectories

AT_WEEK = re.compile(r"_at_week_(\d+)$")
Sample = dict[str, float]


class Samples:
    """Readings by minute: at the ends of the trajectories' rows, at the report weeks, at the horizon."""

    def __init__(self, kpis: Mapping[str, float], trajectories: Trajectories | None, horizon: int) -> None:
        minutes = {int(found[1]) * WEEK for name in kpis if (found := AT_WEEK.search(name))} | {horizon}
        if trajectories:
            columns, rows = trajectories
            minutes |= {round(row[columns.index("week")] * WEEK) for row in rows}
        self.to_come = sorted(minutes)
        self.taken: dict[int, Sample] = {}

    @property
    def names(self) -> set[str]:
        """What is read."""
        return {name for sample in self.taken.values() for name in sample}

    def take(self, replay: Replay, until: int) -> None:
        """Read what is due up to and with this minute, of which no event has happened yet."""
        while self.to_come and self.to_come[0] <= until:
            minute = self.to_come.pop(0)
            self.taken[minute] = _read(replay, minute)


def _read(replay: Replay, minute: int) -> Sample:
    found: Sample = {}
    for tier in replay.programme.cascade:
        if tier.competence:
            here = [worker for worker in replay.living[tier.name].values() if worker.state in IN_SERVICE]
            values = [value_at(worker, minute) for worker in here]
            found[f"tier.{tier.name}.competence_mean"], found[f"tier.{tier.name}.competence_sd"] = spread(values)
    several = len(replay.programme.sites) > 1
    for (state, site), level in replay.organisation.published.items():
        found[f"organisation.{state}.{site}" if several else f"organisation.{state}"] = level
    return found


def value_at(worker: Worker, minute: int) -> float:
    """The competence at a minute, with nothing stored."""
    stored = worker.competence, worker.competence_at
    settle(worker, minute)
    value = worker.competence
    worker.competence, worker.competence_at = stored
    return value


def spread(values: list[float]) -> tuple[float, float]:
    """(mean, standard deviation), not a number where there are none, or fewer than two."""
    if not values:
        return math.nan, math.nan
    mean = math.fsum(values) / len(values)
    squares = math.fsum((value - mean) ** 2 for value in values)
    return mean, math.sqrt(squares / (len(values) - 1)) if len(values) > 1 else math.nan
