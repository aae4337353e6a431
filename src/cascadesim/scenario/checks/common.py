"""What the checks share: walks over the scenario, and findings that many of them make."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from cascadesim.scenario import defaults
from cascadesim.scenario.diagnostics.problems import Finding
from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.fields import Quantity, Table
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.workforce import Staff, Tier

_SUM_NOISE = 1e-9


def tiers(scenario: Scenario) -> Iterator[tuple[int, str, Tier, KeyPath]]:
    """(level, name, tier, path of its table), from the top."""
    for level, name in enumerate(scenario.cascade):
        yield level, name, scenario.tier[name], ("tier", name)


def staffs(scenario: Scenario) -> Iterator[tuple[str, Staff, KeyPath]]:
    """(site, staff, path of its table) of every tier; the site without a name is ""."""
    for _, _, tier, path in tiers(scenario):
        for site, staff in defaults.staff(tier).items():
            yield site, staff, (*path, "site", site) if site else path


def repeated(weeks: Sequence[float]) -> Iterator[tuple[int, float]]:
    """(place, week) of every week that stood in the list before."""
    seen: set[float] = set()
    for place, week in enumerate(weeks):
        if week in seen:
            yield place, week
        seen.add(week)


def is_said(table: Table, key: str) -> bool:
    """Whether a key has another value than it has by default."""
    value, default = getattr(table, key), type(table).model_fields[key].get_default(call_default_factory=True)
    if isinstance(value, Quantity) and isinstance(default, Quantity):
        return value.value != default.value
    return bool(value != default)


def idle(path: KeyPath, why: str, *reads: KeyPath, hint: str = "") -> Finding:
    """A key that changes nothing, because of something else."""
    return Finding(path, f"has no effect: {why}.", hint, "no_effect", (path, *reads), warning=True)


def shares(table: Mapping[str, Quantity], path: KeyPath) -> Iterator[Finding]:
    """Shares of one whole sum to 1."""
    total = math.fsum(share.value for share in table.values())
    if table and abs(total - 1) > _SUM_NOISE:
        said = " + ".join(f"{share.value:g}" for share in table.values())
        yield Finding(path, f"the shares sum to {total:.6g}, not to 1: {said}.", "", "shares")
