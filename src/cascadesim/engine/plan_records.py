"""The plan of a scenario as the rules of the engine read it: `model/plan.py` with numbers for names, nothing changes.

`plan_tables.py` fills these records. Rates are minutes a week, times and lengths are minutes, -1 is none.
"""

from __future__ import annotations

from cascadesim.engine.runtime.fields import Rows, Word, record


@record
class Draw:
    """A distribution (`model/distributions.py`)."""

    family: int
    numbers: list[float]


@record
class Piece:
    """A rate per minute from this minute on."""

    from_minute: int
    rate_per_minute: float


@record
class Share:
    """A value, and the share of all cases that have this or an earlier one."""

    value: int
    reached: float


@record
class AlsoSpoken:
    """A further language that some workers speak."""

    language: int
    probability: float
    name_hash: Word


@record
class Reason:
    """One reason to leave, to be away or to have other hours."""

    order: int
    clock: int
    dated: bool
    shape: float
    scale_minutes: float
    table: Rows[Piece]
    minute: int
    share: float
    from_certification: bool
    notice_minutes: int
    external: bool
    recurring: bool
    exit_probability: float
    hours_probability: float
    absence_probability: float
    hours_factor: float
    absence: Draw
    only_absence: bool
    exit: int
    text: int
    name_hash: Word


@record
class CoursePlan:
    """One stage of the training of a tier."""

    stage: int
    last: bool
    minutes: int
    trainers: int
    min_cohort: int
    max_cohort: int
    trainer_rate: int
    travel_rate: int
    trainee_rate: int
    pass_probability: float
    attempts: int
    gather_minutes: int
    dates: list[int]
    window_minutes: int
    courses_per_date: int


@record
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


@record
class SupervisionPlan:
    """What one tier receives (R4.1)."""

    group_size: int
    group_rate: int
    travel_rate: int
    across_sites: bool
    seat_rate: int
    max_supervisees: int
    grace_minutes: int
    attendance: float
    lapse_ends_groups: bool


@record
class CompetencePlan:
    """How competence comes and goes (R6)."""

    course_level: float
    baseline: float
    ceiling: float
    dilution: float
    noise_sd: float
    gain_per_session: float
    half_life_minutes: float
    idle_minutes: int
    refresher_gain: float
    initial: float
    certification_threshold: float
    min_trainer: float


@record
class StrainPlan:
    """How strain follows the load (R5.9)."""

    comfort: float
    half_life_minutes: float
    recovery_half_life_minutes: float


@record
class PromotionPlan:
    """Who may be promoted into a tier (R9.2)."""

    min_tenure_minutes: int
    min_competence: float
    minutes: int


@record
class EngagementPlan:
    """What acts on leaving, absence and attendance from one minute to another."""

    from_minute: int
    until_minute: int
    leaving_ratio: float
    absence_ratio: float
    attendance_ratio: float


@record
class Intake:
    """So many who come at a minute."""

    minute: int
    count: int


@record
class StaffPlan:
    """Where the workers of a tier at one site come from."""

    initial: int
    target: int
    pool: int
    intakes: Rows[Intake]
    recruits: Rows[Piece]
    worker_hash: Word
    recruits_stream: Word


@record
class TierPlan:
    """One tier; `base`, `counts` and the waits are where its levels and counts begin (`model/counters.py`)."""

    level: int
    delivers: bool
    practises_with_clients: bool
    overtime_fraction: float
    duties_rate: int
    reserve_rate: int
    courses_first: bool
    initial_tenure_minutes: int
    lag_minutes: int
    caseload: int
    apprentice_caseload: int
    apprentice_extra_rate: int
    deployment_probability: float
    idle_if_not_deployed: bool
    trains_probability: float
    selection_probability: float
    rooms: int
    trainers_across_sites: bool
    hold_minutes: int
    hours: Draw
    candidate_patience: Draw
    lost_rates: list[float]
    staff: Rows[StaffPlan]
    languages: Rows[Share]
    also: Rows[AlsoSpoken]
    courses: Rows[CoursePlan]
    refresher: RefresherPlan
    supervision: SupervisionPlan
    competence: CompetencePlan
    strain: StrainPlan
    promotion: PromotionPlan
    engagement: Rows[EngagementPlan]
    reasons: Rows[Reason]
    # practice
    practice: int
    practice_minutes: int
    practice_cases: int
    practice_min_sessions: int
    practice_first: bool
    practice_limit: int
    # what hastens or holds back events (R5.8)
    responsive: bool
    constant: float
    frailty: Draw
    frailty_variance: float
    flag_ratios: list[float]  # in the order of `FLAGS`
    state_ratios: list[float]
    # what follows from the other tiers and from the layout
    trains: bool
    to_rise: float
    planned: int
    base: int
    counts: int
    limit_order: int
    wait_course: int
    wait_supervision_place: int
    wait_practice: int
    wait_refresher: int
    wait_vacancy: int
    wait_certificate: int
    not_selected: int
    promoted: int
    not_deployed: int
    gave_up_waiting: int
    failed_training: int
    not_certified: int
    exit_texts: int


@record
class FormatPlan:
    """One way to give the intervention."""

    place: int
    sessions: int
    interval: Draw
    episode_rate: int
    research_rate: int
    assessment_rate: int
    interpreted_rate: int
    interpreted_assessment_rate: int
    interpreted_session_minutes: int
    interpreted_assessment_minutes: int
    group_min: int
    group_max: int
    facilitators: int
    text: int
    group_hash: Word


@record
class ClientReason:
    """Something in a client's own life that ends their time with the programme."""

    clock: int
    dated: bool
    shape: float
    scale_minutes: float
    table: Rows[Piece]
    minute: int
    share: float
    leave_probability: float
    text: int
    name_hash: Word


@record
class StreamPlan:
    """One stream of referrals; `classes` and `counters` are by language, the first for any."""

    site: int
    pieces: Rows[Piece]
    dates: list[int]
    languages: Rows[Share]
    priority: int
    urgent_probability: float
    eligibility: float
    text: int
    classes: list[int]
    counters: list[int]
    arrivals: Word
    client_hash: Word


@record
class ClientClassPlan:
    """Clients who need the same: site, language, format, and their places among the needs."""

    site: int
    language: int
    form: FormatPlan
    need: int
    far_need: int
    individual: int


@record
class Need:
    """Minutes a week that a worker must have, and whether only the certified may give it."""

    rate: int
    certified: bool


@record
class CarePlan:
    """The intervention."""

    start_probability: float
    continue_probability: float
    no_show_probability: float
    max_no_shows: int
    adequate_sessions: int
    hand_over: bool
    patience: Draw
    handover_patience: Draw
    formats: Rows[FormatPlan]
    reasons: Rows[ClientReason]
    streams: Rows[StreamPlan]
    needs: Rows[Need]
    classes: Rows[ClientClassPlan]


@record
class StateSite:
    """What one site begins with, and when it is lifted."""

    start: float
    lift: float
    lifts: list[int]


@record
class StatePlan:
    """One state of the organisation (R7.1)."""

    half_life_minutes: float
    staff_rate: int
    referral_ratio: float
    text: int
    sites: Rows[StateSite]


@record
class ShockPlan:
    """One shock of one tier within the run; `active` is where its active workers are counted."""

    level: int
    minute: int
    active: int


@record
class WaitLevels:
    """For every set of tests of a wait: the level of the set, and that of the combination (-1 for none)."""

    places: list[int]


@record
class PlanTables:
    """Everything that does not change during a run."""

    horizon: int
    measure_from: int
    review_minutes: int
    tiers: Rows[TierPlan]
    sites: list[Word]
    languages: list[Word]
    states: Rows[StatePlan]
    care: CarePlan
    snapshots: list[int]
    shocks: Rows[ShockPlan]
    waits: Rows[WaitLevels]
    n_levels: int
    n_counts: int
    n_counters: int
    state_counts: int
    group_counts: int
    given_counts: int
    client_levels: int
    client_counts: int
    care_wait: int
    modelled: bool
    varying: bool
    reviews: bool
    tiered: bool
