"""What a finished sweep leaves: tables with fixed names, in one order of rows, whoever did what and when.

`settings`, `design` and `summary` are described in `docs/reference/files.md`, as are `replications` and `trajectories`,
which are the parts of the store put in order.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit  # type: ignore[import-untyped]

from cascadesim.experiment.files import make_folder, publish, sha256_of
from cascadesim.experiment.parquet import (
    database,
    literal,
    name_of,
    quoted,
    read_table,
    run_long,
    write_csv,
    write_frames,
    write_table,
)
from cascadesim.experiment.study.definition import Point
from cascadesim.experiment.study.study import Study
from cascadesim.experiment.sweep.parts import FOLDER, NEW, REPLICATIONS, TRAJECTORIES, set_aside
from cascadesim.experiment.sweep.store import Store, faults_of
from cascadesim.experiment.sweep.tasks import DIED, DONE, FAILED, INVALID

TABLES = "tables"
EXCLUDED = "excluded"
"""The status of a point that was not run since it breaks a constraint of the study."""
NOTED = "tables"
NOT_YET, _DAMAGED = "not written yet", ": damaged"
_WORST = (DONE, INVALID, FAILED, DIED)
STATUSES = (*_WORST, EXCLUDED)
"""How a point can have ended."""
_BATCH_ROWS = 200_000
_SORT_MB, _SORT_MB_A_COLUMN = 256, 8
"""What DuckDB may take to put rows in order, the rest goes to disk: eight of its row groups, 256 MB at least."""


def write_tables(store: Store, study: Study) -> Path:
    """Write all tables of a sweep that is complete, and note their digests; where they are."""
    folder = store.folder / TABLES
    damaged = [fault for fault in tables_faults(store) if fault.endswith(_DAMAGED)]
    store.set_meta(NOTED, "")  # until they are all there
    with faults_of(store.folder):
        make_folder(folder)
        for fault in damaged:
            set_aside(store.folder, store.folder / fault.removesuffix(_DAMAGED))
        for left in folder.glob(f"{NEW}*"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        digests = {}
        for name, write in _writers(store, study):
            new, table = folder / f"{NEW}{name}", folder / f"{name}.parquet"
            write(new)
            digests[table.name] = sha256_of(new)
            publish(new, table)
    if any(folder.glob("*.csv")):
        write_csvs(store.folder)  # copies of what was there before would be told as these
    store.set_meta(NOTED, json.dumps(digests, sort_keys=True))
    return folder


def tables_faults(store: Store) -> list[str]:
    """What is wrong with the tables: they were not written yet, or some are missing or damaged."""
    noted = store.meta(NOTED)
    if not noted:
        return [NOT_YET]
    try:
        digests = dict(json.loads(noted))
    except (ValueError, TypeError, RecursionError):
        digests = {}
    faults = []
    with faults_of(store.folder):
        for name in (f"{table}.parquet" for table in (*store.spec.columns, "settings", "design", "summary")):
            digest = digests.get(name)
            path = store.folder / TABLES / name
            if not path.is_file():
                faults.append(f"{TABLES}/{name}: missing")
            elif sha256_of(path) != digest:
                faults.append(f"{TABLES}/{name}{_DAMAGED}")
    return faults


def write_csvs(folder: Path) -> None:
    """Every table as CSV too."""
    with faults_of(folder):
        for table in sorted((folder / TABLES).glob("*.parquet")):
            path = table.with_suffix(".csv")
            new = path.with_name(f"{NEW}{path.name}")
            write_csv(table, new)
            publish(new, path)


def _writers(store: Store, study: Study) -> Iterator[tuple[str, Any]]:
    replications = store.folder / TABLES / f"{REPLICATIONS}.parquet"
    for kind, columns in store.spec.columns.items():
        yield kind, partial(_ordered, store, kind, columns)
    yield "settings", lambda new: write_table(points_frame(store, study), new)
    yield "design", lambda new: write_table(design_frame(study), new)
    yield "summary", lambda new: write_frames(_summaries(replications, study.outcomes), new)


def _ordered(store: Store, kind: str, columns: tuple[str, ...], new: Path) -> None:
    """The parts of one kind as one table: the rows of each task from the part that the record names for it."""
    name = attrgetter("part" if kind == REPLICATIONS else "paths")
    owned = [(row.task, name(row)) for whole, row in store.rows("tasks") if whole and row.status == DONE]
    if not owned:
        names = ("setting", "replication", *columns)
        empty = {name: pd.Series(dtype="int64" if name in ("setting", "replication") else "float64") for name in names}
        write_table(pd.DataFrame(empty), new)
        return
    files = ", ".join(literal(store.folder / FOLDER / name) for name in sorted({name for _, name in owned}))
    week = ", week" if kind == TRAJECTORIES else ""
    chosen = ", ".join(f"parts.{name_of(name)}" for name in ("setting", "replication", *columns))
    with database(new, "written", large=True) as duck:
        run_long(duck, f"SET memory_limit = '{max(_SORT_MB, _SORT_MB_A_COLUMN * len(columns))}MB'")
        duck.register("owned", pd.DataFrame(owned, columns=["task", "part"]))
        run_long(  # a table in between: written at once, the bytes tell if the rows were in one part or several
            duck,
            f"CREATE TEMP TABLE whole AS SELECT {chosen} "
            f"FROM read_parquet([{files}], filename = true, hive_partitioning = false) parts "
            "JOIN owned ON owned.task = parts.task AND owned.part = parse_filename(parts.filename) "
            f"ORDER BY setting, replication{week}",
        )
        run_long(duck, f"COPY whole TO {quoted(new)} (FORMAT parquet, COMPRESSION zstd)")


def points_frame(store: Store, study: Study) -> pd.DataFrame:
    """One row a point of this shard: how it ended, how many replications it has, and what is changed in it."""
    ends: dict[int, list[Any]] = {}
    for whole, (_, number, _, count, status, problem, *_) in store.rows("tasks"):
        if whole:
            end = ends.setdefault(number, [DONE, "", 0])
            end[2] += count * (status == DONE)
            if _WORST.index(status) > _WORST.index(end[0]):
                end[:2] = status, problem
    paths = tuple(dict.fromkeys(path for factor in study.factors for path in factor.paths))

    def row_of(point: Point) -> tuple[Any, ...]:
        end = [EXCLUDED, point.problem, 0] if point.problem else ends.get(point.number, [DONE, "", 0])
        return (point.number, point.base, *end, *map(dict(point.changes).get, paths))

    rows = (row_of(point) for point in study.points if store.spec.has(point.number))
    return _frame(("setting", "base", "status", "problem", "replications"), paths, rows)


def design_frame(study: Study) -> pd.DataFrame:
    """One row a row of the design: `row`, `block`, `replicate`, `index`, `setting`, then the level of each factor."""
    rows = ((row.number, row.block, row.replicate, row.index, row.point, *row.levels) for row in study.rows)
    head = ("row", "block", "replicate", "index", "setting")
    return _frame(head, tuple(factor.name for factor in study.factors), rows)


def _frame(head: tuple[str, ...], varied: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
    """Rows as columns: those of `head` as they are, what is `varied` as numbers or text."""
    columns: list[list[Any]] = [[] for _ in (*head, *varied)]
    for row in rows:
        for column, value in zip(columns, row, strict=True):
            column.append(value)
    columns[len(head) :] = map(_column, columns[len(head) :])
    return pd.DataFrame(dict(zip((*head, *varied), columns, strict=True)))


def _column(values: list[Any]) -> list[Any]:
    """Numbers as they are, nothing as nan; where there is anything else, all of it as text."""
    if all(value is None or (isinstance(value, int | float) and not isinstance(value, bool)) for value in values):
        return [float("nan") if value is None else float(value) for value in values]
    return [_text(value) for value in values]


def _text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _summaries(replications: Path, outcomes: tuple[str, ...]) -> Iterator[pd.DataFrame]:
    """Batches of: one row a point and measure with the mean, its 95 % Student t interval and the standard deviation."""
    points = read_table(replications, ("setting",))["setting"].to_numpy()
    starts = np.flatnonzero(np.r_[True, points[1:] != points[:-1]]) if len(points) else np.zeros(0, int)
    if not len(points):
        yield _summary(np.zeros(0, int), np.zeros((0, len(outcomes))), np.zeros(0, int), outcomes)
        return
    begin = 0
    while begin < len(starts):
        upto = int(np.searchsorted(starts, starts[begin] + _BATCH_ROWS))
        upto = max(upto, begin + 1)
        rows = slice(starts[begin], starts[upto] if upto < len(starts) else len(points))
        values = _values(replications, outcomes, int(points[rows][0]), int(points[rows][-1]))
        yield _summary(points[starts[begin:upto]], values, starts[begin:upto] - starts[begin], outcomes)
        begin = upto


def _values(replications: Path, outcomes: tuple[str, ...], first: int, last: int) -> np.ndarray:

    chosen = ", ".join(map(name_of, outcomes))
    with database(replications, "read") as duck:
        query = f"SELECT {chosen} FROM read_parquet({literal(replications)}) WHERE setting BETWEEN {first} AND {last}"
        return np.array(duck.execute(query).df().to_numpy(dtype=float))


def _summary(points: np.ndarray, values: np.ndarray, starts: np.ndarray, outcomes: tuple[str, ...]) -> pd.DataFrame:
    known = ~np.isnan(values)
    lengths = np.diff(np.r_[starts, len(values)])

    def total(of: np.ndarray) -> np.ndarray:
        return np.add.reduceat(of, starts, axis=0) if len(starts) else np.zeros((0, len(outcomes)))

    count = total(known.astype(float))
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total(np.where(known, values, 0.0)) / count
        apart = np.where(known, values - np.repeat(mean, lengths, axis=0), 0.0)
        sd = np.sqrt(total(apart * apart) / np.where(count > 1, count - 1, np.nan))
        half = stdtrit(np.maximum(count - 1, 1), 0.975) * sd / np.sqrt(count)
    return pd.DataFrame(
        {
            "setting": np.repeat(points, len(outcomes)).astype("int64"),
            "outcome": np.tile(np.array(outcomes, dtype=object), len(points)),
            "defined": count.astype("int64").ravel(),
            "mean": mean.ravel(),
            "low": (mean - half).ravel(),
            "high": (mean + half).ravel(),
            "sd": sd.ravel(),
        }
    )
