"""A valid scenario as a `Plan`: names to levels, weeks and hours to minutes, every default decided.

What a tier and the clients need is packed in `pack_tier.py` and `pack_clients.py`.
"""

from __future__ import annotations

from cascadesim.model.draws import stable_hash
from cascadesim.model.minutes import at_minute, rate_up, to_minutes
from cascadesim.model.pack_clients import pack_clients
from cascadesim.model.pack_tier import pack_tier
from cascadesim.model.plan import CostPlan, Plan, StatePlan
from cascadesim.scenario import defaults
from cascadesim.scenario.base import Table
from cascadesim.scenario.organisation import State
from cascadesim.scenario.quantity import Quantity
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
    snapshots = sorted({*trajectory, *(minute for _, minute in reports), measure_from})
    sites = defaults.sites(scenario)
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
        tiers=tuple(pack_tier(scenario, level) for level in range(len(scenario.cascade))),
        clients=None if scenario.clients is None else pack_clients(scenario, scenario.clients),
        costs=_costs(scenario),
    )


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
        programme=_unit_costs(scenario.costs),
        tiers=tuple(_unit_costs(scenario.tier[name].costs) for name in scenario.cascade),
        clients={} if scenario.clients is None else _unit_costs(scenario.clients.costs),
        states=tuple(scenario.organisation[name].training_cost.value for name in sorted(scenario.organisation)),
    )


def _unit_costs(table: Table) -> dict[str, float]:
    """The quantities of a table of costs, by name."""
    found = {}
    for name in type(table).model_fields:
        cost = getattr(table, name)
        if isinstance(cost, Quantity):
            found[name] = cost.value
    return found
