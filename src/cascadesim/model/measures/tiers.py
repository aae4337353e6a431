"""The measures (KPIs) of tiers and of the organisation. To add one is to add a row here.

Counts and integrals are of the window that `measure_from_week` opens (R1.6): what stood at its opening is taken off.
A measure without a denominator is nan.
"""

from __future__ import annotations

import math
from dataclasses import replace

from cascadesim.model.constraints import waits_of
from cascadesim.model.counters import PURPOSES, state_levels
from cascadesim.model.measures.types import (
    HIGHER,
    LOWER,
    NEITHER,
    Measure,
    Measures,
    Value,
    Window,
    at_reports,
    brought_about,
    mean,
    quantile,
    quotient,
    ratio,
    share_of,
    spread,
    waiting,
    weeks_or_never,
)
from cascadesim.model.plan import Scope, TierScope
from cascadesim.model.replication import TAUGHT_UNIT, WaveTally
from cascadesim.model.units import WEEK_MINUTES


def _utilisation(window: Window) -> float:
    """Everything committed but the hours of the initial course, which come out of nobody's week (R2.3)."""
    committed = window.integral(*(f"rate.{purpose}" for purpose in PURPOSES)) - window.integral("course_rate")
    return ratio(committed, window.integral("available_rate"))


def _training_taken(window: Window) -> float:
    """The same of what workers learn: refreshers. So the shares of hours add up to the utilisation."""
    taken = window.integral("rate.training_taken") - window.integral("course_rate")
    return ratio(taken, window.integral("available_rate"))


def _supervised(window: Window) -> float:
    practising = window.integral("apprentice", "active")
    return ratio(practising - window.integral("unsupervised"), practising)


def _of_week(purpose: str, needs: str = "") -> Measure:
    """The share of the hours available that go to a purpose."""
    return Measure("share", NEITHER, "of the hours available", share_of(f"rate.{purpose}", "available_rate"), needs)


def _replaced(window: Window) -> float:
    """New certificates to each certified worker who left the tier (R12.3)."""
    return ratio(window.newly("certified"), window.count("certified_exited"))


# --- what trainers brought about, and how able the workers are --------------------------------------------------------


def _taught(window: Window) -> tuple[int, ...]:
    """Of everybody ever certified in a tier that trains, those who never trained anybody too, over the whole run."""
    return window.tally.taught[window.level]


def _graduates_mean(window: Window) -> float:
    taught = _taught(window)
    return ratio(sum(taught), len(taught) * TAUGHT_UNIT)


def _graduates_sd(window: Window) -> float:
    taught = _taught(window)
    return spread(len(taught), sum(taught), sum(graduates * graduates for graduates in taught)) / TAUGHT_UNIT


def _graduates_max(window: Window) -> float:
    return max(_taught(window), default=math.nan) / TAUGHT_UNIT


def _never_trained(window: Window) -> float:
    return ratio(_taught(window).count(0), len(_taught(window)))


def _after_course_mean(window: Window) -> float:
    values = window.tally.after_course[window.level]
    return ratio(math.fsum(values), len(values))


def _after_course_sd(window: Window) -> float:
    values, mean_value = window.tally.after_course[window.level], _after_course_mean(window)
    if len(values) < 2:
        return math.nan
    return math.sqrt(math.fsum((value - mean_value) ** 2 for value in values) / (len(values) - 1))


TIER_MEASURES: Measures = {
    "recruited": Measure("people", NEITHER, "were recruited"),
    "entered_course": Measure("people", NEITHER, "entered a course"),
    "passed": Measure("people", HIGHER, "passed the last course"),
    "certified": Measure("people", HIGHER, "were certified"),
    "exited": Measure("people", NEITHER, "left the tier for any reason, the promoted among them"),
    "courses_started": Measure("courses", NEITHER, "started"),
    "courses_held": Measure("courses", NEITHER, "ended with trainees"),
    "courses_cancelled": Measure("courses", LOWER, "no trainer was left"),
    "courses_lapsed": Measure("courses", LOWER, "dates of the calendar without a course"),
    "candidate_mean": Measure("people", NEITHER, "who wait for a course, time mean", mean("candidate")),
    "in_training_mean": Measure("people", NEITHER, "in a course, time mean", mean("in_training")),
    "apprentice_mean": Measure("people", NEITHER, "not yet certified, time mean", mean("apprentice")),
    "active_mean": Measure("people", HIGHER, "certified and at work, time mean", mean("active")),
    "unsupervised_mean": Measure(
        "people", LOWER, "apprentices and actives without a supervisor, time mean", mean("unsupervised")
    ),
    "delivering_mean": Measure("people", HIGHER, "with at least one open episode, time mean", mean("delivering")),
    "utilisation": Measure(
        "share", NEITHER, "hours booked, the worker's own course apart / hours available", _utilisation
    ),
    "overtime_share": Measure(
        "share",
        LOWER,
        "hours committed above what is available / hours available",
        share_of("overtime_rate", "available_rate"),
    ),
    "share.supervision_given": _of_week("supervision_given"),
    "share.supervision_received": _of_week("supervision_received"),
    "share.training_given": _of_week("training_given"),
    "share.training_taken": Measure(
        "share", NEITHER, "of the hours available: refreshers; the worker's own course is apart", _training_taken
    ),
    "share.clients": _of_week("clients"),
    "supervised_share": Measure("share", HIGHER, "of the time of apprentices and actives", _supervised),
    "course_yield": Measure(
        "share",
        HIGHER,
        "of those who entered a course in the window that is over: passed it",
        quotient("entries_passed", "entries_closed"),
    ),
    "certified_yield": Measure(
        "share",
        HIGHER,
        "of those recruited in the window who are certified or have left: certified",
        quotient("recruits_certified", "recruits_closed"),
    ),
    "full_strength_week": Measure(
        "week",
        LOWER,
        "counted from week 0, when as many were active as were planned",
        lambda window: weeks_or_never(window.tally.first_full[window.level]),
    ),
    # Only where the tier has the mechanism:
    "idle_trained_share": Measure(
        "share", LOWER, "of the time of actives, without an open episode", share_of("idle_active", "active"), "delivers"
    ),
    "absences": Measure("absences", LOWER, "begun in the window", needs="absence"),
    "absent_mean": Measure("people", LOWER, "away, time mean", mean("absent"), "absence"),
    "hours_changes": Measure("changes", NEITHER, "of the hours that somebody has", needs="hours_change"),
    "groups_shed": Measure("groups", LOWER, "given up by workers whose hours had fallen", needs="sheds"),
    "run_off_share": Measure(
        "share",
        LOWER,
        "hours committed above the limit since hours fell or duties came / hours available",
        share_of("run_off_rate", "available_rate"),
        "run_off",
    ),
    "share.other_duties": _of_week("other_duties", "duties"),
    "share.research": _of_week("research", "research"),
    "not_deployed_mean": Measure("people", LOWER, "certified, not deployed, time mean", mean("not_deployed"), "idle"),
    "vacant_mean": Measure("vacancies", LOWER, "open, time mean", mean("vacant"), "target"),
    "recruited_replacing": Measure("people", NEITHER, "filled the vacancy of somebody who left", needs="target"),
    "replacement_ratio": Measure(
        "ratio",
        HIGHER,
        "newly certified / certified workers who left the tier, both in the window",
        _replaced,
        "target",
    ),
    "promoted_in": Measure("people", NEITHER, "came from the tier below", needs="promotion"),
    "replacement_from_below": Measure(
        "ratio",
        HIGHER,
        "promoted_in / certified workers who left the tier, both in the window",
        quotient("promoted_in", "certified_exited"),
        "promotion",
    ),
    "courses_planned": Measure("courses", NEITHER, "dates of the calendar", needs="calendar"),
    "failed": Measure("people", LOWER, "times that somebody failed a course", needs="retakes"),
    "began_training": Measure("people", NEITHER, "entered a first course", needs="retakes"),
    "training_yield": Measure(
        "share",
        HIGHER,
        "of those who began training in the window and have passed the last course or left: passed it",
        quotient("trainees_passed", "trainees_closed"),
        "retakes",
    ),
    "refreshers_started": Measure("refreshers", NEITHER, "started", needs="refresher"),
    "refreshed": Measure("people", HIGHER, "completed a refresher", needs="refresher"),
    "refreshers_missed": Measure("people", LOWER, "were due with none begun", needs="refresher"),
    "missed_refresher_mean": Measure("people", LOWER, "overdue, time mean", mean("missed_refresher"), "refresher"),
    "graduates_per_trainer_mean": Measure(
        "people", HIGHER, "trained to certification by each worker, over the whole run", _graduates_mean, "trains"
    ),
    "graduates_per_trainer_sd": Measure(
        "people", NEITHER, "sample standard deviation of the same", _graduates_sd, "trains"
    ),
    "graduates_per_trainer_p90": Measure(
        "people",
        HIGHER,
        "90th percentile of the same",
        lambda window: quantile(_taught(window), 9, 10, TAUGHT_UNIT),
        "trains",
    ),
    "graduates_per_trainer_max": Measure(
        "people", NEITHER, "the most by one worker, over the whole run", _graduates_max, "trains"
    ),
    "never_trained_share": Measure("share", LOWER, "of the same workers: trained nobody", _never_trained, "trains"),
    "competence_after_course_mean": Measure(
        "level",
        HIGHER,
        "of everybody who passed the last course in the run, just after it",
        _after_course_mean,
        "learns",
    ),
    "competence_after_course_sd": Measure("level", NEITHER, "sample standard deviation", _after_course_sd, "learns"),
}

TIER_REPORTS: Measures = {
    "active": Measure("people", HIGHER, "certified and at work"),
    "certified": Measure("people", HIGHER, "certified since week 0"),
    "delivering": Measure("people", HIGHER, "with at least one open episode"),
}
"""`..._at_week_W`: just before the events of week W; counts are since week 0."""

COMPETENCE: Measures = {
    "competence_mean": Measure("level", HIGHER, "over apprentices, active and absent workers"),
    "competence_sd": Measure("level", NEITHER, "sample standard deviation of the same"),
}
"""At the end of the run, and as `..._at_week_W`."""

EXITS = Measure("people", LOWER, "left for this reason; for promoted and not_selected, which are no loss, neither")
_NO_LOSS = ("promoted", "not_selected")


def exits_for(reason: str) -> Measure:
    """Who left a tier for this reason."""
    return replace(EXITS, better=NEITHER) if reason in _NO_LOSS else EXITS


def tier_measures(scope: Scope, tier: TierScope) -> Measures:
    """The measures of one tier, without its prefix, in order."""
    rows: Measures = {}
    for name, row in brought_about(TIER_MEASURES, tier.mechanisms).items():
        rows[name] = row
        if name == "exited":
            rows |= {f"exits.{reason}": exits_for(reason) for reason in tier.exit_names}
    rows |= at_reports(scope, TIER_REPORTS)
    if "competence" in tier.mechanisms:
        rows |= _competence_measures(scope)
    rows |= {f"wave.{reason}.{what}": row for reason in tier.waves for what, row in wave_measures(reason).items()}
    for wait in waits_of(tier.mechanisms):
        rows |= waiting(wait, tier.mechanisms, "person-weeks")
    return rows


def _competence_measures(scope: Scope) -> Measures:
    times = [*((f"_at_week_{week}", minute) for week, minute in scope.reports), ("", scope.horizon)]
    return {
        name + suffix: replace(row, value=_competence(statistic, minute))
        for suffix, minute in times
        for statistic, (name, row) in enumerate(COMPETENCE.items(), start=1)
    }


def _competence(statistic: int, minute: int) -> Value:
    return lambda window: window.snapshot(minute).competence[window.level][statistic]


# --- waves ------------------------------------------------------------------------------------------------------------


def wave_measures(reason: str) -> Measures:
    """How hard a wave hits a tier, and when it has recovered: its active workers after every instant (R12.3)."""

    def wave_of(window: Window) -> WaveTally:
        return next(wave for wave in window.tally.waves if (wave.level, wave.reason) == (window.level, reason))

    def dip(window: Window) -> float:
        wave = wave_of(window)
        return (wave.before - wave.lowest) / wave.before if wave.before else math.nan

    def recovery(window: Window) -> float:
        """0 where there was no fall, nan where the run ends before as many are active again as just before."""
        wave = wave_of(window)
        if not wave.before:
            return math.nan
        if wave.lowest >= wave.before:
            return 0.0
        return math.nan if wave.back < 0 else (wave.back - wave.minute) / WEEK_MINUTES

    return {
        "dip_share": Measure("share", LOWER, "deepest fall of active workers in the 26 weeks after it", dip),
        "recovery_weeks": Measure("weeks", LOWER, "until as many are active again", recovery),
    }


# --- the organisation -------------------------------------------------------------------------------------------------

TRAININGS = Measure("trainings", NEITHER, "of workplaces, over all sites")
STATE = Measure("share", HIGHER, "the level just before the report week, as the last review published it")


def organisation_measures(scope: Scope) -> Measures:
    """The measures of the organisation, without their prefix, in order."""
    rows: Measures = {f"{state}.trainings": TRAININGS for state in scope.states}
    for week, minute in scope.reports:
        for index, name in enumerate(state_levels(scope.states, scope.sites)):
            rows[f"{name}_at_week_{week}"] = replace(STATE, value=_state(index, minute))
    return rows


def _state(index: int, minute: int) -> Value:
    return lambda window: window.snapshot(minute).states[index]
