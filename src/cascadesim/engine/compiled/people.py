"""The moves of workers between states (R2.1), and their head counts."""

from __future__ import annotations

from cascadesim.engine.compiled.ability import begin_ability, settle
from cascadesim.engine.compiled.due_dates import expect
from cascadesim.engine.compiled.enrolment import enrol
from cascadesim.engine.compiled.ledger import (
    close_hours,
    open_hours,
    release_extra,
    resume_hours,
    set_hours,
    suspend_hours,
    touch,
)
from cascadesim.engine.compiled.lives import clocks_of_certified, silence, start_clocks
from cascadesim.engine.compiled.luck import chance
from cascadesim.engine.compiled.memory import address, compiled
from cascadesim.engine.compiled.newcomers import ALL_LANGUAGES, draw_worker, successor
from cascadesim.engine.compiled.nouns import group_at, worker_at
from cascadesim.engine.compiled.openings import expect_promotion, look_above, promise_broken, staff
from cascadesim.engine.compiled.organisation import set_duties
from cascadesim.engine.compiled.plan_nouns import supervision_plan_at, tier_plan_at
from cascadesim.engine.compiled.pressure import set_multipliers, unaim
from cascadesim.engine.compiled.record import count, level, note, note_coded, shift, swap
from cascadesim.engine.compiled.rooms import level_state, place_of, tier_at
from cascadesim.engine.compiled.texts import NO_TEXT
from cascadesim.engine.compiled.texts import RECRUITED as RECRUITED_DETAIL
from cascadesim.engine.compiled.vectors import (
    ABSENT_NOW,
    ENDED,
    FALLEN,
    IDLED,
    RETURNED,
    TEACHERS,
    UNDEPLOYED,
    push,
    vector,
)
from cascadesim.engine.compiled.whereabouts import depart, enter
from cascadesim.model.counters import TIER_COUNTS, TIER_LEVELS
from cascadesim.model.enums import Entry, Event, Kind, Purpose, WorkerState

_WORKER = int(Kind.WORKER)
CANDIDATE, IN_TRAINING, APPRENTICE, ACTIVE, ABSENT, EXITED = (int(state) for state in WorkerState)
_ON_NOTICE, _UNSUPERVISED, _DELIVERING, _IDLE, _MISSED, _NOT_DEPLOYED = (
    TIER_LEVELS.index(name)
    for name in ("on_notice", "unsupervised", "delivering", "idle_active", "missed_refresher", "not_deployed")
)
_RECRUITED, _REPLACING, _CERTIFIED, _EXITED, _CERTIFIED_EXITED, _PROMOTED_IN = (
    TIER_COUNTS.index(name)
    for name in ("recruited", "recruited_replacing", "certified", "exited", "certified_exited", "promoted_in")
)
_FIRST_EXIT = len(TIER_COUNTS)
_NOTE_RECRUITED, _NOTE_CERTIFIED, _NOTE_EXITED, _NOTE_IDLE, _NOTE_NO_TRAINER, _NOTE_NOTICE, _NOTE_UNSUPERVISED = (
    int(event)
    for event in (
        Event.RECRUITED,
        Event.CERTIFIED,
        Event.EXITED,
        Event.IDLE,
        Event.NO_TRAINER,
        Event.NOTICE,
        Event.UNSUPERVISED,
    )
)
_SELECTION, _DEPLOYMENT, _TRAINS = int(Purpose.SELECTION), int(Purpose.DEPLOYMENT), int(Purpose.TRAINS)
INITIAL, INTAKE, POISSON, VACANCY = (int(entry) for entry in Entry)
PROMOTION = len(Entry)


# --- coming -----------------------------------------------------------------------------------------------------------


@compiled
def recruit(S, level, site, entry, date, position):
    """Somebody new: a candidate, or certified at once (initial workers, tiers that need no training)."""
    tier = tier_at(S, level)
    tenure = tier.initial_tenure_minutes if entry == INITIAL else 0
    w = draw_worker(S, level, site, entry, date, position, tenure)
    place = place_of(S, level, site)
    if place.leavers > 0:
        place.leavers -= 1
        count(S, tier.counts + _REPLACING, 1)
    _enter(S, w, entry, tenure)
    if entry == INITIAL or tier.n_courses == 0:
        start_practising(S, w)
        certify(S, w, tenure)
    elif chance(S, tier.selection_probability, w.stream, _SELECTION, 0):
        enrol(S, w, S.now)
    else:
        leave(S, w, tier.not_selected)


@compiled
def move_up(S, old):
    """Up a tier: gone from the old one, a candidate of the next, with key, hours and competence kept (R9.2)."""
    settle(S, old)
    leave(S, old, tier_plan_at(old.tier).promoted)
    w = successor(S, old)
    tier = tier_plan_at(w.tier)
    count(S, tier.counts + _PROMOTED_IN, 1)
    _enter(S, w, PROMOTION, S.now - w.recruited_at)
    if tier.n_courses > 0:
        enrol(S, w, S.now)
    else:
        start_practising(S, w)
        certify(S, w, 0)


@compiled
def _enter(S, w, how, tenure):
    tier = tier_plan_at(w.tier)
    enter(S, w)
    count(S, tier.counts + _RECRUITED, 1)
    shift(S, tier.base + CANDIDATE, 1)
    spoken = 0 if w.speaks == ALL_LANGUAGES else w.speaks
    note_coded(S, _NOTE_RECRUITED, _WORKER, w.key, w.level, 0, -1, RECRUITED_DETAIL, how, spoken, w.available)
    staff(S, w.level, w.site, 1)
    set_multipliers(S, w)
    start_clocks(S, w, tenure, 0)


# --- moving -----------------------------------------------------------------------------------------------------------


@compiled
def move(S, w, state):
    """Into another state."""
    base, here = tier_plan_at(w.tier).base, level_state(S, w.level)
    swap(S, base + w.state, base + state)
    w.state = state
    if state == ACTIVE and here.first_full < 0 and 0 < here.planned <= level(S, base + ACTIVE):
        here.first_full = S.now


@compiled
def start_practising(S, w):
    """An apprentice now: their hours begin to count, and so does being without a supervisor."""
    move(S, w, APPRENTICE)
    open_hours(S, w)
    begin_ability(S, w)
    set_duties(S, w)
    supervision = tier_plan_at(w.tier).supervision
    if supervision != 0:
        w.supervised = 0
        w.reserved = supervision_plan_at(supervision).seat_rate


@compiled
def certify(S, w, tenure):
    """An active worker from now on, with `tenure` minutes behind them; deployed or not (R2.6)."""
    tier = tier_plan_at(w.tier)
    move(S, w, ACTIVE)
    count(S, tier.counts + _CERTIFIED, 1)
    if w.n_open == 0:
        shift(S, tier.base + _IDLE, 1)
    w.certified_at = S.now - tenure
    note(S, _NOTE_CERTIFIED, _WORKER, w.key, w.level, 0, -1, NO_TEXT, max(0, round(w.competence * 1e9)))
    if w.group != 0:
        release_extra(S, w, worker_at(group_at(w.group).supervisor))
    clocks_of_certified(S, w, tenure)
    expect(S, w)
    if tier.trains:
        push(S, vector(S, TEACHERS + w.level), address(w))
    expect_promotion(S, w)
    touch(S, w)
    if not chance(S, tier.deployment_probability, w.stream, _DEPLOYMENT, 0):
        S.unsettled = 1
        if not tier.idle_if_not_deployed:  # goes when all events of the instant are over, other sessions too
            push(S, vector(S, UNDEPLOYED), address(w))
            return
        _stay_idle(S, w)
    if not chance(S, tier.trains_probability, w.stream, _TRAINS, 0):
        w.trainer = 0
        note(S, _NOTE_NO_TRAINER, _WORKER, w.key, w.level, 0, -1, NO_TEXT, 0)


@compiled
def _stay_idle(S, w):
    w.deployed = w.placeable = 0
    w.refresher_due = -1  # who sees no clients is not asked to a refresher
    shift(S, tier_plan_at(w.tier).base + _NOT_DEPLOYED, 1)
    note(S, _NOTE_IDLE, _WORKER, w.key, w.level, 0, -1, NO_TEXT, 0)
    push(S, vector(S, IDLED), address(w))


# --- cases ------------------------------------------------------------------------------------------------------------


@compiled
def count_case_taken(S, w):
    """One more open case; the first one makes the worker a delivering one."""
    if w.n_open == 0:
        base = tier_plan_at(w.tier).base
        if w.state == ACTIVE:
            swap(S, base + _IDLE, base + _DELIVERING)
        else:
            shift(S, base + _DELIVERING, 1)
    w.n_open += 1


@compiled
def count_case_dropped(S, w):
    """One open case less."""
    w.n_open -= 1
    if w.n_open == 0 and not w.away:
        base = tier_plan_at(w.tier).base
        if w.state == ACTIVE:
            swap(S, base + _DELIVERING, base + _IDLE)
        else:
            shift(S, base + _DELIVERING, -1)


@compiled
def _count_cases(S, w, sign):
    """Whether the worker is delivering or idle, counted or no longer counted."""
    base = tier_plan_at(w.tier).base
    if w.n_open > 0:
        shift(S, base + _DELIVERING, sign)
    elif w.state == ACTIVE:
        shift(S, base + _IDLE, sign)


# --- flags ------------------------------------------------------------------------------------------------------------


@compiled
def give_notice(S, w, text, ends):
    """Working out their notice: nothing new is given to them (R5.6)."""
    if not w.on_notice:
        if w.promoting:
            promise_broken(S, w)
        else:
            staff(S, w.level, w.site, -1)
        w.on_notice = 1
        w.placeable = 0
        shift(S, tier_plan_at(w.tier).base + _ON_NOTICE, 1)
        touch(S, w)
    note(S, _NOTE_NOTICE, _WORKER, w.key, w.level, 0, -1, text, ends)


@compiled
def set_promoting(S, w):
    """About to move up a tier: nothing new is given to them, and they are no longer counted on here (R9.2)."""
    w.promoting = 1
    w.placeable = 0
    staff(S, w.level, w.site, -1)
    touch(S, w)


@compiled
def mark_unsupervised(S, w):
    """Without a seat from the end of this C-phase (R4.5)."""
    settle(S, w)
    w.unsupervised_since = S.now
    shift(S, tier_plan_at(w.tier).base + _UNSUPERVISED, 1)
    note(S, _NOTE_UNSUPERVISED, _WORKER, w.key, w.level, 0, -1, NO_TEXT, 0)
    unaim(S, w)


@compiled
def mark_supervised(S, w):
    """With a seat again; grace starts afresh next time."""
    w.supervised = 1
    w.reserved = 0
    w.lapsed = 0
    _end_unsupervised(S, w)


@compiled
def _end_unsupervised(S, w):
    if w.unsupervised_since >= 0:
        settle(S, w)
        w.unsupervised_since = -1
        shift(S, tier_plan_at(w.tier).base + _UNSUPERVISED, -1)
        unaim(S, w)


@compiled
def set_missed(S, w, missed):
    """Whether the worker's refresher is overdue (R3.9)."""
    if w.missed_refresher != missed:
        w.missed_refresher = missed
        shift(S, tier_plan_at(w.tier).base + _MISSED, 1 if missed else -1)
        unaim(S, w)


# --- going away and going ---------------------------------------------------------------------------------------------


@compiled
def go_away(S, w):
    """Absent from now on (R2.7). Candidates and trainees have nothing that stands still."""
    settle(S, w)
    w.left_state = w.state
    if w.state == APPRENTICE or w.state == ACTIVE:
        _count_cases(S, w, -1)
        w.lapsed = 0  # grace begins afresh on return (R2.7)
        _end_unsupervised(S, w)
        suspend_hours(S, w)
        move(S, w, ABSENT)
    else:
        w.away = 1
    push(S, vector(S, ABSENT_NOW), address(w))
    S.unsettled = 1


@compiled
def come_back(S, w):
    """In the state that was left."""
    settle(S, w)
    if w.state == ABSENT:
        move(S, w, w.left_state)
        resume_hours(S, w)
        _count_cases(S, w, 1)
        look_above(S, w)
    else:
        w.away = 0
    push(S, vector(S, RETURNED), address(w))
    S.unsettled = 1


@compiled
def change_hours(S, w, available):
    """Other hours from now on; what no longer fits is settled in the C-phase (R2.5)."""
    set_hours(S, w, available)
    push(S, vector(S, FALLEN), address(w))
    S.unsettled = 1


@compiled
def leave(S, w, reason):
    """Gone, for the reason at this place among the tier's. What it means for others is settled in the C-phase."""
    tier = tier_plan_at(w.tier)
    base = tier.base
    certified = w.state == ACTIVE or (w.state == ABSENT and w.left_state == ACTIVE)
    if w.state == APPRENTICE or w.state == ACTIVE:
        _count_cases(S, w, -1)
    if w.state == APPRENTICE or w.state == ACTIVE or w.state == ABSENT:
        close_hours(S, w)
    if certified:
        count(S, tier.counts + _CERTIFIED_EXITED, 1)
    shift(S, base + w.state, -1)
    _end_unsupervised(S, w)
    set_missed(S, w, 0)
    if w.on_notice:
        shift(S, base + _ON_NOTICE, -1)
    elif not w.promoting:
        staff(S, w.level, w.site, -1)
    if not w.deployed:
        shift(S, base + _NOT_DEPLOYED, -1)
    w.state = EXITED
    depart(S, w)
    place_of(S, w.level, w.site).leavers += 1
    count(S, tier.counts + _EXITED, 1)
    count(S, tier.counts + _FIRST_EXIT + reason, 1)
    note(S, _NOTE_EXITED, _WORKER, w.key, w.level, 0, -1, tier.exit_texts + reason, 0)
    silence(w)
    w.practices += 1
    w.practising = 0
    stop_awaiting(S, w)
    promise_broken(S, w)
    push(S, vector(S, ENDED), address(w))
    S.unsettled = 1
    touch(S, w)


@compiled
def stop_awaiting(S, w):
    """The worker no longer waits for the competence that the certificate asks for: certified, or gone."""
    if w.awaits_competence:
        w.awaits_competence = 0
        level_state(S, w.level).awaiting -= 0 if w.away else 1
        S.awaiting_changed = 1
