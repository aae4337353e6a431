"""A root cause and the chain that leads to it, and both in words."""

from __future__ import annotations

from typing import NamedTuple

from cascadesim.analysis.constraints import CONSTRAINT_WORDS, WAIT_WORDS
from cascadesim.analysis.words import named, number
from cascadesim.model.codes import Wait
from cascadesim.scenario.schema import Scenario

CAUSES: dict[str, str] = {
    "supervision_hours": "{tier} hours for {waiting} supervision",
    "supervision_span": "the limit of {waiting} supervisees to a {tier}",
    "supervision_several": "{tier} supervision of {waiting} (several limits at once)",
    "training_hours": "{tier} hours for {waiting} courses",
    "training_several": "{waiting} courses (several limits at once)",
    "own_hours": "{waiting} hours, too few for their supervision",
    "calendar": "the dates of {waiting} courses",
    "gathering": "the time for {waiting} cohorts to gather",
    "cohort": "too little {waiting} recruitment to fill a course",
    "lead_time": "the length of {waiting} training",
    "apprenticeship": "the length of {waiting} practice before the certificate",
    "practice_clients": "too few clients for {waiting} practice",
    "recruitment": "too little {waiting} recruitment",
    "caseload": "the {tier} caseload limit",
    "worker_hours": "{tier} hours for clients",
    "care_several": "{tier} hours and caseloads (several limits at once)",
}


class Cause(NamedTuple):
    """What binds. `tier` owns the resource, `waiting` is the tier that goes without (they may be the same)."""

    kind: str
    tier: str
    waiting: str

    @property
    def words(self) -> str:
        """As a noun phrase: `boss hours for helper supervision`."""
        return CAUSES[self.kind].format(tier=named(self.tier), waiting=named(self.waiting))


class Link(NamedTuple):
    """One step of a chain: a queue and its dominant constraint, or (without one) a state that `size` people are in."""

    size: float
    level: int
    what: Wait | str
    constraint: str = ""


class Trace(NamedTuple):
    """A cause and the chain that leads to it; the first link is who waits."""

    cause: Cause
    links: tuple[Link, ...]


_STATE_WORDS = {
    "held_up": "no {tier} candidates or workers held up on the way",
    "lead_time": "{size} {tier} trainees on a course",
    "apprenticeship": "{size} {tier} apprentices in practice",
}


def say(scenario: Scenario, links: tuple[Link, ...]) -> str:
    """The chain in words: `3.1 clients waiting for care (workers short of hours); ...`."""
    parts = []
    for link in links:
        tier, size = named(scenario.cascade[link.level]), number(link.size)
        if isinstance(link.what, Wait):
            words = WAIT_WORDS[link.what].format(tier=tier)
            parts.append(f"{size} {words} ({CONSTRAINT_WORDS[link.what][link.constraint]})")
        else:
            parts.append(_STATE_WORDS[link.what].format(size=size, tier=tier))
    return "; ".join(parts)
