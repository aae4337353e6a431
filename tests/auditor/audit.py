"""The audit: replay a log once and let every check look at it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from auditor.apply import apply
from auditor.check import Check, Fault
from auditor.checks import CHECKS
from auditor.counters import Counters
from auditor.reading import read
from auditor.replay import Replay, Trajectories
from auditor.rows import Row, by_instant
from auditor.settling import settle

NOTHING = Row(-1, 0, "", "", "", "", "", "", 0)
MOST_FAULTS = 200


def audit(
    resolved: Mapping[str, Any],
    rows: Sequence[Row],
    kpis: Mapping[str, float],
    trajectories: Trajectories | None = None,
    counters: Counters | None = None,
    luck: tuple[int, int] | None = None,
) -> list[Fault]:
    """Every rule that this log, or what is reported beside it, breaks.

    `resolved` is the scenario with its defaults filled in; trajectories and counters are looked at where
    they are given. With `luck`, the seed and the number of the replication, whatever strikes or comes by a draw that
    depends on time is drawn again.
    """
    return replay_all(resolved, rows, kpis, trajectories, counters, luck)[1]


def replay_all(
    resolved: Mapping[str, Any],
    rows: Sequence[Row],
    kpis: Mapping[str, float],
    trajectories: Trajectories | None = None,
    counters: Counters | None = None,
    luck: tuple[int, int] | None = None,
    until: str = "",
) -> tuple[Replay, list[Fault]]:
    """The state after the last row, and the faults; with `until` up to the first instant that breaks this check."""
    replay = Replay(read(resolved), kpis, trajectories, counters, luck)
    faults: list[Fault] = []
    table = _by_occasion()
    instants, horizon = list(by_instant(rows)), replay.programme.horizon
    for place, (minute, instant) in enumerate(instants):
        _wait_until(replay, minute, instants[place:], table, faults)
        replay.instant, replay.touched = instant, set()
        replay.until, replay.coming = instants[place + 1] if place + 1 < len(instants) else (horizon, ())
        replay.open_instant(minute)
        for position, row in enumerate(instant):
            replay.position = position
            settle(replay, row)
            _look(table["before", ""] + table["before", row.event], replay, row, faults)
            apply(replay, row)
            _look(table["after", ""] + table["after", row.event], replay, row, faults)
        replay.close_instant()
        _look_at_rest(table["instant", ""], replay, instant[-1], faults)
        if len(faults) > MOST_FAULTS or any(fault.check == until for fault in faults):
            return replay, faults
    _wait_until(replay, horizon, (), table, faults)
    replay.samples.take(replay, horizon)
    replay.now = horizon
    _look_at_rest(table["end", ""], replay, rows[-1] if rows else NOTHING, faults)
    return replay, faults


def breaks(check: str, resolved: Mapping[str, Any], reported: tuple[Any, ...]) -> bool:
    """Whether a log, or what is reported beside it, breaks this check; no longer looked at than it takes to see it."""
    return any(fault.check == check for fault in replay_all(resolved, *reported, until=check)[1])


def audit_reported(replay: Replay, kpis: Mapping[str, float]) -> list[Fault]:
    """What the checks after the last row find in these KPIs: `replay` is that of the whole log, without a fault."""
    replay.kpis = kpis
    faults: list[Fault] = []
    _look_at_rest(_by_occasion()["end", ""], replay, NOTHING, faults)
    return faults


def _wait_until(
    replay: Replay,
    minute: int,
    to_come: Sequence[tuple[int, Sequence[Row]]],
    table: Mapping[tuple[str, str], list[Entry]],
    faults: list[Fault],
) -> None:
    """Let the instants pass in which something changes and no row says so."""
    while replay.alarms and replay.alarms[0][0] < minute:
        replay.instant, replay.touched = (), set()
        replay.until, replay.coming = to_come[0] if to_come else (replay.programme.horizon, ())
        replay.open_instant(replay.alarms[0][0])
        replay.close_instant()
        _look_at_rest(table["instant", ""], replay, NOTHING, faults)


Entry = tuple[str, Check]


def _by_occasion() -> dict[tuple[str, str], list[Entry]]:
    """Checks by when and on which event they look."""
    table: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for name, check in CHECKS.items():
        for event in check.on or ("",):
            table[check.when, event].append((name, check))
    return table


def _look(checks: Iterable[Entry], replay: Replay, row: Row, faults: list[Fault]) -> None:
    for name, check in checks:
        for says in check.find(replay, row):
            faults.append(Fault(name, check.rule, row.minute, row.row, says))


def _look_at_rest(checks: Iterable[Entry], replay: Replay, last: Row, faults: list[Fault]) -> None:
    for name, check in checks:
        for says in check.find(replay):
            faults.append(Fault(name, check.rule, replay.now, last.row, says))
