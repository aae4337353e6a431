"""Supervision as a standing commitment: who gets a seat, and how groups begin (R4.1, R4.2). How they end is in
`dissolution.py`."""

from __future__ import annotations

from cascadesim.engine.compiled.apprenticeship import resume_practice
from cascadesim.engine.compiled.groups import join_group, lead
from cascadesim.engine.compiled.ledger import SUPERVISION_GIVEN, SUPERVISION_RECEIVED, book, touch
from cascadesim.engine.compiled.memory import address, allocate, compiled
from cascadesim.engine.compiled.nouns import GROUP, beyond_at, circle_at, group_at, pool_at, slot_at, worker_at
from cascadesim.engine.compiled.offers import extra_of, refresh_touched, spare
from cascadesim.engine.compiled.people import mark_supervised
from cascadesim.engine.compiled.plan_nouns import supervision_plan_at
from cascadesim.engine.compiled.pool import best, new_slots, precedes, put_back, withdraw
from cascadesim.engine.compiled.record import note
from cascadesim.engine.compiled.texts import NO_TEXT
from cascadesim.engine.compiled.training import numbered_key
from cascadesim.engine.compiled.vectors import PASSED_OVER, get, push, vector
from cascadesim.model.enums import Event, Kind

_GROUP, _WORKER = int(Kind.GROUP), int(Kind.WORKER)
_NOTE_OPENED, _NOTE_SEATED = int(Event.GROUP_OPENED), int(Event.SEATED)
_GROUP_SIZE = GROUP.itemsize


@compiled
def place_waiting(S, circle):
    """Give seats to those who wait, in order: with open cases first, then waiting longest, then key."""
    plain, extra = True, circle.extra_rate != 0
    while (plain or extra) and _anything(circle):
        queue = _next_queue(circle, plain, extra)
        if best(queue) == 0:
            return
        w = worker_at(best(queue))
        minutes = extra_of(circle, w)
        found = _free_seat(S, circle, minutes)
        if found == 0:
            found = _open_group(S, circle, minutes)
        if found == 0:
            extra = False  # nothing for an active means nothing for an apprentice either
            plain = plain and queue != circle.plain
            continue
        withdraw(slot_at(w.queue))
        _seat(S, w, group_at(found), minutes)
        refresh_touched(S)


@compiled
def _next_queue(circle, plain, extra):
    """The queue whose turn it is; an empty one comes last, the plain one first of two that are empty."""
    if not extra:
        return circle.plain
    if not plain:
        return circle.extra
    one, other = pool_at(circle.plain).root, pool_at(circle.extra).root
    if other == 0:
        return circle.plain
    if one == 0 or precedes(slot_at(other), slot_at(one)):
        return circle.extra
    return circle.plain


@compiled
def _anything(circle):
    if pool_at(circle.seats).root != 0 or pool_at(circle.openers).root != 0:
        return True
    return circle.beyond != 0 and pool_at(beyond_at(circle.beyond).openers).root != 0


@compiled
def _free_seat(S, circle, extra):
    """The fullest group with a seat whose supervisor has the extra minutes that the member takes."""
    passed_over = vector(S, PASSED_OVER)
    passed_over.size = 0
    found = 0
    while pool_at(circle.seats).root != 0:
        slot = slot_at(pool_at(circle.seats).root)
        # a plain seat takes nothing of the supervisor
        if extra == 0 or extra <= spare(worker_at(group_at(slot.item).supervisor)):
            found = slot.item
            break
        push(S, passed_over, address(slot))
        withdraw(slot)
    for place in range(passed_over.size):
        put_back(circle.seats, slot_at(get(passed_over, place)))
    return found


@compiled
def _open_group(S, circle, extra):
    """A new group under whoever of the site has most free minutes, else of another site if they may travel."""
    plan = supervision_plan_at(circle.plan)
    found = best(circle.openers)
    if found == 0 or plan.group_rate + extra > spare(worker_at(found)):
        found = _from_beyond(S, circle, extra)
        if found == 0:
            return 0
    supervisor = worker_at(found)
    group = group_at(allocate(S, _GROUP_SIZE))
    group.key, group.opened = numbered_key(circle.level, circle.site, circle.groups), S.now
    group.circle, group.level, group.supervisor = address(circle), circle.level, found
    group.rate = plan.group_rate + (plan.travel_rate if supervisor.site != circle.site else 0)
    group.seat = new_slots(S, 1, address(group))
    circle.groups += 1
    lead(supervisor, group)
    book(S, supervisor, SUPERVISION_GIVEN, group.rate)
    note(S, _NOTE_OPENED, _GROUP, group.key, group.level, _WORKER, supervisor.key, NO_TEXT, 0)
    return address(group)


@compiled
def _from_beyond(S, circle, extra):
    if circle.beyond == 0:
        return 0
    beyond = beyond_at(circle.beyond)
    passed_over = vector(S, PASSED_OVER)
    passed_over.size = 0
    found = 0
    while pool_at(beyond.openers).root != 0:
        slot = slot_at(pool_at(beyond.openers).root)
        supervisor = worker_at(slot.item)
        if supervisor.site != circle.site:
            if beyond.rate + extra <= spare(supervisor):
                found = slot.item
            break
        push(S, passed_over, address(slot))
        withdraw(slot)
    for place in range(passed_over.size):
        put_back(beyond.openers, slot_at(get(passed_over, place)))
    return found


@compiled
def _seat(S, w, group, extra):
    supervisor = worker_at(group.supervisor)
    join_group(group, w)
    supervisor.supervisees += 1
    book(S, w, SUPERVISION_RECEIVED, supervision_plan_at(circle_at(group.circle).plan).seat_rate)
    if extra != 0:
        w.extra_rate = extra
        book(S, supervisor, SUPERVISION_GIVEN, extra)
    mark_supervised(S, w)
    note(S, _NOTE_SEATED, _WORKER, w.key, w.level, _GROUP, group.key, NO_TEXT, 0)
    resume_practice(S, w)
    touch(S, supervisor)
