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
        total = sum(left.values())
        if total < 1:
            continue
        first = sorted((name for name in left if left[name] > 0), key=lambda name: (-left[name], name))
        told = [f"{number(left[name])} {named(name)}" for name in first[:MOST_REASONS]]
        if len(first) > MOST_REASONS:
            told.append(f"{number(total - sum(left[name] for name in first[:MOST_REASONS]))} for other reasons")
        many = " (mean of runs)" if len(kpis) > 1 else ""
        yield f"{sentence(named(tier))}: {number(total)} left{many}: {', '.join(told)}."


def idle_sentences(scenario: Scenario, kpis: pd.DataFrame) -> Iterator[str]:
    """Where clients hardly wait and many workers have none, that more clients come before more workers."""
    waited = float(kpis["clients.wait_mean_weeks"].mean()) if scenario.clients is not None else float("nan")
    if not waited <= SHORT_WAIT_WEEKS:
        return
    for level, tier in enumerate(scenario.cascade):
        if not defaults.delivers(scenario, level):
            continue
        active, working = (float(kpis[f"tier.{tier}.{what}_mean"].mean()) for what in ("active", "delivering"))
        if active - working >= IDLE * active > 0:
            yield (
                f"Of {number(active)} active {named(tier)} workers on average, {number(active - working)} had nobody "
                f"to see, while clients waited {number(waited)} weeks: more of them would do little before more "
                "clients are referred."
            )


def dates_sentences(scenario: Scenario, kpis: pd.DataFrame, waits: tuple[WaitRow, ...]) -> Iterator[str]:
    """Where many dates of a calendar pass without a course, how many do, and what was missing most while one stood."""
    for level, tier in enumerate(scenario.cascade):
        if f"tier.{tier}.courses_planned" not in kpis or not defaults.trains(scenario.tier[tier], level):
            continue
        planned, lapsed = (float(kpis[f"tier.{tier}.courses_{what}"].mean()) for what in ("planned", "lapsed"))
        if not lapsed >= LAPSED * planned > 0:
            continue
        missing = [
            row for row in waits if (row.wait, row.tier) == ("course", tier) and row.constraint not in NOT_IN_THE_WAY
        ]
        why = f" (mostly: {max(missing, key=lambda row: row.unit_weeks).words})" if missing else ""
        dates = count_of(round(planned), "date")
        yield f"{sentence(named(tier))} courses: {number(lapsed)} of {dates} passed without one{why}."
