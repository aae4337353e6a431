"""Between the course and the certificate: practice under supervision, with clients or simulated (R2.8, R2.9)."""

from __future__ import annotations

from cascadesim.engine.calendar import PRACTICE_ENDS, put
from cascadesim.engine.competence import competent_enough
from cascadesim.engine.records import APPRENTICE, Worker, World
from cascadesim.engine.state import happened, may_practise
from cascadesim.engine.time_to_event import limit_practice
from cascadesim.engine.workers import certify, count_awaiting, start_practising, stop_awaiting
from cascadesim.model.enums import Rank
from cascadesim.model.plan import Practice

NO_PRACTICE, WITH_CLIENTS, SIMULATED = (int(kind) for kind in Practice)


def begin_apprenticeship(world: World, worker: Worker) -> None:
    """The last stage is passed; certified at once where no practice is asked for."""
    tier = worker.tier
    start_practising(world, worker)
    if tier.practice.kind == NO_PRACTICE:
        certify(world, worker, 0)
        return
    limit_practice(world, worker)
    worker.practice_left = tier.practice.minutes
    if tier.practice.kind == WITH_CLIENTS:
        test_practice(world, worker)
    elif may_practise(worker):
        resume_practice(world, worker)


def resume_practice(world: World, worker: Worker) -> None:
    """Simulated practice runs on: the apprentice is supervised, and there."""
    simulated = worker.tier.practice.kind == SIMULATED
    if worker.state != APPRENTICE or not simulated or worker.practising or worker.practice_left == 0:
        return
    worker.practice_since = world.now
    worker.practising = True
    worker.practices += 1
    ends = world.now + worker.practice_left
    put(world, ends, Rank.PRACTICE_END, worker.key, PRACTICE_ENDS, worker, worker.practices)


def pause_practice(world: World, worker: Worker) -> None:
    """Simulated practice stands still: the apprentice has lost their supervisor, or is away."""
    if worker.practising:
        worker.practice_left -= world.now - worker.practice_since
        worker.practising = False
        worker.practices += 1  # the entry on the calendar is stale


def begin_practice_absence(world: World, worker: Worker) -> None:
    """Absent from now on: practice stands still, and who is away waits for no certificate (R2.7, R12.1)."""
    pause_practice(world, worker)
    if worker.awaits_competence:
        count_awaiting(world, worker, -1)


def end_practice_absence(world: World, worker: Worker) -> None:
    """There again: a case that ended meanwhile may have been the last one; simulated practice goes on (R2.8)."""
    if worker.awaits_competence:
        count_awaiting(world, worker, 1)
    if worker.state == APPRENTICE and worker.tier.practice.kind == WITH_CLIENTS:
        test_practice(world, worker)
    if may_practise(worker):
        resume_practice(world, worker)


def end_practice(world: World, worker: Worker, number: int) -> None:
    """Enough weeks of simulated practice."""
    if worker.practices != number:
        return
    happened(world)
    worker.practising = False
    worker.practice_left = 0
    test_practice(world, worker)


def end_practice_case(world: World, worker: Worker, sessions: int, to_have: int, unsupervised: bool) -> None:
    """An apprentice's case is over; it counts if enough of the sessions `to_have` were attended, all supervised where
    supervision is required.

    So does that of an apprentice who is away: the client has left meanwhile.
    """
    tier = worker.tier
    practises = worker.state == APPRENTICE or (worker.away and worker.left_state == APPRENTICE)
    if not practises or tier.practice.kind != WITH_CLIENTS:
        return
    needed = tier.practice.min_sessions if tier.practice.min_sessions > 0 else to_have
    if sessions >= needed and (not unsupervised or tier.supervision is None):
        worker.cases += 1
        if not worker.away:
            test_practice(world, worker)


def test_practice(world: World, worker: Worker) -> None:
    """Certify whoever has practised enough and is competent enough (R2.8)."""
    tier = worker.tier
    enough = worker.cases >= tier.practice.cases if tier.practice.kind == WITH_CLIENTS else worker.practice_left == 0
    if not enough:
        return
    if competent_enough(worker):
        stop_awaiting(world, worker)
        certify(world, worker, 0)
    elif not worker.awaits_competence:
        worker.awaits_competence = True
        count_awaiting(world, worker, 1)
