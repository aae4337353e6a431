"""Supervision as a standing commitment: who gets a seat, and how groups end (R4.1 to R4.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cascadesim.engine.apprenticeship import Apprenticeship
from cascadesim.engine.groups import Circle, Group
from cascadesim.engine.ledger import SUPERVISION_GIVEN, SUPERVISION_RECEIVED, Ledger
from cascadesim.engine.people import People
from cascadesim.engine.pool import Pool
from cascadesim.engine.worker import EXITED, Worker
from cascadesim.model.codes import Event, Kind
from cascadesim.model.keys import numbered_key

if TYPE_CHECKING:
    from cascadesim.engine.world import World

_GROUP, _WORKER = int(Kind.GROUP), int(Kind.WORKER)
_LAST = (2,)  # after every order in a queue, which begins with 0 or 1


def _turn(queue: Pool[Worker]) -> tuple[int, ...]:
    """Whose turn it is among two queues; an empty one comes last."""
    worker = queue.best()
    return _LAST if worker is None else queue.order(worker)


class Supervision:
    """Places the unsupervised, dissolves and merges groups."""

    def __init__(self, world: World, people: People, ledger: Ledger, apprenticeship: Apprenticeship) -> None:
        self.world = world
        self.record = world.record
        self.people = people
        self.ledger = ledger
        self.apprenticeship = apprenticeship
        self.circles = {
            tier.level: Circle(tier, tier.supervision) for tier in world.plan.tiers if tier.supervision is not None
        }
        self.to_merge: dict[int, Worker] = {}
        self.refresh_touched: Callable[[], None]

    # --- placing (R4.2) ---------------------------------------------------------------------------------------------

    def place(self, circle: Circle) -> None:
        """Give seats to those who wait, in order: with open cases first, then waiting longest, then key."""
        queues = [circle.plain, circle.extra] if circle.extra_rate else [circle.plain]
        while queues and not (circle.seats.best() is None and circle.openers.best() is None):
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

    def _free_seat(self, circle: Circle, extra: int) -> Group | None:
        """The fullest group with a seat whose supervisor has the extra minutes that the member takes."""
        passed_over = []
        found = None
        while (group := circle.seats.best()) is not None:
            if extra <= group.supervisor.spare():
                found = group
                break
            passed_over.append((circle.seats.order(group), group))
            circle.seats.withdraw(group)
        for order, group in passed_over:
            circle.seats.offer(group, order)
        return found

    def _open_group(self, circle: Circle, extra: int) -> Group | None:
        """A new group under whoever has most free minutes."""
        supervisor = circle.openers.best()
        if supervisor is None or circle.plan.group_rate + extra > supervisor.spare():
            return None
        group = Group(numbered_key(circle.level, circle.groups), circle.level, supervisor)
        circle.groups += 1
        supervisor.leads.append(group)
        self.ledger.book(supervisor, SUPERVISION_GIVEN, circle.plan.group_rate)
        self.record.note(Event.GROUP_OPENED, _GROUP, group.key, group.level, _WORKER, supervisor.key)
        return group

    def _seat(self, worker: Worker, group: Group, extra: int) -> None:
        group.members[worker.key] = worker
        group.supervisor.supervisees += 1
        worker.group = group
        self.ledger.book(worker, SUPERVISION_RECEIVED, self.circles[group.level].plan.seat_rate)
        if extra:
            worker.extra_rate = extra
            self.ledger.book(group.supervisor, SUPERVISION_GIVEN, extra)
        self.people.mark_supervised(worker)
        self.record.note(Event.SEATED, _WORKER, worker.key, worker.level, _GROUP, group.key)
        self.apprenticeship.resume(worker)
        self.ledger.touch(group.supervisor)

    # --- what supervisors offer -------------------------------------------------------------------------------------

    def offer_seats(self, supervisor: Worker) -> None:
        """Offer the free seats of the groups that this worker leads, as they are now."""
        if not supervisor.leads:
            return
        circle = self.circles[supervisor.level + 1]
        plan = circle.plan
        may_take = (
            supervisor.state != EXITED
            and not supervisor.on_notice
            and supervisor.supervisees < plan.max_supervisees
        )
        free = supervisor.spare()
        for group in supervisor.leads:
            size = len(group.members)
            if may_take and size < plan.group_size:
                circle.changed |= circle.seats.offer(group, (-size, -free, group.key))
            else:
                circle.seats.withdraw(group)

    # --- ending -----------------------------------------------------------------------------------------------------

    def give_up_seat(self, worker: Worker) -> None:
        """A member has gone; their seat is free, an empty group closes."""
        group = worker.group
        if group is None:
            return
        worker.group = None
        del group.members[worker.key]
        supervisor = group.supervisor
        supervisor.supervisees -= 1
        self.release_extra(worker, supervisor)
        if supervisor.state == EXITED:
            return
        if not group.members:
            self._close(group, "empty")
        else:
            self.to_merge[supervisor.key] = supervisor
        self.ledger.touch(supervisor)

    def release_extra(self, worker: Worker, supervisor: Worker) -> None:
        """The extra hours that an apprentice takes end (R2.10)."""
        if worker.extra_rate:
            if supervisor.state != EXITED:
                self.ledger.book(supervisor, SUPERVISION_GIVEN, -worker.extra_rate)
            worker.extra_rate = 0

    def _close(self, group: Group, why: str) -> None:
        supervisor = group.supervisor
        circle = self.circles[group.level]
        supervisor.leads.remove(group)
        circle.seats.withdraw(group)
        if supervisor.state != EXITED:
            self.ledger.book(supervisor, SUPERVISION_GIVEN, -circle.plan.group_rate)
        self.record.note(Event.GROUP_CLOSED, _GROUP, group.key, group.level, _WORKER, supervisor.key, why)

    def dissolve(self, supervisor: Worker) -> None:
        """The supervisor has gone: every member of every group is without a seat (R4.4)."""
        for group in sorted(supervisor.leads, key=lambda group: group.key):
            seat_rate = self.circles[group.level].plan.seat_rate
            for key in sorted(group.members):
                worker = group.members[key]
                worker.group = None
                worker.extra_rate = 0
                if worker.state == EXITED:
                    continue
                worker.supervised = False
                worker.reserved = seat_rate
                self.ledger.book(worker, SUPERVISION_RECEIVED, -seat_rate)
                self.record.note(Event.UNSEATED, _WORKER, key, worker.level, _GROUP, group.key, "dissolved")
            group.members.clear()
            self._close(group, "dissolved")

    def merge(self, supervisor: Worker) -> None:
        """Two groups of one supervisor that fit into one become one; the older stays (R4.3)."""
        if supervisor.state == EXITED:
            return
        kept: list[Group] = []
        for group in sorted(supervisor.leads, key=lambda group: group.key):
            size = self.circles[group.level].plan.group_size
            home = next((old for old in kept if len(old.members) + len(group.members) <= size), None)
            if home is None:
                kept.append(group)
                continue
            for key in sorted(group.members):
                worker = group.members[key]
                worker.group = home
                home.members[key] = worker
                self.record.note(Event.MOVED, _WORKER, key, worker.level, _GROUP, home.key)
            group.members.clear()
            self._close(group, "merged")
