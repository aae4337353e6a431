"""What runs measured, as means over replications, and the simulated equivalents of what is computed from the plan."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from cascadesim.analysis.bottleneck.queues import queue_columns
from cascadesim.analysis.capacity import headcounts, hours
from cascadesim.analysis.intervals import Estimate, jackknife
from cascadesim.model.enums import Wait
from cascadesim.model.measures.types import ratio
from cascadesim.model.units import YEAR_WEEKS
from cascadesim.scenario import defaults
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.workforce import Reason

if TYPE_CHECKING:
    from cascadesim.experiment.simulate import Run

_HOURS = ("supervision_given", "supervision_received", "training_given", "clients", "research", "other_duties")
"""What an hour of a worker goes to; the last two only where the scenario has them."""


def keep(run: Run) -> dict[str, float]:
    """The KPIs of a run, mean hours a week of each tier by purpose, clients waiting in the interval before each report.

    Hours are those of the intervals that lie in the window that `measure_from_week` opens; nan where none does.
    """
    scenario, rows = run.scenario, run.trajectories.rows
    index = {name: column for column, name in enumerate(run.trajectories.columns)}
    ends = [row[index["week"]] for row in rows]
    opens = scenario.measure_from_week
    lengths = [end - begin if begin >= opens else 0.0 for begin, end in pairwise([0.0, *ends])]
    weeks = math.fsum(lengths)
    kept = dict(run.kpis)
    for name in scenario.cascade:
        for column in (f"tier.{name}.hours.{purpose}" for purpose in _HOURS):
            if column in index:
                spent = (row[index[column]] * length for row, length in zip(rows, lengths, strict=True))
                kept[column] = ratio(math.fsum(spent), weeks)
    if scenario.clients is not None:
        waiting = {end: row[index["clients.waiting"]] for end, row in zip(ends, rows, strict=True)}
        for report in defaults.report_weeks(scenario):
            kept[f"clients.waiting_at_week_{report}"] = waiting.get(report, math.nan)
    return kept


@dataclass(frozen=True)
class SimulatedMeans:
    """Means over replications by the names of `keep`."""

    scenario: Scenario
    values: Mapping[str, float]

    def clients(self, what: str) -> float:
        """A KPI of the clients."""
        return self.values[f"clients.{what}"]

    def tier(self, level: int, what: str) -> float:
        """A KPI of a tier."""
        return self.values[f"tier.{self.scenario.cascade[level]}.{what}"]

    def optional(self, level: int, what: str) -> float:
        """The same; 0 where the scenario has nothing of the kind."""
        return self.values.get(f"tier.{self.scenario.cascade[level]}.{what}", 0.0)

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

    def working(self, level: int) -> float:
        """Apprentices and actives without the idle, time mean."""
        return self.practising(level) - self.idle(level)

    def supervised(self, level: int) -> float:
        """Apprentices and actives in a group, time mean; the idle have no seat (R2.6)."""
        return self.working(level) - self.tier(level, "unsupervised_mean")

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
        return {constraint: self.values[f"{column}_weeks"] for constraint, column in columns.items()}

    def _initial(self, level: int) -> int:
        staff = defaults.staff(self.scenario.tier[self.scenario.cascade[level]]).values()
        return 0 if self.scenario.measure_from_week else sum(each.initial for each in staff)


class Runs:
    """The means of all replications, and of all but one in turn."""

    def __init__(self, scenario: Scenario, kept: Sequence[Mapping[str, float]]) -> None:
        names = list(kept[0])
        values = np.array([[each[name] for name in names] for each in kept])
        known, filled = ~np.isnan(values), np.nan_to_num(values)
        total, count = filled.sum(axis=0), known.sum(axis=0)
        self.count = len(kept)
        self.all = _means(scenario, names, total, count)
        left_out = range(self.count) if self.count > 1 else ()
        self.without = [_means(scenario, names, total - filled[run], count - known[run]) for run in left_out]

    def estimate(self, what: Callable[[SimulatedMeans], float]) -> Estimate:
        """`what` of the means, with the interval of the delete-one jackknife and Student's t.

        Quenouille (1956), Biometrika 43:353-360; Tukey (1958). For a plain mean it is Student's t interval exactly; for
        ratios of means it needs no ratio of single runs, in which nobody may have left.
        """
        value, parts = what(self.all), np.array([what(means) for means in self.without])
        return jackknife(value, parts) if len(parts) and np.isfinite(parts).all() else Estimate(value)


def _means(scenario: Scenario, names: list[str], totals: object, counts: object) -> SimulatedMeans:
    sums, numbers = np.asarray(totals), np.asarray(counts)
    means = np.where(numbers > 0, sums / np.maximum(numbers, 1), np.nan)
    return SimulatedMeans(scenario, dict(zip(names, means.tolist(), strict=True)))


def years(means: SimulatedMeans, heads: float) -> float:
    """Person-years of so many heads in the window."""
    return heads * means.weeks / YEAR_WEEKS


def leaving(means: SimulatedMeans, level: int) -> float:
    """Exits a year of each who is exposed, reason by reason: an occurrence-exposure rate of competing risks.

    The central rate of wastage of Bartholomew, Forbes and McClean (1991), by reason.
    The time is that of all states in which a clock runs (R5.1): for one from recruitment those before the certificate
    too, in which it takes people as well. Without these whoever waits for a course and leaves would be one head's exit.
    """
    reasons = hours.tier_of(means.scenario, level).events.items()
    rates = (ratio(means.left(level, name), years(means, _exposed(means, level, each))) for name, each in reasons)
    return math.fsum(rates)


def _exposed(means: SimulatedMeans, level: int, reason: Reason) -> float:
    before = ("candidate", "in_training", "apprentice") if reason.origin == "recruitment" else ()
    return means.certified_heads(level) + math.fsum(means.tier(level, f"{state}_mean") for state in before)


def graduates(means: SimulatedMeans, level: int) -> float:
    """Certified for each year of a trainer."""
    return ratio(means.certified(level), years(means, means.at_work(level - 1)))


def replacement(means: SimulatedMeans, level: int) -> float:
    """Certified for each certified worker who left for a reason of their own."""
    return ratio(means.certified(level), leaving(means, level) * years(means, means.certified_heads(level)))


def recruits(means: SimulatedMeans, level: int) -> float:
    """Recruits a year that would make up for those who leave the planned head count."""
    tier = hours.tier_of(means.scenario, level)
    certified = means.tier(level, "certified_yield") if defaults.trains(tier, level) else 1.0
    arrives = certified * hours.stays_in_head_count(tier)
    return ratio(headcounts.planned(means.scenario, level) * leaving(means, level), arrives)


def spent(means: SimulatedMeans, level: int, *purposes: str) -> float:
    """Hours a week of this tier for these purposes; 0 for those that the scenario does not have."""
    return math.fsum(means.optional(level, f"hours.{purpose}") for purpose in purposes)


def hours_per_completed(means: SimulatedMeans, level: int) -> float:
    """Hours of workers and supervisors for each client who completed in the window; nan with several tiers at it."""
    if len(hours.delivering(means.scenario)) > 1:
        return math.nan  # who completed with whom is not counted
    used = spent(means, level, "clients", "research", "supervision_received")
    used += spent(means, level - 1, "supervision_given") if hours.is_supervised_level(means.scenario, level) else 0.0
    return ratio(used * means.weeks, means.clients("completions"))


def workers_worth(means: SimulatedMeans, level: int) -> float:
    """Hours spent on what WISN counts, supervision, courses and other duties included, in workers of this tier."""
    support = ("supervision_received", "supervision_given", "training_given", "other_duties")
    return ratio(spent(means, level, "clients", "research", *support), hours.available_hours(means.scenario, level))


def places(means: SimulatedMeans) -> float:
    """Places for clients of those who were active and not idle, and of apprentices who practise with clients."""
    own = (hours.places(means.scenario, level) * means.at_work(level) for level in hours.delivering(means.scenario))
    return math.fsum([*own, apprentice_places(means)])


def apprentice_places(means: SimulatedMeans) -> float:
    """Places of apprentices who practise with clients."""
    levels = range(len(means.scenario.cascade))
    return sum(hours.practice_places(means.scenario, each) * means.optional(each, "apprentice_mean") for each in levels)
