"""What a run costs in its window: a ledger by tier and purpose, its sum, and what that is for each result (R9.4)."""

from __future__ import annotations

import math

from cascadesim.model.kinds import LOWER
from cascadesim.model.layout import Layout
from cascadesim.model.ledger_lines import (
    CLIENT_LINES,
    TIER_LINES,
    Span,
    courses,
    organisation,
    paid,
    paid_hours,
    programme,
    recruitment,
)
from cascadesim.model.plan import Plan, TierPlan
from cascadesim.model.readings import opening_of, ratio
from cascadesim.model.tally import Snapshot, Tally
from cascadesim.scenario.priced import CARE_TOTALS, CLIENTS, PROGRAMME, TIER, TOTALS, lines_of

COSTS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("programme", "organisation", *TOTALS, *CARE_TOTALS), ("money", LOWER)),
    "replacing_share": ("share", LOWER),
}
"""Unit, and which way is better, of what is not a line of a tier or of the clients."""


def _ledger(plan: Plan) -> dict[str, tuple[str, int]]:
    """The lines of a plan in order: (what, level of the tier, -2 for the programme and -1 for clients)."""
    costs = plan.costs
    found = {name: (name, -2) for name in lines_of(PROGRAMME, costs.programme, frozenset())}
    if any(costs.states):
        found["organisation"] = ("organisation", -2)
    if plan.clients is not None:
        found |= {f"clients.{each}": (each, -1) for each in lines_of(CLIENTS, costs.clients, plan.clients.mechanisms)}
    for tier in plan.tiers:
        own = lines_of(TIER, costs.tiers[tier.level], tier.mechanisms)
        found |= {f"tier.{tier.name}.{each}": (each, tier.level) for each in own}
    return found


def cost_names(plan: Plan) -> tuple[str, ...]:
    """The names of the KPIs of costs, in order; none where nothing has a cost."""
    ledger = _ledger(plan)
    if not ledger:
        return ()
    totals = (*TOTALS, *(CARE_TOTALS if plan.clients is not None else ()))
    return tuple(f"cost.{name}" for name in (*totals, *ledger))


def costs(plan: Plan, layout: Layout, tally: Tally) -> dict[str, float]:
    """The KPIs of costs by name, of the window; those before the first start of care are the start-up.

    Where care never began there is no telling them apart, so neither has a value.
    """
    ledger = _ledger(plan)
    if not ledger:
        return {}
    opening = opening_of(plan, tally)

    def span(closing: Snapshot) -> Span:
        return Span(plan, layout.level_at, layout.count_at, tally, opening, closing)

    whole = span(tally.snapshots[-1])
    spent = {name: _line(whole, *line) for name, line in ledger.items()}
    start = tally.before_care
    if start is None:
        start_up = math.nan
    else:
        start_up = sum(_line(span(start), *line) for line in ledger.values()) if start.minute > whole.begin else 0.0
    found = _totals(whole, sum(spent.values()), start_up) | spent
    return {name: found[name.removeprefix("cost.")] for name in cost_names(plan)}


def _line(span: Span, what: str, level: int) -> float:
    if level == -2:
        return programme(span) if what == "programme" else organisation(span)
    return CLIENT_LINES[what](span) if level == -1 else TIER_LINES[what](span, span.plan.tiers[level])


def _totals(span: Span, total: float, start_up: float) -> dict[str, float]:
    plan = span.plan
    at_work = [tier for tier in plan.tiers if "delivers" in tier.mechanisms] or [plan.tiers[-1]]
    making = sum(_making(span, tier) for tier in plan.tiers)
    found = {
        "total": total,
        "per_certified": ratio(making, sum(span.newly(tier, "certified") for tier in at_work)),
        "replacing_share": ratio(_replacing(span), total),
    }
    if plan.clients is not None:
        found |= {"start_up": start_up, "running": total - start_up}
        found["per_completed"] = ratio(total, span.count("clients.completed"))
        found["per_session"] = ratio(total, span.count("clients.sessions_given"))
    return found


def _making(span: Span, tier: TierPlan) -> float:
    """What recruits and initial courses of a tier cost, hours of trainees and trainers included.

    Refreshers make nobody new, so neither their cost nor their hours are part of it.
    """
    total = recruitment(span, tier) + courses(span, tier) + paid(span, tier, "course_rate")
    if tier.courses and tier.level > 0:
        above = span.plan.tiers[tier.level - 1]
        total += paid_hours(span, above, "training_given") - paid(span, above, "refresher_rate")
    return total


def _replacing(span: Span) -> float:
    """What it costs to make new workers, for the share of recruits who replace leavers."""
    total = 0.0
    for tier in span.plan.tiers:
        recruits = span.newly(tier, "recruited")
        if recruits:
            total += _making(span, tier) * span.count(f"tier.{tier.name}.recruited_replacing") / recruits
    return total
