"""How supervision groups end, are suspended and merged, and how long being without is tolerated (R4.3 to R4.6)."""

from __future__ import annotations

from cascadesim.engine.apprenticeship import pause_practice, resume_practice
from cascadesim.engine.calendar import GRACE_ENDS, put
from cascadesim.engine.event_log import DISSOLVED, EMPTY, MERGED, NO_TEXT, note_group, note_in_group, note_worker
from cascadesim.engine.hours_ledger import (
    OTHER_DUTIES,
    SUPERVISION_GIVEN,
    SUPERVISION_RECEIVED,
    commit,
    release_extra,
    touch,
)
from cascadesim.engine.life_events import new_deadline
from cascadesim.engine.records import ACTIVE, APPRENTICE, EXITED, SupervisionGroup, Worker, World
from cascadesim.engine.runtime.lists import sort_by_key, take_out
from cascadesim.engine.state import count
from cascadesim.engine.supervision import join_group, quit_group
from cascadesim.engine.workers import mark_supervised, mark_unsupervised
from cascadesim.model.counters import TIER_COUNTS
from cascadesim.model.enums import Event, Rank

_SHED = TIER_COUNTS.index("groups_shed")


def _merge_later(world: World, supervisor: Worker) -> None:
    if not supervisor.merging:
        supervisor.merging = True
        world.to_merge.append(supervisor)


def give_up_seat(world: World, worker: Worker) -> None:
    """A member has gone; their place is free, an empty group closes."""
    group = worker.group
    if group is None:
        return
    supervisor = group.supervisor
    quit_group(group, worker)
    if group.suspended:
        group.unit.unpublished = True
    supervisor.supervisees -= 1
    if worker.state != EXITED:
        commit(world, worker, SUPERVISION_RECEIVED, -worker.rates[SUPERVISION_RECEIVED])
    release_extra(world, worker, supervisor)
    if supervisor.state == EXITED:
        return
    if not group.members:
        _close(world, group, EMPTY)
    else:
        _merge_later(world, supervisor)
    touch(world, supervisor)


def _close(world: World, group: SupervisionGroup, why: int) -> None:
    supervisor = group.supervisor
    take_out(supervisor.leads, group)
    group.seat.withdraw()
    if group.suspended:
        take_out(group.unit.suspended, group)
    if supervisor.state != EXITED:
        commit(world, supervisor, SUPERVISION_GIVEN, -group.rate)
    note_group(world, Event.GROUP_CLOSED, group, supervisor, why)


def dissolve(world: World, supervisor: Worker) -> None:
    """The supervisor has gone, or leads no more: every member of every group is without a place (R4.4)."""
    while supervisor.leads:
        _dissolve_group(world, supervisor.leads[0])


def _dissolve_group(world: World, group: SupervisionGroup) -> None:
    supervisor = group.supervisor
    while group.members:
        worker = group.members[0]
        quit_group(group, worker)
        supervisor.supervisees -= 1
        release_extra(world, worker, supervisor)
        if worker.state != EXITED:
            worker.supervised = False
            worker.reserved = group.unit.plan.seat_rate
            commit(world, worker, SUPERVISION_RECEIVED, -worker.rates[SUPERVISION_RECEIVED])
            note_in_group(world, Event.LEFT_SUPERVISION, worker, group, DISSOLVED)
    group.unit.unpublished = True
    _close(world, group, DISSOLVED)


# --- absence ----------------------------------------------------------------------------------------------------------


def suspend(world: World, supervisor: Worker) -> None:
    """The supervisor is away: the members are unsupervised, but keep their places."""
    for group in supervisor.leads:
        group.suspended = True
        group.seat.withdraw()
        group.unit.suspended.append(group)
        group.unit.unpublished = True
        note_group(world, Event.GROUP_SUSPENDED, group, supervisor, NO_TEXT)
        for worker in group.members:
            worker.supervised = False
            touch(world, worker)


def resume(world: World, supervisor: Worker) -> None:
    """The supervisor is back: whoever kept a place is supervised again; groups that have shrunk may merge."""
    if supervisor.leads:
        _merge_later(world, supervisor)
    for group in supervisor.leads:
        group.suspended = False
        take_out(group.unit.suspended, group)
        group.unit.unpublished = True
        note_group(world, Event.GROUP_RESUMED, group, supervisor, NO_TEXT)
        for worker in group.members:
            mark_supervised(world, worker)
            resume_practice(world, worker)
            touch(world, worker)


# --- fewer hours ------------------------------------------------------------------------------------------------------


def fit_week(world: World, worker: Worker) -> None:
    """Being supervised takes no more than what is left of the week; groups led go, newest first (R2.5)."""
    cap_seat(world, worker)
    while worker.leads and worker.committed > worker.limit:
        group = _newest(worker)
        count(world, worker.tier.counts + _SHED, 1)
        note_group(world, Event.GROUP_SHED, group, worker, NO_TEXT)
        _dissolve_group(world, group)


def _newest(supervisor: Worker) -> SupervisionGroup:
    newest = supervisor.leads[0]
    for group in supervisor.leads:
        if group.opened >= newest.opened:  # of one instant the one with the highest key
            newest = group
    return newest


def cap_seat(world: World, worker: Worker) -> None:
    """Being supervised takes no more than what other duties leave of the week."""
    if worker.group is None:
        return
    left = worker.limit - worker.rates[OTHER_DUTIES]
    rate = min(worker.group.unit.plan.seat_rate, max(0, left))
    change = rate - worker.rates[SUPERVISION_RECEIVED]
    if change != 0:
        commit(world, worker, SUPERVISION_RECEIVED, change)


# --- merging ----------------------------------------------------------------------------------------------------------


def merge_groups(world: World, supervisor: Worker) -> None:
    """Two groups of one supervisor, tier and site that fit into one become one; the older stays (R4.3)."""
    if supervisor.state == EXITED or supervisor.away:
        return
    place = 0
    while place < len(supervisor.leads):
        group = supervisor.leads[place]
        home = _older_with_room(supervisor, group)
        if home is None:
            place += 1
        else:
            _move_all(world, group, home)


def _older_with_room(supervisor: Worker, group: SupervisionGroup) -> SupervisionGroup:
    """The first of the groups before this one that has places for all of its members."""
    most = group.unit.plan.group_size
    for older in supervisor.leads:
        if older is group:
            return None
        if older.unit is group.unit and len(older.members) + len(group.members) <= most:
            return older
    return None


def _move_all(world: World, group: SupervisionGroup, home: SupervisionGroup) -> None:
    while group.members:
        worker = group.members[0]
        quit_group(group, worker)
        join_group(home, worker)
        note_in_group(world, Event.MOVED, worker, home, NO_TEXT)
    _close(world, group, MERGED)


# --- grace ------------------------------------------------------------------------------------------------------------


def begin_grace(world: World) -> None:
    """Whoever is still without a place is unsupervised from now; their grace runs (R4.5)."""
    unseated = world.unseated
    sort_by_key(unseated)
    for worker in unseated:
        practises = worker.state == APPRENTICE or worker.state == ACTIVE
        if practises and not worker.supervised and worker.unsupervised_since < 0:
            mark_unsupervised(world, worker)
            pause_practice(world, worker)
            ends = world.now + max(1, worker.tier.supervision.grace_minutes)
            if worker.grace is None:
                worker.grace = new_deadline(world, worker)
            worker.grace.minute, worker.grace.number = ends, world.now
            world.graces.offer(worker.grace, (ends, worker.key, worker.level))
            put(world, ends, Rank.DEADLINE, worker.key, GRACE_ENDS, worker, world.now)
    unseated.clear()


def end_grace(world: World, worker: Worker, since: int) -> None:
    """The last day of somebody's grace."""
    if worker.state != EXITED and worker.unsupervised_since == since:
        world.events += 1
        world.c_phase_pending = True


def expired_graces(world: World) -> list[Worker]:
    """Those whose grace has run out and who are still unsupervised, in ascending key (R4.6)."""
    expired = world.grace_expired
    expired.clear()
    entry = world.graces.best()
    while entry is not None and entry.minute <= world.now:
        worker = entry.worker
        if worker.state != EXITED and worker.unsupervised_since == entry.number:
            expired.append(worker)
        entry.withdraw()
        entry = world.graces.best()
    sort_by_key(expired)
    return expired


def mark_lapsed(world: World, worker: Worker) -> None:
    """Grace is over: the worker opens no group and gives no course until supervised again."""
    worker.lapsed = True
    note_worker(world, Event.LAPSED, worker, NO_TEXT, 0)
    touch(world, worker)
