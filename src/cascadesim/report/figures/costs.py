"""What the programme costs: by tier and purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from cascadesim.analysis.wording import named, number, part
from cascadesim.report.figure_data import BARS, RunFigureData
from cascadesim.report.measures import currency_of
from cascadesim.report.style import (
    OTHERS,
    STYLES,
    Style,
    hatched,
    key_below,
    new_figure,
    note_beside,
    rows_of_names,
    spread_line,
    title,
    wrapped,
)

if TYPE_CHECKING:
    Line = tuple[str, Style, np.ndarray]
    """One purpose: its words, its style, its costs with an entry a replication."""

PURPOSES = {
    "recruitment": ("recruitment", STYLES[5]),
    "training": ("courses", STYLES[1]),
    "refreshers": ("refreshers", STYLES[6]),
    "supervision": ("supervision", STYLES[0]),
    "clients": ("work with clients", STYLES[2]),
    "research": ("research", STYLES[7]),
    "other_duties": ("other duties", OTHERS),
    "service": ("by the week in service", STYLES[4]),
    "incentive": ("incentive", STYLES[3]),
}
CLIENT_PURPOSES = {
    "referral": ("referrals", Style("#A9D6F0", hatch="///")),
    "screening": ("screening", Style("#F3CD7C", hatch="...")),
    "sessions": ("sessions", Style("#85CFBA", hatch="")),
    "interpreters": ("interpreters", Style("#EAC6DA", hatch="xxx")),
}
WHOLE = Style("#555555")
ROW_INCHES = 0.55


def draw_costs(data: RunFigureData) -> Figure:
    """One bar for the programme, the clients and each tier, cut by purpose."""
    bars = _bars(data)
    figure = new_figure(2.3 + ROW_INCHES * len(bars))
    axes = figure.subplots()
    total = float(data.kpi("cost.total").mean())
    legend: dict[str, Patch] = {}
    for index, lines in enumerate(bars.values()):
        legend |= _draw_bar(axes, index, lines, total)
    rows_of_names(axes, [wrapped(owner, 34) for owner in bars])
    axes.set_xlabel(f"Costs ({currency_of(data.scenario)})")
    axes.margins(x=0.16)
    if legend:
        key_below(figure, [*legend.values()], [*legend])
    title(figure, "Costs by tier and purpose", f"{data.note_with(BARS)}; total {number(total)}")
    return figure


def _bars(data: RunFigureData) -> dict[str, dict[str, Line]]:
    """By whose costs they are, in words: the lines by purpose."""
    bars = {}
    for name, owner in (("programme", "programme as a whole"), ("organisation", "workplace training")):
        if data.has_kpi(f"cost.{name}"):
            bars[owner] = {name: (name, WHOLE, data.kpi(f"cost.{name}"))}
    owners = [("clients", "clients.", CLIENT_PURPOSES)]
    owners += [(named(tier), f"tier.{tier}.", PURPOSES) for tier in data.tiers]
    for owner, prefix, purposes in owners:
        lines = {
            name: (words, style, data.kpi(f"cost.{prefix}{name}"))
            for name, (words, style) in purposes.items()
            if data.has_kpi(f"cost.{prefix}{name}")
        }
        if lines:
            bars[owner] = lines
    return bars


def _draw_bar(axes: Axes, y: int, lines: dict[str, Line], total: float) -> dict[str, Patch]:
    """The patches by what they stand for."""
    legend: dict[str, Patch] = {}
    left = 0.0
    for words, style, values in lines.values():
        mean = float(values.mean())
        patch = axes.barh(y, mean, left=left, height=0.62, color=style.color).patches[0]
        hatched(patch, style)
        left += mean
        if style is not WHOLE and mean > 0:
            legend[words] = patch
    low, high = (float(bound) for bound in np.quantile(sum(values for *_, values in lines.values()), (0.1, 0.9)))
    if low < high:
        spread_line(axes, y, low, high)
    note_beside(axes, max(left, high), y, f"{number(left)} ({part(left / total)})" if total else number(left))
    return legend
