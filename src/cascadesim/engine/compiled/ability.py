"""Competence: what courses, supervised sessions and refreshers add, and what time without supervision takes (R6)."""

from __future__ import annotations

import math

from cascadesim.engine.compiled.ledger import touch
from cascadesim.engine.compiled.luck import uniform
from cascadesim.engine.compiled.memory import compiled, store_float
from cascadesim.engine.compiled.nouns import gift_at, worker_at
from cascadesim.engine.compiled.openings import look_above
from cascadesim.engine.compiled.plan_nouns import competence_plan_at, tier_plan_at
from cascadesim.engine.compiled.rooms import tier_at
from cascadesim.engine.compiled.vectors import AFTER_COURSE, get, push, vector
from cascadesim.engine.compiled.whereabouts import sorted_present
from cascadesim.model.distributions import normal_quantile
from cascadesim.model.dynamics import after_course, after_refresher, after_session, decayed
from cascadesim.model.enums import Purpose, WorkerState

_NOISE = int(Purpose.COMPETENCE_NOISE)
_APPRENTICE, _ACTIVE, _ABSENT = int(WorkerState.APPRENTICE), int(WorkerState.ACTIVE), int(WorkerState.ABSENT)


@compiled
def competent_enough(w):
    """Whether the stored competence is enough for the certificate."""
    plan = tier_plan_at(w.tier).competence
    return plan == 0 or w.competence >= competence_plan_at(plan).certification_threshold


@compiled
def begin_ability(S, w):
    """Somebody who was there before the programme, or whose tier needs no course."""
    plan = tier_plan_at(w.tier).competence
    if plan != 0:
        if w.competence < 0.0:
            w.competence = competence_plan_at(plan).initial
        w.competence_at = w.last_session = S.now


@compiled
def learned(S, w, trainers):
    """After the last stage, given by trainers of this mean competence (R6.1)."""
    at = tier_plan_at(w.tier).competence
    if at == 0:
        return
    plan = competence_plan_at(at)
    noise = 0.0
    if plan.noise_sd > 0.0:
        noise = plan.noise_sd * normal_quantile(uniform(S, w.stream, _NOISE, w.courses_taken))
    w.competence = after_course(plan.course_level, plan.dilution, trainers, noise, plan.baseline, plan.ceiling)
    w.competence_at = w.last_session = S.now
    passed = vector(S, AFTER_COURSE + w.level)
    push(S, passed, w.key)
    push(S, passed, 0)
    store_float(passed.at, passed.size - 1, w.competence)


@compiled
def taught_by(course):
    """The mean competence of the trainers of a course, in order of keys; 1 where it is not modelled."""
    total, gift = 0.0, course.trainers
    while gift != 0:
        trainer = worker_at(gift_at(gift).worker)
        total += trainer.competence if trainer.competence >= 0.0 else 1.0
        gift = gift_at(gift).after
    return total / course.n_trainers


@compiled
def practised(S, w, attendance):
    """A session was held; under supervision it adds (R6.2)."""
    if w.competence < 0.0:
        return
    settle(S, w)
    w.last_session = S.now
    if w.supervised:
        plan = competence_plan_at(tier_plan_at(w.tier).competence)
        _store(S, w, plan, after_session(w.competence, plan.gain_per_session, attendance, plan.ceiling))
    if w.touched:  # a session that ends no case wakes nobody else
        S.woken = 1


@compiled
def refreshed(S, w):
    """A refresher was completed."""
    if w.competence < 0.0:
        return
    settle(S, w)
    plan = competence_plan_at(tier_plan_at(w.tier).competence)
    _store(S, w, plan, after_refresher(w.competence, plan.refresher_gain, plan.ceiling))


# --- time -------------------------------------------------------------------------------------------------------------


@compiled
def _sees_clients(tier):
    return tier.delivers or tier.practises_with_clients


@compiled
def _value(w, plan, minute):
    """The competence at `minute`, with the decay since it was stored (R6.2)."""
    begins = minute
    if w.away or w.unsupervised_since >= 0:
        begins = w.competence_at
    elif plan.idle_minutes >= 0 and _sees_clients(tier_plan_at(w.tier)):
        begins = max(w.competence_at, w.last_session + plan.idle_minutes)
    if begins >= minute:
        return w.competence
    return decayed(w.competence, plan.baseline, plan.half_life_minutes, float(minute - begins))


@compiled
def settle(S, w):
    """Store the competence as it is now."""
    at = tier_plan_at(w.tier).competence
    if at != 0 and w.competence >= 0.0:
        plan = competence_plan_at(at)
        _store(S, w, plan, _value(w, plan, S.now))
        w.competence_at = S.now


@compiled
def _store(S, w, plan, level):
    """Another stored competence: whoever may train by it, or no longer, or rise is looked at again (R6.3)."""
    if (w.competence < plan.min_trainer) != (level < plan.min_trainer):
        touch(S, w)
    if w.competence < tier_plan_at(w.tier).to_rise <= level:
        look_above(S, w)
        touch(S, w)
    w.competence = level


@compiled
def review_ability(S):
    """Store everybody's."""
    for level in range(S.n_tiers):
        if tier_at(S, level).competence != 0:
            present = sorted_present(S, level)
            for place in range(present.size):
                settle(S, worker_at(get(present, place)))


@compiled
def read_ability(S, minute, at):
    """(people, mean, standard deviation) of each tier just before `minute`, over those in service, as real numbers."""
    for level in range(S.n_tiers):
        store_float(at, 3 * level, 0.0)
        store_float(at, 3 * level + 1, math.nan)
        store_float(at, 3 * level + 2, math.nan)
        if tier_at(S, level).competence != 0:
            _summary(S, level, minute, at)


@compiled
def _summary(S, level, minute, at):
    plan, present = competence_plan_at(tier_at(S, level).competence), sorted_present(S, level)
    people, total, squares = 0, 0.0, 0.0
    for place in range(present.size):
        w = worker_at(get(present, place))
        if w.state == _APPRENTICE or w.state == _ACTIVE or w.state == _ABSENT:
            people += 1
            total += _value(w, plan, minute)
    if people == 0:
        return
    mean = total / people
    for place in range(present.size):
        w = worker_at(get(present, place))
        if w.state == _APPRENTICE or w.state == _ACTIVE or w.state == _ABSENT:
            away = _value(w, plan, minute) - mean
            squares += away * away
    store_float(at, 3 * level, float(people))
    store_float(at, 3 * level + 1, mean)
    if people > 1:
        store_float(at, 3 * level + 2, math.sqrt(squares / (people - 1)))
