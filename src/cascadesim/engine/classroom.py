"""Courses under way, and what is known of the training of one tier."""

from __future__ import annotations

from cascadesim.engine.clock import Due
from cascadesim.engine.pool import Pool
from cascadesim.engine.worker import Worker
from cascadesim.model.plan import CoursePlan


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
        self.gatherings = 0  # how often that began: an older deadline than the last is stale
        self.windows: list[tuple[int, int]] = []  # open dates as (date, last minute + 1)
        self.changed = True  # candidates, trainers or dates changed since courses were last tried
        self.unpublished = True  # the same since the constraint was last published

    def gathering(self, now: int) -> bool:
        """Whether min_cohort was reached so recently that more candidates, up to max_cohort, are waited for (R3.4)."""
        if self.plan.dates or self.plan.gather_minutes == 0 or len(self.candidates) >= self.plan.max_cohort:
            return False
        return now < self.enough_since + self.plan.gather_minutes
