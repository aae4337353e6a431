"""Open a store and see whether it is what it was: whatever is damaged is set aside, and its cells are to do again."""

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
from cascadesim.experiment.sweep.cells import DONE
from cascadesim.experiment.sweep.numbers import cells_in
from cascadesim.experiment.sweep.parts import (
    FOLDER,
    KINDS,
    NEW,
    OWNER,
    REPLICATIONS,
    TRAJECTORIES,
    Part,
    digest_of,
    fault_of,
    set_aside,
)
from cascadesim.experiment.sweep.store import (
    RECORD,
    STUDY,
    Asked,
    Store,
    asked_from,
    connect,
    faults_of,
    is_store,
    to_read,
    write_asked,
    write_record,
)
from cascadesim.experiment.tables import table_notes

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
            hint="Put back the one that was here, or move the stranger away: it is made anew from the rest.",
            code="damaged_store",
            file=str(folder),
        )
    asked = beside or recorded
    if asked is None:
        raise EnvironmentFault(
            "neither copy of what was asked is whole, so nothing can be told of its results.",
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
    return damaged or ([] if next(told, "") == asked.text() else ["what was asked is missing"])


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
    content["parts"], in_parts = _vouched(folder, asked)
    content["cells"] = [row for row in content["cells"] if row[4] != DONE] + in_parts
    findings.lost_cells |= was_done - {row[0] for row in in_parts}
    for name in (f"{RECORD}-wal", f"{RECORD}-shm", f"{RECORD}-journal", RECORD):
        set_aside(folder, folder / name)
    write_record(folder, asked, content)


def _vouched(folder: Path, asked: Asked) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """The rows for the parts that are named by their own digest and belong to this sweep, and for the cells in them."""
    place = folder / FOLDER
    found = [_ours(path, asked.identity) for path in sorted(place.iterdir()) if path.is_file()]
    parts = [part for part in found if part is not None]
    named = {kind: [part.name for part in parts if part.kind == kind] for kind in KINDS}
    paths = {cell: name for name in named[TRAJECTORIES] for cell, *_ in cells_in(place / name)}
    needed = bool(asked.study["trajectories"])
    cells = {
        cell: (cell, point, first, count, DONE, "", name, paths.get(cell, ""))
        for name in named[REPLICATIONS]
        for cell, point, first, count in cells_in(place / name)
        if not needed or cell in paths
    }
    return [(part.name, part.kind, part.sha256, part.bytes) for part in parts], list(cells.values())


def _mend(store: Store, findings: Findings) -> None:
    """Take out of the record what is damaged, missing or hangs in the air; put strangers aside."""
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
    _strangers(store.folder, store.asked.identity, whole, findings)


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
        findings.faults.append(f"{FOLDER}/{part.name}: {fault}; its cells are to do again.")
        if fault == "damaged":
            set_aside(folder, folder / FOLDER / part.name)
    return whole, gone


def _strangers(folder: Path, owner: str, whole: set[str], findings: Findings) -> None:
    """Files that the record does not know. What a writer that was stopped left is cleared away, all else set aside."""
    for path in sorted((folder / FOLDER).iterdir()):
        if path.name in whole:
            continue
        if path.name.startswith(NEW) and path.is_dir():
            shutil.rmtree(path)
        elif path.is_file() and (path.name.startswith(NEW) or _ours(path, owner) is not None):
            path.unlink()
        else:
            findings.faults.append(f"{FOLDER}/{path.name}: not in the record; set aside.")
            set_aside(folder, path)


def _ours(path: Path, owner: str) -> Part | None:
    """The part that this file is: one of the sweep `owner` whose name is still the digest of its bytes, else None."""
    kind, _, rest = path.stem.partition("-")
    if kind not in KINDS or path.suffix != ".parquet":
        return None
    try:
        found = digest_of(path)
        if rest != found[:24] or table_notes(path).get(OWNER) != owner:
            return None
    except (OSError, EnvironmentFault):
        return None
    return Part(path.name, kind, found, path.stat().st_size)
