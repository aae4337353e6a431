"""A root cause and the chain that leads to it, and both in words."""

from __future__ import annotations

from typing import NamedTuple

from cascadesim.analysis.constraints import WAIT_WORDS, constraint_words
from cascadesim.analysis.words import named, number
from cascadesim.model.codes import SEVERAL, Wait
from cascadesim.scenario.schema import Scenario

CAUSES: dict[str, str] = {
    "supervision_hours": "{tier} hours for {waiting} supervision",
    "supervision_span": "the limit of {waiting} supervisees to a {tier}",
    "supervision_several": "{tier} supervision of {waiting} ({limits})",
    "training_hours": "{tier} hours for {waiting} courses",
    "training_several": "{waiting} courses ({limits})",
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
    "care_several": "{tier} capacity ({limits})",
}
_SEVERAL_WAIT = {"supervision_several": Wait.SEAT, "training_several": Wait.COURSE, "care_several": Wait.CARE}


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
        wait = _SEVERAL_WAIT.get(self.kind)
        limits = constraint_words(wait, SEVERAL, self.tests) if wait is not None else ""
        return CAUSES[self.kind].format(tier=named(self.tier), waiting=named(self.waiting), limits=limits)


class Link(NamedTuple):
    """One step of a chain: a queue and its dominant constraint, or (without one) a state that `size` people are in."""

    size: float
    level: int
    what: Wait | str
    constraint: str = ""
    tests: str = ""


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
            parts.append(f"{size} {words} ({constraint_words(link.what, link.constraint, link.tests)})")
        else:
            parts.append(_STATE_WORDS[link.what].format(size=size, tier=tier))
    return "; ".join(parts)
