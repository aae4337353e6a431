"""What a study's design is made to find out, one analysis a design in the table `ANALYSES`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from cascadesim.analysis.comparison import PairwiseComparison, beside_first, comparison_sentence
from cascadesim.analysis.intervals import CONFIDENCE, mean_interval, row_means
from cascadesim.analysis.sensitivity.designed import (
    Ends,
    MorrisResult,
    SobolResult,
    TornadoBar,
    morris_effects,
    sobol_indices,
    tornado,
)
from cascadesim.analysis.sensitivity.given_data import (
    LevelIndex,
    distribution_indices,
    levels_frame,
    rank_indices,
    regional_indices,
)
from cascadesim.analysis.study.results import (
    Results,
    Section,
    amount,
    change,
    not_alike,
    precision_of_means,
    share,
    spread_of_runs,
    state_of_points,
    target,
    target_left_out,
    too_small,
)
from cascadesim.analysis.wording import count_of, kpi_words, level_text, number, part, size, target_text
from cascadesim.errors import UsageError
from cascadesim.experiment.study.definition import BASE, CHANCE, COMMON, DUMMY_NAME
from cascadesim.experiment.study.dependence import SamplingSpace
from cascadesim.experiment.study.designs import morris_moves
from cascadesim.model.measures import better, margin_of, unit_of
from cascadesim.model.measures.types import Margin

_MOST_NAMED = 5
"""So many factors have a sentence of their own."""
_MOST_RIVALS, _RIVALS_NAMED = 60, 3
"""So many points are compared with the best, and so many named that do not differ from it."""


def analyse(results: Results) -> list[Section]:
    """Every section of a finished sweep: what the study was made for first, then what every study has."""
    kind = results.study.design.kind
    if kind not in ANALYSES:
        hint = f"Give it a row in ANALYSES of {__name__}."
        raise UsageError(f"studies of the design {kind} have no analysis.", hint=hint, code="no_analysis")
    own = ANALYSES[kind](results)
    chance = target(results) or target_left_out(results)
    # Where points do not share their random numbers the indices have intervals of their own, and no single point is of
    # interest.
    paired = results.study.random_numbers == COMMON
    common = (chance, spread_of_runs(results), precision_of_means(results)) if paired else (chance,)
    sections = [*own, *(section for section in common if section is not None)]
    mixed = not_alike(results)
    sections = [mixed, *sections] if mixed is not None else sections
    state = state_of_points(results)
    return [state, *sections] if len(results.points) < len(results.study.points) else [*sections, state]


def _section(heading: str, measure: str, lines: Iterable[str], table: str, frame: pd.DataFrame) -> Section:
    """Of one measure, whose name stands in the title, in the name of the table and in its column `outcome`."""
    if "outcome" not in frame and len(frame.columns):
        frame.insert(0, "outcome", measure)
    return Section(f"{heading}: {kpi_words(measure)}", tuple(lines), f"{table}-{measure}", frame)


# Grids and lists: which setting is best, and what each factor does averaged over all the others.


def settings_compared(results: Results) -> list[Section]:
    """For every measure: the best point beside the others, and the mean effect of each factor."""
    return [section for measure in results.study.outcomes for section in _settings(results, measure)]


def best_and_others(results: Results, measure: str) -> tuple[int, dict[int, PairwiseComparison]]:
    """(the best point by its mean, or the highest where no direction is better; every other beside it, best first).

    Which point is the best is seen from the same runs, so intervals allow for every pair of points, not only for those
    shown: whichever pair chance puts forward, all of them hold with 95 %.
    """
    cube = results.cube(measure)
    means, _ = row_means(cube)
    good = np.flatnonzero(~np.isnan(means))
    down = better(measure) == "lower"
    order = sorted(good.tolist(), key=lambda point: (means[point] if down else -means[point], point))
    if len(order) < 2:
        return (order[0] if order else -1), {}
    names = results.names(order[: _MOST_RIVALS + 1])
    plans = {name: cube[point].tolist() for name, point in names.items()}
    pairs = len(order) * (len(order) - 1) // 2
    paired, margins = results.study.random_numbers == COMMON, results.margins
    compared = beside_first(plans, measure, paired=paired, family_size=pairs, margins=margins)
    return order[0], {names[each.second]: each for each in compared}


def main_effects(results: Results, measure: str) -> list[dict[str, Any]]:
    """For each factor and each of its levels but the first, what changes from the first, all else equal.

    Averaged over the settings of the other factors that were run with both levels; with common random numbers each
    replication gives one such average, and the interval is that of their mean. Intervals hold for all rows together
    (Bonferroni).
    """
    study, cube = results.study, results.cube(measure)
    rows = [row for row in study.rows if not results.bad[row.point]]
    averages: list[tuple[str, Any, Any, np.ndarray]] = []
    for at, factor in enumerate(study.factors):
        settings: dict[tuple[Any, ...], dict[Any, np.ndarray]] = {}
        for row in rows:
            others = (*row.levels[:at], *row.levels[at + 1 :])
            settings.setdefault(others, {})[row.levels[at]] = cube[row.point]
        first, *levels = dict.fromkeys(row.levels[at] for row in rows) or [None]
        for level in levels:
            apart = [runs[level] - runs[first] for runs in settings.values() if level in runs and first in runs]
            if apart:
                averages.append((factor.name, first, level, np.mean(apart, axis=0)))
    confidence, margin = 1 - (1 - CONFIDENCE) / max(1, len(averages)), results.margin(measure).size
    effects = []
    for name, first, level, values in averages:
        mean = mean_interval(values, confidence)
        verdict = "clear" if mean.beyond(margin) else "too_small" if mean.within(margin) else "undecided"
        effects.append(
            {"outcome": measure, "factor": name, "from": str(first), "to": str(level), "effect": mean.mean}
            | {"low": mean.low, "high": mean.high, "replications": mean.defined, "margin": margin, "verdict": verdict}
        )
    return effects


def _settings(results: Results, measure: str) -> list[Section]:
    best, others = best_and_others(results, measure)
    means, _ = row_means(results.cube(measure))
    if others:
        lines = _best_lines(list(others.values()), measure)
    else:
        only = np.flatnonzero(~np.isnan(means))
        lines = [f"{results.label(int(point))}: {amount(float(means[point]), measure)}." for point in only]
    effects = main_effects(results, measure)
    averaged = ", on average over the other factors" if len(results.study.factors) > 1 else ""
    small = too_small(results.margin(measure), measure)
    ends = {"clear": "", "too_small": f", {small}", "undecided": ", no clear difference"}
    for row in {row["factor"]: row for row in effects}.values():  # the last level of each
        text = change(row["effect"], row["low"], row["high"], measure)
        lines.append(f"{row['factor']} from {row['from']} to {row['to']}{averaged}: {text}{ends[row['verdict']]}.")
    if len(means) > _MOST_RIVALS + 1:
        lines.append(f"The best setting is compared with the {count_of(_MOST_RIVALS, 'setting')} nearest to it.")
    first = _section("Settings compared", measure, lines, "effects", pd.DataFrame(effects))
    return [first, _beside_best(measure, best, others)] if others else [first]


def _best_lines(others: list[PairwiseComparison], measure: str) -> list[str]:
    """The best setting and the worst, and which do not differ clearly from the best."""
    if all(each.verdict == "same" for each in others):
        value = amount(others[0].difference.base.mean, measure)
        return [f"There is no difference between settings: {value} at each."]
    top, end = amount(others[0].difference.base.mean, measure), amount(others[-1].difference.variant.mean, measure)
    word, other = ("Lowest", "Highest") if better(measure) == "lower" else ("Highest", "Lowest")
    first = f"{word} at {others[0].first}: {top}. {other} at {others[-1].second}: {end}."
    small = [each.second for each in others if each.verdict == "too_small"]
    open_ = [each.second for each in others if each.verdict in ("undecided", "same", "undefined")]
    if not small and not open_:
        return [first, comparison_sentence(others[0])]
    margin = size(others[0].difference.margin, unit_of(measure))
    kinds = ((f"Too small a difference to matter (less than {margin})", small), ("No clear difference", open_))
    return [first, *(f"{what} from {others[0].first}: {_some(names)}." for what, names in kinds if names)]


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _RIVALS_NAMED} others" if len(names) > _RIVALS_NAMED else ""
    return "; ".join(names[:_RIVALS_NAMED]) + more


def _beside_best(measure: str, best: int, others: Mapping[int, PairwiseComparison]) -> Section:
    """The table of all comparisons with the best."""
    rows = [{"best": best, "setting": point} | comparison.row() for point, comparison in others.items()]
    gained = [row["variance_reduction"] for row in rows if row["variance_reduction"] == row["variance_reduction"]]
    one = next(iter(others.values()))
    lines = [f"The table has every difference from the best, with its interval: {one.joint}."]
    if gained and min(gained) > 0:
        least = part(min(gained))
        lines.append(f"Pairing (common random numbers) reduced the variance by {least} or more.")
    return _section("Compared with the best", measure, lines, "comparisons", pd.DataFrame(rows))


# One factor at a time: what each does by itself, from one end to the other.


def tornado_of(results: Results, measure: str) -> tuple[tuple[TornadoBar, ...], dict[str, tuple[Any, Any]]]:
    """(bars, widest first; the two levels of each factor that its bar goes between)."""
    cube, rows = results.cube(measure), results.study.rows
    base = rows[0]
    ends: dict[str, Ends] = {}
    levels: dict[str, tuple[Any, Any]] = {}
    start = 1  # of its rows: the base comes first, then each factor in turn, one row a level or an end
    for at, factor in enumerate(results.study.factors):
        count = len(factor.labels) - (factor.kind == BASE) if factor.listed else 2
        own = [rows[row] for row in range(start, start + count)]
        start += count
        if own:
            first, last = (own[0], own[-1]) if len(own) > 1 else (base, own[0])
            ends[factor.name] = cube[first.point].tolist(), cube[last.point].tolist()
            levels[factor.name] = first.levels[at], last.levels[at]
    return tornado(cube[base.point].tolist(), ends, margin_of(measure, results.margins)), levels


def _tornado(results: Results, measure: str) -> Section:
    bars, levels = tornado_of(results, measure)
    base = results.cube(measure)[results.study.rows[0].point]
    rows: list[dict[str, Any]] = []
    for bar in bars:
        first, last = levels[bar.factor]
        row: dict[str, Any] = {"factor": bar.factor, "level_low": str(first), "level_high": str(last)}
        for name, apart in (("low", bar.low), ("high", bar.high), ("swing", bar.swing)):
            row |= {name: apart.paired.mean, f"{name}_from": apart.paired.low, f"{name}_to": apart.paired.high}
        rows.append(row | {"margin": bar.swing.margin, "verdict": bar.swing.verdict(better(measure))})
    clear, small = ([bar for bar in bars if getattr(bar.swing, kind)] for kind in ("clear", "small"))
    mean = amount(float(np.nanmean(base)), measure) if not np.isnan(base).all() else "-"
    lines = [
        f"Base: {mean}. Of {count_of(len(bars), 'factor')}, {len(clear)} make a clear difference "
        "between their low and high level (95 % for all factors together)."
    ]
    for bar in clear[:_MOST_NAMED]:
        first, last = map(level_text, levels[bar.factor])
        swing = bar.swing.paired
        lines.append(f"{bar.factor} from {first} to {last}: {change(swing.mean, swing.low, swing.high, measure)}.")
    if small:
        margin = Margin(small[0].swing.margin)
        lines.append(f"Of these, {len(small)} make a difference {too_small(margin, measure)}, or none.")
    return _section("One factor at a time", measure, lines, "tornado", pd.DataFrame(rows))


# Designs that fill space: indices that any such design gives, and what separates success from failure.


def given_data(results: Results) -> list[Section]:
    """Rank and distribution for every measure, then the target."""
    sections = [_indices(results, measure) for measure in results.study.outcomes]
    region = _regional(results)
    return [*sections, region] if region is not None else sections


def _varied_levels(results: Results) -> dict[str, list[Any]]:
    """The levels of each factor that varies, an entry a row of the design."""
    rows = list(results.study.rows)
    every = {factor.name: [row.levels[at] for row in rows] for at, factor in enumerate(results.study.factors)}
    return {name: column for name, column in every.items() if len(set(column)) > 1}


def _indices(results: Results, measure: str) -> Section:
    values = results.square(measure)[np.asarray(results.study.table.point)]
    levels = _varied_levels(results)
    frames, lines = [], []
    for kind, function in (("rank", rank_indices), ("distribution", distribution_indices)):
        indices, dropped = function(levels, values)
        frame = levels_frame(indices)
        frame.insert(0, "index_of", kind)
        frames.append(frame)
        lines.append(_indices_line(kind, indices, dropped))
    lines += _little_spread(results, measure)
    return _section("Which factors matter", measure, lines, "indices", pd.concat(frames, ignore_index=True))


def _little_spread(results: Results, measure: str) -> list[str]:
    """Where the means of nearly all settings are alike, that whatever moves them hardly matters.

    Means hold chance as well, which only spreads them.
    """
    means, _ = row_means(results.cube(measure))
    if np.isnan(means).all():
        return []
    low, high = (float(each) for each in np.nanquantile(means, (0.05, 0.95)))
    margin = results.margin(measure)
    if not 0 < high - low <= margin.size:
        return []
    return [f"The means of nine in ten settings are so close that any difference is {too_small(margin, measure)}."]


def _indices_line(kind: str, indices: tuple[LevelIndex, ...], dropped: int) -> str:
    above = sorted((each for each in indices if each.above), key=lambda each: -each.index.value)
    what = {"rank": "change the order of setting means", "distribution": "change the distribution of runs"}[kind]
    named = "; ".join(map(_index_text, above[:_MOST_NAMED]))
    left = f" {count_of(dropped, 'setting')} without a result left out." if dropped else ""
    shown = f". The {kind} index, 0 to 1, with its p value (by shuffling) and its interval: {named}" if named else ""
    rest = len(indices) - len(above)
    unclear = f" The other {rest} do not differ clearly from chance with this number of settings."
    others = unclear if above and rest else ""
    return f"{len(above)} of {count_of(len(indices), 'factor')} {what} more than chance would{shown}.{others}{left}"


def _index_text(index: LevelIndex) -> str:
    """Whether it is above chance is judged by shuffling; the interval, of parts left out in turn, is often wider."""
    p = "p < 0.001" if index.p_adjusted < 0.001 else f"p = {index.p_adjusted:.2g}"
    known = index.index.low == index.index.low  # too few settings give no interval
    bounds = f"; 95 %: {index.index.low:.2f} to {index.index.high:.2f}" if known else ""
    return f"{index.factor} {index.index.value:.2f} ({p}{bounds})"


def _regional(results: Results) -> Section | None:
    if results.target is None or results.base.target is None:
        return None
    hits, runs = results.hits()
    points = list(results.study.table.point)
    levels = _varied_levels(results)
    region = regional_indices(levels, [hits[point] for point in points], [runs[point] for point in points])
    frame = levels_frame([each.distance for each in region.indices])
    for column in ("favours", "success_mean", "failure_mean"):
        frame[column] = [getattr(each, column) for each in region.indices]
    above = [each for each in region.indices if each.distance.above]
    above.sort(key=lambda each: -each.distance.index.value)
    met, factors = f"{100 * region.chance:.0f} % of runs", count_of(len(region.indices), "factor")
    lines = [f"Over all settings, in {met} {target_text(results.base, results.target)}."]
    lines.append(f"{region.note or f'{len(above)} of {factors} make a difference to reaching the target'}.")
    for each in above[:_MOST_NAMED]:
        lines.append(f"{each.distance.factor}: the target is reached more often at {each.favours} levels.")
    return Section("What makes the target likely", tuple(lines), "regional", frame)


# Morris trajectories: which factors matter at all.


def morris_of(results: Results, measure: str) -> MorrisResult:
    """The elementary effects of every factor or group on one measure."""
    study, cube = results.study, results.square(measure)
    axes = SamplingSpace(study)
    groups, count, levels = axes.groups, study.design.number("trajectories"), study.design.number("levels")
    step = (levels // 2) / (levels - 1)
    moved, steps = np.empty((count, len(groups)), int), np.empty((count, len(groups)))
    for trajectory in range(count):  # not read off the levels: a step of a narrow range may be none
        up, order = morris_moves(study, axes, trajectory)
        moved[trajectory] = order
        steps[trajectory] = [step if up[groups[at].uniforms[0]] else -step for at in order]
    point = np.asarray(study.table.point).reshape(count, len(groups) + 1)
    names = [group.name for group in groups]
    return morris_effects(cube[point], moved, steps, names, DUMMY_NAME if DUMMY_NAME in names else "")


_MORRIS_NAMED = 6


def _morris(results: Results, measure: str) -> Section:
    result = morris_of(results, measure)
    above = sorted((each for each in result.effects if each.above), key=lambda each: -each.mu_star.value)
    judge = {"dummy": "a factor that changes nothing", "replications": "the spread of replications", "": "nothing"}
    lines = [
        f"{len(above)} of {count_of(len(result.effects), 'factor')} have an effect larger than chance, judged by "
        f"{judge[result.judged_by]} ({count_of(result.trajectories, 'trajectory', 'trajectories')}, 5 % for all "
        "together)."
    ]
    margin = results.margin(measure)
    small = [each for each in above if each.mu_star.high <= margin.size]
    if small:
        lines.append(f"{count_of(len(small), 'of these is', 'of these are')} {too_small(margin, measure)} on average.")
    if result.dropped:
        lines.append(f"{result.dropped} were left out: one of their settings has no result.")
    for each in above[:_MORRIS_NAMED]:
        lines.append(
            f"{each.factor}: mean effect of its whole range {number(each.mu.value)}, mean absolute effect "
            f"{number(each.mu_star.value)} ({number(each.mu_star.low)} to {number(each.mu_star.high)}; chance alone "
            f"{number(each.floor)})."
        )
    frame = result.frame().assign(margin=margin.size)
    return _section("Elementary effects", measure, lines, "morris", frame)


# Sobol indices: how much of the variance each factor is responsible for.


def sobol_of(results: Results, measure: str) -> SobolResult:
    """The indices of every factor or group on one measure."""
    study = results.study
    groups = SamplingSpace(study).groups
    shape = study.design.number("scrambles"), study.design.number("settings"), len(groups) + 2
    point = np.asarray(study.table.point).reshape(shape)  # all blocks of a row follow one another: A, B, AB...
    values = results.square(measure)[point]
    return sobol_indices(np.moveaxis(values, 2, 1), [group.name for group in groups])


def _sobol(results: Results, measure: str) -> Section:
    result = sobol_of(results, measure)
    ranked = sorted(result.indices, key=lambda each: -each.total.value if each.total.value == each.total.value else 1)
    lines: list[str] = []
    note = result.note
    if results.study.random_numbers == CHANCE:
        lines.append("The random numbers are a factor, called chance. Shares are of the variance of single runs.")
        note = "every row is one run and chance is a factor, so no noise is subtracted"
    if result.rows and not result.varies:
        lines.append(no_shares(result))
    if result.chance.value == result.chance.value:
        lines.append(f"Chance alone is {share(result.chance)} of the variance of a single run. Shares of the rest:")
    for each in ranked[:_MOST_NAMED]:
        if each.total.value == each.total.value:
            lines.append(f"{each.factor}: {share(each.total)} in total, {share(each.first)} by itself.")
    if result.varies:
        clear = sum(each.total.low > 0 for each in result.indices)
        lines.append(f"{clear} of {count_of(len(result.indices), 'factor')} are clearly above 0.")
    rows = f"{count_of(result.rows, 'row')} of the design, {count_of(result.replications, 'replication')} per setting"
    lines += [f"{rows}; {note}.", *_little_spread(results, measure)]
    if results.study.random_numbers == COMMON:
        lines.append("All settings have common random numbers, so the intervals hold for these random numbers only.")
    return _section("Shares of the variance", measure, lines, "sobol", result.frame())


def no_shares(result: SobolResult) -> str:
    """Why no factor has a share of the variance."""
    if result.variance.value == 0:
        return "The settings do not differ, so no factor has a share of the variance."
    p = "p = 1" if result.p_value > 0.99 else f"p = {result.p_value:.2g}"
    how = f"{p}, one-sided t test of the products of different replications over the rows of the design"
    return f"The settings do not differ more than chance ({how}), so no factor has a share of the variance."


Analysis = Callable[[Results], list[Section]]


def _each_measure(section: Callable[[Results, str], Section]) -> Analysis:
    return lambda results: [section(results, measure) for measure in results.study.outcomes]


ANALYSES: dict[str, Analysis] = {
    "grid": settings_compared,
    "list": settings_compared,
    "oat": _each_measure(_tornado),
    "latin_hypercube": given_data,
    "sobol_sequence": given_data,
    "morris": _each_measure(_morris),
    "sobol_indices": _each_measure(_sobol),
}
"""By design, in the order of `experiment.study.designs.DESIGNS`."""
