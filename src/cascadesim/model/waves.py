"""How hard a wave hits a tier, and when the tier has recovered, by the readings of its active workers."""

from __future__ import annotations

import math
from collections.abc import Callable

from cascadesim.model.codes import WEEK_MINUTES
from cascadesim.model.kinds import LOWER, Measure, Rows, Value
from cascadesim.model.plan import Plan, TierPlan
from cascadesim.model.readings import Readings

AFTER_WEEKS = 26
"""The deepest fall is looked for in this time after the wave; undefined where nothing is read in it (`every_weeks`)."""
WAVE_MEASURES = {"dip_share": ("share", LOWER), "recovery_weeks": ("weeks", LOWER)}


def wave_minutes(plan_reasons: TierPlan) -> dict[str, int]:
    """The waves of a tier: the minute at which each begins, by the name of the reason."""
    return {reason.name: reason.clock.minute for reason in plan_reasons.reasons if reason.clock.kind == "shock"}


def wave_rows(plan: Plan, tier: TierPlan) -> Rows:
    """`wave.REASON.dip_share` and `wave.REASON.recovery_weeks` for each wave within the run."""
    values: dict[str, Callable[[int], Value]] = {"dip_share": _dip, "recovery_weeks": _recovery}
    return {
        f"wave.{reason}.{what}": Measure(*WAVE_MEASURES[what], value(minute))
        for reason, minute in wave_minutes(tier).items()
        if minute < plan.horizon
        for what, value in values.items()
    }


def _active(readings: Readings, minute: int) -> tuple[int, list[tuple[int, int]]]:
    """How many were active just before the wave, and (minute, how many) at each reading after it."""
    place = readings.level_at[f"{readings.owner}active"]
    after = [(each.minute, each.levels[place]) for each in readings.tally.snapshots if each.minute > minute]
    return readings.snapshot(minute).levels[place], after


def _dip(minute: int) -> Value:
    def value(readings: Readings) -> float:
        before, after = _active(readings, minute)
        within = [active for at, active in after if at <= minute + AFTER_WEEKS * WEEK_MINUTES]
        return max(0, before - min(within)) / before if before and within else math.nan

    return value


def _recovery(minute: int) -> Value:
    """0 where there was no fall, nan where the run ends before as many are active again as just before the wave."""

    def value(readings: Readings) -> float:
        before, after = _active(readings, minute)
        within = [active for at, active in after if at <= minute + AFTER_WEEKS * WEEK_MINUTES]
        if not (before and within):
            return math.nan
        if min(within) >= before:
            return 0.0
        deepest = after[within.index(min(within))][0]
        back = next((at for at, active in after if at > deepest and active >= before), None)
        return math.nan if back is None else (back - minute) / WEEK_MINUTES

    return value
