"""A valid scenario as a `Plan`: names to levels, weeks and hours to minutes, every default decided.

What a tier and the clients need is packed in `pack_tier.py` and `pack_clients.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

from cascadesim.model.draws import stable_hash
from cascadesim.model.minutes import at_minute, rate_up, to_minutes
from cascadesim.model.pack_clients import pack_clients
from cascadesim.model.pack_tier import pack_tier
from cascadesim.model.plan import CostPlan, Plan, StatePlan, TierPlan
from cascadesim.scenario import defaults
from cascadesim.scenario.costs import unit_costs
from cascadesim.scenario.organisation import State
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.units import WEEK_MINUTES

__all__ = ["pack"]


def pack(scenario: Scenario) -> Plan:
    """The plan of a scenario. The order of keys, tables and list items in the file changes nothing in it."""
    horizon = to_minutes(scenario.horizon_weeks)
    reports = tuple((week, at_minute(week)) for week in defaults.report_weeks(scenario))
    step = scenario.every_weeks * WEEK_MINUTES
    trajectory = (*range(step, horizon, step), horizon)
    measure_from = at_minute(scenario.measure_from_week)
    sites = defaults.sites(scenario)
    tiers = tuple(pack_tier(scenario, level) for level in range(len(scenario.cascade)))
    snapshots = sorted({*trajectory, *(minute for _, minute in reports), measure_from, *_read_at(tiers, horizon)})
    return Plan(
        horizon=horizon,
        measure_from=measure_from,
        review_minutes=to_minutes(scenario.review_weeks),
        snapshots=tuple(snapshots),
        trajectory=trajectory,
        reports=reports,
        sites=tuple((name, stable_hash(name) if name else 0) for name in sites),
        languages=tuple((name, stable_hash(name)) for name in defaults.languages(scenario)),
        organisation=tuple(
            _state(name, scenario.organisation[name], sites, scenario.horizon_weeks)
            for name in sorted(scenario.organisation)
        ),
        tiers=tiers,
        clients=None if scenario.clients is None else pack_clients(scenario, scenario.clients),
        costs=_costs(scenario),
    )


def _read_at(tiers: tuple[TierPlan, ...], horizon: int) -> Iterator[int]:
    """Minutes inside the run at which measures ask how things stand: paid engagement begins or ends."""
    for tier in tiers:
        minutes: list[int] = []
        for measure in tier.engagement:
            minutes += (measure.from_minute, measure.until_minute) if measure.week_cost else ()
        yield from (minute for minute in minutes if 0 < minute < horizon)


def _state(name: str, state: State, sites: tuple[str, ...], horizon_weeks: float) -> StatePlan:
    half_life = state.half_life_weeks
    at_sites = []
    for site in sites:
        there = defaults.state_at(state, site)
        dates = tuple(at_minute(week) for week in defaults.lift_dates(there, horizon_weeks))
        at_sites.append((there.initial.value, there.lift.value, dates))
    return StatePlan(
        name=name,
        half_life_minutes=0.0 if half_life is None else half_life.value * WEEK_MINUTES,
        staff_rate=rate_up(state.staff_hours),
        referral_ratio=state.referral_ratio.value,
        sites=tuple(at_sites),
    )


def _costs(scenario: Scenario) -> CostPlan:
    return CostPlan(
        currency=scenario.costs.currency,
        programme=unit_costs(scenario.costs),
        tiers=tuple(unit_costs(scenario.tier[name].costs) for name in scenario.cascade),
        clients={} if scenario.clients is None else unit_costs(scenario.clients.costs),
        states=tuple(scenario.organisation[name].training_cost.value for name in sorted(scenario.organisation)),
    )
