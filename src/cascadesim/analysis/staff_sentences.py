"""Sentences about staff: why they left, how many had nobody to see, and which dates of courses passed unused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cascadesim.analysis.waits import WaitRow
from cascadesim.analysis.words import count_of, named, number, sentence
from cascadesim.scenario import defaults
from cascadesim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

MOST_REASONS = 3
"""So many are told by name."""
IDLE, SHORT_WAIT_WEEKS = 0.25, 2.0
"""From this share of workers without a client on, and for no longer waits of clients, there are too few clients."""
FEW = 0.05
"""The most of those referred who may have given up or still wait."""
PROMOTED = "promoted"
LAPSED = 0.2
"""The least share of dates without a course that is told of."""
NOT_IN_THE_WAY = ("calendar", "gathering")
"""Tests of a course that say only that its time has not come."""


def leaving_sentences(scenario: Scenario, kpis: pd.DataFrame) -> Iterator[str]:
    """For each tier that at least one worker left, in the average run: for what reasons, the most frequent first."""
    for tier in scenario.cascade:
        lead = f"tier.{tier}.exits."
        names = [name for name in map(str, kpis) if name.startswith(lead)]
        left = {name.removeprefix(lead): float(kpis[name].mean()) for name in names}
        up = left.pop(PROMOTED, 0.0)
        total = sum(left.values())
        if total < 1:
            continue
        first = sorted((name for name in left if left[name] > 0), key=lambda name: (-left[name], name))
        told = [f"{number(left[name])} {named(name)}" for name in first[:MOST_REASONS]]
        if len(first) > MOST_REASONS:
            told.append(f"{number(total - sum(left[name] for name in first[:MOST_REASONS]))} for other reasons")
        many = " (mean of runs)" if len(kpis) > 1 else ""
        more = f"; {number(up)} moved up" if up else ""
        yield f"{sentence(named(tier))}: {number(total)} left{many}: {', '.join(told)}{more}."


def idle_sentences(scenario: Scenario, kpis: pd.DataFrame) -> Iterator[str]:
    """Where hardly a client waits or gives up, and many workers who may see one have none: that clients are too few.

    Workers who are not deployed or not supervised may see nobody. `delivering` holds apprentices with a practice case
    as well, so where there are any the number is the least that it can be.
    """
    if scenario.clients is None or not _hardly_waits(kpis):
        return
    waited = float(kpis["clients.wait_mean_weeks"].mean())
    for level, tier in enumerate(scenario.cascade):
        if not defaults.delivers(scenario, level):
            continue

        def mean(what: str, without: float = 0.0, lead: str = f"tier.{tier}.") -> float:
            return float(kpis[lead + what].mean()) if lead + what in kpis else without

        able = (mean("active_mean") - mean("not_deployed_mean")) * mean("supervised_share", 1.0)
        spare = able - mean("delivering_mean")
        if spare >= IDLE * able > 0:
            least = "at least " if defaults.practice(scenario, level) == "clients" else ""
            yield (
                f"Of {number(able)} {named(tier)} workers who might see clients, {least}{number(spare)} on average had "
                f"nobody to see, while clients waited {number(waited)} weeks: more of them would do little before more "
                "clients are referred."
            )


def _hardly_waits(kpis: pd.DataFrame) -> bool:
    """Whether those who begin have waited briefly, and few have given up or still wait."""
    waited, came = float(kpis["clients.wait_mean_weeks"].mean()), float(kpis["clients.referred"].mean())
    kept = sum(float(kpis[f"clients.{what}"].mean()) for what in ("reneged", "waiting_at_end"))
    return waited <= SHORT_WAIT_WEEKS and kept <= FEW * came


def dates_sentences(scenario: Scenario, kpis: pd.DataFrame, waits: tuple[WaitRow, ...]) -> Iterator[str]:
    """Where many dates of a calendar pass without a course, how many do, and what was missing most while one stood.

    Where for most of that time no candidate waited at all, it is that.
    """
    for level, tier in enumerate(scenario.cascade):
        if f"tier.{tier}.courses_planned" not in kpis or not defaults.trains(scenario.tier[tier], level):
            continue
        planned, lapsed = (float(kpis[f"tier.{tier}.courses_{what}"].mean()) for what in ("planned", "lapsed"))
        if not lapsed >= LAPSED * planned > 0:
            continue
        queue = [row for row in waits if (row.wait, row.tier) == ("course", tier)]
        missing = [row for row in queue if row.constraint not in NOT_IN_THE_WAY]
        waited_weeks = sum(row.weeks_dominant for row in queue)
        why = ""
        if waited_weeks < 0.5 * lapsed / planned * scenario.horizon_weeks:
            why = " (mostly nobody waited for one)"
        elif missing:
            why = f" (mostly: {max(missing, key=lambda row: row.unit_weeks).words})"
        dates = count_of(round(planned), "date")
        yield f"{sentence(named(tier))} courses: {number(lapsed)} of {dates} passed without one{why}."
