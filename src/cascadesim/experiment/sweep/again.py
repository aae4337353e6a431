"""One cell of a sweep run again, with its event log, to see what went on in it."""

from __future__ import annotations

import math
import shutil
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cascadesim.engine.backends import AUTO
from cascadesim.errors import CascadeError, EnvironmentFault, UsageError
from cascadesim.experiment.limits import whole_number
from cascadesim.experiment.records import Rows
from cascadesim.experiment.runs import Prepared, kpi_rows, prepare, run_prepared
from cascadesim.experiment.study import Fixed, Study, first_replication, point_scenario, study_from
from cascadesim.experiment.sweep.agenda import Agenda
from cascadesim.experiment.sweep.cells import CHUNK, DONE, said
from cascadesim.experiment.sweep.health import read_asked
from cascadesim.experiment.sweep.identity import code_version
from cascadesim.experiment.sweep.store import open_to_read
from cascadesim.experiment.tables import Parts

if TYPE_CHECKING:
    import numpy as np

RERUNS = "reruns"


PROBLEM = "problem.txt"


@dataclass(frozen=True)
class Again:
    """A cell that was run again. `same` says whether its measures are those of the store; None where it has none.

    Of `asked` replications so many `replications` ran; `problem` is why the first that did not failed, and `recorded`
    what the store says of a cell that ended without numbers; both are empty where there is nothing to tell.
    `other_code` is the version that the store is of, where that is not this one.
    """

    folder: Path
    point: int
    asked: int
    replications: int
    events: int
    same: bool | None
    problem: str = ""
    recorded: str = ""
    other_code: str = ""


def rerun(folder: Path, cell: int, events: bool = True, engine: str = AUTO) -> Again:
    """Run one cell again and write its tables to `reruns/cell-K` in the folder; the store stays as it is.

    Where a run fails, the tables are of the others, and `problem.txt` has the traceback. Raises `UsageError` where
    there is no such cell, `ScenarioError` where its point is no scenario.
    """
    asked = read_asked(folder)
    study = study_from(asked.study)
    with open_to_read(folder, asked) as store:
        per_point = Agenda(study, store).cells_per_point
        cell = whole_number("cell", cell, 0, per_point * len(study.points) - 1)
        point = study.points[cell // per_point]
        row = next((row for whole, row in store.cells_of(point.number) if whole and row[0] == cell), None)
        known = store.values_of([row]) if row and row[4] == DONE else None
    if point.problem:
        raise UsageError(f"task {cell}: its setting is not run, since {point.problem}", code="cell")
    most = study.replications.n if isinstance(study.replications, Fixed) else study.replications.most
    first = cell % per_point * CHUNK
    count = row[3] if row else min(CHUNK, most - first)
    runs = _Runs(prepare(point_scenario(study, point), engine), study, first_replication(study, point), events)
    place = folder / RERUNS / f"cell-{cell}"
    new = place.with_name(f".new-cell-{cell}")
    shutil.rmtree(new, ignore_errors=True)
    try:
        runs.write(new, range(first, first + count))
        shutil.rmtree(place, ignore_errors=True)
        new.rename(place)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    recorded = f"{row[4]}: {row[5]}" if row and row[4] != DONE else ""
    code = asked.code if asked.code != code_version() else ""
    return Again(
        place, point.number, count, runs.ran, runs.logged, runs.same_as(known), runs.problem, recorded, code
    )


class _Runs:
    """The replications of a cell, one after the other, whatever becomes of one of them."""

    def __init__(self, prepared: Prepared, study: Study, shift: int, events: bool) -> None:
        self._prepared, self._study, self._shift, self._events = prepared, study, shift, events
        self._values: list[list[float]] = []
        self.ran = self.logged = 0
        self.problem = ""

    def write(self, new: Path, numbers: range) -> None:
        """Run these and write their tables to the folder `new`, which is made."""
        new.mkdir(parents=True)
        parts: dict[str, Parts] = {}
        for number in numbers:
            try:
                tables = self._run(number)
            except (MemoryError, EnvironmentFault):
                raise
            except Exception as fault:
                self._failed(new, number, fault)
                continue
            for name, found in tables.items():
                parts.setdefault(name, Parts(new / f".{name}")).add(found)
        for name, part in parts.items():
            part.finish(new / f"{name}.parquet")

    def _run(self, number: int) -> dict[str, Rows]:
        run = run_prepared(self._prepared, self._study.seed, self._shift + number, self._events)
        tables = {"kpis": kpi_rows([(self._shift + number, run.kpis)]), "trajectories": run.trajectories}
        if run.events is not None:
            tables["events"] = run.events
            self.logged += len(run.events)
        self._values.append([run.kpis.get(name, math.nan) for name in self._study.measures])
        self.ran += 1
        return tables

    def _failed(self, new: Path, number: int, fault: Exception) -> None:
        words = said(fault) if isinstance(fault, CascadeError) else f"{type(fault).__name__}: {fault}"
        self.problem = self.problem or f"replication {number}: {words}"
        with (new / PROBLEM).open("a", encoding="utf-8", errors="replace") as file:
            file.write(f"replication {number}\n{''.join(traceback.format_exception(fault))}\n")

    def same_as(self, known: np.ndarray | None) -> bool | None:
        """Whether all ran and gave these numbers; None where there are none."""
        import numpy as np

        return None if known is None else bool(np.array_equal(known, self._values, equal_nan=True))
