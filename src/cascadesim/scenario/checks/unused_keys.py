"""Keys that change nothing, since what they act on does not happen: practice, tenure, clients, competence, costs."""

from __future__ import annotations

from collections.abc import Iterator

from cascadesim.scenario import defaults
from cascadesim.scenario.checks.clients import sees_clients, spoken
from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.problems import Finding, no_effect, presence_of, staffs, streams, tiers, unused
from cascadesim.scenario.schema import Scenario

CLIENT_PRACTICE = ("practice_first", "practice_min_sessions")
"""Keys of training that need practice with clients."""

APPRENTICES = ("candidate_patience_weeks", "apprentice_caseload", "apprentice_extra_hours_per_week")
"""Keys of a tier that need a training."""

_UNUSED = {
    "none": ("nobody practises before the certificate", (*CLIENT_PRACTICE, "apprentice_limit_weeks"), APPRENTICES[1:]),
    "simulated": ("practice is simulated", (*CLIENT_PRACTICE, "practice_cases"), APPRENTICES[1:2]),
    "clients": ("practice is with clients", ("practice_weeks",), ()),
}
"""Why keys of training, and of a tier, change nothing in each way to practise."""


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
            yield from unused(tier, path, APPRENTICES, f"{name} is not trained", course, ("cascade",))
            continue
        why, of_course, of_tier = _UNUSED[kind]
        yield from unused(training, course, of_course, why, *reads)
        yield from unused(tier, path, of_tier, why, *reads)
        if training.gather_weeks and all(defaults.on_dates(stage) for stage in defaults.stages(training)):
            yield no_effect((*course, "gather_weeks"), "courses start on their dates", course)


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
        if not defaults.delivers(scenario, level):
            yield from unused(tier, path, ["caseload"], f"certified workers of {name} see no clients", *reads)
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
        if not sees:
            of_clients = ("gain_per_session", "idle_decay_after_weeks")
            yield from unused(competence, keys, of_clients, f"{name} sees no clients", *reads)
        if not trained:
            yield from unused(competence, keys, ("noise_sd", "dilution"), f"{name} is not trained", *reads)
        elif not _starts_with_some(scenario, path):
            yield from unused(competence, keys, ["initial_competence"], "nobody is there at week 0", *reads)
        away = any(defaults.consequences(reason).absence for reason in tier.events.values())
        idle = sees and competence.idle_decay_after_weeks is not None
        if not (defaults.independent(tier, level) or defaults.supervises(tier, level)):
            why = f"nobody supervises {name}, and only supervised sessions add"
            yield from unused(competence, keys, ["gain_per_session"], why, *reads)
        if not (away or idle) and defaults.independent(tier, level):
            why = "nobody is ever unsupervised, absent or idle"
            yield from unused(competence, keys, ["half_life_weeks"], why, *reads)


def competence_needs(scenario: Scenario) -> Iterator[Finding]:
    """What needs another table, or another key, has it."""
    for level, name, tier, path in tiers(scenario):
        competence, keys = tier.competence, (*path, "competence")
        if competence is None:
            continue
        if not defaults.trains(tier, level):
            why, reads = f"{name} is not trained", ((*path, "training"), ("cascade",))
            yield from unused(competence, keys, ["certification_threshold"], why, *reads)
        if tier.refresher is None:
            why = f"{name} has no [tier.{name}.refresher]"
            yield from unused(competence, keys, ["refresher_gain"], why, (*path, "refresher"))
        if competence.half_life_weeks is None:
            why, read = "nothing decays without half_life_weeks", (*keys, "half_life_weeks")
            yield from unused(competence, keys, ["idle_decay_after_weeks"], why, read)
        above = scenario.cascade[level - 1]
        if defaults.trains(tier, level) and level and scenario.tier[above].competence is None:
            why, reads = f"[tier.{above}.competence] is not given", (("tier", above, "competence"), ("cascade",))
            yield from unused(competence, keys, ["dilution"], why, *reads)


def unit_costs(scenario: Scenario) -> Iterator[Finding]:
    """A cost is that of something that there is."""
    for level, name, tier, path in tiers(scenario):
        keys, reads = (*path, "costs"), (path, ("cascade",))
        if not defaults.trains(tier, level):
            yield from unused(tier.costs, keys, ("course_cost", "trainee_cost"), f"{name} is not trained", *reads)
        if tier.refresher is None:
            yield from unused(tier.costs, keys, ["refresher_cost"], f"{name} has no [tier.{name}.refresher]", *reads)
    clients, keys = scenario.clients, ("clients", "costs")
    if clients is None:
        return
    if not clients.screening_hours:
        why, read, hint = "screening takes no hours", ("clients", "screening_hours"), "Add screening_hours = ..."
        yield from unused(clients.costs, keys, ["screening_hour_cost"], why, read, hint=hint)
    if clients.interpreter_hours_factor is None or not any(spoken(own) for own, _ in streams(scenario)):
        yield from unused(clients.costs, keys, ["interpreter_hour_cost"], "there are no interpreters", ("clients",))
