"""What runs measured, as means over replications, and how sure a number made from such means is."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from cascadesim.analysis.constraints import queue_columns
from cascadesim.analysis.statistics import CONFIDENCE
from cascadesim.model.enums import Wait
from cascadesim.scenario import defaults
from cascadesim.scenario.schema import Scenario

if TYPE_CHECKING:
    from cascadesim.experiment.runs import Run

_HOURS = ("supervision_given", "supervision_received", "training_given", "clients", "research", "other_duties")
"""What an hour of a worker goes to; the last two only where the scenario has them."""


def keep(run: Run) -> dict[str, float]:
    """The KPIs of a run, mean hours a week of each tier by purpose, clients waiting in the interval before each report.

    Hours are those of the intervals that lie in the window that `measure_from_week` opens; nan where none does.
    """
    scenario, rows = run.scenario, run.trajectories.rows
    place = {name: column for column, name in enumerate(run.trajectories.columns)}
    ends = [row[place["week"]] for row in rows]
    opens = scenario.measure_from_week
    lengths = [end - begin if begin >= opens else 0.0 for begin, end in pairwise([0.0, *ends])]
    weeks = math.fsum(lengths)
    found = dict(run.kpis)
    for name in scenario.cascade:
        for hours in (f"tier.{name}.hours.{purpose}" for purpose in _HOURS):
            if hours in place:
                spent = (row[place[hours]] * length for row, length in zip(rows, lengths, strict=True))
                found[hours] = ratio(math.fsum(spent), weeks)
    if scenario.clients is not None:
        waiting = {end: row[place["clients.waiting"]] for end, row in zip(ends, rows, strict=True)}
        for report in defaults.report_weeks(scenario):
            found[f"clients.waiting_at_week_{report}"] = waiting.get(report, math.nan)
    return found


@dataclass(frozen=True)
class Found:
    """Means over replications by the names of `keep`."""

    scenario: Scenario
    means: Mapping[str, float]

    def clients(self, what: str) -> float:
        return self.means[f"clients.{what}"]

    def tier(self, level: int, what: str) -> float:
        return self.means[f"tier.{self.scenario.cascade[level]}.{what}"]

    def optional(self, level: int, what: str) -> float:
        """0 where the scenario has nothing of the kind."""
        return self.means.get(f"tier.{self.scenario.cascade[level]}.{what}", 0.0)

    @property
    def weeks(self) -> float:
        """The length of the window."""
        return self.scenario.horizon_weeks - self.scenario.measure_from_week

    def certified_heads(self, level: int) -> float:
        """Active and absent, time mean."""
        return self.tier(level, "active_mean") + self.optional(level, "absent_mean")

    def practising(self, level: int) -> float:
        """Apprentices and actives, time mean."""
        return self.tier(level, "apprentice_mean") + self.tier(level, "active_mean")

    def idle(self, level: int) -> float:
        """Certified but not deployed, time mean; of the actives by the share that they are of all certified."""
        idle = self.optional(level, "not_deployed_mean")
        return idle * self.tier(level, "active_mean") / self.certified_heads(level) if idle else 0.0

    def at_work(self, level: int) -> float:
        """Actives who see clients, supervise and train, time mean."""
        return self.tier(level, "active_mean") - self.idle(level)

    def supervised(self, level: int) -> float:
        """Apprentices and actives in a group, time mean; the idle have no seat (R2.6)."""
        return self.practising(level) - self.idle(level) - self.tier(level, "unsupervised_mean")

    def certified(self, level: int) -> float:
        """Certified in the window, without those who were there at the start."""
        return self.tier(level, "certified") - self._initial(level)

    def recruited(self, level: int) -> float:
        """Recruited in the window, without those who were there at the start."""
        return self.tier(level, "recruited") - self._initial(level)

    def left(self, level: int, reason: str) -> float:
        """Who left for this reason, in any state."""
        return self.optional(level, f"exits.{reason}")

    def waits(self, wait: Wait, level: int) -> dict[str, float]:
        """Person-weeks or client-weeks waited, by constraint."""
        columns = queue_columns(self.scenario, (wait, level))
        return {constraint: self.means[f"{column}_weeks"] for constraint, column in columns.items()}

    def _initial(self, level: int) -> int:
        staff = defaults.staff(self.scenario.tier[self.scenario.cascade[level]]).values()
        return 0 if self.scenario.measure_from_week else sum(each.initial for each in staff)


@dataclass(frozen=True)
class Estimate:
    """A number made from means over runs, and its 95 % interval; nan where it is undefined or one run was made."""

    mean: float
    low: float
    high: float


def ratio(numerator: float, denominator: float) -> float:
    """The quotient, nan where nothing is in the denominator."""
    return numerator / denominator if denominator else math.nan


class Runs:
    """The means of all replications, and of all but one in turn."""

    def __init__(self, scenario: Scenario, kept: Sequence[Mapping[str, float]]) -> None:
        import numpy as np

        names = list(kept[0])
        values = np.array([[each[name] for name in names] for each in kept])
        known, filled = ~np.isnan(values), np.nan_to_num(values)
        total, count = filled.sum(axis=0), known.sum(axis=0)
        self.count = len(kept)
        self.all = _found(scenario, names, total, count)
        left_out = range(self.count) if self.count > 1 else ()
        self.without = [_found(scenario, names, total - filled[run], count - known[run]) for run in left_out]

    def estimate(self, what: Callable[[Found], float]) -> Estimate:
        """`what` of the means, with the interval of the delete-one jackknife and Student's t.

        Quenouille (1956), Biometrika 43:353-360; Tukey (1958). For a plain mean it is Student's t interval exactly; for
        ratios of means it needs no ratio of single runs, in which nobody may have left.
        """
        mean = what(self.all)
        if not self.without or math.isnan(mean):
            return Estimate(mean, math.nan, math.nan)
        from scipy.special import stdtrit  # type: ignore[import-untyped]

        parts = [what(found) for found in self.without]
        middle = math.fsum(parts) / self.count
        squares = math.fsum((part - middle) ** 2 for part in parts)
        error = math.sqrt((self.count - 1) / self.count * squares)
        half = float(stdtrit(self.count - 1, (1 + CONFIDENCE) / 2)) * error
        return Estimate(mean, mean - half, mean + half)


def _found(scenario: Scenario, names: list[str], totals: object, counts: object) -> Found:
    import numpy as np

    sums, numbers = np.asarray(totals), np.asarray(counts)
    means = np.where(numbers > 0, sums / np.maximum(numbers, 1), np.nan)
    return Found(scenario, dict(zip(names, means.tolist(), strict=True)))
