"""Sizes that no key can number, or that no machine should be asked for unawares."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

from cascadesim.model.units import at_minute
from cascadesim.scenario.checks.common import staffs
from cascadesim.scenario.findings import Finding
from cascadesim.scenario.locate import Path
from cascadesim.scenario.rates import Rate
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.size import expected, predict, shares

MAX_AT_ONCE = 1 << 17
"""People who enter a tier on one date: their places are numbered in 17 bits of a key (`model/ids.py`)."""

MAX_BY_CHANCE = 1 << 31
"""Recruits of one tier, and referrals of one stream, by chance: half of what their numbers have room for."""

MAX_SNAPSHOTS = 20_000
"""Rows of the trajectories; weekly ones for 380 years."""

MAX_DATED = 1_000_000
"""Dated referrals of one stream."""


def check_size(scenario: Scenario) -> Iterator[Finding]:
    """Sizes that no key can number, or that no machine should be asked for unawares."""
    beyond = [*_snapshots(scenario), *_keys(scenario)]
    yield from beyond
    size = predict(scenario)
    if beyond or size.events <= scenario.max_events:
        return
    found = shares(scenario)
    path = max(found, key=lambda path: found[path].events)
    message = f"about {size.events:,.0f} events are to be expected, most of them from here: {found[path].words}."
    raised = math.ceil(size.events / 1e6) * 1_000_000
    hint = f"The limit is max_events = {scenario.max_events:,}; write max_events = {raised} if you mean it."
    reads = (*found, ("horizon_weeks",), ("max_events",), ("clients",))
    yield Finding(path, message, hint, "too_large", reads)


def _snapshots(scenario: Scenario) -> Iterator[Finding]:
    rows = math.ceil(scenario.horizon_weeks / scenario.every_weeks)
    if rows > MAX_SNAPSHOTS:
        message = f"a row every {scenario.every_weeks} weeks for {scenario.horizon_weeks:g} weeks makes {rows:,} rows."
        hint = f"At most {MAX_SNAPSHOTS:,}: write every_weeks = {math.ceil(scenario.horizon_weeks / MAX_SNAPSHOTS)}."
        path: Path = ("horizon_weeks",)
        yield Finding(path, message, hint, "too_large", (path, ("every_weeks",)))
    if len(scenario.report_weeks) > MAX_SNAPSHOTS:
        yield Finding(("report_weeks",), f"more than {MAX_SNAPSHOTS:,} weeks.", "", "too_large")


def _keys(scenario: Scenario) -> Iterator[Finding]:
    horizon = scenario.horizon_weeks
    by_chance: list[tuple[Path, Rate]] = []
    for _, staff, path in staffs(scenario):
        if staff.initial >= MAX_AT_ONCE:
            yield _too_many((*path, "initial"), staff.initial)
        per_date: Counter[int] = Counter()
        for place, intake in enumerate(staff.intake):
            per_date[at_minute(intake.week)] += intake.count
            if per_date[at_minute(intake.week)] >= MAX_AT_ONCE:
                yield _too_many((*path, "intake", place), per_date[at_minute(intake.week)])
        by_chance.append(((*path, "recruits_per_week"), staff.recruits_per_week))
    for name, stream in scenario.clients.stream.items() if scenario.clients else ():
        by_chance.append((("clients", "stream", name, "referrals_per_week"), stream.referrals_per_week))
        if len(stream.dates) > MAX_DATED:
            message = f"{len(stream.dates):,} dates; at most {MAX_DATED:,}."
            yield Finding(("clients", "stream", name, "dates"), message, "", "too_large")
    for path, rate in by_chance:
        number = expected(rate, horizon)
        if number >= MAX_BY_CHANCE:
            message = f"{number:,.0f} are to be expected within the horizon; at most {MAX_BY_CHANCE:,} can be numbered."
            yield Finding(path, message, "", "too_large", (path, ("horizon_weeks",)))


def _too_many(path: Path, number: int) -> Finding:
    return Finding(path, f"{number:,} people at once; at most {MAX_AT_ONCE - 1:,} can be numbered.", "", "too_large")
