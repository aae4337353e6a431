"""What becomes of workers: where they are, what fills their hours, what training yields, who leaves and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cascadesim.analysis.wording import named, number, part
from cascadesim.report.figure_data import BAR, FAN, MOST_ROWS, RunFigureData
from cascadesim.report.style import (
    BLACK,
    BLUE,
    DASH_DOT,
    DASHED,
    DOTTED,
    FAINT,
    GREEN,
    GREY,
    LONG,
    ORANGE,
    PURPLE,
    SKY,
    STYLES,
    VERMILLION,
    YELLOW,
    Style,
    bar_with_spread,
    fan,
    from_zero,
    hatched_stack,
    key_below,
    label_ends,
    lines_upright,
    new_figure,
    panel_grid,
    rows_of_names,
    title,
    whole_numbers,
    wrapped,
)
from cascadesim.scenario import defaults
from cascadesim.scenario.compile import tier_mechanisms

COLUMNS = 3

STATES = {
    "active": ("Active (certified)", Style(BLUE)),
    "candidate": ("Waiting for a course", Style(ORANGE)),
    "in_training": ("On a course", Style(PURPLE)),
    "apprentice": ("In practice after it", Style(GREEN)),
    "absent": ("Away", Style(SKY)),
}
AT_WORK = {
    "delivering": ("delivering", Style(GREEN, DASHED)),
    "unsupervised": ("unsupervised", Style(VERMILLION, DOTTED)),
    "not_deployed": ("not deployed", Style(PURPLE, LONG)),
    "vacant": ("vacant", Style(GREY, DASH_DOT)),
}
LEAST_MEAN = 0.05
"""What is never more than this many people on average gets no line."""
MANY_COLUMNS = 4
"""So many leave room for the first and the last week only."""


def draw_staffing(data: RunFigureData) -> Figure:
    """One row a tier, one column a state."""
    levels = range(len(data.tiers))
    states = [state for state in STATES if any(_can_be(data, level, state) for level in levels)]
    figure = new_figure(1.6 + 2.15 * len(data.tiers))
    grid = figure.subplots(len(data.tiers), len(states), squeeze=False, sharex=True, sharey="row")
    for level, tier in enumerate(data.tiers):
        for axes, state in zip(grid[level], states, strict=True):
            if level == 0:
                axes.set_title(STATES[state][0])
            if _can_be(data, level, state):
                _draw_state(axes, data, level, state)
            else:
                axes.text(0.5, 0.5, "not in this tier", transform=axes.transAxes, ha="center", color="#999999")
                axes.set_axis_off()
            data.week_axis(axes, named=level == levels[-1], most=3 if len(states) < MANY_COLUMNS else 1)
        from_zero(grid[level][0])
        whole_numbers(grid[level][0].yaxis)
        grid[level][0].set_ylabel(f"{wrapped(named(tier), 22)}\n(people)")
    keys = {name: line for row in grid for line, name in zip(*row[0].get_legend_handles_labels(), strict=True)}
    if len(keys) > 1:
        figure.legend(keys.values(), keys.keys(), loc="outside lower left", ncols=len(keys), handlelength=2.6)
    title(figure, "Staff by tier and state", data.note_with(FAN))
    return figure


def _can_be(data: RunFigureData, level: int, state: str) -> bool:
    """Whether workers of a tier can be in a state at all."""
    tier = data.tiers[level]
    if state == "active":
        return True
    if state == "absent":
        return data.has(f"tier.{tier}.absent")
    if state == "apprentice":
        return defaults.practice(data.scenario, level) != "none"
    return defaults.trains(data.scenario.tier[tier], level)


def _draw_state(axes: Axes, data: RunFigureData, level: int, state: str) -> None:
    """People of one tier in one state; among the active also who delivers and who lacks supervision."""
    tier = data.tiers[level]
    label = "active" if state == "active" else ""
    fan(axes, data.middles, data.values(f"tier.{tier}.{state}"), STATES[state][1], label)
    if state != "active":
        return
    for name, (words, style) in AT_WORK.items():
        column = f"tier.{tier}.{name}"
        if not data.has(column) or (name == "delivering" and not defaults.delivers(data.scenario, level)):
            continue
        means = data.values(column).mean(axis=0)
        if means.max() > LEAST_MEAN:
            axes.plot(data.middles, means, color=style.color, linestyle=style.line, label=f"{words} (mean)")


def _panels(
    data: RunFigureData,
    names: Sequence[str],
    row_inches: float,
    draw: Callable[[Axes, RunFigureData, str], None],
    y_label: str,
    *,
    width: int = 40,
    more_inches: float = 1.4,
    sharey: bool = True,
) -> tuple[Figure, np.ndarray]:
    """A figure with a panel of weeks for each name, three in a row."""
    figure = new_figure(more_inches + row_inches * -(-len(names) // COLUMNS))
    grid = panel_grid(figure, len(names), COLUMNS, sharey=sharey)
    for axes, name in zip(grid.flat, names, strict=False):
        data.week_axis(axes, most=4)
        draw(axes, data, name)
        axes.set_title(wrapped(named(name), width))
    for row in grid:
        row[0].set_ylabel(y_label)
    return figure, grid


PURPOSES = {
    "supervision_given": ("supervision given", Style(BLUE, hatch="///")),
    "supervision_received": ("supervision received", Style(SKY, hatch="...")),
    "training_given": ("courses given", Style(ORANGE, hatch="\\\\\\")),
    "clients": ("clients", Style(GREEN, hatch="")),
    "research": ("research", Style(PURPLE, hatch="---")),
    "other_duties": ("other duties", Style(YELLOW, hatch="|||")),
}
LINES = {
    "available": ("available", Style(BLACK)),
    "overtime": ("overtime", Style(VERMILLION, DASHED)),
    "run_off": ("above the limit, since hours fell", Style(VERMILLION, DASH_DOT)),
    "training_taken": ("own initial course (not part of these hours)", Style(GREY, DOTTED)),
}


def draw_hours(data: RunFigureData) -> Figure:
    """One panel a tier."""
    y_label = "Hours per week, all workers"
    figure, grid = _panels(data, data.tiers, 2.7, _draw_hours, y_label, width=44, more_inches=1.5, sharey=False)
    keys = {name: line for axes in grid.flat for line, name in zip(*axes.get_legend_handles_labels(), strict=True)}
    key_below(figure, [*keys.values()], [*keys])
    title(figure, "Hours committed and hours available", f"{data.note}; means of runs")
    return figure


def _draw_hours(axes: Axes, data: RunFigureData, tier: str) -> None:
    """Mean hours of a tier: a stack of purposes, and the hours that its certified and practising workers have."""
    prefix = f"tier.{tier}.hours."
    means = {name: data.values(prefix + name).mean(axis=0) for name in (*PURPOSES, *LINES) if data.has(prefix + name)}
    purposes = [name for name in PURPOSES if name in means]
    labels = [PURPOSES[name][0] if means[name].any() else "" for name in purposes]
    styles = [PURPOSES[name][1] for name in purposes]
    hatched_stack(axes, data.middles, [means[name] for name in purposes], styles, labels=labels)
    for name, (words, style) in LINES.items():
        if name in means and (means[name].any() or name == "available"):  # what never happens is not named
            axes.plot(data.middles, means[name], color=style.color, linestyle=style.line, label=words)
    from_zero(axes)
    highest = max(1.0, float(means["available"].max()), float(sum(means[name] for name in purposes).max()))
    course = float(means["training_taken"].max())
    if course > 1.5 * highest:  # a full-time course would leave the working week a thin strip
        axes.set_ylim(0, 1.3 * highest)
        axes.set_xlabel(f"{axes.get_xlabel()}\n(own course: up to {number(course)} hours)")


def draw_organisation(data: RunFigureData) -> Figure:
    """One panel for each state, one line for each site; chance plays no part in them."""
    y_label, states = "Level (% of the maximum)", sorted(data.scenario.organisation)
    figure, grid = _panels(data, states[:MOST_ROWS], 2.7, _draw_organisation, y_label)
    if len(data.scenario.sites) > 1:
        key_below(figure, *grid[0][0].get_legend_handles_labels())
    note = data.note_of_most("", len(states[:MOST_ROWS]), len(states), "the first")
    title(figure, "States of the organisation", f"{note}; as published at the reviews")
    return figure


def _draw_organisation(axes: Axes, data: RunFigureData, state: str) -> None:
    """The levels of one state as they are published at the reviews."""
    sites = sorted(data.scenario.sites) if len(data.scenario.sites) > 1 else [""]
    for index, site in enumerate(sites):
        style = STYLES[index % len(STYLES)]
        levels = 100 * data.values(f"organisation.{state}.{site}".rstrip("."))[0]
        axes.step(data.ends, levels, color=style.color, linestyle=style.line, linewidth=1.8, label=named(site))
    axes.set_ylim(0, 100)


COMPETENCE_INCHES = 2.9


def with_competence(data: RunFigureData) -> list[str]:
    """The tiers whose competence is modelled."""
    return [tier for tier in data.tiers if data.has(f"tier.{tier}.competence")]


def draw_competence(data: RunFigureData) -> Figure:
    """One panel for each tier whose competence is modelled."""
    y_label = "Mean competence (on the scale of the scenario)"
    figure, _ = _panels(data, with_competence(data), COMPETENCE_INCHES, _draw_competence, y_label)
    title(figure, "Competence of the workers in service", data.note_with(FAN))
    return figure


def _draw_competence(axes: Axes, data: RunFigureData, tier: str) -> None:
    """The mean at the end of each interval, and what the certificate and teaching ask for."""
    values = data.values(f"tier.{tier}.competence")
    fan(axes, data.ends, values, Style(BLUE), "mean")
    plan = data.scenario.tier[tier].competence
    assert plan is not None
    thresholds = []
    for level, words, color in (
        (plan.certification_threshold.value, "required for\nthe certificate", VERMILLION),
        (plan.min_trainer_competence.value, "required of\ntrainers", BLACK),
    ):
        if level > 0:
            axes.axhline(level, color=color, linestyle=DOTTED, linewidth=1.2)
            thresholds.append((level, words, color))
    axes.set_ylim(0, 1)
    label_ends(axes, thresholds, COMPETENCE_INCHES * 0.75)
    if not np.isfinite(values).any():
        axes.text(0.5, 0.5, "nobody in service", transform=axes.transAxes, ha="center", color=FAINT)


GATES = {
    "recruited": ("recruited", Style(SKY, hatch="...")),
    "entered_course": ("entered a course", Style(PURPLE, hatch="---")),
    "passed": ("passed it", Style(ORANGE, hatch="///")),
    "certified": ("certified", Style(GREEN, hatch="\\\\\\")),
    "active": ("active at the end", Style(BLUE)),
}


def draw_pipeline(data: RunFigureData) -> Figure:
    """One panel for each tier that is trained."""
    tiers = [tier for level, tier in enumerate(data.tiers) if defaults.trains(data.scenario.tier[tier], level)]
    tiers = tiers or list(data.tiers)
    figure = new_figure(1.4 + 2.5 * -(-len(tiers) // COLUMNS))
    for axes, tier in zip(panel_grid(figure, len(tiers), COLUMNS).flat, tiers, strict=False):
        _draw_gates(axes, data, tier)
    since = "; here all since week 0" if data.scenario.measure_from_week else ""
    title(figure, "Training pipeline", f"{data.note_with(BAR)}; % of those recruited{since}")
    return figure


def gates(data: RunFigureData, tier: str) -> dict[str, np.ndarray]:
    """People who got through each gate over the whole run, an entry a replication.

    Those who were there and certified at the start went through none, and are left out but for the last: still active.
    Who entered a (first) course is known for the window of the KPIs only, so it is left out where that opens late.
    """
    level, initial = data.tiers.index(tier), _initial(data, tier)
    people = {name: data.values(f"tier.{tier}.{name}")[:, -1] for name in GATES if data.has(f"tier.{tier}.{name}")}
    if not defaults.trains(data.scenario.tier[tier], level):
        return {"recruited": people["recruited"], "active": people["active"]}
    people["recruited"] = people["recruited"] - initial
    people["certified"] = people["certified"] - initial
    if data.scenario.measure_from_week == 0:
        several = "retakes" in tier_mechanisms(data.scenario, level)
        people["entered_course"] = data.kpi(f"tier.{tier}.{'began_training' if several else 'entered_course'}")
    return {name: people[name] for name in GATES if name in people}


def _initial(data: RunFigureData, tier: str) -> int:
    """How many were there and certified from the start."""
    return sum(staff.initial for staff in defaults.staff(data.scenario.tier[tier]).values())


def _draw_gates(axes: Axes, data: RunFigureData, tier: str) -> None:
    """Bars from recruited to still active, each with its number and its share of those recruited."""
    people = gates(data, tier)
    recruited = float(people["recruited"].mean())
    for index, (name, values) in enumerate(people.items()):
        mean = float(values.mean())
        share = f" ({part(mean / recruited)})" if recruited and index else ""
        bar_with_spread(axes, -index, values, GATES[name][1], 0.66, f"{number(mean)}{share}")
    axes.set_yticks([-index for index in range(len(people))], [GATES[name][0] for name in people])
    initial = _initial(data, tier) if "certified" in people else 0
    axes.set_xlabel("People" + (f"\n(the last bar includes {initial} from the start)" if initial else ""))
    axes.set_title(wrapped(named(tier), 40))
    axes.set_xlim(0, max(1.0, axes.get_xlim()[1]) * 1.22)
    whole_numbers(axes.xaxis)
    lines_upright(axes)


REASONS = {"failed_training": "failed the course", "not_certified": "not certified in time"}
"""The model's own reasons that are said otherwise than they are called."""


def exit_reasons(data: RunFigureData) -> dict[str, list[str]]:
    """By tier, the reasons for which anybody can leave it; no tier that nobody can leave."""
    prefixes = {tier: f"tier.{tier}.exits." for tier in data.tiers}
    names = {
        tier: [name.removeprefix(prefix) for name in data.kpis.columns if name.startswith(prefix)]
        for tier, prefix in prefixes.items()
    }
    return {tier: reasons for tier, reasons in names.items() if reasons}


def draw_exits(data: RunFigureData) -> Figure:
    """One panel a tier in which anybody can leave; one bar a reason."""
    every = exit_reasons(data)
    reasons = {tier: _most_frequent(data, tier, names) for tier, names in every.items()}
    figure = new_figure(1.6 + sum(0.42 + 0.34 * len(each) for each in reasons.values()))
    heights = [0.4 + len(each) for each in reasons.values()]
    panels = figure.subplots(len(reasons), 1, squeeze=False, sharex=True, height_ratios=heights)[:, 0]
    everywhere = sorted({reason for each in reasons.values() for reason in each})
    styles = {reason: STYLES[index % len(STYLES)] for index, reason in enumerate(everywhere)}
    for axes, tier in zip(panels, reasons, strict=True):
        exits = {reason: data.kpi(f"tier.{tier}.exits.{reason}") for reason in reasons[tier]}
        total = sum(float(data.kpi(f"tier.{tier}.exits.{reason}").mean()) for reason in every[tier])
        _draw_exits(axes, exits, styles, total)
        axes.set_title(wrapped(named(tier), 100))
    panels[-1].set_xlabel("People who left, by reason")
    panels[0].set_xlim(0, max(1.0, panels[0].get_xlim()[1]))
    shown, number_of_all = (sum(map(len, each.values())) for each in (reasons, every))
    title(figure, "Exits by reason", data.note_of_most(BAR, shown, number_of_all, "the most frequent"))
    return figure


def _most_frequent(data: RunFigureData, tier: str, reasons: list[str]) -> list[str]:
    """Reasons of a tier, the most frequent first, as many as a figure has room for."""
    means = {reason: float(data.kpi(f"tier.{tier}.exits.{reason}").mean()) for reason in reasons}
    return sorted(reasons, key=lambda reason: (means[reason], reason), reverse=True)[:MOST_ROWS]


def _draw_exits(axes: Axes, exits: dict[str, np.ndarray], styles: dict[str, Style], total: float) -> None:
    """Exits of one tier by reason, of `total`; each bar carries its number and its share of exits."""
    for index, reason in enumerate(exits):
        mean = float(exits[reason].mean())
        words = f"{number(mean)} ({part(mean / total)} of exits)" if mean else "nobody"
        bar_with_spread(axes, index, exits[reason], styles[reason], 0.62, words)
    rows_of_names(axes, [wrapped(REASONS.get(reason, named(reason)), 34) for reason in exits])
    axes.margins(x=0.14)
