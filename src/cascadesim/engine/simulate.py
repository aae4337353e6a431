"""One replication, from the plan to the tally."""

from __future__ import annotations

from cascadesim.engine.apprenticeship import Apprenticeship
from cascadesim.engine.care import Care
from cascadesim.engine.clients import WAITING, ClientBook
from cascadesim.engine.constraints import Constraints
from cascadesim.engine.dispatch import Dispatch
from cascadesim.engine.enrolment import Enrolment
from cascadesim.engine.grace import Grace
from cascadesim.engine.leaving import Leaving
from cascadesim.engine.ledger import Ledger
from cascadesim.engine.offers import Offers
from cascadesim.engine.people import People
from cascadesim.engine.recruitment import Recruitment
from cascadesim.engine.supervision import Supervision
from cascadesim.engine.training import Training
from cascadesim.engine.waiting import WaitingRoom
from cascadesim.engine.worker import Worker
from cascadesim.engine.world import World
from cascadesim.model.plan import Plan
from cascadesim.model.tally import Tally


def run_plan(plan: Plan, seed: int, replication: int, log: bool = False) -> Tally:
    """Simulate one replication: a pure function of its arguments.

    `seed` and `replication` are non-negative and below 2^63; `log` asks for the event log.
    """
    world = World(plan, seed, replication, log)
    ledger = Ledger(world)
    people = People(world, ledger)
    leaving = Leaving(world, people)
    apprenticeship = Apprenticeship(world, people, leaving)
    enrolment = Enrolment(world, people)
    training = Training(world, people, ledger, enrolment, apprenticeship)
    supervision = Supervision(world, people, ledger, apprenticeship)
    grace = Grace(world, people, ledger, apprenticeship)
    offers = Offers(world, enrolment, supervision, grace)
    book = care = None
    if plan.clients is not None:
        book = ClientBook(world)
        waiting = WaitingRoom(world, plan.clients, book)
        care = Care(world, plan.clients, book, waiting, people, ledger, apprenticeship)
    constraints = Constraints(world, offers, enrolment, supervision, book)

    def certified(worker: Worker, tenure: int) -> None:
        if worker.group is not None:
            supervision.release_extra(worker, worker.group.supervisor)
        leaving.certified(worker, tenure)

    people.on_candidate = enrolment.enrol
    people.on_certified = certified
    people.on_recruited = lambda worker, tenure: leaving.start_clocks(worker, tenure, from_certification=False)
    training.refresh_touched = supervision.refresh_touched = offers.refresh_touched
    world.clock.conditional_phase = Dispatch(
        world, people, training, supervision, grace, care, offers, constraints
    )

    Recruitment(world, people).begin()
    enrolment.begin()
    if care is not None:
        care.waiting.begin()
    world.clock.wake()
    for minute in plan.snapshots:
        if minute > 0:
            world.clock.run(minute)
        world.record.snapshot(minute)
    return _tally(world, people, book)


def _tally(world: World, people: People, book: ClientBook | None) -> Tally:
    """Read what is left at the horizon."""
    still, at_end = [], [0, 0, 0]
    if book is not None:
        for client in book.present.values():
            if client.counted:
                at_end[client.state - WAITING] += 1
                if client.state == WAITING:
                    still.append(world.plan.horizon - client.referred)
    return Tally(
        tuple(world.record.snapshots),
        tuple(book.waits) if book else (),
        tuple(sorted(still)),
        (at_end[0], at_end[1], at_end[2]),
        book.first_start if book else -1,
        tuple(people.first_full),
        world.record.events,
        tuple(world.record.log) if world.record.log is not None else None,
    )
