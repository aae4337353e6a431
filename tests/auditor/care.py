"""R8, R2.9: who may see a client, how many, and what becomes of the clients of somebody who leaves or lapses."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import Check
from auditor.people import ACTIVE, APPRENTICE, EXITED, Worker
from auditor.queues import places, speaks
from auditor.replay import Replay
from auditor.rows import Row

PLACED = ("started", "not_starting", "resumed")
TAKES = (*PLACED, "facilitator_joined")


def may_see(replay: Replay, row: Row) -> Iterator[str]:
    """A certified worker of a delivering tier or an apprentice in client practice; groups are for the certified."""
    worker = replay.worker(row.other)
    if not worker:
        yield f"{row.key} {row.event} with {row.other or 'nobody'}, whom nobody recruited"
        return
    certified = worker.state == ACTIVE and worker.tier.delivers
    practising = worker.state == APPRENTICE and worker.tier.clients_in_practice and row.event != "facilitator_joined"
    if not certified and not practising:
        yield f"{row.key} {row.event} with {row.other}, {worker.state} of {worker.tier.name}, who may not see clients"
    if not worker.deployed:
        yield f"{row.key} {row.event} with {row.other}, who is not deployed"


def supervised(replay: Replay, row: Row) -> Iterator[str]:
    worker = replay.worker(row.other)
    if worker and (not worker.may_practise or worker.lapsed):
        yield f"{row.key} {row.event} with {row.other}, who has {'lapsed' if worker.lapsed else 'no supervisor'}"


def not_on_notice(replay: Replay, row: Row) -> Iterator[str]:
    worker = replay.worker(row.other)
    if worker and (worker.notices or worker.promoting_by >= 0):
        yield f"{row.key} {row.event} with {row.other}, who is on notice or about to be promoted"


def caseload(replay: Replay, row: Row) -> Iterator[str]:
    worker = replay.worker(row.other)
    if worker and worker.open_cases > places(worker):
        yield f"{row.other} has {worker.open_cases} open cases as {worker.state}, {places(worker)} are allowed"


def here_and_in_words(replay: Replay, row: Row) -> Iterator[str]:
    """At the client's site, in their language or with an interpreter who is paid for (R8.7)."""
    worker = replay.worker(row.other)
    about = replay.client_groups.get(row.key) if row.event == "facilitator_joined" else replay.clients.get(row.key)
    if not worker or not about:
        return
    site = about.stream.site if row.event in PLACED else about.site
    if worker.site != site:
        yield f"{row.key} of {site or 'no site'} {row.event} with {row.other} of {worker.site}"
    interpreted = not speaks(worker, about.language)
    if (row.detail == "interpreter") != interpreted:
        yield f"{row.key} {row.event} with {row.other} {row.detail}, who speaks {sorted(worker.languages)}"
    if interpreted and about.format.interpreted_rate is None:
        yield f"{row.key} {row.event} with {row.other}, who does not speak {about.language}; there is no interpreter"


def left_behind(replay: Replay) -> Iterator[str]:
    """No case and no group stays with somebody who has left or lapsed (R4.6, R8.5)."""
    for label in replay.touched:
        worker = replay.workers[label]
        if worker.open_cases and (worker.lapsed or worker.state == EXITED or not worker.deployed):
            still = ", ".join(sorted({*worker.cases, *worker.facilitates}))
            yield f"{still} still with {label}, who has left or lapsed or is not deployed"


def gives_up(replay: Replay, worker: Worker | None, minute: int) -> bool:
    """Whether somebody gives up every case now: gone, lapsed, idle, promoted, or away for too long (R2.7, R8.5)."""
    if worker is None:
        return False
    if worker.exited_at == minute or 0 <= worker.promoting_by <= minute:
        return True
    if worker.away and minute >= worker.away_since + worker.tier.hold:
        return True
    so_far = replay.instant[: replay.position]
    return any(each.event in ("lapsed", "not_deployed") and each.key == worker.key for each in so_far)


def released(replay: Replay, row: Row) -> Iterator[str]:
    """Cases are given up when their worker cannot go on, and only then; handed over or lost as the plan says."""
    row = row.by_way_out
    care, client = replay.programme.care, replay.clients.get(row.key)
    if not care or not client or row.event not in ("awaiting_transfer", "lost_on_exit"):
        return
    if row.event == "lost_on_exit" and not row.other:
        return
    if care.hand_over != (row.event == "awaiting_transfer"):
        yield f"{row.event} of {row.key}, but the scenario {'hands over' if care.hand_over else 'loses'} open cases"
    if not client.group and not gives_up(replay, replay.worker(row.other), row.minute):
        yield f"{row.event} of {row.key} from {row.other}, who goes on"


CHECKS = {
    "who may see clients": Check("R2.9", "before", may_see, TAKES),
    "supervised to take clients": Check("R8.4", "before", supervised, TAKES),
    "no new client on notice": Check("R5.6", "before", not_on_notice, TAKES),
    "caseload": Check("R2.10", "after", caseload, TAKES),
    "site and language": Check("R8.7", "before", here_and_in_words, TAKES),
    "no case left behind": Check("R4.6", "instant", left_behind),
    "why a case is given up": Check("R8.5", "before", released, ("awaiting_transfer", "lost_on_exit", "completed")),
}
