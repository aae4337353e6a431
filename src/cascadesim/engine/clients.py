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
REFERRED, STARTED, HANDED_OVERS, SESSIONS, UNSUPERVISED_SESSIONS, NO_SHOWS = (
    CLIENT_COUNTS.index(name)
    for name in ("referred", "started", "handed_over", "sessions_attended", "sessions_unsupervised", "no_shows")
)
_OUTCOMES = {
    name: (CLIENT_COUNTS.index(name), int(Event[name.upper()]))
    for name in ("completed", "dropped_out", "never_started", "reneged", "lost_on_exit")
}


class Client:
    """One referral. `starts` is None until a place is offered; `tries` counts the tries at the next session.

    `counts` are the counters that the client belongs to (`ClientBook`).
    """

    __slots__ = (
        "attended",
        "attended_here",
        "counted",
        "counts",
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

    def __init__(self, key: int, stream: int, referred: int, counted: bool, counts: list[int]) -> None:
        self.key = key
        self.stream = stream
        self.referred = referred
        self.counted = counted
        self.counts = counts
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
        self.counts = world.record.client_counts
        self.others = [0] * len(CLIENT_COUNTS)  # those referred before the window count here, where nobody looks
        base = world.layout.client_levels
        self.waiting, self.in_handover, self.in_care = (base + i for i in range(len(CLIENT_LEVELS)))
        self.present: dict[int, Client] = {}
        self.waits: list[int] = []
        self.first_start = -1

    def count_start(self, client: Client, now: int) -> None:
        """Care begins: the wait is over (R8.1)."""
        client.counts[STARTED] += 1
        if client.counted:
            self.waits.append(now - client.referred)
        if self.first_start < 0:
            self.first_start = now

    def end(self, client: Client, outcome: str, worker: Worker | None = None, detail: str = "") -> None:
        """The client leaves the system; whatever was on the calendar for them is stale."""
        count, event = _OUTCOMES[outcome]
        client.state = GONE
        client.generation += 1
        client.worker = None
        del self.present[client.key]
        client.counts[count] += 1
        if not self.record.keeps_log:
            return
        if worker is None:
            self.record.note(event, _CLIENT, client.key)
        else:
            self.record.note(event, _CLIENT, client.key, -1, _WORKER, worker.key, detail)
