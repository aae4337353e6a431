"""Supervision as a standing commitment: who gets a seat, and how groups begin (R4.1, R4.2). How they end is in
`dissolution.py`."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import TYPE_CHECKING

from cascadesim.engine.apprenticeship import Apprenticeship
from cascadesim.engine.groups import Beyond, Circle, Group
from cascadesim.engine.ledger import SUPERVISION_GIVEN, SUPERVISION_RECEIVED, Ledger
from cascadesim.engine.people import People
from cascadesim.engine.pool import Order, Pool
from cascadesim.engine.worker import ABSENT, EXITED, Worker
from cascadesim.model.enums import Event, Kind
from cascadesim.model.ids import numbered_key

if TYPE_CHECKING:
    from cascadesim.engine.world import World

_GROUP, _WORKER = int(Kind.GROUP), int(Kind.WORKER)
_LAST = (inf,)  # after every order in a queue


def _turn(queue: Pool[Worker]) -> Order:
    """Whose turn it is among two queues; an empty one comes last."""
    worker = queue.best()
    return _LAST if worker is None else queue.order(worker)


class Supervision:
    """Places the unsupervised."""

    def __init__(self, world: World, people: People, ledger: Ledger, apprenticeship: Apprenticeship) -> None:
        self.world = world
        self.record = world.record
        self.people = people
        self.ledger = ledger
        self.apprenticeship = apprenticeship
        self.reserves = [tier.reserve_rate for tier in world.plan.tiers]
        self.circles: dict[tuple[int, int], Circle] = {}
        self.beyond: list[Beyond | None] = []  # by level of the supervised
        sites = len(world.plan.sites)
        for tier in world.plan.tiers:
            plan = tier.supervision
            beyond = None
            if plan is not None and plan.across_sites:
                beyond = Beyond(world, plan.group_rate + plan.travel_rate, sites)
            self.beyond.append(beyond)
            if plan is not None:
                for site in range(sites):
                    self.circles[(tier.level, site)] = Circle(world, tier, plan, site, beyond)
        self.in_order = [self.circles[place] for place in sorted(self.circles)]
        self.refresh_touched: Callable[[], None]

    # --- placing (R4.2) ---------------------------------------------------------------------------------------------

    def place(self, circle: Circle) -> None:
        """Give seats to those who wait, in order: with open cases first, then waiting longest, then key."""
        queues = [circle.plain, circle.extra] if circle.extra_rate else [circle.plain]
        while queues and self._anything(circle):
            queue = min(queues, key=_turn)
            worker = queue.best()
            if worker is None:
                return
            extra = circle.extra_of(worker)
            group = self._free_seat(circle, extra) or self._open_group(circle, extra)
            if group is None:
                # nothing for an active means nothing for an apprentice either
                queues = [] if queue is circle.plain else [circle.plain]
                continue
            queue.withdraw(worker)
            self._seat(worker, group, extra)
            self.refresh_touched()

    def _anything(self, circle: Circle) -> bool:
        beyond = circle.beyond
        return not (
            circle.seats.best() is None
            and circle.openers.best() is None
            and (beyond is None or beyond.openers.best() is None)
        )

    def _free_seat(self, circle: Circle, extra: int) -> Group | None:
        """The fullest group with a seat whose supervisor has the extra minutes that the member takes."""
        passed_over = []
        found = None
        while (group := circle.seats.best()) is not None:
            if not extra or extra <= self.spare(group.supervisor):  # a plain seat takes nothing of the supervisor
                found = group
                break
            passed_over.append((circle.seats.order(group), group))
            circle.seats.withdraw(group)
        for order, group in passed_over:
            circle.seats.put_back(group, order)
        return found

    def _open_group(self, circle: Circle, extra: int) -> Group | None:
        """A new group under whoever of the site has most free minutes, else of another site if they may travel."""
        supervisor, beyond = self._opener(circle.openers, circle.plan.group_rate + extra), circle.beyond
        if supervisor is None and beyond is not None:
            supervisor = self._opener(beyond.openers, beyond.rate + extra, circle.site)
        if supervisor is None:
            return None
        group = Group(numbered_key(circle.level, circle.site, circle.groups), circle, supervisor, self.world.clock.now)
        circle.groups += 1
        supervisor.leads.append(group)
        self.ledger.book(supervisor, SUPERVISION_GIVEN, group.rate)
        self.record.note(Event.GROUP_OPENED, _GROUP, group.key, group.level, _WORKER, supervisor.key)
        return group

    def _opener(self, openers: Pool[Worker], minutes: int, site: int = -1) -> Worker | None:
        """The first who has so many minutes, and is not of this site; where the first has most, nobody else need be
        asked."""
        passed_over = []
        found = None
        while (supervisor := openers.best()) is not None:
            if supervisor.site != site:
                if minutes <= self.spare(supervisor):
                    found = supervisor
                if found is not None or openers.by_most_free:
                    break
            passed_over.append((openers.order(supervisor), supervisor))
            openers.withdraw(supervisor)
        for order, each in passed_over:
            openers.put_back(each, order)
        return found

    def _seat(self, worker: Worker, group: Group, extra: int) -> None:
        group.members[worker.key] = worker
        group.supervisor.supervisees += 1
        worker.group = group
        self.ledger.book(worker, SUPERVISION_RECEIVED, group.circle.plan.seat_rate)
        if extra:
            worker.extra_rate = extra
            self.ledger.book(group.supervisor, SUPERVISION_GIVEN, extra)
        self.people.mark_supervised(worker)
        self.record.note(Event.SEATED, _WORKER, worker.key, worker.level, _GROUP, group.key)
        self.apprenticeship.resume(worker)
        self.ledger.touch(group.supervisor)

    # --- what supervisors offer -------------------------------------------------------------------------------------

    def spare(self, worker: Worker) -> int:
        """Minutes a week still to go into groups; the training reserve is kept, as far as no course uses it (R3.2)."""
        spare = worker.spare()
        return spare - self.reserve(worker) if self.reserves[worker.level] else spare

    def reserve(self, worker: Worker) -> int:
        """What is left of the reserve for courses beside those that the worker gives now."""
        reserve = self.reserves[worker.level]
        if reserve == 0:
            return 0
        given = sum(course.trainers[worker.key][1] for course in worker.giving if course.kind == Kind.COURSE)
        return max(0, reserve - given)

    def offer_seats(self, supervisor: Worker) -> None:
        """Offer the free seats of the groups that this worker leads, as they are now."""
        if not supervisor.leads:
            return
        free = self.spare(supervisor)
        present = supervisor.state not in (EXITED, ABSENT) and supervisor.placeable
        for group in supervisor.leads:
            circle = group.circle
            size = len(group.members)
            room = size < circle.plan.group_size and supervisor.supervisees < circle.plan.max_supervisees
            if present and room:
                circle.changed |= circle.seats.offer(group, (-size, -free, group.key))
            else:
                circle.seats.withdraw(group)
