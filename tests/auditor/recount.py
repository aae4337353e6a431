"""Every KPI again, from the replay alone: counts as integers, shares and weeks as fractions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction

from auditor.amounts import WEEK
from auditor.apply_clients import OUTCOMES
from auditor.clientele import Client
from auditor.people import HANDOVER, OPEN, WAITING
from auditor.programme import Tier
from auditor.replay import PURPOSES, Replay

Number = Fraction | int | None  # None where it is undefined
AT_WEEK = re.compile(r"_at_week_(\d+)$")
COURSE_COUNTS = {
    "courses_started": "course_started",
    "courses_held": "course_ended.held",
    "courses_cancelled": "course_ended.cancelled",
    "courses_lapsed": "course_lapsed",
}


def ratio(part: int, whole: int) -> Fraction | None:
    """part / whole, None where the whole is 0."""
    return Fraction(part, whole) if whole else None


def quantile(minutes: list[int], share: Fraction) -> Fraction | None:
    """Linear interpolation between order statistics at (n - 1) share, in weeks."""
    if not minutes:
        return None
    ordered, place = sorted(minutes), (len(minutes) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return (ordered[below] + (place - below) * (ordered[above] - ordered[below])) / WEEK


def mean(minutes: list[int]) -> Fraction | None:
    """The mean of minutes, in weeks."""
    return ratio(sum(minutes), len(minutes) * WEEK)


def recount(replay: Replay) -> Iterator[tuple[str, Number]]:
    """(name, value) of every KPI that the reported ones should hold."""
    weeks = sorted({int(found[1]) for name in replay.kpis if (found := AT_WEEK.search(name))})
    if replay.programme.care:
        for name, number in _clients(replay, weeks):
            yield f"clients.{name}", number
    for tier in replay.programme.cascade:
        for name, number in _tier(replay, tier, weeks):
            yield f"tier.{tier.name}.{name}", number
    yield from _constraints(replay)


def _clients(replay: Replay, weeks: list[int]) -> Iterator[tuple[str, Number]]:
    start, end = replay.programme.measure_from, replay.programme.horizon
    everybody = list(replay.clients.values())
    counted = [client for client in everybody if client.referred_at >= start]
    begun = [client for client in counted if client.started_at >= 0]
    attended, missed = (sum(getattr(client, what) for client in counted) for what in ("attended", "no_shows"))
    yield "referred", len(counted)
    yield "started", len(begun)
    for outcome in OUTCOMES.values():
        yield outcome, _in_state(counted, outcome)
    yield "waiting_at_end", _in_state(counted, WAITING)
    yield "in_handover_at_end", _in_state(counted, HANDOVER)
    yield "in_care_at_end", _in_state(counted, *OPEN)
    yield "handed_over", sum(client.handed_over for client in counted)
    yield "sessions_attended", attended
    yield "sessions_unsupervised_share", ratio(sum(client.unsupervised_total for client in counted), attended)
    yield "no_show_share", ratio(missed, missed + attended)
    yield "coverage", ratio(len(begun), len(counted))
    waits = [client.started_at - client.referred_at for client in begun]
    yield "wait_mean_weeks", mean(waits)
    yield "wait_median_weeks", quantile(waits, Fraction(1, 2))
    yield "wait_p90_weeks", quantile(waits, Fraction(9, 10))
    yield "still_waiting_mean_weeks", mean([end - client.referred_at for client in counted if client.state == WAITING])
    starts = [client.started_at for client in everybody if client.started_at >= 0]
    yield "first_start_week", Fraction(min(starts), WEEK) if starts else None
    for level in ("waiting", "in_care"):
        yield f"{level}_mean", ratio(replay.levels.area(f"clients.{level}", start, end), end - start)
    for week in weeks:
        yield f"referred_at_week_{week}", sum(1 for client in counted if client.referred_at < week * WEEK)
        yield f"started_at_week_{week}", sum(1 for client in begun if client.started_at < week * WEEK)
        done = [client for client in counted if client.state == "completed"]
        yield f"completed_at_week_{week}", sum(1 for client in done if client.since < week * WEEK)


def _in_state(clients: Iterable[Client], *states: str) -> int:
    return sum(1 for client in clients if client.state in states)


def _tier(replay: Replay, tier: Tier, weeks: list[int]) -> Iterator[tuple[str, Number]]:
    start, end = replay.programme.measure_from, replay.programme.horizon

    def count(what: str) -> int:
        return sum(1 for minute in replay.when[tier.name, what] if minute >= start)

    def area(*levels: str) -> int:
        return sum(replay.levels.area(f"tier.{tier.name}.{level}", start, end) for level in levels)

    for what in ("recruited", "entered_course", "passed", "certified", "exited"):
        yield what, count(what)
    for reason in tier.exit_names:
        yield f"exits.{reason}", count(f"exited.{reason}")
    for name, what in COURSE_COUNTS.items():
        yield name, count(what)
    for level in ("candidate", "in_training", "apprentice", "active", "unsupervised", "delivering"):
        yield f"{level}_mean", ratio(area(level), end - start)
    available = area("available_rate")
    used = area(*(f"rate.{purpose}" for purpose in PURPOSES if purpose != "training_taken"))
    yield "utilisation", ratio(used, available)
    yield "overtime_share", ratio(area("overtime_rate"), available)
    for purpose in PURPOSES:
        yield f"share.{purpose}", ratio(area(f"rate.{purpose}"), available)
    practising = area("apprentice", "active")
    yield "supervised_share", ratio(practising - area("unsupervised"), practising)
    if tier.delivers:
        yield "idle_trained_share", ratio(area("idle_active"), area("active"))
    yield "course_yield", ratio(count("passed"), count("entered_course"))
    yield "certified_yield", ratio(count("certified"), count("recruited"))
    full = replay.first_full.get(tier.name)
    yield "full_complement_week", None if full is None else Fraction(full, WEEK)
    for week in weeks:
        for level in ("active", "delivering"):
            yield f"{level}_at_week_{week}", replay.levels.value(f"tier.{tier.name}.{level}", week * WEEK)
        yield f"certified_at_week_{week}", sum(1 for at in replay.when[tier.name, "certified"] if at < week * WEEK)


def _constraints(replay: Replay) -> Iterator[tuple[str, Number]]:
    """Time spent waiting by constraint: of every reported name, 0 where nothing was ever booked under it."""
    start, end = replay.programme.measure_from, replay.programme.horizon
    for name in replay.kpis:
        if ".waiting." in name:
            yield name, Fraction(replay.levels.area(name.removesuffix("_weeks"), start, end), WEEK)
