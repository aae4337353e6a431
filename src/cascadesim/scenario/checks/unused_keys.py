"""Unused"""

from __future__ import annotations

from collections.abc import Iterator

from cascadesim.scenario import defaults
from cascadesim.scenario.checks.clients import spoken
from cascadesim.scenario.checks.common import idle, is_said, staffs, tiers
from cascadesim.scenario.diagnostics.problems import Finding, presence_of
from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.schema import Scenario

CLIENT_PRACTICE = ("practice_first", "practice_min_sessions")
"""Keys of training that need practice with clients."""


def sees_clients(scenario: Scenario, level: int) -> bool:
    """Whether certified workers of a tier see clients, or apprentices do (R6.2)."""
    practises = scenario.clients is not None and defaults.practice(scenario, level) == "clients"
    return defaults.delivers(scenario, level) or practises


def starts_with_some(scenario: Scenario, path: KeyPath) -> bool:
    """Whether anybody of a tier is there at week 0."""
    return any(staff.initial for _, staff, here in staffs(scenario) if here[:2] == path)


def practice(scenario: Scenario) -> Iterator[Finding]:
    """What concerns apprentices stands where there are some, and what concerns their clients where they see any."""
    for level, name, tier, path in tiers(scenario):
        training, here, kind = tier.training, (*path, "training"), defaults.practice(scenario, level)
        ways = ((*here, key) for key in ("practice", "practice_cases", "practice_weeks"))
        reads = (*ways, presence_of("clients"), ("cascade",))
        if not defaults.trains(tier, level):
            if tier.candidate_patience_weeks is not None:
                yield idle((*path, "candidate_patience_weeks"), f"{name} is not trained", here, ("cascade",))
            keys = [(*path, key) for key in ("apprentice_caseload", "apprentice_extra_hours_per_week")]
            yield from _idle_where_said(scenario, keys, f"{name} is not trained", here, ("cascade",))
            continue
        of_clients = [(*here, key) for key in CLIENT_PRACTICE] + [(*path, "apprentice_caseload")]
        if kind == "none":
            keys = [*of_clients, (*here, "apprentice_limit_weeks"), (*path, "apprentice_extra_hours_per_week")]
            yield from _idle_where_said(scenario, keys, "nobody practises before the certificate", *reads)
        elif kind == "simulated":
            keys = [*of_clients, (*here, "practice_cases")]
            yield from _idle_where_said(scenario, keys, "practice is simulated", *reads)
        else:
            yield from _idle_where_said(scenario, [(*here, "practice_weeks")], "practice is with clients", *reads)
        if training.gather_weeks and all(defaults.on_dates(stage) for stage in defaults.stages(training)):
            yield idle((*here, "gather_weeks"), "courses start on their dates", here)


def _idle_where_said(scenario: Scenario, keys: list[KeyPath], why: str, *reads: KeyPath) -> Iterator[Finding]:
    for path in keys:
        tier = scenario.tier[str(path[1])]
        if is_said(tier if len(path) == 3 else tier.training, str(path[-1])):
            yield idle(path, why, *reads)


def tenure(scenario: Scenario) -> Iterator[Finding]:
    """Time served before week 0 is that of somebody, and something depends on it."""
    for level, _, tier, path in tiers(scenario):
        rises = level > 0 and scenario.tier[scenario.cascade[level - 1]].promotion is not None
        here: KeyPath = (*path, "initial_tenure_weeks")
        if tier.initial_tenure_weeks and not starts_with_some(scenario, path):
            yield idle(here, "nobody is there at week 0", (*path, "initial"), (*path, "site"))
        elif tier.initial_tenure_weeks and not tier.life and not rises:
            yield idle(here, "nothing depends on tenure", (*path, "life"), ("tier",), ("cascade",))


def clients(scenario: Scenario) -> Iterator[Finding]:
    """What concerns clients stands in a tier that sees some, and what concerns groups where some are led."""
    for level, name, tier, path in tiers(scenario):
        reads = (presence_of("clients"), (*path, "delivers"), ("cascade",))
        if is_said(tier, "caseload") and not defaults.delivers(scenario, level):
            yield idle((*path, "caseload"), f"certified workers of {name} see no clients", *reads)
        below = level + 1
        leads = below < len(scenario.cascade) and defaults.supervises(scenario.tier[scenario.cascade[below]], below)
        if tier.supervision.lapse_stops and not leads:
            yield idle((*path, "supervision", "lapse_stops"), f"{name} leads no groups", ("tier",), ("cascade",))


def competence(scenario: Scenario) -> Iterator[Finding]:
    """What raises or lowers competence happens in the tier."""
    for level, name, tier, path in tiers(scenario):
        if tier.competence is None:
            continue
        here, trained, sees = (*path, "competence"), defaults.trains(tier, level), sees_clients(scenario, level)
        reads = (path, presence_of("clients"), ("cascade",))
        for key in ("gain_per_session", "idle_decay_after_weeks"):
            if is_said(tier.competence, key) and not sees:
                yield idle((*here, key), f"{name} sees no clients", *reads)
        for key in ("noise_sd", "dilution"):
            if is_said(tier.competence, key) and not trained:
                yield idle((*here, key), f"{name} is not trained", *reads)
        if tier.competence.initial_competence is not None and trained and not starts_with_some(scenario, path):
            yield idle((*here, "initial_competence"), "nobody is there at week 0", *reads)
        away = any(defaults.consequences(reason)[2] for reason in tier.life.values())
        idles = sees and tier.competence.idle_decay_after_weeks is not None
        if tier.competence.half_life_weeks is not None and not (away or idles or defaults.supervises(tier, level)):
            yield idle((*here, "half_life_weeks"), "nobody is ever unsupervised, absent or idle", *reads)


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
    here: KeyPath = ("clients", "costs")
    if clients.costs.screening_hour_cost.value and not clients.screening_hours:
        reads: KeyPath = ("clients", "screening_hours")
        yield idle((*here, "screening_hour_cost"), "screening takes no hours", reads, hint="Add screening_hours = ...")
    interpreted = clients.interpreter_hours_factor is not None and any(map(spoken, clients.stream.values()))
    if clients.costs.interpreter_hour_cost.value and not interpreted:
        yield idle((*here, "interpreter_hour_cost"), "there are no interpreters", ("clients",))
