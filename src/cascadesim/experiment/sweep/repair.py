"""Open a store and see whether it is what it was: whatever is damaged is set aside, and its tasks are to do again.

Parts are content-verified: whatever the record says, they are of this sweep and named by their own digest, so that a
record can be made anew from them.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cascadesim.errors import EnvironmentFault
from cascadesim.experiment.files import force_file, force_folder, make_folder
from cascadesim.experiment.parquet import table_notes
from cascadesim.experiment.study.study import Study, study_from
from cascadesim.experiment.sweep.checks import KnownTasks, PartIndex, check_files, tasks_in
from cascadesim.experiment.sweep.parts import (
    FOLDER,
    KINDS,
    NEW,
    OWNER,
    REPLICATIONS,
    TRAJECTORIES,
    TaskRow,
    fault_of,
    kind_of,
    set_aside,
)
from cascadesim.experiment.sweep.store import (
    MOST_BYTES,
    RECORD,
    RECORD_TABLES,
    STUDY,
    Store,
    SweepSpec,
    connect,
    connect_to_read,
    damaged_row,
    drop_rows,
    faults_of,
    is_store,
    read_rows,
    spec_from,
    tables_stand,
    write_record,
    write_spec,
)
from cascadesim.experiment.sweep.tasks import DONE
from cascadesim.scenario.document import read_bytes

_PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PERM,
}


@dataclass
class Damage:
    """What was wrong with a store: each fault in words, and the tasks that are to do again."""

    faults: list[str] = field(default_factory=list)
    lost_tasks: set[int] = field(default_factory=set)


@contextlib.contextmanager
def opened(folder: Path, damage: Damage | None = None, study: Study | None = None) -> Iterator[Store]:
    """The store in `folder`, checked and repaired, for whoever holds the lock. What was wrong is noted in `damage`.

    Whoever has its `study` spares it to be read and laid out again. Raises `EnvironmentFault` where there is no store,
    or nothing is left that says what was asked.
    """
    damage = Damage() if damage is None else damage
    spec = read_spec(folder)
    known = KnownTasks.of(study or study_from(spec.study), spec.columns)
    with faults_of(folder):
        make_folder(folder / FOLDER)
        record = _usable_record(folder, spec, known, damage)
    store = Store(folder, record, spec, known)
    with contextlib.closing(store):
        with faults_of(folder):
            if _text(folder / STUDY) != spec.text():
                damage.faults.append(f"{STUDY}: missing or damaged; written anew from {RECORD}.")
                set_aside(folder, folder / STUDY)
                write_spec(folder, spec)
            _repair(store, damage)
        yield store


def read_spec(folder: Path) -> SweepSpec:
    """What the store in `folder` is about, from whichever of its two copies is whole. Changes nothing.

    Raises `EnvironmentFault` where there is none, or it holds pipes, devices or links.
    """
    check_files(folder)
    if not is_store(folder):
        raise EnvironmentFault(
            "holds no sweep.",
            hint="Give the folder that `cascadesim sweep` named, or begin one: cascadesim sweep STUDY.",
            code="no_store",
            file=str(folder),
        )
    beside, recorded = spec_from(_text(folder / STUDY), folder), spec_from(_recorded_spec(folder), folder)
    if beside and recorded and beside != recorded:
        raise EnvironmentFault(
            f"{STUDY} and {RECORD} are of two different sweeps.",
            hint="Put back the one that was here, or move the other away: it is made again from the rest.",
            code="damaged_store",
            file=str(folder),
        )
    spec = beside or recorded
    if spec is None:
        raise EnvironmentFault(
            "both copies of the study in it are damaged, so its results cannot be read.",
            hint="Run the study again into another folder: cascadesim sweep STUDY -o DIR.",
            code="damaged_store",
            file=str(folder),
        )
    return spec


def _text(path: Path) -> str:
    try:
        return read_bytes(path, MOST_BYTES).decode("ascii")  # of more there is no digest
    except (EnvironmentFault, ValueError):
        return ""


def _recorded_spec(folder: Path) -> str:
    try:
        with contextlib.closing(connect_to_read(folder)) as record:
            return next((str(row[1]) for whole, row in read_rows(record, "meta") if whole and row[0] == "asked"), "")
    except sqlite3.Error:
        return ""


def _usable_record(folder: Path, spec: SweepSpec, known: KnownTasks, damage: Damage) -> sqlite3.Connection:
    """The record; where it is not whole, a new one of what is."""
    faults = ["it is missing"]
    if (folder / RECORD).is_file():
        record: sqlite3.Connection | None = None
        try:
            record = connect(folder)
            faults = _record_faults(record, spec, known)
            if not faults:
                return record
        except sqlite3.DatabaseError as fault:
            if _not_its_own(folder, fault):
                raise
            faults = [str(fault).splitlines()[0]]
        finally:
            if faults and record is not None:
                record.close()
    damage.faults += [f"{RECORD}: {fault}; made anew from what is whole." for fault in faults]
    _remake_record(folder, spec, known, damage)
    return connect(folder)


def _not_its_own(folder: Path, fault: sqlite3.DatabaseError) -> bool:
    """Whether the fault is the disk's, or of somebody who reads, and the record itself may be whole."""
    code = (getattr(fault, "sqlite_errorcode", None) or 0) & 0xFF
    if code == sqlite3.SQLITE_READONLY:
        return not all(os.access(path, os.W_OK) for path in (folder, folder / RECORD))
    return code in _PASSING


def _record_faults(record: sqlite3.Connection, spec: SweepSpec, known: KnownTasks) -> list[str]:
    """What is wrong with the record, in words; every row is looked at."""
    verdict = str(record.execute("PRAGMA integrity_check").fetchone()[0])
    if verdict != "ok":
        return [verdict.splitlines()[0]]
    if not tables_stand(record):
        return ["its tables are not as they were made"]
    damaged = [
        damaged_row(table, row)
        for table in RECORD_TABLES
        for whole, row in read_rows(record, table, known=known)
        if not whole or (table == "tasks" and not spec.has(row.point))
    ]
    recorded = next((row[1] for _, row in read_rows(record, "meta", "key", "asked")), "")
    return damaged or ([] if recorded == spec.text() else ["the study is missing"])


def _remake_record(folder: Path, spec: SweepSpec, known: KnownTasks, damage: Damage) -> None:
    """A record of those rows of the old one that are whole and that no part can tell; `_recover` takes in the parts."""
    content: dict[str, list[Any]] = {"meta": [], "tasks": []}
    with contextlib.suppress(sqlite3.Error), contextlib.closing(connect_to_read(folder)) as old:
        for table, rows in content.items():
            with contextlib.suppress(sqlite3.Error):
                rows += [row for whole, row in read_rows(old, table, known=known) if whole]
    damage.lost_tasks |= {row.task for row in content["tasks"] if row.status == DONE}
    content["meta"] = [row for row in content["meta"] if row[0] != "asked"]
    content["tasks"] = [row for row in content["tasks"] if row.status != DONE and spec.has(row.point)]
    for name in (f"{RECORD}-wal", f"{RECORD}-shm", f"{RECORD}-journal", RECORD):
        set_aside(folder, folder / name)
    write_record(folder, spec, content)


def _repair(store: Store, damage: Damage) -> None:
    """Take out of the record what is damaged or missing, and in what it has forgotten; set unknown files aside."""
    parts = _whole_parts(store, damage)
    whole = {*parts.tasks}
    lost = []
    for _, row in store.rows("tasks"):
        if row.status != DONE or parts.has(row):
            store.set_status(row.task, row.status)
        else:
            lost.append(row.task)
    damage.lost_tasks.update(lost)
    if lost:
        with store.writing() as record:
            drop_rows(record, "tasks", lost)
    unknown = _verified_parts(store, whole)
    whole |= _recover(store, unknown, damage)
    for name in set(unknown) - whole:
        if all(store.spec.has(row.point) for row in tasks_in(store.folder, name, store.known)):  # else it was put here
            (store.folder / FOLDER / name).unlink()  # a writer was stopped before it had all of a step
    _set_unknown_files_aside(store.folder, whole, damage)


def _whole_parts(store: Store, damage: Damage) -> PartIndex:
    """Those parts of the record that are as they were."""
    folder = store.folder
    parts = PartIndex(folder, store.parts(), store.known)
    for name, fault in parts.faults.items():
        damage.faults.append(f"{FOLDER}/{name}: {fault}; its tasks will run again.")
        if fault == "damaged":
            set_aside(folder, folder / FOLDER / name)
    return parts


def _recover(store: Store, parts: list[str], damage: Damage) -> set[str]:
    """Note the tasks of parts that the record does not know; the names of those that were needed for it.

    A sweep that was stopped leaves the parts of one step, before it could note them. More of them were left by a merge,
    or the record has forgotten steps, as SQLite does without a word where its file of the last ones is damaged.
    """
    rows = [row for row in _tasks_in(store, parts) if not store.status_of(row.task)]
    names = {name for row in rows for name in row.parts}
    if rows:
        for name in names:  # whoever left it may have been stopped before it was forced to disk
            force_file(store.folder / FOLDER / name)
        force_folder(store.folder / FOLDER)
        store.note(rows)
        damage.lost_tasks.difference_update(row.task for row in rows)
    if len({row.part for row in rows}) > 1:
        damage.faults.append(f"{RECORD}: did not name {len(names)} parts; its {len(rows)} tasks are counted again.")
    return names


def _set_unknown_files_aside(folder: Path, whole: set[str], damage: Damage) -> None:
    """Files that the record does not know. What was never finished is cleared away, all else set aside."""
    for path in sorted((folder / FOLDER).iterdir()):
        if path.name in whole:
            continue
        if path.name.startswith(NEW) and path.is_dir():
            shutil.rmtree(path)
        elif path.is_file() and path.name.startswith(NEW):
            path.unlink()
        else:
            damage.faults.append(f"{FOLDER}/{path.name}: not in the record; set aside.")
            set_aside(folder, path)


def _verified_parts(store: Store, known: Collection[str]) -> list[str]:
    """The parts of this sweep whose names are still the digest of their bytes, but for those `known`."""
    paths = sorted(path for path in (store.folder / FOLDER).iterdir() if path.is_file() and path.name not in known)
    return [path.name for path in paths if kind_of(path.name) in KINDS and _is_verified(store, path.name)]


def _is_verified(store: Store, name: str) -> bool:
    folder = store.folder
    try:
        ours = not fault_of(folder, name) and table_notes(folder / FOLDER / name).get(OWNER) == store.spec.identity
        return ours and bool(tasks_in(folder, name, store.known))
    except (OSError, EnvironmentFault):
        return False


def _tasks_in(store: Store, parts: list[str]) -> list[TaskRow]:
    """The tasks of this shard that have all their numbers in these parts."""
    spec = store.spec
    tasks: dict[str, list[TaskRow]] = {kind: [] for kind in KINDS}
    for name in parts:
        tasks[kind_of(name)] += tasks_in(store.folder, name, store.known)
    paths = {row.task: row.part for row in tasks[TRAJECTORIES]}
    needs_paths = TRAJECTORIES in spec.columns
    complete = {
        row.task: row._replace(paths=paths.get(row.task, ""))
        for row in tasks[REPLICATIONS]
        if spec.has(row.point) and (not needs_paths or row.task in paths)
    }
    return list(complete.values())
