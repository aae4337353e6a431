"""Supervision as a standing commitment: who gets a place, and how groups begin (R4.1, R4.2).

How they end is in `supervision_loss.py`.
"""

from __future__ import annotations

from cascadesim.engine.apprenticeship import resume_practice
from cascadesim.engine.availability import extra_of, refresh_touched, spare
from cascadesim.engine.courses import numbered_key
from cascadesim.engine.event_log import NO_TEXT, note_group, note_in_group
from cascadesim.engine.hours_ledger import SUPERVISION_GIVEN, SUPERVISION_RECEIVED, commit, touch
from cascadesim.engine.records import (
    Pool,
    SupervisionGroup,
    SupervisionUnit,
    Worker,
    World,
    new_entry,
    new_supervision_group,
)
from cascadesim.engine.runtime.lists import insert_by_key, take_out
from cascadesim.engine.workers import mark_supervised
from cascadesim.model.enums import Event


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
    """Give places to those who wait, in order: with open cases first, then waiting longest, then key."""
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
    if unit.seats.size > 0 or unit.openers.size > 0:
        return True
    return unit.cross_site is not None and unit.cross_site.openers.size > 0


def _group_with_room(world: World, unit: SupervisionUnit, extra: int) -> SupervisionGroup:
    """The fullest group with a place whose supervisor has the extra minutes that the member takes."""
    passed_over = world.passed_over
    passed_over.clear()
    chosen = None
    entry = unit.seats.best()
    while entry is not None:
        # a plain place takes nothing of the supervisor
        if extra == 0 or extra <= spare(entry.group.supervisor):
            chosen = entry.group
            break
        passed_over.append(entry)
        entry.withdraw()
        entry = unit.seats.best()
    for entry in passed_over:
        unit.seats.put_back(entry)
    return chosen


def _open_group(world: World, unit: SupervisionUnit, extra: int) -> SupervisionGroup:
    """A new group under whoever of the site has most free minutes, else of another site if they may travel."""
    plan, cross_site = unit.plan, unit.cross_site
    supervisor = _opener(world, unit.openers, plan.group_rate + extra, -1)
    if supervisor is None and cross_site is not None:
        supervisor = _opener(world, cross_site.openers, cross_site.rate + extra, unit.site)
    if supervisor is None:
        return None
    group = new_supervision_group(world)
    group.key, group.opened = numbered_key(unit.level, unit.site, unit.groups), world.now
    group.unit, group.level, group.supervisor = unit, unit.level, supervisor
    group.rate = plan.group_rate + (plan.travel_rate if supervisor.site != unit.site else 0)
    group.seat = new_entry(world)
    group.seat.group = group
    unit.groups += 1
    insert_by_key(supervisor.leads, group)
    commit(world, supervisor, SUPERVISION_GIVEN, group.rate)
    note_group(world, Event.GROUP_OPENED, group, supervisor, NO_TEXT)
    return group


def _opener(world: World, openers: Pool, minutes: int, site: int) -> Worker:
    """The first with so many minutes who is not of this site; where the first has most, nobody else need be asked."""
    passed_over = world.passed_over
    passed_over.clear()
    chosen = None
    entry = openers.best()
    while entry is not None:
        supervisor = entry.worker
        if supervisor.site != site:
            if minutes <= spare(supervisor):
                chosen = supervisor
            if chosen is not None or openers.by_most_free:
                break
        passed_over.append(entry)
        entry.withdraw()
        entry = openers.best()
    for entry in passed_over:
        openers.put_back(entry)
    return chosen


def _seat(world: World, worker: Worker, group: SupervisionGroup, extra: int) -> None:
    supervisor = group.supervisor
    join_group(group, worker)
    supervisor.supervisees += 1
    commit(world, worker, SUPERVISION_RECEIVED, group.unit.plan.seat_rate)
    if extra != 0:
        worker.extra_rate = extra
        commit(world, supervisor, SUPERVISION_GIVEN, extra)
    mark_supervised(world, worker)
    note_in_group(world, Event.JOINED_SUPERVISION, worker, group, NO_TEXT)
    resume_practice(world, worker)
    touch(world, supervisor)
