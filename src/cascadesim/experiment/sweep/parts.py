"""The numbers of a sweep in parts: Parquet files that are named by their own digest, and appear whole or not at all.

A part has a row a replication, or a row a replication and interval: the same columns whoever worked them out.
"""

from __future__ import annotations

import errno
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from cascadesim.experiment.files import file_fault, publish, sha256_of
from cascadesim.experiment.parquet import database, name_of, source, write_table
from cascadesim.experiment.sweep.tasks import TaskResult

FOLDER, ASIDE = "parts", "damaged"
REPLICATIONS, TRAJECTORIES = "replications", "trajectories"
KINDS = (REPLICATIONS, TRAJECTORIES)
NEW = ".new-"
OWNER = "cascadesim_sweep"
_DIGITS = 24
"""Of a part's SHA-256, in its name."""


class TaskRow(NamedTuple):
    """What the record of a sweep has of a task that has ended; `part` and `paths` are the parts with its numbers."""

    task: int
    point: int
    first: int
    replications: int
    status: str
    problem: str
    part: str
    paths: str

    @property
    def parts(self) -> list[str]:
        """The names of its parts."""
        return [name for name in (self.part, self.paths) if name]


def write_part(folder: Path, kind: str, frame: pd.DataFrame, owner: str) -> str:
    """Write a part of the sweep `owner` and force it to disk; its name, which is not registered yet.

    Raises `EnvironmentFault` where it cannot be written; nothing but a hidden file is left then.
    """
    new = folder / FOLDER / f"{NEW}{secrets.token_hex(8)}"
    try:
        write_table(frame, new, {OWNER: owner})
        name = f"{kind}-{sha256_of(new)[:_DIGITS]}.parquet"
        publish(new, folder / FOLDER / name)
    except OSError as fault:
        raise file_fault(fault.filename or new, "written", fault) from fault
    finally:
        new.unlink(missing_ok=True)
    return name


def kind_of(name: str) -> str:
    """The kind of the part of this name."""
    return name.partition("-")[0]


def fault_of(folder: Path, name: str) -> str:
    """What is wrong with the part of this name: `missing`, `damaged` (its name is not its digest), or nothing."""
    path = folder / FOLDER / name
    try:
        if name == f"{kind_of(name)}-{sha256_of(path)[:_DIGITS]}.parquet":
            return ""
    except FileNotFoundError:
        return "missing"
    except OSError as fault:
        if fault.errno not in (errno.EIO, errno.EISDIR):  # it may be whole, and only not be read for now
            raise file_fault(path, "read", fault) from fault
    return "damaged"


def set_aside(folder: Path, path: Path) -> None:
    """Move a file, if it is there, out of the way, under a name that is free, for whoever wants to look at it."""
    if not path.exists():
        return
    aside = folder / ASIDE
    aside.mkdir(exist_ok=True)
    free, number = aside / path.name, 1
    while free.exists():
        number += 1
        free = aside / f"{path.name}.{number}"
    path.replace(free)


def part_frame(kind: str, done: Sequence[TaskResult], columns: tuple[str, ...]) -> pd.DataFrame:
    """One row a replication, or a replication and interval: `task`, `setting`, `replication`, then the columns."""
    arrays = (result.values if kind == REPLICATIONS else result.paths for result in done)
    rows = [array for array in arrays if array is not None]
    assert len(rows) == len(done)
    lengths = [len(array) for array in rows]
    values = np.concatenate(rows)
    numbers = [
        np.repeat(result.first + np.arange(result.count), length // result.count)
        for result, length in zip(done, lengths, strict=True)
    ]
    head = {
        "task": np.repeat([result.task for result in done], lengths),
        "setting": np.repeat([result.point for result in done], lengths),
        "replication": np.concatenate(numbers),
    }
    return pd.DataFrame(head | {name: values[:, column] for column, name in enumerate(columns)})


def values_of(folder: Path, tasks: Sequence[TaskRow], outcomes: tuple[str, ...]) -> np.ndarray:
    """The outcomes of some tasks, in the order of replications: a row for each."""
    if not tasks:
        return np.zeros((0, len(outcomes)))
    arrays = []
    for name in sorted({task.part for task in tasks}):
        numbers = ", ".join(str(int(task.task)) for task in tasks if task.part == name)
        columns, path = ", ".join(map(name_of, ("replication", *outcomes))), folder / FOLDER / name
        with database(path, "read") as duck:
            rows = duck.execute(f"SELECT {columns} FROM {source(path)} WHERE task IN ({numbers})").df()
        arrays.append(rows.to_numpy(dtype=float))
    every = np.concatenate(arrays)
    return np.asarray(every[np.argsort(every[:, 0], kind="stable"), 1:])
