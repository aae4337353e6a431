"""What a sweep has done so far, so that nothing of it is lost whatever happens: one record (SQLite) and bulk parts.

A cell counts as done when the transaction that says so is on disk. Its numbers are in a part that was complete on disk
before; so at any moment what the record tells is true, and what it does not yet know can be found again (`health.py`).
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cascadesim.errors import EnvironmentFault
from cascadesim.experiment.interrupts import uninterrupted
from cascadesim.experiment.sweep import rows
from cascadesim.experiment.sweep.asked import STUDY, Asked
from cascadesim.experiment.sweep.cells import DIED, DONE, FAILED, INVALID, Outcome
from cascadesim.experiment.sweep.numbers import replication_frame, trajectory_frame, values_of
from cascadesim.experiment.sweep.parts import FOLDER, NEW, REPLICATIONS, TRAJECTORIES, Part, put_down, write_part

if TYPE_CHECKING:
    import numpy as np

RECORD = "store.sqlite"
_STATUSES = ("", DONE, INVALID, FAILED, DIED)


class Store:
    """An open store. Made by `create` or `opened`; whoever writes holds the lock (`lock.py`)."""

    def __init__(self, folder: Path, record: sqlite3.Connection, asked: Asked) -> None:
        self.folder, self.asked = folder, asked
        self._record = record
        self._ended = bytearray()
        self._waiting: list[Outcome] = []
        self._waiting_bytes = 0

    def ended(self, cell: int) -> str:
        """How a cell has ended; empty where it has not."""
        return _STATUSES[self._ended[cell]] if cell < len(self._ended) else ""

    def note(self, cell: int, status: str) -> None:
        """Remember what the record says of a cell; empty for nothing."""
        if cell >= len(self._ended):
            self._ended.extend(bytes(max(1024, cell + 1 - len(self._ended))))
        self._ended[cell] = _STATUSES.index(status)

    def count(self, *statuses: str) -> int:
        """How many cells have ended so."""
        return sum(self._ended.count(_STATUSES.index(status)) for status in statuses)

    def cells_that(self, status: str) -> list[int]:
        """The cells that have ended so."""
        code = _STATUSES.index(status)
        return [cell for cell, found in enumerate(self._ended) if found == code]

    def add(self, outcome: Outcome) -> int:
        """Take an outcome in; `commit` puts it on disk. The bytes that wait for that."""
        self._waiting.append(outcome)
        self._waiting_bytes += 200 + sum(array.nbytes for array in (outcome.values, outcome.paths) if array is not None)
        return self._waiting_bytes

    def commit(self) -> None:
        """Put on disk what waits, the numbers first and then the record of them, in one step."""
        if self._waiting:
            with uninterrupted():  # a signal within would leave the record in the middle of it
                self._commit()

    def _commit(self) -> None:
        done = [each for each in self._waiting if each.status == DONE]
        study, owner = self.asked.study, self.asked.identity
        written: list[Part] = []
        if done:
            frame = replication_frame(done, tuple(study["measures"]))
            written.append(write_part(self.folder, REPLICATIONS, frame, owner))
        if done and study["trajectories"]:
            frame = trajectory_frame(done, tuple(study["trajectories"]))
            written.append(write_part(self.folder, TRAJECTORIES, frame, owner))
        named = {each.kind: each.name for each in written}
        part, paths = named.get(REPLICATIONS, ""), named.get(TRAJECTORIES, "")
        with self.writing():
            rows.put(self._record, "parts", [(each.name, each.kind, each.sha256, each.bytes) for each in written])
            rows.put(self._record, "cells", [_row(each, part, paths) for each in self._waiting])
        for outcome in self._waiting:
            self.note(outcome.cell, outcome.status)
        self._waiting, self._waiting_bytes = [], 0

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all of it or nothing, forced to disk."""
        with faults_of(self.folder):
            try:
                self._record.execute("BEGIN IMMEDIATE")
                yield self._record
                self._record.execute("COMMIT")
            except BaseException:
                if self._record.in_transaction:
                    with contextlib.suppress(sqlite3.Error):  # what went wrong first is what is told
                        self._record.execute("ROLLBACK")
                raise

    def rows(self, table: str) -> Iterator[tuple[bool, tuple[Any, ...]]]:
        """Every row of a table of the record, and whether it is whole."""
        with faults_of(self.folder):
            yield from rows.read(self._record, table)

    def values_of(self, wanted: list[tuple[Any, ...]]) -> np.ndarray:
        """What these cells of the record gave, in the order of replications."""
        return values_of(self.folder / FOLDER, wanted, tuple(self.asked.study["measures"]))

    def cells_of(self, point: int) -> list[tuple[bool, tuple[Any, ...]]]:
        """The rows of one point's cells, and whether each is whole."""
        with faults_of(self.folder):
            return list(rows.read(self._record, "cells", "point", point))

    def meta(self, key: str) -> str:
        """What is noted under `key`, or nothing."""
        return next((row[1] for whole, row in self.rows("meta") if whole and row[0] == key), "")

    def set_meta(self, key: str, value: str) -> None:
        """Note `value` under `key`."""
        with self.writing() as record:
            rows.put(record, "meta", [(key, value)])

    def close(self) -> None:
        """Let go of the file. What waits and was not committed is lost."""
        with contextlib.suppress(sqlite3.Error):  # while somebody reads it stays as it is
            self._record.execute("PRAGMA journal_mode = DELETE")  # one file, which opens on a read-only disk too
        self._record.close()


def create(folder: Path, asked: Asked) -> None:
    """A new store in `folder`, which exists and is empty but for the lock."""
    with faults_of(folder):
        write_asked(folder, asked)
        (folder / FOLDER).mkdir(exist_ok=True)
        write_record(folder, asked, {})


def write_asked(folder: Path, asked: Asked) -> None:
    """What was asked, beside the record."""
    new = folder / f"{NEW}{STUDY}"
    new.write_text(asked.text(), encoding="ascii")
    put_down(new, folder / STUDY)


def write_record(folder: Path, asked: Asked, content: Mapping[str, list[tuple[Any, ...]]]) -> None:
    """A record with these rows (table -> rows), which is there whole or not at all."""
    new = folder / f"{NEW}{RECORD}"
    for left in folder.glob(f"{new.name}*"):
        left.unlink()
    with contextlib.closing(sqlite3.connect(new, isolation_level=None)) as record:
        record.execute("PRAGMA synchronous = FULL")
        record.execute("BEGIN")
        rows.create_tables(record)
        rows.put(record, "meta", [("asked", asked.text())])
        for table, found in content.items():
            rows.put(record, table, found)
        record.execute("COMMIT")
    put_down(new, folder / RECORD)


@contextlib.contextmanager
def open_to_read(folder: Path, asked: Asked) -> Iterator[Store]:
    """The store as it stands, while somebody may write to it. Nothing is mended, and what is damaged is passed over."""
    with faults_of(folder):
        record = to_read(folder)
    store = Store(folder, record, asked)
    with contextlib.closing(store):
        yield store


def to_read(folder: Path) -> sqlite3.Connection:
    """The record, in which nothing can be changed."""
    return sqlite3.connect(f"{(folder / RECORD).absolute().as_uri()}?mode=ro", uri=True, timeout=5)


def connect(folder: Path) -> sqlite3.Connection:
    """The record, with everything that is committed forced to disk."""
    record = sqlite3.connect(folder / RECORD, timeout=5, isolation_level=None)
    record.execute("PRAGMA journal_mode = WAL")  # where a file system has no shared memory it stays as it was
    record.execute("PRAGMA synchronous = FULL")
    return record


def is_store(folder: Path) -> bool:
    """Whether there is something here that may be a store, or what is left of one."""
    return any((folder / name).is_file() for name in (RECORD, STUDY))


@contextlib.contextmanager
def faults_of(folder: Path) -> Iterator[None]:
    """What goes wrong with files within this is the environment's, and names the folder."""
    try:
        yield
    except sqlite3.Error as fault:
        full = "full" in str(fault)
        raise EnvironmentFault(
            f"the record cannot be written: {fault}." if full else f"the record cannot be used: {fault}.",
            hint="Free some space, then: cascadesim resume." if full else f"cascadesim doctor {folder} looks into it.",
            code="not_written" if full else "damaged_store",
            file=str(folder / RECORD),
        ) from fault
    except OSError as fault:
        from cascadesim.experiment.tables import cannot

        raise cannot(_named(fault, folder), "written", fault) from fault


def _named(fault: OSError, folder: Path) -> str | Path:
    """The file that a fault is about; the folder where that is none of its own, as a module that was to be imported."""
    inside = isinstance(fault.filename, str) and folder.absolute() in Path(fault.filename).absolute().parents
    return str(fault.filename) if inside else folder


def _row(outcome: Outcome, part: str, paths: str) -> tuple[Any, ...]:
    if outcome.status != DONE:
        part = paths = ""
    head = (outcome.cell, outcome.point, outcome.first, outcome.count)
    problem = outcome.problem[:2000].encode("utf-8", "replace").decode("utf-8")
    return (*head, outcome.status, problem, part, paths)
