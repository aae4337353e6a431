"""Courses: batches of candidates taught by the tier above (R3). A course is a process that ends on its day."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

import simpy

from cascadesim.engine.clock import Due
from cascadesim.engine.ledger import TRAINING_GIVEN, Ledger
from cascadesim.engine.people import CANDIDATE, EXITED, IN_TRAINING, People, Worker
from cascadesim.engine.pool import Pool
from cascadesim.model.codes import Event, Kind, Purpose, Rank
from cascadesim.model.keys import numbered_key
from cascadesim.model.layout import TIER_COUNTS
from cascadesim.model.plan import CoursePlan

if TYPE_CHECKING:
    from cascadesim.engine.apprenticeship import Apprenticeship
    from cascadesim.engine.world import World

_COURSE, _WORKER = int(Kind.COURSE), int(Kind.WORKER)
_COURSE_END, _PATIENCE, _DEADLINE = int(Rank.COURSE_END), int(Rank.PATIENCE), int(Rank.DEADLINE)
_ENTERED, _PASSED, _STARTED, _HELD, _CANCELLED, _LAPSED = (
    TIER_COUNTS.index(name)
    for name in ("entered_course", "passed", "courses_started", "courses_held", "courses_cancelled", "courses_lapsed")
)


class Course:
    """One course under way; `trainees` by key."""

    def __init__(self, key: int, level: int, plan: CoursePlan) -> None:
        self.key = key
        self.level = level
        self.plan = plan
        self.trainers: list[Worker] = []
        self.trainees: dict[int, Worker] = {}
        self.end: Due | None = None


class Classroom:
    """The candidates of one tier, the trainers who could teach them, and the calendar."""

    def __init__(self, level: int, plan: CoursePlan) -> None:
        self.level = level
        self.plan = plan
        self.candidates: Pool[Worker] = Pool()
        self.trainers: Pool[Worker] = Pool()
        self.courses = 0
        self.enough_since = -1  # since when min_cohort have been waiting
        self.windows: list[tuple[int, int]] = []  # open dates as (date, last minute + 1)
        self.changed = True

    @property
    def gathering(self) -> bool:
        """Whether a later start is worth waiting for: fewer than max_cohort have come (R3.4)."""
        return self.plan.gather_minutes > 0 and len(self.candidates) < self.plan.max_cohort


class Training:
    """Starts courses in the C-phase, ends them on their day."""

    def __init__(self, world: World, people: People, ledger: Ledger, apprenticeship: Apprenticeship) -> None:
        self.world = world
        self.record = world.record
        self.clock = world.clock
        self.people = people
        self.ledger = ledger
        self.apprenticeship = apprenticeship
        self.counts = world.layout.tier_counts
        self.rooms = {
            tier.level: Classroom(tier.level, tier.course) for tier in world.plan.tiers if tier.course is not None
        }
        self.refresh_touched: Callable[[], None]

    def begin(self) -> None:
        """Put the dates of the calendar on the clock."""
        for room in self.rooms.values():
            for date in room.plan.dates:
                if date < self.world.plan.horizon:
                    self.clock.at(date, _DEADLINE, room.level, self._open_window, (room, date))

    # --- candidates -------------------------------------------------------------------------------------------------

    def enrol(self, worker: Worker, since: int | None = None) -> None:
        """A candidate waits for a course, with fresh patience; `since` keeps an earlier place in the queue (R3.6)."""
        room = self.rooms[worker.level]
        now = self.world.clock.now
        worker.waiting_since = now if since is None else since
        room.candidates.offer(worker, (worker.waiting_since, worker.key))
        room.changed = True
        patience = self.people.tiers[worker.level].candidate_patience
        if patience is not None:
            spell = worker.spells
            minutes = self.world.minutes(patience, worker.stream, Purpose.CANDIDATE_PATIENCE, spell)
            self.clock.at(now + minutes, _PATIENCE, worker.key, self._give_up, worker, spell)

    def _give_up(self, due: Due) -> None:
        worker: Worker = due.who
        if worker.state == CANDIDATE and worker.spells == due.generation:
            self.record.events += 1
            self.people.exit(worker, "gave_up_waiting")
            self.clock.wake()

    def withdraw(self, worker: Worker) -> None:
        """The worker is no candidate of this tier any more."""
        room = self.rooms.get(worker.level)
        if room is not None and room.candidates.withdraw(worker):
            room.changed = True

    # --- the calendar -----------------------------------------------------------------------------------------------

    def _open_window(self, due: Due) -> None:
        room, date = due.who
        self.record.events += 1
        closes = date + room.plan.window_minutes
        room.windows.append((date, closes))
        room.changed = True
        self.clock.at(closes, _DEADLINE, room.level, self._window_closes, (room, (date, closes)))
        self.clock.wake()

    def _window_closes(self, due: Due) -> None:
        room, window = due.who
        if window in room.windows:
            self._wake(room)

    def _gathered(self, due: Due) -> None:
        if due.who.enough_since == due.generation:
            self._wake(due.who)

    def _wake(self, room: Classroom) -> None:
        """A bare deadline: it does nothing but let the C-phase look again."""
        room.changed = True
        self.record.events += 1
        self.clock.wake()

    def close_windows(self, room: Classroom) -> list[int]:
        """Dates whose window closes now without a course, taken off the list (R3.5)."""
        now = self.world.clock.now
        lapsed = [date for date, closes in room.windows if closes <= now]
        room.windows = [window for window in room.windows if window[1] > now]
        return lapsed

    def note_lapse(self, room: Classroom, date: int, constraint: str) -> None:
        """A date went by without a course, for this reason."""
        self.record.counts[self.counts[room.level] + _LAPSED] += 1
        self.record.note(Event.COURSE_LAPSED, _COURSE, -1, room.level, detail=constraint, amount=date)

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
        return not self.still_gathering(room)

    def still_gathering(self, room: Classroom) -> bool:
        """Whether min_cohort has been reached so recently that more candidates are waited for."""
        return room.gathering and self.world.clock.now < room.enough_since + room.plan.gather_minutes

    def watch_cohort(self, room: Classroom) -> None:
        """Note the instant at which min_cohort was reached; the gathering time runs from it."""
        if len(room.candidates) < room.plan.min_cohort:
            room.enough_since = -1
        elif room.enough_since < 0:
            now = self.world.clock.now
            room.enough_since = now
            if room.plan.gather_minutes and not room.plan.dates:
                self.clock.at(now + room.plan.gather_minutes, _DEADLINE, room.level, self._gathered, room, now)

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
        self.watch_cohort(room)
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
            trainer.last_course = self.world.clock.now
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

    def drop_trainer(self, worker: Worker, course: Course) -> None:
        """A trainer has gone; whoever takes over is looked for by `substitute`."""
        course.trainers.remove(worker)

    def substitute(self, course: Course) -> None:
        """Replace one lost trainer if anybody can; with no trainer left the course is cancelled (R3.6)."""
        if not course.trainees:
            return
        room = self.rooms[course.level]
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
                self.enrol(worker, worker.waiting_since)
