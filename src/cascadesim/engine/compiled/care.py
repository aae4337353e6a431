"""Individual episodes of care, session by session, and their hand-over when a worker goes (R8.1, R8.2, R8.5)."""

from __future__ import annotations

from cascadesim.engine.compiled.ability import practised
from cascadesim.engine.compiled.apprenticeship import case_ended, session_held
from cascadesim.engine.compiled.cases import open_case, shut_case
from cascadesim.engine.compiled.clients import (
    COMPLETED,
    DROPPED_OUT,
    HANDED_OVER,
    HANDED_OVERS,
    LEFT,
    LOST_ON_EXIT,
    NEVER_STARTED,
    NO_SHOWS,
    SESSIONS,
    UNSUPERVISED_SESSIONS,
    add,
    count_session,
    count_start,
    end_client,
    form_of,
    pay_interpreter,
    place_client,
)
from cascadesim.engine.compiled.clock import SESSION, put
from cascadesim.engine.compiled.ledger import CLIENTS, RESEARCH, book
from cascadesim.engine.compiled.luck import chance, minutes
from cascadesim.engine.compiled.memory import address, compiled
from cascadesim.engine.compiled.nouns import worker_at
from cascadesim.engine.compiled.people import EXITED, count_case_dropped, count_case_taken
from cascadesim.engine.compiled.plan_nouns import care_at
from cascadesim.engine.compiled.record import note, swap
from cascadesim.engine.compiled.rooms import level_state
from cascadesim.engine.compiled.texts import (
    CONTINUE,
    INTERPRETER,
    NO_TEXT,
    NOT_SUPERVISED,
    SUPERVISED,
)
from cascadesim.engine.compiled.texts import NO_SHOWS as NO_SHOWS_TEXT
from cascadesim.engine.compiled.waiting import wait_for_another
from cascadesim.model.counters import CLIENT_LEVELS
from cascadesim.model.enums import Event, Kind, Purpose, Rank

_CLIENT, _WORKER, _SESSION_END = int(Kind.CLIENT), int(Kind.WORKER), int(Rank.SESSION_END)
START, SHOW, GO_ON, _INTERVAL = (
    int(Purpose.START),
    int(Purpose.SHOW),
    int(Purpose.CONTINUE),
    int(Purpose.INTERVAL),
)
_IN_HANDOVER, _IN_CARE = CLIENT_LEVELS.index("in_handover"), CLIENT_LEVELS.index("in_care")
TRY_BITS = 20  # the index of a draw that is keyed by (session, try)
_RESUMED, _STARTED, _NOT_STARTING, _SESSION, _NO_SHOW, _HANDED_OVER, _PAUSED, _UNPAUSED = (
    int(event)
    for event in (
        Event.RESUMED,
        Event.STARTED,
        Event.NOT_STARTING,
        Event.SESSION,
        Event.NO_SHOW,
        Event.HANDED_OVER,
        Event.PAUSED,
        Event.UNPAUSED,
    )
)


# --- beginning --------------------------------------------------------------------------------------------------------


@compiled
def give_place(S, c, w, interpreted):
    """An episode begins or goes on with this worker; a non-starter holds the place for one interval (R8.2)."""
    resumed = c.state == HANDED_OVER
    place_client(S, c)
    c.worker = address(w)
    c.attended_here = c.unsupervised_here = 0
    _commit(S, c, w, interpreted, resumed)
    w.last_start = S.now
    if not resumed:
        c.starts = 1 if chance(S, care_at(S.care).start_probability, c.stream, START, 0) else 0
        if c.starts:
            count_start(S, c)
    wait = _schedule_session(S, c)
    event = _RESUMED if resumed else _STARTED if c.starts else _NOT_STARTING
    note(S, event, _CLIENT, c.key, w.level, _WORKER, w.key, INTERPRETER if interpreted else NO_TEXT, wait)


@compiled
def _commit(S, c, w, interpreted, resumed):
    form = form_of(c)
    c.interpreted = interpreted
    c.rate = form.interpreted_rate if interpreted else form.episode_rate
    c.research = form.research_rate
    c.assessment = 0
    if not resumed:
        c.assessment = form.interpreted_assessment_rate if interpreted else form.assessment_rate
    count_case_taken(S, w)
    open_case(w, c)
    book(S, w, CLIENTS, c.rate + c.assessment)
    if c.research:
        book(S, w, RESEARCH, c.research)


@compiled
def _uncommit(S, c, w):
    """The worker has one case less."""
    shut_case(w, c)
    count_case_dropped(S, w)
    book(S, w, CLIENTS, -c.rate - c.assessment)
    if c.research:
        book(S, w, RESEARCH, -c.research)
    c.assessment = 0


@compiled
def _schedule_session(S, c):
    wait = minutes(S, form_of(c).interval, c.stream, _INTERVAL, c.attended << TRY_BITS | c.tries)
    c.due = S.now + wait
    put(S, c.due, _SESSION_END, c.key, SESSION, address(c), c.generation)
    return wait


# --- sessions ---------------------------------------------------------------------------------------------------------


@compiled
def end_session(S, c, number):
    """The end of one interval: no-show, or a session and what follows from it."""
    if c.generation != number:
        return
    S.events += 1
    w, plan = worker_at(c.worker), care_at(S.care)
    if c.assessment:
        book(S, w, CLIENTS, -c.assessment)
        c.assessment = 0
        if c.interpreted:
            pay_interpreter(S, form_of(c).interpreted_assessment_minutes)
        S.woken = 1  # there may be room for somebody else now
    if not c.starts:
        _close(S, c, w, NEVER_STARTED, NO_TEXT)
    elif chance(S, plan.no_show_probability, c.stream, SHOW, c.attended << TRY_BITS | c.tries):
        _no_show(S, c, w, plan.max_no_shows)
    else:
        _attend(S, c, w)
        if c.attended >= form_of(c).sessions:
            _close(S, c, w, COMPLETED, NO_TEXT)
        elif chance(S, plan.continue_probability, c.stream, GO_ON, c.attended):
            _schedule_session(S, c)
        else:
            _close(S, c, w, DROPPED_OUT, CONTINUE)
        if w.awaits_competence and w.supervised:  # last: who is certified may not be deployed, and leave
            session_held(S, w)
            S.woken = 1


@compiled
def _no_show(S, c, w, most):
    c.tries += 1
    add(c.counts, NO_SHOWS, 1)
    note(S, _NO_SHOW, _CLIENT, c.key, w.level, _WORKER, w.key, NO_TEXT, c.tries)
    c.no_shows += 1
    if 0 <= most < c.no_shows:
        _close(S, c, w, DROPPED_OUT, NO_SHOWS_TEXT)
    else:
        _schedule_session(S, c)


@compiled
def _attend(S, c, w):
    c.attended += 1
    c.attended_here += 1
    c.tries = 0
    add(c.counts, SESSIONS, 1)
    count_session(S, c, c.interpreted)
    if not w.supervised:
        c.unsupervised_here = 1
        add(c.counts, UNSUPERVISED_SESSIONS, 1)
    how = SUPERVISED if w.supervised else NOT_SUPERVISED
    note(S, _SESSION, _CLIENT, c.key, w.level, _WORKER, w.key, how, c.attended)
    practised(S, w, level_state(S, w.level).attendance)


# --- ending -----------------------------------------------------------------------------------------------------------


@compiled
def _close(S, c, w, outcome, text):
    """The episode is over; for an apprentice it may have been the last practice case."""
    _let_go(S, c, w)
    end_client(S, c, outcome, w.key, text)
    case_ended(S, w, c.attended_here, form_of(c).sessions, c.unsupervised_here)
    S.woken = 1


@compiled
def _let_go(S, c, w):
    """One case less of a worker, who may have left at this instant: then nothing is committed or counted any more."""
    if w.state != EXITED:
        _uncommit(S, c, w)
    else:
        shut_case(w, c)
        w.n_open -= 1


@compiled
def leave_care(S, c, text):
    """A client in care leaves for a reason of their own: the episode has ended, as a case too (R2.8)."""
    _close(S, c, worker_at(c.worker), LEFT, text)


@compiled
def release_case(S, c, w):
    """The worker has gone or may practise no longer: the case waits for somebody else, or is lost (R8.5).

    Who would not have started waits for nobody.
    """
    _let_go(S, c, w)
    c.assessment = 0
    if c.starts:
        hand_over(S, c, w)
    else:
        end_client(S, c, NEVER_STARTED, w.key, NO_TEXT)


@compiled
def hand_over(S, c, w):
    """From this worker, or from a group of theirs, into hand-over; or lost, where there is none."""
    if not care_at(S.care).hand_over:
        end_client(S, c, LOST_ON_EXIT, w.key, NO_TEXT)
        return
    c.state = HANDED_OVER
    c.generation += 1
    c.worker = 0
    c.spells += 1
    swap(S, S.client_levels + _IN_CARE, S.client_levels + _IN_HANDOVER)
    add(c.counts, HANDED_OVERS, 1)
    note(S, _HANDED_OVER, _CLIENT, c.key, w.level, _WORKER, w.key, NO_TEXT, 0)
    wait_for_another(S, c)


# --- while the worker is away -----------------------------------------------------------------------------------------


@compiled
def pause(S, c, w):
    """The running interval stands still (R2.7)."""
    c.generation += 1
    c.due -= S.now
    note(S, _PAUSED, _CLIENT, c.key, w.level, _WORKER, w.key, NO_TEXT, c.due)


@compiled
def unpause(S, c, w):
    """The interval goes on."""
    note(S, _UNPAUSED, _CLIENT, c.key, w.level, _WORKER, w.key, NO_TEXT, 0)
    c.due += S.now
    put(S, c.due, _SESSION_END, c.key, SESSION, address(c), c.generation)
