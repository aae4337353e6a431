"""The tables of a finished sweep as arrays, with the study that asked for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cascadesim.errors import EnvironmentFault, UsageError
from cascadesim.experiment.parquet import read_table
from cascadesim.experiment.study import Study, study_from
from cascadesim.experiment.study.measures import goal_of
from cascadesim.experiment.study.scenarios import safe_name
from cascadesim.experiment.sweep.repair import read_spec
from cascadesim.experiment.sweep.results import NOT_YET, TABLES, tables_faults
from cascadesim.experiment.sweep.store import open_to_read
from cascadesim.lookup import suggestion
from cascadesim.scenario.load import from_resolved
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.target import ParsedTarget

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


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
        import numpy as np

        bad = np.ones(len(self.study.points), dtype=bool)
        good = self.points.loc[self.points["status"] == "done", "point"].to_numpy()
        bad[good] = False
        return bad

    @cached_property
    def width(self) -> int:
        """The most replications that a point has."""
        return int(self.replications["replication"].max()) + 1 if len(self.replications) else 1

    def cube(self, measure: str) -> np.ndarray:
        """(points, replications) of one measure; nan where undefined, not run, or of a point that is `bad`."""
        import numpy as np

        if measure not in self.study.measures:
            raise _unknown(measure, self.study)
        found = np.full((len(self.study.points), self.width), np.nan)
        table = self.replications
        found[table["point"].to_numpy(), table["replication"].to_numpy()] = table[measure].to_numpy(dtype=float)
        found[self.bad] = np.nan
        return found

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
        found = goal_of(self.study)
        return found if found is not None and found.kpi in self.study.measures else None

    def hits(self) -> tuple[list[int], list[int]]:
        """(runs that met the target, runs) of each point; 0 of 0 where it is bad."""
        import numpy as np

        assert self.target is not None
        values = self.cube(self.target.kpi)
        known = ~np.isnan(values)
        with np.errstate(invalid="ignore"):  # of what is undefined
            met = np.vectorize(self.target.met, otypes=[bool])(values) & known
        return met.sum(axis=1).tolist(), known.sum(axis=1).tolist()

    def names(self, points: Iterable[int]) -> dict[str, int]:
        """Points by their labels, which are told apart by the number where two of them read alike."""
        found: dict[str, int] = {}
        for point in points:
            label = self.label(point)
            found[label if label not in found else f"{label} (point {point})"] = point
        return found

    def label(self, point: int) -> str:
        """A point in words: the level of each factor."""
        row = self.study.rows[self.study.table.first[point]]
        told = [
            f"{factor.name} {_shown(level)}" for factor, level in zip(self.study.factors, row.levels, strict=True)
        ]
        return ", ".join(told) or "base"

def _shown(level: Any) -> str:
    return f"{level:g}" if isinstance(level, int | float) else str(level)


def _unknown(measure: str, study: Study) -> UsageError:
    hint = suggestion(measure, study.measures) or f"It kept {', '.join(study.measures)}."
    return UsageError(f"this study did not keep {measure}.", hint=hint, code="measure")


def read_results(folder: str | PathLike[str], measures: Sequence[str] = ()) -> Results:
    """What the sweep in `folder` left, of all measures or of some.

    Raises `EnvironmentFault` where there is none or it has not finished, `UsageError` for a measure that it lacks.
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
    for measure in measures:
        if measure not in study.measures:
            raise _unknown(measure, study)
    study = replace(study, measures=tuple(dict.fromkeys(measures)) or study.measures)
    columns = ("point", "replication", *study.measures)
    return Results(
        folder,
        study,
        read_table(tables / "points.parquet", ("point", "status", "problem", "replications")),
        read_table(tables / "replications.parquet", columns),
    )
