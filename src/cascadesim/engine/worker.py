"""One worker, as plain state: every other part of the engine reads and changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.engine.clock import Due
from cascadesim.model.codes import State
from cascadesim.model.layout import PURPOSES

if TYPE_CHECKING:
    from cascadesim.engine.classroom import Course
    from cascadesim.engine.clients import Client
    from cascadesim.engine.demands import Desk
    from cascadesim.engine.facilitation import ClientGroup
    from cascadesim.engine.groups import Group
    from cascadesim.engine.hazard import Hazard

CANDIDATE, IN_TRAINING, APPRENTICE, ACTIVE, ABSENT, EXITED = (int(state) for state in State)
ALL_LANGUAGES = -1


class Worker:
    """One worker. Minutes a week for rates, minutes of the clock for times, -1 for a time that has not come."""

    __slots__ = (
        "absences",
        "alarm",
        "attempt",
        "available",
        "awaits_competence",
        "away",
        "blocked",
        "care_masks",
        "cases",
        "certified_at",
        "clocks",
        "committed",
        "competence",
        "competence_at",
        "course",
        "course_masks",
        "courses_taken",
        "deployed",
        "desk",
        "extra_rate",
        "far_seat_mask",
        "frailty",
        "free_apprentice",
        "giving",
        "group",
        "hazards",
        "key",
        "lapsed",
        "last_course",
        "last_session",
        "last_start",
        "leads",
        "left_state",
        "level",
        "limit",
        "load",
        "metered_at",
        "missed_refresher",
        "multipliers",
        "on_notice",
        "open",
        "placeable",
        "practice_due",
        "practice_left",
        "practice_since",
        "promoting",
        "rates",
        "recruited_at",
        "refresher",
        "refresher_due",
        "reserved",
        "room",
        "seat_mask",
        "site",
        "speaks",
        "spells",
        "stage",
        "state",
        "strain",
        "stream",
        "supervised",
        "supervisees",
        "taught",
        "touched",
        "trainer",
        "unaimed",
        "unsupervised_since",
        "waiting_since",
    )

    def __init__(self, key: int, level: int, site: int, stream: int) -> None:
        self.key = key
        self.stream = stream
        self.level = level
        self.site = site
        self.state = CANDIDATE
        self.touched = False
        self.on_notice = False
        self.recruited_at = -1
        self.certified_at = -1
        # hours: `away` while absent, when nothing is available and `rates` are what will be taken up again
        self.available = 0
        self.limit = 0
        self.committed = 0
        self.rates = [0] * len(PURPOSES)
        self.away = False
        # leaving: (minute, rank, order among the reasons, hazard, reason name), soonest first; None for the model's own
        self.clocks: list[tuple[int, int, int, int]] = []
        self.hazards: list[Hazard] = []
        self.alarm: Due | None = None
        self.multipliers = (1.0, 1.0)  # of reasons to leave, of reasons to be away
        self.frailty = 1.0
        self.unaimed = False  # a multiplier may have changed in this instant
        # absence
        self.left_state = -1
        self.absences = 0
        # training
        self.stage = 0
        self.attempt = 0
        self.waiting_since = -1
        self.spells = 0
        self.course: Course | None = None
        self.giving: list[Course] = []
        self.last_course = -1
        self.trainer = True
        self.taught = 0
        self.cases = 0
        self.practice_left = 0
        self.practice_since = -1
        self.practice_due: Due | None = None
        self.awaits_competence = False
        self.refresher: Course | None = None
        self.refresher_due = -1
        self.missed_refresher = False
        # competence, -1 where it is not modelled
        self.competence = -1.0
        self.competence_at = -1
        self.courses_taken = 0
        self.last_session = -1
        # strain
        self.strain = 0.0
        self.load = 0  # committed minute-minutes since the last review
        self.room = 0  # available ones
        self.metered_at = -1  # -1: not metered
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
        self.deployed = True
        self.promoting = False
        self.placeable = True  # deployed, not on notice and not about to be promoted: may be given something new
        self.speaks = ALL_LANGUAGES
        self.desk: Desk | None = None
        self.open: dict[int, Client | ClientGroup] = {}
        self.last_start = -1
        # which tests the worker fails as a resource, -1 while not counted (constraints.py)
        self.care_masks: list[int] = []
        self.free_apprentice = False  # short of practice cases and could take a client
        self.seat_mask = -1
        self.far_seat_mask = -1
        self.course_masks: list[int] = []

    def spare(self) -> int:
        """Minutes a week still to go into groups and courses; those of a seat that is lacking are kept (R4.2)."""
        return self.limit - self.committed - self.reserved
