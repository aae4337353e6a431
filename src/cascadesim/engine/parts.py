"""The parts of the engine, put together for one replication."""

from __future__ import annotations

from dataclasses import dataclass

from cascadesim.engine.ability import Ability
from cascadesim.engine.absence import Absences
from cascadesim.engine.apprenticeship import Apprenticeship
from cascadesim.engine.care import Care
from cascadesim.engine.clients import ClientBook
from cascadesim.engine.constraints import Constraints
from cascadesim.engine.demands import Demands
from cascadesim.engine.dissolution import Dissolution
from cascadesim.engine.enrolment import Enrolment
from cascadesim.engine.facilitation import Facilitation
from cascadesim.engine.grace import Grace
from cascadesim.engine.leaving import Leaving
from cascadesim.engine.ledger import Ledger
from cascadesim.engine.offers import Offers
from cascadesim.engine.organisation import Organisation
from cascadesim.engine.people import People
from cascadesim.engine.pressure import Pressure
from cascadesim.engine.recruitment import Recruitment
from cascadesim.engine.refreshers import Refreshers
from cascadesim.engine.supervision import Supervision
from cascadesim.engine.teaching import Teaching
from cascadesim.engine.training import Training
from cascadesim.engine.vacancies import Vacancies
from cascadesim.engine.waiting import WaitingRoom
from cascadesim.engine.worker import Worker
from cascadesim.engine.world import World


@dataclass
class Parts:
    """One of each. The last five are None where the scenario has no clients."""

    world: World
    people: People
    leaving: Leaving
    organisation: Organisation
    pressure: Pressure
    ability: Ability
    apprenticeship: Apprenticeship
    absences: Absences
    enrolment: Enrolment
    teaching: Teaching
    training: Training
    refreshers: Refreshers
    supervision: Supervision
    dissolution: Dissolution
    grace: Grace
    recruitment: Recruitment
    vacancies: Vacancies
    offers: Offers
    constraints: Constraints
    book: ClientBook | None = None
    demands: Demands | None = None
    waiting: WaitingRoom | None = None
    care: Care | None = None
    facilitation: Facilitation | None = None


def put_together(world: World) -> Parts:
    """The parts for one replication, connected with each other, nothing begun."""
    ledger = Ledger(world)
    people = People(world, ledger)
    leaving = Leaving(world, people)
    organisation = Organisation(world, people, ledger)
    pressure = Pressure(world, people, ledger, leaving, organisation)
    ability = Ability(world, people)
    apprenticeship = Apprenticeship(world, people, leaving, ability)
    absences = Absences(world, people, leaving, apprenticeship)
    enrolment = Enrolment(world, people)
    teaching = Teaching(world, ledger)
    training = Training(world, people, ledger, enrolment, teaching, apprenticeship, ability)
    refreshers = Refreshers(world, people, ledger, teaching, ability)
    supervision = Supervision(world, people, ledger, apprenticeship)
    dissolution = Dissolution(world, people, ledger, apprenticeship)
    grace = Grace(world, people, ledger, apprenticeship)
    recruitment = Recruitment(world, people)
    vacancies = Vacancies(world, people, recruitment)
    plan = world.plan.clients
    demands = None if plan is None else Demands(world, plan)
    offers = Offers(world, enrolment, refreshers, supervision, grace, demands)
    constraints = Constraints(
        world, offers, enrolment, refreshers, supervision, apprenticeship, vacancies, demands
    )
    parts = Parts(
        world,
        people,
        leaving,
        organisation,
        pressure,
        ability,
        apprenticeship,
        absences,
        enrolment,
        teaching,
        training,
        refreshers,
        supervision,
        dissolution,
        grace,
        recruitment,
        vacancies,
        offers,
        constraints,
        demands=demands,
    )
    if plan is not None and demands is not None:
        parts.book = ClientBook(world, plan)
        parts.waiting = WaitingRoom(world, plan, parts.book, demands)
        parts.care = Care(
            world, plan, parts.book, parts.waiting, people, ledger, apprenticeship, ability, pressure
        )
        parts.facilitation = Facilitation(parts.care, demands)
    _connect(parts)
    return parts


def _connect(parts: Parts) -> None:
    """What one part tells others without knowing them."""
    people, offers = parts.people, parts.offers

    def recruited(worker: Worker, tenure: int) -> None:
        parts.pressure.newcomer(worker)
        parts.leaving.start_clocks(worker, tenure, from_certification=False)

    def certified(worker: Worker, tenure: int) -> None:
        if worker.group is not None:
            parts.dissolution.release_extra(worker, worker.group.supervisor)
        parts.leaving.certified(worker, tenure)
        parts.refreshers.expect(worker)
        parts.training.certified(worker)
        parts.vacancies.certified(worker)

    def in_service(worker: Worker) -> None:
        parts.ability.begin(worker)
        parts.organisation.set_duties(worker)

    def gone(worker: Worker) -> None:
        for due in (worker.alarm, worker.practice_due):
            if due is not None:
                due.cancel()
        worker.alarm = None  # also for a process that has not begun to wait: who leaves at once is never struck
        worker.clocks.clear()
        parts.apprenticeship.stop_waiting(worker)
        parts.vacancies.gone(worker)

    people.on_candidate = parts.enrolment.enrol
    people.on_recruited = recruited
    people.on_certified = certified
    people.on_service = in_service
    people.on_gone = gone
    people.on_promise_broken = parts.vacancies.gone
    people.before_change = parts.ability.settle
    for part in (parts.training, parts.refreshers, parts.supervision):
        part.refresh_touched = offers.refresh_touched
    if parts.waiting is not None and parts.facilitation is not None:
        parts.facilitation.refresh_touched = offers.refresh_touched
        parts.organisation.on_referral_factor = parts.waiting.set_factor
