"""From who waits, back to what they wait for: the root cause of a wait, tier by tier.

Clients wait because a constraint on the workers who deliver fails. If workers of that tier are themselves held up (as
candidates without a course, unsupervised without a seat, apprentices without a practice client, or still in training),
the larger of those groups is followed upwards; otherwise the constraint itself, or recruitment, is the root.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cascadesim.analysis.constraints import CONSTRAINT_WORDS, WAIT_WORDS, dominant
from cascadesim.analysis.words import named, number
from cascadesim.model.codes import SEVERAL, Wait
from cascadesim.model.layout import TIER_WAITS, constraint_names
from cascadesim.scenario import defaults
from cascadesim.scenario.schema import Scenario

LEAST_WAITING = 0.5
"""A group smaller than this on average, people or clients, holds nothing up."""
LEAST_SHARE = 0.1
"""Nor does one smaller than this share of those at work (workers of the tier; clients in care)."""

CAUSES: dict[str, str] = {
    "supervision_hours": "{tier} hours for supervising {waiting}",
    "supervision_span": "the limit on {waiting} supervisees of one {tier}",
    "supervision_several": "{tier} supervision of {waiting} (several limits at once)",
    "training_hours": "{tier} hours for {waiting} courses",
    "training_several": "{waiting} courses (several limits at once)",
    "own_hours": "{waiting} hours, too few to be supervised",
    "calendar": "the dates of {waiting} courses",
    "gathering": "the time for {waiting} cohorts to gather",
    "cohort": "too few {waiting} recruits to fill a course",
    "lead_time": "the time it takes to train {waiting}",
    "apprenticeship": "the time it takes {waiting} to be certified after the course",
    "practice_clients": "too few clients for {waiting} to practise with",
    "recruitment": "too few {waiting} recruits",
    "caseload": "{tier} caseload limit",
    "worker_hours": "{tier} hours for clients",
    "care_several": "{tier} work with clients (several limits at once)",
}


@dataclass(frozen=True)
class Cause:
    """What binds. `tier` owns the resource, `waiting` is the tier that goes without (they may be the same)."""

    kind: str
    tier: str
    waiting: str

    @property
    def words(self) -> str:
        """As a noun phrase: `mentor hours for supervising peer`."""
        return CAUSES[self.kind].format(tier=named(self.tier), waiting=named(self.waiting))


@dataclass(frozen=True)
class Trace:
    """A cause, the steps that lead to it in words, and how many wait at the start of the chain (clients or people)."""

    cause: Cause
    steps: tuple[str, ...]
    waiting: float


class Tracer:
    """Traces waits in one scenario. `means` maps trajectory columns to their means over some weeks."""

    def __init__(self, scenario: Scenario, means: Mapping[str, float]) -> None:
        self.names = scenario.cascade
        self.has_clients = scenario.clients is not None
        self.delivering = [level for level in range(len(self.names)) if defaults.delivers(scenario, level)]
        self.means = means
        self.steps: list[str] = []

    def trace(self) -> Trace | None:
        """The root cause of clients waiting, else of the largest group of workers held up; None if nobody waits."""
        if self.has_clients:
            clients = sum(self.parts(Wait.CARE).values())
            if clients >= max(LEAST_WAITING, LEAST_SHARE * self.means["clients.in_care"]):
                return Trace(self.care(), tuple(self.steps), clients)
        groups = {
            (wait, level): sum(self.parts(wait, level).values())
            for level in range(len(self.names))
            for wait in TIER_WAITS
        }
        wait, level = max(groups, key=lambda each: groups[each])
        if groups[wait, level] < self.notable(level):
            return None
        follow = {Wait.COURSE: self.course, Wait.SEAT: self.seat, Wait.PRACTICE: self.practice}
        return Trace(follow[wait](level), tuple(self.steps), groups[wait, level])

    def parts(self, wait: Wait, level: int = -1) -> dict[str, float]:
        """How many wait under each constraint."""
        owner = "clients" if wait == Wait.CARE else f"tier.{self.names[level]}"
        prefix = f"{owner}.waiting.{wait.name.lower()}."
        return {name: self.means[prefix + name] for name in constraint_names(wait)}

    def notable(self, level: int) -> float:
        """The smallest group of this tier that holds anything up."""
        return max(LEAST_WAITING, LEAST_SHARE * self.means[f"tier.{self.names[level]}.active"])

    def held_up(self, level: int) -> tuple[str, float]:
        """The largest group of a tier's people that are not yet, or not now, at work."""
        of = f"tier.{self.names[level]}."
        seat, practice = (sum(self.parts(wait, level).values()) for wait in (Wait.SEAT, Wait.PRACTICE))
        groups = {
            "course": sum(self.parts(Wait.COURSE, level).values()),
            "seat": seat,
            "practice": practice,
            "lead_time": self.means[of + "in_training"],
            "apprenticeship": max(0.0, self.means[of + "apprentice"] - practice - seat),
        }
        largest = max(groups, key=lambda each: groups[each])
        return largest, groups[largest]

    def step(self, wait: Wait, level: int = -1) -> str:
        """Notes one wait of the chain and returns its dominant constraint."""
        parts = self.parts(wait, level)
        constraint = dominant(parts)
        who = WAIT_WORDS[wait].format(tier=named(self.names[level]))
        self.steps.append(f"{number(sum(parts.values()))} {who} ({CONSTRAINT_WORDS[wait][constraint]})")
        return constraint

    def care(self) -> Cause:
        constraint = self.step(Wait.CARE)
        if constraint == "worker_unsupervised":
            return self.seat(max(self.delivering, key=lambda each: sum(self.parts(Wait.SEAT, each).values())))
        level = max(self.delivering, key=lambda each: self.held_up(each)[1])
        if self.held_up(level)[1] >= self.notable(level):
            return self.shortage(level)
        level = max(self.delivering, key=lambda each: self.means[f"tier.{self.names[each]}.active"])
        if constraint == "too_few_workers":
            return self.shortage(level)
        kind = "care_several" if constraint == SEVERAL else constraint
        self.steps.append(f"no {named(self.names[level])} held up on the way: more of them would have to be recruited")
        return Cause(kind, self.names[level], self.names[level])

    def shortage(self, level: int) -> Cause:
        """Why a tier has too few people at work."""
        name = self.names[level]
        group, size = self.held_up(level)
        if size < self.notable(level):
            self.steps.append(f"no {named(name)} held up on the way")
            return Cause("recruitment", name, name)
        if group == "course":
            return self.course(level)
        if group == "seat":
            return self.seat(level)
        if group == "practice":
            return self.practice(level)
        state = "in training" if group == "lead_time" else "in practice after the course"
        self.steps.append(f"{number(size)} {named(name)} {state}")
        return Cause(group, name, name)

    def course(self, level: int) -> Cause:
        name, above = self.names[level], self.names[level - 1]
        constraint = self.step(Wait.COURSE, level)
        if constraint == "too_few_trainers":
            return self.shortage(level - 1)
        if constraint == "trainer_unsupervised":
            return self.unsupervised(level - 1, Cause("training_several", above, name))
        kinds = {"too_few_candidates": "cohort", "trainer_hours": "training_hours", SEVERAL: "training_several"}
        return Cause(kinds.get(constraint, constraint), above, name)

    def seat(self, level: int) -> Cause:
        name, above = self.names[level], self.names[level - 1]
        if not any(self.parts(Wait.SEAT, level).values()):  # clients wait for workers whose own wait is elsewhere
            return Cause("supervision_several", above, name)
        constraint = self.step(Wait.SEAT, level)
        if constraint == "too_few_supervisors":
            return self.shortage(level - 1)
        if constraint == "supervisor_unsupervised":
            return self.unsupervised(level - 1, Cause("supervision_several", above, name))
        kinds = {"supervisor_hours": "supervision_hours", "supervisor_span": "supervision_span"}
        if constraint == "own_hours":
            return Cause("own_hours", name, name)
        return Cause(kinds.get(constraint, "supervision_several"), above, name)

    def unsupervised(self, level: int, otherwise: Cause) -> Cause:
        """A tier whose members lack supervision themselves: their seats, if they wait for any."""
        return self.seat(level) if any(self.parts(Wait.SEAT, level).values()) else otherwise

    def practice(self, level: int) -> Cause:
        self.step(Wait.PRACTICE, level)
        return Cause("practice_clients", "", self.names[level])
