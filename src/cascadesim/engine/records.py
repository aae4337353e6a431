"""What lives in a replication: the world, workers, courses, supervision groups, clients, each with its named fields.

Times are minutes of the clock, -1 for one that has not come; rates are minutes a week. A record that has a key has it
first: lists are put in order by it.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import Any

from cascadesim.engine.plan import ClientClassPlan, FormatPlan, Plan, ReasonPlan, ShockPlan, TierPlan
from cascadesim.engine.runtime.fields import (
    Growing,
    Rows,
    fixed,
    plain_only,
    record,
)
from cascadesim.model.counters import PURPOSES
from cascadesim.model.enums import WorkerState
from cascadesim.model.plan import CoursePlan, SupervisionPlan, Word

ALL_LANGUAGES = -1
NEVER = 1 << 62
Order = tuple[float, ...]
_SLACK = 64
CANDIDATE, IN_TRAINING, APPRENTICE, ACTIVE, ABSENT, EXITED = (int(state) for state in WorkerState)
"""States of a worker."""
WAITING, AWAITING_TRANSFER, IN_CARE, GONE = range(4)
"""States of a client."""

# --- pools: at a cost that follows what changed and not how many there are (R10.2) -----------------------------------


@record
class PoolEntry:
    """Somebody's entry in a pool. `mask` are the tests that a worker fails as a resource, -1 where they are not counted
    (`binding_constraints.py`); `minute` is that of a deadline."""

    pool: Pool
    worker: Worker
    group: SupervisionGroup
    client: Client
    mask: int = -1
    minute: int
    order: Any = plain_only()
    # compiled: the place in the heap, and the order
    place: int
    a: int
    b: int
    c: int
    d: int
    e: int

    def withdraw(self) -> bool:
        """Take the entry out of its pool; False if it was in none."""
        if self.pool is None:
            return False
        self.pool.size -= 1
        self.pool = None
        return True

    def precedes(self, other: PoolEntry) -> bool:
        """Whether it comes before an entry of another pool."""
        first: bool = self.order < other.order
        return first


@record
class Pool:
    """Entries in an order, of which the first is known. An order ends in a key that no other entry of the pool has.

    Of plain objects it is a heap in which an outdated entry stays until it comes up or until half of the heap is
    outdated; compiled it is a heap in which every entry knows its place (`runtime/containers.py`).
    """

    entries: Growing[PoolEntry]  # where it is compiled
    size: int
    by_most_free: bool = True  # of pools of supervisors: the order is the built-in one
    heap: Any = plain_only()

    def offer(self, entry: PoolEntry, order: Order) -> bool:
        """Put an entry in, or change its order; False if it was there with this order."""
        if entry.pool is self:
            if entry.order == order:
                return False
        else:
            if entry.pool is not None:
                entry.pool.size -= 1
            entry.pool = self
            self.size += 1
        entry.order = order
        self.put_back(entry)
        return True

    def put_back(self, entry: PoolEntry) -> None:
        """Put an entry in again, which was withdrawn for a moment, in the order that it had."""
        if entry.pool is None:
            entry.pool = self
            self.size += 1
        heap = self.heap
        if heap is None:
            heap = self.heap = []
        heappush(heap, (entry.order, entry))
        if len(heap) > 2 * self.size + _SLACK:
            self.heap = list({id(one): (order, one) for order, one in heap if self._holds(order, one)}.values())
            heapify(self.heap)

    def _holds(self, order: Order, entry: PoolEntry) -> bool:
        return entry.pool is self and entry.order is order

    def best(self) -> PoolEntry | None:
        """The first entry, left in; None if there is none."""
        heap = self.heap
        while heap:
            order, entry = heap[0]
            if entry.pool is self and entry.order is order:
                return entry  # type: ignore[no-any-return]
            heappop(heap)
        return None


# --- people -----------------------------------------------------------------------------------------------------------


@record
class Hazard:
    """The clock of one reason as it runs for one worker: what it has spent of its threshold since `since` (R5.1); `due`
    is the minute of its event, `rank` that of what the event is."""

    reason: ReasonPlan
    origin: int
    since: int
    occurrence: int
    outcome: int
    done: bool
    frozen: bool
    spent: float
    threshold: float
    due: int = NEVER
    rank: int


@record
class Worker:
    """One worker."""

    key: int
    level: int
    site: int
    stream: Word
    state: int
    tier: TierPlan
    tier_state: TierState
    tier_site: TierSite
    touched: bool
    on_notice: bool
    recruited_at: int = -1
    certified_at: int = -1
    # hours: `away` while absent, when nothing is available and `rates` are what will be taken up again
    available: int
    limit: int
    committed: int
    rates: list[int] = fixed(len(PURPOSES))
    away: bool
    refreshing: int  # minutes a week given to refreshers, among those of training given
    # leaving
    limit_due: int = NEVER  # when the time limit of practice is over
    hazards: Rows[Hazard]
    n_hazards: int
    alarm: int = -1
    alarms: int
    unaimed: bool  # a multiplier may have changed in this instant
    left_state: int = -1
    absences: int
    absence_hazard: int
    away_since: int
    leaving_multiplier: float = 1.0
    absence_multiplier: float = 1.0
    frailty: float = 1.0
    # training
    stage: int
    attempt: int
    waiting_since: int = -1
    spells: int
    recruit_counted: bool  # came in the window, and is neither certified nor gone (R1.6)
    trainee_counted: bool  # began training in the window, and has neither passed nor gone
    course: Course  # or the refresher
    giving: Growing[TeachingAssignment]
    last_course: int = -1
    trainer: bool = True
    taught: int
    cases: int
    practice_left: int
    practice_since: int = -1
    practising: bool
    practices: int
    awaits_competence: bool
    refresher_due: int = -1
    refresher_from: int = -1  # when the worker may first be placed in it
    missed_refresher: bool
    # competence, below 0 where it is not modelled
    competence: float = -1.0
    competence_at: int = -1
    courses_taken: int
    last_session: int = -1
    # strain: committed and available minute-minutes since the last review
    strain: float
    load: int
    room: int
    metered_at: int = -1
    strained_at: int = -1
    # supervision
    group: SupervisionGroup
    leads: Growing[SupervisionGroup]
    supervisees: int
    extra_rate: int  # what this apprentice adds to their supervisor's commitment
    supervised: bool = True
    reserved: int  # minutes a week kept free for the seat that this worker lacks
    unsupervised_since: int = -1
    lapsed: bool
    blocked: bool  # waits for a seat, but their own week has no room for the meetings
    merging: bool
    # clients
    deployed: bool = True
    promoting: bool
    promoted_by: int = -1
    placeable: bool = True  # deployed, not on notice and not about to be promoted: may be given something new
    speaks: int = ALL_LANGUAGES
    providers: ProviderPool
    clients: Growing[Client]
    groups: Growing[Facilitator]  # parts in groups of clients, not of supervision
    n_open: int
    last_start: int = -1
    free_apprentice: bool  # short of practice cases, and could take a client
    blocked_refresher: bool
    # entries in pools and places in lists
    care_entries: Rows[PoolEntry]
    course_entries: Rows[PoolEntry]
    opener: PoolEntry
    far_opener: PoolEntry
    queue: PoolEntry
    participant: PoolEntry
    candidate: PoolEntry
    hold: PoolEntry
    grace: PoolEntry
    place: int


@record
class TierState:
    """What changes of a tier, and what there is to look at for a worker of it."""

    looks_clients: bool
    cross_site: Growing[CrossSiteOffer]
    present: Growing[Worker]
    teachers: Growing[Worker]
    trained_keys: Growing[int]
    trained_competence: Growing[float]
    free_apprentices: int
    awaiting: int
    booked_practice: BookedWaits
    booked_certificate: BookedWaits
    first_full: int = -1
    planned: int
    leaving_factor: float = 1.0
    absence_factor: float = 1.0
    attendance: float = 1.0


@record
class TierSite:
    """One tier at one site."""

    level: int
    site: int
    offerings: Growing[CourseOffering]
    teaches: Growing[CourseOffering]
    unit: SupervisionUnit
    supervises: SupervisionUnit  # that of the tier below
    refreshers: CourseOffering
    rooms: Rooms
    staffing: int
    leavers: int
    pool: int
    unfilled: bool
    in_training: int
    restless: bool
    recruits: int
    drawn: float
    # vacancies, where there is a target
    target: int = -1
    opened: int
    under_way: int
    unfillable: int
    promised: int
    booked: BookedWaits


@record
class BookedWaits:
    """Who was last booked as waiting under which sets of tests (`binding_constraints.py`)."""

    size: int
    tests: list[int] = fixed(3)
    units: list[int] = fixed(3)


# --- offers -----------------------------------------------------------------------------------------------------------


@record
class Offer:
    """Who could do something: those who pass every test in the order of their turn, and how many fail exactly which."""

    pool: Pool
    masks: list[int]


@record
class CrossSiteOffer:
    """Who could travel, to give one stage of the courses or the refreshers of a tier or to supervise it; how many fail
    which tests by the site that they are of."""

    rate: int
    is_refresher: bool
    offer: Offer
    offerings: Growing[CourseOffering]
    units: Growing[SupervisionUnit]


# --- courses ----------------------------------------------------------------------------------------------------------


@record
class CourseOffering:
    """One stage of the courses, or the refreshers, of a tier at a site: who could give it and who waits for it."""

    level: int
    site: int
    trainers: Offer
    cross_site: CrossSiteOffer
    changed: bool = True
    unpublished: bool = True
    booked: BookedWaits
    is_refresher: bool
    plan: CoursePlan
    rooms: Rooms
    queue: Pool
    blocked: int  # of those who are due for a refresher
    enough_since: int = -1
    gatherings: int
    windows: Growing[StartWindow]
    tests: int


@record
class Rooms:
    """The rooms of a tier at a site, and the courses in them; refreshers need none."""

    rooms: int
    running: int
    courses: int
    offerings: Growing[CourseOffering]


@record
class StartWindow:
    """A date of the calendar, for as long as a course may start on it."""

    date: int
    closes: int
    left: int


@record
class Course:
    """A course or refresher under way."""

    key: int
    kind: int
    offering: CourseOffering
    assignments: Growing[TeachingAssignment]
    trainees: Growing[Worker]
    cohort: int  # trainees at the start, where that is in the window (R1.6)
    over: bool
    taught_by: float = 1.0


@record
class TeachingAssignment:
    """One worker's part in giving one course: in the lists of both."""

    key: int
    course: Course
    worker: Worker
    rate: int


# --- supervision ------------------------------------------------------------------------------------------------------


@record
class SupervisionGroup:
    """A supervisor and the workers who are supervised together."""

    key: int
    opened: int
    unit: SupervisionUnit
    supervisor: Worker
    rate: int
    suspended: bool
    members: Growing[Worker]
    seat: PoolEntry


@record
class SupervisionUnit:
    """The supervision of a tier at a site: who waits for a place, where places are free, who could open a group."""

    level: int
    site: int
    plan: SupervisionPlan
    openers: Offer
    cross_site: CrossSiteOffer
    extra_rate: int
    plain: Pool  # of those who take no extra minutes of the supervisor
    extra: Pool  # of apprentices who do (R2.10)
    seats: Pool  # of groups with a free place
    groups: int
    changed: bool
    unpublished: bool = True
    blocked: int
    suspended: Growing[SupervisionGroup]
    booked: BookedWaits


# --- clients ----------------------------------------------------------------------------------------------------------


@record
class Client:
    """One referral. `starts` is -1 until a place is offered; `tries` counts the tries at the next session.

    `counts` are the counters that the client belongs to, `own` those of their stream and language. While in care `rate`
    and `research` are what the episode takes of the worker's week, `assessment` what it takes more until the first
    interval is over, `more_care` and `more_research` what is booked beyond these in this interval; `due` is its end, or
    while the worker is away what is left of it.
    """

    key: int
    stream: Word
    referred: int
    client_class: ClientClass
    state: int
    starts: int = -1
    worker: Worker
    group: ClientGroup
    interpreted: bool
    attended: int
    tries: int
    no_shows: int
    spells: int
    generation: int
    attended_here: int
    unsupervised_here: bool
    rate: int
    research: int
    assessment: int
    more_care: int
    more_research: int
    due: int = -1
    counted: bool
    counts: list[int]
    own: ClassCounts
    place: int
    turn: PoolEntry
    own_reason: int  # that which takes the client away, of those of the intervention


@record
class ClientClass:
    """The clients who need the same: `near` providers speak their language, `far` ones need an interpreter."""

    place: int
    plan: ClientClassPlan
    form: FormatPlan
    groups: int
    queue: Pool  # those in transfer first
    near: Growing[ProviderPool]
    far: Growing[ProviderPool]
    resumes: ClientClass  # of those of them who go on after a transfer
    booked: int
    booked_tests: int
    ready: bool


@record
class ProviderPool:
    """Workers of one site who speak the same languages, on offer for each of the needs."""

    site: int
    speaks: int
    needs: Rows[Offer]


@record
class ClientGroup:
    """Clients who are helped together."""

    key: int
    stream: Word
    client_class: ClientClass
    members: Growing[Client]
    facilitators: Growing[Facilitator]
    sessions: int
    generation: int
    bereft: bool
    lost_worker: Worker
    research: int
    wait: int  # from the last session to the next one
    referred: int
    first: int


@record
class Facilitator:
    """One worker's part in one group of clients: in the lists of both."""

    key: int
    group: ClientGroup
    worker: Worker
    rate: int
    interpreted: bool
    more_care: int  # booked beyond what is committed, as of a client
    more_research: int


@record
class ClassCounts:
    """What is counted for each stream and language."""

    referred: int
    started: int
    completed: int
    wait_minutes: int
    closed: int
    closed_sessions: int


@record
class ReferralSource:
    """Where the next referral of a stream comes from."""

    place: int
    ordinal: int
    numbers: int
    due: bool
    total: float
    since: float
    left: float
    exact: float
    factor: float = 1.0


@record
class OrganisationState:
    """The level of a state at a site, and what is published of it."""

    settled: int
    level: float
    published: float


@record
class ShockEffect:
    """The active workers of a tier around one shock: just before it, the fewest after it, when as many were back."""

    plan: ShockPlan
    before: int
    lowest: int
    back: int = -1


# --- the world --------------------------------------------------------------------------------------------------------


@record
class CalendarEntry:
    """What is due, in the order of minute, rank and key, where it is compiled; `who` may be where a record lies."""

    when: int
    key: int
    kind: int
    who: int
    number: int
    place: int


@record
class World:
    """One replication under way."""

    plan: Plan
    key: Word
    horizon: int
    now: int
    events: int
    c_phase_pending: bool
    keeps_log: bool
    levels: list[int]
    counts: list[int]
    client_counts: list[int]
    other_counts: list[int]
    before_care: list[int]
    first_start: int = -1
    n_sites: int
    # who has to be looked at
    unsettled: bool
    offers_changed: bool = True
    vacancies_changed: bool
    awaiting_changed: bool
    restless_any: bool
    review_due: bool
    unfilled_any: bool
    striking: Worker
    # lists by what happened, emptied when it is dealt with
    touched: Growing[Worker]
    unaimed: Growing[Worker]
    ended: Growing[Worker]
    absent_now: Growing[Worker]
    returned: Growing[Worker]
    idled: Growing[Worker]
    undeployed: Growing[Worker]
    hours_reduced: Growing[Worker]
    unseated: Growing[Worker]
    overdue: Growing[Worker]
    without_trainer: Growing[Course]
    to_merge: Growing[Worker]
    without_facilitator: Growing[ClientGroup]
    promoting: Growing[Worker]
    ready: Growing[Worker]
    unfilled: Growing[TierSite]
    expired: Growing[Worker]
    referred_now: Growing[Client]
    newcomers: Growing[Client]
    gone_clients: Growing[Client]
    free_clients: Growing[Client]  # whose records are free for others
    waits: Growing[int]
    passed_over: Growing[PoolEntry]
    passed_from: Growing[Pool]
    gave: Growing[Worker]
    changed: Growing[Worker]
    chosen_facilitators: Growing[Worker]
    no_group: ClientGroup  # always None: where no group is meant
    members: Growing[Client]
    holding: Pool
    graces: Pool
    # the parts that there are one of
    tier_states: Rows[TierState]
    tier_sites: Rows[TierSite]
    vacancies: Growing[TierSite]  # of those that have a target
    offerings: Growing[CourseOffering]
    refreshers: Growing[CourseOffering]
    units: Growing[SupervisionUnit]
    client_classes: Rows[ClientClass]
    only_class: ClientClass
    providers: Growing[ProviderPool]
    class_counts: Rows[ClassCounts]
    nobody: ClassCounts
    present_clients: Growing[Client]
    sources: Rows[ReferralSource]
    organisation: Rows[OrganisationState]
    shocks: Rows[ShockEffect]
    wanted: BookedWaits
    masks: list[int]
    log: Growing[int]  # where one is kept: `event_log.WORDS` for each row
    # compiled: the arena, and the calendar, with the entries that are free for others (`runtime/containers.py`)
    first_block: int
    reserve: int
    block: int
    arena: int
    arena_left: int
    no_memory: bool
    calendar: Growing[CalendarEntry]
    free_entries: Growing[CalendarEntry]
    snapshot: int
