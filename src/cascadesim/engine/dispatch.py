"""The C-phase: the conditional activities, in their fixed order, top tier first, until nothing is flagged (R10.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.engine.care import Care
from cascadesim.engine.classroom import Course
from cascadesim.engine.constraints import Constraints
from cascadesim.engine.grace import Grace
from cascadesim.engine.offers import Offers
from cascadesim.engine.people import People
from cascadesim.engine.supervision import Supervision
from cascadesim.engine.training import Training

if TYPE_CHECKING:
    from cascadesim.engine.world import World

MOST_PASSES = 100


class Dispatch:
    """Runs once an instant, after all its events."""

    def __init__(
        self,
        world: World,
        people: People,
        training: Training,
        supervision: Supervision,
        grace: Grace,
        care: Care | None,
        offers: Offers,
        constraints: Constraints,
    ) -> None:
        self.world = world
        self.people = people
        self.training = training
        self.enrolment = training.enrolment
        self.supervision = supervision
        self.grace = grace
        self.care = care
        self.offers = offers
        self.constraints = constraints
        self.circles = list(supervision.circles.values())
        self.rooms = list(training.enrolment.rooms.values())
        self.tiered = bool(self.circles or self.rooms)

    def __call__(self) -> None:
        care, tiered = self.care, self.tiered
        self.offers.refresh_touched()
        for _pass in range(MOST_PASSES):
            if self.people.ended:
                self.end()
            if tiered:
                self.place_unsupervised()
                self.expire_grace()
                self.start_courses()
            if care is not None:
                self.give_clients(care)
            if not tiered or not self.flagged():
                break
        else:
            raise RuntimeError(f"the C-phase at minute {self.world.clock.now} did not settle in {MOST_PASSES} passes")
        if self.grace.newly_unseated:
            self.grace.publish()
        if care is not None and care.waiting.unaimed:
            care.waiting.aim_patience()
        self.constraints.publish()

    def flagged(self) -> bool:
        """Whether anything happened that an earlier activity has to look at again."""
        for circle in self.circles:
            if circle.changed:
                return True
        return any(room.changed for room in self.rooms)

    def end(self) -> None:
        """(1) End what may not continue: seats, groups, courses and cases of those who are gone; then merge."""
        ended = sorted(self.people.ended, key=lambda worker: worker.key)
        self.people.ended.clear()
        bereft: list[Course] = []
        for worker in ended:
            self.enrolment.withdraw(worker)
            self.supervision.give_up_seat(worker)
            self.supervision.dissolve(worker)
            self.training.drop_trainee(worker)
            bereft += self.training.drop_trainer(worker)
            if self.care is not None:
                self.care.release_all(worker)
        self.offers.refresh_touched()
        for course in sorted(bereft, key=lambda course: course.key):
            self.training.substitute(course)
            self.offers.refresh_touched()
        for key in sorted(self.supervision.to_merge):
            self.supervision.merge(self.supervision.to_merge[key])
        self.supervision.to_merge.clear()
        self.offers.refresh_touched()

    def place_unsupervised(self) -> None:
        """(3) Give seats to those without one."""
        for circle in self.circles:
            if circle.changed:
                circle.changed = False
                circle.unpublished = True
                self.supervision.place(circle)
                self.offers.refresh_touched()

    def expire_grace(self) -> None:
        """(4) Those whose grace has run out practise no longer."""
        for worker in self.grace.expired():
            self.grace.lapse(worker)
            if self.care is not None:
                self.care.release_all(worker)
            self.offers.refresh_touched()

    def start_courses(self) -> None:
        """(5) Courses, after dates that went by without one have been written down."""
        for room in self.rooms:
            if not room.changed:
                continue
            room.changed = False
            for date in self.enrolment.close_windows(room):
                self.enrolment.note_lapse(room, date, "+".join(self.constraints.course_tests[room.level]))
            room.unpublished = True
            self.enrolment.watch_cohort(room)
            self.training.start_courses(room)
            self.offers.refresh_touched()

    def give_clients(self, care: Care) -> None:
        """(6) Hand-overs, then referrals, each to the worker who is next for one."""
        waiting, workers = care.waiting, self.offers.care
        while (waiting.queue or waiting.handovers) and (worker := workers.best()) is not None:
            client = waiting.take_next()
            if client is None:
                return
            care.place(client, worker)
            self.offers.refresh_touched()
