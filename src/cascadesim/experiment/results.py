"""From an order to a result folder: run, put the tables away as they come, add the recipe; all of it or nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cascadesim.experiment.folder import result_folder
from cascadesim.experiment.manifest import MANIFEST, Order, folder_name, manifest_text
from cascadesim.experiment.records import Kpis, Rows
from cascadesim.experiment.replicate import each
from cascadesim.experiment.runs import Run, kpi_rows, prepare
from cascadesim.experiment.tables import Parts, read_table, write_csv

if TYPE_CHECKING:
    import pandas as pd

TABLES = "tables"
Finish = Callable[[Path, "pd.DataFrame", "pd.DataFrame"], None]


@dataclass(frozen=True)
class Stored:
    """What was written, and where. `kpis` has a row a replication, `trajectories` a row a replication and interval."""

    folder: Path
    kpis: pd.DataFrame
    trajectories: pd.DataFrame


def default_place(order: Order) -> Path:
    """`results/<name>-<hash>` under the current folder."""
    return Path("results") / f"{folder_name(order.scenario.name)}-{order.hash}"


def store(
    order: Order,
    place: Path,
    *,
    jobs: int = 1,
    csv: bool = False,
    command: Sequence[str] = (),
    finish: Finish | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Stored:
    """Run `order` and put its tables (and, with `csv`, CSV copies) and manifest into the folder `place`.

    `finish(folder, kpis, trajectories)` may add files before the folder is put in place. The tables are the same
    bytes whatever `jobs`. Raises `EnvironmentFault` where the folder cannot be written; nothing is left behind then.
    """
    with result_folder(place) as folder:
        kpis, trajectories = write_results(order, folder, jobs, csv, command, finish, progress)
    return Stored(place, kpis, trajectories)


def write_results(
    order: Order,
    folder: Path,
    jobs: int,
    csv: bool,
    command: Sequence[str],
    finish: Finish | None,
    progress: Callable[[int, int], None] | None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`store` into a folder that is there and empty: all files of one result. Returns kpis and trajectories."""
    (folder / TABLES).mkdir()
    _fill(order, folder / TABLES, jobs, progress)
    if csv:
        for table in sorted((folder / TABLES).glob("*.parquet")):
            write_csv(table, table.with_suffix(".csv"))
    kpis, trajectories = (read_table(folder / TABLES / f"{name}.parquet") for name in ("kpis", "trajectories"))
    if finish is not None:
        finish(folder, kpis, trajectories)
    (folder / MANIFEST).write_text(manifest_text(order, files_in(folder), command), encoding="utf-8")
    return kpis, trajectories


def files_in(folder: Path) -> list[str]:
    """Every file in it, by its path from there."""
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]


def _keep(run: Run) -> tuple[int, Kpis, Rows, Rows | None]:
    """What the tables need, without the scenario, which every worker knows already."""
    return run.replication, run.kpis, run.trajectories, run.events


def _fill(order: Order, tables: Path, jobs: int, progress: Callable[[int, int], None] | None) -> None:
    parts = {name: Parts(tables / f".{name}") for name in ("kpis", "trajectories", *["events"] * order.events)}
    outcomes = each(
        prepare(order.scenario, order.engine),
        order.replications,
        seed=order.seed,
        keep=_keep,
        events=order.events,
        jobs=jobs,
        progress=progress,
    )
    with contextlib.closing(outcomes):
        for replication, kpis, trajectories, events in outcomes:
            parts["kpis"].add(kpi_rows([(replication, kpis)]))
            parts["trajectories"].add(trajectories)
            if events is not None:
                parts["events"].add(events)
    for name, part in parts.items():
        part.finish(tables / f"{name}.parquet")
