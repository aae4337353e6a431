"""R8, R2.9: who may see a client, how many, and what becomes of the clients of somebody who leaves or lapses."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import Check
from auditor.people import ACTIVE, APPRENTICE, EXITED
from auditor.replay import Replay
from auditor.rows import Row

PLACED = ("started", "not_starting", "resumed")


def may_see(replay: Replay, row: Row) -> Iterator[str]:
    """A certified worker of a delivering tier or an apprentice in client practice, supervised, not on notice (R8.4)."""
    worker = replay.worker(row.other)
    if not worker:
        yield f"{row.key} {row.event} with {row.other or 'nobody'}, whom nobody recruited"
        return
    certified = worker.state == ACTIVE and worker.tier.delivers
    practising = worker.state == APPRENTICE and worker.tier.clients_in_practice
    if not certified and not practising:
        yield f"{row.key} {row.event} with {row.other}, {worker.state} of {worker.tier.name}, who may not see clients"


def supervised(replay: Replay, row: Row) -> Iterator[str]:
    worker = replay.worker(row.other)
    if worker and (not worker.supervised or worker.lapsed):
        yield f"{row.key} {row.event} with {row.other}, who has {'lapsed' if worker.lapsed else 'no supervisor'}"


def not_on_notice(replay: Replay, row: Row) -> Iterator[str]:
    worker = replay.worker(row.other)
    if worker and worker.notices:
        yield f"{row.key} {row.event} with {row.other}, who is on notice"


def caseload(replay: Replay, row: Row) -> Iterator[str]:
    worker = replay.worker(row.other)
    if worker:
        places = worker.tier.apprentice_caseload if worker.state == APPRENTICE else worker.tier.caseload
        if len(worker.cases) > places:
            yield f"{row.other} has {len(worker.cases)} open cases as {worker.state}, {places} are allowed"


def left_behind(replay: Replay) -> Iterator[str]:
    """No case stays with somebody who has left or lapsed (R4.6, R8.5)."""
    for label in replay.touched:
        worker = replay.workers[label]
        if worker.cases and (worker.lapsed or worker.state == EXITED):
            yield f"{', '.join(sorted(worker.cases))} still with {label}, who has {_gone(worker.lapsed)}"


def _gone(lapsed: bool) -> str:
    return "lapsed" if lapsed else "left"


def released(replay: Replay, row: Row) -> Iterator[str]:
    """Cases are given up when their worker leaves or lapses, and only then; handed over or lost as the plan says."""
    care, worker = replay.programme.care, replay.worker(row.other)
    if not care or (row.event == "lost_on_exit" and not row.other):
        return
    if care.hand_over != (row.event == "handed_over"):
        yield f"{row.event} of {row.key}, but the scenario {'hands over' if care.hand_over else 'loses'} open cases"
    lapsed_now = any(each.event == "lapsed" and each.key == row.other for each in replay.instant[: replay.position])
    if not worker or (worker.exited_at != row.minute and not lapsed_now):
        yield f"{row.event} of {row.key} from {row.other}, who has neither left nor lapsed now"


CHECKS = {
    "who may see clients": Check("R2.9", "before", may_see, PLACED),
    "supervised to take clients": Check("R8.4", "before", supervised, PLACED),
    "no new client on notice": Check("R5.6", "before", not_on_notice, PLACED),
    "caseload": Check("R2.10", "after", caseload, PLACED),
    "no case left behind": Check("R4.6", "instant", left_behind),
    "why a case is given up": Check("R8.5", "before", released, ("handed_over", "lost_on_exit")),
}
