"""Courses: batches of candidates taught by the tier above (R3). A course is a process that waits for its last day."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

import simpy

from cascadesim.engine.classroom import Classroom, Course
from cascadesim.engine.enrolment import Enrolment
from cascadesim.engine.ledger import Ledger
from cascadesim.engine.people import People
from cascadesim.engine.teaching import Teaching
from cascadesim.engine.worker import CANDIDATE, EXITED, IN_TRAINING, Worker
from cascadesim.model.counters import TIER_COUNTS
from cascadesim.model.enums import Event, Kind, Purpose, Rank
from cascadesim.model.ids import numbered_key

if TYPE_CHECKING:
    from cascadesim.engine.ability import Ability
    from cascadesim.engine.apprenticeship import Apprenticeship
    from cascadesim.engine.world import World

_COURSE, _WORKER = int(Kind.COURSE), int(Kind.WORKER)
_COURSE_END = int(Rank.COURSE_END)
_BEGAN, _ENTERED, _FAILED, _PASSED = (
    TIER_COUNTS.index(name) for name in ("began_training", "entered_course", "failed", "passed")
)
_STARTED, _HELD, _CANCELLED = (
    TIER_COUNTS.index(name) for name in ("courses_started", "courses_held", "courses_cancelled")
)
TAUGHT_UNIT = 5040
"""Graduates are shared among up to ten trainers without a remainder."""
_STAGE_BITS = 16


class Training:
    """Starts courses in the C-phase, ends them on their day."""

    def __init__(
        self,
        world: World,
        people: People,
        ledger: Ledger,
        enrolment: Enrolment,
        teaching: Teaching,
        apprenticeship: Apprenticeship,
        ability: Ability,
    ) -> None:
        self.world = world
        self.record = world.record
        self.clock = world.clock
        self.people = people
        self.ledger = ledger
        self.enrolment = enrolment
        self.teaching = teaching
        self.apprenticeship = apprenticeship
        self.ability = ability
        self.counts = world.layout.tier_counts
        self.refresh_touched: Callable[[], None]
        self.teachers: list[list[Worker]] = [[] for _ in world.plan.tiers]  # all ever certified in a tier that trains

    def certified(self, worker: Worker) -> None:
        """Another worker who might give courses."""
        below = worker.level + 1
        if below < len(self.world.plan.tiers) and self.world.plan.tiers[below].courses:
            self.teachers[worker.level].append(worker)

    # --- starting ---------------------------------------------------------------------------------------------------

    def start_courses(self, room: Classroom) -> None:
        """Start what can start now (R3.4, R3.5)."""
        while len(room.candidates) >= room.plan.min_cohort and self._timely(room):
            if not room.staffed():
                return
            self._start(room)
            if room.plan.dates:
                self.enrolment.use_window(room)
            self.refresh_touched()  # who just took a course may be the one with most free minutes still

    def _timely(self, room: Classroom) -> bool:
        if room.premises.full:
            return False
        if room.plan.dates:
            return bool(room.windows)
        return not room.gathering(self.clock.now)

    def _start(self, room: Classroom) -> None:
        plan, premises = room.plan, room.premises
        course = Course(_COURSE, numbered_key(room.level, room.site, premises.courses), room.level, room)
        premises.courses += 1
        premises.running += 1
        if premises.full:  # what the other stages wait for, is a room now
            for each in premises.classrooms:
                each.unpublished = True
        while room.candidates and len(course.trainees) < plan.max_cohort:
            worker = room.candidates.take()
            assert worker is not None
            course.trainees[worker.key] = worker
        self.record.counts[self.counts[room.level] + _STARTED] += 1
        size = len(course.trainees)
        self.record.note(Event.COURSE_STARTED, _COURSE, course.key, room.level, amount=size)
        for _ in range(plan.trainers):
            self.teaching.assign(room, course)
        course.taught_by = self.ability.taught_by([course.trainers[key][0] for key in sorted(course.trainers)])
        for key in sorted(course.trainees):
            self._enter(course.trainees[key], course, plan.trainee_rate)
        room.enough_since = -1
        self.enrolment.watch_cohort(room)
        course.end = self.clock.due(self.clock.now + plan.minutes, _COURSE_END, course.key)
        self.world.env.process(self.run(room, course))

    def _enter(self, worker: Worker, course: Course, rate: int) -> None:
        worker.course = course
        if not worker.spells:
            self.record.counts[self.counts[worker.level] + _BEGAN] += 1
        worker.spells += 1
        self.people.move(worker, IN_TRAINING)
        self.ledger.study(worker, rate)
        self.record.counts[self.counts[worker.level] + _ENTERED] += 1
        self.record.note(Event.ENTERED_COURSE, _WORKER, worker.key, worker.level, _COURSE, course.key)

    # --- ending -----------------------------------------------------------------------------------------------------

    def run(self, room: Classroom, course: Course) -> Generator[simpy.Event, None, None]:
        """A course: wait for its last day, then each trainee passes or fails by a draw of their own (R3.8)."""
        if course.end is None:  # over at the instant at which it began, before anybody waits for its last day
            return
        yield course.end
        self.record.events += 1
        trainees = [course.trainees[key] for key in sorted(course.trainees)]
        gave = self._release(course, "held")
        self.record.counts[self.counts[course.level] + _HELD] += 1
        passed = 0
        for worker in trainees:
            self._leave(worker, course)
            index = worker.stage << _STAGE_BITS | worker.attempt
            if self.world.chance(room.plan.pass_probability, worker.stream, Purpose.PASS, index):
                passed += 1
                self._pass(worker, course, room.plan.last)
            else:
                self._fail(worker, course, room.plan.attempts)
        if room.plan.last:
            share, rest = divmod(passed * TAUGHT_UNIT, len(gave))  # the rest to the first: none is lost
            for place, trainer in enumerate(gave):
                trainer.taught += share + (place < rest)
        self.clock.wake()

    def _pass(self, worker: Worker, course: Course, last: bool) -> None:
        worker.courses_taken += 1
        worker.attempt = 0
        if last:
            self.ability.learned(worker, course.taught_by)
            self.record.counts[self.counts[worker.level] + _PASSED] += 1
            level = max(0, round(worker.competence * 1e9))
            self._note(Event.PASSED, worker, course, level)
            self.apprenticeship.begin(worker)
        else:
            worker.stage += 1
            self.people.move(worker, CANDIDATE)
            self._note(Event.STAGE_PASSED, worker, course, worker.stage)
            self.enrolment.enrol(worker)

    def _fail(self, worker: Worker, course: Course, attempts: int) -> None:
        worker.attempt += 1
        self.record.counts[self.counts[worker.level] + _FAILED] += 1
        if worker.attempt >= attempts:
            self.people.exit(worker, "failed_training")
            return
        self.people.move(worker, CANDIDATE)
        self._note(Event.FAILED, worker, course, worker.attempt)
        self.enrolment.enrol(worker)

    def _note(self, event: Event, worker: Worker, course: Course, amount: int = 0) -> None:
        self.record.note(event, _WORKER, worker.key, worker.level, _COURSE, course.key, amount=amount)

    def _leave(self, worker: Worker, course: Course) -> None:
        del course.trainees[worker.key]
        worker.course = None
        assert isinstance(course.venue, Classroom)
        self.ledger.study(worker, -course.venue.plan.trainee_rate)

    def _release(self, course: Course, how: str) -> list[Worker]:
        """The course is over: its trainers, who are given back, and its room are free again."""
        room = course.venue
        assert isinstance(room, Classroom)
        room.premises.running -= 1
        if room.premises.rooms:
            for each in room.premises.classrooms:
                each.changed = True
        gave = self.teaching.release(course)
        self.record.note(Event.COURSE_ENDED, _COURSE, course.key, course.level, detail=how)
        return gave

    def drop_trainee(self, worker: Worker) -> None:
        """A trainee has gone, or is away and a candidate again; a course without trainees ends at once (R2.7, R3.7)."""
        course = worker.course
        if course is None:
            return
        self._leave(worker, course)
        if worker.state != EXITED:
            self.people.move(worker, CANDIDATE)
            self._note(Event.LEFT_COURSE, worker, course)
            self.enrolment.enrol(worker, worker.waiting_since)
        if not course.trainees:
            self._stop(course, "empty")

    def substitute(self, course: Course) -> None:
        """Replace one lost trainer if anybody can; with no trainer left the course is cancelled (R3.6)."""
        if course.trainees and not self.teaching.assign(course.venue, course) and not course.trainers:
            self._stop(course, "cancelled")

    def _stop(self, course: Course, how: str) -> None:
        assert course.end is not None
        course.end.cancel()
        course.end = None
        trainees = [course.trainees[key] for key in sorted(course.trainees)]
        self._release(course, how)
        if how == "cancelled":
            self.record.counts[self.counts[course.level] + _CANCELLED] += 1
        for worker in trainees:
            self._leave(worker, course)
            if worker.state != EXITED:
                self.people.move(worker, CANDIDATE)
                self._note(Event.REQUEUED, worker, course)
                self.enrolment.enrol(worker, worker.waiting_since)
