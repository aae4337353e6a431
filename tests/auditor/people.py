"""Who and what the replay follows: workers, clients, groups, courses."""

from __future__ import annotations

from dataclasses import dataclass, field

from auditor.programme import Course as Stage
from auditor.programme import Refresher, Tier

CANDIDATE, IN_TRAINING, APPRENTICE, ACTIVE, EXITED = "candidate", "in_training", "apprentice", "active", "exited"
ABSENT = "absent"
PRACTISING = (APPRENTICE, ACTIVE)
IN_SERVICE = (APPRENTICE, ACTIVE, ABSENT)
WAITING, IN_CARE, HOLDING, HANDOVER = "waiting", "in_care", "holding", "handover"
OPEN = (IN_CARE, HOLDING)


@dataclass(eq=False)
class Worker:
    """One worker in one tier. Times are minutes, -1 for never; `order` is where the key stands (R9.3).

    Whoever is promoted is another `Worker` of the same key in the tier above, and the one below has left.
    """

    key: str
    tier: Tier
    order: tuple[float, ...]
    site: str = ""
    available: int = 0
    stretched: int = 0  # the most that courses and supervision may take, overtime included (R2.4)
    state: str = CANDIDATE
    entry: str = ""
    recruited_at: int = -1  # initial tenure taken off, and kept by who is promoted
    certified_at: int = -1  # initial tenure taken off
    active_from: int = -1  # the minute of the certificate
    passed_at: int = -1
    exited_at: int = -1
    exited_as: str = ""
    entered_at: int = -1  # this tier
    # absence
    away: bool = False
    away_since: int = -1
    away_for: str = ""
    back_at: int = -1
    left_state: str = ""
    # training
    waiting_since: int = -1  # as a candidate: when the place in the queue was taken
    spell_since: int = -1  # as a candidate: when this patience began
    has_begun: bool = False
    began_at: int = -1  # the first course of this tier
    stage: int = 0
    attempt: int = 0
    course: str = ""
    teaches: dict[str, int] = field(default_factory=dict)  # course or refresher: minutes a week
    most_courses: int = 0  # given at one time
    last_course: int = -1
    trainer: bool = True
    refresher: str = ""
    refresher_due: int = -1
    refresher_from: int = -1  # the first minute at which they may be placed in it
    missed_refresher: bool = False
    # what has happened
    notices: dict[str, int] = field(default_factory=dict)  # reason: the minute at which it ends
    struck: set[str] = field(default_factory=set)  # reasons that have happened
    deployed: bool = True
    promoting_by: int = -1  # the minute by which they move up a tier
    # competence, -1 where it is not modelled, and strain
    competence: float = -1.0
    competence_at: int = -1
    last_session: int = -1
    strain: float = 0.0
    # supervision
    group: str = ""
    suspended: bool = False  # the supervisor of their group is away
    seat_rate: int = 0  # minutes a week of their own for being supervised
    extra: int = 0  # minutes a week that this apprentice takes from the supervisor
    leads: set[str] = field(default_factory=set)
    unsupervised_since: int = -1
    seat_lost_at: int = -1  # when the present time without a seat began
    lapsed: bool = False
    lapsed_at: int = -1
    # cases
    languages: frozenset[str] = frozenset()  # that they speak
    speaks_all: bool = False  # came in to a tier without languages
    cases: dict[str, int] = field(default_factory=dict)  # open episodes: minute of the start
    facilitates: set[str] = field(default_factory=set)  # groups of clients
    last_start: int = -1
    counted_cases: int = 0
    enough_while_away: bool = False  # cases: certified on return, if competent enough
    supervised_minutes: int = 0  # of simulated practice, up to practising_since
    practising_since: int = -1  # simulated practice runs; -1: it stands still

    @property
    def practising(self) -> bool:
        """Apprentice or active."""
        return self.state in PRACTISING

    @property
    def placeable(self) -> bool:
        """Whether anything new may be given to somebody at all (R5.6, R9.2, R2.6)."""
        return not self.notices and self.promoting_by < 0 and self.deployed

    @property
    def open_cases(self) -> int:
        """Open episodes and groups of clients: each takes a place of the caseload."""
        return len(self.cases) + len(self.facilitates)

    @property
    def short_of_cases(self) -> bool:
        """An apprentice whose practice cases, those that are open among them, do not suffice yet (R2.9)."""
        return self.state == "apprentice" and self.counted_cases + len(self.cases) < self.tier.practice_cases

    @property
    def supervised(self) -> bool:
        """Has a seat with a supervisor who is there, or needs none by status (R4.8)."""
        return self.tier.independent or (self.group != "" and not self.suspended) or not self.deployed

    @property
    def may_practise(self) -> bool:
        """Whether nothing of supervision stands against a client: it is there, or is not required (R4.8)."""
        return self.supervised or self.tier.supervision is None

    @property
    def lacks_seat(self) -> bool:
        """Practises, and has no seat at all."""
        return self.practising and self.deployed and self.tier.supervision is not None and not self.group


@dataclass(eq=False)
class Group:
    """A supervision group; `tier` and `site` are those of the members."""

    key: str
    tier: Tier
    order: tuple[float, ...]
    site: str
    supervisor: str
    leader: Worker | None
    rate: int = 0  # minutes a week of the supervisor, travel included
    members: set[str] = field(default_factory=set)
    suspended: bool = False
    opened_at: int = -1
    closed_at: int = -1
    shed_at: int = -1


@dataclass(eq=False)
class Course:
    """A course or refresher under way or over; `tier` and `site` are those of the trainees."""

    key: str
    tier: Tier
    site: str
    plan: Stage | Refresher | None
    started_at: int
    announced: int
    queue: tuple[str, ...]  # who waited for it when it started, first in line first
    trainers: dict[str, Worker] = field(default_factory=dict)
    trainees: set[str] = field(default_factory=set)
    entered: set[str] = field(default_factory=set)
    passed: set[str] = field(default_factory=set)
    lost: dict[str, int] = field(default_factory=dict)  # trainers who left while it was under way, and when
    taught_by: float = 1.0  # the mean competence of its first trainers
    trained_by: int = 0
    date: int = -1  # of the calendar
    enough_since: int = -1  # since when a whole cohort had been waiting
    ended_at: int = -1
    ended_as: str = ""
