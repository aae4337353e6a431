"""Unit costs that nothing is multiplied with."""

from __future__ import annotations

from collections.abc import Iterator

from cascadesim.scenario import defaults
from cascadesim.scenario.checks.common import idle, tiers
from cascadesim.scenario.checks.languages import spoken
from cascadesim.scenario.findings import Finding
from cascadesim.scenario.locate import Path
from cascadesim.scenario.schema import Scenario


def unused(scenario: Scenario) -> Iterator[Finding]:
    """A cost is that of something that there is."""
    for level, name, tier, path in tiers(scenario):
        trained = defaults.trains(tier, level)
        absent = {
            "course_cost": "" if trained else f"{name} is not trained",
            "trainee_cost": "" if trained else f"{name} is not trained",
            "refresher_cost": "" if tier.refresher else f"{name} has no [tier.{name}.refresher]",
        }
        for key, why in absent.items():
            if why and getattr(tier.costs, key).value:
                yield idle((*path, "costs", key), why, path, ("cascade",))
    clients = scenario.clients
    if clients is None:
        return
    here: Path = ("clients", "costs")
    if clients.costs.screening_hour_cost.value and not clients.screening_hours:
        reads: Path = ("clients", "screening_hours")
        yield idle((*here, "screening_hour_cost"), "screening takes no hours", reads, hint="Add screening_hours = ...")
    interpreted = clients.interpreter_hours_factor is not None and any(map(spoken, clients.stream.values()))
    if clients.costs.interpreter_hour_cost.value and not interpreted:
        yield idle((*here, "interpreter_hour_cost"), "there are no interpreters", ("clients",))
