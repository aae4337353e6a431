"""R4.2: who gets which seat, who opens a group, and that nobody is without a seat that could be had."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import Check
from auditor.people import ACTIVE, APPRENTICE, Group, Worker
from auditor.programme import Tier
from auditor.replay import Replay
from auditor.rows import Row


def extra(worker: Worker) -> int:
    """Minutes a week that a member takes from the supervisor besides the group (R2.10)."""
    return worker.tier.extra_rate if worker.state == APPRENTICE else 0


def free_seats(replay: Replay, worker: Worker) -> list[Group]:
    """Groups with a seat for somebody: fullest, then the supervisor's free minutes, then the lowest key (R4.2)."""
    plan, above, found = worker.tier.supervision, replay.programme.above(worker.tier), []
    for leader in replay.living[above.name].values() if plan and above else ():
        if leader.leads and leader.placeable and not leader.away and _under_span(replay, leader, worker.tier):
            spare = replay.lendable_to_groups(leader)
            for group in replay.open_groups(leader):
                here = group.tier is worker.tier and group.site == worker.site
                if here and len(group.members) < plan.group_size and (not extra(worker) or spare >= extra(worker)):
                    found.append((-len(group.members), -spare, group.order, group))
    return [entry[-1] for entry in sorted(found, key=lambda entry: entry[:3])]


def openers(replay: Replay, worker: Worker) -> list[Worker]:
    """Who could open a group for somebody: of the same site first, most free minutes, then the lowest key (R4.2)."""
    plan, above = worker.tier.supervision, replay.programme.above(worker.tier)
    if not plan or not above:
        return []
    found = []
    for leader in replay.living[above.name].values():
        near = leader.site == worker.site
        able = leader.state == ACTIVE and leader.placeable and not leader.lapsed and (near or plan.across_sites)
        if able and _under_span(replay, leader, worker.tier):
            spare = replay.lendable_to_groups(leader)
            if spare >= plan.group_rate + (0 if near else plan.travel_rate) + extra(worker):
                found.append((not near, -spare, leader.order, leader))
    return [entry[-1] for entry in sorted(found, key=lambda entry: entry[:3])]


def _under_span(replay: Replay, leader: Worker, tier: Tier) -> bool:
    most = tier.supervision.max_supervisees if tier.supervision else 0
    return most is None or replay.supervisees(leader) < most


def fits_own_week(replay: Replay, worker: Worker) -> bool:
    """Whether being supervised fits into somebody's own week."""
    return worker.tier.supervision is not None and replay.spare(worker) >= worker.tier.supervision.seat_rate


def seat_choice(replay: Replay, row: Row) -> Iterator[str]:
    """The fullest group with a free seat; a group that is opened for somebody is empty until they sit in it (R4.2)."""
    worker, group = replay.worker(row.key), replay.groups.get(row.other)
    if not worker or not group:
        return
    if group.members or group.opened_at != row.minute:
        best = next(iter(free_seats(replay, worker)), None)
        if best is not group:
            yield f"{row.key} sits in {row.other}; the group to sit in is {best.key if best else 'none'}"
    for other in replay.living[worker.tier.name].values():
        if other.lacks_seat and other.site == worker.site and _turn(other) < _turn(worker):
            same_needs = extra(other) <= extra(worker)
            if same_needs and fits_own_week(replay, other):
                yield f"{row.key} gets a seat before {other.key}, whose turn it is"


def _turn(worker: Worker) -> tuple[object, ...]:
    since = worker.unsupervised_since if worker.unsupervised_since >= 0 else float("inf")
    return (not worker.open_cases, since, worker.order)


def opener_choice(replay: Replay, row: Row) -> Iterator[str]:
    """A group is opened only where no seat is free, by whoever has most free minutes (R4.2)."""
    following = replay.instant[replay.position + 1] if replay.position + 1 < len(replay.instant) else None
    worker = replay.worker(following.key) if following and following.event == "joined_supervision" else None
    if not worker or not following or following.other != row.key:
        yield f"{row.key} is opened and nobody sits down in it"
        return
    if free_seats(replay, worker):
        yield f"{row.key} is opened for {worker.key}, who could sit in {free_seats(replay, worker)[0].key}"
    best = next((leader.key for leader in openers(replay, worker)), "nobody")
    if best != row.other:
        yield f"{row.key} is opened by {row.other}; next to open one is {best}"


def seat_left(replay: Replay) -> Iterator[str]:
    looked_for: set[tuple[str, str, int]] = set()  # seats are the same for all who need the same minutes
    for worker in (each for living in replay.living.values() for each in living.values()):
        need = (worker.tier.name, worker.site, extra(worker))
        if need in looked_for or not worker.lacks_seat or not fits_own_week(replay, worker):
            continue
        looked_for.add(need)
        if free_seats(replay, worker) or openers(replay, worker):
            yield f"{worker.key} has no seat, though there is one to be had"


CHECKS = {
    "choice of seat": Check("R4.2", "before", seat_choice, ("joined_supervision",)),
    "choice of supervisor": Check("R4.2", "before", opener_choice, ("group_opened",)),
    "seat left empty": Check("R4.2", "instant", seat_left),
}
