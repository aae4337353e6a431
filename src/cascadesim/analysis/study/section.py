"""One thing that an analysis found out: sentences first, and the table behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cascadesim.analysis.main_measures import kpi_words
from cascadesim.analysis.words import number, signed, signed_span
from cascadesim.model.measures import unit_of

if TYPE_CHECKING:
    import pandas as pd

    from cascadesim.analysis.sensitivity.spread import Estimate


@dataclass(frozen=True, eq=False)
class Section:
    """`title`, `sentences` for a reader, and `frame` for a table called `name`, which a section need not have."""

    title: str
    sentences: tuple[str, ...]
    name: str = ""
    frame: pd.DataFrame | None = None


def amount(value: float, measure: str) -> str:
    """A number of a measure with its unit, where that is not plain: `3.2 weeks`, `41 %`, `105`."""
    unit = unit_of(measure)
    text = number(value, unit)
    return f"{text} {unit}" if unit.endswith("weeks") or unit in ("hours", "minutes") else text


def change(value: float, low: float, high: float, measure: str) -> str:
    """A difference with its interval: `+7.3 (+4 to +11)`."""
    unit = unit_of(measure)
    bounds = signed_span(low, high, unit)
    return signed(value, unit) + (f" ({bounds})" if bounds != "-" else "")


def share(found: Estimate) -> str:
    """A share of a variance in per cent with its interval, which may reach below 0."""
    text = f"{100 * found.value:.0f} %"
    if found.low != found.low:
        return text
    return f"{text} (95 %: {100 * found.low:.0f} to {100 * found.high:.0f} %)"


def words(measure: str) -> str:
    """A measure in words."""
    return kpi_words(measure)

