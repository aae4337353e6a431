"""Who is there: the living workers of each tier."""

from __future__ import annotations

from cascadesim.engine.compiled.memory import address, compiled
from cascadesim.engine.compiled.nouns import worker_at
from cascadesim.engine.compiled.vectors import PRESENT, get, push, sort_by_key, swap_remove, vector


@compiled
def enter(S, w):
    """One more of a tier."""
    present = vector(S, PRESENT + w.level)
    w.place = present.size
    push(S, present, address(w))


@compiled
def depart(S, w):
    """One less."""
    moved = swap_remove(vector(S, PRESENT + w.level), w.place)
    if moved != 0:
        worker_at(moved).place = w.place


@compiled
def sorted_present(S, level):
    """The living workers of a tier, put in order of their keys."""
    present = vector(S, PRESENT + level)
    sort_by_key(present)
    for place in range(present.size):
        worker_at(get(present, place)).place = place
    return present
