"""How much work a run will be, predicted before anything is allocated."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cascadesim.model.units import YEAR_WEEKS
from cascadesim.scenario import defaults
from cascadesim.scenario.checks.common import staffs
from cascadesim.scenario.clients import Stream
from cascadesim.scenario.life import Clock, DateClock, LifeTableClock, ShockClock
from cascadesim.scenario.locate import Path
from cascadesim.scenario.rates import Rate
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.tiers import Staff, Tier

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


def turnover(tier: Tier, horizon_weeks: float) -> float:
    """How often one place of a tier is vacated within the horizon, at most: a generous count, without hazard ratios."""
    rates = (
        defaults.consequences(reason)[0] * strikes_per_week(reason.clock, horizon_weeks)
        for reason in tier.life.values()
    )
    return horizon_weeks * math.fsum(rates)


def strikes_per_week(clock: Clock, horizon_weeks: float) -> float:
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
        "recruits_per_week": factor * expected(staff.recruits_per_week, horizon_weeks),
        "target": vacancies,
    }
    return {"initial": float(staff.initial)} | {key: min(number, pool) for key, number in outside.items()}


def events_per_worker(tier: Tier, horizon_weeks: float) -> float:
    """`EVENTS_PER_WORKER`, and what comes back: absences, changes of hours and refreshers."""
    often = math.fsum(
        horizon_weeks * strikes_per_week(reason.clock, horizon_weeks)
        for reason in tier.life.values()
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


def expected_referrals(scenario: Scenario, stream: Stream) -> dict[str, float]:
    """The mean number of clients whom a stream refers by each key; referral ratios are taken to be 1."""
    horizon = scenario.horizon_weeks
    factor = scenario.recognition.referral_factor.value
    dated = sum(1 for week in stream.dates if week < horizon)
    return {"referrals_per_week": factor * expected(stream.referrals_per_week, horizon), "dates": float(dated)}


def predict(scenario: Scenario) -> Size:
    """The expected size of one replication; clients are taken to be seen as soon as they come."""
    found = shares(scenario)
    people = math.fsum(share.number for path, share in found.items() if path[0] == "tier")
    referred = math.fsum(share.number for path, share in found.items() if path[0] == "clients")
    return Size(people, referred, math.fsum(share.events for share in found.values()))


@dataclass(frozen=True, slots=True)
class Share:
    """What one source of people or clients adds to the size of a run, with the arithmetic."""

    number: float
    each: float
    what: str

    @property
    def events(self) -> float:
        """The mean number of events."""
        return self.number * self.each

    @property
    def words(self) -> str:
        """The arithmetic."""
        each = f"{self.each:,.0f}" if self.each >= 100 else f"{self.each:.3g}"
        return f"{self.number:,.0f} {self.what} x {each}"


def shares(scenario: Scenario) -> dict[Path, Share]:
    """What each key that brings people or clients adds to the size."""
    found: dict[Path, Share] = {}
    factor = scenario.recognition.recruitment_factor.value
    for _, staff, path in staffs(scenario):
        tier = scenario.tier[str(path[1])]
        each = events_per_worker(tier, scenario.horizon_weeks)
        for key, number in expected_recruits(tier, staff, factor, scenario.horizon_weeks).items():
            found[*path, key] = Share(number, each, "people")
    for name, stream in scenario.clients.stream.items() if scenario.clients else ():
        each = events_per_client(scenario, stream)
        for key, number in expected_referrals(scenario, stream).items():
            found["clients", "stream", name, key] = Share(number, each, "referrals")
    return found
