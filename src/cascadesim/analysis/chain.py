"""A root cause and the chain that leads to it, and both in words."""

from __future__ import annotations

from typing import NamedTuple

from cascadesim.analysis.constraints import WAIT_WORDS, constraint_words
from cascadesim.analysis.kinds import CAUSES, KINDS, OF_THE_WAITING, SEVERAL_KINDS
from cascadesim.analysis.words import named, number, part
from cascadesim.model.constraints import SEVERAL
from cascadesim.model.enums import Wait
from cascadesim.scenario.schema import Scenario

_SEVERAL_WAIT = {kind: wait for wait, kind in SEVERAL_KINDS.items()}


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

    @property
    def parts(self) -> tuple[Cause, ...]:
        """What each of several tests that fail together would be as a cause of its own; empty of any other cause."""
        wait = _SEVERAL_WAIT.get(self.kind)
        if wait is None:
            return ()
        kinds = (KINDS[wait][test] for test in self.tests.split("+") if test in KINDS[wait])
        return tuple(Cause(kind, self.waiting if kind in OF_THE_WAITING else self.tier, self.waiting) for kind in kinds)


class Link(NamedTuple):
    """One step of a chain: a queue and its dominant constraint, or (without one) a state that `size` people are in.

    The step `busy` is what takes most of a tier's hours: the share of them is its size, the purpose its constraint.
    """

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
    "absence": "{size} {tier} workers away",
    "not_deployed": "{size} {tier} workers certified but not deployed",
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


def say(scenario: Scenario, links: tuple[Link, ...]) -> str:
    """The chain in words: `3.1 clients waiting for care (workers short of hours); ...`."""
    parts = []
    for link in links:
        tier, size = named(scenario.cascade[link.level]), number(link.size)
        if isinstance(link.what, Wait):
            words = WAIT_WORDS[link.what].format(tier=tier)
            parts.append(f"{size} {words} ({constraint_words(link.what, link.constraint, link.tests)})")
        else:
            purpose, share = _PURPOSE_WORDS.get(link.constraint, ""), part(min(1.0, link.size))
            parts.append(_STATE_WORDS[link.what].format(size=size, tier=tier, purpose=purpose, share=share))
    return "; ".join(parts)
