"""Courses: batches of candidates taught by the tier above (R3). A course is a process that waits for its last day."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

import simpy

from cascadesim.engine.classroom import Classroom, Course
from cascadesim.engine.enrolment import Enrolment
from cascadesim.engine.ledger import TRAINING_GIVEN, Ledger
from cascadesim.engine.people import People
from cascadesim.engine.worker import CANDIDATE, EXITED, IN_TRAINING, Worker
from cascadesim.model.codes import Event, Kind, Purpose, Rank
from cascadesim.model.keys import numbered_key
from cascadesim.model.layout import TIER_COUNTS

if TYPE_CHECKING:
    from cascadesim.engine.apprenticeship import Apprenticeship
    from cascadesim.engine.world import World

_COURSE, _WORKER = int(Kind.COURSE), int(Kind.WORKER)
_COURSE_END = int(Rank.COURSE_END)
_ENTERED, _PASSED, _STARTED, _HELD, _CANCELLED = (
    TIER_COUNTS.index(name)
    for name in ("entered_course", "passed", "courses_started", "courses_held", "courses_cancelled")
)


class Training:
    """Starts courses in the C-phase, ends them on their day."""

    def __init__(
        self, world: World, people: People, ledger: Ledger, enrolment: Enrolment, apprenticeship: Apprenticeship
    ) -> None:
        self.world = world
        self.record = world.record
        self.clock = world.clock
        self.people = people
        self.ledger = ledger
        self.enrolment = enrolment
        self.apprenticeship = apprenticeship
        self.counts = world.layout.tier_counts
        self.refresh_touched: Callable[[], None]

    # --- starting ---------------------------------------------------------------------------------------------------

    def start_courses(self, room: Classroom) -> None:
        """Start what can start now (R3.4, R3.5)."""
        while len(room.candidates) >= room.plan.min_cohort and self._timely(room):
            if len(room.trainers) < room.plan.trainers:
                return
            self._start(room)
            if room.plan.dates:
                room.windows.pop(0)
            self.refresh_touched()  # who just took a course may be the one with most free minutes still

    def _timely(self, room: Classroom) -> bool:
        if room.plan.dates:
            return bool(room.windows)
        return not room.gathering(self.clock.now)

    def _start(self, room: Classroom) -> None:
        plan = room.plan
        course = Course(numbered_key(room.level, room.courses), room.level, plan)
        room.courses += 1
        while room.candidates and len(course.trainees) < plan.max_cohort:
            worker = room.candidates.take()
            assert worker is not None
            course.trainees[worker.key] = worker
        self.record.counts[self.counts[room.level] + _STARTED] += 1
        size = len(course.trainees)
        self.record.note(Event.COURSE_STARTED, _COURSE, course.key, room.level, amount=size)
        for _ in range(plan.trainers):
            self.assign_trainer(room, course)
        for key in sorted(course.trainees):
            self._enter(course.trainees[key], course)
        room.enough_since = -1
        self.enrolment.watch_cohort(room)
        course.end = self.clock.due(self.clock.now + plan.minutes, _COURSE_END, course.key)
        self.world.env.process(self.run(course))

    def assign_trainer(self, room: Classroom, course: Course) -> bool:
        """The best of those who can teach and do not give this course yet (R3.3); False if there is nobody."""
        while (trainer := room.trainers.best()) in course.trainers and trainer is not None:
            room.trainers.withdraw(trainer)
            self.ledger.touch(trainer)  # back on offer at the next look
        if trainer is None:
            return False
        room.trainers.withdraw(trainer)
        course.trainers.append(trainer)
        trainer.giving.append(course)
        self.ledger.book(trainer, TRAINING_GIVEN, course.plan.trainer_rate)
        self.record.note(Event.TRAINER_JOINED, _COURSE, course.key, course.level, _WORKER, trainer.key)
        return True

    def _enter(self, worker: Worker, course: Course) -> None:
        worker.course = course
        worker.spells += 1
        self.people.move(worker, IN_TRAINING)
        self.ledger.study(worker, course.plan.trainee_rate)
        self.record.counts[self.counts[worker.level] + _ENTERED] += 1
        self.record.note(Event.ENTERED_COURSE, _WORKER, worker.key, worker.level, _COURSE, course.key)

    # --- ending -----------------------------------------------------------------------------------------------------

    def run(self, course: Course) -> Generator[simpy.Event, None, None]:
        """A course: wait for its last day, then each trainee passes or fails by a draw of their own (R3.8)."""
        assert course.end is not None
        yield course.end
        self.record.events += 1
        trainees = [course.trainees[key] for key in sorted(course.trainees)]
        self._release(course, "held")
        self.record.counts[self.counts[course.level] + _HELD] += 1
        for worker in trainees:
            self._leave(worker, course)
            if self.world.chance(course.plan.pass_probability, worker.stream, Purpose.PASS):
                self.record.counts[self.counts[worker.level] + _PASSED] += 1
                self.record.note(Event.PASSED, _WORKER, worker.key, worker.level, _COURSE, course.key)
                self.apprenticeship.begin(worker)
            else:
                self.people.exit(worker, "failed_training")
        self.clock.wake()

    def _leave(self, worker: Worker, course: Course) -> None:
        del course.trainees[worker.key]
        worker.course = None
        self.ledger.study(worker, -course.plan.trainee_rate)

    def _release(self, course: Course, how: str) -> None:
        """The course is over: its trainers are free again."""
        for trainer in course.trainers:
            trainer.giving.remove(course)
            trainer.last_course = self.clock.now
            self.ledger.book(trainer, TRAINING_GIVEN, -course.plan.trainer_rate)
        course.trainers = []
        self.record.note(Event.COURSE_ENDED, _COURSE, course.key, course.level, detail=how)

    def drop_trainee(self, worker: Worker) -> None:
        """A trainee has gone; a course without trainees ends at once (R3.7)."""
        course = worker.course
        if course is None:
            return
        self._leave(worker, course)
        if not course.trainees:
            self._stop(course, "empty")

    def drop_trainer(self, worker: Worker) -> list[Course]:
        """A trainer has gone: the courses for which a substitute has to be found."""
        bereft, worker.giving = worker.giving, []
        for course in bereft:
            course.trainers.remove(worker)
        return bereft

    def substitute(self, course: Course) -> None:
        """Replace one lost trainer if anybody can; with no trainer left the course is cancelled (R3.6)."""
        if not course.trainees:
            return
        room = self.enrolment.rooms[course.level]
        if not self.assign_trainer(room, course) and not course.trainers:
            self._stop(course, "cancelled")

    def _stop(self, course: Course, how: str) -> None:
        assert course.end is not None
        course.end.cancel()
        trainees = [course.trainees[key] for key in sorted(course.trainees)]
        self._release(course, how)
        if how == "cancelled":
            self.record.counts[self.counts[course.level] + _CANCELLED] += 1
        for worker in trainees:
            self._leave(worker, course)
            if worker.state != EXITED:
                self.people.move(worker, CANDIDATE)
                self.record.note(Event.REQUEUED, _WORKER, worker.key, worker.level, _COURSE, course.key)
                self.enrolment.enrol(worker, worker.waiting_since)
