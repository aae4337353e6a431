"""Supervision groups, and what is known of the supervision of one tier."""

from __future__ import annotations

from cascadesim.engine.pool import Pool
from cascadesim.engine.worker import APPRENTICE, Worker
from cascadesim.model.plan import SupervisionPlan, TierPlan


class Group:
    """One group: a supervisor of the tier above, and members of tier `level` by key."""

    def __init__(self, key: int, level: int, supervisor: Worker) -> None:
        self.key = key
        self.level = level
        self.supervisor = supervisor
        self.members: dict[int, Worker] = {}


class Circle:
    """Everything about the supervision of one tier: who waits, which groups have a seat, who can open a group."""

    def __init__(self, tier: TierPlan, plan: SupervisionPlan) -> None:
        self.level = tier.level
        self.plan = plan
        self.extra_rate = tier.apprentice_extra_rate
        self.queue: Pool[Worker] = Pool()
        self.seats: Pool[Group] = Pool()
        self.openers: Pool[Worker] = Pool()
        self.groups = 0
        self.changed = False  # somebody waits, or a place came free, since seats were last given
        self.unpublished = True  # the queue or the supervisors changed since the constraint was last published
        self.blocked = 0  # how many wait whose own week has no room for the meetings

    def extra(self, worker: Worker) -> int:
        """What a member adds to the supervisor's commitment (R2.10)."""
        return self.extra_rate if worker.state == APPRENTICE else 0
