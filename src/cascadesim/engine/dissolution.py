"""How supervision groups end, are suspended, and are merged (R2.5, R4.3, R4.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.engine.apprenticeship import Apprenticeship
from cascadesim.engine.groups import Group
from cascadesim.engine.ledger import OTHER_DUTIES, SUPERVISION_GIVEN, SUPERVISION_RECEIVED, Ledger
from cascadesim.engine.people import People
from cascadesim.engine.worker import EXITED, Worker
from cascadesim.model.counters import TIER_COUNTS
from cascadesim.model.enums import Event, Kind

if TYPE_CHECKING:
    from cascadesim.engine.world import World

_GROUP, _WORKER = int(Kind.GROUP), int(Kind.WORKER)
_SHED = TIER_COUNTS.index("groups_shed")


class Dissolution:
    """Takes seats back."""

    def __init__(self, world: World, people: People, ledger: Ledger, apprenticeship: Apprenticeship) -> None:
        self.world = world
        self.record = world.record
        self.people = people
        self.ledger = ledger
        self.apprenticeship = apprenticeship
        self.to_merge: dict[int, Worker] = {}

    def give_up_seat(self, worker: Worker) -> None:
        """A member has gone; their seat is free, an empty group closes."""
        group = worker.group
        if group is None:
            return
        worker.group = None
        del group.members[worker.key]
        if group.suspended:
            group.circle.unpublished = True
        supervisor = group.supervisor
        supervisor.supervisees -= 1
        if worker.state != EXITED:
            self.ledger.book(worker, SUPERVISION_RECEIVED, -worker.rates[SUPERVISION_RECEIVED])
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
        supervisor.leads.remove(group)
        group.circle.seats.withdraw(group)
        if group.suspended:
            group.circle.suspended.remove(group)
        if supervisor.state != EXITED:
            self.ledger.book(supervisor, SUPERVISION_GIVEN, -group.rate)
        self.record.note(Event.GROUP_CLOSED, _GROUP, group.key, group.level, _WORKER, supervisor.key, why)

    def dissolve(self, supervisor: Worker) -> None:
        """The supervisor has gone, or leads no more: every member of every group is without a seat (R4.4)."""
        for group in sorted(supervisor.leads, key=lambda group: group.key):
            self._dissolve(group)

    def _dissolve(self, group: Group) -> None:
        seat_rate = group.circle.plan.seat_rate
        supervisor = group.supervisor
        for key in sorted(group.members):
            worker = group.members[key]
            worker.group = None
            supervisor.supervisees -= 1
            self.release_extra(worker, supervisor)
            if worker.state == EXITED:
                continue
            worker.supervised = False
            worker.reserved = seat_rate
            self.ledger.book(worker, SUPERVISION_RECEIVED, -worker.rates[SUPERVISION_RECEIVED])
            self.record.note(Event.UNSEATED, _WORKER, key, worker.level, _GROUP, group.key, "dissolved")
        group.circle.unpublished = True
        group.members.clear()
        self._close(group, "dissolved")

    # --- absence ----------------------------------------------------------------------------------------------------

    def suspend(self, supervisor: Worker) -> None:
        """The supervisor is away: the members are unsupervised, but keep their seats."""
        for group in sorted(supervisor.leads, key=lambda group: group.key):
            group.suspended = True
            group.circle.seats.withdraw(group)
            group.circle.suspended.append(group)
            group.circle.unpublished = True
            self.record.note(Event.GROUP_SUSPENDED, _GROUP, group.key, group.level, _WORKER, supervisor.key)
            for key in sorted(group.members):
                group.members[key].supervised = False
                self.ledger.touch(group.members[key])

    def resume(self, supervisor: Worker) -> None:
        """The supervisor is back: whoever kept a seat is supervised again; groups that have shrunk may merge."""
        if supervisor.leads:
            self.to_merge[supervisor.key] = supervisor
        for group in sorted(supervisor.leads, key=lambda group: group.key):
            group.suspended = False
            group.circle.suspended.remove(group)
            group.circle.unpublished = True
            self.record.note(Event.GROUP_RESUMED, _GROUP, group.key, group.level, _WORKER, supervisor.key)
            for key in sorted(group.members):
                worker = group.members[key]
                self.people.mark_supervised(worker)
                self.apprenticeship.resume(worker)
                self.ledger.touch(worker)

    # --- fewer hours ------------------------------------------------------------------------------------------------

    def fit(self, worker: Worker) -> None:
        """Being supervised takes no more than what is left of the week; groups led go, newest first (R2.5)."""
        self.cap_seat(worker)
        while worker.leads and worker.committed > worker.limit:
            group = max(worker.leads, key=lambda group: (group.opened, group.key))
            self.record.counts[self.world.layout.tier_counts[worker.level] + _SHED] += 1
            self.record.note(Event.GROUP_SHED, _GROUP, group.key, group.level, _WORKER, worker.key)
            self._dissolve(group)

    def cap_seat(self, worker: Worker) -> None:
        """Being supervised takes no more than what other duties leave of the week."""
        if worker.group is None:
            return
        left = worker.limit - worker.rates[OTHER_DUTIES]
        wanted = min(worker.group.circle.plan.seat_rate, max(0, left))
        change = wanted - worker.rates[SUPERVISION_RECEIVED]
        if change:
            self.ledger.book(worker, SUPERVISION_RECEIVED, change)

    # --- merging ----------------------------------------------------------------------------------------------------

    def merge(self, supervisor: Worker) -> None:
        """Two groups of one supervisor, tier and site that fit into one become one; the older stays (R4.3)."""
        if supervisor.state == EXITED or supervisor.away:
            return
        kept: list[Group] = []
        for group in sorted(supervisor.leads, key=lambda group: group.key):
            size = group.circle.plan.group_size
            home = next(
                (
                    old
                    for old in kept
                    if old.circle is group.circle and len(old.members) + len(group.members) <= size
                ),
                None,
            )
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
