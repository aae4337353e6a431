"""Which mechanisms a scenario has, by short names: what a run measures, and what can stand in the way, follows from it.

The plan carries them along, so that measures, trajectories and their names agree.
"""

from __future__ import annotations

from collections.abc import Iterator

from cascadesim.scenario import defaults
from cascadesim.scenario.clients import Clients
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.workforce import ShockClock, Tier


def tier_mechanisms(scenario: Scenario, level: int) -> frozenset[str]:
    """Those of the tier at `level`.

    `able_trainers` and `absent_supervisors` are about the tier above: its trainers need some competence, its people can
    be away. `delivers`, `trained` and `trains` are what the tier does: sees clients, takes courses, gives them.
    `learns` says that its competence is modelled and comes from courses, `sheds` that it may have to give up groups
    that it leads.
    """
    tier = scenario.tier[scenario.cascade[level]]
    found = {*_staffing(tier), *_working(scenario, tier), *_learning(scenario, level), *_seeing(scenario, level)}
    if any(isinstance(reason.clock, ShockClock) for reason in tier.life.values()):
        found.add("shock")
    if level > 0:
        above = scenario.tier[scenario.cascade[level - 1]]
        if above.competence is not None and above.competence.min_trainer_competence.value > 0:
            found.add("able_trainers")
        if _consequence(above, 2):
            found.add("absent_supervisors")
    return frozenset(found)


def _staffing(tier: Tier) -> Iterator[str]:
    """Where its people come from and what becomes of them."""
    if _consequence(tier, 2):
        yield "absence"
    if _consequence(tier, 1):
        yield "hours_change"
    staff = defaults.staff(tier).values()
    if any(each.target is not None for each in staff):
        yield "target"
        if any(each.target is not None and each.pool is not None for each in staff):
            yield "pool"
    if tier.promotion is not None:
        yield "promotion"
    if tier.deployment_probability.value < 1 and tier.not_deployed == "idle":
        yield "idle"


def _working(scenario: Scenario, tier: Tier) -> Iterator[str]:
    """What fills its week, and what changes it."""
    lost = bool(tier.lost_hours_per_week) or any(state.staff_hours > 0 for state in scenario.organisation.values())
    if _consequence(tier, 1) or lost:
        yield "run_off"
    if tier.other_duties_hours_per_week.value > 0 or lost:
        yield "duties"
    if any(measure.week_cost.value > 0 for measure in tier.engagement.values()):
        yield "paid_engagement"


def _seeing(scenario: Scenario, level: int) -> Iterator[str]:
    """Whether it sees clients: as certified workers (`delivers`), or at least in practice."""
    delivers = defaults.delivers(scenario, level)
    if delivers:
        yield "delivers"
    if delivers or defaults.practice(scenario, level) == "clients":
        yield "sees_clients"
        if scenario.clients is not None and scenario.clients.research_hours_per_client > 0:
            yield "research"


def _learning(scenario: Scenario, level: int) -> Iterator[str]:
    """Its courses and its competence, and the courses that it gives."""
    tier = scenario.tier[scenario.cascade[level]]
    if defaults.trains(tier, level):
        yield "trained"
        stages = defaults.stages(tier.training)
        if len(stages) > 1 or any(stage.attempts > 1 for stage in stages):
            yield "retakes"
        if any(defaults.on_dates(stage) for stage in stages):
            yield "calendar"
        if tier.training.parallel_courses is not None:
            yield "rooms"
    if tier.refresher is not None:
        yield "refresher"
    if tier.competence is not None:
        yield "competence"
        if defaults.trains(tier, level):
            yield "learns"
        if tier.competence.certification_threshold.value > 0:
            yield "threshold"
    if level + 1 < len(scenario.cascade):
        below = scenario.tier[scenario.cascade[level + 1]]
        if defaults.trains(below, level + 1):
            yield "trains"
        if defaults.supervises(below, level + 1) and _consequence(tier, 1):
            yield "sheds"


def _consequence(tier: Tier, which: int) -> bool:
    """Whether a clock of the tier can lead to an exit (0), other hours (1) or an absence (2)."""
    return any(defaults.consequences(reason)[which] > 0 for reason in tier.life.values())


def client_mechanisms(scenario: Scenario, clients: Clients) -> frozenset[str]:
    """Those of the clients; `mute` is a language that some workers do not speak, with no interpreter for it."""
    found = set()
    streams = clients.stream.values()
    if any((each.eligibility_probability or clients.eligibility_probability).value < 1 for each in streams):
        found.add("screening")
    if clients.screening_hours > 0:
        found.add("screening_hours")
    if clients.life:
        found.add("own_life")
    if clients.adequate_sessions is not None:
        found.add("adequate")
    if clients.population_in_need is not None:
        found.add("population")
    if any(form.group_max > 1 for form in defaults.formats_used(clients).values()):
        found.add("groups")
    if any(tier.languages for tier in scenario.tier.values()) and any(
        stream.language is not None or stream.languages for stream in streams
    ):
        found.add("mute" if clients.interpreter_hours_factor is None else "interpreter")
    return frozenset(found)
