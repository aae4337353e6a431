"""A finished study: the tables of its sweep as arrays, and the sections that every analysis has in common.

From Python a study is run here as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from os import PathLike
from pathlib import Path

import numpy as np
import pandas as pd

from cascadesim.analysis.comparison import margins_of
from cascadesim.analysis.intervals import Estimate, fewest_runs, mean_interval, quantile, row_means, wilson
from cascadesim.analysis.sequential_precision import precision_of, rule_of, targets_of
from cascadesim.analysis.wording import (
    count_of,
    kpi_words,
    level_text,
    number,
    percent,
    percents,
    signed,
    signed_span,
    size,
    target_text,
)
from cascadesim.engine.backends import AUTO
from cascadesim.errors import EnvironmentFault, UsageError
from cascadesim.experiment.parquet import check_table, read_table
from cascadesim.experiment.study.definition import TARGET, Until
from cascadesim.experiment.study.read_design import goal_of
from cascadesim.experiment.study.study import Study, safe_name, study_from
from cascadesim.experiment.sweep.checks import KnownTasks
from cascadesim.experiment.sweep.repair import read_spec
from cascadesim.experiment.sweep.results import NOT_YET, STATUSES, TABLES, tables_faults
from cascadesim.experiment.sweep.store import open_to_read
from cascadesim.experiment.sweep.sweep import Progress, SweepOptions, sweep
from cascadesim.model.measures import depends_on, margin_of, unit_of
from cascadesim.model.measures.types import Margin
from cascadesim.scenario.load import from_resolved
from cascadesim.scenario.renames import outcome_hint
from cascadesim.scenario.schema import ParsedTarget, Scenario


@dataclass(frozen=True, eq=False)
class Results:
    """A study and what came of it. `points` is `settings.parquet`; `bad` says which points have no numbers.

    `own_margins` are the smallest differences that matter, by outcome, where they are not those of the scenario.

    `cube(measure)` has a row a point and a column a replication.
    """

    folder: Path
    study: Study
    points: pd.DataFrame
    replications: pd.DataFrame
    own_margins: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def bad(self) -> np.ndarray:
        """One truth value a point of the study: whether it was left out, is no scenario, failed, or is not there."""
        bad = np.ones(len(self.study.points), dtype=bool)
        good = self.points.loc[self.points["status"] == "done", "setting"].to_numpy()
        bad[good] = False
        return bad

    @cached_property
    def width(self) -> int:
        """The most replications that a point has."""
        return int(self.replications["replication"].max()) + 1 if len(self.replications) else 1

    def cube(self, measure: str) -> np.ndarray:
        """(points, replications) of one measure; nan where undefined, not run, or of a point that is `bad`."""

        if measure not in self.study.outcomes:
            raise _unknown(measure, self.study)
        cube = np.full((len(self.study.points), self.width), np.nan)
        table = self.replications
        cube[table["setting"].to_numpy(), table["replication"].to_numpy()] = table[measure].to_numpy(
            dtype=float, na_value=np.nan
        )
        cube[self.bad] = np.nan
        return cube

    def square(self, measure: str) -> np.ndarray:
        """`cube`, with the replications only that all points with results have: for estimators that need as many."""
        done = self.points.loc[self.points["status"] == "done", "replications"]
        return self.cube(measure)[:, : int(done.min()) if len(done) else 1]

    @cached_property
    def margins(self) -> dict[str, float]:
        """The smallest differences that matter, by outcome, where these are not the usual ones."""
        return margins_of(self.base) | dict(self.own_margins)

    def with_margins(self, margins: Mapping[str, float]) -> Results:
        """The same with other smallest differences that matter; a `UsageError` for what the study did not keep."""
        for measure in margins:
            if measure not in self.study.outcomes:
                raise _unknown(measure, self.study)
        return replace(self, own_margins=dict(margins))

    def margin(self, measure: str) -> Margin:
        """The smallest difference of a measure that matters, in its unit; a share of a mean is one of all settings."""
        return Margin(margin_of(measure, self.margins).at(mean_interval(self.cube(measure).ravel()).mean))

    @cached_property
    def base(self) -> Scenario:
        """The first scenario that is varied."""
        name, resolved = next(iter(self.study.bases.items()))
        return from_resolved(resolved, safe_name(self.study.name if name == "base" else name))

    @cached_property
    def target(self) -> ParsedTarget | None:
        """What the scenario calls good, where the study kept its measure."""
        goal = goal_of(self.study)
        return goal if goal is not None and goal.kpi in self.study.outcomes else None

    def hits(self) -> tuple[list[int], list[int]]:
        """(runs that met the target, runs) of each point; 0 of 0 where it is bad."""
        assert self.target is not None
        values = self.cube(self.target.kpi)
        known = ~np.isnan(values)
        with np.errstate(invalid="ignore"):  # of what is undefined
            met = np.vectorize(self.target.met, otypes=[bool])(values) & known
        return met.sum(axis=1).tolist(), known.sum(axis=1).tolist()

    def names(self, points: Iterable[int]) -> dict[str, int]:
        """Points by their labels, which are told apart by the number where two of them read alike."""
        names: dict[str, int] = {}
        for point in points:
            label = self.label(point)
            names[label if label not in names else f"{label} (point {point})"] = point
        return names

    def label(self, point: int) -> str:
        """A point in words: the level of each factor."""
        row = self.study.rows[self.study.table.first[point]]
        levels = zip(self.study.factors, row.levels, strict=True)
        return ", ".join(f"{factor.name} {level_text(level)}" for factor, level in levels) or "base"


def _unknown(measure: str, study: Study) -> UsageError:
    return UsageError(f"this study did not keep {measure}.", hint=outcome_hint(measure, study.outcomes), code="outcome")


def read_results(folder: str | PathLike[str], outcomes: Sequence[str] = ()) -> Results:
    """The results of the finished sweep in `folder`.

    Parameters
    ----------
    folder
        The folder of the sweep.
    outcomes
        The outcomes to read; all by default.

    Returns
    -------
    Results
        The study and its tables.

    Raises
    ------
    EnvironmentFault
        There is no sweep, or it has not finished.
    UsageError
        The sweep lacks one of the outcomes.
    """
    folder = Path(folder)
    asked = read_spec(folder)
    study = study_from(asked.study)
    with open_to_read(folder, asked, KnownTasks.of(study, asked.columns)) as store:
        faults = tables_faults(store)
    if faults == [NOT_YET]:
        raise EnvironmentFault(
            "the sweep has not finished, so it has no tables yet.",
            hint=f"cascadesim resume {folder}",
            code="not_finished",
            file=str(folder),
        )
    if faults:
        hint = f"cascadesim doctor {folder}"
        raise EnvironmentFault(f"{'; '.join(faults)}.", hint=hint, code="damaged_store", file=str(folder))
    tables = folder / TABLES
    for measure in outcomes:
        if measure not in study.outcomes:
            raise _unknown(measure, study)
    study = replace(study, outcomes=tuple(dict.fromkeys(outcomes)) or study.outcomes)
    settings = _settings(tables / "settings.parquet", study)
    return Results(folder, study, settings, _replications(tables / "replications.parquet", study, settings))


def _settings(path: Path, study: Study) -> pd.DataFrame:
    """How each point ended. Raises `EnvironmentFault` where the table is not as a sweep writes it."""
    kinds = {"setting": "BIGINT", "status": "VARCHAR", "problem": "VARCHAR", "replications": "BIGINT"}
    check_table(path, kinds, len(study.points), _OTHERS)
    table = read_table(path, tuple(kinds))
    numbers, runs = (
        table["setting"].to_numpy(dtype=float, na_value=np.nan),
        table["replications"].to_numpy(dtype=float, na_value=np.nan),
    )
    good = (numbers >= 0) & (numbers < len(study.points)) & (np.diff(numbers, prepend=-1) > 0)
    good &= (runs >= 0) & (runs <= study.replications.most) & table["status"].isin(STATUSES).to_numpy()
    _refuse_rows(path, good)
    return table


def _replications(path: Path, study: Study, settings: pd.DataFrame) -> pd.DataFrame:
    """What each replication gave, in order, as many of a point as `settings` says."""
    kinds = {"setting": "BIGINT", "replication": "BIGINT"} | dict.fromkeys(study.outcomes, "DOUBLE")
    runs = settings["replications"].to_numpy()
    check_table(path, kinds, int(runs.sum()), _OTHERS)
    table = read_table(path, tuple(kinds))
    points, numbers = (
        table["setting"].to_numpy(dtype=float, na_value=np.nan),
        table["replication"].to_numpy(dtype=float, na_value=np.nan),
    )
    good = (numbers >= 0) & (numbers < study.replications.most)
    good[1:] &= (np.diff(points) > 0) | (np.diff(numbers) > 0)
    expected = np.repeat(settings["setting"].to_numpy(), runs)
    _refuse_rows(path, good & (points == expected) if len(points) == len(expected) else np.zeros(1, bool))
    return table


_OTHERS = ("BIGINT", "DOUBLE", "VARCHAR")
"""The types of the columns that tables of sweeps have."""


def _refuse_rows(path: Path, good: np.ndarray) -> None:
    if not good.all():
        raise EnvironmentFault(
            f"row {int(np.argmin(good))} cannot be of this study.",
            hint="cascadesim did not write it as it is. Run the study again into another folder.",
            code="damaged_table",
            file=str(path),
        )


def run_study(
    study: Study,
    folder: str | PathLike[str],
    *,
    jobs: int = 1,
    engine: str = AUTO,
    max_failures: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Results:
    """Run `study` into `folder` and read its results; what is there already is kept.

    Whatever stops it, the same call goes on where it was. A script that calls this needs
    `if __name__ == "__main__":`, since worker processes import it.

    Parameters
    ----------
    study
        From `read_study`.
    folder
        A new folder, or one that an earlier call with the same study began.
    jobs
        How many worker processes.
    engine
        `"auto"`, `"simpy"` or `"compiled"`: both give the same. `"auto"` is compiled where numba is installed, but for
        work that is over on SimPy before the engine would be compiled.
    max_failures
        Stop after so many runs that failed; by default go on to the end.
    progress
        Called as `progress(state)` every few seconds.

    Returns
    -------
    Results
        Settings that failed are rows of `Results.points` with their reason.

    Raises
    ------
    EnvironmentFault
        The folder holds something else or is being written, or more than `max_failures` runs failed.
    UsageError
        A number is out of range.
    """
    rule = rule_of(study) if isinstance(study.replications, Until) else None
    swept = sweep(study, Path(folder), SweepOptions(jobs, engine, rule, progress, max_failures=max_failures))
    if not swept.complete:
        raise EnvironmentFault(
            f"stopped after {sum(swept.bad.values())} tasks had failed; finished tasks are kept.",
            hint="The first fault is in the record; call run_study again with more max_failures to go on.",
            code="failures",
            file=str(folder),
        )
    return read_results(Path(folder))


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


def too_small(margin: Margin, measure: str) -> str:
    """What is said of a difference below the margin."""
    return f"too small to matter (less than {size(margin.size, unit_of(measure))})"


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


def not_alike(results: Results) -> Section | None:
    """Where settings are counted over other weeks or in another currency: of which outcomes, and what that means."""
    lines = []
    for key, weeks in (("measure_from_week", 0), ("horizon_weeks", 1), ("costs.currency", None)):
        if not _differs(results.study, key):
            continue
        what = "counted over other weeks" if weeks is not None else "in another currency"
        named = [
            kpi_words(each)
            for each in results.study.outcomes
            if (depends_on(each)[weeks] if weeks is not None else unit_of(each) == "money")
        ]
        if named:
            lines.append(
                f"Settings differ in {key}, so they are {what}: {', '.join(named)}. Differences in these say little "
                f"about the plans. Compare settings with the same {key}."
            )
    return Section("Settings that are not alike", tuple(lines)) if lines else None


def _differs(study: Study, key: str) -> bool:
    """Whether any settings differ in this key of the scenario."""
    table, _, last = key.rpartition(".")
    bases = {str((base.get(table, {}) if table else base).get(last)) for base in study.bases.values()}
    return len(bases) > 1 or any(key in factor.paths for factor in study.factors)


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
    return Section("Chance of the target", (f"No result for the target: add {goal.kpi} to `outcomes`.",))
