"""When the events of workers' lives are due: competing clocks, waited for by one alarm, and what hastens them (R5).

What follows when one is due is in `life_events.py`.
"""

from __future__ import annotations

import math

from cascadesim.engine.calendar import ALARM, INCENTIVE, put
from cascadesim.engine.competence import in_service
from cascadesim.engine.event_log import NO_TEXT, NOBODY, note, of_worker
from cascadesim.engine.hours_ledger import utilisation
from cascadesim.engine.plan import ReasonPlan
from cascadesim.engine.records import EXITED, NEVER, Hazard, Worker, World
from cascadesim.engine.runtime.fields import new_rows
from cascadesim.engine.sampling import chance, unit_exponential, word
from cascadesim.engine.state import happened, sorted_present
from cascadesim.model.dynamics import strain_after, strain_target
from cascadesim.model.enums import Event, Purpose, Rank
from cascadesim.model.hazards import FLAGS, raised, rate_integral, time_from, weibull_cumulative, weibull_tenure
from cascadesim.model.plan import Clock, ClockPlan, StrainPlan
from cascadesim.model.rng import uniform
from cascadesim.model.units import WEEK_MINUTES

EXPONENTIAL, LIFE_TABLE, DATE = int(Clock.EXPONENTIAL), int(Clock.LIFE_TABLE), int(Clock.DATE)
NOTHING, EXIT, HOURS, ABSENCE = range(4)
"""What follows an event."""
RANK_EXIT, RANK_HOURS, RANK_NOTICE = int(Rank.EXIT), int(Rank.HOURS_CHANGE), int(Rank.NOTICE)
PRACTICE_LIMIT = -1
_RANK_BITS = 4

# --- the arithmetic of one clock --------------------------------------------------------------------------------------


def is_dated(clock: ClockPlan) -> bool:
    """Whether it strikes on a date, and no hazard leads to it."""
    return clock.kind >= DATE


def cumulative(clock: ClockPlan, tenure: float) -> float:
    """H(t), the hazard accumulated from tenure 0 on: t / scale, (t / scale)^shape, or the area of a life table."""
    if clock.kind == LIFE_TABLE:
        return rate_integral(clock.table, 0.0, tenure)
    ratio = tenure / clock.scale_minutes
    if ratio <= 0.0:
        return 0.0
    return ratio if clock.kind == EXPONENTIAL else weibull_cumulative(clock.shape, ratio)


def tenure_at(clock: ClockPlan, tenure: float, threshold: float) -> float:
    """The tenure at which the hazard since `tenure` reaches `threshold`, at once where that is 0 or less.

    With an Exp(1) threshold it is a draw of the tenure at the event, given survival to `tenure`.
    """
    if clock.kind == LIFE_TABLE:
        return time_from(clock.table, tenure, threshold)
    past = cumulative(clock, tenure)
    if threshold <= 0.0:
        return tenure
    if clock.kind == EXPONENTIAL:
        return tenure + clock.scale_minutes * threshold
    return weibull_tenure(clock.shape, clock.scale_minutes, tenure, past, threshold)


def at_minute(world: World, exact: float) -> int:
    """The whole minute, after this one, at which something is due; the horizon if it never comes."""
    return max(world.now + 1, math.ceil(exact)) if exact < world.horizon else world.horizon


def dated_minute(world: World, clock: ClockPlan, stream: int, name_hash: int) -> int:
    """Only those whose clock began before the date are concerned; a shock's share over its week (R5.7)."""
    if clock.minute <= world.now:
        return world.horizon
    if clock.kind == DATE:
        return clock.minute
    if not chance(world, clock.share, stream, Purpose.THRESHOLD, name_hash):
        return world.horizon
    u = uniform(world.key, stream, Purpose.SHOCK_TIME, name_hash)
    return clock.minute + math.floor(u * WEEK_MINUTES)


def responds(hazard: Hazard) -> bool:
    """Whether a multiplier moves the next event (R5.3)."""
    return not (hazard.reason.external or hazard.done or is_dated(hazard.reason.clock))


def spend(hazard: Hazard, multiplier: float, now: int) -> None:
    """Integrate up to now, with the multiplier that was in force (R5.4)."""
    if not hazard.frozen and now > hazard.since:
        clock, before = hazard.reason.clock, float(hazard.since - hazard.origin)
        grown = cumulative(clock, float(now - hazard.origin)) - cumulative(clock, before)
        hazard.spent += multiplier * grown
    hazard.since = now


def _exact_minute(hazard: Hazard, multiplier: float) -> float:
    """The exact minute of the next event, under this multiplier from `since` on."""
    if multiplier <= 0.0:
        return math.inf
    left = max(hazard.threshold - hazard.spent, 0.0)
    return hazard.origin + tenure_at(hazard.reason.clock, float(hazard.since - hazard.origin), left / multiplier)


# --- setting clocks ---------------------------------------------------------------------------------------------------


def start_clocks(world: World, worker: Worker, tenure: int, from_certification: bool) -> None:
    """Start the clocks that run from recruitment, or from certification, `tenure` minutes ago."""
    reasons = worker.tier.reasons
    if not worker.hazards:
        worker.hazards = new_rows(world, Hazard, len(reasons))
    for reason in reasons:
        if reason.from_certification == from_certification:
            place = worker.n_hazards
            worker.n_hazards += 1
            hazard = worker.hazards[place]
            hazard.reason, hazard.origin, hazard.since = reason, world.now - tenure, world.now
            hazard.threshold = draw_threshold(world, worker, reason, 0)
            set_clock(world, worker, place)
    reschedule(world, worker)


def draw_threshold(world: World, worker: Worker, reason: ReasonPlan, occurrence: int) -> float:
    """One draw of the unit exponential for each occurrence; dates need none."""
    if is_dated(reason.clock):
        return 0.0
    return unit_exponential(world, worker.stream, Purpose.THRESHOLD, reason.name_hash + word(occurrence))


def set_clock(world: World, worker: Worker, place: int) -> None:
    """Put the next event of a hazard among those that are due, if there is one within the run."""
    hazard = worker.hazards[place]
    reason = hazard.reason
    outcome = _outcome(world, worker, reason, hazard.occurrence)
    while outcome == NOTHING:
        if not reason.recurring or is_dated(reason.clock):
            hazard.done = True
            return
        if _due_minute(world, worker, hazard) >= world.horizon:
            return  # nor does anything that comes after it happen within the run, unless the clock is set again
        hazard.occurrence += 1
        hazard.threshold += draw_threshold(world, worker, reason, hazard.occurrence)
        outcome = _outcome(world, worker, reason, hazard.occurrence)
    hazard.outcome = outcome
    minute = _due_minute(world, worker, hazard)
    if minute < world.horizon:
        rank = RANK_NOTICE
        if outcome == EXIT and reason.notice_minutes == 0:
            rank = RANK_EXIT
        elif outcome == HOURS:
            rank = RANK_HOURS
        hazard.due, hazard.rank = minute, rank


def _outcome(world: World, worker: Worker, reason: ReasonPlan, occurrence: int) -> int:
    """What follows the event: one draw over the probabilities, in the order exit, hours, absence (R5.2)."""
    if reason.exit_probability >= 1.0:
        return EXIT
    if reason.only_absence and reason.absence_probability >= 1.0:
        return ABSENCE
    u = uniform(world.key, worker.stream, Purpose.CONSEQUENCE, reason.name_hash + word(occurrence))
    if u < reason.exit_probability:
        return EXIT
    changed = reason.exit_probability + reason.hours_probability
    if u < changed:
        return HOURS
    return ABSENCE if u < changed + reason.absence_probability else NOTHING


def multiplier_of(worker: Worker, reason: ReasonPlan) -> float:
    """What is in force for a reason."""
    if reason.external:
        return 1.0
    return worker.absence_multiplier if reason.only_absence else worker.leaving_multiplier


def _due_minute(world: World, worker: Worker, hazard: Hazard) -> int:
    """The minute of the next event; the horizon if it never comes."""
    reason = hazard.reason
    if is_dated(reason.clock):
        return dated_minute(world, reason.clock, worker.stream, reason.name_hash)
    return at_minute(world, _exact_minute(hazard, multiplier_of(worker, reason)))


def limit_practice(world: World, worker: Worker) -> None:
    """An apprentice who is not certified in time leaves (R2.8)."""
    minute = world.now + worker.tier.practice.limit_minutes
    if minute < world.horizon:
        worker.limit_due = minute
        reschedule(world, worker)


def respond(world: World, worker: Worker, leaving: float, absence: float) -> None:
    """The worker's multipliers are these from now on: every clock that responds is set again (R5.4)."""
    old_leaving, old_absence = worker.leaving_multiplier, worker.absence_multiplier
    worker.leaving_multiplier, worker.absence_multiplier = leaving, absence
    for place in range(worker.n_hazards):
        hazard = worker.hazards[place]
        old, new = (old_absence, absence) if hazard.reason.only_absence else (old_leaving, leaving)
        if responds(hazard) and old != new:
            spend(hazard, old, world.now)
            hazard.due = NEVER
            if not hazard.frozen:
                set_clock(world, worker, place)
    reschedule(world, worker)


def resume_clock(world: World, worker: Worker, place: int, frozen_at: int) -> None:
    """An absence is over: its own clock goes on from where it stood."""
    hazard = worker.hazards[place]
    hazard.frozen = False
    hazard.origin += world.now - frozen_at
    hazard.since = world.now
    set_clock(world, worker, place)
    reschedule(world, worker)


# --- the alarm --------------------------------------------------------------------------------------------------------


def soonest_of(worker: Worker) -> tuple[int, int, int, int]:
    """(minute, rank, order, place of the hazard) of the worker's event that comes first; `NEVER` if none is due."""
    first = (worker.limit_due, RANK_EXIT, worker.tier.limit_order, PRACTICE_LIMIT)
    for place in range(worker.n_hazards):
        hazard = worker.hazards[place]
        if hazard.due <= first[0]:
            other = (hazard.due, hazard.rank, hazard.reason.order, place)
            if other < first:
                first = other
    return first


def reschedule(world: World, worker: Worker) -> None:
    """Let the worker's alarm be that of the soonest of their events; the entry of an earlier one is stale."""
    if world.striking is worker:
        return
    minute, rank, _, _ = soonest_of(worker)
    if minute == NEVER:
        if worker.alarm >= 0:
            worker.alarms += 1
            worker.alarm = -1
        return
    when = minute << _RANK_BITS | rank
    if when != worker.alarm:
        worker.alarm = when
        worker.alarms += 1
        put(world, minute, rank, worker.key, ALARM, worker, worker.alarms)


def cancel_clocks(worker: Worker) -> None:
    """No event of this worker is due any more."""
    worker.alarms += 1
    worker.alarm = -1


UNSUPERVISED, MISSED_REFRESHER, STRAIN = range(len(FLAGS))
_INCENTIVE_KEY = 1 << 32  # after the workplace trainings of an instant


def invalidate(world: World, worker: Worker) -> None:
    """Something has changed to which the worker's clocks may respond; they are set again at the end of the instant."""
    if not worker.unaimed and worker.tier.hazards.responsive:
        worker.unaimed = True
        world.unaimed.append(worker)


def begin_incentives(world: World) -> None:
    """Put the beginning and the end of each incentive on the calendar."""
    for level in range(len(world.plan.tiers)):
        measures = world.plan.tiers[level].incentives
        for number in range(len(measures)):
            measure, key = measures[number], _INCENTIVE_KEY + (level << 16) + number
            if measure.from_minute > 0:
                put(world, measure.from_minute, Rank.LIFT, key, INCENTIVE, level, 0)
            if measure.until_minute > 0:
                put(world, measure.until_minute, Rank.LIFT, key, INCENTIVE, level, 0)
        _engage(world, level)


def change_incentives(world: World, level: int) -> None:
    """A measure begins or ends."""
    happened(world)
    _engage(world, level)
    for worker in world.tier_states[level].present:
        invalidate(world, worker)


def _engage(world: World, level: int) -> None:
    """The factors of the measures in force now, multiplied in the order of their names."""
    tier, state = world.plan.tiers[level], world.tier_states[level]
    leaving = absence = 1.0
    attendance = tier.supervision.attendance if tier.supervision is not None else 1.0
    for measure in tier.incentives:
        if measure.from_minute <= world.now < measure.until_minute:
            leaving *= measure.leaving_ratio
            absence *= measure.absence_ratio
            attendance *= measure.attendance_ratio
    state.leaving_factor, state.absence_factor = leaving, absence
    state.attendance = min(1.0, attendance) if tier.supervision is not None else 1.0


def _multipliers(world: World, worker: Worker) -> tuple[float, float]:
    """Those of leaving and of absence: a product in a fixed order, and the factor of each."""
    tier, state = worker.tier, worker.tier_state
    ratios, product = tier.hazards.flags, worker.frailty * tier.hazards.constant
    if worker.unsupervised_since >= 0:
        product *= ratios[UNSUPERVISED]
    if worker.missed_refresher:
        product *= ratios[MISSED_REFRESHER]
    product *= raised(ratios[STRAIN], worker.strain)
    for place in range(len(tier.hazards.states)):
        published = world.organisation[place * world.n_sites + worker.site].published
        product *= raised(tier.hazards.states[place], 1.0 - published)
    return product * state.leaving_factor, product * state.absence_factor


def set_multipliers(world: World, worker: Worker) -> None:
    """The multipliers with which somebody begins, before their clocks are set."""
    if worker.tier.hazards.responsive:
        worker.leaving_multiplier, worker.absence_multiplier = _multipliers(world, worker)


def reschedule_invalidated(world: World) -> None:
    """Let everybody respond whose multipliers have changed in this instant."""
    while world.unaimed:
        worker = world.unaimed.pop()
        worker.unaimed = False
        if worker.state != EXITED:
            leaving, absence = _multipliers(world, worker)
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
        note(world, Event.STRAINED, of_worker(worker), NOBODY, NO_TEXT, round(strain * 1e9))
