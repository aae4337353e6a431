"""Vacancies of a tier with a target: filled from the tier below, else from outside after a time (R9.1, R9.2)."""

from __future__ import annotations

from cascadesim.engine.compiled.clock import PROMOTION_DUE, VACANCY_FILLED, put
from cascadesim.engine.compiled.memory import address, compiled
from cascadesim.engine.compiled.nouns import openings_at, worker_at
from cascadesim.engine.compiled.openings import (
    OPENINGS_SIZE,
    count_vacant,
    look_above,
    promise,
    settle_promise,
    unfill,
)
from cascadesim.engine.compiled.people import ACTIVE, EXITED, VACANCY, move_up, set_promoting
from cascadesim.engine.compiled.plan_nouns import promotion_plan_at
from cascadesim.engine.compiled.record import note
from cascadesim.engine.compiled.recruitment import from_outside
from cascadesim.engine.compiled.rooms import place_of, staff_of, tier_at
from cascadesim.engine.compiled.texts import NO_TEXT
from cascadesim.engine.compiled.vectors import PRESENT, PROMOTING, READY, get, push, sort_by_key, vector
from cascadesim.model.enums import Event, Kind, Rank

_SITE, _WORKER = int(Kind.SITE), int(Kind.WORKER)
_VACANCIES, _PROMOTING = int(Event.VACANCIES), int(Event.PROMOTING)
_ARRIVAL, _DEADLINE = int(Rank.ARRIVAL), int(Rank.DEADLINE)
_VACANCY_KEY = 1 << 60  # after every other arrival of an instant
_LEVEL_BITS, _SITE_BITS = 50, 40


@compiled
def open_vacancies(S):
    """Look again at the tiers and sites whose staffing has changed."""
    S.unfilled_any = 0  # a promise here is a vacancy below, which the next pass opens
    unfilled = vector(S, READY)
    unfilled.size = 0
    for number in range(S.n_openings):
        desk = openings_at(S.openings + number * OPENINGS_SIZE)
        place = place_of(S, desk.level, desk.site)
        if place.unfilled:
            place.unfilled = 0
            push(S, unfilled, address(desk))
    for number in range(unfilled.size):
        _open(S, openings_at(get(unfilled, number)))


@compiled
def _open(S, desk):
    target, staffing = staff_of(S, desk.level, desk.site).target, place_of(S, desk.level, desk.site).staffing
    missing = target - staffing - desk.under_way - desk.unfillable - desk.promised
    _close(S, desk, min(-missing, desk.unfillable))
    while desk.unfillable > 0 and _promise(S, desk):
        desk.unfillable -= 1
        S.vacancies_changed = 1
    if missing <= 0:
        return
    note(S, _VACANCIES, _SITE, desk.site, desk.level, 0, -1, NO_TEXT, missing)
    for _ in range(missing):
        _fill(S, desk)
        desk.opened += 1
    count_vacant(S, desk.level, missing)


@compiled
def _close(S, desk, surplus):
    """Others have come meanwhile: vacancies that nobody could fill are no vacancies any more (R9.1)."""
    if surplus > 0:
        desk.unfillable -= surplus
        count_vacant(S, desk.level, -surplus)


@compiled
def _promise(S, desk):
    """Promise a vacancy to somebody of the tier below; False if nobody may be promoted (R9.2)."""
    tier = tier_at(S, desk.level)
    if tier.promotion == 0:
        return False
    plan = promotion_plan_at(tier.promotion)
    found = _eligible(S, desk.level + 1, desk.site, plan)
    if found == 0:
        return False
    w, ends = worker_at(found), S.now + plan.minutes
    desk.promised += 1
    set_promoting(S, w)
    promise(S, w, ends)
    note(S, _PROMOTING, _WORKER, w.key, w.level, 0, -1, NO_TEXT, ends)
    put(S, ends, _DEADLINE, w.key, PROMOTION_DUE, found, 0)
    return True


@compiled
def tenured(S, w):
    """Somebody has been certified for long enough to be promoted."""
    if w.state != EXITED:
        S.events += 1
        look_above(S, w)
        S.woken = 1


@compiled
def _fill(S, desk):
    if _promise(S, desk):
        return
    tier = tier_at(S, desk.level)
    desk.under_way += 1
    key = _VACANCY_KEY | desk.level << _LEVEL_BITS | desk.site << _SITE_BITS | desk.opened
    put(S, S.now + max(1, tier.lag_minutes), _ARRIVAL, key, VACANCY_FILLED, address(desk), desk.opened)


@compiled
def _eligible(S, level, site, plan):
    """Longest certified, then most competent, then lowest key, of those who may be promoted; 0 if there is nobody."""
    found, present = 0, vector(S, PRESENT + level)
    for place in range(present.size):
        at = get(present, place)
        w = worker_at(at)
        if w.state != ACTIVE or w.site != site or not w.placeable:
            continue
        if S.now - w.certified_at < plan.min_tenure_minutes or 0.0 <= w.competence < plan.min_competence:
            continue
        if found == 0 or _comes_first(w, worker_at(found)):
            found = at
    return found


@compiled
def _comes_first(w, other):
    if w.certified_at != other.certified_at:
        return w.certified_at < other.certified_at
    mine, theirs = round(w.competence * 1e9), round(other.competence * 1e9)  # the last digits tell nothing
    if mine != theirs:
        return mine > theirs
    return w.key < other.key


@compiled
def promotion_due(S, w):
    """The day by which somebody moves up."""
    if w.state != EXITED:
        S.events += 1
        S.woken = 1


@compiled
def fill_from_outside(S, desk, number):
    """Somebody comes for a vacancy, if the pool still has anybody."""
    S.events += 1
    desk.under_way -= 1
    if from_outside(S, desk.level, desk.site, VACANCY, number, 0):
        count_vacant(S, desk.level, -1)
    else:
        desk.unfillable += 1
        unfill(S, place_of(S, desk.level, desk.site))
        S.vacancies_changed = 1
    S.woken = 1


# --- promotion --------------------------------------------------------------------------------------------------------


@compiled
def due_for_promotion(S):
    """Those who move up now, in order of keys: nothing left to end, or no more time to (R9.2)."""
    promoting, ready = vector(S, PROMOTING), vector(S, READY)
    ready.size = 0
    for place in range(promoting.size):
        w = worker_at(get(promoting, place))
        if not w.away and (w.n_open == 0 or w.promoted_by <= S.now):
            push(S, ready, address(w))
    sort_by_key(ready)
    return ready


@compiled
def promote(S, w):
    """The vacancy is filled."""
    settle_promise(S, w)
    move_up(S, w)
