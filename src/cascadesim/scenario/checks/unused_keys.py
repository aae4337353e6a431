"""Keys that change nothing, since what they act on does not happen: practice, tenure, clients, competence, costs."""

from __future__ import annotations

from collections.abc import Iterator

from cascadesim.scenario import defaults
from cascadesim.scenario.checks.clients import sees_clients, spoken
from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.problems import Finding, is_given, no_effect, presence_of, staffs, streams, tiers
from cascadesim.scenario.schema import Scenario

CLIENT_PRACTICE = ("practice_first", "practice_min_sessions")
"""Keys of training that need practice with clients."""


def _starts_with_some(scenario: Scenario, path: KeyPath) -> bool:
    """Whether anybody of a tier is there at week 0."""
    return any(staff.initial for _, staff, home in staffs(scenario) if home[:2] == path)


def practice(scenario: Scenario) -> Iterator[Finding]:
    """What concerns apprentices stands where there are some, and what concerns their clients where they see any."""
    for level, name, tier, path in tiers(scenario):
        training, course, kind = tier.training, (*path, "training"), defaults.practice(scenario, level)
        ways = ((*course, key) for key in ("practice", "practice_cases", "practice_weeks"))
        reads = (*ways, presence_of("clients"), ("cascade",))
        if not defaults.trains(tier, level):
            if tier.candidate_patience_weeks is not None:
                yield no_effect((*path, "candidate_patience_weeks"), f"{name} is not trained", course, ("cascade",))
            keys = [(*path, key) for key in ("apprentice_caseload", "apprentice_extra_hours_per_week")]
            yield from _each_given(scenario, keys, f"{name} is not trained", course, ("cascade",))
            continue
        of_clients = [(*course, key) for key in CLIENT_PRACTICE] + [(*path, "apprentice_caseload")]
        if kind == "none":
            keys = [*of_clients, (*course, "apprentice_limit_weeks"), (*path, "apprentice_extra_hours_per_week")]
            yield from _each_given(scenario, keys, "nobody practises before the certificate", *reads)
        elif kind == "simulated":
            keys = [*of_clients, (*course, "practice_cases")]
            yield from _each_given(scenario, keys, "practice is simulated", *reads)
        else:
            yield from _each_given(scenario, [(*course, "practice_weeks")], "practice is with clients", *reads)
        if training.gather_weeks and all(defaults.on_dates(stage) for stage in defaults.stages(training)):
            yield no_effect((*course, "gather_weeks"), "courses start on their dates", course)


def _each_given(scenario: Scenario, keys: list[KeyPath], why: str, *reads: KeyPath) -> Iterator[Finding]:
    """A finding for each of these keys of a tier, or of its training, that is given."""
    for path in keys:
        tier = scenario.tier[str(path[1])]
        if is_given(tier if len(path) == 3 else tier.training, str(path[-1])):
            yield no_effect(path, why, *reads)


def tenure(scenario: Scenario) -> Iterator[Finding]:
    """Time served before week 0 is that of somebody, and something depends on it."""
    for level, _, tier, path in tiers(scenario):
        promoted = level > 0 and scenario.tier[scenario.cascade[level - 1]].promotion is not None
        key: KeyPath = (*path, "initial_tenure_weeks")
        if tier.initial_tenure_weeks and not _starts_with_some(scenario, path):
            yield no_effect(key, "nobody is there at week 0", (*path, "initial"), (*path, "site"))
        elif tier.initial_tenure_weeks and not tier.events and not promoted:
            yield no_effect(key, "nothing depends on tenure", (*path, "events"), ("tier",), ("cascade",))


def of_clients(scenario: Scenario) -> Iterator[Finding]:
    """What concerns clients stands in a tier that sees some, and what concerns groups where some are led."""
    for level, name, tier, path in tiers(scenario):
        reads = (presence_of("clients"), (*path, "delivers"), ("cascade",))
        if is_given(tier, "caseload") and not defaults.delivers(scenario, level):
            yield no_effect((*path, "caseload"), f"certified workers of {name} see no clients", *reads)
        below = level + 1
        leads = below < len(scenario.cascade) and defaults.supervises(scenario.tier[scenario.cascade[below]], below)
        if tier.supervision.lapse_stops and not leads:
            yield no_effect((*path, "supervision", "lapse_stops"), f"{name} leads no groups", ("tier",), ("cascade",))


def competence_changes(scenario: Scenario) -> Iterator[Finding]:
    """What raises or lowers competence happens in the tier."""
    for level, name, tier, path in tiers(scenario):
        competence, keys = tier.competence, (*path, "competence")
        if competence is None:
            continue
        trained, sees = defaults.trains(tier, level), sees_clients(scenario, level)
        reads = (path, presence_of("clients"), ("cascade",))
        for key in ("gain_per_session", "idle_decay_after_weeks"):
            if is_given(competence, key) and not sees:
                yield no_effect((*keys, key), f"{name} sees no clients", *reads)
        for key in ("noise_sd", "dilution"):
            if is_given(competence, key) and not trained:
                yield no_effect((*keys, key), f"{name} is not trained", *reads)
        if competence.initial_competence is not None and trained and not _starts_with_some(scenario, path):
            yield no_effect((*keys, "initial_competence"), "nobody is there at week 0", *reads)
        away = any(defaults.consequences(reason).absence for reason in tier.events.values())
        idle = sees and competence.idle_decay_after_weeks is not None
        if competence.half_life_weeks is not None and not (away or idle or defaults.supervises(tier, level)):
            yield no_effect((*keys, "half_life_weeks"), "nobody is ever unsupervised, absent or idle", *reads)


def competence_needs(scenario: Scenario) -> Iterator[Finding]:
    """What needs another table, or another key, has it."""
    for level, name, tier, path in tiers(scenario):
        competence, keys = tier.competence, (*path, "competence")
        if competence is None:
            continue
        trained = defaults.trains(tier, level)
        if competence.certification_threshold.value and not trained:
            reads = ((*path, "training"), ("cascade",))
            yield no_effect((*keys, "certification_threshold"), f"{name} is not trained", *reads)
        if competence.refresher_gain.value and tier.refresher is None:
            yield no_effect((*keys, "refresher_gain"), f"{name} has no [tier.{name}.refresher]", (*path, "refresher"))
        if competence.idle_decay_after_weeks is not None and competence.half_life_weeks is None:
            why = "nothing decays without half_life_weeks"
            yield no_effect((*keys, "idle_decay_after_weeks"), why, (*keys, "half_life_weeks"))
        if competence.dilution.value and trained and level:
            above = scenario.cascade[level - 1]
            if scenario.tier[above].competence is None:
                why = f"[tier.{above}.competence] is not given"
                yield no_effect((*keys, "dilution"), why, ("tier", above, "competence"), ("cascade",))


def unit_costs(scenario: Scenario) -> Iterator[Finding]:
    """A cost is that of something that there is."""
    for level, name, tier, path in tiers(scenario):
        untrained = "" if defaults.trains(tier, level) else f"{name} is not trained"
        absent = {
            "course_cost": untrained,
            "trainee_cost": untrained,
            "refresher_cost": "" if tier.refresher else f"{name} has no [tier.{name}.refresher]",
        }
        for key, why in absent.items():
            if why and getattr(tier.costs, key).value:
                yield no_effect((*path, "costs", key), why, path, ("cascade",))
    clients, keys = scenario.clients, ("clients", "costs")
    if clients is None:
        return
    if clients.costs.screening_hour_cost.value and not clients.screening_hours:
        reads, hint = ("clients", "screening_hours"), "Add screening_hours = ..."
        yield no_effect((*keys, "screening_hour_cost"), "screening takes no hours", reads, hint=hint)
    interpreted = clients.interpreter_hours_factor is not None and any(spoken(own) for own, _ in streams(scenario))
    if clients.costs.interpreter_hour_cost.value and not interpreted:
        yield no_effect((*keys, "interpreter_hour_cost"), "there are no interpreters", ("clients",))
