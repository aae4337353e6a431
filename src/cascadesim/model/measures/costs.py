"""What a run costs in its window (R9.4): a ledger by tier and purpose, its sum, and what that is for each result.

A line is integer counts and integrals times unit costs. Hours stand with the tier whose hours they are: what mentors
spend on courses for peers is a cost of the mentors. To add a line is to add a row here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from cascadesim.model.counters import CounterLayout
from cascadesim.model.measures.types import LOWER, Measure, Measures, Window, count, ratio, whole_window
from cascadesim.model.plan import ClientScope, Plan, Scope, TierScope
from cascadesim.model.replication import Tally
from cascadesim.model.units import HOUR_MINUTES, WEEK_MINUTES

IN_SERVICE = ("apprentice", "active", "absent")

TOTALS = ("total", "per_certified", "replacing_share")
CARE_TOTALS = ("start_up", "running", "per_completed", "per_session")
COST = Measure("money", LOWER, "spent in the window")
COSTS: Measures = {
    name: Measure("share" if name == "replacing_share" else "money", LOWER, meaning)
    for name, meaning in {
        "programme": "start_up_cost and week_cost of the programme",
        "organisation": "workplace trainings",
        "total": "everything spent in the window",
        "per_certified": "recruits and initial courses / workers certified in tiers that deliver, over the whole run",
        "replacing_share": "of the total: the same of each tier for those who fill the vacancies of leavers",
        "start_up": "before anybody's care first begins",
        "running": "from then on",
        "per_completed": "total / completions of the window; who is still in care costs and has not completed",
        "per_session": "total / sessions held in the window",
    }.items()
}
"""What is not a line of a tier or of the clients; those are `COST` too."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the ledger: the amount in a window of its owner, which one of `unit_costs` above 0 has to feed.

    `needs` is the mechanism without which nothing is added to it. A line without unit costs has some of its own.
    """

    amount: Callable[[Window], float]
    unit_costs: tuple[str, ...]
    needs: str = ""

    def applies(self, costs: dict[str, float], mechanisms: frozenset[str]) -> bool:
        """Whether an owner with these unit costs and mechanisms has this line."""
        priced = not self.unit_costs or any(costs[name] > 0 for name in self.unit_costs)
        return priced and (not self.needs or self.needs in mechanisms)


# --- the programme and its clients ------------------------------------------------------------------------------------


def _programme(window: Window) -> float:
    costs = window.unit_costs
    start_up = costs["start_up_cost"] if window.begin == 0 else 0.0
    return start_up + costs["week_cost"] * (window.minutes / WEEK_MINUTES)


def _organisation(window: Window) -> float:
    scope = window.plan.scope
    priced = zip(scope.state_costs, scope.states, strict=True)
    return sum(cost * window.count(f"organisation.{state}.trainings") for cost, state in priced)


def _potential_clients(window: Window) -> int:
    return window.count("referred", "screened_out")


def _screening_hours(window: Window) -> float:
    assert window.plan.clients is not None
    return window.plan.clients.screening_minutes * _potential_clients(window) / HOUR_MINUTES


def _priced(unit_cost: str, number: Callable[[Window], float], needs: str = "") -> Line:
    """So many units at one unit cost."""
    return Line(lambda window: window.unit_costs[unit_cost] * number(window), (unit_cost,), needs)


PROGRAMME = Line(_programme, ("start_up_cost", "week_cost"))
CLIENT_LINES: dict[str, Line] = {
    "referral": _priced("referral_cost", _potential_clients),
    "screening": _priced("screening_hour_cost", _screening_hours, "screening_hours"),
    "sessions": _priced("session_cost", count("sessions_given")),
    "interpreters": _priced(
        "interpreter_hour_cost", lambda window: window.count("interpreter_minutes") / HOUR_MINUTES, "interpreter"
    ),
}


# --- tiers ------------------------------------------------------------------------------------------------------------


def _recruitment(window: Window) -> float:
    """Recruits from outside: neither those there from the start nor the promoted."""
    outside = window.newly("recruited") - window.count("promoted_in")
    return window.unit_costs["recruit_cost"] * outside


def _courses(window: Window) -> float:
    """What initial courses for this tier cost besides hours."""
    costs, started, entered = window.unit_costs, window.count("courses_started"), window.count("entered_course")
    return costs["course_cost"] * started + costs["trainee_cost"] * entered


def _hours(window: Window, *rates: str) -> float:
    """What the hours behind these levels of minutes a week cost."""
    return window.unit_costs["hour_cost"] * window.hours(*rates)


def _training(window: Window) -> float:
    return _courses(window) + _hours(window, "rate.training_given", "rate.training_taken")


def _incentive(window: Window) -> float:
    total = 0.0
    for measure in window.plan.tiers[window.level].incentives:
        if measure.week_cost:
            minutes = window.integral_between(measure.from_minute, measure.until_minute, *IN_SERVICE)
            total += measure.week_cost * (minutes / WEEK_MINUTES)
    return total


def _of_hours(*purposes: str, needs: str = "") -> Line:
    rates = tuple(f"rate.{purpose}" for purpose in purposes)
    return _priced("hour_cost", lambda window: window.hours(*rates), needs)


TIER_LINES: dict[str, Line] = {
    "recruitment": Line(_recruitment, ("recruit_cost",)),
    "training": Line(_training, ("course_cost", "trainee_cost", "hour_cost")),
    "refreshers": _priced("refresher_cost", count("refreshers_started"), "refresher"),
    "supervision": _of_hours("supervision_given", "supervision_received"),
    "clients": _of_hours("clients", needs="sees_clients"),
    "research": _of_hours("research", needs="research"),
    "other_duties": _of_hours("other_duties", needs="duties"),
    "service": _priced("week_cost", lambda window: window.integral(*IN_SERVICE) / WEEK_MINUTES),
    "incentive": Line(_incentive, (), "paid_incentive"),
}


# --- the ledger -------------------------------------------------------------------------------------------------------

_Entry = tuple[Line, str, int]


def _ledger(scope: Scope) -> dict[str, _Entry]:
    """The lines of a run in order, each with its owner and the level of its tier, -1 for others."""
    ledger: dict[str, _Entry] = {}
    if PROGRAMME.applies(scope.unit_costs, frozenset()):
        ledger["programme"] = PROGRAMME, "", -1
    if any(scope.state_costs):
        ledger["organisation"] = Line(_organisation, ()), "", -1
    owned: list[tuple[str, int, dict[str, Line], TierScope | ClientScope]]
    owned = [("clients.", -1, CLIENT_LINES, scope.clients)] if scope.clients is not None else []
    owned += [(f"tier.{tier.name}.", tier.level, TIER_LINES, tier) for tier in scope.tiers]
    for owner, level, lines, priced in owned:
        for name, line in lines.items():
            if line.applies(priced.unit_costs, priced.mechanisms):
                ledger[owner + name] = line, owner, level
    return ledger


def cost_names(scope: Scope) -> tuple[str, ...]:
    """The names of the KPIs of costs, in order; none where nothing has a cost."""
    ledger = _ledger(scope)
    if not ledger:
        return ()
    totals = (*TOTALS, *(CARE_TOTALS if scope.clients is not None else ()))
    return tuple(f"cost.{name}" for name in (*totals, *ledger))


def costs(plan: Plan, layout: CounterLayout, tally: Tally) -> dict[str, float]:
    """The KPIs of costs by name, of the window; those before the first start of care are the start-up.

    Where care never began there is no telling them apart, so neither has a value.
    """
    ledger = _ledger(plan.scope)
    if not ledger:
        return {}
    window = whole_window(plan, layout, tally)
    spent = _amounts(ledger, window)
    start = tally.before_care
    if start is None:
        start_up = math.nan
    else:
        before = replace(window, closing=start)
        start_up = sum(_amounts(ledger, before).values()) if start.minute > window.begin else 0.0
    amounts = _totals(window, sum(spent.values()), start_up) | spent
    return {name: amounts[name.removeprefix("cost.")] for name in cost_names(plan.scope)}


def _amounts(ledger: dict[str, _Entry], window: Window) -> dict[str, float]:
    owners = {(owner, level): replace(window, owner=owner, level=level) for _, owner, level in ledger.values()}
    return {name: line.amount(owners[owner, level]) for name, (line, owner, level) in ledger.items()}


def _totals(window: Window, total: float, start_up: float) -> dict[str, float]:
    scope = window.plan.scope
    tiers = [window.tier(tier.level) for tier in scope.tiers]
    at_work = [window.tier(tier.level) for tier in scope.tiers if "delivers" in tier.mechanisms] or tiers[-1:]
    totals = {
        "total": total,
        "per_certified": _per_certified(tiers, at_work),
        "replacing_share": ratio(_replacing(tiers), total),
    }
    if scope.clients is not None:
        totals |= {"start_up": start_up, "running": total - start_up}
        totals["per_completed"] = ratio(total, window.count("clients.completions"))
        totals["per_session"] = ratio(total, window.count("clients.sessions_given"))
    return totals


def _per_certified(tiers: Sequence[Window], at_work: Sequence[Window]) -> float:
    """From week 0 on, whatever the window: whoever is certified in it may have been paid for before it."""
    making = sum(_making(replace(tier, opening=None)) for tier in tiers)
    return ratio(making, sum(replace(tier, opening=None).newly("certified") for tier in at_work))


def _making(tier: Window) -> float:
    """What recruits and initial courses of a tier cost, hours of trainees and trainers included.

    Refreshers make nobody new, so neither their cost nor their hours are part of it.
    """
    total = _recruitment(tier) + _courses(tier) + _hours(tier, "course_rate")
    if tier.plan.tiers[tier.level].courses and tier.level > 0:
        above = tier.tier(tier.level - 1)
        total += _hours(above, "rate.training_given") - _hours(above, "refresher_rate")
    return total


def _replacing(tiers: Sequence[Window]) -> float:
    """What it costs to make new workers, for the share of recruits who replace leavers."""
    total = 0.0
    for tier in tiers:
        recruits = tier.newly("recruited")
        if recruits:
            total += _making(tier) * tier.count("recruited_replacing") / recruits
    return total
