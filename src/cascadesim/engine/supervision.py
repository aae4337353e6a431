"""Supervision as a standing commitment: who gets a place, how groups begin, are suspended, merged and end (R4)."""

from __future__ import annotations

from cascadesim.engine.apprenticeship import pause_practice, resume_practice
from cascadesim.engine.availability import extra_of, refresh_touched, spare
from cascadesim.engine.calendar import GRACE_ENDS, put
from cascadesim.engine.courses import numbered_key
from cascadesim.engine.event_log import DISSOLVED, EMPTY, MERGED, note, of_group, of_worker
from cascadesim.engine.hours_ledger import (
    OTHER_DUTIES,
    SUPERVISION_GIVEN,
    SUPERVISION_RECEIVED,
    commit,
    release_extra,
    touch,
)
from cascadesim.engine.records import (
    EXITED,
    Pool,
    PoolEntry,
    SupervisionGroup,
    SupervisionUnit,
    Worker,
    World,
)
from cascadesim.engine.runtime.fields import new
from cascadesim.engine.runtime.lists import insert_by_key, take_out, taken
from cascadesim.engine.state import count, happened, lacks_supervisor, new_entry, pass_over, put_back
from cascadesim.engine.workers import mark_supervised, mark_unsupervised
from cascadesim.model.counters import TierCount
from cascadesim.model.enums import Event, Rank


def join_group(group: SupervisionGroup, worker: Worker) -> None:
    """One more member."""
    insert_by_key(group.members, worker)
    worker.group = group


def quit_group(group: SupervisionGroup, worker: Worker) -> None:
    """One less."""
    take_out(group.members, worker)
    worker.group = None


# --- places -----------------------------------------------------------------------------------------------------------


def place_waiting(world: World, unit: SupervisionUnit) -> None:
    """Give places to those who wait (R4.2): those with open cases first, then waiting longest, then key."""
    plain, extra = True, unit.extra_rate != 0
    while (plain or extra) and _anything(unit):
        queue = _next_queue(unit, plain, extra)
        entry = queue.best()
        if entry is None:
            return
        worker = entry.worker
        minutes = extra_of(unit, worker)
        group = _group_with_room(world, unit, minutes)
        if group is None:
            group = _open_group(world, unit, minutes)
        if group is None:
            extra = False  # nothing for an active means nothing for an apprentice either
            plain = plain and queue is not unit.plain
            continue
        entry.withdraw()
        _seat(world, worker, group, minutes)
        refresh_touched(world)


def _next_queue(unit: SupervisionUnit, plain: bool, extra: bool) -> Pool:
    """The queue whose turn it is; an empty one comes last, the plain one first of two that are empty."""
    if not extra:
        return unit.plain
    if not plain:
        return unit.extra
    one, other = unit.plain.best(), unit.extra.best()
    if other is None:
        return unit.plain
    if one is None or other.precedes(one):
        return unit.extra
    return unit.plain


def _anything(unit: SupervisionUnit) -> bool:
    """Whether there is a place, or somebody who could open a group."""
    if unit.seats.size > 0 or unit.openers.pool.size > 0:
        return True
    return unit.cross_site is not None and unit.cross_site.offer.pool.size > 0


def _group_with_room(world: World, unit: SupervisionUnit, extra: int) -> SupervisionGroup:
    """The fullest group with a place (`availability` offers no other) whose supervisor has the extra minutes that the
    member takes."""
    entry = unit.seats.best()
    while entry is not None and extra != 0 and extra > spare(entry.group.supervisor):
        pass_over(world, entry)
        entry = unit.seats.best()
    put_back(world)
    return None if entry is None else entry.group


def _open_group(world: World, unit: SupervisionUnit, extra: int) -> SupervisionGroup:
    """A new group under whoever of the site has most free minutes, else of another site if they may travel."""
    plan, cross_site = unit.plan, unit.cross_site
    supervisor = _opener(world, unit.openers.pool, plan.group_rate + extra, -1)
    if supervisor is None and cross_site is not None:
        supervisor = _opener(world, cross_site.offer.pool, cross_site.rate + extra, unit.site)
    if supervisor is None:
        return None
    group = new(world, SupervisionGroup)
    group.key, group.opened = numbered_key(unit.level, unit.site, unit.groups), world.now
    group.unit, group.supervisor = unit, supervisor
    group.rate = plan.group_rate + (plan.travel_rate if supervisor.site != unit.site else 0)
    group.seat = new(world, PoolEntry)
    group.seat.group = group
    unit.groups += 1
    insert_by_key(supervisor.leads, group)
    commit(world, supervisor, SUPERVISION_GIVEN, group.rate)
    note(world, Event.GROUP_OPENED, of_group(group), of_worker(supervisor))
    return group


def _opener(world: World, openers: Pool, minutes: int, site: int) -> Worker:
    """The first with so many minutes who is not of this site; where the first has most, nobody else need be asked."""
    entry = openers.best()
    while entry is not None and (entry.worker.site == site or minutes > spare(entry.worker)):
        if entry.worker.site != site and openers.by_most_free:
            entry = None
        else:
            pass_over(world, entry)
            entry = openers.best()
    put_back(world)
    return None if entry is None else entry.worker


def _seat(world: World, worker: Worker, group: SupervisionGroup, extra: int) -> None:
    supervisor = group.supervisor
    join_group(group, worker)
    supervisor.supervisees += 1
    commit(world, worker, SUPERVISION_RECEIVED, group.unit.plan.seat_rate)
    if extra != 0:
        worker.extra_rate = extra
        commit(world, supervisor, SUPERVISION_GIVEN, extra)
    mark_supervised(world, worker)
    note(world, Event.JOINED_SUPERVISION, of_worker(worker), of_group(group))
    resume_practice(world, worker)
    touch(world, supervisor)


def _unseat(world: World, worker: Worker, group: SupervisionGroup) -> None:
    """A place less, with what it takes of both weeks."""
    quit_group(group, worker)
    group.supervisor.supervisees -= 1
    if worker.state != EXITED:
        commit(world, worker, SUPERVISION_RECEIVED, -worker.rates[SUPERVISION_RECEIVED])
    release_extra(world, worker, group.supervisor)


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
    _unseat(world, worker, group)
    if group.suspended:
        group.unit.unpublished = True
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
    note(world, Event.GROUP_CLOSED, of_group(group), of_worker(supervisor), why)


def dissolve(world: World, supervisor: Worker) -> None:
    """The supervisor has gone, or leads no more: every member of every group is without a place (R4.4)."""
    while supervisor.leads:
        _dissolve_group(world, supervisor.leads[0])


def _dissolve_group(world: World, group: SupervisionGroup) -> None:
    while group.members:
        worker = group.members[0]
        _unseat(world, worker, group)
        if worker.state != EXITED:
            worker.supervised = False
            worker.reserved = group.unit.plan.seat_rate
            note(world, Event.LEFT_SUPERVISION, of_worker(worker), of_group(group), DISSOLVED)
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
        note(world, Event.GROUP_SUSPENDED, of_group(group), of_worker(supervisor))
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
        note(world, Event.GROUP_RESUMED, of_group(group), of_worker(supervisor))
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
        count(world, worker.tier.counts + TierCount.GROUPS_SHED, 1)
        note(world, Event.GROUP_SHED, of_group(group), of_worker(worker))
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
        note(world, Event.MOVED, of_worker(worker), of_group(home))
    _close(world, group, MERGED)


# --- grace ------------------------------------------------------------------------------------------------------------


def begin_grace(world: World) -> None:
    """Whoever is still without a supervisor is unsupervised from now; their grace runs where one is required (R4.5)."""
    for worker in taken(world, world.unseated):
        if worker.unsupervised_since < 0 and lacks_supervisor(worker):
            mark_unsupervised(world, worker)
            if worker.tier.supervision is not None:
                pause_practice(world, worker)
                _run_grace(world, worker)


def _run_grace(world: World, worker: Worker) -> None:
    ends = world.now + max(1, worker.tier.supervision.grace_minutes)
    if worker.grace is None:
        worker.grace = new_entry(world, worker)
    worker.grace.minute = ends
    world.graces.offer(worker.grace, (ends, worker.key, worker.level))
    put(world, ends, Rank.DEADLINE, worker.key, GRACE_ENDS, worker, world.now)


def end_grace(world: World, worker: Worker, since: int) -> None:
    """The last day of somebody's grace."""
    if worker.state != EXITED and worker.unsupervised_since == since:
        happened(world)
