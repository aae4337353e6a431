"""Choices by rules of the caller's own: pools in their order, and what the rules are shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cascadesim.engine.pool import Item, Order, Pool
from cascadesim.engine.worker import APPRENTICE, Worker
from cascadesim.errors import UsageError
from cascadesim.model import priority_rules
from cascadesim.model.priority_rules import OwnRule, Rule

if TYPE_CHECKING:
    from cascadesim.engine.groups import Group
    from cascadesim.engine.world import World


class RuledPool(Pool[Item]):
    """A pool in the order of a rule of the caller; those whom it ranks equal are in the built-in order."""

    by_most_free = False

    def __init__(self, world: World, name: str, rule: Rule) -> None:
        super().__init__()
        self.world = world
        self.rule = OwnRule(name, rule)
        self.look = LOOKS[name]
        self.numbers = 0

    def offer(self, item: Item, order: Order) -> bool:
        """Put `item` in, or change its order; `order` is the built-in one."""
        try:
            facts = self.look(self.world, item, order)
            given, built_in = self.rule(facts)
            self.numbers = self.numbers or len(given)
            if len(given) != self.numbers:  # it would be compared with numbers of the built-in order
                said = f"returned {len(given)} numbers for {facts}, and {self.numbers} before."
                hint = "Return as many for everybody."
                raise UsageError(f"rules.{self.rule.name}: {said}", hint=hint, code="rules")
        except UsageError as fault:
            self.world.fault = fault  # SimPy raises a copy of what a process raises
            raise
        return super().offer(item, (*given, *built_in, *order[len(built_in) :]))

    def put_back(self, item: Item, order: Order) -> None:
        """Put `item` in again with the order that it had."""
        super().offer(item, order)


def _place(world: World, level: int, site: int) -> tuple[str, str]:
    return world.plan.tiers[level].name, world.plan.sites[site][0]


def _care_worker(world: World, worker: Worker, order: Order) -> priority_rules.CareWorker:
    return priority_rules.CareWorker(
        *_place(world, worker.level, worker.site),
        apprentice=worker.state == APPRENTICE,
        first=order[0] == 0,
        practice_cases=worker.cases,
        open_cases=len(worker.open),
        last_start_minute=worker.last_start,
        free_minutes=worker.available - worker.committed,
    )


def _candidate(world: World, worker: Worker, _: Order) -> priority_rules.Candidate:
    return priority_rules.Candidate(
        *_place(world, worker.level, worker.site),
        worker.stage,
        worker.attempt,
        worker.waiting_since,
        worker.recruited_at,
    )


def _trainer(world: World, worker: Worker, order: Order) -> priority_rules.Trainer:
    return priority_rules.Trainer(
        *_place(world, worker.level, worker.site),
        -int(order[0]),
        worker.last_course,
        len(worker.open),
        len(worker.leads),
    )


def _participant(world: World, worker: Worker, _: Order) -> priority_rules.Participant:
    return priority_rules.Participant(
        *_place(world, worker.level, worker.site), worker.refresher_due, worker.certified_at, len(worker.open)
    )


def _supervisee(world: World, worker: Worker, order: Order) -> priority_rules.Supervisee:
    return priority_rules.Supervisee(
        *_place(world, worker.level, worker.site), worker.state == APPRENTICE, len(worker.open), int(order[1])
    )


def _supervisor(world: World, worker: Worker, order: Order) -> priority_rules.Supervisor:
    return priority_rules.Supervisor(
        *_place(world, worker.level, worker.site),
        -int(order[0]),
        worker.supervisees,
        len(worker.leads),
        len(worker.open),
    )


def _seat(world: World, group: Group, order: Order) -> priority_rules.Seat:
    return priority_rules.Seat(
        *_place(world, group.level, group.circle.site), len(group.members), -int(order[1]), group.opened
    )


LOOKS: dict[str, Callable[[World, Any, Order], Any]] = {
    "client_worker": _care_worker,
    "course_candidate": _candidate,
    "course_trainer": _trainer,
    "refresher_participant": _participant,
    "seat_worker": _supervisee,
    "seat_group": _seat,
    "group_supervisor": _supervisor,
}
"""What is shown of somebody on offer, by the name of the choice; the order is the built-in one of `offers.py`."""
