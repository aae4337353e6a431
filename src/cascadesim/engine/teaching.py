"""Who can give a course: trainers on offer for each kind of course and site, their choice and their release (R3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.engine.ledger import Ledger
from cascadesim.engine.pool import Pool
from cascadesim.engine.worker import Worker
from cascadesim.model.enums import Event, Kind

if TYPE_CHECKING:
    from cascadesim.engine.classroom import Course
    from cascadesim.engine.world import World

_WORKER, _REFRESHER = int(Kind.WORKER), int(Kind.REFRESHER)


class Hall:
    """Trainers who could give one kind of course at another site, travel included."""

    def __init__(self, world: World, level: int, rate: int, sites: int) -> None:
        self.level = level
        self.rate = rate
        self.trainers: Pool[Worker] = world.pool("course_trainer")
        self.masks = [[0] * 8 for _ in range(sites)]  # how many of each site fail which tests
        self.venues: list[Venue] = []

    def others(self, site: int) -> int:
        """How many from other sites could come to this one."""
        return len(self.trainers) - self.masks[site][0]


class Venue:
    """Where one kind of course is given: its trainers of the same site, and those of others where that is allowed."""

    def __init__(self, world: World, level: int, site: int, needed: int, rate: int, hall: Hall | None) -> None:
        self.level = level
        self.site = site
        self.needed = needed
        self.rate = rate
        self.hall = hall
        self.trainers: Pool[Worker] = world.pool("course_trainer")
        self.masks = [0] * 8
        self.changed = True  # candidates, trainers or dates changed since courses were last tried
        self.unpublished = True  # the same since the constraint was last published
        if hall is not None:
            hall.venues.append(self)

    def staffed(self) -> bool:
        """Whether there are trainers enough to begin."""
        return self.on_offer() >= self.needed

    def on_offer(self) -> int:
        """How many trainers could begin now."""
        return len(self.trainers) + (self.hall.others(self.site) if self.hall is not None else 0)

    def failing(self, mask: int) -> int:
        """How many trainers fail exactly these tests, those of other sites by what they would need to travel."""
        if self.hall is None:
            return self.masks[mask]
        return self.masks[mask] + sum(
            masks[mask] for site, masks in enumerate(self.hall.masks) if site != self.site
        )


class Teaching:
    """Takes trainers on for courses and lets them go."""

    def __init__(self, world: World, ledger: Ledger) -> None:
        self.world = world
        self.record = world.record
        self.ledger = ledger

    def assign(self, venue: Venue, course: Course) -> bool:
        """The best of those who can teach and do not give this course yet; False if there is nobody."""
        trainer = self._best(venue.trainers, course, venue.site, near=True)
        rate = venue.rate
        if trainer is None and venue.hall is not None:
            trainer = self._best(venue.hall.trainers, course, venue.site, near=False)
            rate = venue.hall.rate
        if trainer is None:
            return False
        course.trainers[trainer.key] = (trainer, rate)
        trainer.giving.append(course)
        self.ledger.teach(trainer, rate, course.kind == _REFRESHER)
        self.record.note(Event.TRAINER_JOINED, course.kind, course.key, course.level, _WORKER, trainer.key)
        return True

    def _best(self, pool: Pool[Worker], course: Course, site: int, near: bool) -> Worker | None:
        """The first in the pool who may come; whoever gives the course already is back on offer at the next look."""
        passed_over = []
        while (trainer := pool.best()) is not None:
            if trainer.key not in course.trainers and (near or trainer.site != site):
                break
            passed_over.append((pool.order(trainer), trainer))
            pool.withdraw(trainer)
        for order, each in passed_over:
            pool.put_back(each, order)
        return trainer

    def release(self, course: Course) -> list[Worker]:
        """The course is over: its trainers, in order of keys, are free again."""
        gave = []
        for key in sorted(course.trainers):
            trainer, rate = course.trainers[key]
            trainer.giving.remove(course)
            trainer.last_course = self.world.clock.now
            self.ledger.teach(trainer, -rate, course.kind == _REFRESHER)
            gave.append(trainer)
        course.trainers = {}
        return gave

    def leave(self, trainer: Worker, gone: bool) -> list[Course]:
        """A trainer has gone or is away: the courses for which a substitute has to be found (R3.6)."""
        bereft, trainer.giving = trainer.giving, []
        for course in bereft:
            _, rate = course.trainers.pop(trainer.key)
            if not gone:
                self.ledger.teach(trainer, -rate, course.kind == _REFRESHER)
        return bereft
