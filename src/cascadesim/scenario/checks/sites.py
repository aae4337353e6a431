"""Sites: where staff and clients are, and what may come from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from cascadesim.lookup import suggestion
from cascadesim.scenario import defaults
from cascadesim.scenario.checks.common import idle, is_said, tiers
from cascadesim.scenario.findings import Finding, there
from cascadesim.scenario.locate import Path
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.tiers import Staff

MAX_SITES = 100


def staff(scenario: Scenario) -> Iterator[Finding]:
    """With sites, staff stand under a site; without, under the tier. Every site that is named is one of them."""
    if len(scenario.sites) > MAX_SITES:
        yield Finding(("sites",), f"{len(scenario.sites)} sites; at most {MAX_SITES}.", "", "too_large")
    for _, name, tier, path in tiers(scenario):
        for key in Staff.model_fields if scenario.sites else ():
            if is_said(tier, key):
                message = f"with sites, this stands in [tier.{name}.site.SITE]."
                hint = f"Write [tier.{name}.site.{scenario.sites[0]}] above it."
                yield Finding((*path, key), message, hint, "sites", ((*path, key), there("sites")))
        yield from _known(scenario, (*path, "site"), tuple(tier.site))
    for name, state in scenario.organisation.items():
        yield from _known(scenario, ("organisation", name, "site"), tuple(state.site))


def _known(scenario: Scenario, path: Path, named: tuple[str, ...]) -> Iterator[Finding]:
    for site in named:
        yield from _known_site(scenario, (*path, site), site)


def _known_site(scenario: Scenario, path: Path, site: str) -> Iterator[Finding]:
    if site in scenario.sites:
        return
    hint = suggestion(site, scenario.sites) if scenario.sites else f'Add sites = ["{site}"] at the top.'
    yield Finding(path, f"{site} is not one of the sites.", hint, "sites", (path, ("sites",)))


def streams(scenario: Scenario) -> Iterator[Finding]:
    """With sites, every stream says at which one its clients are seen."""
    for name, stream in scenario.clients.stream.items() if scenario.clients else ():
        path: Path = ("clients", "stream", name, "site")
        if stream.site is not None:
            yield from _known_site(scenario, path, stream.site)
        elif scenario.sites:
            message = f"is missing. Needed: one of {', '.join(scenario.sites)}."
            yield Finding(path, message, "", "missing", (path, there("sites")))


def across(scenario: Scenario) -> Iterator[Finding]:
    """People travel only between sites, and where they may."""
    for level, _, tier, path in tiers(scenario):
        required = {"training": defaults.trains(tier, level), "supervision": defaults.supervises(tier, level)}
        for what in (what for what in required if required[what]):
            table, here = getattr(tier, what), (*path, what)
            if table.across_sites and len(scenario.sites) < 2:
                yield idle((*here, "across_sites"), "there is one site only", ("sites",))
            elif table.travel_hours and not table.across_sites:
                why = "nobody comes from another site"
                yield idle((*here, "travel_hours"), why, (*here, "across_sites"), hint="Add across_sites = true.")
