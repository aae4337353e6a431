"""How much work a run will be, predicted before anything is allocated, and what is too large."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from cascadesim.model.ids import MAX_DATE, MAX_POSITION
from cascadesim.model.units import YEAR_WEEKS, at_minute
from cascadesim.scenario import defaults
from cascadesim.scenario.checks.common import rates, staffs, streams
from cascadesim.scenario.clients import Stream
from cascadesim.scenario.diagnostics.problems import Finding
from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.fields import Rate
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.workforce import Clock, DateClock, LifeTableClock, ShockClock, Staff, Tier

EVENTS_PER_WORKER = 10
"""Recruitment, course, certificate, supervision lost and found, notice, exit: a generous count."""

MAX_BY_CHANCE = MAX_DATE // 2
"""Recruits of one tier, and referrals of one stream, by chance: half of what their numbers have room for."""

MAX_SNAPSHOTS = 20_000
"""Rows of the trajectories; weekly ones for 380 years."""

MAX_DATED = 1_000_000
"""Dated referrals of one stream."""


@dataclass(frozen=True, slots=True)
class RunSize:
    """What one replication is expected to hold: people, referrals, and events of the simulation."""

    recruits: float
    referrals: float
    events: float


@dataclass(frozen=True, slots=True)
class SizeShare:
    """What one source of people or clients adds to the size of a run, with the arithmetic."""

    number: float
    events_apiece: float
    what: str

    @property
    def events(self) -> float:
        """The mean number of events."""
        return self.number * self.events_apiece

    @property
    def words(self) -> str:
        """The arithmetic."""
        apiece = f"{self.events_apiece:,.0f}" if self.events_apiece >= 100 else f"{self.events_apiece:.3g}"
        return f"{self.number:,.0f} {self.what} x {apiece}"


def predict(scenario: Scenario) -> RunSize:
    """The expected size of one replication; clients are taken to be seen as soon as they come."""
    shares = size_shares(scenario)
    people = math.fsum(share.number for path, share in shares.items() if path[0] == "tier")
    referred = math.fsum(share.number for path, share in shares.items() if path[0] == "clients")
    return RunSize(people, referred, math.fsum(share.events for share in shares.values()))


def size_shares(scenario: Scenario) -> dict[KeyPath, SizeShare]:
    """What each key that brings people or clients adds to the size."""
    shares: dict[KeyPath, SizeShare] = {}
    horizon, factor = scenario.horizon_weeks, scenario.recognition.recruitment_factor.value
    for _, staff, path in staffs(scenario):
        tier = scenario.tier[str(path[1])]
        events = events_per_worker(tier, horizon)
        for key, number in expected_recruits(tier, staff, factor, horizon).items():
            shares[*path, key] = SizeShare(number, events, "people")
    for stream, path in streams(scenario):
        events = events_per_client(scenario, stream)
        for key, number in expected_referrals(scenario, stream).items():
            shares[*path, key] = SizeShare(number, events, "referrals")
    return shares


def expected_arrivals(rate: Rate, horizon_weeks: float) -> float:
    """The mean number of arrivals within the horizon."""
    if not rate:
        return 0.0
    steps = sorted(rate, key=lambda step: step.from_week)
    ends = [*(step.from_week for step in steps[1:]), horizon_weeks]
    return math.fsum(
        step.rate.value * max(0.0, min(end, horizon_weeks) - step.from_week)
        for step, end in zip(steps, ends, strict=True)
    )


def turnover(tier: Tier, horizon_weeks: float) -> float:
    """How often one place of a tier is vacated within the horizon, at most: a generous count, without hazard ratios."""
    reasons = tier.events.values()
    exits = (defaults.consequences(own).exit * events_per_week(own.time_to_event, horizon_weeks) for own in reasons)
    return horizon_weeks * math.fsum(exits)


def events_per_week(clock: Clock, horizon_weeks: float) -> float:
    """How often a clock that begins again and again strikes."""
    if isinstance(clock, LifeTableClock):
        return max(step.rate_per_year.value for step in clock.table) / YEAR_WEEKS
    if isinstance(clock, DateClock | ShockClock):
        return 1 / horizon_weeks
    return 1 / clock.scale_weeks


def dated_recruits(staff: Staff, horizon_weeks: float) -> int:
    """The recruits of all intakes within the horizon."""
    return sum(intake.count for intake in staff.intake if intake.week < horizon_weeks)


def expected_recruits(tier: Tier, staff: Staff, factor: float, horizon_weeks: float) -> dict[str, float]:
    """The mean number of people who enter by each key, as far as it can be told before a run."""
    vacancies = 0.0
    if staff.target:
        vacancies = max(0, staff.target - staff.initial) + staff.target * turnover(tier, horizon_weeks)
    pool = math.inf if staff.pool is None else staff.pool
    outside = {
        "intake": float(dated_recruits(staff, horizon_weeks)),
        "recruits_per_week": factor * expected_arrivals(staff.recruits_per_week, horizon_weeks),
        "target": vacancies,
    }
    return {"initial": float(staff.initial)} | {key: min(number, pool) for key, number in outside.items()}


def expected_referrals(scenario: Scenario, stream: Stream) -> dict[str, float]:
    """The mean number of clients whom a stream refers by each key; referral ratios are taken to be 1."""
    horizon, factor = scenario.horizon_weeks, scenario.recognition.referral_factor.value
    dated = sum(1 for week in stream.dates if week < horizon)
    by_chance = factor * expected_arrivals(stream.referrals_per_week, horizon)
    return {"referrals_per_week": by_chance, "dates": float(dated)}


def events_per_worker(tier: Tier, horizon_weeks: float) -> float:
    """`EVENTS_PER_WORKER`, and what comes back: absences, changes of hours and refreshers."""
    often = math.fsum(
        horizon_weeks * events_per_week(reason.time_to_event, horizon_weeks)
        for reason in tier.events.values()
        if reason.recurring
    )
    refreshed = horizon_weeks / tier.refresher.every_weeks if tier.refresher is not None else 0.0
    return EVENTS_PER_WORKER + 2 * often + 2 * refreshed


def events_per_client(scenario: Scenario, stream: Stream) -> float:
    """Referral, patience, and every session with its no-shows, as far as they fit into the horizon."""
    clients = scenario.clients
    assert clients is not None
    forms = defaults.formats(clients)
    form = forms.get(stream.format or defaults.INDIVIDUAL, forms[defaults.INDIVIDUAL])
    assert form.sessions is not None and form.interval_weeks is not None
    tries = form.sessions / max(1e-9, 1 - clients.no_show_probability.value)
    if clients.max_no_shows is not None:
        tries = min(tries, form.sessions + clients.max_no_shows + 1)
    fit = scenario.horizon_weeks / max(form.interval_weeks.mean_value, 1e-4) + 1
    return 2 + min(tries, fit)


def check_size(scenario: Scenario) -> Iterator[Finding]:
    """Sizes that no key can number, or that no machine should be asked for unawares."""
    beyond = [*_snapshots(scenario), *_numbers(scenario)]
    yield from beyond
    size = predict(scenario)
    if beyond or size.events <= scenario.max_events:
        return
    shares = size_shares(scenario)
    path = max(shares, key=lambda path: shares[path].events)
    message = f"about {size.events:,.0f} events are to be expected, most of them from here: {shares[path].words}."
    raised = math.ceil(size.events / 1e6) * 1_000_000
    hint = f"The limit is max_events = {scenario.max_events:,}; write max_events = {raised} if you mean it."
    yield Finding(path, message, hint, "too_large", (*shares, ("horizon_weeks",), ("max_events",), ("clients",)))


def _snapshots(scenario: Scenario) -> Iterator[Finding]:
    rows = math.ceil(scenario.horizon_weeks / scenario.every_weeks)
    if rows > MAX_SNAPSHOTS:
        message = f"a row every {scenario.every_weeks} weeks for {scenario.horizon_weeks:g} weeks makes {rows:,} rows."
        hint = f"At most {MAX_SNAPSHOTS:,}: write every_weeks = {math.ceil(scenario.horizon_weeks / MAX_SNAPSHOTS)}."
        path: KeyPath = ("horizon_weeks",)
        yield Finding(path, message, hint, "too_large", (path, ("every_weeks",)))
    if len(scenario.report_weeks) > MAX_SNAPSHOTS:
        yield Finding(("report_weeks",), f"more than {MAX_SNAPSHOTS:,} weeks.", "", "too_large")


def _numbers(scenario: Scenario) -> Iterator[Finding]:
    """People and clients whom the model can number."""
    for _, staff, path in staffs(scenario):
        if staff.initial >= MAX_POSITION:
            yield _too_many((*path, "initial"), staff.initial)
        per_date: Counter[int] = Counter()
        for place, intake in enumerate(staff.intake):
            minute = at_minute(intake.week)
            per_date[minute] += intake.count
            if per_date[minute] >= MAX_POSITION:
                yield _too_many((*path, "intake", place), per_date[minute])
    for stream, path in streams(scenario):
        if len(stream.dates) > MAX_DATED:
            message = f"{len(stream.dates):,} dates; at most {MAX_DATED:,}."
            yield Finding((*path, "dates"), message, "", "too_large")
    for rate, path in rates(scenario):
        number = expected_arrivals(rate, scenario.horizon_weeks)
        if number >= MAX_BY_CHANCE:
            message = f"{number:,.0f} are to be expected within the horizon; at most {MAX_BY_CHANCE:,} can be numbered."
            yield Finding(path, message, "", "too_large", (path, ("horizon_weeks",)))


def _too_many(path: KeyPath, number: int) -> Finding:
    return Finding(path, f"{number:,} people at once; at most {MAX_POSITION - 1:,} can be numbered.", "", "too_large")
