"""The replay: the state of the programme as the rows of the log say, and nothing more.

It never judges: a row that makes no sense changes as little as possible, and the checks, which see every row before and
after it is applied, say what is wrong with it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from auditor.levels import Levels
from auditor.people import Client, Course, Group, Worker
from auditor.programme import Programme
from auditor.rows import Row, key_order, tier_of

Trajectories = tuple[Sequence[str], Sequence[Sequence[float]]]
"""The columns and the rows of `Run.trajectories`."""


class Room:
    """Courses to come of one tier: dates without a course so far, and since when a whole cohort has been waiting."""

    def __init__(self, dates: list[int]) -> None:
        self.dates = dates
        self.enough_since = -1


class Replay:
    """Everything that is known after the rows so far. `instant` are the rows of the present minute."""

    def __init__(
        self, programme: Programme, kpis: Mapping[str, float], trajectories: Trajectories | None = None
    ) -> None:
        self.programme = programme
        self.kpis = kpis
        self.trajectories = trajectories
        self.now = 0
        self.until = 0  # the minute of the next row of another instant, or the horizon
        self.instant: Sequence[Row] = ()
        self.coming: Sequence[Row] = ()  # the rows of the next instant
        self.position = 0  # of the present row in the instant
        self.place = -1  # where the present row belongs in the order of kinds (order.py)
        self.last_keys: dict[tuple[str, int, str], tuple[float, ...]] = {}
        self.workers: dict[str, Worker] = {}
        self.clients: dict[str, Client] = {}
        self.groups: dict[str, Group] = {}
        self.courses: dict[str, Course] = {}
        self.living: dict[str, dict[str, Worker]] = {name: {} for name in programme.tiers}
        self.queue: dict[str, Client] = {}  # waiting and in hand-over
        self.touched: set[str] = set()
        self.rows: Counter[str] = Counter()  # by event
        self.when: dict[tuple[str, str], list[int]] = defaultdict(list)  # minutes of (tier, what happened)
        self.first_full: dict[str, int] = {}
        self.binding: dict[
            tuple[str, str], tuple[str, ...]
        ] = {}  # (tier, wait): what binds; two parts if some wait for their own hours
        self.rooms = {tier.name: Room(list(tier.course.dates)) for tier in programme.cascade if tier.course}
        self.known: dict[object, int] = {}  # worked out since the last row: minutes committed, numbers waiting
        self.levels = Levels(self)

    def worker(self, label: str) -> Worker | None:
        """Somebody by label, None for nobody known."""
        return self.workers.get(label)

    def open_groups(self, supervisor: Worker) -> list[Group]:
        """The groups that somebody leads, oldest first."""
        return sorted((self.groups[key] for key in supervisor.leads), key=lambda group: group.order)

    def supervisees(self, supervisor: Worker) -> int:
        """How many sit in somebody's groups."""
        return sum(len(self.groups[key].members) for key in supervisor.leads)

    def commitments(self, worker: Worker) -> dict[str, int]:
        """Minutes a week that are committed now, by purpose."""
        tier = worker.tier
        below = self.programme.below(tier)
        found = dict.fromkeys(PURPOSES, 0)
        if below and below.supervision and worker.leads:
            given = len(worker.leads) * below.supervision.group_rate
            if below.extra_rate:
                members = [self.workers[key] for group in worker.leads for key in self.groups[group].members]
                given += below.extra_rate * sum(1 for member in members if member.state == "apprentice")
            found["supervision_given"] = given
        if tier.supervision and worker.group:
            found["supervision_received"] = tier.supervision.seat_rate
        if below and below.course:
            found["training_given"] = len(worker.teaches) * below.course.trainer_rate
        if tier.course and worker.state == "in_training":
            found["training_taken"] = tier.course.trainee_rate
        if self.programme.care:
            found["clients"] = len(worker.cases) * self.programme.care.rate
        return found

    def committed(self, worker: Worker) -> int:
        """Minutes a week that count against the limit of an apprentice or active (R2.3)."""
        found = self.known.get(worker.key)
        if found is None:
            rates = self.commitments(worker)
            found = self.known[worker.key] = sum(rates.values()) - rates["training_taken"]
        return found

    def spare(self, worker: Worker) -> int:
        """Minutes a week that courses and supervision could still take, overtime included (R2.4)."""
        return worker.stretched - self.committed(worker)

    def lendable(self, worker: Worker) -> int:
        """Minutes a week still to go into groups and courses: those of a seat that is lacking are kept (R4.2)."""
        plan = worker.tier.supervision
        return self.spare(worker) - (plan.seat_rate if plan and not worker.group else 0)

    def can_see_one_more(self, worker: Worker) -> bool:
        """Whether somebody can take one more client now (R8.4)."""
        tier, care = worker.tier, self.programme.care
        if worker.state == "apprentice" and tier.clients_in_practice:
            places = tier.apprentice_caseload
        elif worker.state == "active" and tier.delivers:
            places = tier.caseload
        else:
            return False
        if care is None or worker.notices or not worker.supervised or len(worker.cases) >= places:
            return False
        return self.committed(worker) + care.rate <= worker.available

    def close_instant(self) -> None:
        """Note what stands at the end of the instant: the levels, and since when a whole cohort has been waiting."""
        self.levels.close_instant()
        for name, room in self.rooms.items():
            course = self.programme.tiers[name].course
            if course and course.gather:
                if self.waiting(name, "course") < course.min_cohort:
                    room.enough_since = -1
                elif room.enough_since < 0:
                    room.enough_since = self.now

    def waiting(self, tier: str, wait: str) -> int:
        """How many wait for a course, a seat, practice or care now."""
        if wait == "care":
            return len(self.queue)
        found = self.known.get((tier, wait))
        if found is None:
            found = self.known[tier, wait] = self._waiting(tier, wait)
        return found

    def _waiting(self, tier: str, wait: str) -> int:
        living = self.living[tier].values()
        if wait == "practice":
            return sum(1 for worker in living if worker.short_of_cases and self.can_see_one_more(worker))
        return sum(1 for worker in living if WAITS[wait](worker))

    def blocked_by_own_hours(self, tier: str) -> int:
        """How many without a seat have no room in their own week for being supervised."""
        plan = self.programme.tiers[tier].supervision
        waiting = [worker for worker in self.living[tier].values() if WAITS["seat"](worker)]
        return sum(1 for worker in waiting if plan and self.spare(worker) < plan.seat_rate)

    def make_worker(self, row: Row) -> Worker:
        """Somebody new, or an unknown somebody that a row speaks of."""
        tier = self.programme.tiers.get(tier_of(row.key)) or next(iter(self.programme.tiers.values()))
        worker = Worker(row.key, tier, key_order(self.programme, row.key))
        self.workers[row.key] = worker
        self.living[tier.name][row.key] = worker
        return worker


WAITS = {
    "course": lambda worker: worker.state == "candidate",
    "seat": lambda worker: worker.practising and not worker.supervised,
}
PURPOSES = ("supervision_given", "supervision_received", "training_given", "training_taken", "clients")
