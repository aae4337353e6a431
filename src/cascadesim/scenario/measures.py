"""The names of the measures (KPIs) that a run of a scenario will have.

The model layer computes them (`model/measures.py`); this layer lies below it and has to know their names, to check
`[[published]]` before anything runs. A test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cascadesim.scenario import defaults, priced
from cascadesim.scenario.clients import Clients
from cascadesim.scenario.costs import unit_costs
from cascadesim.scenario.measure_names import (
    CARE,
    CLASS,
    CLIENTS,
    CLIENTS_BY_WEEK,
    CLIENTS_WITH,
    COMPETENCE,
    TIER,
    TIER_BY_WEEK,
    TIER_WAITS,
    TIER_WITH,
    WAVE,
)
from cascadesim.scenario.mechanisms import client_mechanisms, tier_mechanisms
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.waits import awaited, possible
from cascadesim.scenario.workforce import ShockClock


def measure_names(scenario: Scenario) -> frozenset[str]:
    """The name of every measure of a run of this scenario."""
    names = set(_organisation_names(scenario)) | {f"cost.{name}" for name in _cost_names(scenario)}
    if scenario.clients is not None:
        names.update(f"clients.{name}" for name in _client_names(scenario, scenario.clients))
    for level, tier in enumerate(scenario.cascade):
        names.update(f"tier.{tier}.{name}" for name in _tier_names(scenario, level))
    return frozenset(names)


def _client_names(scenario: Scenario, clients: Clients) -> Iterator[str]:
    weeks, mechanisms = defaults.report_weeks(scenario), client_mechanisms(scenario, clients)
    yield from CLIENTS
    yield from (name for each, names in CLIENTS_WITH.items() if each in mechanisms for name in names)
    yield from (f"{what}_at_week_{week}" for week in weeks for what in CLIENTS_BY_WEEK)
    yield from (f"waiting.care.{constraint}_weeks" for constraint in CARE if possible(constraint, mechanisms))
    for kind, found in _classes(clients).items():
        if len(found) > 1:
            yield from (f"{kind}.{name}.{what}" for name in found for what in CLASS)


def _classes(clients: Clients) -> dict[str, set[str]]:
    """The streams, languages and sites of clients."""
    streams = clients.stream.values()
    spoken: Iterable[tuple[str, ...]] = ((stream.language,) if stream.language else () for stream in streams)
    return {
        "stream": set(clients.stream),
        "language": {name for names in spoken for name in names}.union(*(stream.languages for stream in streams)),
        "site": {stream.site or "" for stream in streams},
    }


def _tier_names(scenario: Scenario, level: int) -> Iterator[str]:
    weeks, mechanisms = defaults.report_weeks(scenario), tier_mechanisms(scenario, level)
    yield from TIER
    yield from (name for each, names in TIER_WITH.items() if each in mechanisms for name in names)
    yield from (f"exits.{reason}" for reason in defaults.exit_names(scenario, level))
    by_week = (*TIER_BY_WEEK, *(COMPETENCE if "competence" in mechanisms else ()))
    yield from (f"{what}_at_week_{week}" for week in weeks for what in by_week)
    for name, reason in scenario.tier[scenario.cascade[level]].life.items():
        if isinstance(reason.clock, ShockClock) and reason.clock.week < scenario.horizon_weeks:
            yield from (f"wave.{name}.{what}" for what in WAVE)
    for wait, constraints in TIER_WAITS.items():
        if awaited(wait, mechanisms):
            yield from (f"waiting.{wait}.{each}_weeks" for each in constraints if possible(each, mechanisms))


def _organisation_names(scenario: Scenario) -> Iterator[str]:
    for state in scenario.organisation:
        yield f"organisation.{state}.trainings"
        sites = [f".{site}" for site in scenario.sites] if len(scenario.sites) > 1 else [""]
        for week in defaults.report_weeks(scenario):
            yield from (f"organisation.{state}{site}_at_week_{week}" for site in sites)


def _cost_names(scenario: Scenario) -> tuple[str, ...]:
    names = [*priced.lines_of(priced.PROGRAMME, unit_costs(scenario.costs), frozenset())]
    if any(state.training_cost.value > 0 for state in scenario.organisation.values()):
        names.append("organisation")
    clients = scenario.clients
    if clients is not None:
        lines = priced.lines_of(priced.CLIENTS, unit_costs(clients.costs), client_mechanisms(scenario, clients))
        names += [f"clients.{line}" for line in lines]
    for level, tier in enumerate(scenario.cascade):
        own = unit_costs(scenario.tier[tier].costs)
        names += [f"tier.{tier}.{line}" for line in priced.lines_of(priced.TIER, own, tier_mechanisms(scenario, level))]
    if not names:
        return ()
    return (*names, *priced.TOTALS, *(priced.CARE_TOTALS if clients is not None else ()))
