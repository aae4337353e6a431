"""The measures (KPIs) of clients and tiers as tables: a row is a unit, which way is better, and how it is read.

Counts and integrals are of the window that `measure_from_week` opens (R1.6): what stood at its opening is
taken off. A reading `..._at_week_W` is of the programme just before the events of week W: for a tier it counts from
week 0, for clients (who belong to the window by referral date) those of the window. A measure without a denominator
(no wait where nobody started) is nan. What only some mechanism can bring about is in `mechanism_rows.py`.
"""

from __future__ import annotations

from cascadesim.model.class_rows import class_rows
from cascadesim.model.codes import WEEK_MINUTES, Wait
from cascadesim.model.kinds import (
    HIGHER,
    LOWER,
    NEITHER,
    Measure,
    Rows,
    Value,
    at_minute,
    counted,
    mean_of,
    quotient,
    share_of,
)
from cascadesim.model.mechanism_rows import CLIENT_MECHANISMS, TIER_MECHANISMS
from cascadesim.model.plan import Plan, TierPlan
from cascadesim.model.readings import Readings, mean_weeks, quantile_weeks, ratio, spread, weeks_or_never
from cascadesim.model.skills import competence_rows
from cascadesim.model.waits import constraints_of, waits_of
from cascadesim.model.waves import wave_rows


def _at_end(place: int) -> Measure:
    return Measure("clients", LOWER if place < 2 else NEITHER, lambda readings: float(readings.tally.at_end[place]))


def _sessions_sd(readings: Readings) -> float:
    closed, total, squares = map(readings.count, ("closed", "closed_sessions", "closed_sessions_squared"))
    return spread(closed, total, squares)


CLIENT_MEASURES: Rows = {
    **counted("clients", NEITHER, "referred"),
    **counted("clients", HIGHER, "started", "completed"),
    **counted("clients", LOWER, "dropped_out", "never_started", "reneged", "lost_on_exit"),
    "waiting_at_end": _at_end(0),
    "in_handover_at_end": _at_end(1),
    "in_care_at_end": _at_end(2),
    **counted("hand-overs", LOWER, "handed_over"),
    **counted("sessions", HIGHER, "sessions_attended"),
    "sessions_unsupervised_share": quotient(LOWER, "sessions_unsupervised", "sessions_attended"),
    "no_show_share": quotient(LOWER, "no_shows", "no_shows", "sessions_attended"),
    "coverage": quotient(HIGHER, "started", "referred"),
    "wait_mean_weeks": Measure("weeks", LOWER, lambda r: mean_weeks(r.tally.waits)),
    "wait_median_weeks": Measure("weeks", LOWER, lambda r: quantile_weeks(r.tally.waits, 1, 2)),
    "wait_p90_weeks": Measure("weeks", LOWER, lambda r: quantile_weeks(r.tally.waits, 9, 10)),
    "still_waiting_mean_weeks": Measure("weeks", LOWER, lambda r: mean_weeks(r.tally.still_waiting)),
    "first_start_week": Measure("week", LOWER, lambda r: weeks_or_never(r.tally.first_start)),
    **mean_of("clients", LOWER, "waiting"),
    **mean_of("clients", NEITHER, "in_care"),
    "sessions_mean": quotient(HIGHER, "closed_sessions", "closed", unit="sessions"),
    "sessions_sd": Measure("sessions", NEITHER, _sessions_sd),
}

_COMMITTED = (
    "rate.supervision_given",
    "rate.supervision_received",
    "rate.training_given",
    "rate.training_taken",
    "rate.clients",
    "rate.research",
    "rate.other_duties",
)


def _utilisation(readings: Readings) -> float:
    """Everything committed but the hours of the initial course, which come out of nobody's week (R2.3)."""
    return ratio(readings.area(*_COMMITTED) - readings.area("course_rate"), readings.area("available_rate"))


def _supervised(readings: Readings) -> float:
    practising = readings.area("apprentice", "active")
    return ratio(practising - readings.area("unsupervised"), practising)


_COUNTS: Rows = {
    **counted("people", NEITHER, "recruited", "entered_course"),
    **counted("people", HIGHER, "passed", "certified"),
    **counted("people", LOWER, "exited"),
}
_PURPOSES = ("supervision_given", "supervision_received", "training_given", "training_taken", "clients")
_REST: Rows = {
    **counted("courses", NEITHER, "courses_started", "courses_held"),
    **counted("courses", LOWER, "courses_cancelled", "courses_lapsed"),
    **mean_of("people", NEITHER, "candidate", "in_training", "apprentice"),
    **mean_of("people", HIGHER, "active"),
    **mean_of("people", LOWER, "unsupervised"),
    **mean_of("people", HIGHER, "delivering"),
    "utilisation": Measure("share", NEITHER, _utilisation),
    "overtime_share": share_of(LOWER, "overtime_rate", "available_rate"),
    **{f"share.{purpose}": share_of(NEITHER, f"rate.{purpose}", "available_rate") for purpose in _PURPOSES},
    "supervised_share": Measure("share", HIGHER, _supervised),
    "course_yield": quotient(HIGHER, "passed", "entered_course"),
    "certified_yield": quotient(HIGHER, "certified", "recruited"),
    "full_complement_week": Measure("week", LOWER, lambda r: weeks_or_never(r.tally.first_full[r.level])),
}
TIER_MEASURES: Rows = _COUNTS | _REST
CLIENT_REPORTS = {"referred": NEITHER, "started": HIGHER, "completed": HIGHER}
TIER_REPORTS = {"active": HIGHER, "certified": HIGHER, "delivering": HIGHER}


def _reports(plan: Plan, unit: str, directions: dict[str, str]) -> Rows:
    return {
        f"{what}_at_week_{week}": Measure(unit, direction, at_minute(what, minute))
        for week, minute in plan.reports
        for what, direction in directions.items()
    }


def _waits(wait: Wait, mechanisms: frozenset[str], unit: str) -> Rows:
    """Time spent waiting in the window, by the constraint that it is booked under (R12.1)."""
    levels = [f"waiting.{wait.name.lower()}.{constraint}" for constraint in constraints_of(wait, mechanisms)]
    return {f"{level}_weeks": Measure(unit, LOWER, _level_weeks(level)) for level in levels}


def _level_weeks(level: str) -> Value:
    return lambda readings: readings.area(level) / WEEK_MINUTES


def _brought_about(table: dict[str, Rows], mechanisms: frozenset[str]) -> Rows:
    return {name: row for mechanism, rows in table.items() if mechanism in mechanisms for name, row in rows.items()}


def client_rows(plan: Plan) -> Rows:
    """The measures of the clients, without their prefix, in order; none where the plan has no clients."""
    if plan.clients is None:
        return {}
    mechanisms = plan.clients.mechanisms
    rows = CLIENT_MEASURES | _brought_about(CLIENT_MECHANISMS, mechanisms)
    rows |= _reports(plan, "clients", CLIENT_REPORTS) | _waits(Wait.CARE, mechanisms, "client-weeks")
    return rows | class_rows(plan)


def tier_rows(plan: Plan, tier: TierPlan) -> Rows:
    """The measures of one tier, without its prefix, in order."""
    exits = counted("people", LOWER, *(f"exits.{reason}" for reason in tier.exit_names))
    rows = _COUNTS | exits | _REST | _brought_about(TIER_MECHANISMS, tier.mechanisms)
    rows |= _reports(plan, "people", TIER_REPORTS) | competence_rows(plan, tier) | wave_rows(plan, tier)
    for wait in waits_of(tier.mechanisms):
        rows |= _waits(wait, tier.mechanisms, "person-weeks")
    return rows
