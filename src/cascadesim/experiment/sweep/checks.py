"""What a store may hold, looked at before anything of it is used: others may have written it, or the disk harmed it.

Only files and folders that lie in it, since whoever opens a pipe waits for ever and whoever follows a link leaves the
folder; only tasks that the study has; only parts with the columns of a sweep, and no more rows than it writes.
"""

from __future__ import annotations

import os
import re
import stat
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cascadesim.errors import EnvironmentFault
from cascadesim.experiment.files import file_fault
from cascadesim.experiment.parquet import check_table, database, source
from cascadesim.experiment.study.study import Study
from cascadesim.experiment.sweep.parts import ASIDE, FOLDER, REPLICATIONS, TRAJECTORIES, TaskRow, fault_of, kind_of
from cascadesim.experiment.sweep.tasks import DIED, DONE, FAILED, INVALID, TASK_REPLICATIONS

_FOLDERS = (FOLDER, ASIDE, "tables", "reruns", "analysis", "figures")
_JOURNAL_END = bytes.fromhex("d9d505f920a163d7")
"""Ends a journal of SQLite that names a file, which is deleted when the journal is played back; ours name none."""
_MOST_ROWS, _MOST_BYTES = 1_000_000, 2**28
"""Of a part, its bytes as they are in memory: a sweep puts a part away at 4 MB, or after one task."""
LONGEST_PROBLEM = 2000


def check_files(folder: Path) -> None:
    """Raise `EnvironmentFault` where the store holds anything but files and folders of its own."""
    for place in (folder, *(folder / name for name in _FOLDERS)):
        try:
            with os.scandir(place) as entries:
                for entry in entries:
                    _check_file(entry)
        except (FileNotFoundError, NotADirectoryError):  # whoever needs it finds that out
            continue
        except OSError as fault:
            raise file_fault(place, "read", fault) from fault


def _check_file(entry: os.DirEntry[str]) -> None:
    plain = entry.is_file(follow_symlinks=False) or entry.is_dir(follow_symlinks=False)
    if not plain and os.path.lexists(entry.path):  # else it has gone since
        link = stat.S_ISLNK(os.lstat(entry.path).st_mode)
        raise EnvironmentFault(
            f"is {'a link' if link else 'a pipe or a device'}; a sweep holds only files and folders of its own.",
            hint="Put a copy of what it leads to in its place, or move it away. The sweep is left as it is.",
            code="no_regular_file",
            file=entry.path,
        )
    if entry.name.endswith("-journal") and entry.is_file(follow_symlinks=False):
        with Path(entry.path).open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - len(_JOURNAL_END)))
            if file.read() == _JOURNAL_END:
                raise EnvironmentFault(
                    "names a file that SQLite would delete; a journal of a sweep names none.",
                    hint="Move it away. Then `cascadesim doctor` looks at the rest.",
                    code="no_regular_file",
                    file=entry.path,
                )


@dataclass(frozen=True)
class KnownTasks:
    """The tasks that a study has, and the columns of the parts with what they gave."""

    points: int
    most: int
    columns: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, study: Study, columns: dict[str, tuple[str, ...]]) -> KnownTasks:
        """Those of a study."""
        return cls(len(study.points), study.replications.most, columns)

    def has(self, row: TaskRow) -> bool:
        """Whether the record may say this of a task."""
        texts = row[4:]
        return (
            all(type(text) is str for text in texts)
            and len(row.problem) <= LONGEST_PROBLEM
            and row.status in (DONE, INVALID, FAILED, DIED)
            and (self._named(row) if row.status == DONE else not row.parts)
            and self.has_numbers(row)
        )

    def has_numbers(self, row: TaskRow) -> bool:
        """Whether there is such a task, of this point and these replications."""
        per_point = -(-self.most // TASK_REPLICATIONS)
        return (
            all(type(number) is int for number in row[:4])
            and 0 <= row.task < self.points * per_point
            and (row.point, row.first) == (row.task // per_point, row.task % per_point * TASK_REPLICATIONS)
            and 1 <= row.replications <= min(TASK_REPLICATIONS, self.most - row.first)
        )

    def _named(self, row: TaskRow) -> bool:
        """Whether its parts are named as parts are."""
        expected = {REPLICATIONS: row.part, TRAJECTORIES: row.paths}
        return all(
            re.fullmatch(rf"{kind}-[0-9a-f]{{24}}\.parquet", name) if kind in self.columns else not name
            for kind, name in expected.items()
        )


class PartIndex:
    """The tasks in parts that are as they were written, and what is wrong with the others of `names`."""

    def __init__(self, folder: Path, names: Iterable[str], known: KnownTasks) -> None:
        self.tasks: dict[str, array[int]] = {}
        self.faults: dict[str, str] = {}
        for name in names:
            fault = fault_of(folder, name)
            rows = [] if fault else tasks_in(folder, name, known)
            if rows:
                self.tasks[name] = array("q", [_key(row) for row in rows])
            else:
                self.faults[name] = fault or "damaged"

    def has(self, row: TaskRow) -> bool:
        """Whether all parts of a task are there, with its numbers in them."""
        return bool(row.parts) and all(self._in(name, _key(row)) for name in row.parts)

    def _in(self, name: str, key: int) -> bool:
        keys = self.tasks.get(name, array("q"))
        place = bisect_left(keys, key)
        return place < len(keys) and keys[place] == key


def _key(row: TaskRow) -> int:
    """A task and its number of replications as one number."""
    return row.task * (TASK_REPLICATIONS + 1) + row.replications


def tasks_in(folder: Path, name: str, known: KnownTasks) -> list[TaskRow]:
    """The tasks with numbers in the part of this name, in order; none where it is not as a sweep writes parts."""
    path, columns = folder / FOLDER / name, known.columns.get(kind_of(name), ())
    head = ("task", "setting", "replication")
    kinds = {column: "BIGINT" if column in head else "DOUBLE" for column in (*head, *columns)}
    try:
        check_table(path, kinds, _MOST_ROWS, most_bytes=_MOST_BYTES)
        with database(path, "read") as duck:
            counts = "count(DISTINCT replication), max(replication) - min(replication) + 1, count(*), min(setting)"
            rows = duck.execute(
                f"SELECT task, max(setting), min(replication), {counts}, count(setting), count(replication) "
                f"FROM {source(path)} GROUP BY task ORDER BY task"
            ).fetchall()
    except EnvironmentFault as fault:
        if "open files" in fault.problems[0].message or "emory" in fault.problems[0].message:
            raise  # it may be whole, and only not be read for now
        return []
    tasks = []
    for task, point, first, runs, span, count, *settings in rows:
        tasks.append(TaskRow(task, point, first, runs, DONE, "", name, ""))
        once = count == runs or (kind_of(name) == TRAJECTORIES and count % runs == 0)
        if not (known.has_numbers(tasks[-1]) and span == runs and once and settings == [point, count, count]):
            return []
    return tasks
