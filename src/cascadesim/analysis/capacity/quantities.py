"""The quantities of capacity as one table, each computed from the plan, beside runs of it, and why the two differ.

A quantity of the programme is asked for with level -1, one of a tier with every level that it applies to.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from cascadesim.analysis.capacity import explanations, headcounts, hours, queueing, simulated, wisn
from cascadesim.analysis.capacity.explanations import Gap, Why
from cascadesim.analysis.capacity.lifetimes import has_hazard, lead_weeks, leaving_per_year
from cascadesim.analysis.capacity.simulated import Runs, SimulatedMeans
from cascadesim.analysis.intervals import Estimate
from cascadesim.analysis.wording import json_ready, named
from cascadesim.model.measures.types import ratio
from cascadesim.scenario import defaults
from cascadesim.scenario.schema import Scenario

PROGRAMME = -1
"""The level at which the quantities of the whole programme are asked for."""

AGREE = "The runs agree: the difference may be chance."
WITHIN = "The analytical value is within the interval of the runs."
JUST_OUTSIDE = "Just outside the interval; by chance, one row in twenty is."
SAME = "The runs give the same."
ONE_RUN = "One run cannot show whether it is chance."
_SAME = 1e-9
FAR = 2.0
"""Half widths of the 95 % interval beyond which a difference is explained. Within one of them it is chance."""


@dataclass(frozen=True)
class Quantity:
    """How one quantity is computed, and what the runs have in its place: `simulated` is None where they have nothing.

    `words` stand under the name of the tier and may name {above}. `applies` says at which levels there is one, `why`
    explains a difference, and `excluded` names what acts in the runs and is not in the formula.
    """

    words: str
    unit: str
    formula: str
    applies: Callable[[Scenario, int], bool]
    analytical: Callable[[Scenario, int], float]
    simulated: Callable[[SimulatedMeans, int], float] | None = None
    why: Why = lambda _gap: ""
    excluded: Callable[[Scenario, int], tuple[explanations.ExcludedMechanism, ...]] = lambda _scenario, _level: ()


@dataclass(frozen=True)
class ComparedQuantity:
    """One quantity of a plan. `tier` is empty for the programme, `week` None but for what is asked at report weeks.

    `analytical` is infinite where nothing sets an end to it; `simulated` and `why` are empty without runs, or where
    runs measure nothing of the kind. `ratio` is simulated / analytical, nan where either is undefined. `excluded` names
    what acts in the runs and is left out of the formula, and does not fade as a programme grows.
    """

    name: str
    tier: str
    week: int | None
    words: str
    unit: str
    formula: str
    analytical: float
    simulated: Estimate | None = None
    why: str = ""
    excluded: tuple[str, ...] = ()

    @property
    def ratio(self) -> float:
        """Simulated / analytical; nan where it has no meaning."""
        if self.simulated is None or not math.isfinite(self.analytical):
            return math.nan
        return ratio(self.simulated.value, self.analytical)

    def plain(self) -> dict[str, Any]:
        """JSON-ready: null where undefined or without end."""
        means = self.simulated
        simulated = None if means is None else json_ready({"mean": means.value, "low": means.low, "high": means.high})
        row = vars(self) | {"simulated": simulated, "omits": self.excluded, "ratio": self.ratio}
        del row["excluded"]
        return json_ready(row)


def compare(scenario: Scenario, runs: Runs | None = None) -> tuple[ComparedQuantity, ...]:
    """Tier by tier from the top, then the programme, then what a programme without chance has at the report weeks.

    The latter where it is known beforehand who comes, and for clients where all care is individual.
    """
    table = (
        (name, level, None, quantity)
        for level in (*range(len(scenario.cascade)), PROGRAMME)
        for name, quantity in QUANTITIES.items()
        if quantity.applies(scenario, level)
    )
    return tuple(_compared(scenario, *row, runs) for row in (*table, *_without_chance(scenario)))


def _compared(
    scenario: Scenario, name: str, level: int, week: int | None, quantity: Quantity, runs: Runs | None
) -> ComparedQuantity:
    tier, above = (scenario.cascade[each] if each >= 0 else "" for each in (level, level - 1))
    value, excluded = quantity.analytical(scenario, level), quantity.excluded(scenario, level)
    equivalent, estimate, why = quantity.simulated, None, ""
    if runs is not None and equivalent is not None:
        estimate = runs.estimate(lambda means: equivalent(means, level))
        left_out = explanations.exclusion_sentence(runs.all, level, excluded)
        why = explain(value, estimate, quantity.why, runs.all, level, left_out)
    words, names = quantity.words.format(above=named(above)), tuple(each.words for each in excluded)
    return ComparedQuantity(name, tier, week, words, quantity.unit, quantity.formula, value, estimate, why, names)


def explain(
    analytical: float, estimate: Estimate, why: Why, means: SimulatedMeans, level: int, left_out: str = ""
) -> str:
    """Chance where it suffices, else the reason that the runs give, else that there is none.

    What is 0 by the formula, and yet is in the runs, is no matter of chance. Nor is anything where the formula leaves
    mechanisms out: `left_out` says which.
    """
    if math.isnan(estimate.value) or math.isnan(analytical):
        return ""
    if math.isclose(analytical, estimate.value, rel_tol=_SAME, abs_tol=_SAME):
        return SAME
    if math.isnan(estimate.low):
        return ONE_RUN
    apart, half = abs(analytical - estimate.value), estimate.high - estimate.value
    if analytical != 0 and apart <= half:
        return f"{WITHIN} {left_out}" if left_out else AGREE
    if analytical != 0 and apart <= FAR * half and not left_out:
        return JUST_OUTSIDE
    reason = why(Gap(means, level, analytical, estimate.value))
    return " ".join(filter(None, (reason, left_out))) or explanations.NO_REASON


def _without_chance(scenario: Scenario) -> Iterator[tuple[str, int, int, Quantity]]:
    """(name, level, report week, quantity): head counts, then clients."""
    weeks = defaults.report_weeks(scenario)
    known = [headcounts.arrivals_known(scenario, level) for level in range(len(scenario.cascade))]
    for level in (level for level in range(len(scenario.cascade)) if known[level]):
        heads = headcounts.headcount(scenario, level)
        for week in weeks:
            yield "active", level, week, _active(week, heads.active(week))
    if not (all(known) and hours.is_individual(scenario)):
        return
    for week, state in queueing.queue(scenario, weeks).items():
        for what, value in asdict(state).items():
            # The runs count those referred in the window only (R1.6), the fluid tells nobody apart.
            if what == "waiting" or not scenario.measure_from_week:
                yield what, PROGRAMME, week, _clients(what, week, value)


def _active(week: int, value: float) -> Quantity:
    return Quantity(
        f"active at week {week}",
        "people",
        "sum over cohorts of count x yield x survival",
        lambda _scenario, _level: True,
        lambda _scenario, _level: value,
        lambda means, level: means.tier(level, f"active_at_week_{week}"),
        explanations.courses,
        explanations.of_headcounts,
    )


def _clients(what: str, week: int, value: float) -> Quantity:
    return Quantity(
        f"clients {what} {'before' if what == 'waiting' else 'by'} week {week}",
        "clients",
        "a fluid of clients in the order of referral, with the delays of care and patience",
        lambda _scenario, _level: True,
        lambda _scenario, _level: value,
        lambda means, _: means.clients(f"{what}_at_week_{week}"),
        explanations.at_week(week, waiting=what == "waiting"),
        explanations.of_care,
    )


def _trains_and_supervises(scenario: Scenario, level: int) -> bool:
    return hours.trains_and_is_known(scenario, level) and hours.is_supervised_level(scenario, level)


def _leaves(scenario: Scenario, level: int) -> bool:
    return level >= 0 and any(map(has_hazard, hours.tier_of(scenario, level).events.values()))


def _comes_one_by_one(scenario: Scenario, level: int) -> bool:
    staff = defaults.staff(hours.tier_of(scenario, level)).values() if level >= 0 else ()
    return _leaves(scenario, level) and any(each.recruits_per_week for each in staff)


def _delivers(scenario: Scenario, level: int) -> bool:
    return level >= 0 and defaults.delivers(scenario, level)


def _has_clients(scenario: Scenario, level: int) -> bool:
    return level == PROGRAMME and hours.is_individual(scenario)


def _has_places(scenario: Scenario, level: int) -> bool:
    """Where some number of workers is planned; not where all come one by one."""
    planned = (headcounts.planned(scenario, each) for each in hours.delivering(scenario))
    return _has_clients(scenario, level) and any(planned)


def _waits(scenario: Scenario, level: int) -> bool:
    planned = (headcounts.planned(scenario, each) for each in hours.delivering(scenario))
    return _has_clients(scenario, level) and all(planned)


def _gives_up(scenario: Scenario, level: int) -> bool:
    clients = scenario.clients
    return clients is not None and clients.patience_weeks is not None and _waits(scenario, level)


QUANTITIES: dict[str, Quantity] = {
    "span": Quantity(
        "supervised by one {above}",
        "people",
        "group_size x floor(hours left for supervision / hours of a group), at most max_supervisees",
        hours.is_supervised_level,
        hours.span,
        lambda means, level: ratio(means.supervised(level), means.at_work(level - 1)),
        explanations.seats,
    ),
    "span_with_course": Quantity(
        "the same while giving a course",
        "people",
        "as span, less the hours of one course",
        _trains_and_supervises,
        lambda scenario, level: hours.span(scenario, level, training=True),
    ),
    "graduates": Quantity(
        "certified by one {above} a year",
        "people",
        "52 / course_weeks x courses at once x max_cohort / trainers x pass x P(certified)",
        hours.trains_and_is_known,
        headcounts.graduates_per_trainer_year,
        simulated.graduates,
        explanations.courses,
    ),
    "graduates_supervising": Quantity(
        "the same with a full span",
        "people",
        "as graduates, in the hours that groups for a full span leave",
        _trains_and_supervises,
        lambda scenario, level: headcounts.graduates_per_trainer_year(scenario, level, math.inf),
    ),
    "leaving": Quantity(
        "leaving a year, per worker",
        "people",
        "52 / mean working life, the integral of the product of the clocks' survival functions",
        _leaves,
        lambda scenario, level: leaving_per_year(hours.tier_of(scenario, level), lead_weeks(scenario, level)),
        simulated.leaving,
        explanations.tenure,
        explanations.of_leaving,
    ),
    "recruits": Quantity(
        "recruits a year for those planned",
        "people",
        "planned x leaving / (selected x pass x P(certified) x P(deployed))",
        lambda scenario, level: _leaves(scenario, level) and headcounts.planned(scenario, level) > 0,
        headcounts.recruits_per_year,
        simulated.recruits,
        explanations.holding,
        explanations.of_recruits,
    ),
    "held": Quantity(
        "workers that the recruits sustain",
        "people",
        "recruits a week x yield x mean working life in weeks (Little)",
        _comes_one_by_one,
        headcounts.held_by_recruits,
        lambda means, level: means.tier(level, "active_mean"),
        explanations.courses,
        explanations.of_recruits,
    ),
    "successors": Quantity(
        "by one {above} in a working life",
        "people",
        "graduates beside min(span, planned below / planned above) supervisees x mean working life in years",
        lambda scenario, level: hours.trains_and_is_known(scenario, level) and _leaves(scenario, level - 1),
        headcounts.successors,
        lambda means, level: ratio(simulated.graduates(means, level), simulated.leaving(means, level - 1)),
        partial(explanations.spare, as_planned=True),
        explanations.of_trainers,
    ),
    "replacement": Quantity(
        "attrition replacement ratio",
        "ratio",
        "graduates beside a full span / (span x leaving)",
        lambda scenario, level: _trains_and_supervises(scenario, level) and _leaves(scenario, level),
        headcounts.replacement,
        simulated.replacement,
        explanations.spare,
        explanations.of_leaving,
    ),
    "hours_per_completed": Quantity(
        "hours per client who completes",
        "hours",
        "sum of share x (hours + supervision of a worker x weeks in places / places) / sum of share x P(complete)",
        _delivers,
        wisn.hours_per_completed,
        simulated.hours_per_completed,
        explanations.hours_per_client,
        explanations.of_care,
    ),
    "workers_required": Quantity(
        "required for all referred (WISN)",
        "people",
        "clients a year / standard workload x category allowance factor + individual allowance factor",
        _delivers,
        lambda scenario, level: wisn.workers_needed(scenario, level).workers,
        simulated.workers_worth,
        explanations.workload,
        explanations.of_care,
    ),
    "wisn_ratio": Quantity(
        "planned / required (WISN ratio)",
        "ratio",
        "planned head count, without the idle / workers required",
        lambda scenario, level: _delivers(scenario, level) and headcounts.planned(scenario, level) > 0,
        wisn.wisn_ratio,
        lambda means, level: ratio(means.working(level), wisn.workers_needed(means.scenario, level).workers),
        explanations.staff,
    ),
    "offered_load": Quantity(
        "clients in care, if nobody waits",
        "clients",
        "referrals a week x weeks in a place (Little)",
        _has_clients,
        lambda scenario, _: queueing.offered_load(scenario),
        lambda means, _: means.clients("in_care_mean"),
        explanations.clients,
        explanations.of_care,
    ),
    "places": Quantity(
        "places for clients at full strength",
        "clients",
        "planned workers x min(caseload, 1 + floor((hours left - hours of a first interval) / hours of a client))",
        _has_places,
        lambda scenario, _: queueing.planned_places(scenario),
        lambda means, _: simulated.places(means),
        explanations.staff,
    ),
    "places_taken": Quantity(
        "places taken (Erlang A)",
        "share",
        "offered load x (1 - share who give up) / places",
        _waits,
        lambda scenario, _: queueing.long_run_queue(scenario).utilisation,
        lambda means, _: ratio(means.clients("in_care_mean"), simulated.places(means)),
        explanations.taken,
        explanations.of_care,
    ),
    "wait": Quantity(
        "weeks waited, all referred (Erl. A)",
        "weeks",
        "P(gives up) x mean patience; Erlang C without patience",
        _waits,
        lambda scenario, _: queueing.long_run_queue(scenario).wait_weeks,
        lambda means, _: ratio(means.clients("waiting_mean") * means.weeks, means.clients("referred")),
        explanations.waits,
        explanations.of_care,
    ),
    "gives_up": Quantity(
        "give up waiting (Erlang A)",
        "share",
        "P(wait) x P(gives up if waiting)",
        _gives_up,
        lambda scenario, _: queueing.long_run_queue(scenario).gives_up,
        lambda means, _: ratio(means.clients("reneged"), means.clients("referred")),
        explanations.waits,
        explanations.of_care,
    ),
}
