"""From who waits, back to what they wait for: the root cause of a wait, tier by tier.

Clients wait because a constraint on the workers who deliver fails. If workers of that tier are themselves held up (as
candidates without a course, unsupervised without a seat, apprentices without a practice client, away, or still in
training), or are lacking because a vacancy is open, the largest of those groups is followed upwards; otherwise the
constraint itself, or recruitment, is the root. So it is where that group may be at another site.
"""

from __future__ import annotations

from collections.abc import Callable

from cascadesim.analysis.chain import Cause, Link, Trace
from cascadesim.analysis.constraints import CARE, Queue
from cascadesim.analysis.kinds import HOURS_KINDS, KINDS, PRACTICE_ALONE, SEVERAL_KINDS, owner
from cascadesim.analysis.places import CLIENTS, Places
from cascadesim.analysis.standing import FORMING, Standings
from cascadesim.model.constraints import SEVERAL
from cascadesim.model.enums import Wait
from cascadesim.scenario import defaults
from cascadesim.scenario.mechanisms import client_mechanisms
from cascadesim.scenario.schema import Scenario

LEAST_WAITING = 1.0
"""A group smaller than this on average, people or clients, holds nothing up."""
LEAST_SHARE = 0.1
"""Nor does one smaller than this share of those at work (workers of the tier; clients in care)."""

FORMING_SHARE = 0.5
"""Some clients always wait for a group to fill: they are told of where they are so many beside those in care."""

HELD_UP = ((Wait.COURSE, Wait.SEAT, Wait.PRACTICE, Wait.CERTIFICATE), (Wait.VACANCY,), (Wait.REFRESHER,))
"""Workers held up, where no client is; only if there are none, who is lacking; then, who still works but waits."""


class Tracer:
    """Traces the standings of one scenario, row by row."""

    def __init__(self, scenario: Scenario, standings: Standings) -> None:
        self.names = scenario.cascade
        self.delivering = [level for level in range(len(self.names)) if defaults.delivers(scenario, level)]
        self.standings = standings
        self.places = Places(scenario)
        self.grouped = scenario.clients is not None and "groups" in client_mechanisms(scenario, scenario.clients)
        self.row = 0
        self.links: list[Link] = []
        self.follow: dict[Wait, Callable[[int], Cause]] = {
            Wait.COURSE: self.course,
            Wait.SEAT: self.seat,
            Wait.PRACTICE: self.practice,
            Wait.CERTIFICATE: self.certificate,
            Wait.VACANCY: self.vacancy,
            Wait.REFRESHER: self.refresher,
        }

    def trace(self, row: int) -> Trace | None:
        """The root cause of clients waiting, else of the largest group of workers held up; None if nobody waits."""
        self.row, self.links = row, []
        least = max(LEAST_WAITING, LEAST_SHARE * self.standings.in_care[row])
        clients = self.held(CARE) >= least
        gathering = clients and self.standings.leading[CARE][row] == FORMING
        cause = self.care() if clients and not gathering else None
        cause = cause or self.held_up(HELD_UP[0])
        if gathering and self.held(CARE) >= FORMING_SHARE * self.standings.in_care[row]:
            cause = cause or self.care()
        for waits in HELD_UP[1:]:
            cause = cause or self.held_up(waits)
        return Trace(cause, tuple(self.links)) if cause else None

    def held_up(self, waits: tuple[Wait, ...]) -> Cause | None:
        """The root cause of the largest group of workers who wait for one of these; None if there is none."""
        queues = [queue for queue in self.standings.waiting if queue[0] in waits]
        held = [(self.held(queue), queue) for queue in queues if self.held(queue) >= self.notable(queue[1])]
        if not held:
            return None
        _, (wait, level) = max(held, key=lambda each: each[0])
        return self.follow[wait](level)

    def people(self, level: int, state: str) -> float:
        """How many of a tier are in a state; 0 where nobody can be."""
        found = self.standings.people.get((level, state))
        return found[self.row] if found else 0.0

    def held(self, queue: Queue) -> float:
        """How many wait in a queue; 0 where there is no such queue."""
        found = self.standings.waiting.get(queue)
        return found[self.row] if found else 0.0

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

    def root(self, queue: Queue, tier: int, waiting: int, constraint: str) -> Cause:
        """The constraint of a queue itself, as a cause; for hours the chain says what most of them go to."""
        wait = queue[0]
        if constraint not in KINDS[wait]:
            tests = self.tests(queue) if constraint == SEVERAL else constraint
            blamed = owner([KINDS[wait].get(test, "") for test in tests.split("+")], tier, waiting)
            return Cause(SEVERAL_KINDS[wait], self.names[blamed], self.names[waiting], tests)
        kind = KINDS[wait][constraint]
        tier = owner([kind], tier, waiting)
        if kind in HOURS_KINDS:
            purpose, share = self.standings.busy[tier][self.row]
            if purpose:
                self.links.append(Link(share, tier, "busy", purpose))
        return Cause(kind, self.names[tier], self.names[waiting])

    def delayed(self, level: int) -> tuple[Wait | str, float]:
        """The largest group of a tier's people that are not yet, or not now, at work: (what holds them, how many)."""
        course, seat, practice, certificate = (self.held((wait, level)) for wait in HELD_UP[0])
        groups: dict[Wait | str, float] = {
            Wait.COURSE: course,
            Wait.SEAT: seat,
            Wait.PRACTICE: practice,
            Wait.CERTIFICATE: certificate,
            "lead_time": self.people(level, "in_training"),
            "apprenticeship": max(0.0, self.people(level, "apprentice") - seat - practice - certificate),
            "absence": self.people(level, "absent"),
            "not_deployed": self.people(level, "not_deployed"),
            Wait.VACANCY: self.held((Wait.VACANCY, level)),
        }
        largest = max(groups, key=lambda group: groups[group])
        return largest, groups[largest]

    def care(self) -> Cause:
        """Why clients wait."""
        constraint = self.link(CARE)
        if constraint == "worker_unsupervised":
            level = max(self.delivering, key=lambda each: self.held((Wait.SEAT, each)))
            return self.seat(level) if self.linked(CLIENTS, level) else self.root(CARE, level, level, constraint)
        most = max(self.delivering, key=lambda each: self.people(each, "active"))
        if constraint in ("language", FORMING):  # more of the same workers would not help
            return self.root(CARE, most, most, constraint)
        level = max(self.delivering, key=lambda each: self.delayed(each)[1])
        if not self.linked(CLIENTS, level):
            return self.root(CARE, most, most, constraint)
        if constraint == "too_few_workers" or self.delayed(level)[1] >= self.notable(level):
            return self.shortage(level)
        self.links.append(Link(0.0, most, "held_up"))
        return self.root(CARE, most, most, constraint)

    def linked(self, waiting: int, others: int) -> bool:
        """Whether those who wait are surely at the site of those of the tier `others` who are held up."""
        nobody = self.people(others, "active") == 0
        return self.places.one(waiting, others) or (nobody and self.places.alike(waiting, others))

    def reachable(self, queue: Queue) -> bool:
        """The same of a tier that waits for the one above, which may travel."""
        wait, level = queue
        return self.places.travels(wait, level) or self.linked(level, level - 1)

    def shortage(self, level: int) -> Cause:
        """Why a tier has too few people at work."""
        group, size = self.delayed(level)
        if size < self.notable(level):
            self.links.append(Link(size, level, "held_up"))
            return Cause("recruitment", self.names[level], self.names[level])
        if isinstance(group, Wait):
            return self.follow[group](level)
        self.links.append(Link(size, level, group))
        return Cause(group, self.names[level], self.names[level])

    def course(self, level: int) -> Cause:
        """Why candidates of a tier wait for a course."""
        return self._taught((Wait.COURSE, level))

    def refresher(self, level: int) -> Cause:
        """Why workers of a tier wait for a refresher."""
        return self._taught((Wait.REFRESHER, level))

    def _taught(self, queue: Queue) -> Cause:
        level, constraint = queue[1], self.link(queue)
        if constraint == "too_few_trainers" and self.reachable(queue):
            return self.shortage(level - 1)
        if constraint == "trainer_unsupervised" and self.held((Wait.SEAT, level - 1)) and self.reachable(queue):
            return self.seat(level - 1)
        return self.root(queue, level - 1, level, constraint)

    def seat(self, level: int) -> Cause:
        """Why workers of a tier wait for a supervisor."""
        queue = (Wait.SEAT, level)
        constraint = self.link(queue)
        if constraint == "too_few_supervisors" and self.reachable(queue):
            return self.shortage(level - 1)
        if constraint == "supervisor_unsupervised" and self.held((Wait.SEAT, level - 1)) and self.reachable(queue):
            return self.seat(level - 1)
        return self.root(queue, level - 1, level, constraint)

    def practice(self, level: int) -> Cause:
        """Why apprentices of a tier wait for a client. They practise with one at a time, never with a group."""
        cause = self._own((Wait.PRACTICE, level))
        return cause._replace(kind=PRACTICE_ALONE) if self.grouped and cause.kind == "practice_clients" else cause

    def certificate(self, level: int) -> Cause:
        """Why apprentices with enough practice are not certified."""
        return self._own((Wait.CERTIFICATE, level))

    def vacancy(self, level: int) -> Cause:
        """Why vacancies of a tier stay open."""
        return self._own((Wait.VACANCY, level))

    def _own(self, queue: Queue) -> Cause:
        constraint = self.link(queue)
        return self.root(queue, queue[1], queue[1], constraint)
