"""R4: seats, groups, spans, merging, grace; who may lead and who may join."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import Check
from auditor.people import ACTIVE, EXITED, PRACTISING, Group, Worker
from auditor.replay import Replay
from auditor.rows import Row, site_of


def seat(replay: Replay, row: Row) -> Iterator[str]:
    """One seat a worker, in an open group of their tier and site that has room and whose leader may take a member."""
    worker, group = replay.worker(row.key), replay.groups.get(row.other)
    if not worker:
        return
    if not group or group.closed_at >= 0:
        yield f"{row.key} gets a seat in {row.other or 'nothing'}, which is not open"
        return
    if worker.group:
        yield f"{row.key} gets a seat in {row.other} but sits in {worker.group}"
    if group.tier is not worker.tier or group.site != worker.site:
        yield f"{row.key} gets a seat in {row.other}, a group of another tier or site"
    if not worker.deployed:
        yield f"{row.key} gets a seat, but is not deployed"
    leader = replay.worker(group.supervisor)
    if leader and (not leader.placeable or leader.away):
        yield f"{group.supervisor} is {_why_not(leader)} and gets a new member"


def leader(replay: Replay, row: Row) -> Iterator[str]:
    """Groups are opened by active workers of the tier above, to whom something new may be given (R4.2, R4.6, R5.6).

    They are of the members' site, or of another where the scenario lets them travel.
    """
    tier, worker = replay.programme.tiers[row.tier], replay.worker(row.other)
    above = replay.programme.above(tier)
    if not tier.supervision:
        yield f"{row.key} is opened, but tier {tier.name} is not supervised"
    if not worker or worker.tier is not above or worker.state != ACTIVE:
        yield f"{row.key} is led by {row.other or 'nobody'}, who is no active worker of the tier above"
        return
    if not worker.placeable:
        yield f"{row.other} is {_why_not(worker)} and opens {row.key}"
    if worker.lapsed:
        yield f"{row.other} has lapsed and opens {row.key}"
    if tier.supervision and worker.site != site_of(row.key) and not tier.supervision.across_sites:
        yield f"{row.other} opens {row.key} at another site"


def _why_not(worker: Worker) -> str:
    if worker.away:
        return "away"
    if worker.notices:
        return "on notice"
    return "about to be promoted" if worker.promoting_by >= 0 else "not deployed"


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


def leads_no_more(replay: Replay, group: Group) -> bool:
    """Whether a group has to end now: its leader has gone, is away for too long, has lapsed, or has fewer hours."""
    worker = group.leader
    if not worker or worker.exited_at == replay.now or group.shed_at == replay.now:
        return True
    if worker.away:
        return replay.now >= worker.away_since + worker.tier.hold
    plan = worker.tier.supervision
    lapsed_now = any(each.event == "lapsed" and each.key == worker.key for each in replay.instant[: replay.position])
    return plan is not None and plan.lapse_ends_groups and lapsed_now


def seat_lost(replay: Replay, row: Row) -> Iterator[str]:
    """Only the end of a group takes a seat away (R2.5, R4.4, R4.6)."""
    worker = replay.worker(row.key)
    if not worker or worker.group != row.other:
        yield f"{row.key} loses a seat in {row.other}, where they do not sit"
    elif not leads_no_more(replay, replay.groups[row.other]):
        yield f"{row.key} loses a seat in {row.other}, whose supervisor has neither left nor given it up now"


def merge(replay: Replay, row: Row) -> Iterator[str]:
    """Groups merge under one supervisor, into the older (R4.3)."""
    worker, target = replay.worker(row.key), replay.groups.get(row.other)
    source = replay.groups.get(worker.group) if worker else None
    if not source or not target or target.closed_at >= 0:
        yield f"{row.key} moves from {source.key if source else 'nowhere'} to {row.other}"
    elif source.supervisor != target.supervisor or source.order <= target.order or source.site != target.site:
        yield f"{row.key} moves from {source.key} to {target.key}, which is not an older group of the same supervisor"


def closing(replay: Replay, row: Row) -> Iterator[str]:
    group = replay.groups.get(row.key)
    if not group or not group.leader:
        return
    over = leads_no_more(replay, group)
    if group.members:
        yield f"{row.key} is closed with {len(group.members)} members"
    if row.detail not in ("empty", "merged", "dissolved") or (row.detail == "dissolved") != over:
        leader = f"{group.supervisor} {'leads it no more' if over else 'goes on'}"
        if not (over and row.detail == "empty" and group.leader.exited_at < 0):
            yield f"{row.key} is closed as {row.detail!r} while {leader}"


def groups_at_rest(replay: Replay) -> Iterator[str]:
    """At the end of an instant: no empty group, no group without a leader, no two that fit into one (R4.3, R4.4)."""
    for label in replay.touched:
        worker = replay.workers[label]
        if worker.state == EXITED and worker.leads:
            yield f"{label} has left and still leads {', '.join(sorted(worker.leads))}"
            continue
        groups = replay.open_groups(worker)
        if any(not group.members for group in groups):
            yield f"{label} leads an empty group"
        if any(group.suspended != worker.away for group in groups):
            yield f"{label} is {'away' if worker.away else 'there'}, but not every group of theirs is noted as such"
        plan = worker.tier.supervision
        if worker.lapsed and groups and plan and plan.lapse_ends_groups:
            yield f"{label} has lapsed and still leads {groups[0].key}"
        if worker.away and groups and replay.now >= worker.away_since + worker.tier.hold:
            yield f"{label} has been away since {worker.away_since} and still leads {groups[0].key}"
        for site in {group.site for group in groups} if not worker.away else ():
            sizes = sorted(len(group.members) for group in groups if group.site == site)
            plan = groups[0].tier.supervision
            if len(sizes) > 1 and plan and sizes[0] + sizes[1] <= plan.group_size:
                yield f"two groups of {label} fit into one and are not merged"


def hold_overdue(replay: Replay) -> Iterator[str]:
    """Groups of who is away are held for so long, and no longer (R4.4)."""
    for living in replay.living.values():
        for worker in living.values():
            ends = worker.away_since + worker.tier.hold
            if worker.away and worker.leads and replay.now < ends < replay.until:
                yield f"groups of {worker.key} are held after {ends}"


def suspension(replay: Replay, row: Row) -> Iterator[str]:
    """Groups are suspended when their leader goes away, and resumed when they return (R4.4)."""
    group = replay.groups.get(row.key)
    leader = group.leader if group else None
    if group and leader:
        going = leader.away and leader.away_since == row.minute and leader.tier.hold > 0
        if row.event == "group_suspended" and (not going or group.suspended):
            yield f"{row.key} is suspended, but {leader.key} has not just gone away"
        elif row.event == "group_resumed" and (leader.away or not group.suspended):
            yield f"{row.key} is resumed, but was not suspended or {leader.key} is away"


def shedding(replay: Replay, row: Row) -> Iterator[str]:
    """Whoever has more committed than their hours allow gives up groups, the newest first (R2.5)."""
    group = replay.groups.get(row.key)
    leader = group.leader if group else None
    if group and leader:
        fewer = any(each.event in ("hours_changed", "returned") and each.key == leader.key for each in replay.instant)
        if not fewer or replay.committed(leader) <= leader.stretched:
            yield f"{leader.key} gives up {row.key}, but {replay.committed(leader)} of {leader.stretched} fit"
        newest = max((replay.groups[key] for key in leader.leads), key=lambda each: (each.opened_at, each.order))
        if newest is not group:
            yield f"{leader.key} gives up {row.key}; the newest is {newest.key}"


def shed_enough(replay: Replay) -> Iterator[str]:
    for row in replay.instant:
        if row.event in ("hours_changed", "returned"):
            worker = replay.workers[row.key]
            if worker.practising and worker.leads and replay.committed(worker) > worker.stretched:
                yield f"{row.key} leads groups with {replay.committed(worker)} minutes committed of {worker.stretched}"


def flags(replay: Replay) -> Iterator[str]:
    """Unsupervised from the end of an instant that left somebody without a seat, and only then (R4.5)."""
    for label in replay.touched:
        worker = replay.workers[label]
        if worker.state not in PRACTISING:
            continue
        if not worker.supervised and worker.unsupervised_since < 0:
            yield f"{label} has no supervisor and is not noted as unsupervised"
        if worker.supervised and worker.unsupervised_since >= 0:
            yield f"{label} has a seat in {worker.group} and is noted as unsupervised"


def noted_once(replay: Replay, row: Row) -> Iterator[str]:
    worker = replay.worker(row.key)
    if worker and (worker.unsupervised_since >= 0 or worker.supervised):
        yield f"{row.key} is noted as unsupervised, but was so already or has a seat or needs none"
    if any(later.event not in PUBLISHED for later in replay.instant[replay.position :]):
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


PUBLISHED = ("unsupervised", "refresher_missed", "binding_constraint")
CHECKS = {
    "one seat, in an open group": Check("R4.2", "before", seat, ("joined_supervision",)),
    "who may lead": Check("R4.2", "before", leader, ("group_opened",)),
    "group size": Check("R4.1", "after", group_size, ("joined_supervision", "moved")),
    "span": Check("R4.1", "after", span, ("joined_supervision", "moved")),
    "seat lost": Check("R4.4", "before", seat_lost, ("left_supervision",)),
    "merge": Check("R4.3", "before", merge, ("moved",)),
    "closing": Check("R4.3", "before", closing, ("group_closed",)),
    "suspension": Check("R4.4", "before", suspension, ("group_suspended", "group_resumed")),
    "hold overdue": Check("R4.4", "instant", hold_overdue),
    "shedding": Check("R2.5", "before", shedding, ("group_shed",)),
    "hours that do not suffice": Check("R2.5", "instant", shed_enough),
    "groups at rest": Check("R4.3", "instant", groups_at_rest),
    "unsupervised flag": Check("R4.5", "instant", flags),
    "unsupervised once": Check("R4.5", "before", noted_once, ("unsupervised",)),
    "grace": Check("R4.6", "before", grace, ("lapsed",)),
    "grace overdue": Check("R4.6", "instant", grace_overdue),
}
