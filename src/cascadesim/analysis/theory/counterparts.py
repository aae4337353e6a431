"""When a quantity applies, and what the runs have in its place."""

from __future__ import annotations

import math

from cascadesim.analysis.theory import care, hours, people
from cascadesim.analysis.theory.found import Found, ratio
from cascadesim.analysis.theory.lifetimes import has_hazard
from cascadesim.analysis.theory.queues import Waiting, erlang_a
from cascadesim.model.units import YEAR_WEEKS
from cascadesim.scenario import defaults
from cascadesim.scenario.life import Reason
from cascadesim.scenario.schema import Scenario

PROGRAMME = -1
"""The level at which the quantities of the whole programme are asked for."""


def trained(scenario: Scenario, level: int) -> bool:
    return level > 0 and hours.trains_and_is_known(scenario, level)


def supervised(scenario: Scenario, level: int) -> bool:
    return level > 0 and hours.is_supervised_level(scenario, level)


def leaves(scenario: Scenario, level: int) -> bool:
    return level >= 0 and has_hazard(hours.tier_of(scenario, level))


def comes_one_by_one(scenario: Scenario, level: int) -> bool:
    staff = defaults.staff(hours.tier_of(scenario, level)).values() if level >= 0 else ()
    return leaves(scenario, level) and any(each.recruits_per_week for each in staff)


def trained_supervised_and_leaves(scenario: Scenario, level: int) -> bool:
    return trained(scenario, level) and supervised(scenario, level) and leaves(scenario, level)


def delivers(scenario: Scenario, level: int) -> bool:
    return level >= 0 and defaults.delivers(scenario, level)


def has_clients(scenario: Scenario, level: int) -> bool:
    return level == PROGRAMME and care.is_individual(scenario)


def has_places(scenario: Scenario, level: int) -> bool:
    """Where some number of workers is planned; not where all come one by one."""
    return has_clients(scenario, level) and any(people.planned(scenario, each) for each in care.delivering(scenario))


def waits(scenario: Scenario, level: int) -> bool:
    return has_clients(scenario, level) and all(people.planned(scenario, each) for each in care.delivering(scenario))


def gives_up(scenario: Scenario, level: int) -> bool:
    clients = scenario.clients
    return clients is not None and clients.patience_weeks is not None and waits(scenario, level)


def hands(found: Found, level: int) -> float:
    """Apprentices and actives without the idle, time mean."""
    return found.practising(level) - found.idle(level)


def years(found: Found, heads: float) -> float:
    return heads * found.weeks / YEAR_WEEKS


def leaving(found: Found, level: int) -> float:
    """Exits a year of each who is exposed, reason by reason: an occurrence-exposure rate of competing risks.

    The central rate of wastage of Bartholomew, Forbes and McClean (1991), by reason.

    The time is that of all states in which a clock runs (R5.1): for one from recruitment those before the certificate
    too, in which it takes people as well. Without these whoever waits for a course and leaves would be one head's exit.
    """
    reasons = hours.tier_of(found.scenario, level).life.items()
    rates = (ratio(found.left(level, name), years(found, _exposed(found, level, each))) for name, each in reasons)
    return math.fsum(rates)


def _exposed(found: Found, level: int, reason: Reason) -> float:
    before = ("candidate", "in_training", "apprentice") if reason.origin == "recruitment" else ()
    return found.certified_heads(level) + math.fsum(found.tier(level, f"{state}_mean") for state in before)


def graduates(found: Found, level: int) -> float:
    """Certified for each year of a trainer."""
    return ratio(found.certified(level), years(found, found.at_work(level - 1)))


def replacement(found: Found, level: int) -> float:
    """Certified for each certified worker who left for a reason of their own."""
    return ratio(found.certified(level), leaving(found, level) * years(found, found.certified_heads(level)))


def recruits(found: Found, level: int) -> float:
    tier = hours.tier_of(found.scenario, level)
    certified = ratio(found.certified(level), found.recruited(level)) if defaults.trains(tier, level) else 1.0
    arrives = certified * hours.stays_in_head_count(tier)
    return ratio(people.planned(found.scenario, level) * leaving(found, level), arrives)


def spent(found: Found, level: int, *purposes: str) -> float:
    """Hours a week of this tier for these purposes; 0 for those that the scenario does not have."""
    return math.fsum(found.optional(level, f"hours.{purpose}") for purpose in purposes)


def hours_per_completed(found: Found, level: int) -> float:
    if len(care.delivering(found.scenario)) > 1:
        return math.nan  # who completed with whom is not counted
    used = spent(found, level, "clients", "research", "supervision_received")
    used += spent(found, level - 1, "supervision_given") if supervised(found.scenario, level) else 0.0
    return ratio(used * found.weeks, found.clients("completed"))


def workers_worth(found: Found, level: int) -> float:
    """Hours spent on what WISN counts, supervision, courses and other duties included, in workers of this tier."""
    support = ("supervision_received", "supervision_given", "training_given", "other_duties")
    return ratio(spent(found, level, "clients", "research", *support), hours.available_hours(found.scenario, level))


def planned_places(scenario: Scenario) -> float:
    """Clients who can be in care at full complement, of whom the idle have none."""
    levels = care.delivering(scenario)
    return math.fsum(people.planned_at_work(scenario, level) * hours.places(scenario, level) for level in levels)


def offered_load(scenario: Scenario) -> float:
    """Clients in care if nobody had to wait: referrals a week x weeks in a place (Little 1961)."""
    assert scenario.clients is not None
    return care.referrals_per_week(scenario) * care.weeks_in_place(scenario.clients)


def waiting(scenario: Scenario) -> Waiting:
    """Erlang A at full complement: each place a server, patience exponential with the mean that the scenario gives."""
    clients = scenario.clients
    assert clients is not None
    patience = clients.patience_weeks.mean_value if clients.patience_weeks is not None else math.inf
    servers, arrivals = round(planned_places(scenario)), care.referrals_per_week(scenario)
    return erlang_a(arrivals, 1 / care.weeks_in_place(clients), servers, 1 / patience if patience else math.inf)
