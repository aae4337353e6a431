"""One replication, from the plan to the tally."""

from __future__ import annotations

from cascadesim.engine.apprenticeship import Apprenticeship
from cascadesim.engine.clients import WAITING, ClientDesk
from cascadesim.engine.constraints import Constraints
from cascadesim.engine.dispatch import Dispatch
from cascadesim.engine.leaving import Leaving
from cascadesim.engine.ledger import Ledger
from cascadesim.engine.offers import Offers
from cascadesim.engine.people import People, Worker
from cascadesim.engine.recruitment import Recruitment
from cascadesim.engine.supervision import Supervision
from cascadesim.engine.training import Training
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
    training = Training(world, people, ledger, apprenticeship)
    supervision = Supervision(world, people, ledger, apprenticeship)
    desk = ClientDesk(world, plan.clients, people, ledger, apprenticeship) if plan.clients else None
    offers = Offers(world, training, supervision)
    constraints = Constraints(world, offers, training, supervision, desk)
    dispatch = Dispatch(world, people, training, supervision, offers, constraints, desk)

    def certified(worker: Worker, tenure: int) -> None:
        if worker.group is not None:
            supervision.release_extra(worker, worker.group.supervisor)
        leaving.certified(worker, tenure)

    people.on_candidate = training.enrol
    people.on_certified = certified
    people.on_recruited = lambda worker, tenure: leaving.start_clocks(worker, tenure, from_certification=False)
    training.refresh_touched = supervision.refresh_touched = offers.refresh_touched
    world.clock.conditional_phase = dispatch

    Recruitment(world, people).begin()
    training.begin()
    if desk is not None:
        desk.begin()
    world.clock.wake()
    for minute in plan.snapshots:
        if minute > 0:
            world.clock.run(minute)
        world.record.snapshot(minute)
    return _tally(world, people, desk)


def _tally(world: World, people: People, desk: ClientDesk | None) -> Tally:
    """Read what is left at the horizon."""
    still, at_end = [], [0, 0, 0]
    if desk is not None:
        for client in desk.everybody.values():
            if client.counted:
                at_end[client.state - WAITING] += 1
                if client.state == WAITING:
                    still.append(world.plan.horizon - client.referred)
    return Tally(
        tuple(world.record.snapshots),
        tuple(desk.waits) if desk else (),
        tuple(sorted(still)),
        (at_end[0], at_end[1], at_end[2]),
        desk.first_start if desk else -1,
        tuple(people.first_full),
        world.record.events,
        tuple(world.record.log) if world.record.log is not None else None,
    )
