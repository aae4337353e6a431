"""How much work a run will be, predicted before anything is allocated, and the sizes that cannot be."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from cascadesim.scenario.findings import Finding
from cascadesim.scenario.locate import Path
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.tiers import Rate, Tier
from cascadesim.scenario.units import at_minute

MAX_AT_ONCE = 1 << 20
"""People who enter a tier on one date: their places are numbered in 20 bits of a key (`model/keys.py`)."""

MAX_BY_CHANCE = 1 << 31
"""Recruits of one tier, and referrals of one stream, by chance: half of what their numbers have room for."""

MAX_SNAPSHOTS = 20_000
"""Rows of the trajectories; weekly ones for 380 years."""

EVENTS_PER_WORKER = 10
"""Recruitment, course, certificate, supervision lost and found, notice, exit: a generous count."""


@dataclass(frozen=True, slots=True)
class Size:
    """What one replication is expected to hold: people, referrals, and events of the simulation."""

    recruits: float
    referrals: float
    events: float


def expected(rate: Rate, horizon_weeks: float) -> float:
    """The mean number of arrivals within the horizon."""
    if not rate:
        return 0.0
    steps = sorted(rate, key=lambda step: step.from_week)
    ends = [*(step.from_week for step in steps[1:]), horizon_weeks]
    return math.fsum(
        step.rate.value * max(0.0, min(end, horizon_weeks) - step.from_week)
        for step, end in zip(steps, ends, strict=True)
    )


def recruits(tier: Tier, horizon_weeks: float) -> float:
    """The mean number of people who ever enter a tier."""
    dated = sum(intake.count for intake in tier.intake if intake.week < horizon_weeks)
    return tier.initial + dated + expected(tier.recruits_per_week, horizon_weeks)


def events_per_client(scenario: Scenario) -> float:
    """Referral, patience, and every session with its no-shows, as far as they fit into the horizon."""
    clients = scenario.clients
    if clients is None:
        return 0.0
    tries = clients.sessions / max(1e-9, 1 - clients.no_show_probability.value)
    if clients.max_no_shows is not None:
        tries = min(tries, clients.sessions + clients.max_no_shows + 1)
    fit = scenario.horizon_weeks / max(clients.interval_weeks.mean_value, 1e-4) + 1
    return 2 + min(tries, fit)


def predict(scenario: Scenario) -> Size:
    """The expected size of one replication; clients are taken to be seen as soon as they come."""
    horizon = scenario.horizon_weeks
    people = math.fsum(recruits(tier, horizon) for tier in scenario.tier.values())
    streams = scenario.clients.stream.values() if scenario.clients else ()
    referred = math.fsum(expected(stream.referrals_per_week, horizon) for stream in streams)
    events = people * EVENTS_PER_WORKER + referred * events_per_client(scenario)
    return Size(people, referred, events)


def check_size(scenario: Scenario) -> Iterator[Finding]:
    """Sizes that no key can number, or that no machine should be asked for unawares."""
    beyond = [*_snapshots(scenario), *_keys(scenario)]
    yield from beyond
    size = predict(scenario)
    if beyond or size.events <= scenario.max_events:
        return
    shares = _shares(scenario)
    path = max(shares, key=lambda path: shares[path][0])
    words = shares[path][1]
    message = f"about {size.events:,.0f} events are to be expected, most of them from here: {words}."
    raised = math.ceil(size.events / 1e6) * 1_000_000
    hint = f"The limit is max_events = {scenario.max_events:,}; write max_events = {raised} if you mean it."
    reads = (*shares, ("horizon_weeks",), ("max_events",), ("clients",))
    yield Finding(path, message, hint, "too_large", reads)


def _shares(scenario: Scenario) -> dict[Path, tuple[float, str]]:
    """What each source of people and clients adds to the events, with the arithmetic."""
    horizon = scenario.horizon_weeks
    found: dict[Path, tuple[float, str]] = {}
    for name, tier in scenario.tier.items():
        dated = sum(intake.count for intake in tier.intake if intake.week < horizon)
        by_chance = expected(tier.recruits_per_week, horizon)
        for key, number in (("initial", tier.initial), ("intake", dated), ("recruits_per_week", by_chance)):
            words = f"{number:,.0f} people x {EVENTS_PER_WORKER}"
            found["tier", name, key] = (number * EVENTS_PER_WORKER, words)
    each = events_per_client(scenario)
    for name, stream in scenario.clients.stream.items() if scenario.clients else ():
        number = expected(stream.referrals_per_week, horizon)
        words = f"{number:,.0f} referrals x {each:.3g}"
        found["clients", "stream", name, "referrals_per_week"] = (number * each, words)
    return found


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
    for name, tier in scenario.tier.items():
        if tier.initial >= MAX_AT_ONCE:
            yield _too_many(("tier", name, "initial"), tier.initial)
        per_date: Counter[int] = Counter()
        for place, intake in enumerate(tier.intake):
            per_date[at_minute(intake.week)] += intake.count
            if per_date[at_minute(intake.week)] >= MAX_AT_ONCE:
                yield _too_many(("tier", name, "intake", place), per_date[at_minute(intake.week)])
        by_chance.append((("tier", name, "recruits_per_week"), tier.recruits_per_week))
    for name, stream in scenario.clients.stream.items() if scenario.clients else ():
        by_chance.append((("clients", "stream", name, "referrals_per_week"), stream.referrals_per_week))
    for path, rate in by_chance:
        number = expected(rate, horizon)
        if number >= MAX_BY_CHANCE:
            message = f"{number:,.0f} are to be expected within the horizon; at most {MAX_BY_CHANCE:,} can be numbered."
            yield Finding(path, message, "", "too_large", (path, ("horizon_weeks",)))


def _too_many(path: Path, number: int) -> Finding:
    return Finding(path, f"{number:,} people at once; at most {MAX_AT_ONCE - 1:,} can be numbered.", "", "too_large")
