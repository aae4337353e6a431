"""The ledger of costs again: counts and integrals of the replay in the window, times unit costs, exactly (R9.4)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from auditor.amounts import HOUR, WEEK
from auditor.counters import client_counts, completions
from auditor.figures_of import Number
from auditor.programme import Tier
from auditor.recount_tiers import Totals
from auditor.replay import Replay

LEFT_OUT = ("cost.start_up", "cost.running")
"""What had been spent when care first began depends on the order within that instant, of which no counts are kept here;
`tests/model/test_costs_from_the_log.py` counts both from the log.
"""


def money(replay: Replay) -> Iterator[tuple[str, Number]]:
    """Every KPI of costs. A line that came to nothing has to be there only if its unit cost is."""
    lines = dict(_lines(replay))
    total = sum(lines.values(), Fraction(0))
    found: dict[str, Number] = {"total": total, "replacing_share": _replacing(replay) / total if total else None}
    cascade = replay.programme.cascade
    at_work = [tier for tier in cascade if tier.delivers] or [cascade[-1]]
    certified = sum(Totals(replay, tier, 0).newly("certified") for tier in at_work)
    making = sum((_making(Totals(replay, tier, 0)) for tier in cascade), Fraction(0))
    found["per_certified"] = making / certified if certified else None
    if replay.programme.care:
        completed, sessions = completions(replay, replay.programme.measure_from), _given(replay, "sessions_given")
        found["per_completed"] = total / completed if completed else None
        found["per_session"] = total / sessions if sessions else None
    for name, number in (*found.items(), *lines.items()):
        if f"cost.{name}" in replay.kpis or (total and name in found) or lines.get(name):
            yield f"cost.{name}", number


def _lines(replay: Replay) -> Iterator[tuple[str, Fraction]]:
    programme = replay.programme
    weeks = Fraction(programme.horizon - programme.measure_from, WEEK)
    once = programme.costs.programme["start_up_cost"] if programme.measure_from == 0 else 0
    yield "programme", once + programme.costs.programme["week_cost"] * weeks
    trainings = Fraction(0)
    for (state, _), held in replay.organisation.lifts.items():
        inside = sum(1 for minute in held if minute >= programme.measure_from)
        trainings += programme.costs.trainings[state] * inside
    yield "organisation", trainings
    if programme.care:
        for name, spent in _of_clients(replay):
            yield f"clients.{name}", spent
    for tier in programme.cascade:
        for name, spent in _of_tier(Totals(replay, tier)):
            yield f"tier.{tier.name}.{name}", spent


def _of_clients(replay: Replay) -> Iterator[tuple[str, Fraction]]:
    """Referral and screening of everybody who might be a client; sessions and interpreters whenever they were there."""
    counts, costs = client_counts(replay), replay.programme.costs
    come = counts["clients.referred"] + counts["clients.screened_out"]
    yield "referral", costs.clients["referral_cost"] * come
    yield "screening", costs.clients["screening_hour_cost"] * Fraction(costs.screening * come, HOUR)
    yield "sessions", costs.clients["session_cost"] * _given(replay, "sessions_given")
    minutes = _given(replay, "interpreter_minutes")
    yield "interpreters", costs.clients["interpreter_hour_cost"] * Fraction(minutes, HOUR)


def _of_tier(totals: Totals) -> Iterator[tuple[str, Fraction]]:
    prices = _prices(totals)
    yield "recruitment", _recruitment(totals)
    yield "training", _courses(totals) + _hours(totals, "rate.training_given", "rate.training_taken")
    yield "refreshers", prices["refresher_cost"] * totals.count("refreshers_started")
    yield "supervision", _hours(totals, "rate.supervision_given", "rate.supervision_received")
    for purpose in ("clients", "research", "other_duties"):
        yield purpose, _hours(totals, f"rate.{purpose}")
    yield "service", prices["week_cost"] * Fraction(totals.area(*SERVICE), WEEK)
    yield "incentive", sum((_measure(totals, *measure) for measure in _measures(totals.tier)), Fraction(0))


SERVICE = ("apprentice", "active", "absent")


def _measures(tier: Tier) -> Iterator[tuple[Fraction, int, int | None]]:
    for each in tier.measures:
        yield each.week_cost, each.start, each.end


def _measure(totals: Totals, week_cost: Fraction, start: int, end: int | None) -> Fraction:
    """What a measure costs: of everybody in service while it is in force within the window."""
    begin = max(start, totals.start)
    over = totals.end if end is None else min(end, totals.end)
    levels = (f"tier.{totals.tier.name}.{state}" for state in SERVICE)
    minutes = sum(totals.replay.levels.area(level, begin, over) for level in levels) if over > begin else 0
    return week_cost * Fraction(minutes, WEEK)


def _recruitment(totals: Totals) -> Fraction:
    """Of those from outside: neither there from the start nor promoted."""
    return _prices(totals)["recruit_cost"] * (totals.newly("recruited") - totals.count("promoted_in"))


def _courses(totals: Totals) -> Fraction:
    prices = _prices(totals)
    held = prices["course_cost"] * totals.count("courses_started")
    return held + prices["trainee_cost"] * totals.count("entered_course")


def _hours(totals: Totals, *levels: str) -> Fraction:
    """What the hours behind these levels, in minutes a week, cost."""
    return _prices(totals)["hour_cost"] * Fraction(totals.area(*levels), WEEK * HOUR)


def _prices(totals: Totals) -> dict[str, Fraction]:
    return dict(totals.replay.programme.costs.tiers[totals.tier.name])


def _given(replay: Replay, what: str) -> int:
    """Sessions or minutes of interpreters in the window of time, whoever they were for."""
    return sum(amount for minute, amount in replay.given[what] if minute >= replay.programme.measure_from)


def _making(totals: Totals) -> Fraction:
    """Recruits and initial courses of a tier, hours of trainees and trainers with them."""
    found = _recruitment(totals) + _courses(totals) + _hours(totals, "course_rate")
    above = totals.replay.programme.above(totals.tier)
    if above and totals.tier.stages:
        trainers = Totals(totals.replay, above, totals.start)
        found += _hours(trainers, "rate.training_given") - _hours(trainers, "refresher_rate")
    return found


def _replacing(replay: Replay) -> Fraction:
    """The same for the share of recruits who replace leavers."""
    found = Fraction(0)
    for totals in (Totals(replay, tier) for tier in replay.programme.cascade):
        if totals.newly("recruited"):
            found += _making(totals) * Fraction(totals.count("recruited_replacing"), totals.newly("recruited"))
    return found
