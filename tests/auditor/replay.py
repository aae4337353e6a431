"""The replay: the state of the programme as the rows of the log say, and nothing more.

It never judges: a row that makes no sense changes as little as possible, and the checks, which see every row before and
after it is applied, say what is wrong with it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from auditor.arrivals import Arrivals
from auditor.clientele import Client, ClientGroup, case_minutes
from auditor.departures import Departures
from auditor.intervals import Intervals
from auditor.levels import Levels
from auditor.luck import Luck
from auditor.openings import Openings
from auditor.organisation import Organisation
from auditor.people import IN_SERVICE, Group, Worker
from auditor.people import Course as CourseHeld
from auditor.programme import Course, Programme, Tier
from auditor.rows import Row, is_refresher, key_order, site_of, tier_of
from auditor.samples import Samples
from auditor.settling import Meter, Unsettled, finish, strains
from auditor.strikes import Strikes
from auditor.teaching import Teaching

if TYPE_CHECKING:
    from auditor.counters import Counters

Trajectories = tuple[Sequence[str], Sequence[Sequence[float]]]
"""The columns and the rows of `Run.trajectories`."""

Wait = tuple[str, str, str, int]
"""A wait that something binds: (tier, site, wait, stage of training or place of the demand for care)."""


class Room:
    """One stage of the training of a tier at a site: dates to come, and since when a whole cohort has been waiting.

    `windows` are the open dates with the number of courses that each may still start, `used` those that had one.
    """

    def __init__(self, tier: Tier, site: str, plan: Course) -> None:
        self.tier = tier
        self.site = site
        self.plan = plan
        self.dates = list(plan.dates)
        self.left = dict.fromkeys(plan.dates, plan.courses_per_date)
        self.used: set[int] = set()
        self.enough_since = -1

    def open_dates(self, minute: int) -> list[int]:
        """The dates whose window is open, and for which a course may still start."""
        return [date for date in self.dates if date <= minute < date + self.plan.window and self.left[date]]


class Replay:
    """Everything that is known after the rows so far. `instant` are the rows of the present minute."""

    def __init__(
        self,
        programme: Programme,
        kpis: Mapping[str, float],
        trajectories: Trajectories | None = None,
        counters: Counters | None = None,
        luck: tuple[int, int] | None = None,
    ) -> None:
        self.programme = programme
        self.kpis = kpis
        self.trajectories = trajectories
        self.counters = counters
        self.now = self.before = 0  # the present minute, and that of the instant before
        self.until = 0  # the minute of the next row of another instant, or the horizon
        self.instant: Sequence[Row] = ()
        self.coming: Sequence[Row] = ()  # the rows of the next instant
        self.position = 0  # of the present row in the instant
        self.place = -1  # where the present row belongs in the order of kinds (order.py)
        self.last_keys: dict[tuple[str, int, str], tuple[float, ...]] = {}
        self.workers: dict[str, Worker] = {}
        self.clients: dict[str, Client] = {}
        self.groups: dict[str, Group] = {}
        self.courses: dict[str, CourseHeld] = {}  # refreshers among them
        self.living: dict[str, dict[str, Worker]] = {name: {} for name in programme.tiers}
        self.queue: dict[str, Client] = {}  # waiting and in hand-over
        self.touched: set[str] = set()
        self.rows: Counter[str] = Counter()  # by event
        self.when: dict[tuple[str, str], list[int]] = defaultdict(list)  # minutes of (tier, what happened)
        self.first_full: dict[str, int] = {}
        self.next_referral: dict[tuple[str, bool], int] = {}  # by stream, and whether by date
        self.screened_out: dict[str, int] = {}  # the minute of each potential referral who was not eligible
        # sessions and minutes of interpreters, which are paid for, as (minute, how many) (R9.4)
        self.given: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.client_groups: dict[str, ClientGroup] = {}
        self.open_client_groups: dict[str, ClientGroup] = {}
        self.binding: dict[Wait, tuple[str, ...]] = {}  # what binds; several parts if not all wait for the same
        self.rooms = {
            (tier.name, site, plan.stage): Room(tier, site, plan)
            for tier in programme.cascade
            for site in programme.sites
            for plan in tier.stages
        }
        self.organisation = Organisation(programme)
        self.openings = Openings(programme)
        self.meters: dict[str, Meter] = {}
        self.expected_strain: dict[str, float] = {}  # at the last review, of those for whom it has changed
        self.leavers: Counter[tuple[str, str]] = Counter()  # of each tier and site, nobody recruited since
        self.gone: dict[str, list[Worker]] = defaultdict(list)  # by key: one more for each tier that was left
        self.alarms: list[tuple[int, str, str]] = []  # when something changes without a row, for whom or at which site
        self.unsettled = Unsettled()
        self.known: dict[object, int] = {}  # worked out since the last row: minutes committed, numbers waiting
        self.levels = Levels(self)
        self.teaching = Teaching()
        self.samples = Samples(kpis, trajectories, programme.horizon)
        self.strikes = Strikes(self, Luck(*luck)) if luck else None
        self.arrivals = Arrivals(self, Luck(*luck)) if luck else None
        self.departures = Departures(self, Luck(*luck)) if luck else None
        self.intervals = Intervals(Luck(*luck)) if luck else None
        if programme.review:
            self.alarm(programme.review)

    def worker(self, label: str) -> Worker | None:
        """Somebody by label, None for nobody known."""
        return self.workers.get(label)

    def alarm(self, minute: int, label: str = "", site: str | None = None) -> None:
        """At this minute something changes without a row: for one worker, or for everybody at a site."""
        if minute < self.programme.horizon:
            heappush(self.alarms, (minute, label, "-" if site is None else site))

    def open_instant(self, minute: int) -> None:
        """A new minute: what changes in it without a row."""
        self.samples.take(self, minute)
        self.before, self.now = self.now, minute
        self.known.clear()
        while self.alarms and self.alarms[0][0] <= minute:
            _, label, site = heappop(self.alarms)
            if label in self.workers:
                self.touched.add(label)
            elif site != "-":
                self.touch_site(site)
        review = self.programme.review
        self.expected_strain = {}
        if review and minute and minute % review == 0:
            self.alarm(minute + review)
            self.unsettled.review = True
            self.expected_strain = strains(self)

    def touch_site(self, site: str) -> None:
        """Something has changed for everybody at a site."""
        self.unsettled.restless.add(site)
        for living in self.living.values():
            self.touched |= {label for label, worker in living.items() if worker.site == site}

    def unseat(self, worker: Worker) -> None:
        """No seat any more."""
        group = self.groups.get(worker.group)
        if group:
            group.members.discard(worker.key)
            self.touched |= {worker.key, group.supervisor}
            worker.seat_lost_at = self.now
        worker.group, worker.suspended, worker.extra = "", False, 0
        self.touched &= self.workers.keys()

    def give(self, interpreter_minutes: int) -> None:
        """A session is held now, of one client or of a group, with an interpreter for so long."""
        self.given["sessions_given"].append((self.now, 1))
        self.given["interpreter_minutes"].append((self.now, interpreter_minutes))

    def open_groups(self, supervisor: Worker) -> list[Group]:
        """The groups that somebody leads, oldest first."""
        return sorted((self.groups[key] for key in supervisor.leads), key=lambda group: group.order)

    def supervisees(self, supervisor: Worker) -> int:
        """How many sit in somebody's groups."""
        return sum(len(self.groups[key].members) for key in supervisor.leads)

    def commitments(self, worker: Worker, booked: bool = False) -> dict[str, int]:
        """Minutes a week that are committed, or `booked`, now, by purpose; who is away takes them up again (R2.7)."""
        found = dict.fromkeys(PURPOSES, 0)
        for label in worker.leads:
            group = self.groups[label]
            found["supervision_given"] += group.rate + sum(self.workers[key].extra for key in group.members)
        found["supervision_received"] = worker.seat_rate if worker.group else 0
        found["training_given"] = sum(worker.teaches.values())
        learning = self.courses.get(worker.course or worker.refresher)
        if learning and learning.plan:
            found["training_taken"] = learning.plan.trainee_rate
        if worker.state in IN_SERVICE:
            found["other_duties"] = self.organisation.duties(worker, self.now)
        if self.programme.care:
            found["clients"], found["research"] = case_minutes(worker, self.clients, self.client_groups, booked)
        return found

    def committed(self, worker: Worker) -> int:
        """Minutes a week that count against the limit of an apprentice or active (R2.3)."""
        found = self.known.get(worker.key)
        if found is None:
            rates = self.commitments(worker)
            found = self.known[worker.key] = sum(rates.values()) - (rates["training_taken"] if worker.course else 0)
        return found

    def spare(self, worker: Worker) -> int:
        """Minutes a week that courses and supervision could still take, overtime included (R2.4)."""
        return worker.stretched - self.committed(worker)

    def lendable(self, worker: Worker) -> int:
        """Minutes a week still to go into courses: those of a seat that is lacking are kept (R4.2)."""
        plan = worker.tier.supervision
        return self.spare(worker) - (plan.seat_rate if plan and worker.lacks_seat else 0)

    def reserve(self, worker: Worker) -> int:
        """What is kept free for courses, beside those that somebody gives now (R3.2)."""
        given = sum(rate for key, rate in worker.teaches.items() if not is_refresher(key))
        return max(0, worker.tier.reserve - given)

    def lendable_to_groups(self, worker: Worker) -> int:
        """Minutes a week still to go into groups and refreshers."""
        return self.lendable(worker) - self.reserve(worker)

    def free_for_clients(self, worker: Worker) -> int:
        """Minutes a week still to go into episodes, overtime left out (R2.4)."""
        return worker.available - self.committed(worker) - self.reserve(worker)

    def close_instant(self) -> None:
        """Note what stands at the end of the instant: the levels, and since when a whole cohort has been waiting."""
        finish(self)
        self.openings.expire(self.now, self.staying)
        self.levels.close_instant()
        for drawn in (self.strikes, self.arrivals, self.departures) if self.instant else ():
            if drawn:
                drawn.close_instant()
        for room in self.rooms.values():
            if room.plan.gather:
                if len(self.candidates(room)) < room.plan.min_cohort:
                    room.enough_since = -1
                elif room.enough_since < 0:
                    room.enough_since = self.now

    def staying(self, desk: tuple[str, str]) -> int:
        """Those of a tier at a site who are there to stay: neither on notice nor about to be promoted (R9.1)."""
        tier, site = desk
        living = self.living[tier].values()
        return sum(1 for each in living if each.site == site and not each.notices and each.promoting_by < 0)

    def candidates(self, room: Room) -> list[Worker]:
        """Who waits for this stage at this site, first in line first (R3.4)."""
        waiting = [worker for worker in self.living[room.tier.name].values() if waits_in(worker, room)]
        return sorted(waiting, key=lambda worker: (worker.waiting_since, worker.order))

    def to_refresh(self, tier: Tier, site: str) -> list[Worker]:
        """Who may be placed in a refresher, their hours apart, first in line first (R3.9)."""
        plan = tier.refresher
        waiting = [
            worker
            for worker in self.living[tier.name].values()
            if plan
            and worker.site == site
            and worker.state == "active"
            and worker.placeable
            and not worker.refresher
            and worker.refresher_due >= 0
            and self.now >= worker.refresher_from
        ]
        return sorted(waiting, key=lambda worker: (worker.refresher_due, worker.order))

    def refresher_fits(self, worker: Worker) -> bool:
        """Whether a refresher fits into somebody's own week."""
        plan = worker.tier.refresher
        return plan is not None and self.committed(worker) + plan.trainee_rate <= worker.available

    def rooms_taken(self, room: Room) -> int:
        """How many initial courses of this tier run at this site (R3.2)."""
        return sum(
            1
            for course in self.courses.values()
            if course.ended_at < 0
            and course.tier is room.tier
            and course.site == room.site
            and not is_refresher(course.key)
        )

    def make_worker(self, row: Row) -> Worker:
        """Somebody new, or an unknown somebody that a row speaks of."""
        tiers = self.programme.tiers
        tier = tiers.get(row.tier) or tiers.get(tier_of(row.key)) or next(iter(tiers.values()))
        worker = Worker(row.key, tier, key_order(self.programme, row.key), site_of(row.key))
        self.workers[row.key] = worker
        self.living[tier.name][row.key] = worker
        return worker


def waits_in(worker: Worker, room: Room) -> bool:
    """Whether somebody is a candidate for this stage, and there."""
    here = worker.site == room.site and worker.stage == room.plan.stage
    return here and worker.state == "candidate" and not worker.away


PURPOSES = (
    "supervision_given",
    "supervision_received",
    "training_given",
    "training_taken",
    "clients",
    "research",
    "other_duties",
)
