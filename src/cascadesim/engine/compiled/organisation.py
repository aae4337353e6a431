"""States of the workplaces: they decay, whole-of-workplace trainings lift them, reviews publish them (R7)."""

from __future__ import annotations

from cascadesim.engine.compiled.clock import LIFTED, REVIEW, TRAINING_ENDS, put
from cascadesim.engine.compiled.ledger import OTHER_DUTIES, book
from cascadesim.engine.compiled.memory import address, compiled, load, load_float
from cascadesim.engine.compiled.nouns import STATE_LEVEL, state_level_at, worker_at
from cascadesim.engine.compiled.plan_nouns import (
    STATE_PLAN,
    STATE_SITE,
    state_plan_at,
    state_site_at,
    tier_plan_at,
)
from cascadesim.engine.compiled.pressure import unaim
from cascadesim.engine.compiled.record import count, note
from cascadesim.engine.compiled.rooms import place_of, tier_at
from cascadesim.engine.compiled.vectors import CHANGED, PRESENT, get, push, vector
from cascadesim.engine.compiled.whereabouts import sorted_present
from cascadesim.model.dynamics import decayed_level, lifted
from cascadesim.model.enums import Event, Kind, Rank, WorkerState
from cascadesim.model.hazards import raised
from cascadesim.model.units import WEEK_MINUTES, whole_minutes_lost

_PLAN_SIZE, _SITE_SIZE, _LEVEL_SIZE = STATE_PLAN.itemsize, STATE_SITE.itemsize, STATE_LEVEL.itemsize
_LIFT, _REVIEW = int(Rank.LIFT), int(Rank.REVIEW)
_STATE, _SITE = int(Kind.STATE), int(Kind.SITE)
_WORKPLACE_TRAINING, _PUBLISHED = int(Event.WORKPLACE_TRAINING), int(Event.PUBLISHED)
_APPRENTICE, _ACTIVE, _ABSENT = int(WorkerState.APPRENTICE), int(WorkerState.ACTIVE), int(WorkerState.ABSENT)
_SITE_BITS = 8
_END_KEY = 1 << 24  # trainings that begin come before those of a week ago that end


@compiled
def _plan(S, place):
    return state_plan_at(S.states + place * _PLAN_SIZE)


@compiled
def _site_plan(S, place, site):
    return state_site_at(_plan(S, place).sites + site * _SITE_SIZE)


@compiled
def state_level(S, place, site):
    """What changes of a state at a site."""
    return state_level_at(S.state_levels + (place * S.n_sites + site) * _LEVEL_SIZE)


@compiled
def begin_organisation(S):
    """Put trainings and reviews on the clock."""
    for place in range(S.n_states):
        for site in range(S.n_sites):
            plan, state = _site_plan(S, place, site), state_level(S, place, site)
            for number in range(plan.n_lifts):
                minute = load(plan.lifts, number)
                if minute > 0:
                    put(S, minute, _LIFT, place << _SITE_BITS | site, LIFTED, place, site)
                else:
                    _train(S, place, site)
                    state.published = state.level
    if S.reviews:
        put(S, S.review_minutes, _REVIEW, 0, REVIEW, 0, 0)


@compiled
def _settle(S, place, site):
    state = state_level(S, place, site)
    state.level = decayed_level(state.level, _plan(S, place).half_life_minutes, float(S.now - state.settled))
    state.settled = S.now


@compiled
def lift(S, place, site):
    """The day of a whole-of-workplace training."""
    S.events += 1
    _train(S, place, site)
    S.woken = 1


@compiled
def _train(S, place, site):
    """A whole-of-workplace training: the level is lifted, and takes everybody's hours for a week."""
    _settle(S, place, site)
    plan, state = _plan(S, place), state_level(S, place, site)
    state.level = lifted(state.level, _site_plan(S, place, site).lift)
    count(S, S.state_counts + place, 1)
    note(S, _WORKPLACE_TRAINING, _STATE, place, -1, _SITE, site, plan.text, 0)
    if plan.staff_rate:
        _hold_week(S, site, plan.staff_rate)
        put(S, S.now + WEEK_MINUTES, _LIFT, _END_KEY + (place << _SITE_BITS | site), TRAINING_ENDS, place, site)


@compiled
def _hold_week(S, site, rate):
    """So many minutes a week more of everybody at a site."""
    place_of(S, 0, site).in_training += rate
    _unsettle(S, site)


@compiled
def _unsettle(S, site):
    """The other duties at a site have changed."""
    place_of(S, 0, site).restless = 1
    S.restless_any = 1


@compiled
def end_training(S, place, site):
    """A week after a training."""
    S.events += 1
    _hold_week(S, site, -_plan(S, place).staff_rate)
    S.woken = 1


@compiled
def call_review(S):
    """The day of a review."""
    S.events += 1
    S.review_due = 1
    put(S, S.now + S.review_minutes, _REVIEW, 0, REVIEW, 0, 0)
    S.woken = 1


@compiled
def publish_levels(S):
    """The levels as they are now hold until the next review."""
    S.review_due = 0
    for place in range(S.n_states):
        for site in range(S.n_sites):
            _settle(S, place, site)
            state = state_level(S, place, site)
            if state.published != state.level:
                state.published = state.level
                _tell(S, place, site)


@compiled
def _tell(S, place, site):
    """A new level: who responds to it has clocks and duties to set again."""
    level = round(state_level(S, place, site).published * 1e9)
    note(S, _PUBLISHED, _STATE, place, -1, _SITE, site, _plan(S, place).text, level)
    for number in range(S.n_tiers):
        tier = tier_at(S, number)
        if load_float(tier.state_ratios, place) != 1.0:
            present = vector(S, PRESENT + number)
            for each in range(present.size):
                w = worker_at(get(present, each))
                if w.site == site:
                    unaim(S, w)
        if load_float(tier.lost_rates, place) > 0.0:
            _unsettle(S, site)


@compiled
def referral_factor(S, site):
    """What the states make of the referral rates of a site (R5.8)."""
    product = 1.0
    for place in range(S.n_states):
        product *= raised(_plan(S, place).referral_ratio, 1.0 - state_level(S, place, site).published)
    return product


# --- other duties -----------------------------------------------------------------------------------------------------


@compiled
def _duties(S, w):
    """Minutes a week of other duties, hours lost to low levels and workplace training, at most all there are."""
    tier = tier_plan_at(w.tier)
    lost = 0.0
    for place in range(S.n_states):
        lost += load_float(tier.lost_rates, place) * (1.0 - state_level(S, place, w.site).published)
    wanted = tier.duties_rate + place_of(S, 0, w.site).in_training
    return min(wanted + whole_minutes_lost(lost), w.available)


@compiled
def set_duties(S, w):
    """Book the other duties that the worker has now (R2.5); False if they are as they were."""
    change = _duties(S, w) - w.rates[OTHER_DUTIES]
    if change != 0:
        book(S, w, OTHER_DUTIES, change)
    return change != 0


@compiled
def apply_duties(S):
    """Set the other duties of everybody at the sites where they have changed: those for whom they have."""
    changed = vector(S, CHANGED)
    changed.size = 0
    for level in range(S.n_tiers):
        present = sorted_present(S, level)
        for number in range(present.size):
            w = worker_at(get(present, number))
            in_service = w.state == _APPRENTICE or w.state == _ACTIVE or w.state == _ABSENT
            if in_service and place_of(S, 0, w.site).restless and set_duties(S, w):
                push(S, changed, address(w))
    for site in range(S.n_sites):
        place_of(S, 0, site).restless = 0
    S.restless_any = 0
    return changed
