"""How hard a wave hits a tier, and when the tier has recovered: its active workers after every instant (R12.3)."""

from __future__ import annotations

import math
from collections.abc import Callable

from cascadesim.model.codes import WEEK_MINUTES
from cascadesim.model.kinds import LOWER, Measure, Rows, Value
from cascadesim.model.plan import Plan, TierPlan
from cascadesim.model.readings import Readings
from cascadesim.model.tally import WaveTally

AFTER_MINUTES = 26 * WEEK_MINUTES
"""The deepest fall is looked for in this time after the wave, or until the run ends."""
WAVE_MEASURES = {"dip_share": ("share", LOWER), "recovery_weeks": ("weeks", LOWER)}


def wave_minutes(plan_reasons: TierPlan) -> dict[str, int]:
    """The waves of a tier: the minute at which each begins, by the name of the reason."""
    return {reason.name: reason.clock.minute for reason in plan_reasons.reasons if reason.clock.kind == "shock"}


def wave_rows(plan: Plan, tier: TierPlan) -> Rows:
    """`wave.REASON.dip_share` and `wave.REASON.recovery_weeks` for each wave within the run."""
    values: dict[str, Callable[[str], Value]] = {"dip_share": _dip, "recovery_weeks": _recovery}
    return {
        f"wave.{reason}.{what}": Measure(*WAVE_MEASURES[what], value(reason))
        for reason, minute in wave_minutes(tier).items()
        if minute < plan.horizon
        for what, value in values.items()
    }


def _of(readings: Readings, reason: str) -> WaveTally:
    return next(each for each in readings.tally.waves if (each.level, each.reason) == (readings.level, reason))


def _dip(reason: str) -> Value:
    def value(readings: Readings) -> float:
        wave = _of(readings, reason)
        return (wave.before - wave.lowest) / wave.before if wave.before else math.nan

    return value


def _recovery(reason: str) -> Value:
    """0 where there was no fall, nan where the run ends before as many are active again as just before the wave."""

    def value(readings: Readings) -> float:
        wave = _of(readings, reason)
        if not wave.before:
            return math.nan
        if wave.lowest >= wave.before:
            return 0.0
        return math.nan if wave.back < 0 else (wave.back - wave.minute) / WEEK_MINUTES

    return value
