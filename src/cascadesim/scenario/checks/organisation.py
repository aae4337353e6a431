"""States of the organisation: when they are lifted, and what they act on."""

from __future__ import annotations

from collections.abc import Iterator

from cascadesim.model.hazards import FLAGS
from cascadesim.scenario import defaults
from cascadesim.scenario.checks.common import idle, is_said
from cascadesim.scenario.checks.courses import every, twice
from cascadesim.scenario.findings import Finding
from cascadesim.scenario.locate import Path
from cascadesim.scenario.organisation import State
from cascadesim.scenario.schema import Scenario

MAX_REVIEWS = 100_000


def calendars(scenario: Scenario) -> Iterator[Finding]:
    """Names are not those of flags, and dates lie before the horizon and stand once."""
    horizon = scenario.horizon_weeks
    for name, state in scenario.organisation.items():
        path: Path = ("organisation", name)
        if name.casefold() in FLAGS:
            message = f"{name} is a name that the model gives by itself."
            yield Finding(path, message, "Choose another name.", "name")
        yield from twice(state.at_weeks, (*path, "at_weeks"))
        yield from every(state.every_weeks, state.at_weeks, horizon, path)
        for site, own in state.site.items():
            home = (*path, "site", site)
            yield from twice(own.at_weeks or (), (*home, "at_weeks"))
            yield from every(own.every_weeks, own.at_weeks or state.at_weeks, horizon, home)


def unused(scenario: Scenario) -> Iterator[Finding]:
    """A state acts on something, and trainings have dates."""
    streams = scenario.clients.stream.values() if scenario.clients else ()
    rated = any(stream.referrals_per_week for stream in streams)
    used = {name for tier in scenario.tier.values() for name in (*tier.hazard_ratios, *tier.lost_hours_per_week)}
    for name, state in scenario.organisation.items():
        path: Path = ("organisation", name)
        if name not in used and not is_said(state, "referral_ratio"):
            hint = "Name it in hazard_ratios or lost_hours_per_week of a tier, or give a referral_ratio."
            yield idle(path, "no tier names it, and it leaves referrals alone", ("tier",), hint=hint)
        each = [(state, path), *((defaults.state_at(state, site), (*path, "site", site)) for site in state.site)]
        dated = [place for place, _ in each if place.at_weeks or place.every_weeks is not None]
        for key in ("lift", "staff_hours", "training_cost"):
            if is_said(state, key) and not dated:
                yield idle((*path, key), "there are no dates", path, hint="Add at_weeks or every_weeks.")
        yield from _nothing_lifted(dated, path)
        if is_said(state, "referral_ratio") and not rated:
            yield idle((*path, "referral_ratio"), "no stream has referrals_per_week", ("clients",))


def _nothing_lifted(dated: list[State], path: Path) -> Iterator[Finding]:
    if dated and not any(place.lift.value or place.staff_hours or place.training_cost.value for place in dated):
        yield idle(path, "its trainings lift nothing", hint="Add lift = 0.5, say.")


def reviews(scenario: Scenario) -> Iterator[Finding]:
    """Reviews take place, where something is reviewed, and not without end."""
    path: Path = ("review_weeks",)
    reads = (path, ("horizon_weeks",))
    tiers = scenario.tier.values()
    reviewed = scenario.organisation or any(tier.strain or tier.competence for tier in tiers)
    number = scenario.horizon_weeks / scenario.review_weeks
    if not reviewed:
        if is_said(scenario, "review_weeks"):
            why = "there is no state of the organisation, no strain and no competence"
            yield idle(path, why, ("organisation",), ("tier",))
    elif number > MAX_REVIEWS:
        yield Finding(path, f"makes {number:,.0f} reviews; at most {MAX_REVIEWS:,}.", "", "too_large", reads)
    elif number <= 1:
        message = f"got {scenario.review_weeks:g}: there is no review before the horizon."
        yield Finding(path, message, f"Less than {scenario.horizon_weeks:g}.", "unlikely", reads, warning=True)
