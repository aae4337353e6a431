"""The C-phase: the conditional activities, in their fixed order, top tier first, until nothing is flagged (R10.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.engine.clients import ClientDesk
from cascadesim.engine.constraints import Constraints
from cascadesim.engine.offers import Offers
from cascadesim.engine.people import People
from cascadesim.engine.supervision import Supervision
from cascadesim.engine.training import Course, Training

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
        offers: Offers,
        constraints: Constraints,
        desk: ClientDesk | None,
    ) -> None:
        self.world = world
        self.people = people
        self.training = training
        self.supervision = supervision
        self.offers = offers
        self.constraints = constraints
        self.desk = desk
        self.circles = list(supervision.circles.values())
        self.rooms = list(training.rooms.values())

    def __call__(self) -> None:
        self.offers.refresh_touched()
        for _pass in range(MOST_PASSES):
            if self.people.ended or self.supervision.to_merge:
                self.end()
            if self.circles:
                self.place_unsupervised()
                self.expire_grace()
            if self.rooms:
                self.start_courses()
            if self.desk is not None:
                self.give_clients(self.desk)
            if not self.flagged():
                break
        else:
            raise RuntimeError(f"the C-phase at minute {self.world.clock.now} did not settle in {MOST_PASSES} passes")
        if self.supervision.newly_unseated:
            self.supervision.publish()
        if self.desk is not None and self.desk.unaimed:
            self.desk.aim_patience()
        self.constraints.publish()

    def flagged(self) -> bool:
        """Whether anything happened that an earlier activity has to look at again."""
        for circle in self.circles:
            if circle.changed:
                return True
        return any(room.changed for room in self.rooms) if self.rooms else False

    def end(self) -> None:
        """(1) End what may not continue: seats, groups, courses and cases of those who are gone; then merge."""
        ended = sorted(self.people.ended, key=lambda worker: worker.key)
        self.people.ended.clear()
        bereft: list[Course] = []
        for worker in ended:
            self.training.withdraw(worker)
            self.supervision.give_up_seat(worker)
            self.supervision.dissolve(worker)
            self.training.drop_trainee(worker)
            for course in worker.giving:
                self.training.drop_trainer(worker, course)
                bereft.append(course)
            worker.giving = []
            if self.desk is not None:
                self.desk.release_all(worker)
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
                self.offers.changed = True
                self.supervision.place(circle)
                self.offers.refresh_touched()

    def expire_grace(self) -> None:
        """(4) Those whose grace has run out practise no longer."""
        for worker in self.supervision.expired():
            self.supervision.lapse(worker)
            if self.desk is not None:
                self.desk.release_all(worker)
            self.offers.refresh_touched()

    def start_courses(self) -> None:
        """(5) Courses, after dates that went by without one have been written down."""
        for room in self.rooms:
            if not room.changed:
                continue
            room.changed = False
            self.offers.changed = True
            for date in self.training.close_windows(room):
                self.training.note_lapse(room, date, "+".join(self.constraints.course_tests[room.level]))
            self.training.watch_cohort(room)
            self.training.start_courses(room)
            self.offers.refresh_touched()

    def give_clients(self, desk: ClientDesk) -> None:
        """(6) Hand-overs, then referrals, each to the worker who is next for one."""
        care = self.offers.care
        while (client := desk.next_in_line()) is not None and (worker := care.best()) is not None:
            desk.place(client, worker)
            self.offers.refresh_touched()
