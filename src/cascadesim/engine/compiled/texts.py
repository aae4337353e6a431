"""Details of the event log as numbers, and back in words (`decode.py` joins them with the plan's own)."""

from __future__ import annotations

from cascadesim.model import constraints
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

def in_words(wait: int, tests: int) -> str:
    """A set of tests as the log has it: a whole number, a bit for each of the wait's tests in their order."""
    return "+".join(name for bit, name in enumerate(constraints.TESTS[Wait(wait)]) if tests >> bit & 1)
