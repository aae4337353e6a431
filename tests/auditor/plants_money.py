"""Planted faults in the ledger of costs: unit costs that were not meant, and changed lines of how it is worked out."""

from __future__ import annotations

from typing import Any

from auditor.mutations import Mutation
from auditor.mutations_careers import career

LIVELY, CAREERS, CLINICS = "lively.toml", "careers.toml", "clinics.toml"

PRICES_TOLD: list[tuple[str, str, Any]] = [
    (LIVELY, "costs.week_cost.value", 12.6),
    (CAREERS, "costs.start_up_cost.value", 501.0),
    (CAREERS, "tier.base.costs.recruit_cost.value", 26.0),
    (CAREERS, "tier.top.costs.week_cost.value", 90.5),
    (CAREERS, "tier.middle.costs.hour_cost.value", 15.01),
    (CAREERS, "tier.base.costs.course_cost.value", 121.0),
    (CAREERS, "tier.base.costs.trainee_cost.value", 9.0),
    (CAREERS, "tier.base.costs.refresher_cost.value", 46.0),
    (CAREERS, "tier.base.incentive.stipend.week_cost.value", 21.0),
    (CAREERS, "organisation.readiness.training_cost.value", 301.0),
    (CLINICS, "clients.costs.referral_cost.value", 4.5),
    (CLINICS, "clients.costs.screening_hour_cost.value", 17.0),
    (CLINICS, "clients.costs.session_cost.value", 5.5),
    (CLINICS, "clients.costs.interpreter_hour_cost.value", 39.0),
]
"""The file, and what the engine would have taken for another unit cost; of each, the KPIs have to be named."""


def dear(what: str, where: str, old: str, new: str) -> Mutation:
    """A fault of the ledger that shows in the costs of the careers."""
    return career(what, where, old, new, "KPIs")


MONEY_MUTATIONS = [
    dear("a wrong unit cost", "_courses", 'costs["course_cost"]', 'costs["trainee_cost"]'),
    dear("a purpose left out", "hours", "self.integral(*rates)", "self.integral(*rates[:1])"),
    dear("hours counted double", "hours", "* HOUR_MINUTES)", "* HOUR_MINUTES / 2)"),
    dear("the promoted cost a recruitment", "_recruitment", ' - window.count("promoted_in")', ""),
    dear("incentives to the end", "integral_between", "for minute in (start, end)", "for minute in (start, 1 << 62)"),
    dear("one total for all recruits", "_replacing", "recruited_replacing", "recruited"),
    dear("refreshers make somebody new", "_making", ' - _hours(above, "refresher_rate")', ""),
]
