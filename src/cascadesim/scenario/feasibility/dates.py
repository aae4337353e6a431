"""What is dated at or after the horizon never happens."""

from __future__ import annotations

from collections.abc import Iterator

from cascadesim.scenario.checks.common import staffs, tiers
from cascadesim.scenario.findings import Finding
from cascadesim.scenario.life import Clock, DateClock, ShockClock
from cascadesim.scenario.locate import Path
from cascadesim.scenario.schema import Scenario


def past_horizon(scenario: Scenario) -> Iterator[Finding]:
    """A warning for each date; one for all dates of a stream."""
    horizon = scenario.horizon_weeks
    for path, week in (*_staff(scenario), *_tiers(scenario), *_clients(scenario), *_organisation(scenario)):
        if week >= horizon:
            message = f"week {week:g} lies past the horizon of {horizon:g} weeks: it never happens."
            yield Finding(path, message, "", "past_horizon", (path, ("horizon_weeks",)), warning=True)
    for name, stream in scenario.clients.stream.items() if scenario.clients else ():
        late = [week for week in stream.dates if week >= horizon]
        if late:
            path = ("clients", "stream", name, "dates")
            message = f"{len(late):,} of {len(stream.dates):,} dates, from week {min(late):g} on, lie past the horizon"
            message += f" of {horizon:g} weeks: they never happen."
            yield Finding(path, message, "", "past_horizon", (path, ("horizon_weeks",)), warning=True)


def _staff(scenario: Scenario) -> Iterator[tuple[Path, float]]:
    for _, staff, path in staffs(scenario):
        yield from (((*path, "intake", i, "week"), intake.week) for i, intake in enumerate(staff.intake))
        rate = staff.recruits_per_week
        yield from (((*path, "recruits_per_week", i, "from_week"), step.from_week) for i, step in enumerate(rate))


def _tiers(scenario: Scenario) -> Iterator[tuple[Path, float]]:
    for _, _, tier, path in tiers(scenario):
        here = (*path, "training")
        yield from (((*here, "at_weeks", i), week) for i, week in enumerate(tier.training.at_weeks))
        for place, stage in enumerate(tier.training.stages):
            yield from (((*here, "stages", place, "at_weeks", i), week) for i, week in enumerate(stage.at_weeks or ()))
        for name, reason in tier.life.items():
            yield from _clock((*path, "life", name, "clock"), reason.clock)
        for name, measure in tier.engagement.items():
            yield (*path, "engagement", name, "from_week"), measure.from_week


def _clock(path: Path, clock: Clock) -> Iterator[tuple[Path, float]]:
    if isinstance(clock, DateClock | ShockClock):
        yield (*path, "week"), clock.week


def _clients(scenario: Scenario) -> Iterator[tuple[Path, float]]:
    clients = scenario.clients
    if clients is None:
        return
    for name, stream in clients.stream.items():
        home = ("clients", "stream", name, "referrals_per_week")
        yield from (((*home, i, "from_week"), step.from_week) for i, step in enumerate(stream.referrals_per_week))
    for name, reason in clients.life.items():
        yield from _clock(("clients", "life", name, "clock"), reason.clock)


def _organisation(scenario: Scenario) -> Iterator[tuple[Path, float]]:
    for name, state in scenario.organisation.items():
        path: Path = ("organisation", name)
        yield from (((*path, "at_weeks", i), week) for i, week in enumerate(state.at_weeks))
        for site, own in state.site.items():
            here = (*path, "site", site, "at_weeks")
            yield from (((*here, i), week) for i, week in enumerate(own.at_weeks or ()))
