"""Who can give a course: trainers on offer for each kind of course and site, their choice and their release (R3.3)."""

from __future__ import annotations

from cascadesim.engine.compiled.ledger import teach
from cascadesim.engine.compiled.memory import address, allocate, compiled, load
from cascadesim.engine.compiled.nouns import GIFT, course_at, gift_at, hall_at, pool_at, slot_at, worker_at
from cascadesim.engine.compiled.pool import put_back, size, withdraw
from cascadesim.engine.compiled.record import note
from cascadesim.engine.compiled.texts import NO_TEXT
from cascadesim.engine.compiled.vectors import BEREFT, CHOSEN, PASSED_OVER, get, push, vector
from cascadesim.model.enums import Event, Kind

_WORKER, _REFRESHER, _TRAINER_JOINED = int(Kind.WORKER), int(Kind.REFRESHER), int(Event.TRAINER_JOINED)
_GIFT_SIZE = GIFT.itemsize
MASKS = 8


@compiled
def _others(hall, site):
    """How many from other sites could come to this one."""
    return size(hall.trainers) - load(hall.masks, MASKS * site)


@compiled
def on_offer(venue):
    """How many trainers could begin now."""
    there = size(venue.trainers)
    return there if venue.hall == 0 else there + _others(hall_at(venue.hall), venue.site)


@compiled
def staffed(venue):
    """Whether there are trainers enough to begin."""
    return on_offer(venue) >= venue.needed


@compiled
def failing_trainers(S, venue, mask):
    """How many trainers fail exactly these tests, those of other sites by what they would need to travel."""
    found = load(venue.masks, mask)
    if venue.hall != 0:
        for site in range(S.n_sites):
            if site != venue.site:
                found += load(hall_at(venue.hall).masks, MASKS * site + mask)
    return found


@compiled
def _gives(course, key):
    at = course.trainers
    while at != 0:
        if gift_at(at).key == key:
            return True
        at = gift_at(at).after
    return False


@compiled
def _best(S, pool, course, site, near):
    """The first in the pool who may come; whoever gives the course already is back on offer at the next look."""
    passed_over = vector(S, PASSED_OVER)
    passed_over.size = 0
    found = 0
    while pool_at(pool).root != 0:
        slot = slot_at(pool_at(pool).root)
        trainer = worker_at(slot.item)
        if not _gives(course, trainer.key) and (near or trainer.site != site):
            found = slot.item
            break
        push(S, passed_over, address(slot))
        withdraw(slot)
    for place in range(passed_over.size):
        put_back(pool, slot_at(get(passed_over, place)))
    return found


@compiled
def assign(S, venue, course):
    """Take on the best of those who can teach and do not give this course yet; False if there is nobody."""
    found, rate = _best(S, venue.trainers, course, venue.site, True), venue.rate
    if found == 0 and venue.hall != 0:
        found, rate = _best(S, hall_at(venue.hall).trainers, course, venue.site, False), hall_at(venue.hall).rate
    if found == 0:
        return False
    trainer = worker_at(found)
    _link(S, course, trainer, rate)
    teach(S, trainer, rate, course.kind == _REFRESHER)
    note(S, _TRAINER_JOINED, course.kind, course.key, course.level, _WORKER, trainer.key, NO_TEXT, 0)
    return True


@compiled
def _link(S, course, trainer, rate):
    """One more gift, among those of the course in order of keys."""
    at = S.free_gift
    if at == 0:
        at = allocate(S, _GIFT_SIZE)
    else:
        S.free_gift = gift_at(at).after
    gift = gift_at(at)
    gift.course, gift.worker, gift.key, gift.rate = address(course), address(trainer), trainer.key, rate
    gift.after_given = trainer.giving
    trainer.giving = at
    course.n_trainers += 1
    if course.trainers == 0 or gift_at(course.trainers).key > trainer.key:
        gift.after = course.trainers
        course.trainers = at
        return
    before = gift_at(course.trainers)
    while before.after != 0 and gift_at(before.after).key < trainer.key:
        before = gift_at(before.after)
    gift.after = before.after
    before.after = at


@compiled
def _unlink_from_course(course, at):
    course.n_trainers -= 1
    if course.trainers == at:
        course.trainers = gift_at(at).after
        return
    before = gift_at(course.trainers)
    while before.after != at:
        before = gift_at(before.after)
    before.after = gift_at(at).after


@compiled
def _unlink_from_trainer(trainer, at):
    if trainer.giving == at:
        trainer.giving = gift_at(at).after_given
        return
    before = gift_at(trainer.giving)
    while before.after_given != at:
        before = gift_at(before.after_given)
    before.after_given = gift_at(at).after_given


@compiled
def release(S, course):
    """The course is over: its trainers are free again; who gave it, in order of keys."""
    gave = vector(S, CHOSEN)
    gave.size = 0
    at = course.trainers
    while at != 0:
        gift = gift_at(at)
        trainer, following = worker_at(gift.worker), gift.after
        _unlink_from_trainer(trainer, at)
        trainer.last_course = S.now
        teach(S, trainer, -gift.rate, course.kind == _REFRESHER)
        push(S, gave, gift.worker)
        gift.after = S.free_gift
        S.free_gift = at
        at = following
    course.trainers = 0
    course.n_trainers = 0
    return gave


@compiled
def leave_courses(S, trainer, gone):
    """A trainer has gone or is away: a substitute has to be found for the courses that they gave (R3.6)."""
    bereft = vector(S, BEREFT)
    while trainer.giving != 0:
        at = trainer.giving
        gift = gift_at(at)
        trainer.giving = gift.after_given
        _unlink_from_course(course_at(gift.course), at)
        if not gone:
            teach(S, trainer, -gift.rate, course_at(gift.course).kind == _REFRESHER)
        push(S, bereft, gift.course)
        gift.after = S.free_gift
        S.free_gift = at


@compiled
def reserved_for_courses(reserve, w, kind):
    """What is left of a reserve for courses beside those of this kind that the worker gives now (R3.2)."""
    at = w.giving
    while at != 0:
        gift = gift_at(at)
        if course_at(gift.course).kind == kind:
            reserve -= gift.rate
        at = gift.after_given
    return max(0, reserve)
