"""Individual episodes of care, session by session, and their transfer when a worker goes (R8.1, R8.2, R8.5)."""

from __future__ import annotations

from cascadesim.engine.apprenticeship import end_practice_case, test_practice
from cascadesim.engine.calendar import SESSION, put
from cascadesim.engine.clients import (
    count_attended,
    count_no_show,
    count_session,
    draw_start,
    end_client,
    pay_interpreter,
    place_client,
)
from cascadesim.engine.competence import hold_session
from cascadesim.engine.event_log import (
    CONTINUE,
    INTERPRETER,
    NO_SHOWS,
    NO_TEXT,
    NOT_SUPERVISED,
    SUPERVISED,
    note,
    of_worker,
    seen_by,
)
from cascadesim.engine.hours_ledger import CLIENTS, book, commit
from cascadesim.engine.records import AWAITING_TRANSFER, Client, Worker, World
from cascadesim.engine.referrals import hand_over
from cascadesim.engine.runtime.lists import insert_by_key, take_out
from cascadesim.engine.sampling import chance, minutes
from cascadesim.engine.workers import drop_case, take_case
from cascadesim.model.counters import ClientCount
from cascadesim.model.enums import Event, Purpose, Rank
from cascadesim.model.units import rate_over

_INTERVAL, _SHOW, _CONTINUE = int(Purpose.INTERVAL), int(Purpose.SHOW), int(Purpose.CONTINUE)
_SESSION_END = int(Rank.SESSION_END)
TRY_BITS = 20  # the index of a draw that is keyed by (session, try), or (transfer, session, try)

# --- beginning --------------------------------------------------------------------------------------------------------


def begin_episode(world: World, client: Client, worker: Worker, interpreted: bool) -> None:
    """An episode begins or goes on with this worker; a non-starter holds the place for one interval (R8.2)."""
    resumed = client.state == AWAITING_TRANSFER
    place_client(world, client)
    client.worker = worker
    client.attended_here, client.unsupervised_here = 0, False
    _commit_hours(world, client, worker, interpreted, resumed)
    worker.last_start = world.now
    if not resumed:
        draw_start(world, client)
    wait = _schedule_session(world, client)
    if world.keeps_log:
        event = Event.RESUMED if resumed else Event.STARTED if client.starts != 0 else Event.NOT_STARTING
        note(world, event, seen_by(client, worker), of_worker(worker), INTERPRETER if interpreted else NO_TEXT, wait)


def _commit_hours(world: World, client: Client, worker: Worker, interpreted: bool, resumed: bool) -> None:
    form = client.client_class.form
    client.interpreted = interpreted
    client.rate = form.interpreted_rate if interpreted else form.episode_rate
    client.research = form.research_rate
    client.assessment = 0
    if not resumed:
        client.assessment = form.interpreted_assessment_rate if interpreted else form.assessment_rate
    insert_by_key(worker.clients, client)
    take_case(world, worker, client.rate + client.assessment, client.research)


def _schedule_session(world: World, client: Client) -> int:
    form = client.client_class.form
    index = client.spells << 2 * TRY_BITS | client.attended << TRY_BITS | client.tries
    wait = minutes(world, form.interval, client.stream, _INTERVAL, index)
    rate, mean = client.rate + client.assessment, form.mean_interval
    research = rate_over(client.research, mean, wait) - client.research
    book(world, client.worker, client, rate_over(rate, mean, wait) - rate, research)
    client.due = world.now + wait
    put(world, client.due, _SESSION_END, client.key, SESSION, client, client.generation)
    return wait


# --- sessions ---------------------------------------------------------------------------------------------------------


def end_session(world: World, client: Client, number: int) -> None:
    """The end of one interval: no-show, or a session and what follows from it."""
    if client.generation != number:
        return
    world.events += 1
    worker, plan, form = client.worker, world.plan.clients, client.client_class.form
    if client.assessment != 0:
        commit(world, worker, CLIENTS, -client.assessment)
        client.assessment = 0
        if client.interpreted:
            pay_interpreter(world, form.interpreted_assessment_minutes)
        world.c_phase_pending = True  # there may be room for somebody else now
    attempt = client.attended << TRY_BITS | client.tries
    if client.starts == 0:
        _close(world, client, worker, ClientCount.NEVER_STARTED, NO_TEXT)
    elif chance(world, plan.no_show_probability, client.stream, _SHOW, attempt):
        _miss_session(world, client, worker, plan.max_no_shows)
    else:
        _attend(world, client, worker)
        if client.attended >= form.sessions:
            _close(world, client, worker, ClientCount.COMPLETED, NO_TEXT)
        elif chance(world, plan.continue_probability, client.stream, _CONTINUE, client.attended):
            _schedule_session(world, client)
        else:
            _close(world, client, worker, ClientCount.DROPPED_OUT, CONTINUE)
        if worker.awaits_competence and worker.supervised:  # last: who is certified may not be deployed, and leave
            test_practice(world, worker)
            world.c_phase_pending = True


def _miss_session(world: World, client: Client, worker: Worker, most: int) -> None:
    count_no_show(client)
    note(world, Event.NO_SHOW, seen_by(client, worker), of_worker(worker), NO_TEXT, client.tries)
    if 0 <= most < client.no_shows:
        _close(world, client, worker, ClientCount.DROPPED_OUT, NO_SHOWS)
    else:
        _schedule_session(world, client)


def _attend(world: World, client: Client, worker: Worker) -> None:
    count_attended(client, worker.supervised)
    client.attended_here += 1
    count_session(world, client, client.interpreted)
    if not worker.supervised:
        client.unsupervised_here = True
    if world.keeps_log:
        how = SUPERVISED if worker.supervised else NOT_SUPERVISED
        note(world, Event.SESSION, seen_by(client, worker), of_worker(worker), how, client.attended)
    hold_session(world, worker, worker.tier_state.attendance)


# --- ending -----------------------------------------------------------------------------------------------------------


def _close(world: World, client: Client, worker: Worker, outcome: int, text: int) -> None:
    """The episode is over; for an apprentice it may have been the last practice case."""
    _let_go(world, client, worker)
    end_client(world, client, outcome, worker, text)
    sessions = client.client_class.form.sessions
    end_practice_case(world, worker, client.attended_here, sessions, client.unsupervised_here)
    world.c_phase_pending = True


def _let_go(world: World, client: Client, worker: Worker) -> None:
    """One case less of a worker."""
    take_out(worker.clients, client)
    book(world, worker, client, 0, 0)
    drop_case(world, worker, client.rate + client.assessment, client.research)
    client.assessment = 0


def leave_care(world: World, client: Client, text: int) -> None:
    """A client in care leaves for a reason of their own: the episode has ended, as a case too (R2.8)."""
    _close(world, client, client.worker, ClientCount.LEFT_FOR_OWN_REASON, text)


def release_case(world: World, client: Client, worker: Worker) -> None:
    """The worker has gone or may practise no longer: the case waits for somebody else, or is lost (R8.5).

    Who would not have started waits for nobody.
    """
    _let_go(world, client, worker)
    if client.starts != 0:
        hand_over(world, client, worker)
    else:
        end_client(world, client, ClientCount.NEVER_STARTED, worker, NO_TEXT)


# --- while the worker is away -----------------------------------------------------------------------------------------


def pause(world: World, client: Client, worker: Worker) -> None:
    """The running interval stands still (R2.7)."""
    client.generation += 1
    client.due -= world.now
    note(world, Event.PAUSED, seen_by(client, worker), of_worker(worker), NO_TEXT, client.due)


def unpause(world: World, client: Client, worker: Worker) -> None:
    """The interval goes on."""
    note(world, Event.UNPAUSED, seen_by(client, worker), of_worker(worker))
    client.due += world.now
    put(world, client.due, _SESSION_END, client.key, SESSION, client, client.generation)
