"""Plans side by side: what `run --variant all` and `compare` print, the summary beside the tables, and the picture."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cascadesim.analysis.comparison import (
    Difference,
    PairwiseComparison,
    PlanComparison,
    comparison_sentence,
    margins_of,
    margins_text,
    weeks_measured,
)
from cascadesim.analysis.intervals import MeanInterval, summarise, wilson
from cascadesim.analysis.variants import HeadlineDifferences, VariantRun, headline_differences, variant_sentences
from cascadesim.analysis.wording import (
    count_of,
    headline_measures,
    json_ready,
    kpi_words,
    number,
    pairs_of,
    part,
    percent,
    percents,
    sentence,
    signed,
    signed_span,
    span,
    window,
)
from cascadesim.errors import CascadeError
from cascadesim.model.measures import TARGET_MET, unit_of
from cascadesim.report.measures import currency_of, filled, markdown_page, table_line
from cascadesim.report.style import (
    BEYOND_MARGIN,
    FAINT,
    attempt,
    difference_dots,
    lines_upright,
    new_figure,
    panel_grid,
    save,
    styled,
    title,
    wrapped,
)
from cascadesim.scenario import defaults

NAME = "comparison"
"""Of the files of the table and of the picture."""
MARK, SMALL = "*", "="
_LEAST_WIDTH, _WIDTH = 60, 80
_LEAST_NAME = 24


def comparison_text(
    base: VariantRun, variants: Sequence[VariantRun], *, width: int = 80, heading: Callable[[str], str] = str
) -> str:
    """A sentence for each variant wrapped at `width`, a table at most 80 wide; `heading` makes a line stand out."""
    wrap = max(width, _LEAST_WIDTH)
    sentences = [filled(text, wrap) for text in variant_sentences(base, variants)]
    title_lines = textwrap.fill(_title(base, variants), wrap)
    first = textwrap.fill(_first(base), wrap)
    return "\n".join([heading(title_lines), "", first, *sentences, "", *_table(base, variants, heading)])


def comparison_page(
    base: VariantRun,
    variants: Sequence[VariantRun],
    folders: Mapping[str, str],
    *,
    command: str = "",
    figure: str = "",
    not_drawn: str = "",
) -> str:
    """The same in Markdown. `folders` are those of the base and the variants, beside the file; `figure` too.

    `not_drawn` says why there is no figure though there should be one.
    """
    sentences = "\n".join(f"- {text}" for text in variant_sentences(base, variants))
    table = "\n".join(_table(base, variants, str))
    parts = [
        f"# {_title(base, variants)}",
        f"Made by `{command}`." if command else "",
        _first(base),
        sentences,
        "## Side by side",
        f"```text\n{table}\n```",
        f"![The differences from base with their intervals]({figure})" if figure else sentence(not_drawn),
        f"Every outcome is in `{NAME}.csv` and `tables/{NAME}.parquet`.",
        "## Each plan",
        "\n".join(f"- [{name}]({folder}/summary.md)" for name, folder in folders.items()),
    ]
    return markdown_page(parts)


def _title(base: VariantRun, variants: Sequence[VariantRun]) -> str:
    runs = count_of(len(base.kpis), "run")
    return f"{base.scenario.heading}: base and {count_of(len(variants), 'variant')} ({runs} each)"


def _first(base: VariantRun) -> str:
    if len(base.kpis) == 1:
        return "Shown is one run of each: differences may be chance. --replications 200 gives intervals."
    weeks = window(base.scenario)
    measured = f"Measured from {weeks}. " if weeks else ""
    return (
        f"{measured}Base and variants are run with common random numbers. Shown are mean changes clearly larger than "
        "the margin (95 % interval of the mean):"
    )


def _table(base: VariantRun, variants: Sequence[VariantRun], heading: Callable[[str], str]) -> Iterator[str]:
    names = [base.name, *(variant.name for variant in variants)]
    columns = (f"<{max(_LEAST_NAME, 2 + max(map(len, names)))}", ">7", ">9", ">17", "<")
    yield table_line(columns, ("", "mean", "change", "95 % interval"))
    for contrast in headline_differences(base, variants):
        for line in textwrap.wrap(sentence(contrast.words.heading), _WIDTH, subsequent_indent="  "):
            yield heading(line)
        yield from (table_line(columns, cells) for cells in _rows(contrast, names))
    yield heading("Longest binding constraint, in the average run")
    for case in (base, *variants):
        text = f"{case.name}: {case.binding}"
        yield from textwrap.wrap(text, _WIDTH, initial_indent="  ", subsequent_indent="    ")
    if len(base.kpis) > 1:
        yield f"{MARK} clearly larger than the margin: by chance alone, at most one line in twenty."
        yield f"{SMALL} clearly within the margin: too small to matter."
        margins = margins_text(margins_of(base.scenario))
        yield from textwrap.wrap(f"The margin is the smallest difference that matters: {margins}.", _WIDTH)


def _rows(contrast: HeadlineDifferences, names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """(name, mean, difference, interval, mark) for the base and every variant; for the base only its mean.

    A line of its own says where there are fewer pairs than runs, or why there is no difference.
    """
    unit = contrast.unit
    yield f"  {names[0]}", number(contrast.differences[0].base.mean, unit)
    for name, each in zip(names[1:], contrast.differences, strict=True):
        apart = each.paired
        change, interval = signed(apart.mean, unit), signed_span(apart.low, apart.high, unit)
        yield f"  {name}", number(each.variant.mean, unit), change, interval, MARK if each.clear else _small(each)
        if each.unlike:
            yield from ((f"    {line}",) for line in textwrap.wrap(f"not compared: {each.unlike}", _WIDTH - 4))
        elif apart.missing:
            yield (f"    {pairs_of(apart.defined, apart.runs)}: the other runs have no value in both",)


def _small(apart: Difference) -> str:
    return SMALL if apart.small and not apart.same else ""


_MOST_IN_ROW = 3
_UNITS = {"share": "percentage points", "level": "on the scale of the scenario"}


def draw_comparison(base: VariantRun, variants: Sequence[VariantRun]) -> Figure:
    """For each main answer a panel, in which a line for each variant shows how far it is from the base.

    Save it with `style.save`.
    """
    answers = headline_differences(base, variants)
    with styled():
        down = -(-len(answers) // _MOST_IN_ROW)
        figure = new_figure(0.9 + down * (1.1 + 0.32 * len(variants)))
        grid = panel_grid(figure, len(answers), _MOST_IN_ROW)
        for axes, contrast in zip(grid.flat, answers, strict=False):
            names = [variant.name for variant in variants] if axes in grid[:, 0] else []
            _draw_differences(axes, contrast, names, currency_of(base.scenario))
        runs = len(base.kpis)
        note = f"{base.scenario.heading}; {count_of(runs, 'run')} each, common random numbers"
        dots = f"; dot: mean change, bar: its 95 % interval{BEYOND_MARGIN}" if runs > 1 else ""
        title(figure, "What does each variant change?", note + dots)
    return figure


def save_comparison(base: VariantRun, variants: Sequence[VariantRun], folder: Path) -> CascadeError | None:
    """Draw it into `folder` (which exists), as comparison.png and comparison.svg. Returns what is wrong if it fails."""
    return attempt(NAME, lambda: save(draw_comparison(base, variants), folder, NAME))


def _draw_differences(axes: Axes, contrast: HeadlineDifferences, names: Sequence[str], currency: str) -> None:
    units = _UNITS | {"money": currency}
    difference_dots(axes, contrast.differences, 100 if contrast.unit == "share" else 1, FAINT)
    axes.set_title(wrapped(sentence(contrast.words.heading), 36))
    axes.set_xlabel(f"Change from base ({units.get(contrast.unit, contrast.unit)})")
    lines_upright(axes)
    axes.set_ylim(len(contrast.differences) - 0.4, -0.6)
    axes.set_yticks(range(len(contrast.differences)), [wrapped(name, 24) for name in names] or None)
    if not names:
        axes.tick_params(axis="y", labelleft=False, length=0)


_SIDES = {name: name for name in ("better", "worse", "different")} | {
    "too_small": "a difference too small to matter",
    "not_comparable": "not comparable",
}


def plans_text(comparison: PlanComparison, width: int, heading: Callable[[str], str]) -> str:
    """In short which is better in what; then for every measure what each plan gives, and a sentence a comparison."""
    words = headline_measures([plan.scenario for plan in comparison.plans.values()])
    brief = {name: words[name].name if name in words else _in_words(name) for name in comparison.by_measure}
    lines = [heading(", ".join(comparison.plans)), ""]
    lines += [filled(text, width) for text in _in_short(comparison, brief)]
    how = "All plans are run with common random numbers." if comparison.paired else _unpaired(comparison)
    margins = f"The smallest differences that matter: {margins_text(comparison.margins)}."
    lines += ["", textwrap.fill(" ".join([how, _joint(comparison), margins, *_other_weeks(comparison)]), width)]
    for measure, contests in comparison.by_measure.items():
        lines += ["", heading(sentence(words[measure].heading if measure in words else brief[measure]))]
        lines += [f"  {text}" for text in _means(comparison, measure)]
        for contest in contests:
            text = comparison_sentence(contest, brief=True) + _gain(contest)
            lines.append(filled(text, width, "  ", "    "))
    return "\n".join(lines)


def plans_object(comparison: PlanComparison) -> dict[str, Any]:
    """The same as `--json` gives it: undefined numbers as null."""
    rows: list[Any] = comparison.frame().to_dict("records")
    sentences = [comparison_sentence(contest) for contests in comparison.by_measure.values() for contest in contests]
    plans = [
        {"name": name, "seed": plan.seed, "replications": len(plan.kpis)} for name, plan in comparison.plans.items()
    ]
    return {
        "plans": plans,
        "margins": dict(comparison.margins),
        "paired": comparison.paired,
        "comparisons": [*map(json_ready, rows)],
        "sentences": sentences,
    }


def _in_words(measure: str) -> str:
    return "chance of the target" if measure == TARGET_MET else kpi_words(measure)


def _in_short(comparison: PlanComparison, names: Mapping[str, str]) -> Iterator[str]:
    """`stipend compared with base: better in clients completing care; worse in total cost.`, or no clear difference."""
    pairs: dict[tuple[str, str], dict[str, list[str]]] = {}
    for measure, contests in comparison.by_measure.items():
        for contest in contests:
            sides = pairs.setdefault((contest.first, contest.second), {})
            sides.setdefault(contest.verdict, []).append(names[measure])
    for (first, second), sides in pairs.items():
        parts = [f"{words} in {', '.join(sides[side])}" for side, words in _SIDES.items() if side in sides]
        yield f"{second} compared with {first}: {'; '.join(parts) or 'no clear difference'}."


def _joint(comparison: PlanComparison) -> str:
    """What the intervals of differences hold for."""
    one = next(iter(next(iter(comparison.by_measure.values()))))
    if one.family_size == 1:
        return "Intervals: 95 % each."
    return f"Intervals of differences: {one.joint}, for each outcome. Intervals of the plans: 95 % each."


def _other_weeks(comparison: PlanComparison) -> Iterator[str]:
    """The weeks measured, where these are not whole runs; where they differ, what can be compared."""
    scenarios = {name: plan.scenario for name, plan in comparison.plans.items()}
    windows = {name: weeks_measured(scenario) for name, scenario in scenarios.items()}
    if len(set(windows.values())) == 1:
        if weeks := window(next(iter(scenarios.values()))):
            yield f"All are measured from {weeks}."
        return
    each = ", ".join(f"{name} over {weeks}" for name, weeks in windows.items())
    yield f"The plans are measured over different weeks: {each}. So what is counted over them is not compared."
    yield "Shares and means are each of their own weeks."
    shared = set.intersection(*(set(defaults.report_weeks(scenario)) for scenario in scenarios.values()))
    if shared:
        yield f"What is reported at week {max(shared)} can be compared (--outcome with a name that ends in its week)."


def _unpaired(comparison: PlanComparison) -> str:
    seeds = {plan.seed for plan in comparison.plans.values()}
    why = "seeds differ" if len(seeds) > 1 else "they come from different versions of cascadesim"
    return f"The plans are not paired ({why}): their random numbers are independent, so intervals are wider."


def _means(comparison: PlanComparison, measure: str) -> Iterator[str]:
    """What each plan gives, with its interval."""
    longest = max(map(len, comparison.plans))
    if measure == TARGET_MET:
        chances = _chances(comparison)
        yield from (f"{name.ljust(longest)}  {chances[name]}" for name in comparison.plans)
        return
    unit = unit_of(measure)
    for name, plan in comparison.plans.items():
        if measure in plan.kpis:
            mean = summarise(plan.kpis[measure])
            runs = count_of(mean.runs, "run") if mean.runs == mean.defined else f"{mean.defined} of {mean.runs} runs"
            money = f" {plan.scenario.costs.currency}" if unit == "money" else ""
            yield f"{name.ljust(longest)}  {number(mean.mean, unit)}{money} ({span(mean.low, mean.high, unit)}; {runs})"


def _chances(comparison: PlanComparison) -> dict[str, str]:
    """How often each plan reaches the target, with Wilson's interval."""
    chances: dict[str, MeanInterval] = {}
    for contest in comparison.by_measure[TARGET_MET]:
        chances |= {contest.first: contest.difference.base, contest.second: contest.difference.variant}
    words = {}
    for name, chance in chances.items():
        low, high = wilson(round(chance.mean * chance.runs), chance.runs)
        words[name] = f"{percent(chance.mean)} ({percents(low, high)}; {count_of(chance.runs, 'run')})"
    return words


def _gain(contest: PairwiseComparison) -> str:
    """What pairing was worth."""
    gained = contest.variance_reduction
    if math.isnan(gained) or contest.verdict == "same" or gained <= 0:
        return ""
    return f" Pairing reduced the variance by {part(gained)}."
