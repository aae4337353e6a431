"""Open a store and see whether it is what it was: whatever is damaged is set aside, and its cells are to do again."""

from __future__ import annotations

import contextlib
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
    put_down,
    set_aside,
)
from cascadesim.experiment.sweep.store import (
    RECORD,
    STUDY,
    Asked,
    Store,
    asked_from,
    connect,
    create,
    faults_of,
    is_store,
)
from cascadesim.experiment.tables import table_notes


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
    record = _usable(folder, asked, findings)
    store = Store(folder, record, asked)
    with contextlib.closing(store):
        _mend_asked(store, findings)
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
    asked = asked_from(_text(folder / STUDY)) or asked_from(_recorded(folder))
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
        with contextlib.closing(sqlite3.connect(f"{(folder / RECORD).absolute().as_uri()}?mode=ro", uri=True)) as record:
            return next((str(row[1]) for whole, row in rows.read(record, "meta") if whole and row[0] == "asked"), "")
    except sqlite3.Error:
        return ""


def _usable(folder: Path, asked: Asked, findings: Findings) -> sqlite3.Connection:
    """The record; where SQLite cannot read it through, a new one, made from the parts that are still whole."""
    record: sqlite3.Connection | None = None
    try:
        if not (folder / RECORD).is_file():
            raise sqlite3.DatabaseError("it is missing")
        record = connect(folder)
        found = record.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(found)
        for table in rows.TABLES:
            for _ in rows.read(record, table):
                pass
    except sqlite3.DatabaseError as fault:
        if record is not None:
            with contextlib.suppress(sqlite3.Error):
                record.close()
        if isinstance(fault, sqlite3.OperationalError) and "malformed" not in str(fault) and "no such" not in str(fault):
            with faults_of(folder):
                raise
        findings.faults.append(f"{RECORD}: {str(fault).splitlines()[0]}; made anew from the parts.")
        for name in (RECORD, f"{RECORD}-wal", f"{RECORD}-shm"):
            if (folder / name).exists():
                set_aside(folder, folder / name)
        with contextlib.closing(create(folder, asked)) as store:
            _adopt(store)
        record = connect(folder)
    return record


def _mend_asked(store: Store, findings: Findings) -> None:
    """Both copies of what was asked, whole and alike."""
    folder, text = store.folder, store.asked.text()
    if _text(folder / STUDY) != text:
        findings.faults.append(f"{STUDY}: missing or damaged; written anew from {RECORD}.")
        if (folder / STUDY).exists():
            set_aside(folder, folder / STUDY)
        new = folder / f"{NEW}study"
        new.write_text(text, encoding="ascii")
        put_down(new, folder / STUDY)
    if store.meta("asked") != text:
        findings.faults.append(f"{RECORD}: what was asked is damaged; written anew from {STUDY}.")
        store.set_meta("asked", text)


def _mend(store: Store, findings: Findings) -> None:
    """Take out of the record what is damaged, missing or hangs in the air; put strangers aside."""
    folder = store.folder
    gone: dict[str, list[Any]] = {table: [] for table in rows.TABLES}
    (folder / FOLDER).mkdir(exist_ok=True)
    whole = _whole_parts(store, findings, gone)
    for is_whole, row in store.rows("meta"):
        if not is_whole:
            gone["meta"].append(row[0])
            findings.faults.append(f"{RECORD}: a note ({row[0]}) is damaged.")
    for is_whole, row in store.rows("cells"):
        cell, status, parts = row[0], row[4], [name for name in row[6:8] if name]
        if is_whole and (status != DONE or (parts and all(name in whole for name in parts))):
            store.note(cell, status)
            continue
        gone["cells"].append(cell)
        if isinstance(cell, int):
            findings.lost_cells.add(cell)
        if not is_whole:
            findings.faults.append(f"{RECORD}: what it says of cell {cell} is damaged; the cell is to do again.")
    if any(gone.values()):
        with store.writing() as record:
            for table, keys in gone.items():
                rows.drop(record, table, keys)
    _strangers(folder, store.asked.identity, whole, findings)


def _whole_parts(store: Store, findings: Findings, gone: dict[str, list[Any]]) -> set[str]:
    """The names of the parts that are registered and as they were."""
    whole, folder = set(), store.folder
    for is_whole, row in store.rows("parts"):
        if not is_whole:
            gone["parts"].append(row[0])
            findings.faults.append(f"{RECORD}: what it says of a part ({row[0]}) is damaged; its cells are to do again.")
            continue
        part = Part(*row)
        fault = fault_of(folder, part)
        if not fault:
            whole.add(part.name)
            continue
        gone["parts"].append(part.name)
        findings.faults.append(f"{FOLDER}/{part.name}: {fault}; its cells are to do again.")
        if fault == "damaged":
            set_aside(folder, folder / FOLDER / part.name)
    return whole


def _strangers(folder: Path, owner: str, whole: set[str], findings: Findings) -> None:
    """Files that the record does not know. What a writer that was stopped left is cleared away, all else set aside."""
    for path in sorted((folder / FOLDER).iterdir()):
        if path.name in whole:
            continue
        if path.is_file() and (path.name.startswith(NEW) or _ours(path, owner) is not None):
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


def _adopt(store: Store) -> None:
    """Register the parts that can vouch for themselves, and the cells in them."""
    folder, owner = store.folder / FOLDER, store.asked.identity
    parts = [part for path in sorted(folder.iterdir()) if path.is_file() and (part := _ours(path, owner)) is not None]
    named = {kind: [part.name for part in parts if part.kind == kind] for kind in KINDS}
    paths = {cell: name for name in named[TRAJECTORIES] for cell, *_ in cells_in(folder / name)}
    needed = bool(store.asked.study["trajectories"])
    cells = {
        cell: (cell, point, first, count, DONE, "", name, paths.get(cell, ""))
        for name in named[REPLICATIONS]
        for cell, point, first, count in cells_in(folder / name)
        if not needed or cell in paths
    }
    with store.writing() as record:
        rows.put(record, "parts", [(part.name, part.kind, part.sha256, part.bytes) for part in parts])
        rows.put(record, "cells", list(cells.values()))
