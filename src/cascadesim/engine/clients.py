"""Clients: records with callbacks. Referral, waiting, care session by session, hand-over, and the ways out (R8)."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from heapq import heappop, heappush
from typing import TYPE_CHECKING

import simpy

from cascadesim.engine.apprenticeship import Apprenticeship
from cascadesim.engine.clock import Due
from cascadesim.engine.ledger import CLIENTS, Ledger
from cascadesim.engine.people import APPRENTICE, EXITED, People, Worker
from cascadesim.engine.recruitment import arrival_minutes
from cascadesim.model.codes import Event, Kind, Purpose, Rank
from cascadesim.model.draws import entity_stream
from cascadesim.model.keys import client_key
from cascadesim.model.layout import CLIENT_COUNTS, CLIENT_LEVELS
from cascadesim.model.plan import ClientPlan, Draw

if TYPE_CHECKING:
    from cascadesim.engine.world import World

_CLIENT, _WORKER = int(Kind.CLIENT), int(Kind.WORKER)
_SESSION_END, _PATIENCE, _ARRIVAL = int(Rank.SESSION_END), int(Rank.PATIENCE), int(Rank.ARRIVAL)
_START, _SHOW, _CONTINUE = int(Purpose.START), int(Purpose.SHOW), int(Purpose.CONTINUE)
_INTERVAL, _PATIENCE_DRAW = int(Purpose.INTERVAL), int(Purpose.PATIENCE)
_TRY_BITS = 20  # the index of a draw that is keyed by (session, try)
WAITING, HANDED_OVER, IN_CARE, GONE = range(4)
_COUNT = {name: index for index, name in enumerate(CLIENT_COUNTS)}
_OUTCOMES = {
    "completed": Event.COMPLETED,
    "dropped_out": Event.DROPPED_OUT,
    "never_started": Event.NEVER_STARTED,
}


class Client:
    """One referral. `starts` is None until a place is offered; `tries` counts the tries at the next session."""

    __slots__ = (
        "attended",
        "attended_here",
        "counted",
        "generation",
        "key",
        "no_shows",
        "referred",
        "spells",
        "starts",
        "state",
        "stream",
        "tries",
        "unsupervised_here",
        "worker",
    )

    def __init__(self, key: int, stream: int, referred: int, counted: bool) -> None:
        self.key = key
        self.stream = stream
        self.referred = referred
        self.counted = counted
        self.state = WAITING
        self.starts: bool | None = None
        self.worker: Worker | None = None
        self.attended = self.tries = self.no_shows = self.spells = self.generation = 0
        self.attended_here = 0
        self.unsupervised_here = False


class ClientDesk:
    """Takes referrals, keeps the queues, runs the episodes."""

    def __init__(
        self, world: World, plan: ClientPlan, people: People, ledger: Ledger, apprenticeship: Apprenticeship
    ) -> None:
        self.world = world
        self.plan = plan
        self.env = world.env
        self.clock = world.clock
        self.record = world.record
        self.people = people
        self.ledger = ledger
        self.apprenticeship = apprenticeship
        base = world.layout.client_levels
        self.waiting, self.in_handover, self.in_care = (base + i for i in range(len(CLIENT_LEVELS)))
        self.counts = world.layout.client_counts
        self.queue: deque[Client] = deque()
        self.unaimed: list[Client] = []  # referred in this instant: no patience on the clock yet
        self.handovers: list[tuple[int, int, Client]] = []
        self.everybody: dict[int, Client] = {}  # still waiting or in care
        self.waits: list[int] = []
        self.first_start = -1

    def begin(self) -> None:
        """A process for each stream of referrals."""
        for place in range(len(self.plan.streams)):
            self.env.process(self.referrals(place))

    def referrals(self, place: int) -> Generator[simpy.Event, None, None]:
        """One stream: wait for the next referral, take it in; several may come within one minute."""
        stream = self.plan.streams[place]
        source = entity_stream(Kind.STREAM, stream.name_hash, 0)
        for ordinal, minute in enumerate(arrival_minutes(self.world, stream.pieces, source)):
            if minute > self.clock.now:
                yield self.clock.due(minute, _ARRIVAL, place)
            self.record.events += 1
            self._refer(client_key(place, ordinal), entity_stream(_CLIENT, stream.name_hash, ordinal), stream.name)
            self.clock.wake()

    def _refer(self, key: int, stream: int, name: str) -> None:
        now = self.clock.now
        client = Client(key, stream, now, now >= self.world.plan.measure_from)
        self.everybody[key] = client
        self.queue.append(client)
        self.unaimed.append(client)
        self.record.shift(self.waiting, 1)
        self._tick(client, "referred")
        self.record.note(Event.REFERRED, _CLIENT, key, detail=name)

    def _tick(self, client: Client, count: str) -> None:
        """Counters of clients are of those referred in the window (R1.6)."""
        if client.counted:
            self.record.counts[self.counts + _COUNT[count]] += 1

    # --- waiting ----------------------------------------------------------------------------------------------------

    def next_in_line(self) -> Client | None:
        """Hand-overs first, then referrals, each by time of referral and key (R8.4)."""
        while self.handovers:
            client = self.handovers[0][2]
            if client.state == HANDED_OVER:
                return client
            heappop(self.handovers)
        queue = self.queue
        while queue:
            if queue[0].state == WAITING:
                return queue[0]
            queue.popleft()
        return None

    def aim_patience(self) -> None:
        """Whoever is still waiting at the end of the instant of referral can lose patience from now on."""
        if self.plan.patience is not None:
            for client in self.unaimed:
                if client.state == WAITING:
                    self._aim(client, self.plan.patience)
        self.unaimed.clear()

    def _aim(self, client: Client, patience: Draw) -> None:
        minutes = self.world.minutes(patience, client.stream, _PATIENCE_DRAW, client.spells)
        now = self.clock.now
        if now + minutes < self.world.plan.horizon:
            self.clock.at(now + minutes, _PATIENCE, client.key, self._lose_patience, client, client.generation)

    def _lose_patience(self, due: Due) -> None:
        client: Client = due.who
        if client.generation != due.generation:
            return
        self.record.events += 1
        if client.state == WAITING:
            self.record.shift(self.waiting, -1)
            self._end(client, "reneged", Event.RENEGED)
        else:
            self.record.shift(self.in_handover, -1)
            self._end(client, "lost_on_exit", Event.LOST_ON_EXIT)
        self.clock.wake()

    def _end(self, client: Client, count: str, event: int, worker: Worker | None = None, detail: str = "") -> None:
        client.state = GONE
        client.generation += 1
        client.worker = None
        del self.everybody[client.key]
        self._tick(client, count)
        other = -1 if worker is None else worker.key
        self.record.note(event, _CLIENT, client.key, -1, _WORKER if worker else 0, other, detail)

    # --- care -------------------------------------------------------------------------------------------------------

    def place(self, client: Client, worker: Worker) -> None:
        """An episode begins or goes on with this worker; a non-starter holds the place for one interval (R8.2)."""
        now = self.clock.now
        resumed = client.state == HANDED_OVER
        self.record.shift(self.in_handover if resumed else self.waiting, -1)
        self.record.shift(self.in_care, 1)
        client.state = IN_CARE
        client.worker = worker
        client.generation += 1
        client.attended_here = 0
        client.unsupervised_here = False
        self.people.take_case(worker, client)
        worker.last_start = now
        self.ledger.book(worker, CLIENTS, self.plan.episode_rate)
        event = Event.RESUMED
        if not resumed:
            client.starts = self.world.chance(self.plan.start_probability, client.stream, _START)
            event = Event.STARTED if client.starts else Event.NOT_STARTING
            if client.starts:
                self._count_start(client, now)
        minutes = self._schedule_session(client, now)
        self.record.note(event, _CLIENT, client.key, worker.level, _WORKER, worker.key, amount=minutes)

    def _count_start(self, client: Client, now: int) -> None:
        self._tick(client, "started")
        if client.counted:
            self.waits.append(now - client.referred)
        if self.first_start < 0:
            self.first_start = now

    def _schedule_session(self, client: Client, now: int) -> int:
        index = client.attended << _TRY_BITS | client.tries
        minutes = self.world.minutes(self.plan.interval, client.stream, _INTERVAL, index)
        if now + minutes < self.world.plan.horizon:
            self.clock.at(now + minutes, _SESSION_END, client.key, self._session, client, client.generation)
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
                self._schedule_session(client, self.clock.now)
            else:
                self._close(client, worker, "dropped_out", "continue")

    def _no_show(self, client: Client, worker: Worker) -> None:
        client.tries += 1
        self._tick(client, "no_shows")
        self.record.note(
            Event.NO_SHOW, _CLIENT, client.key, worker.level, _WORKER, worker.key, amount=client.tries
        )
        client.no_shows += 1
        if 0 <= self.plan.max_no_shows < client.no_shows:
            self._close(client, worker, "dropped_out", "no_shows")
        else:
            self._schedule_session(client, self.clock.now)

    def _attend(self, client: Client, worker: Worker) -> None:
        client.attended += 1
        client.attended_here += 1
        client.tries = 0
        self._tick(client, "sessions_attended")
        if not worker.supervised:
            client.unsupervised_here = True
            self._tick(client, "sessions_unsupervised")
        self.record.note(
            Event.SESSION,
            _CLIENT,
            client.key,
            worker.level,
            _WORKER,
            worker.key,
            "supervised" if worker.supervised else "unsupervised",
            client.attended,
        )

    def _close(self, client: Client, worker: Worker, outcome: str, detail: str = "") -> None:
        """The episode is over; for an apprentice it may have been the last practice case."""
        self.record.shift(self.in_care, -1)
        self.people.drop_case(worker, client)
        self.ledger.book(worker, CLIENTS, -self.plan.episode_rate)
        self._end(client, outcome, _OUTCOMES[outcome], worker, detail)
        if worker.state == APPRENTICE:
            self.apprenticeship.case_ended(worker, client.attended_here, client.unsupervised_here)
        self.clock.wake()

    # --- hand-over --------------------------------------------------------------------------------------------------

    def release_all(self, worker: Worker) -> None:
        """A worker has gone or may practise no longer: their open cases wait for somebody else, or are lost (R8.5)."""
        for key in sorted(worker.open):
            client = worker.open[key]
            self.record.shift(self.in_care, -1)
            if worker.state != EXITED:
                self.people.drop_case(worker, client)
                self.ledger.book(worker, CLIENTS, -self.plan.episode_rate)
            if self.plan.hand_over:
                self._hand_over(client, worker)
            else:
                self._end(client, "lost_on_exit", Event.LOST_ON_EXIT, worker)
        worker.open.clear()

    def _hand_over(self, client: Client, worker: Worker) -> None:
        client.state = HANDED_OVER
        client.generation += 1
        client.worker = None
        client.spells += 1
        heappush(self.handovers, (client.referred, client.key, client))
        self.record.shift(self.in_handover, 1)
        self._tick(client, "handed_over")
        self.record.note(Event.HANDED_OVER, _CLIENT, client.key, worker.level, _WORKER, worker.key)
        if self.plan.handover_patience is not None:
            self._aim(client, self.plan.handover_patience)
