"""Supervision groups, and what is known of the supervision of one tier at one site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.engine.pool import Pool
from cascadesim.engine.worker import ACTIVE, APPRENTICE, Worker
from cascadesim.model.plan import SupervisionPlan, TierPlan

if TYPE_CHECKING:
    from cascadesim.engine.world import World


class Group:
    """One group: a supervisor of the tier above, and members of one tier and site by key."""

    def __init__(self, key: int, circle: Circle, supervisor: Worker, opened: int) -> None:
        self.key = key
        self.opened = opened
        self.circle = circle
        self.level = circle.level
        self.supervisor = supervisor
        self.rate = circle.plan.group_rate  # minutes a week of the supervisor
        if supervisor.site != circle.site:
            self.rate += circle.plan.travel_rate
        self.suspended = False  # while the supervisor is away
        self.members: dict[int, Worker] = {}


class Beyond:
    """Supervisors who could open a group of one tier at another site than their own, travel included."""

    def __init__(self, world: World, rate: int, sites: int) -> None:
        self.rate = rate
        self.openers: Pool[Worker] = world.pool("group_supervisor")
        self.masks = [[0] * 8 for _ in range(sites)]
        self.circles: list[Circle] = []


class Circle:
    """The supervision of one tier at one site: who waits, which groups have a seat, who can open a group."""

    def __init__(
        self, world: World, tier: TierPlan, plan: SupervisionPlan, site: int, beyond: Beyond | None
    ) -> None:
        self.level = tier.level
        self.site = site
        self.plan = plan
        self.beyond = beyond
        if beyond is not None:
            beyond.circles.append(self)
        self.extra_rate = tier.apprentice_extra_rate
        # Who waits and has room for the meetings; apprentices who take extra hours apart, so that nobody who cannot be
        # placed now has to be passed over one by one.
        self.plain: Pool[Worker] = world.pool("seat_worker")
        self.extra: Pool[Worker] = world.pool("seat_worker")
        self.seats: Pool[Group] = world.pool("seat_group")
        self.openers: Pool[Worker] = world.pool("group_supervisor")
        self.masks = [0] * 8  # how many supervisors of this site fail which tests
        self.groups = 0
        self.changed = False  # somebody waits, or a place came free, since seats were last given
        self.unpublished = True  # the queue or the supervisors changed since the constraint was last published
        self.blocked = 0  # how many wait whose own week has no room for the meetings
        self.suspended: list[Group] = []  # whose supervisor is away

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

    @property
    def held(self) -> int:
        """How many practise and keep a seat with a supervisor who is away."""
        return sum(
            1
            for group in self.suspended
            for member in group.members.values()
            if member.state in (APPRENTICE, ACTIVE)
        )

    def extra_of(self, worker: Worker) -> int:
        """What a member adds to the supervisor's commitment (R2.10)."""
        return self.extra_rate if worker.state == APPRENTICE else 0

    def failing(self, mask: int) -> int:
        """How many supervisors fail exactly these tests, those of other sites by what they would need to travel."""
        if self.beyond is None:
            return self.masks[mask]
        return self.masks[mask] + sum(
            masks[mask] for site, masks in enumerate(self.beyond.masks) if site != self.site
        )
