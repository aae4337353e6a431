"""One cell of a sweep run again, with its event log, to see what went on in it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from cascadesim.engine.choose import AUTO
from cascadesim.errors import UsageError
from cascadesim.experiment.limits import whole_number
from cascadesim.experiment.runs import kpi_rows, prepare, run_prepared
from cascadesim.experiment.study import Fixed, first_replication, point_scenario, study_from
from cascadesim.experiment.sweep.agenda import Agenda
from cascadesim.experiment.sweep.cells import CHUNK, DONE
from cascadesim.experiment.sweep.health import read_asked
from cascadesim.experiment.sweep.store import open_to_read
from cascadesim.experiment.tables import Parts

RERUNS = "reruns"


@dataclass(frozen=True)
class Again:
    """A cell that was run again. `same` says whether its measures are those of the store; None where it has none."""

    folder: Path
    point: int
    replications: int
    events: int
    same: bool | None


def rerun(folder: Path, cell: int, events: bool = True, engine: str = AUTO) -> Again:
    """Run one cell again and write its tables to `reruns/cell-K` in the folder; the store stays as it is.

    Raises `UsageError` where there is no such cell, `ScenarioError` where its point is no scenario.
    """
    import numpy as np

    asked = read_asked(folder)
    study = study_from(asked.study)
    with open_to_read(folder, asked) as store:
        per_point = Agenda(study, store).cells_per_point
        cell = whole_number("cell", cell, 0, per_point * len(study.points) - 1)
        point = study.points[cell // per_point]
        found = [row for whole, row in store.cells_of(point.number) if whole and row[0] == cell and row[4] == DONE]
        known = store.values_of(found) if found else None
    if point.problem:
        raise UsageError(f"cell {cell}: its point is not run, since {point.problem}", code="cell")
    most = study.replications.n if isinstance(study.replications, Fixed) else study.replications.most
    first = cell % per_point * CHUNK
    count = found[0][3] if found else min(CHUNK, most - first)
    place = folder / RERUNS / f"cell-{cell}"
    new = place.with_name(f".new-cell-{cell}")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    prepared = prepare(point_scenario(study, point), engine)
    names = ("kpis", "trajectories", *["events"] * events)
    parts = {name: Parts(new / f".{name}") for name in names}
    values, rows = np.full((count, len(study.measures)), np.nan), 0
    for row in range(count):
        number = first_replication(study, point) + first + row
        run = run_prepared(prepared, study.seed, number, events)
        parts["kpis"].add(kpi_rows([(number, run.kpis)]))
        parts["trajectories"].add(run.trajectories)
        if run.events is not None:
            parts["events"].add(run.events)
            rows += len(run.events)
        values[row] = [run.kpis.get(name, np.nan) for name in study.measures]
    for name, part in parts.items():
        part.finish(new / f"{name}.parquet")
    shutil.rmtree(place, ignore_errors=True)
    new.rename(place)
    same = None if known is None else bool(np.array_equal(known, values, equal_nan=True))
    return Again(place, point.number, count, rows, same)
