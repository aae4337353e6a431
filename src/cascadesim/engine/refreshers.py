"""Refreshers: short courses that certified workers take again and again, given by the tier above (R3.9)."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

import simpy

from cascadesim.engine.classroom import Course
from cascadesim.engine.clock import Due
from cascadesim.engine.ledger import TRAINING_TAKEN, Ledger
from cascadesim.engine.people import People
from cascadesim.engine.pool import Pool
from cascadesim.engine.teaching import Hall, Teaching, Venue
from cascadesim.engine.worker import ACTIVE, EXITED, Worker
from cascadesim.model.counters import TIER_COUNTS
from cascadesim.model.enums import Event, Kind, Rank
from cascadesim.model.ids import numbered_key
from cascadesim.model.plan import RefresherPlan

if TYPE_CHECKING:
    from cascadesim.engine.ability import Ability
    from cascadesim.engine.world import World

_REFRESHER, _WORKER = int(Kind.REFRESHER), int(Kind.WORKER)
_COURSE_END, _DEADLINE = int(Rank.COURSE_END), int(Rank.DEADLINE)
_KEY = 1 << 62  # refreshers end after the courses of an instant
_STARTED, _REFRESHED, _MISSED = (
    TIER_COUNTS.index(name) for name in ("refreshers_started", "refreshed", "refreshers_missed")
)


class RefresherRoom(Venue):
    """The refreshers of one tier at one site: who may be placed in one, and who could give it."""

    def __init__(self, world: World, level: int, site: int, plan: RefresherPlan, hall: Hall | None) -> None:
        super().__init__(world, level, site, plan.trainers, plan.trainer_rate, hall)
        self.plan = plan
        self.participants: Pool[Worker] = world.pool("refresher_participant")
        self.blocked: set[int] = set()  # keys of those whose own week has no room for it
        self.courses = 0


class Refreshers:
    """Keeps everybody's due dates, starts refreshers in the C-phase, ends them on their day."""

    def __init__(self, world: World, people: People, ledger: Ledger, teaching: Teaching, ability: Ability) -> None:
        self.world = world
        self.record = world.record
        self.clock = world.clock
        self.people = people
        self.ledger = ledger
        self.teaching = teaching
        self.ability = ability
        self.counts = world.layout.tier_counts
        self.refresh_touched: Callable[[], None]
        self.rooms: dict[tuple[int, int], RefresherRoom] = {}
        self.halls: list[Hall] = []
        self.overdue: list[Worker] = []  # due in this instant
        sites = len(world.plan.sites)
        for tier in world.plan.tiers:
            plan = tier.refresher
            if plan is None:
                continue
            hall = None
            if tier.trainers_across_sites:
                hall = Hall(world, tier.level, plan.trainer_rate + plan.travel_rate, sites)
                self.halls.append(hall)
            for site in range(sites):
                self.rooms[(tier.level, site)] = RefresherRoom(world, tier.level, site, plan, hall)
        self.in_order = [self.rooms[place] for place in sorted(self.rooms)]

    # --- due dates --------------------------------------------------------------------------------------------------

    def expect(self, worker: Worker) -> None:
        """The next refresher is due a period from now; somewhat before that, never now, the worker may be placed."""
        plan = self.world.plan.tiers[worker.level].refresher
        if plan is None or not worker.deployed:
            return
        now = self.clock.now
        worker.refresher_due = due = now + plan.every_minutes
        worker.refresher_from = max(now + 1, due - plan.window_minutes)
        for minute in dict.fromkeys((worker.refresher_from, due)):
            if minute < self.world.plan.horizon:
                self.clock.at(minute, _DEADLINE, worker.key, self._look, worker, due)

    def _look(self, due: Due) -> None:
        worker: Worker = due.who
        if worker.state == EXITED or worker.refresher_due != due.generation:
            return
        self.record.events += 1
        if self.clock.now == worker.refresher_due:
            self.overdue.append(worker)
        self.ledger.touch(worker)
        self.clock.wake()

    def wanted(self, worker: Worker) -> bool:
        """Whether the worker could be placed in a refresher, their hours apart."""
        return (
            worker.state == ACTIVE
            and worker.placeable
            and worker.refresher is None
            and worker.refresher_due >= 0
            and self.clock.now >= worker.refresher_from
        )

    def miss(self) -> None:
        """Those whose day has come and for whom none has begun are overdue until they complete one."""
        for worker in sorted(self.overdue, key=lambda worker: worker.key):
            if worker.state != EXITED and worker.refresher is None:
                self._miss(worker)
        self.overdue.clear()

    def _miss(self, worker: Worker) -> None:
        if not worker.missed_refresher:
            self.people.set_missed(worker, True)
            self.record.counts[self.counts[worker.level] + _MISSED] += 1
            self.record.note(Event.REFRESHER_MISSED, _WORKER, worker.key, worker.level)

    # --- starting ---------------------------------------------------------------------------------------------------

    def start(self, room: RefresherRoom) -> None:
        """Start what can start now: as soon as one may be placed and the trainers are there."""
        while room.participants and room.staffed():
            course = Course(_REFRESHER, numbered_key(room.level, room.site, room.courses), room.level, room)
            room.courses += 1
            while room.participants and len(course.trainees) < room.plan.max_cohort:
                worker = room.participants.take()
                assert worker is not None
                course.trainees[worker.key] = worker
            self.record.counts[self.counts[room.level] + _STARTED] += 1
            self.record.note(
                Event.REFRESHER_STARTED, _REFRESHER, course.key, room.level, amount=len(course.trainees)
            )
            for _ in range(room.plan.trainers):
                self.teaching.assign(room, course)
            for key in sorted(course.trainees):
                worker = course.trainees[key]
                worker.refresher = course
                self.ledger.book(worker, TRAINING_TAKEN, room.plan.trainee_rate)
                self._note(Event.JOINED_REFRESHER, worker, course)
            course.end = self.clock.due(self.clock.now + room.plan.minutes, _COURSE_END, _KEY | course.key)
            self.world.env.process(self.run(course))
            self.refresh_touched()

    def _note(self, event: Event, worker: Worker, course: Course) -> None:
        self.record.note(event, _WORKER, worker.key, worker.level, _REFRESHER, course.key)

    # --- ending -----------------------------------------------------------------------------------------------------

    def run(self, course: Course) -> Generator[simpy.Event, None, None]:
        """A refresher: wait for its last day, on which everybody who is still there has completed it."""
        if course.end is None:  # over at the instant at which it began, before anybody waits for its last day
            return
        yield course.end
        self.record.events += 1
        self._end(course, "held")
        for key in sorted(course.trainees):
            worker = course.trainees[key]
            self._let_go(worker, course)
            self.record.counts[self.counts[worker.level] + _REFRESHED] += 1
            self._note(Event.REFRESHED, worker, course)
            self.ability.refreshed(worker)
            self.people.set_missed(worker, False)
            self.expect(worker)
        self.clock.wake()

    def _let_go(self, worker: Worker, course: Course) -> None:
        worker.refresher = None
        assert isinstance(course.venue, RefresherRoom)
        self.ledger.book(worker, TRAINING_TAKEN, -course.venue.plan.trainee_rate)

    def _end(self, course: Course, how: str) -> None:
        self.teaching.release(course)
        self.record.note(Event.REFRESHER_ENDED, _REFRESHER, course.key, course.level, detail=how)

    def drop(self, worker: Worker) -> None:
        """A participant has gone, or is away: the refresher is not completed; without participants it ends."""
        course = worker.refresher
        if course is None:
            return
        del course.trainees[worker.key]
        self._leave(worker, course)
        if not course.trainees:
            self._stop(course, "empty")

    def _leave(self, worker: Worker, course: Course) -> None:
        if worker.state == EXITED:
            worker.refresher = None
            return
        self._let_go(worker, course)
        self._note(Event.LEFT_REFRESHER, worker, course)
        if self.clock.now >= worker.refresher_due:
            self._miss(worker)

    def substitute(self, course: Course) -> None:
        """Replace one lost trainer if anybody can; with no trainer left the refresher is cancelled."""
        if course.trainees and not self.teaching.assign(course.venue, course) and not course.trainers:
            self._stop(course, "cancelled")

    def _stop(self, course: Course, how: str) -> None:
        assert course.end is not None
        course.end.cancel()
        course.end = None
        self._end(course, how)
        for key in sorted(course.trainees):
            self._leave(course.trainees[key], course)
        course.trainees = {}
