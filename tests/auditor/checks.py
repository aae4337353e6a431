"""Every check by name. A new family is one file with a `CHECKS` of its own and one line here."""

from __future__ import annotations

from auditor import (
    binding,
    care,
    choices,
    client_choices,
    client_groups,
    client_lives,
    client_moves,
    counters,
    development,
    episodes,
    figures,
    hours,
    leaving,
    moves,
    order,
    practice,
    refreshing,
    seating,
    staffing,
    striking,
    supervision,
    tier_counts,
    training,
    trajectories,
)
from auditor.check import Check

FAMILIES = (
    moves,
    order,
    supervision,
    training,
    tier_counts,
    refreshing,
    development,
    staffing,
    practice,
    leaving,
    striking,
    care,
    episodes,
    hours,
    choices,
    client_choices,
    client_groups,
    client_lives,
    client_moves,
    counters,
    seating,
    binding,
    figures,
    trajectories,
)
CHECKS: dict[str, Check] = {name: check for family in FAMILIES for name, check in family.CHECKS.items()}
