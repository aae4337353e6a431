"""Details of the event log as numbers, and back in words (`decode.py` joins them with the plan's own)."""

from __future__ import annotations

from cascadesim.model.enums import Wait

TEXT, RECRUITED, TESTS, BINDS = range(4)
"""What the detail of a row is: a text, an entry with languages, a set of tests, a wait with what binds."""

FIXED = (
    "",
    "dissolved",
    "empty",
    "merged",
    "held",
    "cancelled",
    "supervised",
    "unsupervised",
    "continue",
    "no_shows",
    "interpreter",
    "started",
    "not_starting",
)
(
    NO_TEXT,
    DISSOLVED,
    EMPTY,
    MERGED,
    HELD,
    CANCELLED,
    SUPERVISED,
    NOT_SUPERVISED,
    CONTINUE,
    NO_SHOWS,
    INTERPRETER,
    STARTED,
    NOT_STARTING,
) = range(len(FIXED))

ORDERS: dict[Wait, tuple[str, ...]] = {
    Wait.COURSE: (
        "calendar",
        "too_few_candidates",
        "gathering",
        "no_room",
        "too_few_trainers",
        "trainer_hours",
        "trainer_unsupervised",
        "trainer_competence",
    ),
    Wait.SEAT: (
        "own_hours",
        "supervisor_absent",
        "too_few_supervisors",
        "supervisor_hours",
        "supervisor_span",
        "supervisor_unsupervised",
    ),
    Wait.PRACTICE: ("no_client",),
    Wait.CARE: (
        "group_forming",
        "too_few_workers",
        "caseload",
        "worker_hours",
        "worker_unsupervised",
        "language",
    ),
    Wait.REFRESHER: ("own_hours", "too_few_trainers", "trainer_hours", "trainer_unsupervised", "trainer_competence"),
    Wait.VACANCY: ("lag", "promotion", "pool_empty"),
    Wait.CERTIFICATE: ("competence",),
}
"""A set of tests is a whole number: a bit for each of a wait's tests, in this order, which is that of the words."""


def in_words(wait: int, tests: int) -> str:
    """A set of tests as the log has it."""
    return "+".join(name for bit, name in enumerate(ORDERS[Wait(wait)]) if tests >> bit & 1)
