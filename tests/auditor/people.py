"""Who and what the replay follows: workers, clients, groups, courses."""

from __future__ import annotations

from dataclasses import dataclass, field

from auditor.programme import Tier

CANDIDATE, IN_TRAINING, APPRENTICE, ACTIVE, EXITED = "candidate", "in_training", "apprentice", "active", "exited"
PRACTISING = (APPRENTICE, ACTIVE)
WAITING, IN_CARE, HOLDING, HANDOVER = "waiting", "in_care", "holding", "handover"
OPEN = (IN_CARE, HOLDING)


@dataclass(eq=False)
class Worker:
    """One worker. Times are minutes, -1 for never; `order` is where the key stands (R9.3)."""

    key: str
    tier: Tier
    order: tuple[float, ...]
    available: int = 0
    stretched: int = 0  # the most that courses and supervision may take, overtime included (R2.4)
    state: str = CANDIDATE
    entry: str = ""
    recruited_at: int = -1
    certified_at: int = -1
    passed_at: int = -1
    exited_at: int = -1
    waiting_since: int = -1  # as a candidate: when the place in the queue was taken
    spell_since: int = -1  # as a candidate: when this patience began
    notices: dict[str, int] = field(default_factory=dict)  # reason: the minute at which it ends
    course: str = ""
    teaches: set[str] = field(default_factory=set)
    most_courses: int = 0  # given at one time
    last_course: int = -1
    group: str = ""
    leads: set[str] = field(default_factory=set)
    unsupervised_since: int = -1
    seat_lost_at: int = -1  # when the present time without a seat began
    lapsed: bool = False
    cases: dict[str, int] = field(default_factory=dict)  # open episodes: minute of the start
    last_start: int = -1
    counted_cases: int = 0
    supervised_minutes: int = 0  # as an apprentice, up to seated_at
    seated_at: int = -1

    @property
    def practising(self) -> bool:
        """Apprentice or active."""
        return self.state in PRACTISING

    @property
    def short_of_cases(self) -> bool:
        """An apprentice whose practice cases, those that are open among them, do not suffice yet (R2.9)."""
        return self.state == "apprentice" and self.counted_cases + len(self.cases) < self.tier.practice_cases

    @property
    def supervised(self) -> bool:
        """Has a seat, or needs none."""
        return self.tier.supervision is None or self.group != ""


@dataclass(eq=False)
class Client:
    """One client. `spans` are the closed spells (state, from, to); the state and since when are of the present one."""

    key: str
    order: tuple[float, ...]
    referred_at: int
    state: str = WAITING
    since: int = -1
    spans: list[tuple[str, int, int]] = field(default_factory=list)
    worker: str = ""
    started_at: int = -1
    attended: int = 0
    tries: int = 0
    slot_at: int = -1  # when the last session, try or start was: the next lies one interval later
    first_slot: int = -1  # announced length of the first interval
    will_start: bool = True
    attended_here: int = 0
    unsupervised_here: int = 0  # sessions with this worker that were not supervised
    unsupervised_total: int = 0
    no_shows: int = 0
    handed_over: int = 0
    ended: str = ""

    def enter(self, state: str, minute: int) -> None:
        """Into another state now."""
        if self.state != state and self.since >= 0:
            self.spans.append((self.state, self.since, minute))
            self.since = minute
        self.state = state


@dataclass(eq=False)
class Group:
    """A supervision group; `tier` is that of the members."""

    key: str
    tier: Tier
    order: tuple[float, ...]
    supervisor: str
    members: set[str] = field(default_factory=set)
    opened_at: int = -1
    closed_at: int = -1


@dataclass(eq=False)
class Course:
    """A course under way or over; `tier` is that of the trainees."""

    key: str
    tier: Tier
    started_at: int
    announced: int
    queue: tuple[str, ...]  # who waited for it when it started, first in line first
    trainers: set[str] = field(default_factory=set)
    trainees: set[str] = field(default_factory=set)
    entered: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)  # trainers who left while it was under way
    trained_by: int = 0
    ended_at: int = -1
    ended_as: str = ""
