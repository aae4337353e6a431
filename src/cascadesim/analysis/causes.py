"""From who waits, back to what they wait for: the root cause of a wait, tier by tier.

Clients wait because a constraint on the workers who deliver fails. If workers of that tier are themselves held up (as
candidates without a course, unsupervised without a seat, apprentices without a practice client, or still in training),
the largest of those groups is followed upwards; otherwise the constraint itself, or recruitment, is the root.
"""

from __future__ import annotations

from cascadesim.analysis.chain import Cause, Link, Trace
from cascadesim.analysis.constraints import CARE, Queue
from cascadesim.analysis.standing import Standings
from cascadesim.model.codes import SEVERAL, Wait
from cascadesim.scenario import defaults
from cascadesim.scenario.schema import Scenario

LEAST_WAITING = 1.0
"""A group smaller than this on average, people or clients, holds nothing up."""
LEAST_SHARE = 0.1
"""Nor does one smaller than this share of those at work (workers of the tier; clients in care)."""

_COURSE_CAUSES = {"too_few_candidates": "cohort", "trainer_hours": "training_hours", SEVERAL: "training_several"}
_SEAT_CAUSES = {
    "supervisor_hours": "supervision_hours",
    "supervisor_span": "supervision_span",
    "own_hours": "own_hours",
    SEVERAL: "supervision_several",
}


class Tracer:
    """Traces the standings of one scenario, row by row."""

    def __init__(self, scenario: Scenario, standings: Standings) -> None:
        self.names = scenario.cascade
        self.delivering = [level for level in range(len(self.names)) if defaults.delivers(scenario, level)]
        self.standings = standings
        self.workforce = [queue for queue in standings.waiting if queue[0] in (Wait.COURSE, Wait.SEAT, Wait.PRACTICE)]
        self.row = 0
        self.links: list[Link] = []

    def trace(self, row: int) -> Trace | None:
        """The root cause of clients waiting, else of the largest group of workers held up; None if nobody waits."""
        self.row, self.links = row, []
        if CARE in self.standings.waiting:
            least = max(LEAST_WAITING, LEAST_SHARE * self.standings.in_care[row])
            if self.held(CARE) >= least:
                return Trace(self.care(), tuple(self.links))
        held = [(self.held(queue), queue) for queue in self.workforce]
        held = [(size, queue) for size, queue in held if size >= LEAST_WAITING and size >= self.notable(queue[1])]
        if not held:
            return None
        _, (wait, level) = max(held, key=lambda each: each[0])
        follow = {Wait.COURSE: self.course, Wait.SEAT: self.seat, Wait.PRACTICE: self.practice}
        return Trace(follow[wait](level), tuple(self.links))

    def people(self, level: int, state: str) -> float:
        """How many of a tier are in a state."""
        return self.standings.people[level, state][self.row]

    def held(self, queue: Queue) -> float:
        """How many wait in a queue."""
        return self.standings.waiting[queue][self.row]

    def notable(self, level: int) -> float:
        """The smallest group of this tier that holds anything up."""
        return max(LEAST_WAITING, LEAST_SHARE * self.people(level, "active"))

    def link(self, queue: Queue) -> str:
        """Adds a queue to the chain; its dominant constraint."""
        constraint = self.standings.leading[queue][self.row]
        self.links.append(Link(self.held(queue), queue[1], queue[0], constraint, self.tests(queue)))
        return constraint

    def tests(self, queue: Queue) -> str:
        """What fails together in a queue whose dominant constraint is `several`; else empty."""
        return self.standings.tests[queue][self.row] if self.standings.leading[queue][self.row] == SEVERAL else ""

    def delayed(self, level: int) -> tuple[str, float]:
        """The largest group of a tier's people that are not yet, or not now, at work: (where, how many)."""
        seat, practice = self.held((Wait.SEAT, level)), self.held((Wait.PRACTICE, level))
        groups = {
            "course": self.held((Wait.COURSE, level)),
            "seat": seat,
            "practice": practice,
            "lead_time": self.people(level, "in_training"),
            "apprenticeship": max(0.0, self.people(level, "apprentice") - practice - seat),
        }
        largest = max(groups, key=lambda group: groups[group])
        return largest, groups[largest]

    def care(self) -> Cause:
        """Why clients wait."""
        constraint = self.link(CARE)
        if constraint == "worker_unsupervised":
            level = max(self.delivering, key=lambda each: self.held((Wait.SEAT, each)))
            return self.seat(level)
        level = max(self.delivering, key=lambda each: self.delayed(each)[1])
        if constraint == "too_few_workers" or self.delayed(level)[1] >= self.notable(level):
            return self.shortage(level)
        level = max(self.delivering, key=lambda each: self.people(each, "active"))
        kind = "care_several" if constraint == SEVERAL else constraint
        self.links.append(Link(0.0, level, "held_up"))
        return Cause(kind, self.names[level], self.names[level], self.tests(CARE))

    def shortage(self, level: int) -> Cause:
        """Why a tier has too few people at work."""
        group, size = self.delayed(level)
        if size < self.notable(level):
            self.links.append(Link(size, level, "held_up"))
            return Cause("recruitment", self.names[level], self.names[level])
        follow = {"course": self.course, "seat": self.seat, "practice": self.practice}
        if group in follow:
            return follow[group](level)
        self.links.append(Link(size, level, group))
        return Cause(group, self.names[level], self.names[level])

    def course(self, level: int) -> Cause:
        """Why candidates of a tier wait for a course."""
        constraint = self.link((Wait.COURSE, level))
        if constraint == "too_few_trainers":
            return self.shortage(level - 1)
        if constraint == "trainer_unsupervised" and self.held((Wait.SEAT, level - 1)):
            return self.seat(level - 1)
        kind = (
            "training_several" if constraint == "trainer_unsupervised" else _COURSE_CAUSES.get(constraint, constraint)
        )
        return Cause(kind, self.names[level - 1], self.names[level], self.tests((Wait.COURSE, level)))

    def seat(self, level: int) -> Cause:
        """Why workers of a tier wait for a supervisor."""
        constraint = self.link((Wait.SEAT, level))
        if constraint == "too_few_supervisors":
            return self.shortage(level - 1)
        if constraint == "supervisor_unsupervised" and self.held((Wait.SEAT, level - 1)):
            return self.seat(level - 1)
        kind, tests = _SEAT_CAUSES.get(constraint, "supervision_several"), self.tests((Wait.SEAT, level))
        return Cause(kind, self.names[level - 1], self.names[level], tests)

    def practice(self, level: int) -> Cause:
        """Why apprentices of a tier wait for a client."""
        self.link((Wait.PRACTICE, level))
        return Cause("practice_clients", self.names[level], self.names[level])
