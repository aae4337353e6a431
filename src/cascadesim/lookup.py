"""Find a name in a table, or say which name was probably meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TypeVar

from cascadesim.errors import UsageError

T = TypeVar("T")


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None when nothing is close."""
    matches = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return matches[0] if matches else None


def suggestion(name: str, known: Iterable[str]) -> str:
    """`Did you mean X?` where one name is close, else the list of what is allowed."""
    names = sorted(known)
    close = nearest(name, names)
    return f"Did you mean {close}?" if close else f"Known: {', '.join(names)}."


def pick(table: Mapping[str, T], name: str, what: str) -> T:
    """`table[name]`, or a `UsageError` that names `what` was looked for, the nearest name and the known ones."""
    if name in table:
        return table[name]
    raise UsageError(f"unknown {what} {name!r}.", hint=suggestion(name, table), code="unknown_name")
