"""How supervision groups end, are suspended, and are merged (R2.5, R4.3, R4.4)."""

from __future__ import annotations

from cascadesim.engine.compiled.apprenticeship import resume_practice
from cascadesim.engine.compiled.groups import (
    hold_group,
    hold_no_longer,
    join_group,
    lead_no_longer,
    quit_group,
)
from cascadesim.engine.compiled.ledger import (
    OTHER_DUTIES,
    SUPERVISION_GIVEN,
    SUPERVISION_RECEIVED,
    book,
    release_extra,
    touch,
)
from cascadesim.engine.compiled.memory import address, compiled
from cascadesim.engine.compiled.nouns import circle_at, group_at, slot_at, worker_at
from cascadesim.engine.compiled.people import EXITED, mark_supervised
from cascadesim.engine.compiled.plan_nouns import supervision_plan_at, tier_plan_at
from cascadesim.engine.compiled.pool import withdraw
from cascadesim.engine.compiled.record import count, note
from cascadesim.engine.compiled.texts import DISSOLVED, EMPTY, MERGED, NO_TEXT
from cascadesim.engine.compiled.vectors import TO_MERGE, push, vector
from cascadesim.model.counters import TIER_COUNTS
from cascadesim.model.enums import Event, Kind

_GROUP, _WORKER = int(Kind.GROUP), int(Kind.WORKER)
_SHED = TIER_COUNTS.index("groups_shed")
_NOTE_CLOSED, _NOTE_UNSEATED, _NOTE_SUSPENDED, _NOTE_RESUMED, _NOTE_SHED, _NOTE_MOVED = (
    int(event)
    for event in (
        Event.GROUP_CLOSED,
        Event.UNSEATED,
        Event.GROUP_SUSPENDED,
        Event.GROUP_RESUMED,
        Event.GROUP_SHED,
        Event.MOVED,
    )
)


@compiled
def _plan(group):
    return supervision_plan_at(circle_at(group.circle).plan)


@compiled
def _to_merge(S, supervisor):
    if not supervisor.merging:
        supervisor.merging = 1
        push(S, vector(S, TO_MERGE), address(supervisor))


@compiled
def give_up_seat(S, w):
    """A member has gone; their seat is free, an empty group closes."""
    if w.group == 0:
        return
    group = group_at(w.group)
    quit_group(group, w)
    if group.suspended:
        circle_at(group.circle).unpublished = 1
    supervisor = worker_at(group.supervisor)
    supervisor.supervisees -= 1
    if w.state != EXITED:
        book(S, w, SUPERVISION_RECEIVED, -w.rates[SUPERVISION_RECEIVED])
    release_extra(S, w, supervisor)
    if supervisor.state == EXITED:
        return
    if group.size == 0:
        _close(S, group, EMPTY)
    else:
        _to_merge(S, supervisor)
    touch(S, supervisor)


@compiled
def _close(S, group, why):
    supervisor, circle = worker_at(group.supervisor), circle_at(group.circle)
    lead_no_longer(supervisor, group)
    withdraw(slot_at(group.seat))
    if group.suspended:
        hold_no_longer(circle, group)
    if supervisor.state != EXITED:
        book(S, supervisor, SUPERVISION_GIVEN, -group.rate)
    note(S, _NOTE_CLOSED, _GROUP, group.key, group.level, _WORKER, supervisor.key, why, 0)


@compiled
def dissolve(S, supervisor):
    """The supervisor has gone, or leads no more: every member of every group is without a seat (R4.4)."""
    while supervisor.leads != 0:
        _dissolve(S, group_at(supervisor.leads))


@compiled
def _dissolve(S, group):
    supervisor, seat_rate = worker_at(group.supervisor), _plan(group).seat_rate
    while group.members != 0:
        w = worker_at(group.members)
        quit_group(group, w)
        supervisor.supervisees -= 1
        release_extra(S, w, supervisor)
        if w.state != EXITED:
            w.supervised = 0
            w.reserved = seat_rate
            book(S, w, SUPERVISION_RECEIVED, -w.rates[SUPERVISION_RECEIVED])
            note(S, _NOTE_UNSEATED, _WORKER, w.key, w.level, _GROUP, group.key, DISSOLVED, 0)
    circle_at(group.circle).unpublished = 1
    _close(S, group, DISSOLVED)


# --- absence ----------------------------------------------------------------------------------------------------------


@compiled
def suspend(S, supervisor):
    """The supervisor is away: the members are unsupervised, but keep their seats."""
    at = supervisor.leads
    while at != 0:
        group = group_at(at)
        circle = circle_at(group.circle)
        group.suspended = 1
        withdraw(slot_at(group.seat))
        hold_group(circle, group)
        circle.unpublished = 1
        note(S, _NOTE_SUSPENDED, _GROUP, group.key, group.level, _WORKER, supervisor.key, NO_TEXT, 0)
        member = group.members
        while member != 0:
            w = worker_at(member)
            w.supervised = 0
            touch(S, w)
            member = w.after
        at = group.after


@compiled
def resume(S, supervisor):
    """The supervisor is back: whoever kept a seat is supervised again; groups that have shrunk may merge."""
    if supervisor.leads != 0:
        _to_merge(S, supervisor)
    at = supervisor.leads
    while at != 0:
        group = group_at(at)
        circle = circle_at(group.circle)
        group.suspended = 0
        hold_no_longer(circle, group)
        circle.unpublished = 1
        note(S, _NOTE_RESUMED, _GROUP, group.key, group.level, _WORKER, supervisor.key, NO_TEXT, 0)
        member = group.members
        while member != 0:
            w = worker_at(member)
            mark_supervised(S, w)
            resume_practice(S, w)
            touch(S, w)
            member = w.after
        at = group.after


# --- fewer hours ------------------------------------------------------------------------------------------------------


@compiled
def fit(S, w):
    """Being supervised takes no more than what is left of the week; groups led go, newest first (R2.5)."""
    cap_seat(S, w)
    while w.leads != 0 and w.committed > w.limit:
        group = _newest(w)
        count(S, tier_plan_at(w.tier).counts + _SHED, 1)
        note(S, _NOTE_SHED, _GROUP, group.key, group.level, _WORKER, w.key, NO_TEXT, 0)
        _dissolve(S, group)


@compiled
def _newest(supervisor):
    found = supervisor.leads
    at = group_at(found).after
    while at != 0:
        if group_at(at).opened >= group_at(found).opened:  # of one instant the one with the highest key
            found = at
        at = group_at(at).after
    return group_at(found)


@compiled
def cap_seat(S, w):
    """Being supervised takes no more than what other duties leave of the week."""
    if w.group == 0:
        return
    left = w.limit - w.rates[OTHER_DUTIES]
    wanted = min(_plan(group_at(w.group)).seat_rate, max(0, left))
    change = wanted - w.rates[SUPERVISION_RECEIVED]
    if change != 0:
        book(S, w, SUPERVISION_RECEIVED, change)


# --- merging ----------------------------------------------------------------------------------------------------------


@compiled
def merge(S, supervisor):
    """Two groups of one supervisor, tier and site that fit into one become one; the older stays (R4.3)."""
    if supervisor.state == EXITED or supervisor.away:
        return
    at = supervisor.leads
    while at != 0:
        group = group_at(at)
        at = group.after
        home = _home(supervisor, group)
        if home != 0:
            _move_all(S, group, group_at(home))


@compiled
def _home(supervisor, group):
    """The first of the groups before this one that has seats for all of its members."""
    at, most = supervisor.leads, _plan(group).group_size
    while at != address(group):
        older = group_at(at)
        if older.circle == group.circle and older.size + group.size <= most:
            return at
        at = older.after
    return 0


@compiled
def _move_all(S, group, home):
    while group.members != 0:
        w = worker_at(group.members)
        quit_group(group, w)
        join_group(home, w)
        note(S, _NOTE_MOVED, _WORKER, w.key, w.level, _GROUP, home.key, NO_TEXT, 0)
    _close(S, group, MERGED)
