"""Welch's plot: whether the programme has settled when measuring begins."""

from __future__ import annotations

from matplotlib.figure import Figure

from cascadesim.analysis.warm_up import moving_average, settling, warm_up_sentences
from cascadesim.analysis.wording import sentence
from cascadesim.report.figure_data import RunFigureData
from cascadesim.report.style import BLUE, FAINT, VERMILLION, from_zero, new_figure, panel_grid, title, wrapped

COLUMNS = 3


def draw_warm_up(data: RunFigureData) -> Figure:
    """A panel for clients in care, clients waiting, and the active workers of each tier."""
    watched = settling(data.scenario, data.trajectories)
    figure = new_figure(1.4 + 2.5 * -(-len(watched) // COLUMNS))
    for axes, series in zip(panel_grid(figure, len(watched), COLUMNS).flat, watched, strict=False):
        axes.plot(data.middles, series.means, color=FAINT, linewidth=0.8)
        axes.plot(data.middles, moving_average(series.means.tolist()), color=BLUE, linewidth=1.8)
        steady = "not steady"
        if series.steady_week is not None:
            axes.axvline(series.steady_week, color=VERMILLION, linewidth=1.4, linestyle="--")
            steady = f"steady from week {series.steady_week:g}"
        axes.set_title(wrapped(f"{sentence(series.words)}: {steady}", 40))
        axes.set_ylabel("Clients" if "clients" in series.words else "People")
        from_zero(axes)
        data.week_axis(axes, most=4)
    title(figure, "Warm-up", " ".join([f"{data.note}.", *warm_up_sentences(data.scenario, data.trajectories)]))
    return figure
