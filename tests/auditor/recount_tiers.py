"""The KPIs of tiers and of the organisation again, from the replay alone."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

from auditor.amounts import WEEK
from auditor.figures_of import Number, quantile, ratio, spread
from auditor.programme import Tier
from auditor.replay import PURPOSES, Replay
from auditor.samples import spread as spread_of_floats
from auditor.teaching import GRADUATE
from auditor.tier_counts import EVENTS, cohorts, planned

ALWAYS_COUNTED = (
    "recruited entered_course passed certified exited courses_started courses_held courses_cancelled courses_lapsed"
)
ALWAYS_MEANS = "candidate in_training apprentice active unsupervised delivering"
AFTER_WAVE = 26 * WEEK
"""The deepest fall is looked for in this time after a wave."""


class Totals:
    """What happened to a tier in the window, and the integrals of its levels over it."""

    def __init__(self, replay: Replay, tier: Tier, start: int | None = None) -> None:
        self.replay = replay
        self.tier = tier
        self.start = replay.programme.measure_from if start is None else start
        self.end = replay.programme.horizon

    def count(self, what: str) -> int:
        """How often in the window; failing for good is failing."""
        known = [EVENTS.get(what, what)]
        known += ["exited.failed_training"] if what == "failed" else []
        minutes = [minute for each in known for minute in self.replay.when[self.tier.name, each]]
        return sum(1 for minute in minutes if minute >= self.start)

    def newly(self, what: str) -> int:
        """The same, without those who were there and certified from the start."""
        there = sum(staff.initial for staff in self.tier.staff.values()) if self.start == 0 else 0
        return self.count(what) - there

    def area(self, *levels: str) -> int:
        return sum(self.replay.levels.area(f"tier.{self.tier.name}.{level}", self.start, self.end) for level in levels)


def tier_kpis(replay: Replay, tier: Tier, weeks: Sequence[int]) -> Iterator[tuple[str, Number]]:
    """Every KPI of a tier without its prefix."""
    totals = Totals(replay, tier)
    for what in ALWAYS_COUNTED.split():
        yield what, totals.count(what)
    for reason in tier.exit_names:
        yield f"exits.{reason}", totals.count(f"exited.{reason}")
    for level in ALWAYS_MEANS.split():
        yield f"{level}_mean", ratio(totals.area(level), totals.end - totals.start)
    yield from _hours(totals)
    practising = totals.area("apprentice", "active")
    yield "supervised_share", ratio(practising - totals.area("unsupervised"), practising)
    found = cohorts(replay, tier)
    yield "course_yield", ratio(found["entries_passed"], found["entries_closed"])
    yield "certified_yield", ratio(found["recruits_certified"], found["recruits_closed"])
    full = replay.first_full.get(tier.name)
    yield "full_strength_week", None if full is None else Fraction(full, WEEK)
    for week in weeks:
        for level in ("active", "delivering"):
            yield f"{level}_at_week_{week}", replay.levels.value(f"tier.{tier.name}.{level}", week * WEEK)
        yield f"certified_at_week_{week}", sum(1 for at in replay.when[tier.name, "certified"] if at < week * WEEK)
    for name, number in (*_mechanisms(totals), *_graduates(totals), *_competence(totals, weeks), *_waves(totals)):
        if f"tier.{tier.name}.{name}" in replay.kpis:
            yield name, number


def _hours(totals: Totals) -> Iterator[tuple[str, Number]]:
    """Hours of the initial course are out of nobody's week (R2.3)."""
    available = totals.area("available_rate")
    used = totals.area(*(f"rate.{purpose}" for purpose in PURPOSES)) - totals.area("course_rate")
    yield "utilisation", ratio(used, available)
    yield "overtime_share", ratio(totals.area("overtime_rate"), available)
    for purpose in PURPOSES:
        if purpose not in ("research", "other_duties"):
            own = totals.area("course_rate") if purpose == "training_taken" else 0
            yield f"share.{purpose}", ratio(totals.area(f"rate.{purpose}") - own, available)


def _mechanisms(totals: Totals) -> Iterator[tuple[str, Number]]:
    """What only some scenarios have."""
    available = totals.area("available_rate")
    yield "idle_trained_share", ratio(totals.area("idle_active"), totals.area("active"))
    yield "run_off_share", ratio(totals.area("run_off_rate"), available)
    for purpose in ("research", "other_duties"):
        yield f"share.{purpose}", ratio(totals.area(f"rate.{purpose}"), available)
    for level in ("absent", "not_deployed", "vacant", "missed_refresher"):
        yield f"{level}_mean", ratio(totals.area(level), totals.end - totals.start)
    counted = "absences hours_changes groups_shed recruited_replacing promoted_in failed began_training"
    for what in (*counted.split(), "refreshers_started", "refreshed", "refreshers_missed"):
        yield what, totals.count(what)
    replay, tier = totals.replay, totals.tier
    found = cohorts(replay, tier)
    yield "training_yield", ratio(found["trainees_passed"], found["trainees_closed"])
    yield "courses_planned", planned(replay, tier) - _planned_before(totals)
    yield "replacement_ratio", ratio(totals.newly("certified"), totals.count("certified_exited"))
    yield "replacement_from_below", ratio(totals.count("promoted_in"), totals.count("certified_exited"))


def _planned_before(totals: Totals) -> int:
    """Dates of the calendar before the window."""
    sites = len(totals.replay.programme.sites)
    return sites * sum(1 for stage in totals.tier.stages for date in stage.dates if date < totals.start)


def _graduates(totals: Totals) -> Iterator[tuple[str, Number]]:
    """Of everybody ever certified, over the whole run."""
    taught = totals.replay.teaching.taught(totals.tier.name)
    deviation = spread(taught)
    yield "graduates_per_trainer_mean", ratio(sum(taught), len(taught) * GRADUATE)
    yield "graduates_per_trainer_sd", None if deviation is None else deviation / GRADUATE
    yield "graduates_per_trainer_p90", quantile(taught, Fraction(9, 10), GRADUATE)
    yield "graduates_per_trainer_max", Fraction(max(taught), GRADUATE) if taught else None
    yield "never_trained_share", ratio(taught.count(0), len(taught))


def _competence(totals: Totals, weeks: Sequence[int]) -> Iterator[tuple[str, Number]]:
    replay, name = totals.replay, totals.tier.name
    able = spread_of_floats(replay.teaching.able.get(name, []))
    for what, number in zip(("mean", "sd"), able, strict=True):
        yield f"competence_after_course_{what}", _known(number)
    for suffix, minute in (("", totals.end), *((f"_at_week_{week}", week * WEEK) for week in weeks)):
        sample = replay.samples.taken.get(minute, {})
        for what in ("mean", "sd"):
            yield f"competence_{what}{suffix}", _known(sample.get(f"tier.{name}.competence_{what}", math.nan))


def _known(number: float) -> float | None:
    return None if math.isnan(number) else number


def _waves(totals: Totals) -> Iterator[tuple[str, Number]]:
    """How far the active fell after a wave, and when they were again as many as before it, at the ends of instants."""
    replay, tier = totals.replay, totals.tier
    for name, reason in tier.reasons.items():
        if not reason.spread or reason.date is None or reason.date >= totals.end:
            continue
        level, wave = f"tier.{tier.name}.active", reason.date
        before = active = lowest = replay.levels.value(level, wave)
        back: int | None = None
        for at, by in sorted(_by_instant(replay.levels.changes[level], wave).items()):
            active += by
            if active < lowest and at <= wave + AFTER_WAVE:
                lowest, back = active, None
            elif lowest < before <= active and back is None:
                back = at
        yield f"wave.{name}.dip_share", ratio(before - lowest, before)
        week = None if back is None else Fraction(back - wave, WEEK)
        yield f"wave.{name}.recovery_weeks", None if not before else week if lowest < before else Fraction(0)


def _by_instant(changes: Sequence[tuple[int, int]], start: int) -> Counter[int]:
    """Changes of a level from a minute on, those of one instant added up."""
    found: Counter[int] = Counter()
    for at, by in changes:
        if at >= start:
            found[at] += by
    return found


def organisation_kpis(replay: Replay, weeks: Sequence[int]) -> Iterator[tuple[str, Number]]:
    """Workplace trainings in the window, and the published levels at the report weeks."""
    start = replay.programme.measure_from
    for state in replay.programme.states:
        dates = [at for (name, _), held in replay.organisation.lifts.items() if name == state for at in held]
        yield f"organisation.{state}.trainings", sum(1 for at in dates if at >= start)
    for week in weeks:
        for name, level in replay.samples.taken.get(week * WEEK, {}).items():
            if name.startswith("organisation."):
                yield f"{name}_at_week_{week}", level
