"""The counters of a run and where each lies. One layout serves the engine and the arithmetic of the measures.

A *level* is a number of things now (people, minutes a week); its exact integral over time is kept with it. A *count*
only rises. Every name is `tier.NAME.what`, `clients.what` or `organisation.what`, in a fixed order: tiers from the top,
then the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from cascadesim.model.constraints import TIER_WAITS, booked_names
from cascadesim.model.enums import Wait, direct
from cascadesim.model.plan import Plan


@direct
class TierLevel(IntEnum):
    """The levels of a tier: first those of `WorkerState` but EXITED, with the same numbers. After them come the
    minutes a week of each of `PURPOSES`."""

    CANDIDATE = 0
    IN_TRAINING = 1
    APPRENTICE = 2
    ACTIVE = 3
    ABSENT = 4
    ON_NOTICE = 5
    UNSUPERVISED = 6
    DELIVERING = 7
    IDLE_ACTIVE = 8
    OVERTIME_RATE = 9
    AVAILABLE_RATE = 10
    RUN_OFF_RATE = 11
    COURSE_RATE = 12  # the part of rate.training_taken that is out of nobody's week: initial courses (R2.3)
    REFRESHER_RATE = 13  # the part of rate.training_given that goes into refreshers, which make nobody new
    MISSED_REFRESHER = 14
    NOT_DEPLOYED = 15
    VACANT = 16


@direct
class TierCount(IntEnum):
    """The counts of a tier; after them come its exits by reason."""

    RECRUITED = 0
    RECRUITED_REPLACING = 1
    BEGAN_TRAINING = 2
    ENTERED_COURSE = 3
    FAILED = 4
    PASSED = 5
    CERTIFIED = 6
    EXITED = 7
    CERTIFIED_EXITED = 8
    COURSES_PLANNED = 9
    COURSES_STARTED = 10
    COURSES_HELD = 11
    COURSES_CANCELLED = 12
    COURSES_LAPSED = 13
    REFRESHERS_STARTED = 14
    REFRESHED = 15
    REFRESHERS_MISSED = 16
    ABSENCES = 17
    HOURS_CHANGES = 18
    PROMOTED_IN = 19
    GROUPS_SHED = 20
    # of those who began in the window (R1.6): how many have come to an end, and how many of these well
    RECRUITS_CLOSED = 21
    RECRUITS_CERTIFIED = 22
    TRAINEES_CLOSED = 23
    TRAINEES_PASSED = 24
    ENTRIES_CLOSED = 25
    ENTRIES_PASSED = 26


@direct
class ClientLevel(IntEnum):
    """The levels of clients."""

    WAITING = 0
    IN_TRANSFER = 1
    IN_CARE = 2


@direct
class ClientCount(IntEnum):
    """The counts of the clients of the window."""

    REFERRED = 0
    STARTED = 1
    COMPLETED = 2
    DROPPED_OUT = 3
    NEVER_STARTED = 4
    RENEGED = 5
    LOST_ON_EXIT = 6
    SCREENED_OUT = 7
    LEFT_FOR_OWN_REASON = 8
    TRANSFERS = 9
    SESSIONS_ATTENDED = 10
    SESSIONS_UNSUPERVISED = 11
    NO_SHOWS = 12
    INTERPRETED = 13
    SESSIONS_HELD = 14
    CLOSED = 15
    CLOSED_SESSIONS = 16
    CLOSED_SESSIONS_SQUARED = 17


@direct
class GroupCount(IntEnum):
    """The counts of client groups."""

    CLIENT_GROUPS_STARTED = 0
    CLIENT_GROUP_MEMBERS = 1


@direct
class GivenCount(IntEnum):
    """What counts when it happens, as its costs do, whenever the clients were referred."""

    SESSIONS_GIVEN = 0
    INTERPRETER_MINUTES = 1
    COMPLETIONS = 2


PURPOSES = (
    "supervision_given",
    "supervision_received",
    "training_given",
    "training_taken",
    "clients",
    "research",
    "other_duties",
)


def _names(kind: type[IntEnum]) -> tuple[str, ...]:
    return tuple(each.name.lower() for each in kind)


TIER_LEVELS = _names(TierLevel) + tuple(f"rate.{purpose}" for purpose in PURPOSES)
TIER_COUNTS, CLIENT_LEVELS, CLIENT_COUNTS = _names(TierCount), _names(ClientLevel), _names(ClientCount)
GROUP_COUNTS, GIVEN_COUNTS = _names(GroupCount), _names(GivenCount)
CLASS_COUNTS = ("referred", "started", "completed", "wait_minutes", "closed", "closed_sessions")
"""What is counted for each class of clients (`client_classes`)."""


@dataclass(frozen=True)
class CounterLayout:
    """Names of levels and counts in order, and where each tier's block begins.

    Within a tier's block a level's offset is its index in `TIER_LEVELS`, then the constraints of each of `TIER_WAITS`;
    a count's offset is its index in `TIER_COUNTS`, then its exits by reason. After the tiers come the counts of the
    organisation's trainings (by state), those of client groups, `GIVEN_COUNTS`, and last those of `CLIENT_COUNTS`,
    which are kept apart for the clients of the window. `classes` are the pairs (stream, language or -1) that clients
    can have, `breakdowns` the indices among them of each `stream.NAME`, `language.NAME` and `site.NAME`, and
    `state_levels` the names `STATE` or `STATE.SITE` of `Snapshot.states`.
    """

    levels: tuple[str, ...]
    counts: tuple[str, ...]
    tier_levels: tuple[int, ...]
    tier_counts: tuple[int, ...]
    tier_waits: tuple[dict[Wait, int], ...]
    client_levels: int
    care_wait: int
    state_counts: int
    group_counts: int
    given_counts: int
    client_counts: int
    classes: tuple[tuple[int, int], ...]
    breakdowns: dict[str, tuple[int, ...]]
    state_levels: tuple[str, ...]

    @cached_property
    def level_at(self) -> dict[str, int]:
        """The index of a level by its name."""
        return {name: index for index, name in enumerate(self.levels)}

    @cached_property
    def count_at(self) -> dict[str, int]:
        """The index of a count by its name."""
        return {name: index for index, name in enumerate(self.counts)}


def counter_layout(plan: Plan) -> CounterLayout:
    """The layout of one plan."""
    levels: list[str] = []
    counts: list[str] = []
    tier_levels, tier_counts, tier_waits = [], [], []
    for tier in plan.tiers:
        prefix = f"tier.{tier.name}."
        tier_levels.append(_append(levels, prefix, TIER_LEVELS))
        tier_waits.append(
            {wait: _append(levels, f"{prefix}waiting.{wait.name.lower()}.", booked_names(wait)) for wait in TIER_WAITS}
        )
        tier_counts.append(_append(counts, prefix, TIER_COUNTS))
        _append(counts, f"{prefix}exits.", tier.exit_names)
    return CounterLayout(
        tier_levels=tuple(tier_levels),
        tier_counts=tuple(tier_counts),
        tier_waits=tuple(tier_waits),
        client_levels=_append(levels, "clients.", CLIENT_LEVELS),
        care_wait=_append(levels, "clients.waiting.care.", booked_names(Wait.CARE)),
        state_counts=_append(counts, "organisation.", [f"{state.name}.trainings" for state in plan.organisation]),
        group_counts=_append(counts, "clients.", GROUP_COUNTS),
        given_counts=_append(counts, "clients.", GIVEN_COUNTS),
        client_counts=_append(counts, "clients.", CLIENT_COUNTS),
        levels=tuple(levels),
        counts=tuple(counts),
        classes=client_classes(plan),
        breakdowns=_breakdowns(plan),
        state_levels=state_levels([state.name for state in plan.organisation], [site for site, _ in plan.sites]),
    )


def _append(names: list[str], prefix: str, more: Sequence[str]) -> int:
    """Where these names begin, put behind the others."""
    begin = len(names)
    names += [prefix + name for name in more]
    return begin


def client_classes(plan: Plan) -> tuple[tuple[int, int], ...]:
    """The pairs (stream, language or -1) that clients can have, by stream and then by language."""
    if plan.clients is None:
        return ()
    return tuple(
        (number, language)
        for number, stream in enumerate(plan.clients.streams)
        for language in sorted({language for _, language in stream.languages} or {-1})
    )


def _breakdowns(plan: Plan) -> dict[str, tuple[int, ...]]:
    classes: dict[str, list[int]] = {}
    for index, (number, language) in enumerate(client_classes(plan)):
        assert plan.clients is not None
        stream = plan.clients.streams[number]
        names = [f"stream.{stream.name}", f"site.{plan.sites[stream.site][0]}"]
        names += [f"language.{plan.languages[language][0]}"] if language >= 0 else []
        for name in names:
            classes.setdefault(name, []).append(index)
    return {name: tuple(indices) for name, indices in classes.items()}


def state_levels(states: Sequence[str], sites: Sequence[str]) -> tuple[str, ...]:
    """Every state of the organisation at every site, `STATE.SITE`; `STATE` where there is one site only."""
    return tuple(f"{state}.{site}" if len(sites) > 1 else state for state in states for site in sites)
