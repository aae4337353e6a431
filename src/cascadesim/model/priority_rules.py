"""The choices of the model that a caller may make otherwise: who gets the client, is trained next, supervises whom.

For each choice, what a rule is shown of somebody who could be chosen, and the rule that is built in: a pure function of
that, which returns an ordering key. The least is chosen; between equals the lowest key. A rule cannot choose what the
model forbids: it orders those who may be chosen, and is shown nobody else. It is asked whenever something that it is
shown has changed, so it has to be a pure function: no clock, no random numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from numbers import Real
from typing import Any, NamedTuple

from cascadesim.errors import UsageError, suggestion

Rule = Callable[[Any], Any]
Order = tuple[float, ...]


class CareWorker(NamedTuple):
    """Could take a client. `first` is for apprentices who come before others (R2.9), `last_start_minute` -1 where there
    was none, `free_minutes` a week."""

    tier: str
    site: str
    apprentice: bool
    first: bool
    practice_cases: int
    open_cases: int
    last_start_minute: int
    free_minutes: int


class Candidate(NamedTuple):
    """Waits for a course: its `stage` and `attempt`, both from 0."""

    tier: str
    site: str
    stage: int
    attempt: int
    waiting_since_minute: int
    recruited_minute: int


class Trainer(NamedTuple):
    """Could give a course or refresher; `last_course_minute` is -1 where there was none."""

    tier: str
    site: str
    free_minutes: int
    last_course_minute: int
    open_cases: int
    open_groups: int


class Participant(NamedTuple):
    """May be placed in a refresher that is due at this minute."""

    tier: str
    site: str
    due_minute: int
    certified_minute: int
    open_cases: int


class Supervisee(NamedTuple):
    """Waits for a place in a supervision group."""

    tier: str
    site: str
    apprentice: bool
    open_cases: int
    unsupervised_since_minute: int


class Supervisor(NamedTuple):
    """Could open a group for the tier below."""

    tier: str
    site: str
    free_minutes: int
    supervisees: int
    open_groups: int
    open_cases: int


class OpenGroup(NamedTuple):
    """A supervision group with a free place: the tier and site of its members, the free minutes of its supervisor."""

    tier: str
    site: str
    members: int
    free_minutes: int
    opened_minute: int


def client_worker(worker: CareWorker) -> Order:
    """Apprentices short of cases first where the tier says so, then fewest open cases, longest since a start (R8.4)."""
    return (0 if worker.first else 1, worker.open_cases, worker.last_start_minute)


def course_candidate(candidate: Candidate) -> Order:
    """Who has waited longest (R3.4)."""
    return (candidate.waiting_since_minute,)


def course_trainer(trainer: Trainer) -> Order:
    """Most free minutes, then longest since the last course (R3.3)."""
    return (-trainer.free_minutes, trainer.last_course_minute)


def refresher_participant(participant: Participant) -> Order:
    """Whose refresher is due first (R3.9)."""
    return (participant.due_minute,)


def supervision_worker(worker: Supervisee) -> Order:
    """Who has open cases, then who has been unsupervised longest (R4.2)."""
    return (0 if worker.open_cases else 1, worker.unsupervised_since_minute)


def supervision_group(group: OpenGroup) -> Order:
    """The fullest group, then the supervisor with most free minutes (R4.2)."""
    return (-group.members, -group.free_minutes)


def group_supervisor(supervisor: Supervisor) -> Order:
    """Most free minutes (R4.2)."""
    return (-supervisor.free_minutes,)


RULES: dict[str, Rule] = {
    "client_worker": client_worker,
    "course_candidate": course_candidate,
    "course_trainer": course_trainer,
    "refresher_participant": refresher_participant,
    "supervision_worker": supervision_worker,
    "supervision_group": supervision_group,
    "group_supervisor": group_supervisor,
}
"""The choices by name, each with the rule that is built in."""


def checked(rules: Mapping[str, Rule] | None) -> dict[str, Rule]:
    """The caller's own rules; a `UsageError` for a name that is none of `RULES`, or what cannot be called."""
    if rules is None:
        return {}
    if not isinstance(rules, Mapping):
        raise UsageError(
            f"rules: needs functions by name, got {type(rules).__name__}.",
            hint=f"Known: {', '.join(sorted(RULES))}.",
            code="rules",
        )
    for name, rule in rules.items():
        if name not in RULES:
            raise UsageError(f"rules: unknown name {name!r}.", hint=suggestion(str(name), RULES), code="rules")
        if not callable(rule):
            raise UsageError(f"rules.{name}: needs a function, got {rule!r}.", hint=_HINT, code="rules")
    return dict(rules)


_HINT = "It is given one who could be chosen, and returns a number or a tuple of numbers: the least is chosen."


@dataclass(frozen=True)
class OwnRule:
    """A rule of the caller, with the built-in one for those whom it ranks equal."""

    name: str
    rule: Rule

    def __call__(self, facts: Any) -> tuple[Order, Order]:
        """What it returns, and the built-in order; a `UsageError` where it raises, or returns what is no number."""
        try:
            returned = self.rule(facts)
        except Exception as fault:
            message = f"raised {type(fault).__name__}: {fault}".rstrip(": ")
            raise UsageError(f"rules.{self.name}: {message}, for {facts}.", hint=_HINT, code="rules") from fault
        order = returned if isinstance(returned, tuple) else (returned,)
        if not all(isinstance(number, Real) and isfinite(number) for number in order):
            message = f"returned {returned!r}, which is no finite number"
            raise UsageError(f"rules.{self.name}: {message}, for {facts}.", hint=_HINT, code="rules")
        return order, RULES[self.name](facts)
