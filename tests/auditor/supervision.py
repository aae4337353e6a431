"""R4: seats, groups, spans, merging, grace; who may lead and who may join."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import Check
from auditor.people import ACTIVE, EXITED, PRACTISING, Worker
from auditor.replay import Replay
from auditor.rows import Row


def seat(replay: Replay, row: Row) -> Iterator[str]:
    """One seat a worker, in an open group of their tier that has room and whose leader may take a member."""
    worker, group = replay.worker(row.key), replay.groups.get(row.other)
    if not worker:
        return
    if not group or group.closed_at >= 0:
        yield f"{row.key} gets a seat in {row.other or 'nothing'}, which is not open"
        return
    if worker.group:
        yield f"{row.key} gets a seat in {row.other} but sits in {worker.group}"
    if group.tier is not worker.tier:
        yield f"{row.key} gets a seat in {row.other}, a group of another tier"
    leader = replay.worker(group.supervisor)
    if leader and leader.notices:
        yield f"{group.supervisor} is on notice and gets a new member"


def leader(replay: Replay, row: Row) -> Iterator[str]:
    """Groups are opened by active workers of the tier above, not on notice, not lapsed (R4.2, R4.6, R5.6)."""
    tier, worker = replay.programme.tiers[row.tier], replay.worker(row.other)
    above = replay.programme.above(tier)
    if not tier.supervision:
        yield f"{row.key} is opened, but tier {tier.name} is not supervised"
    if not worker or worker.tier is not above or worker.state != ACTIVE:
        yield f"{row.key} is led by {row.other or 'nobody'}, who is no active worker of the tier above"
        return
    if worker.notices:
        yield f"{row.other} is on notice and opens {row.key}"
    if worker.lapsed:
        yield f"{row.other} has lapsed and opens {row.key}"


def group_size(replay: Replay, row: Row) -> Iterator[str]:
    group = replay.groups.get(row.other)
    if group and group.tier.supervision and len(group.members) > group.tier.supervision.group_size:
        yield f"{group.key} has {len(group.members)} members, {group.tier.supervision.group_size} are allowed"


def span(replay: Replay, row: Row) -> Iterator[str]:
    group = replay.groups.get(row.other)
    leader = replay.worker(group.supervisor) if group else None
    if not group or not leader or not group.tier.supervision:
        return
    most, count = group.tier.supervision.max_supervisees, replay.supervisees(leader)
    if most is not None and count > most:
        yield f"{leader.key} supervises {count}, {most} are allowed"


def seat_lost(replay: Replay, row: Row) -> Iterator[str]:
    """Only a supervisor's exit takes a seat away (R4.4)."""
    worker = replay.worker(row.key)
    if not worker or worker.group != row.other:
        yield f"{row.key} loses a seat in {row.other}, where they do not sit"
        return
    supervisor = replay.worker(replay.groups[row.other].supervisor)
    if not supervisor or supervisor.exited_at != row.minute:
        yield f"{row.key} loses a seat in {row.other}, whose supervisor has not left now"


def merge(replay: Replay, row: Row) -> Iterator[str]:
    """Groups merge under one supervisor, into the older (R4.3)."""
    worker, target = replay.worker(row.key), replay.groups.get(row.other)
    source = replay.groups.get(worker.group) if worker else None
    if not source or not target or target.closed_at >= 0:
        yield f"{row.key} moves from {source.key if source else 'nowhere'} to {row.other}"
    elif source.supervisor != target.supervisor or source.order <= target.order:
        yield f"{row.key} moves from {source.key} to {target.key}, which is not an older group of the same supervisor"


def closing(replay: Replay, row: Row) -> Iterator[str]:
    group = replay.groups.get(row.key)
    supervisor = replay.worker(group.supervisor) if group else None
    if not group or not supervisor:
        return
    gone = supervisor.exited_at == row.minute
    if group.members:
        yield f"{row.key} is closed with {len(group.members)} members"
    if row.detail not in ("empty", "merged", "dissolved") or (row.detail == "dissolved") != gone:
        yield f"{row.key} is closed as {row.detail!r} while {group.supervisor} {'has left' if gone else 'is there'}"


def groups_at_rest(replay: Replay) -> Iterator[str]:
    """At the end of an instant: no empty group, no group without a leader, no two that fit into one (R4.3, R4.4)."""
    for label in replay.touched:
        worker = replay.workers[label]
        if worker.state == EXITED and worker.leads:
            yield f"{label} has left and still leads {', '.join(sorted(worker.leads))}"
            continue
        groups = replay.open_groups(worker)
        sizes = sorted(len(group.members) for group in groups)
        if sizes and sizes[0] == 0:
            yield f"{label} leads an empty group"
        if (
            len(sizes) > 1
            and groups[0].tier.supervision
            and sizes[0] + sizes[1] <= groups[0].tier.supervision.group_size
        ):
            yield f"two groups of {label} fit into one and are not merged"


def flags(replay: Replay) -> Iterator[str]:
    """Unsupervised from the end of an instant that left somebody without a seat, and only then (R4.5)."""
    for label in replay.touched:
        worker = replay.workers[label]
        if not worker.tier.supervision or worker.state not in PRACTISING:
            continue
        if not worker.group and worker.unsupervised_since < 0:
            yield f"{label} has no seat and is not noted as unsupervised"
        if worker.group and worker.unsupervised_since >= 0:
            yield f"{label} has a seat in {worker.group} and is noted as unsupervised"


def noted_once(replay: Replay, row: Row) -> Iterator[str]:
    worker = replay.worker(row.key)
    if worker and (worker.unsupervised_since >= 0 or worker.group or not worker.tier.supervision):
        yield f"{row.key} is noted as unsupervised, but was so already or has a seat or needs none"
    if any(later.event not in ("unsupervised", "binds") for later in replay.instant[replay.position :]):
        yield f"{row.key} is noted as unsupervised before the end of the instant"


def grace(replay: Replay, row: Row) -> Iterator[str]:
    """Grace is exact: it ends at the end of `grace_weeks` without a seat, neither before nor after (R4.5, R4.6)."""
    worker = replay.worker(row.key)
    if worker:
        if worker.unsupervised_since < 0 or worker.lapsed or not worker.tier.supervision:
            yield f"{row.key} lapses, but is supervised or has lapsed before"
        elif _grace_over(worker) != row.minute:
            yield f"{row.key} lapses at {row.minute}, but their grace ends at {_grace_over(worker)}"


def grace_overdue(replay: Replay) -> Iterator[str]:
    for tier in replay.programme.cascade:
        if tier.supervision:
            for worker in replay.living[tier.name].values():
                if worker.unsupervised_since >= 0 and not worker.lapsed and _grace_over(worker) < replay.until:
                    yield f"{worker.key} is not noted as lapsed; their grace ended at {_grace_over(worker)}"


def _grace_over(worker: Worker) -> int:
    grace = worker.tier.supervision.grace if worker.tier.supervision else 0
    return worker.unsupervised_since + max(1, grace)  # nothing is due at its own instant (R1.2)


CHECKS = {
    "one seat, in an open group": Check("R4.2", "before", seat, ("seated",)),
    "who may lead": Check("R4.2", "before", leader, ("group_opened",)),
    "group size": Check("R4.1", "after", group_size, ("seated", "moved")),
    "span": Check("R4.1", "after", span, ("seated", "moved")),
    "seat lost": Check("R4.4", "before", seat_lost, ("unseated",)),
    "merge": Check("R4.3", "before", merge, ("moved",)),
    "closing": Check("R4.3", "before", closing, ("group_closed",)),
    "groups at rest": Check("R4.3", "instant", groups_at_rest),
    "unsupervised flag": Check("R4.5", "instant", flags),
    "unsupervised once": Check("R4.5", "before", noted_once, ("unsupervised",)),
    "grace": Check("R4.6", "before", grace, ("lapsed",)),
    "grace overdue": Check("R4.6", "instant", grace_overdue),
}
