"""The measures (KPIs) as one table: a row is a unit, which way is better, and how it is read.

Counts and integrals are of the window that `measure_from_week` opens (R1.6): what stood at its opening is
taken off. A reading `..._at_week_W` is of the programme just before the events of week W: for a tier it counts from
week 0, for clients (who belong to the window by referral date) those of the window. A measure without a denominator
(no wait where nobody started) is nan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cascadesim.model.codes import WEEK_MINUTES, Wait
from cascadesim.model.layout import PURPOSES, TIER_WAITS, constraint_names
from cascadesim.model.plan import Plan, TierPlan
from cascadesim.model.readings import Readings, mean_weeks, quantile_weeks, ratio, weeks_or_never

HIGHER, LOWER, NEITHER = "higher", "lower", ""


@dataclass(frozen=True, slots=True)
class Measure:
    """One row: `value` takes the owner's readings; `better` is higher, lower or empty where neither is."""

    unit: str
    better: str
    value: Callable[[Readings], float]


def _count(unit: str, what: str, better: str) -> tuple[str, Measure]:
    return what, Measure(unit, better, lambda readings: float(readings.count(what)))


def _mean(unit: str, what: str, better: str) -> tuple[str, Measure]:
    return f"{what}_mean", Measure(unit, better, lambda readings: readings.mean(what))


def _at_end(place: int) -> Measure:
    return Measure("clients", LOWER if place < 2 else NEITHER, lambda readings: float(readings.tally.at_end[place]))


def _share(part: str, *whole: str) -> Callable[[Readings], float]:
    return lambda readings: ratio(readings.area(part), readings.area(*whole))


CLIENT_MEASURES: dict[str, Measure] = dict(
    (
        _count("clients", "referred", NEITHER),
        _count("clients", "started", HIGHER),
        _count("clients", "completed", HIGHER),
        _count("clients", "dropped_out", LOWER),
        _count("clients", "never_started", LOWER),
        _count("clients", "reneged", LOWER),
        _count("clients", "lost_on_exit", LOWER),
        ("waiting_at_end", _at_end(0)),
        ("in_handover_at_end", _at_end(1)),
        ("in_care_at_end", _at_end(2)),
        _count("hand-overs", "handed_over", LOWER),
        _count("sessions", "sessions_attended", HIGHER),
        (
            "sessions_unsupervised_share",
            Measure("share", LOWER, lambda r: ratio(r.count("sessions_unsupervised"), r.count("sessions_attended"))),
        ),
        (
            "no_show_share",
            Measure(
                "share", LOWER, lambda r: ratio(r.count("no_shows"), r.count("no_shows") + r.count("sessions_attended"))
            ),
        ),
        ("coverage", Measure("share", HIGHER, lambda r: ratio(r.count("started"), r.count("referred")))),
        ("wait_mean_weeks", Measure("weeks", LOWER, lambda r: mean_weeks(r.tally.waits))),
        ("wait_median_weeks", Measure("weeks", LOWER, lambda r: quantile_weeks(r.tally.waits, 1, 2))),
        ("wait_p90_weeks", Measure("weeks", LOWER, lambda r: quantile_weeks(r.tally.waits, 9, 10))),
        ("still_waiting_mean_weeks", Measure("weeks", LOWER, lambda r: mean_weeks(r.tally.still_waiting))),
        ("first_start_week", Measure("week", LOWER, lambda r: weeks_or_never(r.tally.first_start))),
        _mean("clients", "waiting", LOWER),
        _mean("clients", "in_care", NEITHER),
    )
)

_USED = ("rate.supervision_given", "rate.supervision_received", "rate.training_given", "rate.clients")

TIER_COUNT_MEASURES: dict[str, Measure] = dict(
    (
        _count("people", "recruited", NEITHER),
        _count("people", "entered_course", NEITHER),
        _count("people", "passed", HIGHER),
        _count("people", "certified", HIGHER),
        _count("people", "exited", LOWER),
    )
)
COURSE_MEASURES: dict[str, Measure] = dict(
    (
        _count("courses", "courses_started", NEITHER),
        _count("courses", "courses_held", NEITHER),
        _count("courses", "courses_cancelled", LOWER),
        _count("courses", "courses_lapsed", LOWER),
    )
)
STATE_MEASURES: dict[str, Measure] = dict(
    (
        _mean("people", "candidate", NEITHER),
        _mean("people", "in_training", NEITHER),
        _mean("people", "apprentice", NEITHER),
        _mean("people", "active", HIGHER),
        _mean("people", "unsupervised", LOWER),
        _mean("people", "delivering", HIGHER),
        ("utilisation", Measure("share", NEITHER, lambda r: ratio(r.area(*_USED), r.area("available_rate")))),
        ("overtime_share", Measure("share", LOWER, _share("overtime_rate", "available_rate"))),
    )
)
SHARE_MEASURES: dict[str, Measure] = {
    f"share.{purpose}": Measure("share", NEITHER, _share(f"rate.{purpose}", "available_rate")) for purpose in PURPOSES
}


def _supervised(readings: Readings) -> float:
    practising = readings.area("apprentice", "active")
    return ratio(practising - readings.area("unsupervised"), practising)


SUPERVISED = {"supervised_share": Measure("share", HIGHER, _supervised)}
IDLE = {"idle_trained_share": Measure("share", LOWER, _share("idle_active", "active"))}
YIELD_MEASURES: dict[str, Measure] = {
    "course_yield": Measure("share", HIGHER, lambda r: ratio(r.count("passed"), r.count("entered_course"))),
    "certified_yield": Measure("share", HIGHER, lambda r: ratio(r.count("certified"), r.count("recruited"))),
    "full_complement_week": Measure("week", LOWER, lambda r: weeks_or_never(r.tally.first_full[r.level])),
}


def _reading(what: str, minute: int) -> Callable[[Readings], float]:
    return lambda readings: float(readings.reading(what, minute))


def _level_weeks(level: str) -> Callable[[Readings], float]:
    return lambda readings: readings.area(level) / WEEK_MINUTES


CLIENT_REPORTS = {"referred": NEITHER, "started": HIGHER, "completed": HIGHER}
TIER_REPORTS = {"active": HIGHER, "certified": HIGHER, "delivering": HIGHER}


def _reports(plan: Plan, unit: str, directions: dict[str, str]) -> Iterator[tuple[str, Measure]]:
    for week, minute in plan.reports:
        for what, direction in directions.items():
            yield f"{what}_at_week_{week}", Measure(unit, direction, _reading(what, minute))


def _waits(wait: Wait, unit: str) -> Iterator[tuple[str, Measure]]:
    """Time spent waiting in the window, by the constraint that it is booked under (R12.1)."""
    for constraint in constraint_names(wait):
        level = f"waiting.{wait.name.lower()}.{constraint}"
        yield f"{level}_weeks", Measure(unit, LOWER, _level_weeks(level))


def client_rows(plan: Plan) -> dict[str, Measure]:
    """The measures of the clients, without their prefix, in order."""
    return CLIENT_MEASURES | dict(_reports(plan, "clients", CLIENT_REPORTS)) | dict(_waits(Wait.CARE, "client-weeks"))


def tier_rows(plan: Plan, tier: TierPlan) -> dict[str, Measure]:
    """The measures of one tier, without its prefix, in order."""
    exits = dict(_count("people", f"exits.{reason}", LOWER) for reason in tier.exit_names)
    rows = TIER_COUNT_MEASURES | exits | COURSE_MEASURES | STATE_MEASURES | SHARE_MEASURES | SUPERVISED
    rows |= (IDLE if tier.delivers else {}) | YIELD_MEASURES | dict(_reports(plan, "people", TIER_REPORTS))
    for wait in TIER_WAITS:
        rows |= dict(_waits(wait, "person-weeks"))
    return rows
