"""Who goes first, and that nobody waits for what could be had: R3.3, R3.4, R4.2, R8.4 at every choice, and at rest.

The rows of a C-phase are in the order of its decisions, so the replayed state before a row is the one it was made in.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import Check
from auditor.people import ACTIVE, APPRENTICE, HANDOVER, Client, Group, Worker
from auditor.programme import Tier
from auditor.replay import Replay
from auditor.rows import Row


def by_turn(client: Client) -> tuple[object, ...]:
    """Clients: hand-over first, then time of referral, then key (R8.4)."""
    return (client.state != HANDOVER, client.referred_at, client.order)


def by_load(worker: Worker) -> tuple[object, ...]:
    """Workers for a client: practice first, fewest open cases, longest since the last start, key (R8.4, R2.9)."""
    learner = worker.state == APPRENTICE and worker.tier.practice_first
    return (not learner, len(worker.cases), worker.last_start, worker.order)


def everybody(replay: Replay) -> Iterator[Worker]:
    """Everybody who has not left."""
    for living in replay.living.values():
        yield from living.values()


def client_choice(replay: Replay, row: Row) -> Iterator[str]:
    if replay.queue:
        first = min(replay.queue.values(), key=by_turn)
        if first.key != row.key:
            yield f"{row.key} {row.event} before {first.key}, whose turn it is"
    able = [worker for worker in everybody(replay) if replay.can_see_one_more(worker)]
    best = min(able, key=by_load, default=None)
    if best is None or best.key != row.other:
        yield f"{row.key} {row.event} with {row.other}; next for a client is {best.key if best else 'nobody'}"


def client_left(replay: Replay, row: Row) -> Iterator[str]:
    if replay.queue:
        for worker in everybody(replay):
            if replay.can_see_one_more(worker):
                yield f"{len(replay.queue)} clients wait while {worker.key} could take one"


def trainers(replay: Replay, tier: Tier) -> list[Worker]:
    """Who could give a course of a tier now, best first: most free minutes, longest since their last, key (R3.3)."""
    above = replay.programme.above(tier)
    if not above or not tier.course:
        return []
    able = [
        worker
        for worker in replay.living[above.name].values()
        if worker.state == ACTIVE
        and not worker.notices
        and not worker.lapsed
        and replay.spare(worker) >= tier.course.trainer_rate
    ]
    return sorted(able, key=lambda worker: (-replay.spare(worker), worker.last_course, worker.order))


def trainer_choice(replay: Replay, row: Row) -> Iterator[str]:
    course = replay.courses.get(row.key)
    if course:
        best = next((each.key for each in trainers(replay, course.tier) if each.key not in course.trainers), "nobody")
        if best != row.other:
            yield f"{row.key} is given by {row.other}; next to give one is {best}"


def course_left(replay: Replay, row: Row) -> Iterator[str]:
    """No course waits that could start: at the end of this instant, or on a day before the next (R3.4, R3.5)."""
    for name, room in replay.rooms.items():
        tier = replay.programme.tiers[name]
        plan, waiting = tier.course, replay.waiting(name, "course")
        if not plan or waiting < plan.min_cohort:
            continue
        days = [max(replay.now, day) for day in room.dates if day + plan.window > replay.now]
        if not plan.dates:
            gathering = plan.gather if waiting < plan.max_cohort else 0
            days = [max(replay.now, room.enough_since + gathering if gathering else 0)]
        if any(day < replay.until for day in days) and len(trainers(replay, tier)) >= plan.trainers:
            yield f"{waiting} candidates of {name} wait and trainers are there; a course could start at {min(days)}"


def substitute_left(replay: Replay, row: Row) -> Iterator[str]:
    """A course that has just lost a trainer gets another if there is one (R3.6)."""
    for left in (each for each in replay.instant if each.event == "exited"):
        worker = replay.workers[left.key]
        below = replay.programme.below(worker.tier)
        for course in replay.courses.values() if below and below.course else ():
            short = course.ended_at < 0 and left.key in course.lost and len(course.trainers) < below.course.trainers
            if short and any(each.key not in course.trainers for each in trainers(replay, below)):
                yield f"{course.key} lost {left.key} and goes on with {len(course.trainers)}, though others could step in"


def extra(worker: Worker) -> int:
    """Minutes a week that a member takes from the supervisor besides the group (R2.10)."""
    return worker.tier.extra_rate if worker.state == APPRENTICE else 0


def free_seats(replay: Replay, worker: Worker) -> list[Group]:
    """Groups with a seat for somebody: fullest, then the supervisor's free minutes, then the lowest key (R4.2)."""
    plan, above, found = worker.tier.supervision, replay.programme.above(worker.tier), []
    for leader in replay.living[above.name].values() if plan and above else ():
        if leader.leads and not leader.notices and _under_span(replay, leader, worker.tier):
            spare = replay.spare(leader)
            for group in replay.open_groups(leader):
                if group.tier is worker.tier and len(group.members) < plan.group_size and spare >= extra(worker):
                    found.append((-len(group.members), -spare, group.order, group))
    return [entry[-1] for entry in sorted(found, key=lambda entry: entry[:3])]


def openers(replay: Replay, worker: Worker) -> list[Worker]:
    """Who could open a group for somebody: most free minutes, then the lowest key (R4.2)."""
    plan, above = worker.tier.supervision, replay.programme.above(worker.tier)
    if not plan or not above:
        return []
    able = [
        (-replay.spare(leader), leader.order, leader)
        for leader in replay.living[above.name].values()
        if leader.state == ACTIVE and not leader.notices and not leader.lapsed and _under_span(replay, leader, worker.tier)
    ]
    fits = [entry for entry in able if -entry[0] >= plan.group_rate + extra(worker)]
    return [entry[-1] for entry in sorted(fits, key=lambda entry: entry[:2])]


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
        if other.practising and not other.supervised and _turn(other) < _turn(worker):
            same_needs = extra(other) <= extra(worker)
            if same_needs and fits_own_week(replay, other):
                yield f"{row.key} gets a seat before {other.key}, whose turn it is"


def _turn(worker: Worker) -> tuple[object, ...]:
    since = worker.unsupervised_since if worker.unsupervised_since >= 0 else float("inf")
    return (not worker.cases, since, worker.order)


def opener_choice(replay: Replay, row: Row) -> Iterator[str]:
    """A group is opened only where no seat is free, by whoever has most free minutes (R4.2)."""
    following = replay.instant[replay.position + 1] if replay.position + 1 < len(replay.instant) else None
    worker = replay.worker(following.key) if following and following.event == "seated" else None
    if not worker or not following or following.other != row.key:
        yield f"{row.key} is opened and nobody sits down in it"
        return
    if free_seats(replay, worker):
        yield f"{row.key} is opened for {worker.key}, who could sit in {free_seats(replay, worker)[0].key}"
    best = next((leader.key for leader in openers(replay, worker)), "nobody")
    if best != row.other:
        yield f"{row.key} is opened by {row.other}; next to open one is {best}"


def seat_left(replay: Replay, row: Row) -> Iterator[str]:
    looked_for: set[tuple[str, int]] = set()  # seats are the same for everybody of one tier who needs the same minutes
    for worker in everybody(replay):
        need = (worker.tier.name, extra(worker))
        if need in looked_for or not worker.practising or worker.supervised or not fits_own_week(replay, worker):
            continue
        looked_for.add(need)
        if free_seats(replay, worker) or openers(replay, worker):
            yield f"{worker.key} has no seat, though there is one to be had"


PLACED = ("started", "not_starting", "resumed")
CHECKS = {
    "choice of client and worker": Check("R8.4", "before", client_choice, PLACED),
    "client left waiting": Check("R8.4", "instant", client_left),
    "choice of trainer": Check("R3.3", "before", trainer_choice, ("trainer_joined",)),
    "course left waiting": Check("R3.4", "instant", course_left),
    "substitute left out": Check("R3.6", "instant", substitute_left),
    "choice of seat": Check("R4.2", "before", seat_choice, ("seated",)),
    "choice of supervisor": Check("R4.2", "before", opener_choice, ("group_opened",)),
    "seat left empty": Check("R4.2", "instant", seat_left),
}
