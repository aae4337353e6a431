"""What every study can say: which points have numbers, how well they are known, and the chance of the target."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING

from cascadesim.analysis.statistics import quantile, wilson
from cascadesim.analysis.stopping import known, targets_of
from cascadesim.analysis.study.results import Results
from cascadesim.analysis.study.section import Section, words
from cascadesim.analysis.words import count_of, number, percent, percents
from cascadesim.experiment.study import Until
from cascadesim.experiment.study.definition import TARGET
from cascadesim.experiment.study.read_settings import goal_of

if TYPE_CHECKING:
    import numpy as np

_TOLD = 3
_MOST_READ = 200


def state_of_points(results: Results) -> Section:
    """How many points there are, and what became of those without numbers."""
    table = results.points
    done = table["status"] == "done"
    runs = int(table["replications"].sum())
    lines = [f"{count_of(int(done.sum()), 'point')} of {len(table):,} have results, from {runs:,} replications."]
    if len(table) < len(results.study.points):
        whole = f"{len(results.study.points):,}"
        lines.insert(0, f"This is a PART of the study, {len(table):,} of its {whole} points: join the parts by merge.")
    for status, group in table[~done].groupby("status", sort=True):
        first = group.iloc[0]
        lines.append(f"{len(group):,} {status}; the first is point {first['point']}: {first['problem']}")
    lines += _levels_without(results, table[~done]["point"].tolist(), table[done]["point"].tolist())
    return Section("Points", tuple(lines), "", None)


def _levels_without(results: Results, bad: list[int], good: list[int]) -> list[str]:
    """Levels at which no point has a result, while others have: of these the indices say nothing."""
    study = results.study
    if not bad:
        return []
    parts = [[study.rows[study.table.first[point]].levels for point in part] for part in (bad, good)]
    lines = []
    for at, factor in enumerate(study.factors):
        lost, kept = ({str(levels[at]) for levels in part} for part in parts)
        gone = sorted(lost - kept)
        if kept and gone and len(gone) <= _TOLD and len(lost) < len(bad):
            told = ", ".join(gone)
            lines.append(f"No point with {factor.name} {told} has a result: what is said holds for its other levels.")
    return lines


def replications(results: Results) -> Section:
    """How closely each mean is known: the half-width of plain t intervals as a share of the mean, over points."""
    import numpy as np
    import pandas as pd

    rows, lines = [], []
    for measure in results.study.measures:
        halves = _relative_halves(results.cube(measure))
        known = halves[~np.isnan(halves)]
        middle, worst = (float(np.quantile(known, at)) if len(known) else np.nan for at in (0.5, 0.9))
        rows.append({"measure": measure, "points": len(known), "median_half_width": middle, "p90_half_width": worst})
        if len(known):
            lines.append(
                f"{words(measure)}: the mean of a point is known to +-{number(100 * middle)} % of it (median of "
                f"points; +-{number(100 * worst)} % for the worst tenth)."
            )
    lines += _until(results)
    return Section("How well means are known", tuple(lines), "precision", pd.DataFrame(rows))


def spread(results: Results) -> Section | None:
    """The runs themselves, point by point: tenth, middle and ninetieth percentile, with intervals that need no law.

    None for many points, of which nobody reads one by one.
    """
    import pandas as pd

    if len(results.study.points) > _MOST_READ:
        return None
    rows = []
    for measure in results.study.measures:
        cube = results.cube(measure)
        for point in range(len(cube)):
            for at in (0.1, 0.5, 0.9):
                found = quantile(cube[point], at)
                if found.defined:
                    row = {"measure": measure, "point": point, "quantile": at, "value": found.value}
                    rows.append(row | {"low": found.low, "high": found.high, "runs": found.defined})
    text = (
        "The tenth, the middle and the ninetieth of a hundred runs of each point are in the table, each between two of "
        "the runs (order statistics: 95 % at least, whatever their distribution; empty where runs are too few)."
    )
    return Section("How far runs spread", (text,), "quantiles", pd.DataFrame(rows))


def _relative_halves(values: np.ndarray) -> np.ndarray:
    """The half-width of each point's 95 % t interval over its mean, nan where either is undefined or the mean is 0."""
    import numpy as np
    from scipy.special import stdtrit  # type: ignore[import-untyped]

    known = ~np.isnan(values)
    count = known.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known, values, 0).sum(axis=1) / count
        spread = np.where(known, values - mean[:, np.newaxis], 0)
        error = np.sqrt((spread**2).sum(axis=1) / np.where(count > 1, count - 1, np.nan) / count)
        return np.asarray(stdtrit(np.maximum(count - 1, 1), 0.975) * error / np.where(mean == 0, np.nan, abs(mean)))


def _until(results: Results) -> list[str]:
    """Whether points reached the half-width that was asked for."""
    import numpy as np

    until = results.study.replications
    if not isinstance(until, Until):
        return []
    lines = []
    cubes = np.stack([results.cube(measure) for measure in results.study.measures], axis=2)
    runs = results.points.set_index("point")["replications"]
    good = [point for point in runs.index if not results.bad[point]]
    for measure, target in targets_of(until).items():
        found = [known(results.study, measure, target, cubes[point, : runs[point]]) for point in good]
        met = sum(bool(each.met) for each in found)
        short = next((each.why for each in found if not each.met), "")
        lines.append(
            f"{'chance of the target' if measure == TARGET else words(measure)}: {met} of "
            f"{count_of(len(found), 'point')} reached the half-width asked for"
            + (f"; elsewhere: {short}." if short else ".")
        )
    return lines


def target(results: Results) -> Section | None:
    """The chance of the scenario's target at each point, by Wilson's interval; None where there is no target."""
    import pandas as pd

    if results.target is None or results.base.target is None:
        return None
    hits, runs = results.hits()
    wanted = results.base.target.chance.value
    rows: list[dict[str, float]] = []
    for point, (met, of) in enumerate(zip(hits, runs, strict=True)):
        if of:
            low, high = wilson(met, of)
            rows.append({"point": point, "hits": met, "runs": of, "chance": met / of, "low": low, "high": high})
    frame = pd.DataFrame(rows)
    title = f"Chance of the target ({results.base.target.reach})"
    if frame.empty:
        return Section(title, ("No point has a run that counts.",), "target", frame)
    sure, not_ = int((frame["low"] >= wanted).sum()), int((frame["high"] < wanted).sum())
    lines = [
        f"Asked for is a chance of {percent(wanted)}. Of {count_of(len(frame), 'point')}, {sure} reach it clearly, "
        f"{not_} do not, {len(frame) - sure - not_} are open (each by its own 95 % interval)."
    ]
    most = int(frame["runs"].max())
    if wilson(most, most)[0] < wanted < 1:
        needed = math.ceil(NormalDist().inv_cdf(0.975) ** 2 * wanted / (1 - wanted))  # Wilson's lower end where all do
        lines.append(f"With {count_of(most, 'run')} a point none can reach it clearly: {needed:,} and more are needed.")
    if len(frame) <= _MOST_READ:
        for row in sorted(rows, key=lambda row: (-row["chance"], row["point"]))[:_TOLD]:
            bounds = percents(row["low"], row["high"])
            label = results.label(int(row["point"]))
            lines.append(f"{label}: {percent(row['chance'])} ({bounds}, {row['runs']} runs).")
    return Section(title, tuple(lines), "target", frame)


def target_left_out(results: Results) -> Section | None:
    """What would have to be kept for it, where there is a target and the study did not keep its measure."""
    goal = goal_of(results.study)
    if goal is None or goal.kpi in results.study.measures:
        return None
    return Section("Chance of the target", (f"Nothing can be said of it: add {goal.kpi} to `measures`.",))
