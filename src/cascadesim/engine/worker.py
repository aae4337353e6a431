"""One worker, as plain state: every other part of the engine reads and changes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cascadesim.engine.clock import Due
from cascadesim.model.counters import PURPOSES
from cascadesim.model.enums import WorkerState

if TYPE_CHECKING:
    from cascadesim.engine.classroom import Course
    from cascadesim.engine.clients import Client
    from cascadesim.engine.demands import Desk
    from cascadesim.engine.facilitation import ClientGroup
    from cascadesim.engine.groups import Group
    from cascadesim.engine.hazard import Hazard

CANDIDATE, IN_TRAINING, APPRENTICE, ACTIVE, ABSENT, EXITED = (int(state) for state in WorkerState)
ALL_LANGUAGES = -1


@dataclass(eq=False, slots=True)
class Worker:
    """One worker. Minutes a week for rates, minutes of the clock for times, -1 for a time that has not come."""

    key: int
    level: int
    site: int
    stream: int
    state: int = CANDIDATE
    touched: bool = False
    on_notice: bool = False
    recruited_at: int = -1
    certified_at: int = -1
    # hours: `away` while absent, when nothing is available and `rates` are what will be taken up again
    available: int = 0
    limit: int = 0
    committed: int = 0
    rates: list[int] = field(default_factory=lambda: [0] * len(PURPOSES))
    away: bool = False
    refreshing: int = 0  # minutes a week given to refreshers, among those of training given
    # leaving: `clocks` as (minute, rank, order among the reasons, place of the hazard), soonest first
    clocks: list[tuple[int, int, int, int]] = field(default_factory=list)
    hazards: list[Hazard] = field(default_factory=list)
    alarm: Due | None = None
    multipliers: tuple[float, float] = (1.0, 1.0)  # of reasons to leave, of reasons to be away
    frailty: float = 1.0
    unaimed: bool = False  # a multiplier may have changed in this instant
    # absence
    left_state: int = -1
    absences: int = 0
    # training
    stage: int = 0
    attempt: int = 0
    waiting_since: int = -1
    spells: int = 0
    course: Course | None = None
    giving: list[Course] = field(default_factory=list)
    last_course: int = -1
    trainer: bool = True
    taught: int = 0
    cases: int = 0
    practice_left: int = 0
    practice_since: int = -1
    practice_due: Due | None = None
    awaits_competence: bool = False
    refresher: Course | None = None
    refresher_due: int = -1
    refresher_from: int = -1  # when the worker may first be placed in it
    missed_refresher: bool = False
    # competence, -1 where it is not modelled
    competence: float = -1.0
    competence_at: int = -1
    courses_taken: int = 0
    last_session: int = -1
    # strain
    strain: float = 0.0
    strained_at: int = -1  # until when strain is known: the last review, or when their hours began to count
    load: int = 0  # committed minute-minutes since the last review
    room: int = 0  # available ones
    metered_at: int = -1  # -1: not metered
    # supervision
    group: Group | None = None
    leads: list[Group] = field(default_factory=list)
    supervisees: int = 0
    extra_rate: int = 0  # what this apprentice adds to their supervisor's commitment
    supervised: bool = True
    reserved: int = 0  # minutes a week kept free for the seat that this worker lacks
    unsupervised_since: int = -1
    lapsed: bool = False
    blocked: bool = False  # waits for a seat, but their own week has no room for the meetings
    # clients
    deployed: bool = True
    promoting: bool = False
    placeable: bool = True  # deployed, not on notice and not about to be promoted: may be given something new
    speaks: int = ALL_LANGUAGES
    desk: Desk | None = None
    open: dict[int, Client | ClientGroup] = field(default_factory=dict)
    last_start: int = -1
    # which tests the worker fails as a resource, -1 while not counted (constraints.py)
    care_masks: list[int] = field(default_factory=list)
    free_apprentice: bool = False  # short of practice cases and could take a client
    seat_mask: int = -1
    far_seat_mask: int = -1
    course_masks: list[int] = field(default_factory=list)

    def spare(self) -> int:
        """Minutes a week still to go into groups and courses; those of a seat that is lacking are kept (R4.2)."""
        return self.limit - self.committed - self.reserved
