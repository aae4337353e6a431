"""Choices by rules of the caller's own: pools in their order, and what the rules are shown (on SimPy only)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cascadesim.engine.records import APPRENTICE, Order, Pool, PoolEntry, World
from cascadesim.errors import UsageError
from cascadesim.model import priority_rules
from cascadesim.model.plan import Plan
from cascadesim.model.priority_rules import OwnRule, Rule

(
    NO_CHOICE,
    CLIENT_WORKER,
    COURSE_CANDIDATE,
    COURSE_TRAINER,
    REFRESHER_PARTICIPANT,
    SUPERVISION_WORKER,
    SUPERVISION_GROUP,
    GROUP_SUPERVISOR,
) = range(8)


def new_pool(world: World, choice: int) -> Pool:
    """A pool with nobody in it, in the order of the caller's rule for this choice if there is one."""
    pool: Pool = world.pool(choice)  # type: ignore[attr-defined]
    return pool


CHOICES = ("", *priority_rules.RULES)


class RuledPool(Pool):
    """A pool in the order of a rule of the caller; those whom it ranks equal are in the built-in order."""

    __slots__ = ("look", "names", "numbers", "report", "rule")

    def __init__(self, names: Plan, name: str, rule: Rule, report: Callable[[UsageError], None]) -> None:
        super().__init__()
        self.by_most_free = False
        self.names = names
        self.report = report
        self.rule = OwnRule(name, rule)
        self.look = LOOKS[name]
        self.numbers = 0

    def offer(self, entry: PoolEntry, order: Order) -> bool:
        """Put an entry in, or change its order; `order` is the built-in one."""
        try:
            facts = self.look(self.names, entry, order)
            given, built_in = self.rule(facts)
            self.numbers = self.numbers or len(given)
            if len(given) != self.numbers:  # it would be compared with numbers of the built-in order
                message = f"returned {len(given)} numbers for {facts}, and {self.numbers} before."
                hint = "Return as many for everybody."
                raise UsageError(f"rules.{self.rule.name}: {message}", hint=hint, code="rules")
        except UsageError as fault:
            self.report(fault)  # SimPy raises a copy of what an event raises
            raise
        return Pool.offer(self, entry, (*given, *built_in, *order[len(built_in) :]))


def _place(plan: Plan, level: int, site: int) -> tuple[str, str]:
    return plan.tiers[level].name, plan.sites[site][0]


def _care_worker(plan: Plan, entry: PoolEntry, order: Order) -> priority_rules.CareWorker:
    worker = entry.worker
    return priority_rules.CareWorker(
        *_place(plan, worker.level, worker.site),
        apprentice=worker.state == APPRENTICE,
        first=order[0] == 0,
        practice_cases=worker.cases,
        open_cases=worker.n_open,
        last_start_minute=worker.last_start,
        free_minutes=worker.available - worker.committed,
    )


def _candidate(plan: Plan, entry: PoolEntry, _: Order) -> priority_rules.Candidate:
    worker = entry.worker
    return priority_rules.Candidate(
        *_place(plan, worker.level, worker.site),
        worker.stage,
        worker.attempt,
        worker.waiting_since,
        worker.recruited_at,
    )


def _trainer(plan: Plan, entry: PoolEntry, order: Order) -> priority_rules.Trainer:
    worker = entry.worker
    return priority_rules.Trainer(
        *_place(plan, worker.level, worker.site),
        -int(order[0]),
        worker.last_course,
        worker.n_open,
        len(worker.leads),
    )


def _participant(plan: Plan, entry: PoolEntry, _: Order) -> priority_rules.Participant:
    worker = entry.worker
    return priority_rules.Participant(
        *_place(plan, worker.level, worker.site), worker.refresher_due, worker.certified_at, worker.n_open
    )


def _supervisee(plan: Plan, entry: PoolEntry, order: Order) -> priority_rules.Supervisee:
    worker = entry.worker
    return priority_rules.Supervisee(
        *_place(plan, worker.level, worker.site), worker.state == APPRENTICE, worker.n_open, int(order[1])
    )


def _supervisor(plan: Plan, entry: PoolEntry, order: Order) -> priority_rules.Supervisor:
    worker = entry.worker
    return priority_rules.Supervisor(
        *_place(plan, worker.level, worker.site),
        -int(order[0]),
        worker.supervisees,
        len(worker.leads),
        worker.n_open,
    )


def _seat(plan: Plan, entry: PoolEntry, order: Order) -> priority_rules.OpenGroup:
    group, unit, free = entry.group, entry.group.unit, -int(order[1])
    return priority_rules.OpenGroup(*_place(plan, unit.level, unit.site), len(group.members), free, group.opened)


LOOKS: dict[str, Callable[[Plan, PoolEntry, Order], Any]] = {
    "client_worker": _care_worker,
    "course_candidate": _candidate,
    "course_trainer": _trainer,
    "refresher_participant": _participant,
    "supervision_worker": _supervisee,
    "supervision_group": _seat,
    "group_supervisor": _supervisor,
}
"""What is shown of somebody on offer, by the name of the choice; the order is the built-in one of `availability.py`."""
