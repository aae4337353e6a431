"""Workers: who they are, the moves between their states, and their head counts (R2.1, R11.1)."""

from __future__ import annotations

from cascadesim.engine.calendar import REFRESHER_LOOK, put
from cascadesim.engine.competence import begin_competence, settle_competence
from cascadesim.engine.course_queue import enrol
from cascadesim.engine.event_log import NO_TEXT, NOBODY, RECRUITED, note, note_detail, of_worker
from cascadesim.engine.hours_ledger import (
    CLIENTS,
    RESEARCH,
    close_hours,
    commit,
    open_hours,
    release_extra,
    resume_hours,
    set_hours,
    suspend_hours,
    touch,
)
from cascadesim.engine.organisation import set_duties
from cascadesim.engine.plan import TierPlan
from cascadesim.engine.records import ABSENT, ACTIVE, ALL_LANGUAGES, APPRENTICE, CANDIDATE, EXITED, NEVER, Worker, World
from cascadesim.engine.runtime.fields import new
from cascadesim.engine.sampling import chance, draw_category, sample, word
from cascadesim.engine.state import count, depart, enter, level_now, shift, staff_of, swap, tier_site
from cascadesim.engine.time_to_event import (
    cancel_clocks,
    cumulative,
    invalidate,
    is_dated,
    set_multipliers,
    start_clocks,
)
from cascadesim.engine.vacancies import break_promise, count_staff, expect_promotion, look_above
from cascadesim.model.counters import TierCount, TierLevel
from cascadesim.model.enums import Entry, Event, Purpose, Rank
from cascadesim.model.ids import (
    DATE_BITS,
    DATE_SHIFT,
    DRAW_POSITION_BITS,
    ENTRY_BITS,
    ENTRY_SHIFT,
    LEVEL_SHIFT,
    SITE_SHIFT,
)
from cascadesim.model.rng import mix64
from cascadesim.model.units import available_rate, committed_limit

_ENTRY_MASK, _DATE_MASK, _POSITION_MASK = (1 << ENTRY_BITS) - 1, (1 << DATE_BITS) - 1, (1 << DATE_SHIFT) - 1
_IDLE, _DELIVERING = int(TierLevel.IDLE_ACTIVE), int(TierLevel.DELIVERING)
_FIRST_EXIT = len(TierCount)
INITIAL, VACANCY, PROMOTION = int(Entry.INITIAL), int(Entry.VACANCY), len(Entry)

# --- who somebody is --------------------------------------------------------------------------------------------------


def _identity(key: int) -> int:
    """Who a worker is apart from the site's place among the others, which a new site may change: for their draws."""
    level, entry = key >> LEVEL_SHIFT, key >> ENTRY_SHIFT & _ENTRY_MASK
    date, position = key >> DATE_SHIFT & _DATE_MASK, key & _POSITION_MASK
    return ((level << ENTRY_BITS | entry) << DATE_BITS | date) << DRAW_POSITION_BITS | position


def _make_worker(world: World, key: int, level: int, site: int) -> Worker:
    worker = new(world, Worker)
    worker.key, worker.level, worker.site = key, level, site
    worker.tier, worker.tier_state = world.plan.tiers[level], world.tier_states[level]
    worker.tier_site = tier_site(world, level, site)
    worker.stream = mix64(staff_of(world, level, site).worker_hash ^ word(_identity(key)))
    return worker


def _draw_worker(world: World, key: int, level: int, site: int, tenure: int) -> Worker:
    """Somebody who came `tenure` minutes ago: hours, languages, frailty."""
    worker = _make_worker(world, key, level, site)
    tier = worker.tier
    worker.available = available_rate(sample(world, tier.hours, worker.stream, Purpose.HOURS, 0))
    worker.limit = committed_limit(worker.available, tier.overtime_fraction)
    worker.recruited_at = world.now - tenure
    worker.speaks = _draw_languages(world, tier, worker.stream)
    worker.frailty = _draw_frailty(world, tier, worker.stream, tenure)
    return worker


def _successor(world: World, old: Worker) -> Worker:
    """The same person a tier above: key, hours, languages, frailty, competence and date of recruitment stay."""
    worker = _make_worker(world, old.key, old.level - 1, old.site)
    worker.available = old.available
    worker.limit = committed_limit(worker.available, worker.tier.overtime_fraction)
    worker.recruited_at = old.recruited_at
    worker.speaks, worker.frailty = old.speaks, old.frailty
    if worker.tier.competence is not None:
        worker.competence, worker.competence_at = old.competence, world.now
    return worker


def _draw_languages(world: World, tier: TierPlan, stream: int) -> int:
    """The languages somebody speaks, a bit for each (R8.7)."""
    if not tier.languages:
        return ALL_LANGUAGES
    speaks = 1 << draw_category(world, tier.languages, stream, Purpose.LANGUAGE)
    for also in tier.also:
        if chance(world, also.probability, stream, Purpose.ALSO, world.plan.languages[also.language].name_hash):
            speaks |= 1 << also.language
    return speaks


def _draw_frailty(world: World, tier: TierPlan, stream: int, tenure: int) -> float:
    """A gamma multiplier with mean 1 at the start; among those who have stayed for `tenure`, the frail are fewer."""
    if tier.hazards.frailty_variance == 0.0:
        return 1.0
    lived = 0.0
    for reason in tier.reasons:
        if tenure != 0 and not reason.external and not is_dated(reason.clock):
            hazard = cumulative(reason.clock, float(tenure))
            lived += hazard * (reason.exit_probability if reason.recurring else 1.0)
    rate = 1.0 / tier.hazards.frailty_variance + lived * tier.hazards.constant
    return sample(world, tier.hazards.frailty, stream, Purpose.FRAILTY, 0) / rate


# --- coming -----------------------------------------------------------------------------------------------------------


def recruit(world: World, level: int, site: int, how: int, date: int, position: int) -> None:
    """Somebody new: a candidate, or certified at once (initial workers, tiers that need no training)."""
    tier = world.plan.tiers[level]
    tenure = tier.initial_tenure_minutes if how == INITIAL else 0
    key = level << LEVEL_SHIFT | site << SITE_SHIFT | how << ENTRY_SHIFT | date << DATE_SHIFT | position
    worker = _draw_worker(world, key, level, site, tenure)
    place = worker.tier_site
    if how == VACANCY and place.leavers > 0:
        place.leavers -= 1
        count(world, tier.counts + TierCount.RECRUITED_REPLACING, 1)
    _enter(world, worker, how, tenure)
    if how == INITIAL or not tier.courses:
        start_practising(world, worker)
        certify(world, worker, tenure)
    elif chance(world, tier.selection_probability, worker.stream, Purpose.SELECTION, 0):
        enrol(world, worker, world.now)
    else:
        leave(world, worker, tier.not_selected)


def move_up(world: World, old: Worker) -> None:
    """Up a tier: gone from the old one, a candidate of the next, with key, hours and competence kept (R9.2)."""
    settle_competence(world, old)
    leave(world, old, old.tier.promoted)
    worker = _successor(world, old)
    count(world, worker.tier.counts + TierCount.PROMOTED_IN, 1)
    _enter(world, worker, PROMOTION, world.now - worker.recruited_at)
    if worker.tier.courses:
        enrol(world, worker, world.now)
    else:
        start_practising(world, worker)
        certify(world, worker, 0)


def _enter(world: World, worker: Worker, how: int, tenure: int) -> None:
    enter(worker)
    worker.recruit_counted = how != INITIAL and world.now >= world.plan.measure_from
    count(world, worker.tier.counts + TierCount.RECRUITED, 1)
    shift(world, worker.tier.base + CANDIDATE, 1)
    detail = (RECRUITED, how, 0 if worker.speaks < 0 else worker.speaks)
    note_detail(world, Event.RECRUITED, of_worker(worker), NOBODY, detail, worker.available)
    count_staff(world, worker, 1)
    set_multipliers(world, worker)
    start_clocks(world, worker, tenure, False)


# --- moving -----------------------------------------------------------------------------------------------------------


def move(world: World, worker: Worker, state: int) -> None:
    """Into another state."""
    base, tier_state = worker.tier.base, worker.tier_state
    swap(world, base + worker.state, base + state)
    worker.state = state
    if state == ACTIVE and tier_state.first_full < 0 and 0 < tier_state.planned <= level_now(world, base + ACTIVE):
        tier_state.first_full = world.now


def start_practising(world: World, worker: Worker) -> None:
    """An apprentice now: their hours begin to count, and so does being without a supervisor."""
    move(world, worker, APPRENTICE)
    open_hours(world, worker)
    begin_competence(world, worker)
    set_duties(world, worker)
    supervision = worker.tier.supervision
    worker.supervised = worker.tier.independent
    if supervision is not None:
        worker.reserved = supervision.seat_rate


def certify(world: World, worker: Worker, tenure: int) -> None:
    """An active worker from now on, with `tenure` minutes behind them; deployed or not (R2.6)."""
    tier = worker.tier
    move(world, worker, ACTIVE)
    count(world, tier.counts + TierCount.CERTIFIED, 1)
    _close_recruit(world, worker, True)
    if worker.n_open == 0:
        shift(world, tier.base + _IDLE, 1)
    worker.certified_at = world.now - tenure
    note(world, Event.CERTIFIED, of_worker(worker), NOBODY, NO_TEXT, max(0, round(worker.competence * 1e9)))
    if worker.group is not None:
        release_extra(world, worker, worker.group.supervisor)
    worker.limit_due = NEVER
    start_clocks(world, worker, tenure, True)
    expect_refresher(world, worker)
    if tier.trains:
        worker.tier_state.teachers.append(worker)
    expect_promotion(world, worker)
    touch(world, worker)
    if not chance(world, tier.deployment_probability, worker.stream, Purpose.DEPLOYMENT, 0):
        world.unsettled = True
        if not tier.idle_if_not_deployed:  # goes when all events of the instant are over, other sessions too
            world.undeployed.append(worker)
            return
        _stay_idle(world, worker)
    if not chance(world, tier.trains_probability, worker.stream, Purpose.TRAINS, 0):
        worker.trainer = False
        note(world, Event.NO_TRAINER, of_worker(worker))


def _close_recruit(world: World, worker: Worker, certified: bool) -> None:
    """Certified, or gone before: whoever came in the window is no longer on the way (R1.6)."""
    if worker.recruit_counted:
        worker.recruit_counted = False
        count(world, worker.tier.counts + TierCount.RECRUITS_CLOSED, 1)
        count(world, worker.tier.counts + TierCount.RECRUITS_CERTIFIED, 1 if certified else 0)


def close_trainee(world: World, worker: Worker, passed: bool) -> None:
    """Past the last course, or gone before: whoever began training in the window has come to its end (R1.6)."""
    if worker.trainee_counted:
        worker.trainee_counted = False
        count(world, worker.tier.counts + TierCount.TRAINEES_CLOSED, 1)
        count(world, worker.tier.counts + TierCount.TRAINEES_PASSED, 1 if passed else 0)


def _stay_idle(world: World, worker: Worker) -> None:
    worker.deployed = worker.placeable = False
    worker.refresher_due = -1  # who sees no clients is not asked to a refresher
    shift(world, worker.tier.base + TierLevel.NOT_DEPLOYED, 1)
    note(world, Event.NOT_DEPLOYED, of_worker(worker))
    world.idled.append(worker)


def expect_refresher(world: World, worker: Worker) -> None:
    """The next refresher is due a period from now; somewhat before that the worker may be placed in one (R3.9)."""
    plan = worker.tier.refresher
    if plan is None or not worker.deployed:
        return
    due = world.now + plan.every_minutes
    worker.refresher_due = due
    opens = max(world.now + 1, due - plan.window_minutes)  # never now: nothing is due at the instant that made it
    worker.refresher_from = opens
    put(world, opens, Rank.DEADLINE, worker.key, REFRESHER_LOOK, worker, due)
    if opens != due:
        put(world, due, Rank.DEADLINE, worker.key, REFRESHER_LOOK, worker, due)


# --- cases ------------------------------------------------------------------------------------------------------------


def take_case(world: World, worker: Worker, rate: int, research: int) -> None:
    """One more open case, with its hours; the first one makes the worker a delivering one."""
    if worker.n_open == 0:
        base = worker.tier.base
        if worker.state == ACTIVE:
            swap(world, base + _IDLE, base + _DELIVERING)
        else:
            shift(world, base + _DELIVERING, 1)
    worker.n_open += 1
    commit(world, worker, CLIENTS, rate)
    if research != 0:
        commit(world, worker, RESEARCH, research)


def drop_case(world: World, worker: Worker, rate: int, research: int) -> None:
    """One open case less; of who has left at this instant nothing is committed or counted any more."""
    worker.n_open -= 1
    if worker.state == EXITED:
        return
    if worker.n_open == 0 and not worker.away:
        base = worker.tier.base
        if worker.state == ACTIVE:
            swap(world, base + _DELIVERING, base + _IDLE)
        else:
            shift(world, base + _DELIVERING, -1)
    commit(world, worker, CLIENTS, -rate)
    if research != 0:
        commit(world, worker, RESEARCH, -research)


def _count_cases(world: World, worker: Worker, sign: int) -> None:
    """Whether the worker is delivering or idle, counted or no longer counted."""
    if worker.n_open > 0:
        shift(world, worker.tier.base + _DELIVERING, sign)
    elif worker.state == ACTIVE:
        shift(world, worker.tier.base + _IDLE, sign)


# --- flags ------------------------------------------------------------------------------------------------------------


def give_notice(world: World, worker: Worker, text: int, ends: int) -> None:
    """Working out their notice: nothing new is given to them (R5.6)."""
    if not worker.on_notice:
        if worker.promoting:
            break_promise(world, worker)
        else:
            count_staff(world, worker, -1)
        worker.on_notice = True
        worker.placeable = False
        shift(world, worker.tier.base + TierLevel.ON_NOTICE, 1)
        touch(world, worker)
    note(world, Event.NOTICE, of_worker(worker), NOBODY, text, ends)


def set_promoting(world: World, worker: Worker) -> None:
    """About to move up a tier: nothing new is given to them, and they are no longer counted on here (R9.2)."""
    worker.promoting = True
    worker.placeable = False
    count_staff(world, worker, -1)
    touch(world, worker)


def mark_unsupervised(world: World, worker: Worker) -> None:
    """Without a supervisor from the end of this C-phase (R4.5, R4.8)."""
    settle_competence(world, worker)
    worker.unsupervised_since = world.now
    shift(world, worker.tier.base + TierLevel.UNSUPERVISED, 1)
    note(world, Event.UNSUPERVISED, of_worker(worker))
    invalidate(world, worker)


def mark_supervised(world: World, worker: Worker) -> None:
    """With a supervision place again; grace starts afresh next time."""
    worker.supervised = True
    worker.reserved = 0
    worker.lapsed = False
    _end_unsupervised(world, worker)


def _end_unsupervised(world: World, worker: Worker) -> None:
    if worker.unsupervised_since >= 0:
        settle_competence(world, worker)
        if worker.grace is not None:
            worker.grace.withdraw()
        worker.unsupervised_since = -1
        shift(world, worker.tier.base + TierLevel.UNSUPERVISED, -1)
        invalidate(world, worker)


def set_missed(world: World, worker: Worker, missed: bool) -> None:
    """Whether the worker's refresher is overdue (R3.9)."""
    if worker.missed_refresher != missed:
        worker.missed_refresher = missed
        shift(world, worker.tier.base + TierLevel.MISSED_REFRESHER, 1 if missed else -1)
        invalidate(world, worker)


# --- going away and going ---------------------------------------------------------------------------------------------


def go_away(world: World, worker: Worker) -> None:
    """Absent from now on (R2.7). Candidates and trainees have nothing that stands still."""
    settle_competence(world, worker)
    worker.left_state = worker.state
    if worker.state == APPRENTICE or worker.state == ACTIVE:
        _count_cases(world, worker, -1)
        worker.lapsed = False  # grace begins afresh on return (R2.7)
        _end_unsupervised(world, worker)
        suspend_hours(world, worker)
        move(world, worker, ABSENT)
    else:
        worker.away = True
    world.absent_now.append(worker)
    world.unsettled = True


def come_back(world: World, worker: Worker) -> None:
    """In the state that was left."""
    settle_competence(world, worker)
    if worker.state == ABSENT:
        move(world, worker, worker.left_state)
        resume_hours(world, worker)
        _count_cases(world, worker, 1)
        look_above(world, worker)
    else:
        worker.away = False
    _end_hold(worker)
    world.returned.append(worker)
    world.unsettled = True


def _end_hold(worker: Worker) -> None:
    """Nothing has to be held any more: the worker is back, or has gone."""
    if worker.hold is not None:
        worker.hold.withdraw()


def change_hours(world: World, worker: Worker, available: int) -> None:
    """Other hours from now on; what no longer fits is settled in the C-phase (R2.5)."""
    set_hours(world, worker, available)
    world.hours_reduced.append(worker)
    world.unsettled = True


def leave(world: World, worker: Worker, reason: int) -> None:
    """Gone, for the exit at this place in the tier's `exit_names`. The C-phase settles what it means for others."""
    _count_leaver(world, worker, reason)
    worker.state = EXITED
    depart(worker)
    worker.tier_site.leavers += 1
    note(world, Event.EXITED, of_worker(worker), NOBODY, worker.tier.exit_texts + reason)
    cancel_clocks(worker)
    worker.practices += 1
    worker.practising = False
    stop_awaiting(world, worker)
    _end_hold(worker)
    break_promise(world, worker)
    world.ended.append(worker)
    world.unsettled = True
    touch(world, worker)


def _count_leaver(world: World, worker: Worker, reason: int) -> None:
    """Out of every level in which the worker is counted."""
    base, counts = worker.tier.base, worker.tier.counts
    certified = worker.state == ACTIVE or (worker.state == ABSENT and worker.left_state == ACTIVE)
    if worker.state == APPRENTICE or worker.state == ACTIVE:
        _count_cases(world, worker, -1)
    if worker.state == APPRENTICE or worker.state == ACTIVE or worker.state == ABSENT:
        close_hours(world, worker)
    if certified:
        count(world, counts + TierCount.CERTIFIED_EXITED, 1)
    shift(world, base + worker.state, -1)
    _end_unsupervised(world, worker)
    set_missed(world, worker, False)
    if worker.on_notice:
        shift(world, base + TierLevel.ON_NOTICE, -1)
    elif not worker.promoting:
        count_staff(world, worker, -1)
    if not worker.deployed:
        shift(world, base + TierLevel.NOT_DEPLOYED, -1)
    _close_recruit(world, worker, False)
    close_trainee(world, worker, False)
    count(world, counts + TierCount.EXITED, 1)
    count(world, counts + _FIRST_EXIT + reason, 1)


def count_awaiting(world: World, worker: Worker, by: int) -> None:
    """One more, or one less, who waits for the competence that the certificate asks for."""
    worker.tier_state.awaiting += by
    world.awaiting_changed = True


def stop_awaiting(world: World, worker: Worker) -> None:
    """The worker no longer waits for it: certified, or gone. Who is away is not counted."""
    if worker.awaits_competence:
        worker.awaits_competence = False
        count_awaiting(world, worker, 0 if worker.away else -1)
