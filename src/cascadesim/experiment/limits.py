"""Which numbers a run may be given. Imports nothing heavy: the command line reads it for its help."""

from __future__ import annotations

import operator

from cascadesim.errors import UsageError
from cascadesim.model.rng import MAX_SEED as MAX_SEED

MAX_REPLICATIONS = 1_000_000
MAX_JOBS = 1_024


def whole_number(name: str, value: int, least: int, most: int) -> int:
    """`value` as an int (NumPy's too) from `least` to `most`; a `UsageError` says what is allowed otherwise."""
    try:
        number = -1 if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = -1
    if not least <= number <= most:
        hint = f"Give a whole number from {least} to {most}."
        raise UsageError(f"{name}: {value!r} is not allowed.", hint=hint, code=name)
    return number
