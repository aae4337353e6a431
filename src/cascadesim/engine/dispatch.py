"""The C-phase: the conditional activities, in their fixed order, top tier first, until nothing is flagged (R10.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.engine.ending import Ending
from cascadesim.engine.treatment import Treatment
from cascadesim.engine.waves import Waves

if TYPE_CHECKING:
    from cascadesim.engine.groups import Circle
    from cascadesim.engine.parts import Parts
    from cascadesim.engine.teaching import Venue
    from cascadesim.engine.world import World

MOST_PASSES = 100


class Dispatch:
    """Runs once an instant, after all its events."""

    def __init__(self, world: World, parts: Parts) -> None:
        self.world = world
        self.people = parts.people
        self.training = parts.training
        self.enrolment = parts.enrolment
        self.refreshers = parts.refreshers
        self.supervision = parts.supervision
        self.grace = parts.grace
        self.offers = parts.offers
        self.organisation = parts.organisation
        self.pressure = parts.pressure
        self.ability = parts.ability
        self.vacancies = parts.vacancies
        self.constraints = parts.constraints
        self.absences = parts.absences
        self.ending = Ending(world, parts)
        self.waves = Waves(world.plan, world.layout, world.record)
        self.treatment = Treatment(parts) if parts.care is not None else None
        self.circles = parts.supervision.in_order
        self.rooms = parts.enrolment.in_order
        self.refresher_rooms = parts.refreshers.in_order
        self.places: list[Circle | Venue] = [*self.circles, *self.rooms, *self.refresher_rooms]
        self.tiered = bool(self.circles or self.rooms or self.refresher_rooms or parts.people.targeted)
        self.courses_first = {tier.level + 1 for tier in world.plan.tiers if tier.courses_first}
        self.seats_first = {tier.level + 1 for tier in world.plan.tiers if not tier.courses_first}

    def __call__(self) -> None:
        treatment, tiered, people = self.treatment, self.tiered, self.people
        if self.organisation.reviews and self.organisation.review_due:
            self.review()
        if self.organisation.restless:
            for worker in self.organisation.apply():
                self.ending.dissolution.cap_seat(worker)
        self.offers.refresh_touched()
        for _pass in range(MOST_PASSES):
            if people.unsettled:
                self.ending.settle()
            elif self.absences.holding and self.absences.over():
                self.ending.expire_holds()
            if tiered:
                if people.unfilled or self.vacancies.promoting:
                    self.fill_vacancies()
                if self.courses_first:
                    self.start_courses(self.courses_first)
                self.place_unsupervised()
                self.expire_grace()
                self.start_courses(self.seats_first)
            if treatment is not None:
                treatment.give_clients()
            if not self.flagged():
                break
        else:
            raise RuntimeError(f"the C-phase at minute {self.world.clock.now} did not settle in {MOST_PASSES} passes")
        self.publish()

    def flagged(self) -> bool:
        """Whether anything happened that an earlier activity has to look at again."""
        if not self.tiered:
            return False
        if self.people.unsettled or self.people.unfilled:
            return True
        if self.vacancies.promoting and self.vacancies.due_for_promotion():
            return True
        for place in self.places:  # noqa: SIM110 - a generator would cost more than what it looks at
            if place.changed:
                return True
        return False

    def review(self) -> None:
        """Publish the states of the organisation and what follows from the time since the last review (R7.2)."""
        self.organisation.publish()
        self.pressure.review()
        self.ability.review()

    def publish(self) -> None:
        """(7) Who is unsupervised from now on; fresh patience; what binds; and at last the clocks that respond."""
        if self.grace.newly_unseated:
            self.grace.publish()
            self.offers.refresh_touched()  # the time since they last stored it may have made them unable to train
        if self.refreshers.overdue:
            self.refreshers.miss()
        if self.treatment is not None:
            self.treatment.aim()
        self.constraints.publish()
        if self.waves.all:
            self.waves.look(self.world.clock.now)
        if self.world.unaimed:
            self.pressure.aim()

    def fill_vacancies(self) -> None:
        """(2) Open vacancies, fill them by promotion, move those up who are ready."""
        if self.people.unfilled:
            self.vacancies.open()
            self.offers.refresh_touched()
        if self.vacancies.promoting:
            for worker in self.vacancies.due_for_promotion():
                self.ending.release_all(worker)
                self.vacancies.promote(worker)
                self.offers.refresh_touched()
            if self.people.unsettled:  # the seats of those who have moved up are free for whoever waits for one
                self.ending.settle()

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
            self.ending.lapse(worker)
            self.offers.refresh_touched()

    def start_courses(self, levels: set[int]) -> None:
        """(5) Courses, after dates that went by without one have been written down; then refreshers."""
        for room in self.rooms:
            if not room.changed or room.level not in levels:
                continue
            room.changed = False
            for date in self.enrolment.close_windows(room) if room.windows else ():
                self.enrolment.note_lapse(room, date, "+".join(self.constraints.course_tests[room]))
            room.unpublished = True
            self.enrolment.watch_cohort(room)
            self.training.start_courses(room)
            self.offers.refresh_touched()
        for refresher in self.refresher_rooms:
            if refresher.changed and refresher.level in levels:
                refresher.changed = False
                refresher.unpublished = True
                self.refreshers.start(refresher)
                self.offers.refresh_touched()
