"""The trajectories again, from the replay alone: time means of every level, totals of every count, row by row."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from auditor.amounts import HOUR, WEEK
from auditor.apply_clients import OUTCOMES
from auditor.check import Check
from auditor.replay import PURPOSES, Replay

TOLERANCE, ROUNDED = 1e-9, 1e-8  # relative; of competence, which the log gives in billionths
HOURS = {each: f"{each}_rate" for each in ("available", "overtime", "run_off")} | {
    each: f"rate.{each}" for each in PURPOSES
}
TIER_TOTALS = ("recruited", "passed", "certified", "exited")
CLIENT_TOTALS = ("referred", "started", "screened_out", *OUTCOMES.values())


def happened(replay: Replay, column: str) -> list[int] | None:
    """The minutes of what a column counts, None where it holds a level."""
    owner, _, what = column.rpartition(".")
    if owner == "clients" and what in CLIENT_TOTALS:
        counted = [each for each in replay.clients.values() if each.referred_at >= replay.programme.measure_from]
        if what == "screened_out":
            return [minute for minute in replay.screened_out.values() if minute >= replay.programme.measure_from]
        if what == "referred":
            return [client.referred_at for client in counted]
        if what == "started":
            return [client.started_at for client in counted if client.started_at >= 0]
        return [client.since for client in counted if client.state == what]
    tier = owner.split(".")[1] if owner.startswith("tier.") else ""
    if what in TIER_TOTALS and owner == f"tier.{tier}":
        return replay.when[tier, what]
    if owner == f"tier.{tier}.exits":
        return replay.when[tier, f"exited.{what}"]
    return None


def level_of(column: str) -> tuple[str, int]:
    """The level behind a column, and how many of its minutes make one unit."""
    owner, _, what = column.rpartition(".")
    if owner.endswith(".hours"):
        return f"{owner.removesuffix('hours')}{HOURS[what]}", HOUR
    return column, 1


def means(changes: Sequence[tuple[int, int]], ends: Sequence[int], unit: int) -> Iterator[float]:
    """The time mean of a level between one end and the next: one division of whole numbers."""
    start = value = place = 0
    for end in ends:
        area, at = 0, start
        while place < len(changes) and changes[place][0] < end:
            minute, by = changes[place]
            area += value * (minute - at)
            value, at, place = value + by, minute, place + 1
        area += value * (end - at)
        yield area / ((end - start) * unit)
        start = end


def trajectories(replay: Replay) -> Iterator[str]:
    """Every number of every row, where the trajectories were given."""
    if not replay.trajectories:
        return
    columns, rows = replay.trajectories
    ends = [round(row[columns.index("week")] * WEEK) for row in rows]
    if ends != sorted(set(ends)) or ends[-1] != replay.programme.horizon:
        yield f"the rows end at the minutes {ends}"
        return
    for place, column in enumerate(columns):
        if column in ("replication", "week"):
            continue
        minutes = happened(replay, column)
        read = f"{column}_mean" if column.endswith(".competence") else column
        tolerance = ROUNDED if read in replay.samples.names else TOLERANCE
        if read in replay.samples.names:
            numbers = [replay.samples.taken[end][read] for end in ends]
        elif minutes is None:
            level, unit = level_of(column)
            numbers = list(means(replay.levels.changes[level], ends, unit))
        else:
            numbers = [float(sum(1 for minute in minutes if minute < end)) for end in ends]
        for row, end, number in zip(rows, ends, numbers, strict=True):
            undefined = math.isnan(number) and math.isnan(row[place])
            if not undefined and not math.isclose(row[place], number, rel_tol=tolerance, abs_tol=1e-12):
                yield f"{column} up to minute {end}: {row[place]} is reported, the log gives {number}"
                break


CHECKS = {"trajectories": Check("R12", "end", trajectories)}
