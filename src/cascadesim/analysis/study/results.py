"""A finished study: the tables of its sweep as arrays. From Python a study is run here as well."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from os import PathLike
from pathlib import Path

import numpy as np
import pandas as pd

from cascadesim.analysis.sequential_precision import rule_of
from cascadesim.analysis.wording import level_text
from cascadesim.engine.backends import AUTO
from cascadesim.errors import EnvironmentFault, UsageError
from cascadesim.experiment.parquet import read_table
from cascadesim.experiment.study.definition import Until
from cascadesim.experiment.study.read_settings import goal_of
from cascadesim.experiment.study.study import Study, safe_name, study_from
from cascadesim.experiment.sweep.repair import read_spec
from cascadesim.experiment.sweep.results import NOT_YET, TABLES, tables_faults
from cascadesim.experiment.sweep.store import open_to_read
from cascadesim.experiment.sweep.sweep import Progress, SweepOptions, sweep
from cascadesim.scenario.load import from_resolved
from cascadesim.scenario.renames import outcome_hint
from cascadesim.scenario.schema import ParsedTarget, Scenario


@dataclass(frozen=True, eq=False)
class Results:
    """A study and what came of it. `points` is the table of that name; `bad` says which points have no numbers.

    `cube(measure)` has a row a point and a column a replication.
    """

    folder: Path
    study: Study
    points: pd.DataFrame
    replications: pd.DataFrame

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
        cube[table["setting"].to_numpy(), table["replication"].to_numpy()] = table[measure].to_numpy(dtype=float)
        cube[self.bad] = np.nan
        return cube

    def square(self, measure: str) -> np.ndarray:
        """`cube`, with the replications only that all points with results have: for estimators that need as many."""
        done = self.points.loc[self.points["status"] == "done", "replications"]
        return self.cube(measure)[:, : int(done.min()) if len(done) else 1]

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
    with open_to_read(folder, asked) as store:
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
    study, tables = study_from(asked.study), folder / TABLES
    for measure in outcomes:
        if measure not in study.outcomes:
            raise _unknown(measure, study)
    study = replace(study, outcomes=tuple(dict.fromkeys(outcomes)) or study.outcomes)
    columns = ("setting", "replication", *study.outcomes)
    return Results(
        folder,
        study,
        read_table(tables / "settings.parquet", ("setting", "status", "problem", "replications")),
        read_table(tables / "replications.parquet", columns),
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
        `"auto"`, `"simpy"` or `"compiled"`: both give the same. `"auto"` is compiled where numba is installed.
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
