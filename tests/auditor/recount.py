"""Every KPI again, from the replay alone."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from auditor.amounts import WEEK
from auditor.figures_of import Number
from auditor.recount_clients import clients
from auditor.recount_money import money
from auditor.recount_tiers import organisation_kpis, tier_kpis
from auditor.replay import Replay
from auditor.samples import AT_WEEK


def recount(replay: Replay) -> Iterator[tuple[str, Number]]:
    """(name, value) of every KPI that the reported ones should hold, but for those that `LEFT_OUT` names."""
    weeks = sorted({int(found[1]) for name in replay.kpis if (found := AT_WEEK.search(name))})
    if replay.programme.care:
        for name, number in clients(replay, weeks):
            yield f"clients.{name}", number
    for tier in replay.programme.cascade:
        for name, number in tier_kpis(replay, tier, weeks):
            yield f"tier.{tier.name}.{name}", number
    yield from organisation_kpis(replay, weeks)
    yield from _constraints(replay)
    yield from money(replay)


def _constraints(replay: Replay) -> Iterator[tuple[str, Number]]:
    """Time spent waiting by constraint: of every reported name, 0 where nothing was ever booked under it."""
    start, end = replay.programme.measure_from, replay.programme.horizon
    for name in replay.kpis:
        if ".waiting." in name:
            yield name, Fraction(replay.levels.area(name.removesuffix("_weeks"), start, end), WEEK)
