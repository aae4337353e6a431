"""Episodes of care, session by session, and their hand-over when a worker goes (R8.1, R8.2, R8.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.engine.apprenticeship import Apprenticeship
from cascadesim.engine.clients import (
    HANDED_OVER,
    HANDED_OVERS,
    IN_CARE,
    NO_SHOWS,
    SESSIONS,
    UNSUPERVISED_SESSIONS,
    Client,
    ClientBook,
)
from cascadesim.engine.clock import Due
from cascadesim.engine.ledger import CLIENTS, Ledger
from cascadesim.engine.people import People
from cascadesim.engine.waiting import WaitingRoom
from cascadesim.engine.worker import APPRENTICE, EXITED, Worker
from cascadesim.model.codes import Event, Kind, Purpose, Rank
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

    def place(self, client: Client, worker: Worker) -> None:
        """An episode begins or goes on with this worker; a non-starter holds the place for one interval (R8.2)."""
        now = self.clock.now
        resumed = client.state == HANDED_OVER
        self.record.swap(self.book.in_handover if resumed else self.book.waiting, self.book.in_care)
        client.state = IN_CARE
        client.worker = worker
        client.generation += 1
        client.attended_here = 0
        client.unsupervised_here = False
        self.people.take_case(worker, client)
        worker.last_start = now
        self.ledger.book(worker, CLIENTS, self.plan.episode_rate)
        if not resumed:
            client.starts = self.world.chance(self.plan.start_probability, client.stream, _START)
            if client.starts:
                self.book.count_start(client, now)
        minutes = self._schedule_session(client)
        if self.record.keeps_log:
            event = Event.RESUMED if resumed else Event.STARTED if client.starts else Event.NOT_STARTING
            self.record.note(event, _CLIENT, client.key, worker.level, _WORKER, worker.key, amount=minutes)

    def _schedule_session(self, client: Client) -> int:
        index = client.attended << _TRY_BITS | client.tries
        minutes = self.world.minutes(self.plan.interval, client.stream, _INTERVAL, index)
        minute = self.clock.now + minutes
        if minute < self.world.plan.horizon:
            self.clock.at(minute, _SESSION_END, client.key, self._session, client, client.generation)
        return minutes

    def _session(self, due: Due) -> None:
        """The end of one interval: no-show, or a session and what follows from it."""
        client: Client = due.who
        if client.generation != due.generation:
            return
        self.record.events += 1
        worker, plan = client.worker, self.plan
        assert worker is not None
        if not client.starts:
            self._close(client, worker, "never_started")
        elif self.world.chance(
            plan.no_show_probability, client.stream, _SHOW, client.attended << _TRY_BITS | client.tries
        ):
            self._no_show(client, worker)
        else:
            self._attend(client, worker)
            if client.attended == plan.sessions:
                self._close(client, worker, "completed")
            elif self.world.chance(plan.continue_probability, client.stream, _CONTINUE, client.attended):
                self._schedule_session(client)
            else:
                self._close(client, worker, "dropped_out", "continue")

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
        if not worker.supervised:
            client.unsupervised_here = True
            client.counts[UNSUPERVISED_SESSIONS] += 1
        if self.record.keeps_log:
            detail = "supervised" if worker.supervised else "unsupervised"
            self.record.note(
                Event.SESSION, _CLIENT, client.key, worker.level, _WORKER, worker.key, detail, client.attended
            )

    def _close(self, client: Client, worker: Worker, outcome: str, detail: str = "") -> None:
        """The episode is over; for an apprentice it may have been the last practice case."""
        self.record.shift(self.book.in_care, -1)
        self.people.drop_case(worker, client)
        self.ledger.book(worker, CLIENTS, -self.plan.episode_rate)
        self.book.end(client, outcome, worker, detail)
        if worker.state == APPRENTICE:
            self.apprenticeship.case_ended(worker, client.attended_here, client.unsupervised_here)
        self.clock.wake()

    def release_all(self, worker: Worker) -> None:
        """A worker has gone or may practise no longer: their open cases wait for somebody else, or are lost (R8.5)."""
        for key in sorted(worker.open):
            client = worker.open[key]
            if worker.state != EXITED:
                self.people.drop_case(worker, client)
                self.ledger.book(worker, CLIENTS, -self.plan.episode_rate)
            if self.plan.hand_over:
                self._hand_over(client, worker)
            else:
                self.record.shift(self.book.in_care, -1)
                self.book.end(client, "lost_on_exit", worker)
        worker.open.clear()

    def _hand_over(self, client: Client, worker: Worker) -> None:
        client.state = HANDED_OVER
        client.generation += 1
        client.worker = None
        client.spells += 1
        self.record.swap(self.book.in_care, self.book.in_handover)
        client.counts[HANDED_OVERS] += 1
        self.record.note(Event.HANDED_OVER, _CLIENT, client.key, worker.level, _WORKER, worker.key)
        self.waiting.join_handovers(client)
