"""Competence: what courses, supervised sessions and refreshers add, and what time without supervision takes (R6)."""

from __future__ import annotations

import math

from cascadesim.engine.hours_ledger import touch
from cascadesim.engine.records import ABSENT, ACTIVE, APPRENTICE, Course, Worker, World
from cascadesim.engine.state import sorted_present
from cascadesim.engine.vacancies import look_above
from cascadesim.model.distributions import normal_quantile
from cascadesim.model.dynamics import after_course, after_refresher, after_session, decayed
from cascadesim.model.enums import Purpose
from cascadesim.model.plan import CompetencePlan
from cascadesim.model.rng import uniform


def competent_enough(worker: Worker) -> bool:
    """Whether the stored competence is enough for the certificate."""
    plan = worker.tier.competence
    return plan is None or worker.competence >= plan.certification_threshold


def begin_competence(world: World, worker: Worker) -> None:
    """Somebody who was there before the programme, or whose tier needs no course."""
    plan = worker.tier.competence
    if plan is not None:
        if worker.competence < 0.0:
            worker.competence = plan.initial
        worker.competence_at = worker.last_session = world.now


def learn(world: World, worker: Worker, trainers: float) -> None:
    """After the last stage, given by trainers of this mean competence (R6.1)."""
    plan = worker.tier.competence
    if plan is None:
        return
    noise = 0.0
    if plan.noise_sd > 0.0:
        u = uniform(world.key, worker.stream, Purpose.COMPETENCE_NOISE, worker.courses_taken)
        noise = plan.noise_sd * normal_quantile(u)
    worker.competence = after_course(plan.course_level, plan.dilution, trainers, noise, plan.baseline, plan.ceiling)
    worker.competence_at = worker.last_session = world.now
    worker.tier_state.trained_keys.append(worker.key)
    worker.tier_state.trained_competence.append(worker.competence)


def mean_of_trainers(course: Course) -> float:
    """The mean competence of the trainers of a course, in order of keys; 1 where it is not modelled."""
    total = 0.0
    for assignment in course.assignments:
        competence = assignment.worker.competence
        total += competence if competence >= 0.0 else 1.0
    return total / len(course.assignments)


def hold_session(world: World, worker: Worker, attendance: float) -> None:
    """A session was held; under supervision it adds (R6.2)."""
    if worker.competence < 0.0:
        return
    settle_competence(world, worker)
    worker.last_session = world.now
    if worker.supervised:
        plan = worker.tier.competence
        _store(world, worker, after_session(worker.competence, plan.gain_per_session, attendance, plan.ceiling))
    if worker.touched:  # a session that ends no case calls for no other look
        world.c_phase_pending = True


def refresh_competence(world: World, worker: Worker) -> None:
    """A refresher was completed."""
    if worker.competence < 0.0:
        return
    settle_competence(world, worker)
    plan = worker.tier.competence
    _store(world, worker, after_refresher(worker.competence, plan.refresher_gain, plan.ceiling))


# --- time -------------------------------------------------------------------------------------------------------------


def _value_at(worker: Worker, plan: CompetencePlan, minute: int) -> float:
    """The competence at `minute`, with the decay since it was stored (R6.2)."""
    begins, tier = minute, worker.tier
    if worker.away or worker.unsupervised_since >= 0:
        begins = worker.competence_at
    elif plan.idle_minutes >= 0 and (tier.delivers or tier.practises_with_clients):
        begins = max(worker.competence_at, worker.last_session + plan.idle_minutes)
    if begins >= minute:
        return worker.competence
    return decayed(worker.competence, plan.baseline, plan.half_life_minutes, float(minute - begins))


def settle_competence(world: World, worker: Worker) -> None:
    """Store the competence as it is now."""
    plan = worker.tier.competence
    if plan is not None and worker.competence >= 0.0:
        _store(world, worker, _value_at(worker, plan, world.now))
        worker.competence_at = world.now


def _store(world: World, worker: Worker, level: float) -> None:
    """Another stored competence: whoever may train by it, or no longer, or rise is looked at again (R6.3)."""
    least = worker.tier.competence.min_trainer
    if (worker.competence < least) != (level < least):
        touch(world, worker)
    if worker.competence < worker.tier.to_rise <= level:
        look_above(world, worker)
        touch(world, worker)
    worker.competence = level


def review_competence(world: World) -> None:
    """Store everybody's."""
    for level in range(len(world.plan.tiers)):
        if world.plan.tiers[level].competence is not None:
            for worker in sorted_present(world, level):
                settle_competence(world, worker)


def in_service(worker: Worker) -> bool:
    """Whether the worker is an apprentice, active or absent."""
    return worker.state == APPRENTICE or worker.state == ACTIVE or worker.state == ABSENT


def read_competence(world: World, minute: int, into: list[float]) -> None:
    """(people, mean, standard deviation) of each tier just before `minute`, of those in service, one after another."""
    for level in range(len(world.plan.tiers)):
        into[3 * level] = 0.0
        into[3 * level + 1] = math.nan
        into[3 * level + 2] = math.nan
        if world.plan.tiers[level].competence is not None:
            _read_tier(world, level, minute, into)


def _read_tier(world: World, level: int, minute: int, into: list[float]) -> None:
    plan, present = world.plan.tiers[level].competence, sorted_present(world, level)
    people, total, squares = 0, 0.0, 0.0
    for worker in present:
        if in_service(worker):
            people += 1
            total += _value_at(worker, plan, minute)
    if people == 0:
        return
    mean = total / people
    for worker in present:
        if in_service(worker):
            deviation = _value_at(worker, plan, minute) - mean
            squares += deviation * deviation
    into[3 * level] = float(people)
    into[3 * level + 1] = mean
    if people > 1:
        into[3 * level + 2] = math.sqrt(squares / (people - 1))
