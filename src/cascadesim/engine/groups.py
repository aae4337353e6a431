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
        # Who waits and has room for the meetings; apprentices who take extra hours apart, so that nobody who cannot be
        # placed now has to be passed over one by one.
        self.plain: Pool[Worker] = Pool()
        self.extra: Pool[Worker] = Pool()
        self.seats: Pool[Group] = Pool()
        self.openers: Pool[Worker] = Pool()
        self.groups = 0
        self.changed = False  # somebody waits, or a place came free, since seats were last given
        self.unpublished = True  # the queue or the supervisors changed since the constraint was last published
        self.blocked = 0  # how many wait whose own week has no room for the meetings

    def queue_of(self, worker: Worker) -> Pool[Worker]:
        """The queue in which this worker waits."""
        return self.extra if self.extra_of(worker) else self.plain

    def withdraw(self, worker: Worker) -> bool:
        """Take the worker out of the queues; False if they were in none."""
        return self.plain.withdraw(worker) or self.extra.withdraw(worker)

    @property
    def waiting(self) -> int:
        """How many lack a seat, those with no room for the meetings included."""
        return len(self.plain) + len(self.extra) + self.blocked

    def extra_of(self, worker: Worker) -> int:
        """What a member adds to the supervisor's commitment (R2.10)."""
        return self.extra_rate if worker.state == APPRENTICE else 0
