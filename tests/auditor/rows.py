"""The event log as plain rows, and the order that the rules give to keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from auditor.programme import Programme

ENTRIES = ("initial", "intake", "poisson", "vacancy")


class Row(NamedTuple):
    """One row of the log; `row` is its number, labels are text, "" where there is none."""

    row: int
    minute: int
    event: str
    kind: str
    key: str
    tier: str
    other: str
    detail: str
    amount: int

    @property
    def by_way_out(self) -> Row:
        """That care ended as it would have been called, had too few sessions been attended; else the row itself."""
        if self.event != "completed" or not self.detail:
            return self
        lost = self.detail == "lost_on_exit"
        event = self.detail if lost else "dropped_out" if self.detail in ("continue", "no_shows") else "left"
        return self._replace(event=event, detail="" if lost else self.detail)


def way_in(row: Row) -> str:
    """How somebody was recruited: the languages that they speak may follow it."""
    return row.detail.partition(":")[0] if row.event == "recruited" else ""


def rows_of(frame: Any) -> list[Row]:
    """The rows of an events table (a DataFrame with the columns of `Run.events_frame()`)."""
    columns = [frame[name].tolist() for name in Row._fields]
    return [Row(*values) for values in zip(*columns, strict=True)]


def tier_of(label: str) -> str:
    """The tier in the label of a worker, course or group: `peer` of `peer@north:intake:8:0`."""
    return label.split(":", 1)[0].partition("@")[0]


def site_of(label: str) -> str:
    """The site in such a label: `north`; empty where there are no sites."""
    return label.split(":", 1)[0].partition("@")[2]


def is_refresher(label: str) -> bool:
    """Whether the label of a course is that of a refresher."""
    return ":refresher:" in label


FIRST_DATED = 1 << 39
"""Among the clients of a stream those of its dates come after those of its rate."""


def client_number(label: str) -> int:
    """The number of a client within the stream, by the label: `community:41`, `community:dated:3`."""
    _, *way, number = label.split(":")
    return int(number) + (FIRST_DATED if way else 0)


def key_order(programme: Programme, label: str) -> tuple[float, ...]:
    """A label's place among its kind: workers by (tier, site, entry, date, position), others by (owner, number)."""
    owner, *rest = label.split(":")
    if len(rest) == 1 or rest[0] == "dated":  # a client; a stream may have the name of a tier
        streams = programme.care.streams if programme.care else ()
        return (float(list(streams).index(owner)) if owner in streams else -1.0, float(client_number(label)))
    name, _, site = owner.partition("@")
    level = float(programme.tiers[name].level) if name in programme.tiers else -1.0
    place = float(programme.sites.index(site)) if site in programme.sites else -1.0
    if rest[0] in ENTRIES:
        date = float(rest[1]) if len(rest) > 2 else 0.0
        return (level, place, float(ENTRIES.index(rest[0])), date, float(rest[-1]))
    return (level, place, float(rest[-1]))


def by_instant(rows: Iterable[Row]) -> Iterable[tuple[int, list[Row]]]:
    """Rows that share a minute and follow one another, with that minute."""
    gathered: list[Row] = []
    for row in rows:
        if gathered and row.minute != gathered[0].minute:
            yield gathered[0].minute, gathered
            gathered = []
        gathered.append(row)
    if gathered:
        yield gathered[0].minute, gathered
