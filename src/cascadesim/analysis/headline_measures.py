"""The measures that are compared first between a base and its variants, in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from cascadesim.analysis.wording import named, when, workers_of
from cascadesim.model.measures import unit_of
from cascadesim.scenario import defaults
from cascadesim.scenario.compile import measure_names
from cascadesim.scenario.schema import Scenario

_AT_WEEK = re.compile(r"_at_week_(\d+)$")
_PLAIN_UNITS = ("share", "level", "ratio")
"""Units of which a heading says nothing: a share has its per cent, the others have none."""


class MeasureWording(NamedTuple):
    """`name` is short, `heading` has what a table needs to know besides; in `more` and `less` `{}` is the size."""

    name: str
    heading: str
    more: str
    less: str


def headline_measures(scenarios: Sequence[Scenario]) -> dict[str, MeasureWording]:
    """By KPI, the answers of the base (the first of `scenarios`), then what any of them has published figures of.

    A variant may be about competence, costs or a published figure alone: left out, it would seem to change nothing.
    """
    base = scenarios[0]
    measures = _delivery(base) | _care(base) | _competence(base) | _costs(scenarios)
    published = [figure.outcome for scenario in scenarios for figure in scenario.published]
    return measures | {kpi: _any(kpi) for kpi in published if kpi not in measures}


def _delivery(scenario: Scenario) -> dict[str, MeasureWording]:
    week = defaults.report_weeks(scenario)[-1]
    tiers = [name for level, name in enumerate(scenario.cascade) if defaults.delivers(scenario, level)]
    what = "delivering" if tiers else "active"
    measures = {}
    for tier in tiers or [scenario.cascade[-1]]:
        words = f"{workers_of(tier)} {what}"
        at_week, heading = f"{words} at week {week}", f"{words}, {when(scenario, week)}"
        kpi = f"tier.{tier}.{what}_at_week_{week}"
        measures[kpi] = MeasureWording(words, heading, f"{{}} more {at_week}", f"{{}} fewer {at_week}")
    return measures


def _care(scenario: Scenario) -> dict[str, MeasureWording]:
    if scenario.clients is None:
        return {}
    measures = {
        kpi: MeasureWording(words, words, f"{{}} more {words}", f"{{}} fewer {words}")
        for kpi, words in (
            ("clients.started", "clients starting care"),
            ("clients.completed", "clients completing care"),
        )
    }
    wait = "mean wait for care"
    longer, shorter = (f"{wait} {{}} weeks {word}" for word in ("longer", "shorter"))
    return measures | {"clients.wait_mean_weeks": MeasureWording(wait, f"{wait} (weeks)", longer, shorter)}


def _competence(scenario: Scenario) -> dict[str, MeasureWording]:
    week = defaults.report_weeks(scenario)[-1]
    measures = {}
    for tier in (name for name in scenario.cascade if scenario.tier[name].competence is not None):
        words = f"mean {named(tier)} competence"
        heading = f"{words}, {when(scenario, week)}"
        more, less = (f"{words} at week {week} {{}} {way}" for way in ("higher", "lower"))
        measures[f"tier.{tier}.competence_mean_at_week_{week}"] = MeasureWording(words, heading, more, less)
    return measures


def _costs(scenarios: Sequence[Scenario]) -> dict[str, MeasureWording]:
    """The total and what a completed client costs, where anything costs anything in any of them."""
    costed = next((each for each in scenarios if "cost.total" in measure_names(each)), None)
    if costed is None:
        return {}
    currency = scenarios[0].costs.currency or costed.costs.currency
    money = f" {currency}" if currency else ""
    measures = {}
    for kpi, words in (("cost.total", "total cost"), ("cost.per_completed", "cost per completed client")):
        if any(kpi in measure_names(each) for each in scenarios):
            heading = f"{words} ({currency})" if currency else words
            measures[kpi] = MeasureWording(words, heading, f"{words} {{}}{money} higher", f"{words} {{}}{money} lower")
    return measures


def _any(kpi: str) -> MeasureWording:
    """Of any measure, read off its name."""
    words, unit = kpi_words(kpi), unit_of(kpi)
    heading = words if unit in _PLAIN_UNITS or unit in words else f"{words} ({unit})"
    return MeasureWording(words, heading, f"{words} {{}} higher", f"{words} {{}} lower")


def kpi_words(kpi: str) -> str:
    """`tier.NAME.exits.too_busy` as `NAME exits (too busy)`, `clients.started_at_week_26` with its week."""
    at_week = _AT_WEEK.search(kpi)
    bare = kpi.removesuffix(at_week[0]) if at_week else kpi
    owner, what, *inner = map(named, bare.removeprefix("tier.").split("."))
    text = f"{owner} {what}" + (f" ({', '.join(inner)})" if inner else "")
    return f"{text} at week {at_week[1]}" if at_week else text
