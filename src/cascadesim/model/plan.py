"""A scenario as both engines read it: integers in minutes, levels instead of names, everything decided once.

`pack.py` makes it. Nothing in it changes during a run.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Draw:
    """A distribution ready to draw from with `quantiles.quantile(name, numbers, u)`, in `unit`s of the caller."""

    name: str
    numbers: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A rate per minute from this minute on."""

    from_minute: int
    rate_per_minute: float


@dataclass(frozen=True, slots=True)
class ReasonPlan:
    """One reason to leave. `order` is its place among the tier's reasons and the built-in ones, sorted by name."""

    name: str
    name_hash: int
    order: int
    clock: str  # exponential, weibull or date
    shape: float  # weibull only
    scale_minutes: float  # mean of an exponential, scale of a weibull
    date_minute: int  # date only
    from_certification: bool
    notice_minutes: int


@dataclass(frozen=True, slots=True)
class CoursePlan:
    """The course of one tier. `dates` empty means that a course starts when it is ready."""

    minutes: int
    trainers: int
    min_cohort: int
    max_cohort: int
    trainer_rate: int  # minutes a week committed by each trainer
    trainee_rate: int
    pass_probability: float
    gather_minutes: int
    dates: tuple[int, ...]
    window_minutes: int


@dataclass(frozen=True, slots=True)
class PracticePlan:
    """What lies between the course and the certificate. `kind` is none, clients or simulated."""

    kind: str
    minutes: int
    cases: int
    min_sessions: int
    first: bool
    limit_minutes: int


@dataclass(frozen=True, slots=True)
class SupervisionPlan:
    """What one tier receives. Rates are minutes a week (R4.1)."""

    group_size: int
    group_rate: int
    seat_rate: int
    max_supervisees: int
    grace_minutes: int


@dataclass(frozen=True, slots=True)
class TierPlan:
    """One tier. `course` and `supervision` are None where not required."""

    level: int
    name: str
    delivers: bool
    practises_with_clients: bool  # apprentices may hold cases
    hours: Draw  # hours a week
    overtime_fraction: float
    initial: int
    initial_tenure_minutes: int
    intake: tuple[tuple[int, int], ...]  # (minute, count), ascending, one entry a minute
    recruits: tuple[Piece, ...]
    candidate_patience: Draw | None  # weeks
    caseload: int
    apprentice_caseload: int
    apprentice_extra_rate: int
    course: CoursePlan | None
    practice: PracticePlan
    supervision: SupervisionPlan | None
    reasons: tuple[ReasonPlan, ...]
    exit_names: tuple[str, ...]  # every reason with which a worker of this tier can exit, sorted


@dataclass(frozen=True, slots=True)
class StreamPlan:
    """One stream of referrals; streams are in sorted order of their names."""

    name: str
    name_hash: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class ClientPlan:
    """The intervention."""

    sessions: int
    episode_rate: int  # minutes a week while an episode is open
    interval: Draw  # weeks
    start_probability: float
    continue_probability: float
    no_show_probability: float
    max_no_shows: int  # -1: no limit
    patience: Draw | None  # weeks
    hand_over: bool
    handover_patience: Draw | None  # weeks
    streams: tuple[StreamPlan, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that an engine needs to know."""

    horizon: int
    measure_from: int
    snapshots: tuple[int, ...]  # minutes at which the counters are read, ascending, the last is the horizon
    trajectory: tuple[int, ...]  # those of them that close a row of the trajectories
    reports: tuple[tuple[int, int], ...]  # (report week, minute)
    tiers: tuple[TierPlan, ...]
    clients: ClientPlan | None
