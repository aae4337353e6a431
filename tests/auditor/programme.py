"""The programme as the auditor reads it: a resolved scenario, in minutes, with the defaults of the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from auditor.clinic import Care, Span
from auditor.clocks import Clock
from auditor.unit_costs import Costs

BUILT_IN = ("failed_training", "gave_up_waiting", "not_certified", "not_deployed", "not_selected", "promoted")


@dataclass(frozen=True)
class Course:
    """One stage of what turns a candidate of a tier into an apprentice. Rates are minutes a week (R3.1)."""

    stage: int
    last: bool
    minutes: int
    trainers: int
    min_cohort: int
    max_cohort: int
    trainer_rate: int
    travel_rate: int
    trainee_rate: int
    pass_probability: Fraction
    attempts: int
    gather: int
    dates: tuple[int, ...]  # empty: whenever it is ready
    window: int
    courses_per_date: int


@dataclass(frozen=True)
class Refresher:
    """What certified workers of a tier take again and again (R3.9)."""

    every: int
    window: int
    minutes: int
    trainers: int
    max_cohort: int
    trainer_rate: int
    travel_rate: int
    trainee_rate: int


@dataclass(frozen=True)
class Supervision:
    """What a tier receives from the tier above (R4.1)."""

    group_size: int
    group_rate: int
    travel_rate: int
    across_sites: bool
    seat_rate: int
    max_supervisees: int | None
    grace: int
    attendance: float
    lapse_ends_groups: bool


@dataclass(frozen=True)
class Reason:
    """Something that happens in a worker's life; `date` is None unless it is dated, `spread` the length of a shock."""

    clock: Clock
    date: int | None
    spread: int
    share: Fraction
    external: bool
    from_certification: bool
    notice: int
    recurring: bool
    exit: Fraction  # the probabilities of what follows
    hours: Fraction
    absence: Fraction
    hours_factor: Fraction
    absence_span: Span

    @property
    def only_absence(self) -> bool:
        """Nothing else can follow, so that incentives act by its absence ratio (R5.8)."""
        return self.exit == 0 and self.hours == 0


@dataclass(frozen=True)
class Competence:
    """How able the workers of a tier become (R6)."""

    course_level: float
    baseline: float
    ceiling: float
    dilution: float
    noise: bool
    gain: float
    half_life: float  # minutes, 0: no decay
    idle_after: int  # minutes, -1: being idle does no harm
    refresher_gain: float
    initial: float
    threshold: float
    min_trainer: float


@dataclass(frozen=True)
class Strain:
    """How load is felt (R5.9). Half-lives in minutes."""

    comfort: float
    half_life: float
    recovery: float


@dataclass(frozen=True)
class Measure:
    """An incentive: from when, until when, what it does, and what it costs for each worker and week."""

    start: int
    end: int | None
    attendance: float
    leaving: float
    absence: float
    week_cost: Fraction


@dataclass(frozen=True)
class Promotion:
    """Who may be promoted into a tier (R9.2)."""

    tenure: int
    competence: float
    minutes: int


@dataclass(frozen=True)
class Staff:
    """Where the workers of a tier at one site come from (R9.1); None for no target, and for a pool without end."""

    initial: int
    intake: tuple[tuple[int, int], ...]
    recruits: tuple[tuple[int, float], ...]  # (minute, rate a minute); empty where nobody comes by a rate
    target: int | None
    pool: int | None


@dataclass(frozen=True)
class State:
    """A state of the organisation (R7.1); at each site what it begins with, how it is lifted, and when."""

    half_life: float
    staff_rate: int
    referral_ratio: float
    sites: Mapping[str, tuple[float, float, tuple[int, ...]]]


@dataclass(frozen=True)
class Tier:
    """One tier; `practice` is none, clients or simulated (R2.9)."""

    name: str
    level: int
    delivers: bool
    clients_in_practice: bool
    available: Span
    overtime: Fraction
    duties: int  # other duties, minutes a week
    lost: Mapping[str, float]  # minutes a week lost at level 0 of a state
    reserve: int
    staff: Mapping[str, Staff]
    tenure: int  # of initial workers
    lag: int
    patience: Span | None
    caseload: int
    apprentice_caseload: int
    extra_rate: int
    selection: Fraction
    deployment: Fraction
    idle_if_not_deployed: bool
    trains: Fraction
    languages: frozenset[str]  # that somebody of the tier can speak; empty: everybody speaks all
    stages: tuple[Course, ...]
    rooms: int | None
    trainers_across_sites: bool
    refresher: Refresher | None
    supervision: Supervision | None
    independent: bool
    practice: str
    practice_minutes: int
    practice_cases: int
    practice_min_sessions: int  # 0: all that the client is to have
    practice_first: bool
    apprentice_limit: int
    competence: Competence | None
    strain: Strain | None
    hold: int
    promotion: Promotion | None
    measures: tuple[Measure, ...]
    ratios: Mapping[str, float]  # by which flags, strain and states multiply the hazards (R5.8)
    frailty: float  # variance
    reasons: Mapping[str, Reason] = field(default_factory=dict)

    @property
    def course(self) -> Course | None:
        """The first stage of training, None where none is required."""
        return self.stages[0] if self.stages else None

    @property
    def exit_names(self) -> set[str]:
        """Every reason with which somebody of this tier can leave."""
        return {name for name, reason in self.reasons.items() if reason.exit} | set(BUILT_IN)

    @property
    def planned(self) -> int:
        """How many are planned: at each site the target, or all dated entries where they are more."""
        everywhere = self.staff.values()
        return sum(max(each.initial + sum(count for _, count in each.intake), each.target or 0) for each in everywhere)


@dataclass(frozen=True)
class Programme:
    """Everything the auditor needs of a scenario."""

    horizon: int
    measure_from: int
    review: int  # minutes from one review to the next, 0 where nothing is reviewed
    sites: tuple[str, ...]  # in sorted order, one without a name where there are none
    states: Mapping[str, State]
    cascade: tuple[Tier, ...]  # from the top
    tiers: Mapping[str, Tier]
    care: Care | None
    costs: Costs
    recognition: Mapping[str, float]  # what it does to recruitment, referrals and leaving (R7.1)

    def above(self, tier: Tier) -> Tier | None:
        """The tier that trains and supervises this one."""
        return self.cascade[tier.level - 1] if tier.level else None

    def below(self, tier: Tier) -> Tier | None:
        """The tier that this one trains and supervises."""
        return self.cascade[tier.level + 1] if tier.level + 1 < len(self.cascade) else None
