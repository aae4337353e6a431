"""One worker, as plain state: every other part of the engine reads and changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.engine.clock import Due
from cascadesim.model.codes import Kind, State
from cascadesim.model.draws import entity_stream

if TYPE_CHECKING:
    from cascadesim.engine.classroom import Course
    from cascadesim.engine.clients import Client
    from cascadesim.engine.groups import Group

CANDIDATE, IN_TRAINING, APPRENTICE, ACTIVE, EXITED = (int(state) for state in State)
_WORKER = int(Kind.WORKER)


class Worker:
    """One worker. Minutes a week for rates, minutes of the clock for times, -1 for a time that has not come."""

    def __init__(self, key: int, level: int, available: int, most: int) -> None:
        self.key = key
        self.stream = entity_stream(_WORKER, level, key)
        self.level = level
        self.available = available
        self.limit = most
        self.state = CANDIDATE
        self.touched = False
        self.on_notice = False
        self.committed = 0
        self.rates = [0, 0, 0, 0, 0]
        # leaving: (minute, rank, order among the reasons, reason or -1 for a clock of the model itself), soonest first
        self.clocks: list[tuple[int, int, int, int]] = []
        self.alarm: Due | None = None
        # training
        self.waiting_since = -1
        self.spells = 0
        self.course: Course | None = None
        self.giving: list[Course] = []
        self.last_course = -1
        self.cases = 0
        self.practice_left = 0
        self.practice_since = -1
        self.practice_due: Due | None = None
        # supervision
        self.group: Group | None = None
        self.leads: list[Group] = []
        self.supervisees = 0
        self.extra_rate = 0  # what this apprentice adds to their supervisor's commitment
        self.supervised = True
        self.reserved = 0  # minutes a week kept free for the seat that this worker lacks
        self.unsupervised_since = -1
        self.lapsed = False
        self.blocked = False  # waits for a seat, but their own week has no room for the meetings
        # clients
        self.open: dict[int, Client] = {}
        self.last_start = -1
        # which tests the worker fails as a resource, -1 while not counted (constraints.py)
        self.care_mask = -1
        self.free_apprentice = False  # short of practice cases and could take a client
        self.seat_mask = -1
        self.course_mask = -1

    def spare(self) -> int:
        """Minutes a week still to go into groups and courses; those of a seat that is lacking are kept (R4.2)."""
        return self.limit - self.committed - self.reserved
