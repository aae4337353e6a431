"""The quantities as one table: a row is words, a unit, a formula, the value by hand, its counterpart in the runs, why.

A row of the programme is asked with level -1, a row of a tier with every level that it applies to.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from cascadesim.analysis.theory import client_reasons, formats, hours, omitted, people, reasons, wisn
from cascadesim.analysis.theory import counterparts as other
from cascadesim.analysis.theory.client_parts import places_there
from cascadesim.analysis.theory.found import Found, ratio
from cascadesim.analysis.theory.lifetimes import leaving_per_year
from cascadesim.analysis.theory.yields import lead_weeks
from cascadesim.scenario.schema import Scenario


@dataclass(frozen=True)
class Row:
    """`words` stand under the name of the tier and may name {above}; `simulated` is None where runs have none."""

    words: str
    unit: str
    formula: str
    applies: Callable[[Scenario, int], bool]
    by_hand: Callable[[Scenario, int], float]
    simulated: Callable[[Found, int], float] | None = None
    why: reasons.Why = reasons.no_reason
    omits: Callable[[Scenario, int], tuple[omitted.Mechanism, ...]] = omitted.nothing


ROWS: dict[str, Row] = {
    "span": Row(
        "supervised by one {above}",
        "people",
        "group_size x floor(hours left for supervision / hours of a group), at most max_supervisees",
        other.supervised,
        hours.span,
        lambda found, level: ratio(found.supervised(level), found.at_work(level - 1)),
        reasons.seats,
    ),
    "span_with_course": Row(
        "the same while giving a course",
        "people",
        "as span, less the hours of one course",
        lambda scenario, level: other.supervised(scenario, level) and other.trained(scenario, level),
        lambda scenario, level: hours.span(scenario, level, training=True),
    ),
    "graduates": Row(
        "certified by one {above} a year",
        "people",
        "52 / course_weeks x courses at once x max_cohort / trainers x pass x P(certified)",
        other.trained,
        lambda scenario, level: people.graduates_per_trainer_year(scenario, level),
        other.graduates,
        reasons.courses,
    ),
    "graduates_supervising": Row(
        "the same beside a full span",
        "people",
        "as graduates, in the hours that groups for a full span leave",
        lambda scenario, level: other.supervised(scenario, level) and other.trained(scenario, level),
        lambda scenario, level: people.graduates_per_trainer_year(scenario, level, math.inf),
    ),
    "leaving": Row(
        "leaving a year, for each head",
        "people",
        "52 / mean working life, the integral of the product of the clocks' survival functions",
        other.leaves,
        lambda scenario, level: leaving_per_year(hours.tier_of(scenario, level), lead_weeks(scenario, level)),
        other.leaving,
        reasons.tenure,
        omitted.of_leaving,
    ),
    "recruits": Row(
        "recruits a year for those planned",
        "people",
        "planned x leaving / (selected x pass x P(certified) x P(deployed))",
        lambda scenario, level: other.leaves(scenario, level) and people.planned(scenario, level) > 0,
        people.recruits_per_year,
        other.recruits,
        reasons.holding,
        omitted.of_recruits,
    ),
    "held": Row(
        "held in the end by the recruits",
        "people",
        "recruits a week x yield x mean working life in weeks (Little)",
        other.comes_one_by_one,
        people.held_by_recruits,
        lambda found, level: found.tier(level, "active_mean"),
        reasons.courses,
        omitted.of_recruits,
    ),
    "successors": Row(
        "by one {above} in a working life",
        "people",
        "graduates beside min(span, planned below / planned above) supervisees x mean working life in years",
        lambda scenario, level: other.trained(scenario, level) and other.leaves(scenario, level - 1),
        people.successors,
        lambda found, level: ratio(other.graduates(found, level), other.leaving(found, level - 1)),
        reasons.spare_as_planned,
        omitted.of_trainers,
    ),
    "replacement": Row(
        "certified for each who leaves",
        "ratio",
        "graduates beside a full span / (span x leaving)",
        other.trained_supervised_and_leaves,
        people.replacement,
        other.replacement,
        reasons.spare,
        omitted.of_leaving,
    ),
    "hours_per_completed": Row(
        "hours for each client who completes",
        "hours",
        "sum of share x (hours + supervision of a worker x weeks in places / places) / sum of share x P(complete)",
        other.delivers,
        formats.hours_per_completed,
        other.hours_per_completed,
        client_reasons.standing,
        omitted.of_care,
    ),
    "workers_required": Row(
        "required for all referred (WISN)",
        "people",
        "clients a year / standard workload x category allowance factor + individual allowance factor",
        other.delivers,
        lambda scenario, level: wisn.need(scenario, level).workers,
        other.workers_worth,
        client_reasons.workload,
        omitted.of_care,
    ),
    "wisn_ratio": Row(
        "planned / required (WISN ratio)",
        "ratio",
        "planned head count, without the idle / workers required",
        lambda scenario, level: other.delivers(scenario, level) and people.planned(scenario, level) > 0,
        lambda scenario, level: ratio(people.planned_at_work(scenario, level), wisn.need(scenario, level).workers),
        lambda found, level: ratio(other.hands(found, level), wisn.need(found.scenario, level).workers),
        client_reasons.staff,
    ),
    "offered_load": Row(
        "clients in care, if nobody waits",
        "clients",
        "referrals a week x weeks in a place (Little)",
        other.has_clients,
        lambda scenario, _: other.offered_load(scenario),
        lambda found, _: found.clients("in_care_mean"),
        client_reasons.clients,
        omitted.of_care,
    ),
    "places": Row(
        "places for clients, everybody there",
        "clients",
        "planned workers x min(caseload, 1 + floor((hours left - hours of a first interval) / hours of a client))",
        other.has_places,
        lambda scenario, _: other.planned_places(scenario),
        lambda found, _: places_there(found),
        client_reasons.staff,
    ),
    "places_taken": Row(
        "places taken (Erlang A)",
        "share",
        "offered load x (1 - share who give up) / places",
        other.waits,
        lambda scenario, _: other.waiting(scenario).utilisation,
        lambda found, _: ratio(found.clients("in_care_mean"), places_there(found)),
        client_reasons.taken,
        omitted.of_care,
    ),
    "wait": Row(
        "weeks waited, all referred (Erl. A)",
        "weeks",
        "P(gives up) x mean patience; Erlang C without patience",
        other.waits,
        lambda scenario, _: other.waiting(scenario).wait_weeks,
        lambda found, _: ratio(found.clients("waiting_mean") * found.weeks, found.clients("referred")),
        client_reasons.waits,
        omitted.of_care,
    ),
    "gives_up": Row(
        "give up waiting (Erlang A)",
        "share",
        "P(wait) x P(gives up if waiting)",
        other.gives_up,
        lambda scenario, _: other.waiting(scenario).gives_up,
        lambda found, _: ratio(found.clients("reneged"), found.clients("referred")),
        client_reasons.waits,
        omitted.of_care,
    ),
}
