"""One thing that an analysis found out, sentences first and the table behind them; and those that every study has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cascadesim.analysis.intervals import Estimate, fewest_runs, quantile, row_means, wilson
from cascadesim.analysis.sequential_precision import precision_of, targets_of
from cascadesim.analysis.study.results import Results
from cascadesim.analysis.wording import count_of, kpi_words, number, percent, percents, signed, signed_span, target_text
from cascadesim.experiment.study.definition import TARGET, Until
from cascadesim.experiment.study.read_settings import goal_of
from cascadesim.model.measures import unit_of

_MOST_NAMED = 3
_MOST_READ = 200
"""Of more points nobody reads one by one."""


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


def share(part: Estimate) -> str:
    """A share of a variance in per cent with its interval, which may reach below 0."""
    text = f"{100 * part.value:.0f} %"
    if part.low != part.low:
        return text
    return f"{text} (95 %: {100 * part.low:.0f} to {100 * part.high:.0f} %)"


def state_of_points(results: Results) -> Section:
    """How many points there are, and what became of those without numbers."""
    table = results.points
    done = table["status"] == "done"
    runs = int(table["replications"].sum())
    lines = [f"{count_of(int(done.sum()), 'setting')} of {len(table):,} have results, from {runs:,} replications."]
    if len(table) < len(results.study.points):
        whole = f"{len(results.study.points):,}"
        part = f"{len(table):,} of its {whole} settings"
        lines.insert(0, f"This is a PART of the study, {part}. Join the parts with `merge`.")
    for status, group in table[~done].groupby("status", sort=True):
        first = group.iloc[0]
        lines.append(f"{len(group):,} {status}; the first is setting {first['setting']}: {first['problem']}")
    lines += _levels_without(results, table[~done]["setting"].tolist(), table[done]["setting"].tolist())
    return Section("Settings", tuple(lines), "", None)


def _levels_without(results: Results, bad: list[int], good: list[int]) -> list[str]:
    """Levels at which no point has a result, while others have: of these the indices say nothing."""
    study = results.study
    if not bad:
        return []
    parts = [[study.rows[study.table.first[point]].levels for point in points] for points in (bad, good)]
    lines = []
    for at, factor in enumerate(study.factors):
        lost, kept = ({str(row[at]) for row in part} for part in parts)
        gone = sorted(lost - kept)
        if kept and gone and len(gone) <= _MOST_NAMED and len(lost) < len(bad):
            levels = f"{factor.name} {', '.join(gone)}"
            lines.append(f"No setting with {levels} has a result. The results are for its other levels.")
    return lines


def precision_of_means(results: Results) -> Section:
    """How closely each mean is known: the half-width of plain t intervals as a share of the mean, over points."""
    rows, lines = [], []
    for measure in results.study.outcomes:
        means, halves = row_means(results.cube(measure))
        with np.errstate(invalid="ignore", divide="ignore"):
            halves = halves / np.where(means == 0, np.nan, abs(means))
        known = halves[~np.isnan(halves)]
        middle, worst = (float(np.quantile(known, at)) if len(known) else np.nan for at in (0.5, 0.9))
        rows.append({"outcome": measure, "settings": len(known), "median_half_width": middle, "p90_half_width": worst})
        if len(known):
            lines.append(
                f"{kpi_words(measure)}: the mean of a setting is precise to +-{number(100 * middle)} % (median of the "
                f"settings; +-{number(100 * worst)} % for the worst tenth)."
            )
    lines += _until(results)
    return Section("Precision of the means", tuple(lines), "precision", pd.DataFrame(rows))


def spread_of_runs(results: Results) -> Section | None:
    """The runs themselves, point by point: tenth, middle and ninetieth percentile, with intervals that need no law.

    None for many points, of which nobody reads one by one.
    """
    if len(results.study.points) > _MOST_READ:
        return None
    rows = []
    for measure in results.study.outcomes:
        cube = results.cube(measure)
        for point in range(len(cube)):
            for at in (0.1, 0.5, 0.9):
                spread = quantile(cube[point], at)
                if spread.defined:
                    row = {"outcome": measure, "setting": point, "quantile": at, "value": spread.value}
                    rows.append(row | {"low": spread.low, "high": spread.high, "runs": spread.defined})
    text = (
        "The table has the 10th, 50th and 90th percentile of the runs of each setting, with intervals (order "
        "statistics: at least 95 % for any distribution; empty where runs are too few)."
    )
    return Section("Spread of the runs", (text,), "quantiles", pd.DataFrame(rows))


def _until(results: Results) -> list[str]:
    """Whether points reached the half-width that was asked for."""
    until = results.study.replications
    if not isinstance(until, Until):
        return []
    lines = []
    cubes = np.stack([results.cube(measure) for measure in results.study.outcomes], axis=2)
    runs = results.points.set_index("setting")["replications"]
    good = [point for point in runs.index if not results.bad[point]]
    for measure, target in targets_of(until).items():
        looks = [precision_of(results.study, measure, target, cubes[point, : runs[point]]) for point in good]
        met = sum(bool(look.met) for look in looks)
        short = next((look.why for look in looks if not look.met), "")
        lines.append(
            f"{'chance of the target' if measure == TARGET else kpi_words(measure)}: {met} of "
            f"{count_of(len(looks), 'setting')} reached the target half-width"
            + (f". Of the others, the first: {short}." if short else ".")
        )
    return lines


def target(results: Results) -> Section | None:
    """The chance of the scenario's target at each point, by Wilson's interval; None where there is no target."""
    if results.target is None or results.base.target is None:
        return None
    hits, runs = results.hits()
    chance = results.base.target.chance.value
    rows: list[dict[str, float]] = []
    for point, (met, of) in enumerate(zip(hits, runs, strict=True)):
        if of:
            low, high = wilson(met, of)
            rows.append({"setting": point, "hits": met, "runs": of, "chance": met / of, "low": low, "high": high})
    frame = pd.DataFrame(rows)
    title = f"Chance that {target_text(results.base, results.target)}"
    if frame.empty:
        return Section(title, ("No setting has a run with a value.",), "target", frame)
    reach, miss = int((frame["low"] >= chance).sum()), int((frame["high"] < chance).sum())
    lines = [
        f"Target: a chance of {percent(chance)}. Of {count_of(len(frame), 'setting')}, {reach} clearly reach it, "
        f"{miss} clearly do not, {len(frame) - reach - miss} are not clear (each by its own 95 % interval)."
    ]
    most = int(frame["runs"].max())
    if wilson(most, most)[0] < chance < 1:
        needed = f"{fewest_runs(chance):,} or more are needed"
        lines.append(f"With {count_of(most, 'run')} per setting, none can clearly reach it: {needed}.")
    if len(frame) <= _MOST_READ:
        for row in sorted(rows, key=lambda row: (-row["chance"], row["setting"]))[:_MOST_NAMED]:
            bounds = percents(row["low"], row["high"])
            label = results.label(int(row["setting"]))
            lines.append(f"{label}: {percent(row['chance'])} ({bounds}, {row['runs']} runs).")
    return Section(title, tuple(lines), "target", frame)


def target_left_out(results: Results) -> Section | None:
    """What would have to be kept for it, where there is a target and the study did not keep its measure."""
    goal = goal_of(results.study)
    if goal is None or goal.kpi in results.study.outcomes:
        return None
    return Section("Chance of the target", (f"No result for the target: add {goal.kpi} to `measures`.",))
