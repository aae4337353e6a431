"""Individual episodes of care, session by session, and their hand-over when a worker goes (R8.1, R8.2, R8.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.engine.ability import Ability
from cascadesim.engine.apprenticeship import Apprenticeship
from cascadesim.engine.clients import (
    HANDED_OVER,
    HANDED_OVERS,
    NO_SHOWS,
    SESSIONS,
    UNSUPERVISED_SESSIONS,
    Client,
    ClientBook,
)
from cascadesim.engine.clock import Due
from cascadesim.engine.ledger import CLIENTS, RESEARCH, Ledger
from cascadesim.engine.people import People
from cascadesim.engine.pressure import Pressure
from cascadesim.engine.waiting import WaitingRoom
from cascadesim.engine.worker import EXITED, Worker
from cascadesim.model.enums import Event, Kind, Purpose, Rank
from cascadesim.model.plan import ClientPlan

if TYPE_CHECKING:
    from cascadesim.engine.world import World

_CLIENT, _WORKER, _SESSION_END = int(Kind.CLIENT), int(Kind.WORKER), int(Rank.SESSION_END)
_START, _SHOW, _CONTINUE = int(Purpose.START), int(Purpose.SHOW), int(Purpose.CONTINUE)
_INTERVAL = int(Purpose.INTERVAL)
_TRY_BITS = 20  # the index of a draw that is keyed by (session, try)


class Care:
    """Runs the open episodes."""

    def __init__(
        self,
        world: World,
        plan: ClientPlan,
        book: ClientBook,
        waiting: WaitingRoom,
        people: People,
        ledger: Ledger,
        apprenticeship: Apprenticeship,
        ability: Ability,
        pressure: Pressure,
    ) -> None:
        self.world = world
        self.plan = plan
        self.book = book
        self.waiting = waiting
        self.clock = world.clock
        self.record = world.record
        self.people = people
        self.ledger = ledger
        self.apprenticeship = apprenticeship
        self.ability = ability
        self.pressure = pressure
        self.modelled = [tier.competence is not None for tier in world.plan.tiers]

    # --- beginning --------------------------------------------------------------------------------------------------

    def place(self, client: Client, worker: Worker, interpreted: bool) -> None:
        """An episode begins or goes on with this worker; a non-starter holds the place for one interval (R8.2)."""
        now = self.clock.now
        resumed = client.state == HANDED_OVER
        self.book.place(client)
        client.worker = worker
        client.attended_here = 0
        client.unsupervised_here = False
        self._commit(client, worker, interpreted, resumed)
        worker.last_start = now
        if not resumed:
            client.starts = self.world.chance(self.plan.start_probability, client.stream, _START)
            if client.starts:
                self.book.count_start(client, now)
        minutes = self._schedule_session(client)
        if self.record.keeps_log:
            event = Event.RESUMED if resumed else Event.STARTED if client.starts else Event.NOT_STARTING
            detail = "interpreter" if interpreted else ""
            self.record.note(event, _CLIENT, client.key, worker.level, _WORKER, worker.key, detail, minutes)

    def _commit(self, client: Client, worker: Worker, interpreted: bool, resumed: bool) -> None:
        form = client.demand.plan
        client.interpreted = interpreted
        client.rate = form.interpreted_rate if interpreted else form.episode_rate
        client.research = form.research_rate
        client.assessment = 0
        if not resumed:
            client.assessment = form.interpreted_assessment_rate if interpreted else form.assessment_rate
        self.people.take_case(worker, client.key, client)
        self.ledger.book(worker, CLIENTS, client.rate + client.assessment)
        if client.research:
            self.ledger.book(worker, RESEARCH, client.research)

    def _uncommit(self, client: Client, worker: Worker) -> None:
        """The worker has one case less."""
        self.people.drop_case(worker, client.key)
        self.ledger.book(worker, CLIENTS, -client.rate - client.assessment)
        if client.research:
            self.ledger.book(worker, RESEARCH, -client.research)
        client.assessment = 0

    def _schedule_session(self, client: Client) -> int:
        index = client.attended << _TRY_BITS | client.tries
        minutes = self.world.minutes(client.demand.plan.interval, client.stream, _INTERVAL, index)
        client.due = minute = self.clock.now + minutes
        if minute < self.world.plan.horizon:
            self.clock.at(minute, _SESSION_END, client.key, self._session, client, client.generation)
        return minutes

    # --- sessions ---------------------------------------------------------------------------------------------------

    def _session(self, due: Due) -> None:
        """The end of one interval: no-show, or a session and what follows from it."""
        client: Client = due.who
        if client.generation != due.generation:
            return
        self.record.events += 1
        worker, plan = client.worker, self.plan
        assert worker is not None
        if client.assessment:
            self.ledger.book(worker, CLIENTS, -client.assessment)
            client.assessment = 0
            if client.interpreted:
                self.book.pay_interpreter(client.demand.plan.interpreted_assessment_minutes)
            self.clock.wake()  # there may be room for somebody else now
        if not client.starts:
            self._close(client, worker, "never_started")
        elif self.world.chance(
            plan.no_show_probability, client.stream, _SHOW, client.attended << _TRY_BITS | client.tries
        ):
            self._no_show(client, worker)
        else:
            self._attend(client, worker)
            if client.attended >= client.demand.plan.sessions:
                self._close(client, worker, "completed")
            elif self.world.chance(plan.continue_probability, client.stream, _CONTINUE, client.attended):
                self._schedule_session(client)
            else:
                self._close(client, worker, "dropped_out", "continue")
            if worker.awaits_competence and worker.supervised:  # last: who is certified may not be deployed, and leave
                self.apprenticeship.session_held(worker)
                self.clock.wake()

    def _no_show(self, client: Client, worker: Worker) -> None:
        client.tries += 1
        client.counts[NO_SHOWS] += 1
        self.record.note(
            Event.NO_SHOW, _CLIENT, client.key, worker.level, _WORKER, worker.key, amount=client.tries
        )
        client.no_shows += 1
        if 0 <= self.plan.max_no_shows < client.no_shows:
            self._close(client, worker, "dropped_out", "no_shows")
        else:
            self._schedule_session(client)

    def _attend(self, client: Client, worker: Worker) -> None:
        client.attended += 1
        client.attended_here += 1
        client.tries = 0
        client.counts[SESSIONS] += 1
        self.book.count_session(client, client.interpreted)
        if not worker.supervised:
            client.unsupervised_here = True
            client.counts[UNSUPERVISED_SESSIONS] += 1
        if self.record.keeps_log:
            detail = "supervised" if worker.supervised else "unsupervised"
            self.record.note(
                Event.SESSION, _CLIENT, client.key, worker.level, _WORKER, worker.key, detail, client.attended
            )
        if self.modelled[worker.level]:
            self.ability.practised(worker, self.pressure.attendance[worker.level])

    # --- ending -----------------------------------------------------------------------------------------------------

    def _close(self, client: Client, worker: Worker, outcome: str, detail: str = "") -> None:
        """The episode is over; for an apprentice it may have been the last practice case."""
        self._uncommit(client, worker)
        self.book.end(client, outcome, worker, detail)
        to_have = client.demand.plan.sessions
        self.apprenticeship.case_ended(worker, client.attended_here, to_have, client.unsupervised_here)
        self.clock.wake()

    def leave(self, client: Client, reason: str) -> None:
        """A client in care leaves for a reason of their own: the episode has ended, as a case too (R2.8)."""
        worker = client.worker
        assert worker is not None
        if worker.state == EXITED:  # in this instant: nothing of theirs is committed or counted any more
            del worker.open[client.key]
            self.book.end(client, "left_for_own_reason", worker, reason)
        else:
            self._close(client, worker, "left_for_own_reason", reason)

    def release(self, client: Client, worker: Worker) -> None:
        """The worker has gone or may practise no longer: the case waits for somebody else, or is lost (R8.5).

        Who would not have started waits for nobody.
        """
        if worker.state != EXITED:
            self._uncommit(client, worker)
        client.assessment = 0
        if client.starts:
            self.hand_over(client, worker)
        else:
            self.book.end(client, "never_started", worker)

    def hand_over(self, client: Client, worker: Worker) -> None:
        """From this worker, or from a group of theirs, into hand-over; or lost, where there is none."""
        if not self.plan.hand_over:
            self.book.end(client, "lost_on_exit", worker)
            return
        client.state = HANDED_OVER
        client.generation += 1
        client.worker = None
        client.spells += 1
        self.record.swap(self.book.in_care, self.book.in_handover)
        client.counts[HANDED_OVERS] += 1
        self.record.note(Event.HANDED_OVER, _CLIENT, client.key, worker.level, _WORKER, worker.key)
        self.waiting.join_handovers(client)

    # --- while the worker is away -----------------------------------------------------------------------------------

    def pause(self, client: Client, worker: Worker) -> None:
        """The running interval stands still (R2.7)."""
        client.generation += 1
        client.due -= self.clock.now
        self.record.note(
            Event.PAUSED, _CLIENT, client.key, worker.level, _WORKER, worker.key, amount=client.due
        )

    def unpause(self, client: Client, worker: Worker) -> None:
        """The interval goes on."""
        self.record.note(Event.UNPAUSED, _CLIENT, client.key, worker.level, _WORKER, worker.key)
        client.due += self.clock.now
        if client.due < self.world.plan.horizon:
            self.clock.at(client.due, _SESSION_END, client.key, self._session, client, client.generation)
