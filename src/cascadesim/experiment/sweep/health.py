"""Open a store and see whether it is what it was: whatever is damaged is set aside, and its tasks will run again."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cascadesim.errors import EnvironmentFault
from cascadesim.experiment.sweep import rows
from cascadesim.experiment.sweep.asked import STUDY, Asked, asked_from
from cascadesim.experiment.sweep.cells import DONE
from cascadesim.experiment.sweep.parts import FOLDER, NEW, REPLICATIONS, Part, fault_of, set_aside
from cascadesim.experiment.sweep.store import (
    RECORD,
    Store,
    connect,
    faults_of,
    is_store,
    to_read,
    write_asked,
    write_record,
)
from cascadesim.experiment.sweep.vouched import all_of_shard, cells_told, rows_of, vouched_parts

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
class Findings:
    """What was wrong with a store: each in words, the cells that are to do again, and what cannot be helped."""

    faults: list[str] = field(default_factory=list)
    lost_cells: set[int] = field(default_factory=set)


@contextlib.contextmanager
def opened(folder: Path, findings: Findings | None = None) -> Iterator[Store]:
    """The store in `folder`, checked and mended, for whoever holds the lock. Damage is told in `findings`.

    Raises `EnvironmentFault` where there is none, or nothing is left that says what was asked.
    """
    findings = Findings() if findings is None else findings
    asked = read_asked(folder)
    with faults_of(folder):
        (folder / FOLDER).mkdir(exist_ok=True)
        record = _usable(folder, asked, findings)
    store = Store(folder, record, asked)
    with contextlib.closing(store):
        with faults_of(folder):
            if _text(folder / STUDY) != asked.text():
                findings.faults.append(f"{STUDY}: missing or damaged; written anew from {RECORD}.")
                set_aside(folder, folder / STUDY)
                write_asked(folder, asked)
            _mend(store, findings)
        yield store


def read_asked(folder: Path) -> Asked:
    """What the store in `folder` is about, from whichever of its two copies is whole. Changes nothing."""
    if not is_store(folder):
        raise EnvironmentFault(
            "holds no sweep.",
            hint="Give the folder that `cascadesim sweep` named, or begin one: cascadesim sweep STUDY.",
            code="no_store",
            file=str(folder),
        )
    beside, recorded = asked_from(_text(folder / STUDY), folder), asked_from(_recorded(folder), folder)
    if beside and recorded and beside != recorded:
        raise EnvironmentFault(
            f"{STUDY} and {RECORD} are of two different sweeps.",
            hint="Put back the one that was here, or move the other away: it is made again from the rest.",
            code="damaged_store",
            file=str(folder),
        )
    asked = beside or recorded
    if asked is None:
        raise EnvironmentFault(
            "both copies of the study in it are damaged, so its results cannot be read.",
            hint="Run the study again into another folder: cascadesim sweep STUDY -o DIR.",
            code="damaged_store",
            file=str(folder),
        )
    return asked


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, ValueError):
        return ""


def _recorded(folder: Path) -> str:
    try:
        with contextlib.closing(to_read(folder)) as record:
            return next((str(row[1]) for whole, row in rows.read(record, "meta") if whole and row[0] == "asked"), "")
    except sqlite3.Error:
        return ""


def _usable(folder: Path, asked: Asked, findings: Findings) -> sqlite3.Connection:
    """The record; where it is not whole, a new one of what is."""
    damage = ["it is missing"]
    if (folder / RECORD).is_file():
        record: sqlite3.Connection | None = None
        try:
            record = connect(folder)
            damage = _damage(record, asked)
            if not damage:
                return record
        except sqlite3.DatabaseError as fault:
            if _not_its_own(folder, fault):
                raise
            damage = [str(fault).splitlines()[0]]
        finally:
            if damage and record is not None:
                record.close()
    findings.faults += [f"{RECORD}: {each}; made anew from what is whole." for each in damage]
    _make_anew(folder, asked, findings)
    return connect(folder)


def _not_its_own(folder: Path, fault: sqlite3.DatabaseError) -> bool:
    """Whether the fault is the disk's, or of somebody who reads, and the record itself may be whole."""
    code = (getattr(fault, "sqlite_errorcode", None) or 0) & 0xFF
    if code == sqlite3.SQLITE_READONLY:
        return not all(os.access(path, os.W_OK) for path in (folder, folder / RECORD))
    return code in _PASSING


def _damage(record: sqlite3.Connection, asked: Asked) -> list[str]:
    """What is wrong with the record, in words; every row is looked at."""
    found = str(record.execute("PRAGMA integrity_check").fetchone()[0])
    if found != "ok":
        return [found.splitlines()[0]]
    if not rows.tables_stand(record):
        return ["its tables are not as they were made"]
    damaged = [f"a row of {table} ({row[0]}) is damaged" for table in rows.TABLES for row in _torn(record, table)]
    told = (row[1] for _, row in rows.read(record, "meta", "key", "asked"))
    return damaged or ([] if next(told, "") == asked.text() else ["the study is missing"])


def _torn(record: sqlite3.Connection, table: str) -> Iterator[tuple[Any, ...]]:
    return (row for whole, row in rows.read(record, table) if not whole)


def _make_anew(folder: Path, asked: Asked, findings: Findings) -> None:
    """A record of the parts that can vouch for themselves, and of those rows of the old one that are whole."""
    content: dict[str, list[tuple[Any, ...]]] = {table: [] for table in rows.TABLES}
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(folder / RECORD)) as old:
        for table, found in content.items():
            with contextlib.suppress(sqlite3.Error):
                found += [row for whole, row in rows.read(old, table) if whole]
    content["meta"] = [row for row in content["meta"] if row[0] != "asked"]
    was_done = {row[0] for row in content["cells"] if row[4] == DONE}
    vouched = vouched_parts(folder, asked.identity)
    content["parts"], in_parts = rows_of(vouched), cells_told(folder, asked, vouched)
    content["cells"] = [row for row in content["cells"] if row[4] != DONE] + in_parts
    findings.lost_cells |= was_done - {row[0] for row in in_parts}
    for name in (f"{RECORD}-wal", f"{RECORD}-shm", f"{RECORD}-journal", RECORD):
        set_aside(folder, folder / name)
    write_record(folder, asked, content)


def _mend(store: Store, findings: Findings) -> None:
    """Take out of the record what is damaged or missing, and in what it has forgotten; put strangers aside."""
    whole, gone = _whole_parts(store, findings)
    lost = []
    for _, row in store.rows("cells"):
        cell, status, parts = row[0], row[4], [name for name in row[6:8] if name]
        if status != DONE or (parts and all(name in whole for name in parts)):
            store.note(cell, status)
        else:
            lost.append(cell)
    findings.lost_cells.update(lost)
    if gone or lost:
        with store.writing() as record:
            rows.drop(record, "parts", gone)
            rows.drop(record, "cells", lost)
    vouched = vouched_parts(store.folder, store.asked.identity, whole)
    whole |= _take_back(store, vouched, findings)
    for part in vouched:
        if part.name not in whole and all_of_shard(store.folder, store.asked, part):
            (store.folder / FOLDER / part.name).unlink()  # a writer was stopped before it had all of a step
    _strangers(store.folder, whole, findings)


def _take_back(store: Store, vouched: list[Part], findings: Findings) -> set[str]:
    """Note the cells of parts that the record does not know; the names of those that were needed for it.

    A sweep that was stopped leaves the parts of one step, before it could note them. More of them were left by a merge,
    or the record has forgotten steps, as SQLite does without a word where its file of the last ones is damaged.
    """
    cells = [row for row in cells_told(store.folder, store.asked, vouched) if not store.ended(row[0])]
    names = {name for row in cells for name in row[6:8] if name}
    taken = [part for part in vouched if part.name in names]
    if cells:
        with store.writing() as record:
            rows.put(record, "parts", rows_of(taken))
            rows.put(record, "cells", cells)
        for row in cells:
            store.note(row[0], DONE)
    if sum(part.kind == REPLICATIONS for part in taken) > 1:
        tasks = f"their {len(cells)} tasks are counted again"
        findings.faults.append(f"{RECORD}: did not name {len(taken)} parts; {tasks}.")
    return names


def _whole_parts(store: Store, findings: Findings) -> tuple[set[str], list[str]]:
    """The names of the parts that are registered: of those that are as they were, and of the others."""
    whole, gone, folder = set(), [], store.folder
    for _, row in store.rows("parts"):
        part = Part(*row)
        fault = fault_of(folder, part)
        if not fault:
            whole.add(part.name)
            continue
        gone.append(part.name)
        findings.faults.append(f"{FOLDER}/{part.name}: {fault}; its tasks will run again.")
        if fault == "damaged":
            set_aside(folder, folder / FOLDER / part.name)
    return whole, gone


def _strangers(folder: Path, whole: set[str], findings: Findings) -> None:
    """Files that the record does not know. What was never finished is cleared away, all else set aside."""
    for path in sorted((folder / FOLDER).iterdir()):
        if path.name in whole:
            continue
        if path.name.startswith(NEW) and path.is_dir():
            shutil.rmtree(path)
        elif path.is_file() and path.name.startswith(NEW):
            path.unlink()
        else:
            findings.faults.append(f"{FOLDER}/{path.name}: not in the record; set aside.")
            set_aside(folder, path)
