"""R9: who comes in and when, vacancies, promotion, and how many are left outside."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import Check
from auditor.competence import BILLION
from auditor.people import ACTIVE, Worker
from auditor.programme import Tier
from auditor.replay import Replay
from auditor.rows import Row, site_of, way_in


def missing(replay: Replay, desk: tuple[str, str]) -> int:
    """How many vacancies are still to be opened."""
    return replay.openings.targets[desk] - replay.staying(desk) - replay.openings.all(desk)


def eligible(replay: Replay, tier: Tier, site: str, minute: int | None = None) -> list[Worker]:
    """Who may be promoted into a tier, now or at `minute`: longest certified, most competent, lowest key (R9.2).

    Competence is compared in billionths.
    """
    when = replay.now if minute is None else minute
    plan, below = tier.promotion, replay.programme.below(tier)
    if not plan or not below:
        return []
    able = [
        worker
        for worker in replay.living[below.name].values()
        if worker.state == ACTIVE
        and worker.site == site
        and worker.placeable
        and when - worker.certified_at >= plan.tenure
        and (worker.competence < 0 or worker.competence >= plan.competence)
    ]
    return sorted(able, key=lambda worker: (worker.certified_at, -round(worker.competence * BILLION), worker.order))


def vacancies(replay: Replay, row: Row) -> Iterator[str]:
    """One for everybody who is missing, never twice; those whom somebody below can fill are promised (R9.1, R9.2)."""
    desk, tier = (row.tier, row.key), replay.programme.tiers[row.tier]
    wanted = missing(replay, desk) if desk in replay.openings.targets else 0
    if row.amount != wanted or not wanted:
        yield f"{row.amount} vacancies of {row.tier} open at {row.key or 'the site'}, {wanted} are missing"
    below = replay.programme.below(tier)
    promised = 0
    for later in replay.instant[replay.position + 1 :]:
        if later.event != "promoting" or not below or (later.tier, site_of(later.key)) != (below.name, row.key):
            break
        promised += 1
    able = len(eligible(replay, tier, row.key))
    if promised != min(row.amount, able):
        yield f"{promised} of {row.amount} vacancies of {row.tier} are promised, {able} below could fill one"


def vacancies_left(replay: Replay) -> Iterator[str]:
    for desk in replay.openings.targets:
        if missing(replay, desk) > 0:
            yield f"{missing(replay, desk)} of {desk[0]} are missing at {desk[1] or 'the site'}, no vacancy is open"
    for desk, number in replay.openings.expired.items():
        if number and replay.openings.pools.get(desk, 1) > 0:
            yield f"{number} vacancies of {desk[0]} are not filled, though somebody is left outside"


def offered_again(replay: Replay) -> Iterator[str]:
    """A vacancy that nobody could fill is, as soon as somebody below may be promoted (R9.2)."""
    for desk, number in replay.openings.unfillable.items():
        able = eligible(replay, replay.programme.tiers[desk[0]], desk[1], replay.until - 1) if number else []
        if able:
            yield f"{number} vacancies of {desk[0]} are open, though {able[0].key} could be promoted"


def promoting(replay: Replay, row: Row) -> Iterator[str]:
    """Whose turn it is, and how long they have to end what they have begun (R9.2)."""
    worker = replay.worker(row.key)
    above = replay.programme.above(worker.tier) if worker else None
    if not worker or not above or not above.promotion:
        yield f"{row.key} is to be promoted, but nobody is promoted from their tier"
        return
    best = next((each.key for each in eligible(replay, above, worker.site)), "nobody")
    if best != row.key:
        yield f"{row.key} is to be promoted; next is {best}"
    if row.amount != row.minute + above.promotion.minutes:
        yield f"{row.key} has to {row.amount} before promotion, not to {row.minute + above.promotion.minutes}"


def promoted(replay: Replay, row: Row) -> Iterator[str]:
    """Up when nothing is left to end, or no more time to; whoever has given notice leaves."""
    worker = replay.worker(row.key)
    if worker and row.detail == "promoted" and worker.notices:
        yield f"{row.key} moves up, but has given notice"
    if worker and row.detail == "promoted" and worker.open_cases and worker.promoting_by > row.minute:
        yield f"{row.key} moves up with {worker.open_cases} open cases before {worker.promoting_by}"


def promotion_overdue(replay: Replay) -> Iterator[str]:
    for tier in replay.programme.cascade:
        for worker in replay.living[tier.name].values():
            ready = worker.promoting_by >= 0 and not worker.away and not worker.notices
            if ready and (not worker.open_cases or worker.promoting_by < replay.until):
                yield f"{worker.key}, {worker.open_cases} open cases, has not moved up by {worker.promoting_by}"


def recruit(replay: Replay, row: Row) -> Iterator[str]:
    """By a way that the scenario has, from those who are left outside (R9.1)."""
    tier, site, way = replay.programme.tiers[row.tier], site_of(row.key), way_in(row)
    staff = tier.staff.get(site)
    vacancy_due = row.minute in replay.openings.under_way.get((tier.name, site), ())
    has = {
        "initial": staff is not None and row.minute == 0,
        "intake": staff is not None and any(minute == row.minute for minute, _ in staff.intake),
        "poisson": staff is not None and bool(staff.recruits),
        "vacancy": vacancy_due,
    }
    if not has.get(way, True):
        yield f"{row.key} comes as {way} at {row.minute}, which the scenario does not have"
    if way in ("intake", "poisson", "vacancy") and replay.openings.pools.get((tier.name, site), 1) <= 0:
        yield f"{row.key} comes, but nobody was left outside"


def intakes(replay: Replay) -> Iterator[str]:
    """Everybody planned for a date comes on it, as far as there is anybody outside."""
    for tier in replay.programme.cascade:
        for site, staff in tier.staff.items():
            planned = [(0, staff.initial, "initial")] if staff.initial else []
            for minute, count, way in planned + [(minute, count, "intake") for minute, count in staff.intake]:
                if replay.now < minute < replay.until and replay.openings.pools.get((tier.name, site), 1) > 0:
                    yield f"nobody of {tier.name} comes at {minute}, {count} are planned"
                anybody = way == "initial" or replay.openings.pools.get((tier.name, site), 1) > 0
                if minute == replay.now and anybody and way_of(replay, tier.name, site, way) != count:
                    yield f"{way_of(replay, tier.name, site, way)} of {tier.name} come at {minute}, not {count}"


def way_of(replay: Replay, tier: str, site: str, way: str) -> int:
    """How many have come to a tier and site this way now."""
    return sum(1 for row in replay.instant if way_in(row) == way and row.tier == tier and site_of(row.key) == site)


CHECKS = {
    "vacancies": Check("R9.1", "before", vacancies, ("vacancies",)),
    "vacancies left": Check("R9.1", "instant", vacancies_left),
    "vacancies offered again": Check("R9.2", "instant", offered_again),
    "whose promotion": Check("R9.2", "before", promoting, ("promoting",)),
    "promotion": Check("R9.2", "before", promoted, ("exited",)),
    "promotion overdue": Check("R9.2", "instant", promotion_overdue),
    "recruitment": Check("R9.1", "before", recruit, ("recruited",)),
    "planned recruits": Check("R9.1", "instant", intakes),
}
