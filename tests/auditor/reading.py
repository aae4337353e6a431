"""From a resolved scenario to the programme that the auditor knows, with the defaults of the rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auditor.amounts import WEEK, duration, exact, minute_of, rate_up
from auditor.programme import Programme, State
from auditor.reading_clients import read_care
from auditor.reading_tiers import dates, read_tier
from auditor.unit_costs import read_costs


def read(resolved: Mapping[str, Any]) -> Programme:
    """The programme that a resolved scenario describes."""
    horizon = minute_of(resolved["horizon_weeks"])
    care = read_care(resolved["clients"], horizon) if resolved.get("clients") else None
    tiers = {name: read_tier(resolved, name, care) for name in resolved["cascade"]}
    sites = tuple(sorted(resolved.get("sites") or ())) or ("",)
    states = {name: _state(table, sites, resolved) for name, table in (resolved.get("organisation") or {}).items()}
    reviewed = bool(states) or any(tier.strain or tier.competence for tier in tiers.values())
    return Programme(
        horizon=horizon,
        measure_from=minute_of(resolved.get("measure_from_week", 0)),
        review=duration(resolved["review_weeks"]) if reviewed else 0,
        sites=sites,
        states=states,
        cascade=tuple(tiers.values()),
        tiers=tiers,
        care=care,
        costs=read_costs(resolved),
        recognition={name: float(exact(ratio)) for name, ratio in (resolved.get("recognition") or {}).items()},
    )


def _state(table: Mapping[str, Any], sites: tuple[str, ...], resolved: Mapping[str, Any]) -> State:
    """A state of the organisation; a site may have its own start, lift and dates (R7.1)."""
    horizon_weeks, there = exact(resolved["horizon_weeks"]), {}
    for site in sites:
        own = {key: value for key, value in (table.get("site") or {}).get(site, {}).items() if value is not None}
        local = dict(table) | own
        there[site] = (
            float(exact(local.get("initial", 1))),
            float(exact(local.get("lift", 0))),
            dates(local, horizon_weeks),
        )
    half_life = table.get("half_life_weeks")
    return State(
        half_life=0.0 if half_life is None else float(exact(half_life) * WEEK),
        staff_rate=rate_up(exact(table.get("staff_hours", 0))),
        referral_ratio=float(exact(table.get("referral_ratio", 1))),
        sites=there,
    )
