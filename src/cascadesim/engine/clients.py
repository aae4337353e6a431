"""Clients as records: who they are, how they are counted, and the ways out (R8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.engine.worker import Worker
from cascadesim.model.counters import CLASS_COUNTS, CLIENT_COUNTS, CLIENT_LEVELS, GIVEN_COUNTS
from cascadesim.model.enums import Event, Kind

if TYPE_CHECKING:
    from cascadesim.engine.demands import Demand
    from cascadesim.engine.facilitation import ClientGroup
    from cascadesim.engine.world import World
    from cascadesim.model.plan import ClientPlan

_CLIENT, _WORKER = int(Kind.CLIENT), int(Kind.WORKER)
WAITING, HANDED_OVER, IN_CARE, GONE = range(4)
(
    REFERRED,
    STARTED,
    SCREENED_OUT,
    HANDED_OVERS,
    SESSIONS,
    UNSUPERVISED_SESSIONS,
    NO_SHOWS,
    ADEQUATE,
    INTERPRETED,
    HELD,
    CLOSED,
    CLOSED_SESSIONS,
    CLOSED_SQUARED,
) = (
    CLIENT_COUNTS.index(name)
    for name in (
        "referred",
        "started",
        "screened_out",
        "handed_over",
        "sessions_attended",
        "sessions_unsupervised",
        "no_shows",
        "adequate",
        "interpreted",
        "sessions_held",
        "closed",
        "closed_sessions",
        "closed_sessions_squared",
    )
)
_GIVEN, _INTERPRETER_MINUTES = (GIVEN_COUNTS.index(name) for name in ("sessions_given", "interpreter_minutes"))
_CLASS_REFERRED, _CLASS_STARTED, _CLASS_COMPLETED, _CLASS_WAIT = range(len(CLASS_COUNTS))
_OUTCOMES = {
    name: (CLIENT_COUNTS.index(name), int(Event[name.upper()]))
    for name in ("completed", "dropped_out", "never_started", "reneged", "lost_on_exit")
}
_OUTCOMES["left_for_own_reason"] = (CLIENT_COUNTS.index("left_for_own_reason"), int(Event.LEFT))


class Client:
    """One referral. `starts` is None until a place is offered; `tries` counts the tries at the next session.

    `counts` are the counters that the client belongs to (`ClientBook`), `own` those of their stream and language.
    While in care `rate` and `research` are what the episode takes of the worker's week, `assessment` what it takes more
    until the first interval is over; `due` is the end of the interval, or while the worker is away what is left of it.
    """

    __slots__ = (
        "assessment",
        "attended",
        "attended_here",
        "counted",
        "counts",
        "demand",
        "due",
        "generation",
        "group",
        "interpreted",
        "key",
        "no_shows",
        "own",
        "priority",
        "rate",
        "referred",
        "research",
        "spells",
        "starts",
        "state",
        "stream",
        "tries",
        "unsupervised_here",
        "urgency",
        "worker",
    )

    def __init__(self, key: int, stream: int, referred: int, demand: Demand, urgency: int, priority: int) -> None:
        self.key = key
        self.stream = stream
        self.referred = referred
        self.demand = demand
        self.urgency = urgency
        self.priority = priority
        self.state = WAITING
        self.starts: bool | None = None
        self.worker: Worker | None = None
        self.group: ClientGroup | None = None
        self.interpreted = False
        self.attended = self.tries = self.no_shows = self.spells = self.generation = 0
        self.attended_here = 0
        self.unsupervised_here = False
        self.rate = self.research = self.assessment = 0
        self.due = -1
        self.counted = True
        self.counts: list[int]
        self.own: list[int]

    @property
    def turn(self) -> tuple[int, int, int, int]:
        """Their place among those who wait for the same thing: those handed over by referral alone (R8.4)."""
        if self.state == HANDED_OVER:
            return 0, 0, self.referred, self.key
        return self.urgency, self.priority, self.referred, self.key


class ClientBook:
    """Who is waiting or in care, and the counters of clients, which are of those referred in the window (R1.6)."""

    def __init__(self, world: World, plan: ClientPlan) -> None:
        self.world = world
        self.record = world.record
        self.adequate = plan.adequate_sessions
        self.counts = world.record.client_counts
        self.others = [0] * len(CLIENT_COUNTS)  # those referred before the window count here, where nobody looks
        base = world.layout.client_levels
        self.waiting, self.in_handover, self.in_care = (base + i for i in range(len(CLIENT_LEVELS)))
        self.present: dict[int, Client] = {}
        self.waits: list[int] = []
        self.classes = {pair: [0] * len(CLASS_COUNTS) for pair in world.layout.classes}
        self._nobody = [0] * len(CLASS_COUNTS)
        self.first_start = -1

    def window(self) -> list[int]:
        """The counters of somebody referred now."""
        return self.counts if self.record.clock.now >= self.world.plan.measure_from else self.others

    def enter(self, client: Client, pair: tuple[int, int]) -> None:
        """A referral, of this stream and language."""
        client.counts = self.window()
        client.counted = client.counts is self.counts
        client.own = self.classes[pair] if client.counted else self._nobody
        client.own[_CLASS_REFERRED] += 1
        client.counts[REFERRED] += 1
        client.demand.waiting += 1
        self.present[client.key] = client
        self.record.shift(self.waiting, 1)

    def place(self, client: Client) -> None:
        """The client waits no longer: in care, with a worker or a group."""
        level = self.in_handover if client.state == HANDED_OVER else self.waiting
        self.record.swap(level, self.in_care)
        client.demand.waiting -= 1
        client.state = IN_CARE
        client.generation += 1

    def count_start(self, client: Client, now: int) -> None:
        """Care begins: the wait is over (R8.1)."""
        client.counts[STARTED] += 1
        client.own[_CLASS_STARTED] += 1
        if client.counted:
            self.waits.append(now - client.referred)
            client.own[_CLASS_WAIT] += now - client.referred
        if self.first_start < 0:
            self.first_start = now
            self.record.mark_first_start(now)

    def count_session(self, client: Client, interpreted: bool) -> None:
        """A session is held: one of the clients of the window, and one to pay for, whoever they are."""
        client.counts[HELD] += 1
        self.record.counts[self.world.layout.given_counts + _GIVEN] += 1
        if interpreted:
            client.counts[INTERPRETED] += 1
            self.pay_interpreter(client.demand.plan.interpreted_session_minutes)

    def pay_interpreter(self, minutes: int) -> None:
        """So long an interpreter was there."""
        self.record.counts[self.world.layout.given_counts + _INTERPRETER_MINUTES] += minutes

    def end(self, client: Client, outcome: str, worker: Worker | None = None, detail: str = "") -> None:
        """The client leaves the system; whatever was on the calendar for them is stale."""
        count, event = _OUTCOMES[outcome]
        if client.state == IN_CARE:
            self.record.shift(self.in_care, -1)
        else:
            self.record.shift(self.in_handover if client.state == HANDED_OVER else self.waiting, -1)
            client.demand.waiting -= 1
        client.state = GONE
        client.generation += 1
        client.worker = None
        del self.present[client.key]
        counts = client.counts
        counts[count] += 1
        if outcome == "completed":
            client.own[_CLASS_COMPLETED] += 1
        if client.starts is not None:
            counts[CLOSED] += 1
            counts[CLOSED_SESSIONS] += client.attended
            counts[CLOSED_SQUARED] += client.attended * client.attended
            if 0 < self.adequate <= client.attended:
                counts[ADEQUATE] += 1
        if not self.record.keeps_log:
            return
        if worker is None:
            self.record.note(event, _CLIENT, client.key, detail=detail)
        else:
            self.record.note(event, _CLIENT, client.key, -1, _WORKER, worker.key, detail)
