"""What a plan comes to: at best, and as a run that has to be made.

At best is how many recruits a tier has, and the earliest week of its first certificate. How much work a run will be is
predicted before anything is allocated, and what is too large is refused.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from cascadesim.model.ids import MAX_DATE, MAX_POSITION
from cascadesim.model.units import WEEK_MINUTES, YEAR_WEEKS, at_minute
from cascadesim.scenario import defaults
from cascadesim.scenario.clients import Stream
from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.fields import Rate
from cascadesim.scenario.problems import Finding, rates, staffs, streams
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.workforce import Clock, DateClock, LifeTableClock, ShockClock, Staff, Tier, Training


@dataclass(frozen=True, slots=True)
class BestCase:
    """The best that one tier can hope for, at one site or at all; infinite where chance sets no limit.

    `candidates` counts those who need the course, `everybody` all who are ever there, `at_once` the most who are there
    at one time. `courses` are the earliest weeks at which the course of each stage can begin, infinite where no date of
    the calendar can be used; `ready` is the week at which somebody is certified.
    """

    candidates: float
    everybody: float
    at_once: float
    first_candidates: float
    courses: tuple[float, ...]
    ready: float


def best_cases(scenario: Scenario) -> list[BestCase]:
    """One for each tier, from the top: people of all sites, weeks of the earliest."""
    return [
        BestCase(
            candidates=sum(best.candidates for best in sites.values()),
            everybody=sum(best.everybody for best in sites.values()),
            at_once=sum(best.at_once for best in sites.values()),
            first_candidates=min(best.first_candidates for best in sites.values()),
            courses=tuple(map(min, zip(*(best.courses for best in sites.values()), strict=True))),
            ready=min(best.ready for best in sites.values()),
        )
        for sites in best_cases_by_site(scenario)
    ]


def best_cases_by_site(scenario: Scenario) -> list[dict[str, BestCase]]:
    """One for each site, for each tier from the top."""
    tiers: list[dict[str, BestCase]] = []
    for level, name in enumerate(scenario.cascade):
        tier = scenario.tier[name]
        staff = defaults.staff(tier)
        sites: dict[str, BestCase] = {}
        for site in defaults.sites(scenario):
            above = reachable(tiers[-1], site, tier.training.across_sites) if tiers else []
            ready = min((best.ready for best in above), default=math.inf) if tiers else 0.0
            sites[site] = _best_case(scenario, staff.get(site, Staff()), level, ready)
        tiers.append(sites)
    return tiers


def reachable(above: dict[str, BestCase], site: str, across_sites: bool) -> list[BestCase]:
    """Those of the tier above who can serve a site: its own, or all."""
    return list(above.values()) if across_sites else [above[site]]


def arrival_starts(rate: Rate, horizon: float) -> Iterator[float]:
    """The weeks within the horizon at which a rate above 0 begins."""
    return (step.from_week for step in rate if step.rate.value > 0 and step.from_week < horizon)


def fewest_weeks_of_practice(scenario: Scenario, level: int) -> float:
    """The least time from the end of the course to the certificate."""
    tier = scenario.tier[scenario.cascade[level]]
    kind = defaults.practice(scenario, level)
    if kind == "simulated":
        return tier.training.practice_weeks
    if kind == "none" or scenario.clients is None:
        return 0.0
    rounds = math.ceil(tier.training.practice_cases / tier.apprentice_caseload)
    cases = []
    for form in defaults.formats_used(scenario.clients).values():
        assert form.sessions is not None and form.interval_weeks is not None
        cases.append((tier.training.practice_min_sessions or form.sessions) * form.interval_weeks.support[0])
    return rounds * min(cases)


def _best_case(scenario: Scenario, staff: Staff, level: int, above: float) -> BestCase:
    """That of the staff of one site, where somebody of the tier above is ready in week `above`."""
    horizon, tier = scenario.horizon_weeks, scenario.tier[scenario.cascade[level]]
    dated = sum(intake.count for intake in staff.intake if intake.week < horizon)
    vacancy = tier.lag_weeks.value if staff.target and tier.lag_weeks.value < horizon else math.inf
    by_chance = min(min(arrival_starts(staff.recruits_per_week, horizon), default=math.inf), vacancy)
    outside = min(math.inf if by_chance < math.inf else dated, math.inf if staff.pool is None else staff.pool)
    promoted = tier.promotion is not None and bool(staff.target) and level + 1 < len(scenario.cascade)
    by_chance = 0.0 if promoted else by_chance  # before the lag, and nobody knows when (R9.2)
    candidates = math.inf if promoted else outside
    trained = defaults.trains(tier, level)
    stages = defaults.stages(tier.training)
    first = min(_week_of_recruit(staff, stages[0].min_cohort if trained else 1, horizon), by_chance)
    ready, courses = first, []
    if trained:
        ready = max(first, above)
        for stage in stages:
            courses.append(_course_begins(stage, ready, horizon))
            ready = courses[-1] + (stage.course_weeks or 0)
        ready += fewest_weeks_of_practice(scenario, level)
    by_rate = any(True for _ in arrival_starts(staff.recruits_per_week, horizon))
    everybody = candidates + staff.initial
    at_once = min(math.inf if by_rate else max(staff.initial, staff.target or 0) + dated, everybody)
    return BestCase(candidates, everybody, at_once, first, tuple(courses), 0.0 if staff.initial else ready)


def _week_of_recruit(staff: Staff, number: int, horizon: float) -> float:
    """The week by which so many have come by intakes alone."""
    recruits = 0
    for intake in sorted(staff.intake, key=lambda intake: intake.week):
        recruits += intake.count
        if recruits >= number and intake.week < horizon:
            return intake.week
    return math.inf


def _course_begins(training: Training, ready: float, horizon: float) -> float:
    """The first moment at or after `ready` at which a course may begin; infinite where no date is left (R3.5)."""
    if not defaults.on_dates(training):
        return ready
    usable = (week for week in defaults.calendar_dates(training, horizon) if week + training.window_weeks > ready)
    return max(min(usable, default=math.inf), ready)


EVENTS_PER_WORKER = 10
"""Recruitment, course, certificate, supervision lost and found, notice, exit: a generous count."""

MAX_BY_CHANCE = MAX_DATE // 2
"""Recruits of one tier, and referrals of one stream, by chance: half of what their numbers have room for."""

MOST_MINUTES = 2**63 - 1
"""Minutes a week times minutes, over all people and the whole run: what one word of a compiled run can count."""

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
    form = defaults.format_of(clients, stream.format)
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
    weeks = MOST_MINUTES / max(1.0, size.recruits) / WEEK_MINUTES**2
    if scenario.horizon_weeks > weeks:
        message = f"the minutes of {size.recruits:,.0f} people in {scenario.horizon_weeks:g} weeks cannot be counted."
        hint = f"With so many people at most {math.floor(weeks):,} weeks."
        yield Finding(("horizon_weeks",), message, hint, "too_large", (("horizon_weeks",), ("tier",)))
        return
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
