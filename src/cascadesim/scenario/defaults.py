"""Defaults that depend on the rest of the scenario: what holds where a key is not given."""

from __future__ import annotations

import math

from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.target import ParsedTarget, parse_target
from cascadesim.scenario.tiers import Tier

USUAL_REPORT_WEEKS = (26, 52, 104)


def trains(tier: Tier, level: int) -> bool:
    """Whether recruits of this tier need a course: below the first tier, unless it says otherwise (R1.1)."""
    return level > 0 if tier.training.required is None else tier.training.required


def supervises(tier: Tier, level: int) -> bool:
    """Whether this tier must be supervised: below the first tier, unless it says otherwise (R1.1)."""
    return level > 0 if tier.supervision.required is None else tier.supervision.required


def delivers(scenario: Scenario, level: int) -> bool:
    """Whether certified workers of this tier see clients: always the last tier, others if they say so."""
    if scenario.clients is None:
        return False
    return level == len(scenario.cascade) - 1 or bool(scenario.tier[scenario.cascade[level]].delivers)


def practice(scenario: Scenario, level: int) -> str:
    """How a trainee of this tier practises before the certificate: none, clients or simulated."""
    tier = scenario.tier[scenario.cascade[level]]
    if not trains(tier, level):
        return "none"
    sees_clients = delivers(scenario, level) or tier.delivers_in_practice
    kind = tier.training.practice or ("clients" if sees_clients else "simulated")
    amount = tier.training.practice_cases if kind == "clients" else tier.training.practice_weeks
    return kind if amount else "none"


def exit_names(scenario: Scenario, level: int) -> tuple[str, ...]:
    """Every reason with which a worker of this tier can exit, sorted: its own and those of the model that apply."""
    tier = scenario.tier[scenario.cascade[level]]
    names = set(tier.life)
    if trains(tier, level):
        names.add("failed_training")
        if tier.candidate_patience_weeks is not None:
            names.add("gave_up_waiting")
    if practice(scenario, level) != "none":
        names.add("not_certified")
    return tuple(sorted(names))


def report_weeks(scenario: Scenario) -> tuple[int, ...]:
    """The weeks that results are read at, ascending: those given, else the usual ones that fit, else the last one."""
    whole = math.floor(scenario.horizon_weeks)
    given = set(scenario.report_weeks) or {week for week in USUAL_REPORT_WEEKS if week <= whole} or {whole}
    goal = target(scenario)
    if goal is not None:
        given.add(goal.week)
    return tuple(sorted(week for week in given if week > 0))


def target(scenario: Scenario) -> ParsedTarget | None:
    """What the scenario is to reach, or None where it names no target."""
    if scenario.target is None:
        return None
    return parse_target(scenario.target.reach, math.floor(scenario.horizon_weeks))
