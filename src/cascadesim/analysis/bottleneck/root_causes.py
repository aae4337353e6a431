"""From who waits, back to what they wait for: the root cause of a wait, tier by tier.

Clients wait because a constraint on the workers who deliver fails. If workers of that tier are themselves held up (as
candidates without a course, unsupervised without a seat, apprentices without a practice client, away, or still in
training), or are lacking because a vacancy is open, the largest of those groups is followed upwards; otherwise the
constraint itself, or recruitment, is the root. So it is where that group may be at another site.
"""

from __future__ import annotations

from typing import NamedTuple

from cascadesim.analysis.bottleneck.queues import (
    CARE,
    CLIENTS,
    CONSTRAINTS,
    FORMING,
    Queue,
    QueueStates,
    constraint_words,
    sites_of,
    wait_words,
)
from cascadesim.analysis.wording import named, number, part, workers_of
from cascadesim.model.constraints import MULTIPLE
from cascadesim.model.enums import Wait
from cascadesim.scenario import defaults
from cascadesim.scenario.compile import client_mechanisms
from cascadesim.scenario.schema import Scenario

CAUSES: dict[str, str] = {
    "supervision_hours": "{tier} hours for {waiting} supervision",
    "supervision_span": "the limit of {waiting} supervisees to a {tier}",
    "supervision_multiple": "{tier} supervision of {waiting} ({limits})",
    "training_hours": "{tier} hours for {waiting} courses",
    "training_multiple": "{waiting} courses ({limits})",
    "trainer_competence": "{tier} competence, too low to give {waiting} courses",
    "rooms": "rooms for {waiting} courses",
    "own_hours": "{waiting} hours, too few for their supervision",
    "calendar": "the dates of {waiting} courses",
    "gathering": "the time for {waiting} cohorts to gather",
    "cohort": "too little {waiting} recruitment to fill a course",
    "lead_time": "the length of {waiting} training",
    "apprenticeship": "the length of {waiting} practice before the certificate",
    "practice_clients": "too few clients for {waiting} practice",
    "practice_individual": "too few clients seen one at a time for {waiting} practice",
    "competence": "{waiting} competence, too low for the certificate",
    "absence": "{tier} absences",
    "not_deployed": "certified {tier_workers} who are not deployed",
    "recruitment": "too little {waiting} recruitment",
    "vacancy_lag": "the time to fill {waiting} vacancies",
    "promotion": "the cases that future {waiting_workers} must end first",
    "pool_empty": "nobody left to recruit as {waiting}",
    "refresher_hours": "{tier} hours for {waiting} refreshers",
    "refresher_own_hours": "{waiting} hours, too few for their refreshers",
    "refresher_multiple": "{waiting} refreshers ({limits})",
    "caseload": "the {tier} caseload limit",
    "worker_hours": "{tier} hours for clients",
    "language": "too few {tier_workers} who speak the clients' languages",
    "group_forming": "too few clients at one time to form a group",
    "care_multiple": "{tier} capacity ({limits})",
}
"""In words: `tier` owns the resource, `waiting` goes without, `limits` are the tests that fail together."""

PRACTICE_ALONE = "practice_individual"
"""In place of `practice_clients` where some clients are seen in groups."""

OF_THE_WAITING = frozenset({"cohort", "calendar", "gathering", "rooms", "own_hours", "refresher_own_hours"})
"""Kinds that are no doing of the tier above: how the tier that waits is recruited, planned and paid."""

HOURS_KINDS = ("supervision_hours", "training_hours", "refresher_hours", "worker_hours")
"""Kinds of which one asks what else the hours go to."""

_MULTIPLE_WAIT = {constraints[MULTIPLE].cause: wait for wait, constraints in CONSTRAINTS.items()}


class Cause(NamedTuple):
    """What binds. `tier` owns the resource, `waiting` is the tier that goes without (they may be the same).

    `tests` are those that fail together (`a+b`) where the kind says that several do.
    """

    kind: str
    tier: str
    waiting: str
    tests: str = ""

    @property
    def words(self) -> str:
        """As a noun phrase: `boss hours for helper supervision`."""
        wait = _MULTIPLE_WAIT.get(self.kind)
        limits = constraint_words(wait, MULTIPLE, self.tests) if wait is not None else ""
        return CAUSES[self.kind].format(
            tier=named(self.tier),
            tier_workers=workers_of(self.tier),
            waiting=named(self.waiting),
            waiting_workers=workers_of(self.waiting),
            limits=limits,
        )

    @property
    def parts(self) -> tuple[Cause, ...]:
        """What each of several tests that fail together would be as a cause of its own; empty of any other cause."""
        wait = _MULTIPLE_WAIT.get(self.kind)
        if wait is None:
            return ()
        kinds = [CONSTRAINTS[wait][test].cause for test in self.tests.split("+") if test]
        owners = {kind: self.waiting if kind in OF_THE_WAITING else self.tier for kind in kinds if kind}
        return tuple(Cause(kind, tier, self.waiting) for kind, tier in owners.items())


class CausalLink(NamedTuple):
    """One step of a chain: a queue and its dominant constraint, or (without one) a state that `size` people are in.

    The step `busy` is what takes most of a tier's hours: the share of them is its size, the purpose its constraint.
    """

    size: float
    level: int
    what: Wait | str
    constraint: str = ""
    tests: str = ""


class CausalTrace(NamedTuple):
    """A cause and the chain that leads to it; the first link is who waits."""

    cause: Cause
    links: tuple[CausalLink, ...]


_STATE_WORDS = {
    "held_up": "no {tier} candidates or workers held up",
    "lead_time": "{size} {tier} trainees on a course",
    "apprenticeship": "{size} {tier} apprentices in practice",
    "absence": "{size} {tier_workers} away",
    "not_deployed": "{size} {tier_workers} certified but not deployed",
    "busy": "{share} of {tier} hours go to {purpose}",
}
_PURPOSE_WORDS = {
    "supervision_given": "supervision of others",
    "supervision_received": "their own supervision",
    "training_given": "courses for others",
    "training_taken": "courses of their own",
    "clients": "clients",
    "research": "research",
    "other_duties": "other duties",
}


def chain_words(scenario: Scenario, links: tuple[CausalLink, ...]) -> str:
    """The chain in words: `3.1 clients waiting for care (workers short of hours); ...`."""
    parts = []
    for link in links:
        tier, size = scenario.cascade[link.level], number(link.size)
        if isinstance(link.what, Wait):
            words = wait_words(link.what, tier)
            parts.append(f"{size} {words} ({constraint_words(link.what, link.constraint, link.tests)})")
        else:
            purpose, share = _PURPOSE_WORDS.get(link.constraint, ""), part(min(1.0, link.size))
            template, workers = _STATE_WORDS[link.what], workers_of(tier)
            parts.append(
                template.format(size=size, tier=named(tier), tier_workers=workers, purpose=purpose, share=share)
            )
    return "; ".join(parts)


LEAST_WAITING = 1.0
"""A group smaller than this on average, people or clients, holds nothing up."""
LEAST_SHARE = 0.1
"""Nor does one smaller than this share of those at work (workers of the tier; clients in care)."""

FORMING_SHARE = 0.5
"""Some clients always wait for a group to fill: they count where they are so many beside those in care."""

_PLACE = Wait.SUPERVISION_PLACE
HELD_UP = ((Wait.COURSE, _PLACE, Wait.PRACTICE, Wait.CERTIFICATE), (Wait.VACANCY,), (Wait.REFRESHER,))
"""Workers held up, where no client is; only if there are none, who is lacking; then, who still works but waits."""
OF_THE_TIER_ABOVE = (Wait.COURSE, _PLACE, Wait.REFRESHER)
"""Waits for somebody of the tier above."""


class Tracer:
    """Traces the queue states of one scenario, row by row."""

    def __init__(self, scenario: Scenario, states: QueueStates) -> None:
        self.names = scenario.cascade
        self.delivering = [level for level in range(len(self.names)) if defaults.delivers(scenario, level)]
        self.states = states
        self.tiers = [scenario.tier[name] for name in self.names]
        self.sites = sites_of(scenario)
        self.grouped = scenario.clients is not None and "groups" in client_mechanisms(scenario, scenario.clients)
        self.row = 0
        self.links: list[CausalLink] = []

    def trace(self, row: int) -> CausalTrace | None:
        """The root cause of clients waiting, else of the largest group of workers held up; None if nobody waits."""
        self.row, self.links = row, []
        least = max(LEAST_WAITING, LEAST_SHARE * self.states.in_care[row])
        clients = self.held(CARE) >= least
        gathering = clients and self.states.leading[CARE][row] == FORMING
        cause = self.care() if clients and not gathering else None
        cause = cause or self.held_up(HELD_UP[0])
        if gathering and self.held(CARE) >= FORMING_SHARE * self.states.in_care[row]:
            cause = cause or self.care()
        for waits in HELD_UP[1:]:
            cause = cause or self.held_up(waits)
        return CausalTrace(cause, tuple(self.links)) if cause else None

    def held_up(self, waits: tuple[Wait, ...]) -> Cause | None:
        """The root cause of the largest group of workers who wait for one of these; None if there is none."""
        queues = [queue for queue in self.states.waiting if queue[0] in waits]
        held = [(self.held(queue), queue) for queue in queues if self.held(queue) >= self.notable(queue[1])]
        if not held:
            return None
        _, queue = max(held, key=lambda each: each[0])
        return self.follow(queue)

    def people(self, level: int, state: str) -> float:
        """How many of a tier are in a state; 0 where nobody can be."""
        counts = self.states.people.get((level, state))
        return counts[self.row] if counts else 0.0

    def held(self, queue: Queue) -> float:
        """How many wait in a queue; 0 where there is no such queue."""
        sizes = self.states.waiting.get(queue)
        return sizes[self.row] if sizes else 0.0

    def notable(self, level: int) -> float:
        """The smallest group of this tier that holds anything up."""
        return max(LEAST_WAITING, LEAST_SHARE * self.people(level, "active"))

    def link(self, queue: Queue) -> str:
        """Adds a queue to the chain; its dominant constraint."""
        constraint = self.states.leading[queue][self.row]
        self.links.append(CausalLink(self.held(queue), queue[1], queue[0], constraint, self.tests(queue)))
        return constraint

    def tests(self, queue: Queue) -> str:
        """What fails together in a queue whose dominant constraint is `multiple`; else empty."""
        return self.states.tests[queue][self.row] if self.states.leading[queue][self.row] == MULTIPLE else ""

    def root(self, queue: Queue, tier: int, waiting: int, constraint: str) -> Cause:
        """The constraint of a queue itself, as a cause; for hours the chain says what most of them go to."""
        known = CONSTRAINTS[queue[0]]
        kind = known[constraint].cause or known[MULTIPLE].cause
        tests = self.tests(queue) if constraint == MULTIPLE else constraint
        if tests and OF_THE_WAITING.issuperset(known[test].cause for test in tests.split("+")):
            tier = waiting
        if kind in HOURS_KINDS:
            purpose, share = self.states.busy[tier][self.row]
            if purpose:
                self.links.append(CausalLink(share, tier, "busy", purpose))
        return Cause(kind, self.names[tier], self.names[waiting], tests if kind in _MULTIPLE_WAIT else "")

    def delayed(self, level: int) -> tuple[Wait | str, float]:
        """The largest group of a tier's people that are not yet, or not now, at work: (what holds them, how many)."""
        course, seat, practice, certificate = (self.held((wait, level)) for wait in HELD_UP[0])
        groups: dict[Wait | str, float] = {
            Wait.COURSE: course,
            Wait.SUPERVISION_PLACE: seat,
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
            level = max(self.delivering, key=lambda each: self.held((_PLACE, each)))
            at_the_site = self.linked(CLIENTS, level)
            return self.follow((_PLACE, level)) if at_the_site else self.root(CARE, level, level, constraint)
        most = max(self.delivering, key=lambda each: self.people(each, "active"))
        if constraint in ("language", FORMING):  # more of the same workers would not help
            return self.root(CARE, most, most, constraint)
        level = max(self.delivering, key=lambda each: self.delayed(each)[1])
        if not self.linked(CLIENTS, level):
            return self.root(CARE, most, most, constraint)
        if constraint == "too_few_workers" or self.delayed(level)[1] >= self.notable(level):
            return self.shortage(level)
        self.links.append(CausalLink(0.0, most, "held_up"))
        return self.root(CARE, most, most, constraint)

    def linked(self, waiting: int, others: int) -> bool:
        """Whether those who wait are surely at the site of those of the tier `others` who are held up.

        They are where both are at one site only; and who is lacking everywhere is lacking at each of the same sites.
        """
        here, there = self.sites[waiting], self.sites[others]
        return len(here | there) == 1 or (here == there and self.people(others, "active") == 0)

    def reachable(self, queue: Queue) -> bool:
        """The same of a tier that waits for the one above, which may travel."""
        wait, level = queue
        tier = self.tiers[level]
        across_sites = tier.supervision.across_sites if wait == _PLACE else tier.training.across_sites
        return across_sites or self.linked(level, level - 1)

    def shortage(self, level: int) -> Cause:
        """Why a tier has too few people at work."""
        group, size = self.delayed(level)
        if size < self.notable(level):
            self.links.append(CausalLink(size, level, "held_up"))
            return Cause("recruitment", self.names[level], self.names[level])
        if isinstance(group, Wait):
            return self.follow((group, level))
        self.links.append(CausalLink(size, level, group))
        return Cause(group, self.names[level], self.names[level])

    def follow(self, queue: Queue) -> Cause:
        """Why workers of a tier wait for a course, a refresher or a supervisor, that is for the tier above; or the wait
        for practice, for the certificate or for somebody to fill a vacancy, which has nothing upstream."""
        (wait, level), constraint = queue, self.link(queue)
        if wait not in OF_THE_TIER_ABOVE:
            cause = self.root(queue, level, level, constraint)
            alone = self.grouped and cause.kind == "practice_clients"  # one client at a time, never a group
            return cause._replace(kind=PRACTICE_ALONE) if alone else cause
        above = level - 1
        if constraint in ("too_few_trainers", "too_few_supervisors") and self.reachable(queue):
            return self.shortage(above)
        unsupervised = constraint in ("trainer_unsupervised", "supervisor_unsupervised")
        if unsupervised and self.held((_PLACE, above)) and self.reachable(queue):
            return self.follow((_PLACE, above))
        return self.root(queue, above, level, constraint)
