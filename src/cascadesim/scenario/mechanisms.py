"""Which mechanisms a scenario has, by short names: what a run measures, and what can stand in the way, follows from it.

The plan carries them along, so that measures, trajectories and their names agree.
"""

from __future__ import annotations

from cascadesim.scenario import defaults
from cascadesim.scenario.clients import Clients
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.workforce import ShockClock, Tier


def tier_mechanisms(scenario: Scenario, level: int) -> frozenset[str]:
    """Those of the tier at `level`."""
    tier = scenario.tier[scenario.cascade[level]]
    facts = _staffing(tier) | _working(scenario, level) | _learning(scenario, level) | _around(scenario, level)
    return frozenset(name for name, is_so in facts.items() if is_so)


def _staffing(tier: Tier) -> dict[str, bool]:
    """Where its people come from and what becomes of them."""
    targets = [staff for staff in defaults.staff(tier).values() if staff.target is not None]
    return {
        "absence": _can(tier, "absence"),
        "hours_change": _can(tier, "hours_change"),
        "target": bool(targets),
        "pool": any(staff.pool is not None for staff in targets),
        "promotion": tier.promotion is not None,
        "idle": tier.deployment_probability.value < 1 and tier.not_deployed == "stay",
        "shock": any(isinstance(reason.time_to_event, ShockClock) for reason in tier.events.values()),
    }


def _working(scenario: Scenario, level: int) -> dict[str, bool]:
    """What fills its week, and what changes it; `delivers` is of certified workers, others see clients in practice."""
    tier, clients = scenario.tier[scenario.cascade[level]], scenario.clients
    lost = bool(tier.lost_hours_per_week) or any(state.staff_hours > 0 for state in scenario.organisation.values())
    delivers = defaults.delivers(scenario, level)
    sees_clients = delivers or defaults.practice(scenario, level) == "clients"
    return {
        "run_off": _can(tier, "hours_change") or lost,
        "duties": tier.other_duties_hours_per_week.value > 0 or lost,
        "paid_incentive": any(own.week_cost.value > 0 for own in tier.incentive.values()),
        "delivers": delivers,
        "sees_clients": sees_clients,
        "research": sees_clients and clients is not None and clients.research_hours_per_client > 0,
    }


def _learning(scenario: Scenario, level: int) -> dict[str, bool]:
    """Its courses and its competence, which it `learns` where that comes from courses."""
    tier = scenario.tier[scenario.cascade[level]]
    trained, stages, competence = defaults.trains(tier, level), defaults.stages(tier.training), tier.competence
    return {
        "trained": trained,
        "retakes": trained and (len(stages) > 1 or any(stage.attempts > 1 for stage in stages)),
        "calendar": trained and any(defaults.on_dates(stage) for stage in stages),
        "rooms": trained and tier.training.parallel_courses is not None,
        "refresher": tier.refresher is not None,
        "competence": competence is not None,
        "learns": competence is not None and trained,
        "threshold": competence is not None and competence.certification_threshold.value > 0,
    }


def _around(scenario: Scenario, level: int) -> dict[str, bool]:
    """What it is for the tier below: `trains` it, `sheds` groups of it; and whom it has above it."""
    tier, facts = scenario.tier[scenario.cascade[level]], {}
    if level + 1 < len(scenario.cascade):
        below = scenario.tier[scenario.cascade[level + 1]]
        facts["trains"] = defaults.trains(below, level + 1)
        facts["sheds"] = defaults.supervises(below, level + 1) and _can(tier, "hours_change")
    if level > 0:
        above = scenario.tier[scenario.cascade[level - 1]]
        facts["able_trainers"] = above.competence is not None and above.competence.min_trainer_competence.value > 0
        facts["absent_supervisors"] = _can(above, "absence")
    return facts


def _can(tier: Tier, consequence: str) -> bool:
    """Whether an event of the lives of a tier's workers can have this consequence."""
    return any(getattr(defaults.consequences(reason), consequence) > 0 for reason in tier.events.values())


def client_mechanisms(scenario: Scenario, clients: Clients) -> frozenset[str]:
    """Those of the clients; `mute` is a language that some workers do not speak, with no interpreter for it."""
    streams = clients.stream.values()
    spoken = any(stream.language is not None or stream.languages for stream in streams)
    apart = spoken and any(tier.languages for tier in scenario.tier.values())
    facts = {
        "screening": any((own.eligibility_probability or clients.eligibility_probability).value < 1 for own in streams),
        "screening_hours": clients.screening_hours > 0,
        "own_life": bool(clients.events),
        "adequate": clients.adequate_sessions is not None,
        "population": clients.population_in_need is not None,
        "groups": any(form.group_max > 1 for form in defaults.formats_used(clients).values()),
        "mute": apart and clients.interpreter_hours_factor is None,
        "interpreter": apart and clients.interpreter_hours_factor is not None,
    }
    return frozenset(name for name, is_so in facts.items() if is_so)
