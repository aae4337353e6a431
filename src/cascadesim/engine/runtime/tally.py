"""What a replication leaves behind, read from the records of either runtime."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cascadesim.engine.event_log import BINDS, RECRUITED, TESTS, TEXT, in_words
from cascadesim.model.enums import Entry, Wait
from cascadesim.model.plan import Plan
from cascadesim.model.replication import LogRow

_BITS_A_SET = 16
_ENTRIES = (*(entry.name.lower() for entry in Entry), "promotion")


def log_rows(plan: Plan, texts: Sequence[str], rows: Iterable[tuple[int, ...]]) -> tuple[LogRow, ...]:
    """Rows of (minute, event, kind, key, level, other kind, other, what the detail is, detail, more, amount)."""
    return tuple(LogRow._make((*row[:7], _detail(plan, texts, row[7], row[8], row[9]), row[10])) for row in rows)


def _detail(plan: Plan, texts: Sequence[str], kind: int, detail: int, more: int) -> str:
    """The detail of a row of the log, in words."""
    if kind == TEXT:
        return texts[detail]
    if kind == RECRUITED:
        spoken = [name for bit, (name, _) in enumerate(plan.languages) if more >> bit & 1]
        return _ENTRIES[detail] + (f":{'+'.join(spoken)}" if spoken else "")
    if kind == TESTS:
        return in_words(detail, more)
    assert kind == BINDS
    sets = []
    while more:
        sets.append(in_words(detail, more & (1 << _BITS_A_SET) - 1))
        more >>= _BITS_A_SET
    return f"{Wait(detail).name.lower()}:{'|'.join(sets)}"
