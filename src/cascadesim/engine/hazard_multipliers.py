"""What hastens or holds back the events of workers: hazard ratios, frailty, engagement, strain (R5.8, R5.9)."""

from __future__ import annotations

from cascadesim.engine.calendar import ENGAGEMENT, put
from cascadesim.engine.competence import in_service
from cascadesim.engine.event_log import NO_TEXT, note_worker
from cascadesim.engine.hours_ledger import utilisation
from cascadesim.engine.records import EXITED, Worker, World
from cascadesim.engine.state import sorted_present
from cascadesim.engine.time_to_event import respond
from cascadesim.model.dynamics import strain_after, strain_target
from cascadesim.model.enums import Event, Rank
from cascadesim.model.hazards import FLAGS, raised
from cascadesim.model.plan import StrainPlan

UNSUPERVISED, MISSED_REFRESHER, STRAIN = range(len(FLAGS))
_ENGAGEMENT_KEY = 1 << 32  # after the workplace trainings of an instant


def invalidate(world: World, worker: Worker) -> None:
    """Something has changed to which the worker's clocks may respond; they are set again at the end of the instant."""
    if not worker.unaimed and worker.tier.hazards.responsive:
        worker.unaimed = True
        world.unaimed.append(worker)


def begin_engagement(world: World) -> None:
    """Put the beginning and the end of each engagement measure on the calendar."""
    for level in range(len(world.plan.tiers)):
        measures = world.plan.tiers[level].engagement
        for number in range(len(measures)):
            measure, key = measures[number], _ENGAGEMENT_KEY + (level << 16) + number
            if measure.from_minute > 0:
                put(world, measure.from_minute, Rank.LIFT, key, ENGAGEMENT, level, 0)
            if measure.until_minute > 0:
                put(world, measure.until_minute, Rank.LIFT, key, ENGAGEMENT, level, 0)
        _engage(world, level)


def change_engagement(world: World, level: int) -> None:
    """A measure begins or ends."""
    world.events += 1
    _engage(world, level)
    for worker in world.tier_states[level].present:
        invalidate(world, worker)
    world.c_phase_pending = True


def _engage(world: World, level: int) -> None:
    """The factors of the measures in force now, multiplied in the order of their names."""
    tier, state = world.plan.tiers[level], world.tier_states[level]
    leaving = absence = attendance = 1.0
    if tier.supervision is not None:
        attendance = tier.supervision.attendance
    for measure in tier.engagement:
        if measure.from_minute <= world.now < measure.until_minute:
            leaving *= measure.leaving_ratio
            absence *= measure.absence_ratio
            attendance *= measure.attendance_ratio
    state.leaving_factor, state.absence_factor, state.attendance = leaving, absence, min(1.0, attendance)


def _product(world: World, worker: Worker) -> float:
    """What all reasons have in common: a product in a fixed order."""
    tier = worker.tier
    ratios, product = tier.hazards.flags, worker.frailty * tier.hazards.constant
    if worker.unsupervised_since >= 0:
        product *= ratios[UNSUPERVISED]
    if worker.missed_refresher:
        product *= ratios[MISSED_REFRESHER]
    product *= raised(ratios[STRAIN], worker.strain)
    for place in range(len(tier.hazards.states)):
        published = world.organisation[place * world.n_sites + worker.site].published
        product *= raised(tier.hazards.states[place], 1.0 - published)
    return product


def set_multipliers(world: World, worker: Worker) -> None:
    """The multipliers with which somebody begins, before their clocks are set."""
    if worker.tier.hazards.responsive:
        product, state = _product(world, worker), worker.tier_state
        worker.leaving_multiplier = product * state.leaving_factor
        worker.absence_multiplier = product * state.absence_factor


def reschedule_invalidated(world: World) -> None:
    """Let everybody respond whose multipliers have changed in this instant."""
    while world.unaimed:
        worker = world.unaimed.pop()
        worker.unaimed = False
        if worker.state != EXITED:
            product, state = _product(world, worker), worker.tier_state
            leaving, absence = product * state.leaving_factor, product * state.absence_factor
            if leaving != worker.leaving_multiplier or absence != worker.absence_multiplier:
                respond(world, worker, leaving, absence)


def review_strain(world: World) -> None:
    """Strain follows the load of the weeks since the last review (R5.9)."""
    for level in range(len(world.plan.tiers)):
        tier = world.plan.tiers[level]
        if tier.strain is not None:
            for worker in sorted_present(world, level):
                if in_service(worker):
                    _strain(world, worker, tier.strain, tier.overtime_fraction)


def _strain(world: World, worker: Worker, plan: StrainPlan, overtime_fraction: float) -> None:
    elapsed = world.now - worker.strained_at  # less than a review for who began since the last one
    worker.strained_at = world.now
    target = strain_target(utilisation(world, worker), plan.comfort, overtime_fraction)
    strain = strain_after(
        worker.strain, target, plan.half_life_minutes, plan.recovery_half_life_minutes, float(elapsed)
    )
    if strain != worker.strain:
        worker.strain = strain
        invalidate(world, worker)
        note_worker(world, Event.STRAINED, worker, NO_TEXT, round(strain * 1e9))
