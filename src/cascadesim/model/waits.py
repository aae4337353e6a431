"""The waits and constraints that a tier, or the clients, of a plan can have, out of all those of `codes.py`."""

from __future__ import annotations

from cascadesim.model.codes import Wait
from cascadesim.model.layout import TIER_WAITS, booked_names, constraint_names
from cascadesim.scenario.waits import awaited, possible


def waits_of(mechanisms: frozenset[str]) -> tuple[Wait, ...]:
    """The waits of a tier with these mechanisms."""
    return tuple(wait for wait in TIER_WAITS if awaited(wait.name.lower(), mechanisms))


def constraints_of(wait: Wait, mechanisms: frozenset[str]) -> tuple[str, ...]:
    """The tests of a wait that can fail, then `several`."""
    return tuple(name for name in constraint_names(wait) if possible(name, mechanisms))


def booked_of(wait: Wait, mechanisms: frozenset[str]) -> tuple[str, ...]:
    """The same, and what `several` can stand for (`several.caseload+worker_hours`)."""
    return tuple(name for name in booked_names(wait) if possible(name, mechanisms))
