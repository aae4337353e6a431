"""Courses under way, and what is known of one stage of a tier's training at one site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.engine.clock import Due
from cascadesim.engine.pool import Pool
from cascadesim.engine.teaching import Hall, Venue
from cascadesim.engine.worker import Worker
from cascadesim.model.plan import CoursePlan

if TYPE_CHECKING:
    from cascadesim.engine.world import World


class Course:
    """One course or refresher under way: `trainers` as (worker, minutes a week) and `trainees`, by key."""

    def __init__(self, kind: int, key: int, level: int, venue: Venue) -> None:
        self.kind = kind
        self.key = key
        self.level = level
        self.venue = venue
        self.trainers: dict[int, tuple[Worker, int]] = {}
        self.trainees: dict[int, Worker] = {}
        self.taught_by = 1.0  # mean competence of the trainers at its start
        self.end: Due | None = None


class Window:
    """An open date of the calendar: until when, and how many courses it may still start."""

    def __init__(self, date: int, closes: int, left: int) -> None:
        self.date = date
        self.closes = closes
        self.left = left
        self.used = False


class Premises:
    """The rooms of one tier at one site, shared by the stages of its training; `rooms` is 0 without a limit."""

    def __init__(self, rooms: int) -> None:
        self.rooms = rooms
        self.running = 0
        self.classrooms: list[Classroom] = []
        self.courses = 0

    @property
    def full(self) -> bool:
        """Whether no room is left."""
        return 0 < self.rooms <= self.running


class Classroom(Venue):
    """The candidates for one stage, the trainers who could teach them, and the calendar."""

    def __init__(
        self, world: World, level: int, site: int, plan: CoursePlan, premises: Premises, hall: Hall | None
    ) -> None:
        super().__init__(world, level, site, plan.trainers, plan.trainer_rate, hall)
        self.plan = plan
        self.premises = premises
        premises.classrooms.append(self)
        self.candidates: Pool[Worker] = world.pool("course_candidate")
        self.enough_since = -1  # since when min_cohort have been waiting
        self.gatherings = 0  # how often that began: an older deadline than the last is stale
        self.windows: list[Window] = []

    def gathering(self, now: int) -> bool:
        """Whether min_cohort was reached so recently that more candidates, up to max_cohort, are waited for (R3.4)."""
        if self.plan.dates or self.plan.gather_minutes == 0 or len(self.candidates) >= self.plan.max_cohort:
            return False
        return now < self.enough_since + self.plan.gather_minutes
