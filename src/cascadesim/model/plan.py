"""A scenario as the engine reads it: integers in minutes, levels instead of names, everything decided once.

`scenario/compile.py` makes it. Nothing in it changes during a run.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple, TypeAlias

from cascadesim.model.distributions import Draw

Word: TypeAlias = int
"""A number of 64 unsigned bits."""


class Clock(IntEnum):
    """What decides when something strikes; the last two have dates."""

    EXPONENTIAL = 0
    WEIBULL = 1
    LIFE_TABLE = 2
    DATE = 3
    SHOCK = 4


class Practice(IntEnum):
    """What lies between the course and the certificate (R2.8)."""

    NONE = 0
    CLIENTS = 1
    SIMULATED = 2


class Named(NamedTuple):
    """A site or a language."""

    name: str
    name_hash: Word


class Share(NamedTuple):
    """The index of a language, and the share of all who have this or an earlier one."""

    reached: float
    value: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A rate per minute from this minute on."""

    from_minute: int
    rate_per_minute: float


@dataclass(frozen=True, slots=True)
class ClockPlan:
    """When something strikes. Which fields are read depends on `kind`."""

    kind: Clock
    shape: float  # weibull
    scale_minutes: float  # mean of an exponential, scale of a weibull
    table: tuple[Piece, ...]  # life_table: hazard by tenure
    minute: int  # date and shock
    share: float  # shock


@dataclass(frozen=True, slots=True)
class ReasonPlan:
    """One reason to leave, to be away or to have other hours.

    `order` is its rank among the tier's reasons and those of the model, sorted by name.
    """

    name: str
    name_hash: Word
    order: int
    clock: ClockPlan
    from_certification: bool
    notice_minutes: int
    external: bool
    recurring: bool
    exit_probability: float
    hours_probability: float
    absence_probability: float
    hours_factor: float
    absence: Draw | None  # weeks
    only_absence: bool  # incentives act on it by its absence ratio


@dataclass(frozen=True, slots=True)
class CoursePlan:
    """One stage of the training of a tier. `dates` empty means that a course starts when it is ready."""

    stage: int
    last: bool
    minutes: int
    trainers: int
    min_cohort: int
    max_cohort: int
    trainer_rate: int  # minutes a week committed by each trainer
    travel_rate: int  # more of them for a trainer from another site
    trainee_rate: int
    pass_probability: float
    attempts: int
    gather_minutes: int
    dates: tuple[int, ...]
    window_minutes: int
    courses_per_date: int


@dataclass(frozen=True, slots=True)
class RefresherPlan:
    """The short course that certified workers take again and again."""

    every_minutes: int
    window_minutes: int
    minutes: int
    trainers: int
    max_cohort: int
    trainer_rate: int
    travel_rate: int
    trainee_rate: int


@dataclass(frozen=True, slots=True)
class PracticePlan:
    """What lies between the course and the certificate."""

    kind: Practice
    minutes: int
    cases: int
    min_sessions: int  # 0: all that the client is to have
    first: bool
    limit_minutes: int


@dataclass(frozen=True, slots=True)
class SupervisionPlan:
    """What one tier receives. Rates are minutes a week (R4.1)."""

    group_size: int
    group_rate: int
    travel_rate: int  # more of them where supervisor and group are at different sites
    across_sites: bool
    seat_rate: int
    max_supervisees: int
    grace_minutes: int
    attendance: float
    lapse_ends_groups: bool


@dataclass(frozen=True, slots=True)
class CompetencePlan:
    """How competence comes and goes; shares of the scale's maximum (R6)."""

    course_level: float
    baseline: float
    ceiling: float
    dilution: float
    noise_sd: float
    gain_per_session: float
    half_life_minutes: float  # 0: no decay
    idle_minutes: int  # -1: being idle does no harm
    refresher_gain: float
    initial: float
    certification_threshold: float
    min_trainer: float


@dataclass(frozen=True, slots=True)
class StrainPlan:
    """How strain follows the load (R5.9)."""

    comfort: float
    half_life_minutes: float
    recovery_half_life_minutes: float


@dataclass(frozen=True, slots=True)
class IncentivePlan:
    """An incentive (`[tier.NAME.incentive]`) in force from one minute to another."""

    name: str
    from_minute: int
    until_minute: int
    week_cost: float  # of each worker in service
    leaving_ratio: float
    absence_ratio: float
    attendance_ratio: float


@dataclass(frozen=True, slots=True)
class HazardPlan:
    """What the hazards of a tier respond to (R5.8)."""

    responsive: bool  # False: every multiplier is 1 for ever
    constant: float
    frailty_variance: float
    frailty: Draw | None  # gamma with shape 1 / variance and scale 1; None where everybody's is 1
    flags: tuple[float, ...]  # one ratio for each of `hazards.FLAGS`
    states: tuple[float, ...]  # one ratio for each state of the organisation


class Intake(NamedTuple):
    """So many who come at a minute."""

    minute: int
    people: int


@dataclass(frozen=True, slots=True)
class StaffPlan:
    """Where the workers of a tier at one site come from; `target` and `pool` are -1 where there is none."""

    initial: int
    intake: tuple[Intake, ...]  # ascending, one entry a minute
    recruits: tuple[Piece, ...]
    target: int
    pool: int


@dataclass(frozen=True, slots=True)
class PromotionPlan:
    """Who may be promoted into this tier, and how long they may take to end what they have begun."""

    min_tenure_minutes: int
    min_competence: float
    minutes: int


class AlsoSpoken(NamedTuple):
    """A further language that some workers speak, by its index."""

    language: int
    probability: float


@dataclass(frozen=True, slots=True)
class TierPlan:
    """One tier. `courses` are empty where no training is required, `supervision` None where none is.

    Without supervision nobody needs a place; an `independent` tier is as good as supervised, another is not (R4.8).
    """

    level: int
    name: str
    delivers: bool
    practises_with_clients: bool  # apprentices may hold cases
    hours: Draw  # hours a week
    overtime_fraction: float
    duties_rate: int  # other duties, minutes a week
    lost_rates: tuple[float, ...]  # minutes a week lost at level 0, one for each state of the organisation
    reserve_rate: int
    courses_first: bool  # before supervision, for what this tier gives (R3.2)
    staff: tuple[StaffPlan, ...]  # one for each site
    initial_tenure_minutes: int
    lag_minutes: int
    candidate_patience: Draw | None  # weeks
    caseload: int
    apprentice_caseload: int
    apprentice_extra_rate: int
    deployment_probability: float
    idle_if_not_deployed: bool
    trains_probability: float
    languages: tuple[Share, ...]  # empty: speaks all
    also: tuple[AlsoSpoken, ...]
    selection_probability: float
    courses: tuple[CoursePlan, ...]
    rooms: int  # most courses at once at a site, 0 without limit
    trainers_across_sites: bool
    refresher: RefresherPlan | None
    practice: PracticePlan
    supervision: SupervisionPlan | None
    independent: bool
    competence: CompetencePlan | None
    strain: StrainPlan | None
    hold_minutes: int
    promotion: PromotionPlan | None
    incentives: tuple[IncentivePlan, ...]
    hazards: HazardPlan
    reasons: tuple[ReasonPlan, ...]
    exit_names: tuple[str, ...]  # every reason with which a worker of this tier can exit, sorted


def wave_minutes(tier: TierPlan) -> dict[str, int]:
    """The minute at which each wave of shocks begins, by the name of its reason."""
    return {reason.name: reason.clock.minute for reason in tier.reasons if reason.clock.kind == Clock.SHOCK}


@dataclass(frozen=True, slots=True)
class StreamPlan:
    """One stream of referrals; streams are in sorted order of their names."""

    name: str
    name_hash: Word
    pieces: tuple[Piece, ...]
    dates: tuple[int, ...]  # minutes, ascending
    site: int
    format: int
    languages: tuple[Share, ...]  # empty: any will do
    priority: int
    urgent_probability: float
    eligibility: float


@dataclass(frozen=True, slots=True)
class FormatPlan:
    """One way to give the intervention; formats are in sorted order of their names, `individual` among them.

    Rates are minutes a week, of one worker; the interpreted ones are for a client who needs an interpreter, -1 where
    there is none. `assessment_rate` is more of them in the first interval, `research_rate` is for one client.
    """

    name: str
    sessions: int
    adequate_sessions: int
    interval: Draw  # weeks
    mean_interval: int  # minutes
    episode_rate: int
    research_rate: int
    assessment_rate: int
    interpreted_rate: int
    interpreted_assessment_rate: int
    interpreted_session_minutes: int  # of the interpreter, who is there all the time; 0 where there is none
    interpreted_assessment_minutes: int
    group_min: int
    group_max: int  # 1: individual
    facilitators: int  # 1 where individual

    def research_of(self, members: int) -> int:
        """Minutes a week of each facilitator for a group of so many: each member's, shared among them (R8.6)."""
        return -(-self.research_rate * members // self.facilitators)

    def needed_rate(self, interpreted: bool = False, resumed: bool = False) -> int:
        """Minutes a week that a worker must have for one episode, or a full group.

        Care that is `resumed` after a transfer is for one client, without an assessment (R8.5). -1 with an interpreter
        where there is none.
        """
        if interpreted and self.interpreted_rate < 0:
            return -1
        care, assessment = self.episode_rate, self.assessment_rate
        if interpreted:
            care, assessment = self.interpreted_rate, self.interpreted_assessment_rate
        return care + self.research_rate if resumed else care + assessment + self.research_of(self.group_max)


@dataclass(frozen=True, slots=True)
class ClientReasonPlan:
    """Something in a client's own life that ends their time with the programme."""

    name: str
    name_hash: Word
    order: int
    clock: ClockPlan
    leave_probability: float


@dataclass(frozen=True, slots=True)
class ClientPlan:
    """The intervention."""

    formats: tuple[FormatPlan, ...]
    individual: int  # the index of the format of [clients] itself
    start_probability: float
    continue_probability: float
    no_show_probability: float
    max_no_shows: int  # -1: no limit
    patience: Draw | None  # weeks
    hand_over: bool
    transfer_patience: Draw | None  # weeks
    screening_minutes: int  # for each potential referral
    population_in_need: int  # 0: not given
    reasons: tuple[ClientReasonPlan, ...]
    streams: tuple[StreamPlan, ...]


class StateSite(NamedTuple):
    """The level of a state with which a site begins, by how much a lift raises it, and the minutes of the lifts."""

    start: float
    lift: float
    lifts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StatePlan:
    """One state of the organisation (R7.1)."""

    name: str
    half_life_minutes: float  # 0: no decay
    staff_rate: int  # minutes a week that each worker gives in the week after a lift
    referral_ratio: float
    sites: tuple[StateSite, ...]


# --- what is measured -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TierScope:
    """What decides which results a tier has; `waves` are those that begin within the run."""

    level: int
    name: str
    mechanisms: frozenset[str]  # see scenario/compile.py
    exit_names: tuple[str, ...]
    waves: tuple[str, ...]
    unit_costs: dict[str, float]


@dataclass(frozen=True, slots=True)
class ClientScope:
    """The same of clients. `streams`, `languages` and `sites` are those that they can be of, sorted."""

    mechanisms: frozenset[str]
    streams: tuple[str, ...]
    languages: tuple[str, ...]
    sites: tuple[str, ...]
    unit_costs: dict[str, float]


@dataclass(frozen=True, slots=True)
class Scope:
    """What decides which results a run has, and how they are named and priced (R9.4, R12)."""

    horizon: int
    reports: tuple[tuple[int, int], ...]  # (report week, minute)
    tiers: tuple[TierScope, ...]
    clients: ClientScope | None
    states: tuple[str, ...]  # of the organisation
    state_costs: tuple[float, ...]  # of one workplace training at one site
    sites: tuple[str, ...]
    unit_costs: dict[str, float]  # of the programme


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that the engine needs to know."""

    horizon: int
    measure_from: int
    review_minutes: int
    snapshots: tuple[int, ...]  # minutes at which the counters are read, ascending, the last is the horizon
    trajectory: tuple[int, ...]  # those of them that close a row of the trajectories
    sites: tuple[Named, ...]  # in sorted order; one without a name where there are none
    languages: tuple[Named, ...]  # in sorted order
    organisation: tuple[StatePlan, ...]
    tiers: tuple[TierPlan, ...]
    clients: ClientPlan | None
    scope: Scope


# --- what clients can need of a worker --------------------------------------------------------------------------------

NeededRate = tuple[int, bool]
"""Minutes a week that a worker must have, and whether it is for a group, which only the certified facilitate."""


class CareNeed(NamedTuple):
    """A combination of site, language and format that a client can have, and what it takes of a worker.

    Those in transfer go on alone (`resumed`); they have a combination of their own where that takes something else.
    """

    site: int
    language: int  # -1 where any will do
    form: int
    resumed: bool
    need: NeededRate
    far_need: NeededRate | None  # with an interpreter; None where none is paid for


def needed_rates(plan: ClientPlan) -> list[NeededRate]:
    """Every different rate, least first."""
    ways = [(interpreted, resumed) for interpreted in (False, True) for resumed in _ways_in(plan)]
    rates = {_needed(form, *way) for form in plan.formats for way in ways}
    return sorted(rate for rate in rates if rate[0] >= 0)


def _ways_in(plan: ClientPlan) -> tuple[bool, ...]:
    """Whether care is resumed, each way in which it begins."""
    return (False, True) if plan.hand_over else (False,)


def _needed(form: FormatPlan, interpreted: bool, resumed: bool) -> NeededRate:
    return form.needed_rate(interpreted, resumed), form.group_max > 1 and not resumed


def care_needs(plan: ClientPlan) -> list[CareNeed]:
    """Every combination that a client can have, in ascending order."""
    found: dict[tuple[object, ...], CareNeed] = {}
    for resumed in _ways_in(plan):
        for stream in plan.streams:
            for language in {language for _, language in stream.languages} or {-1}:
                need = _care_need(plan, stream.site, language, stream.format, resumed)
                found.setdefault((*need[:3], *need[4:]), need)
    return sorted(found.values(), key=lambda need: need[:4])


def _care_need(plan: ClientPlan, site: int, language: int, form: int, resumed: bool) -> CareNeed:
    near, far = (_needed(plan.formats[form], interpreted, resumed) for interpreted in (False, True))
    return CareNeed(site, language, form, resumed, near, far if far[0] >= 0 else None)
