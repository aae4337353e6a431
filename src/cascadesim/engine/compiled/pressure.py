"""What hastens or holds back the clocks of workers: hazard ratios, frailty, engagement, strain (R5.8, R5.9)."""

from __future__ import annotations

from cascadesim.engine.compiled.clock import ENGAGEMENT, put
from cascadesim.engine.compiled.ledger import utilisation
from cascadesim.engine.compiled.lives import respond
from cascadesim.engine.compiled.memory import address, compiled, load_float
from cascadesim.engine.compiled.nouns import STATE_LEVEL, state_level_at, worker_at
from cascadesim.engine.compiled.plan_nouns import (
    ENGAGEMENT as ENGAGEMENT_NOUN,
)
from cascadesim.engine.compiled.plan_nouns import (
    engagement_at,
    strain_plan_at,
    supervision_plan_at,
    tier_plan_at,
)
from cascadesim.engine.compiled.record import note
from cascadesim.engine.compiled.rooms import level_state, tier_at
from cascadesim.engine.compiled.texts import NO_TEXT
from cascadesim.engine.compiled.vectors import PRESENT, UNAIMED, get, pop, push, vector
from cascadesim.engine.compiled.whereabouts import sorted_present
from cascadesim.model.dynamics import strain_after, strain_target
from cascadesim.model.enums import Event, Kind, Rank, WorkerState
from cascadesim.model.hazards import raised

_MEASURE_SIZE, _STATE_SIZE = ENGAGEMENT_NOUN.itemsize, STATE_LEVEL.itemsize
_LIFT, _WORKER, _STRAINED = int(Rank.LIFT), int(Kind.WORKER), int(Event.STRAINED)
_APPRENTICE, _ACTIVE, _ABSENT, _EXITED = (
    int(WorkerState.APPRENTICE),
    int(WorkerState.ACTIVE),
    int(WorkerState.ABSENT),
    int(WorkerState.EXITED),
)
_ENGAGEMENT_KEY = 1 << 32  # after the workplace trainings of an instant


@compiled
def unaim(S, w):
    """Something has changed to which the worker's clocks may respond; they are set again at the end."""
    if not w.unaimed and tier_plan_at(w.tier).responsive:
        w.unaimed = 1
        push(S, vector(S, UNAIMED), address(w))


@compiled
def begin_pressure(S):
    """Put the beginning and the end of each engagement measure on the clock."""
    for level in range(S.n_tiers):
        tier = tier_at(S, level)
        for number in range(tier.n_engagement):
            measure = engagement_at(tier.engagement + number * _MEASURE_SIZE)
            key = _ENGAGEMENT_KEY + (level << 16) + number
            if measure.from_minute > 0:
                put(S, measure.from_minute, _LIFT, key, ENGAGEMENT, level, 0)
            if measure.until_minute > 0:
                put(S, measure.until_minute, _LIFT, key, ENGAGEMENT, level, 0)
        _engage(S, level)


@compiled
def switch(S, level):
    """A measure begins or ends."""
    S.events += 1
    _engage(S, level)
    present = vector(S, PRESENT + level)
    for place in range(present.size):
        unaim(S, worker_at(get(present, place)))
    S.woken = 1


@compiled
def _engage(S, level):
    """The factors of the measures in force now, multiplied in the order of their names."""
    tier, state = tier_at(S, level), level_state(S, level)
    leaving = absence = attendance = 1.0
    if tier.supervision != 0:
        attendance = supervision_plan_at(tier.supervision).attendance
    for number in range(tier.n_engagement):
        measure = engagement_at(tier.engagement + number * _MEASURE_SIZE)
        if measure.from_minute <= S.now < measure.until_minute:
            leaving *= measure.leaving_ratio
            absence *= measure.absence_ratio
            attendance *= measure.attendance_ratio
    state.leaving_factor, state.absence_factor, state.attendance = leaving, absence, min(1.0, attendance)


@compiled
def _product(S, w):
    """What all reasons have in common: a product in a fixed order."""
    tier = tier_plan_at(w.tier)
    product = w.frailty * tier.constant
    if w.unsupervised_since >= 0:
        product *= tier.unsupervised_ratio
    if w.missed_refresher:
        product *= tier.missed_refresher_ratio
    product *= raised(tier.strain_ratio, w.strain)
    for state in range(S.n_states):
        published = state_level_at(S.state_levels + (state * S.n_sites + w.site) * _STATE_SIZE).published
        product *= raised(load_float(tier.state_ratios, state), 1.0 - published)
    return product


@compiled
def set_multipliers(S, w):
    """The multipliers with which somebody begins, before their clocks are set."""
    if tier_plan_at(w.tier).responsive:
        product, state = _product(S, w), level_state(S, w.level)
        w.leaving_multiplier, w.absence_multiplier = product * state.leaving_factor, product * state.absence_factor


@compiled
def aim_clocks(S):
    """Let everybody respond whose multipliers have changed in this instant."""
    unaimed = vector(S, UNAIMED)
    while unaimed.size > 0:
        w = worker_at(pop(unaimed))
        w.unaimed = 0
        if w.state != _EXITED:
            product, state = _product(S, w), level_state(S, w.level)
            leaving, absence = product * state.leaving_factor, product * state.absence_factor
            if leaving != w.leaving_multiplier or absence != w.absence_multiplier:
                respond(S, w, leaving, absence)


@compiled
def review_strain(S):
    """Strain follows the load of the weeks since the last review (R5.9)."""
    for level in range(S.n_tiers):
        tier = tier_at(S, level)
        if tier.strain != 0:
            present = sorted_present(S, level)
            for place in range(present.size):
                w = worker_at(get(present, place))
                if w.state == _APPRENTICE or w.state == _ACTIVE or w.state == _ABSENT:
                    _strain(S, w, strain_plan_at(tier.strain), tier.overtime_fraction)


@compiled
def _strain(S, w, plan, overtime):
    elapsed = S.now - w.strained_at  # less than a review for who began since the last one
    w.strained_at = S.now
    target = strain_target(utilisation(S, w), plan.comfort, overtime)
    strain = strain_after(w.strain, target, plan.half_life_minutes, plan.recovery_half_life_minutes, float(elapsed))
    if strain != w.strain:
        w.strain = strain
        unaim(S, w)
        note(S, _STRAINED, _WORKER, w.key, w.level, 0, -1, NO_TEXT, round(strain * 1e9))
