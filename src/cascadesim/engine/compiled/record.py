"""What is written down while a replication runs: exact integrals, counts, and the log if it was asked for.

A level and its moment lie side by side; `engine/record.py` says what a moment is.
"""

from __future__ import annotations

from cascadesim.engine.compiled.memory import compiled, load, more_memory, store
from cascadesim.engine.compiled.nouns import LOG_ROW, log_row_at
from cascadesim.engine.compiled.texts import TEXT

_ROOM = 4096
_SIZE = LOG_ROW.itemsize


@compiled
def shift(S, index, by):
    """The level `index` changes by `by` now."""
    at = S.levels + 16 * index
    store(at, 0, load(at, 0) + by)
    store(at, 1, load(at, 1) + by * S.now)


@compiled
def swap(S, left, entered):
    """One of something leaves a level for another now."""
    shift(S, left, -1)
    shift(S, entered, 1)


@compiled
def level(S, index):
    """The level `index` now."""
    return load(S.levels, 2 * index)


@compiled
def count(S, index, by):
    """So many more of a count."""
    store(S.counts, index, load(S.counts, index) + by)


@compiled
def _note(S, event, kind, key, level, other_kind, other, detail_kind, detail, more, amount):
    if S.log_size == S.log_room:
        room = max(_ROOM, 2 * S.log_room)
        found = more_memory(S, S.log, _SIZE * S.log_size, _SIZE * room)
        if found == 0:
            return
        S.log, S.log_room = found, room
    row = log_row_at(S.log + S.log_size * _SIZE)
    S.log_size += 1
    row.minute, row.event, row.kind, row.key, row.level = S.now, event, kind, key, level
    row.other_kind, row.other, row.detail_kind = other_kind, other, detail_kind
    row.detail, row.detail_more, row.amount = detail, more, amount


@compiled
def note(S, event, kind, key, level, other_kind, other, text, amount):
    """One row of the log; `text` is the number of its detail (`texts.py`)."""
    if S.keeps_log:
        _note(S, event, kind, key, level, other_kind, other, TEXT, text, 0, amount)


@compiled
def note_coded(S, event, kind, key, level, other_kind, other, detail_kind, detail, more, amount):
    """One row whose detail is put into words at the end."""
    if S.keeps_log:
        _note(S, event, kind, key, level, other_kind, other, detail_kind, detail, more, amount)


@compiled
def read(S, at):
    """Every counter as it stands now, into the list at `at`: levels, then moments, then counts."""
    n = S.n_levels
    for index in range(n):
        store(at, index, load(S.levels, 2 * index))
        store(at, n + index, load(S.levels, 2 * index + 1))
    for index in range(S.n_counts):
        store(at, 2 * n + index, load(S.counts, index))
