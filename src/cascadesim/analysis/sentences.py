"""One kind of sentence at a time: how sure of the target, who delivers and who is reached, what has been published."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cascadesim.analysis.statistics import summarise, wilson
from cascadesim.analysis.words import (
    beside,
    count_of,
    goal_words,
    named,
    number,
    percent,
    percents,
    sentence,
    span,
    when,
)
from cascadesim.model.measures import unit_of
from cascadesim.scenario import defaults
from cascadesim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

NOT_CERTIFIED = "not_certified"
FITTED = {
    "fitted": "fitted, so it checks the arithmetic only",
    "predicted": "predicted",
}


def target_sentences(scenario: Scenario, kpis: pd.DataFrame) -> Iterator[str]:
    """The chance of the target with its interval, and whether it reaches the wanted one; nothing without a target."""
    target, goal = scenario.target, defaults.target(scenario)
    if target is None or goal is None:
        return
    wanted = percent(target.chance.value)
    values = kpis[goal.kpi]
    hits, runs = int(sum(goal.met(value) for value in values)), len(values)
    reach = f"{goal_words(goal.measure)} {goal.op} {goal.number:g} by week {goal.week}"
    if runs == 1:
        verdict = "reached" if hits else "not reached"
        yield (
            f"{sentence(reach)}: {verdict} in this one run ({number(float(values.iloc[0]))}). "
            f"One run gives no chance; the wanted {wanted} needs many (--replications 200)."
        )
        return
    low, high = wilson(hits, runs)
    yield (
        f"Chance that {reach}: {percent(hits / runs)} (95 % interval {percents(low, high)}, "
        f"{count_of(runs, 'run')}); wanted {wanted}: {_verdict(low, high, target.chance.value)}."
    )


def _verdict(low: float, high: float, wanted: float) -> str:
    if low >= wanted:
        return "reached"
    return "not reached" if high < wanted else "too close to call with this many runs"


def report_sentences(scenario: Scenario, kpis: pd.DataFrame) -> Iterator[str]:
    """For each report week: who delivers and is certified in each delivering tier, and which clients were reached."""
    tiers = [name for level, name in enumerate(scenario.cascade) if defaults.delivers(scenario, level)]
    shown = tiers or [scenario.cascade[-1]]
    if len(kpis) > 1:
        yield "At the report weeks, as mean of runs (95 % interval of the mean; 10th to 90th percentile of runs):"
    else:
        yield "At the report weeks, in this one run (--replications 200 would give intervals):"
    at_work = "delivering" if tiers else "active"
    for week in defaults.report_weeks(scenario):
        begin = sentence(when(scenario, week))
        for name in shown:
            working, certified = (
                _spread(kpis[f"tier.{name}.{what}_at_week_{week}"]) for what in (at_work, "certified")
            )
            yield f"{begin}, {named(name)}: {working} {at_work}, {certified} certified so far."
            begin = "By then"
        if scenario.clients is not None:
            started, completed = (_spread(kpis[f"clients.{what}_at_week_{week}"]) for what in ("started", "completed"))
            yield f"{begin}, clients: {started} reached with care, {completed} completed."


def _spread(values: pd.Series[float]) -> str:
    """`7.3 (7.1 to 7.5; 5 to 10)`, or the number alone where one run shows no spread."""
    summary = summarise(values)
    if math.isnan(summary.low):
        return number(summary.mean)
    return f"{number(summary.mean)} ({span(summary.low, summary.high)}; {span(summary.p10, summary.p90)})"


MANY = 0.1
"""The least share of apprentices without a certificate in the end that is told of."""


def uncertified_sentences(scenario: Scenario, kpis: pd.DataFrame) -> Iterator[str]:
    """For each tier of which many apprentices leave without a certificate: how many do, and how many have got one."""
    for tier in (name for name in scenario.cascade if f"tier.{name}.exits.{NOT_CERTIFIED}" in kpis):
        left = float(kpis[f"tier.{tier}.exits.{NOT_CERTIFIED}"].mean())
        there = sum(staff.initial for staff in defaults.staff(scenario.tier[tier]).values())
        certified = float(kpis[f"tier.{tier}.certified"].mean()) - (0 if scenario.measure_from_week else there)
        if left >= 1 and left >= MANY * (left + certified):
            limit = scenario.tier[tier].training.apprentice_limit_weeks
            yield (
                f"{sentence(named(tier))}: {number(left)} left without a certificate, which they did not get within "
                f"{limit:g} weeks of practice; {number(certified)} got it{' (mean of runs)' if len(kpis) > 1 else ''}."
            )


def published_sentences(scenario: Scenario, kpis: pd.DataFrame) -> Iterator[str]:
    """Each published figure beside the simulated one, and whether an input was chosen to hit it."""
    for figure in scenario.published:
        unit = unit_of(figure.measure)
        found = summarise(kpis[figure.measure])
        interval = (
            "" if math.isnan(found.low) else f" (10th to 90th percentile of runs {span(found.p10, found.p90, unit)})"
        )
        published, simulated = beside(found.mean, figure.value, unit)
        yield (
            f"Published {figure.measure} {published} ({figure.source}); "
            f"simulated {simulated}{interval}: {FITTED[figure.kind]}."
        )
