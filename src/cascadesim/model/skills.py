"""What trainers brought about, and how able the workers are."""

from __future__ import annotations

import math
from collections.abc import Sequence

from cascadesim.model.kinds import HIGHER, LOWER, NEITHER, Measure, Rows, Value
from cascadesim.model.plan import Plan, TierPlan
from cascadesim.model.readings import Readings, quantile, ratio, spread

TAUGHT_UNIT = 5040
"""A graduate is this much, so that a course can be shared equally among up to ten trainers (`Tally.taught`)."""


def _taught(readings: Readings) -> tuple[int, ...]:
    return readings.tally.taught[readings.level]


def _graduates_mean(readings: Readings) -> float:
    taught = _taught(readings)
    return ratio(sum(taught), len(taught) * TAUGHT_UNIT)


def _graduates_sd(readings: Readings) -> float:
    taught = _taught(readings)
    return spread(len(taught), sum(taught), sum(each * each for each in taught)) / TAUGHT_UNIT


def _graduates_p90(readings: Readings) -> float:
    return quantile(_taught(readings), 9, 10, TAUGHT_UNIT)


def _graduates_max(readings: Readings) -> float:
    return max(_taught(readings), default=math.nan) / TAUGHT_UNIT


def _never_trained(readings: Readings) -> float:
    return ratio(_taught(readings).count(0), len(_taught(readings)))


GRADUATES: Rows = {
    "graduates_per_trainer_mean": Measure("people", HIGHER, _graduates_mean),
    "graduates_per_trainer_sd": Measure("people", NEITHER, _graduates_sd),
    "graduates_per_trainer_p90": Measure("people", HIGHER, _graduates_p90),
    "graduates_per_trainer_max": Measure("people", NEITHER, _graduates_max),
    "never_trained_share": Measure("share", LOWER, _never_trained),
}
"""Of everybody ever certified in a tier that trains, with those who never trained anybody, over the whole run."""


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else math.nan


def _sd(values: Sequence[float]) -> float:
    if len(values) < 2:
        return math.nan
    mean = _mean(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))


AFTER_COURSE: Rows = {
    "competence_after_course_mean": Measure("level", HIGHER, lambda r: _mean(r.tally.after_course[r.level])),
    "competence_after_course_sd": Measure("level", NEITHER, lambda r: _sd(r.tally.after_course[r.level])),
}
COMPETENCE_REPORTS = {"competence_mean": HIGHER, "competence_sd": NEITHER}


def competence_rows(plan: Plan, tier: TierPlan) -> Rows:
    """Mean and standard deviation over apprentices, active and absent workers: at the report weeks and at the end."""
    if "competence" not in tier.mechanisms:
        return {}
    times = [*((f"_at_week_{week}", minute) for week, minute in plan.reports), ("", plan.horizon)]
    return {
        name + suffix: Measure("level", better, _competence(place, minute))
        for suffix, minute in times
        for place, (name, better) in enumerate(COMPETENCE_REPORTS.items(), start=1)
    }


def _competence(place: int, minute: int) -> Value:
    return lambda readings: readings.snapshot(minute).competence[readings.level][place]
