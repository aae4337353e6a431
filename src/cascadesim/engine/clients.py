"""Clients as records: who they are, how they are counted, and the ways out (R8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.engine.worker import Worker
from cascadesim.model.codes import Event, Kind
from cascadesim.model.layout import CLIENT_COUNTS, CLIENT_LEVELS

if TYPE_CHECKING:
    from cascadesim.engine.world import World

_CLIENT, _WORKER = int(Kind.CLIENT), int(Kind.WORKER)
WAITING, HANDED_OVER, IN_CARE, GONE = range(4)
_COUNT = {name: index for index, name in enumerate(CLIENT_COUNTS)}
_OUTCOMES = {
    "completed": int(Event.COMPLETED),
    "dropped_out": int(Event.DROPPED_OUT),
    "never_started": int(Event.NEVER_STARTED),
    "reneged": int(Event.RENEGED),
    "lost_on_exit": int(Event.LOST_ON_EXIT),
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


class ClientBook:
    """Who is waiting or in care, and the counters of clients, which are of those referred in the window (R1.6)."""

    def __init__(self, world: World) -> None:
        self.record = world.record
        self.counts = world.layout.client_counts
        base = world.layout.client_levels
        self.waiting, self.in_handover, self.in_care = (base + i for i in range(len(CLIENT_LEVELS)))
        self.present: dict[int, Client] = {}
        self.waits: list[int] = []
        self.first_start = -1

    def tick(self, client: Client, count: str) -> None:
        """One more under this name, if the client was referred in the window."""
        if client.counted:
            self.record.counts[self.counts + _COUNT[count]] += 1

    def count_start(self, client: Client, now: int) -> None:
        """Care begins: the wait is over (R8.1)."""
        self.tick(client, "started")
        if client.counted:
            self.waits.append(now - client.referred)
        if self.first_start < 0:
            self.first_start = now

    def end(self, client: Client, outcome: str, worker: Worker | None = None, detail: str = "") -> None:
        """The client leaves the system; whatever was on the calendar for them is stale."""
        client.state = GONE
        client.generation += 1
        client.worker = None
        del self.present[client.key]
        self.tick(client, outcome)
        if worker is None:
            self.record.note(_OUTCOMES[outcome], _CLIENT, client.key)
        else:
            self.record.note(_OUTCOMES[outcome], _CLIENT, client.key, -1, _WORKER, worker.key, detail)
