"""Where each counter lies. One layout serves both engines and the arithmetic of the measures.

A *level* is a number of things now (people, minutes a week); its exact integral over time is kept with it. A *count*
only rises. Every name is `tier.NAME.what` or `clients.what`, in a fixed order: tiers from the top, then clients.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from cascadesim.model.codes import COMBINATIONS, SEVERAL, TESTS, Wait
from cascadesim.model.plan import Plan

STATE_LEVELS = ("candidate", "in_training", "apprentice", "active", "absent")  # in the order of State
OTHER_LEVELS = (
    "on_notice",
    "unsupervised",
    "delivering",
    "idle_active",
    "overtime_rate",
    "available_rate",
    "run_off_rate",
    "course_rate",  # the part of rate.training_taken that is out of nobody's week: initial courses (R2.3)
    "refresher_rate",  # the part of rate.training_given that goes into refreshers, which make nobody new
    "missed_refresher",
    "not_deployed",
    "vacant",
)
PURPOSES = (
    "supervision_given",
    "supervision_received",
    "training_given",
    "training_taken",
    "clients",
    "research",
    "other_duties",
)
TIER_LEVELS = STATE_LEVELS + OTHER_LEVELS + tuple(f"rate.{purpose}" for purpose in PURPOSES)
TIER_COUNTS = (
    "recruited",
    "recruited_replacing",
    "began_training",
    "entered_course",
    "failed",
    "passed",
    "certified",
    "exited",
    "certified_exited",
    "courses_planned",
    "courses_started",
    "courses_held",
    "courses_cancelled",
    "courses_lapsed",
    "refreshers_started",
    "refreshed",
    "refreshers_missed",
    "absences",
    "hours_changes",
    "promoted_in",
    "groups_shed",
)
CLIENT_LEVELS = ("waiting", "in_handover", "in_care")
CLIENT_COUNTS = (
    "referred",
    "started",
    "completed",
    "dropped_out",
    "never_started",
    "reneged",
    "lost_on_exit",
    "screened_out",
    "left_for_own_reason",
    "handed_over",
    "sessions_attended",
    "sessions_unsupervised",
    "no_shows",
    "adequate",
    "interpreted",
    "sessions_held",
    "closed",
    "closed_sessions",
    "closed_sessions_squared",
)
GROUP_COUNTS = ("client_groups_started", "client_group_members")
GIVEN_COUNTS = ("sessions_given", "interpreter_minutes")
"""What is paid for when it happens, whenever the clients were referred."""
CLASS_COUNTS = ("referred", "started", "completed", "wait_minutes")
TIER_WAITS = (Wait.COURSE, Wait.SEAT, Wait.PRACTICE, Wait.REFRESHER, Wait.VACANCY, Wait.CERTIFICATE)


def constraint_names(wait: Wait) -> tuple[str, ...]:
    """The single tests of a wait, then `several`."""
    return (*TESTS[wait], SEVERAL)


def booked_names(wait: Wait) -> tuple[str, ...]:
    """The levels of a wait: its constraints, then what `several` stands for (`several.caseload+worker_hours`)."""
    return (*constraint_names(wait), *(f"{SEVERAL}.{tests}" for tests in COMBINATIONS[wait]))


@dataclass(frozen=True)
class Layout:
    """Names of levels and counts in order, and where each tier's block begins.

    Within a tier's block a level's offset is its place in `TIER_LEVELS`, then the constraints of each of `TIER_WAITS`;
    a count's offset is its place in `TIER_COUNTS`, then its exits by reason. After the tiers come the counts of the
    organisation's trainings (by state), those of client groups, `GIVEN_COUNTS`, and last those of `CLIENT_COUNTS`,
    which are kept apart for the clients of the window. `classes` are the pairs (stream, language or -1) that clients
    can have.
    """

    levels: tuple[str, ...]
    counts: tuple[str, ...]
    tier_levels: tuple[int, ...]
    tier_counts: tuple[int, ...]
    tier_waits: tuple[dict[Wait, int], ...]
    client_levels: int
    state_counts: int
    group_counts: int
    given_counts: int
    client_counts: int
    care_wait: int
    classes: tuple[tuple[int, int], ...]

    @cached_property
    def level_at(self) -> dict[str, int]:
        """The place of a level by its name."""
        return {name: place for place, name in enumerate(self.levels)}

    @cached_property
    def count_at(self) -> dict[str, int]:
        """The place of a count by its name."""
        return {name: place for place, name in enumerate(self.counts)}


def lay_out(plan: Plan) -> Layout:
    """The layout of one plan."""
    levels: list[str] = []
    counts: list[str] = []
    tier_levels, tier_counts, tier_waits = [], [], []
    for tier in plan.tiers:
        prefix = f"tier.{tier.name}."
        tier_levels.append(len(levels))
        levels += [prefix + name for name in TIER_LEVELS]
        waits = {}
        for wait in TIER_WAITS:
            waits[wait] = len(levels)
            levels += [f"{prefix}waiting.{wait.name.lower()}.{name}" for name in booked_names(wait)]
        tier_waits.append(waits)
        tier_counts.append(len(counts))
        counts += [prefix + name for name in TIER_COUNTS]
        counts += [f"{prefix}exits.{name}" for name in tier.exit_names]
    client_levels = len(levels)
    levels += [f"clients.{name}" for name in CLIENT_LEVELS]
    care_wait = len(levels)
    levels += [f"clients.waiting.care.{name}" for name in booked_names(Wait.CARE)]
    state_counts = len(counts)
    counts += [f"organisation.{state.name}.trainings" for state in plan.organisation]
    group_counts = len(counts)
    counts += [f"clients.{name}" for name in GROUP_COUNTS]
    given_counts = len(counts)
    counts += [f"clients.{name}" for name in GIVEN_COUNTS]
    client_counts = len(counts)
    counts += [f"clients.{name}" for name in CLIENT_COUNTS]
    return Layout(
        tuple(levels),
        tuple(counts),
        tuple(tier_levels),
        tuple(tier_counts),
        tuple(tier_waits),
        client_levels,
        state_counts,
        group_counts,
        given_counts,
        client_counts,
        care_wait,
        client_classes(plan),
    )


def client_classes(plan: Plan) -> tuple[tuple[int, int], ...]:
    """The pairs (stream, language or -1) that clients can have, by stream and then by language."""
    if plan.clients is None:
        return ()
    return tuple(
        (place, language)
        for place, stream in enumerate(plan.clients.streams)
        for language in sorted({language for _, language in stream.languages} or {-1})
    )
