"""What a sweep has done so far, so that nothing of it is lost whatever happens: one record (SQLite) and bulk parts.

A task counts as done when the transaction that says so is on disk. Its numbers are in a part that was complete on disk
before; so at any moment what the record tells is true, and what it does not yet know can be found again (`repair.py`).
Every row of the record carries a digest of itself, which is checked whenever it is read. One process writes at a time:
it holds a lock of SQLite, which dies with whoever holds it, on every system.

What the store is about is kept twice, in the record and beside it, so that one of the two may be damaged.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from cascadesim.errors import EnvironmentFault
from cascadesim.experiment.files import canonical, digest, file_fault, now, publish, refuse_folder, uninterrupted
from cascadesim.experiment.sweep.checks import LONGEST_PROBLEM, KnownTasks, check_files
from cascadesim.experiment.sweep.parts import (
    FOLDER,
    KINDS,
    NEW,
    REPLICATIONS,
    TRAJECTORIES,
    TaskRow,
    part_frame,
    values_of,
    write_part,
)
from cascadesim.experiment.sweep.tasks import DIED, DONE, FAILED, INVALID, TaskResult

STUDY = "study.json"
FORMAT = 2
MOST_BYTES = 2**27
"""Of what is kept of a study, and so of the longest text in the record."""


MOST_SHARDS = 1_000_000


@dataclass(frozen=True)
class SweepSpec:
    """What a store is about: the study as plain data, the code that runs it, and which part of it (1 of 1 is all)."""

    study: dict[str, Any]
    code: str
    shard: tuple[int, int] = (1, 1)

    @property
    def identity(self) -> str:
        """The digest of study and code: equal for all shards of a study."""
        return digest({"study": self.study, "code": self.code, "format": FORMAT})

    @property
    def columns(self) -> dict[str, tuple[str, ...]]:
        """The columns of each kind of parts that there are."""
        columns = {REPLICATIONS: tuple(self.study["outcomes"])}
        if self.study["trajectories"]:
            columns[TRAJECTORIES] = ("week", *self.study["trajectories"])
        return columns

    def has(self, point: int) -> bool:
        """Whether a point is of this shard."""
        number, of = self.shard
        return point % of == number - 1

    def text(self) -> str:
        """As it is kept, twice: in the record and beside it."""
        content = {"format": FORMAT, "study": self.study, "code": self.code, "shard": list(self.shard)}
        return canonical({"asked": content, "digest": digest(content)})


def spec_from(text: str, folder: Path) -> SweepSpec | None:
    """What `SweepSpec.text` wrote; None where it is damaged. An `EnvironmentFault` where another version wrote it."""
    try:
        content = json.loads(text)
        asked = content["asked"]
        if digest(asked) != content["digest"]:
            return None
        if asked["format"] != FORMAT:
            raise EnvironmentFault(
                f"has format {asked['format']} of stores, this version of cascadesim reads {FORMAT}.",
                hint="Use the version that wrote it, or sweep anew into another folder.",
                code="store_format",
                file=str(folder),
            )
        number, of = asked["shard"]
        sound = type(number) is type(of) is int and 1 <= number <= of <= MOST_SHARDS and isinstance(asked["code"], str)
        return SweepSpec(dict(asked["study"]), asked["code"], (number, of)) if sound else None
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        return None


RECORD = "store.sqlite"
LOCK, HOLDER = "writer.lock", "writer.json"
RECORD_TABLES = {
    "meta": ("key", "value"),
    "tasks": ("task", "setting", "first", "count", "status", "problem", "part", "paths"),
}
"""Table -> its columns, the first of which is its key."""
_ROWS: dict[str, Callable[[Iterable[Any]], Any]] = {"meta": tuple, "tasks": TaskRow._make}
_INTEGERS = {"task", "setting", "first", "count"}
_STATUSES = ("", DONE, INVALID, FAILED, DIED)
Row = tuple[Any, ...]


class Store:
    """An open store. Made by `create` or `repair.opened`; whoever writes holds the lock (`only_writer`)."""

    def __init__(self, folder: Path, record: sqlite3.Connection, spec: SweepSpec, known: KnownTasks) -> None:
        self.folder, self.spec, self.known = folder, spec, known
        self._record = record
        self._statuses = bytearray()
        self._waiting: list[TaskResult] = []
        self._waiting_bytes = 0

    def status_of(self, task: int) -> str:
        """How a task has ended; empty where it has not."""
        return _STATUSES[self._statuses[task]] if task < len(self._statuses) else ""

    def set_status(self, task: int, status: str) -> None:
        """Remember what the record says of a task; empty for nothing."""
        if task >= len(self._statuses):
            self._statuses.extend(bytes(max(1024, task + 1 - len(self._statuses))))
        self._statuses[task] = _STATUSES.index(status)

    def count(self, *statuses: str) -> int:
        """How many tasks have ended so."""
        return sum(self._statuses.count(_STATUSES.index(status)) for status in statuses)

    def bad(self) -> dict[str, int]:
        """How many tasks have ended in each way that is not with their numbers, if there are any."""
        return {status: count for status in (INVALID, FAILED, DIED) if (count := self.count(status))}

    def tasks_that(self, status: str) -> list[int]:
        """The tasks that have ended so."""
        code = _STATUSES.index(status)
        return [task for task, other in enumerate(self._statuses) if other == code]

    def add(self, result: TaskResult) -> int:
        """Take a result in; `commit` puts it on disk. The bytes that wait for that."""
        self._waiting.append(result)
        self._waiting_bytes += 200 + sum(array.nbytes for array in (result.values, result.paths) if array is not None)
        return self._waiting_bytes

    def commit(self) -> None:
        """Put on disk what waits, the numbers first and then the record of them, in one step."""
        if self._waiting:
            with uninterrupted():  # a signal within would leave the record in the middle of it
                self._commit()

    def _commit(self) -> None:
        done = [result for result in self._waiting if result.status == DONE]
        written: dict[str, str] = {}
        for kind, columns in self.spec.columns.items() if done else ():
            written[kind] = write_part(self.folder, kind, part_frame(kind, done, columns), self.spec.identity)
        parts = tuple(written.get(kind, "") for kind in KINDS)
        self.note([task_row(result, parts) for result in self._waiting])
        self._waiting, self._waiting_bytes = [], 0

    def note(self, tasks: Sequence[TaskRow]) -> None:
        """Put into the record, in one step, that these tasks have ended."""
        with self.writing():
            put_rows(self._record, "tasks", tasks)
        for row in tasks:
            self.set_status(row.task, row.status)

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

    def rows(self, table: str) -> Iterator[tuple[bool, Any]]:
        """Every row of a table of the record, and whether it is whole."""
        with faults_of(self.folder):
            yield from read_rows(self._record, table, known=self.known)

    def parts(self) -> list[str]:
        """The names of all parts that the record knows, in order."""
        with faults_of(self.folder):
            names = self._record.execute("SELECT part FROM tasks UNION SELECT paths FROM tasks ORDER BY 1")
            return [name for (name,) in names if name]

    def values_of(self, tasks: list[TaskRow]) -> np.ndarray:
        """What these tasks gave, in the order of replications."""
        return values_of(self.folder, tasks, self.spec.columns[REPLICATIONS])

    def tasks_of(self, point: int) -> list[TaskRow]:
        """What the record has of one point's tasks. Raises `EnvironmentFault` where a row of them is damaged."""
        with faults_of(self.folder):
            rows = list(read_rows(self._record, "tasks", "setting", point, self.known))
            for whole, row in rows:
                if not whole:
                    raise sqlite3.DatabaseError(damaged_row("tasks", row))
        return [row for _, row in rows]

    def meta(self, key: str) -> str:
        """What is noted under `key`, or nothing."""
        return next((row[1] for whole, row in self.rows("meta") if whole and row[0] == key), "")

    def set_meta(self, key: str, value: str) -> None:
        """Note `value` under `key`."""
        with self.writing() as record:
            put_rows(record, "meta", [(key, value)])

    def close(self) -> None:
        """Let go of the file. What waits and was not committed is lost."""
        with contextlib.suppress(sqlite3.Error):  # while somebody reads it stays as it is
            self._record.execute("PRAGMA journal_mode = DELETE")  # one file, which opens on a read-only disk too
        self._record.close()


def is_store(folder: Path) -> bool:
    """Whether there is something here that may be a store, or what is left of one."""
    return any((folder / name).is_file() for name in (RECORD, STUDY))


def create(folder: Path, spec: SweepSpec) -> None:
    """A new store in `folder`, which exists and is empty but for the lock."""
    with faults_of(folder):
        if len(spec.text()) > MOST_BYTES:
            refuse_folder(folder, f"cannot hold this study, which takes more than {MOST_BYTES:,} bytes.", "Split it.")
        write_spec(folder, spec)
        (folder / FOLDER).mkdir(exist_ok=True)
        write_record(folder, spec, {})


def write_spec(folder: Path, spec: SweepSpec) -> None:
    """What the store is about, beside the record."""
    new = folder / f"{NEW}{STUDY}"
    new.write_text(spec.text(), encoding="ascii")
    publish(new, folder / STUDY)


def write_record(folder: Path, spec: SweepSpec, content: Mapping[str, Sequence[Row]]) -> None:
    """A record with these rows (table -> rows), which is there whole or not at all."""
    new = folder / f"{NEW}{RECORD}"
    for left in folder.glob(f"{new.name}*"):
        left.unlink()
    with contextlib.closing(sqlite3.connect(new, isolation_level=None)) as record:
        record.execute("PRAGMA synchronous = FULL")
        record.execute("BEGIN")
        create_tables(record)
        put_rows(record, "meta", [("asked", spec.text())])
        for table, rows in content.items():
            put_rows(record, table, rows)
        record.execute("COMMIT")
    publish(new, folder / RECORD)


@contextlib.contextmanager
def open_to_read(folder: Path, spec: SweepSpec, known: KnownTasks) -> Iterator[Store]:
    """The store as it stands, while somebody may write to it. Nothing is repaired."""
    with faults_of(folder):
        record = connect_to_read(folder)
    store = Store(folder, record, spec, known)
    with contextlib.closing(store):
        yield store


def connect_to_read(folder: Path) -> sqlite3.Connection:
    """The record, in which nothing can be changed."""
    return _careful(sqlite3.connect(f"{(folder / RECORD).absolute().as_uri()}?mode=ro", uri=True, timeout=5))


def _careful(record: sqlite3.Connection) -> sqlite3.Connection:
    """The same, in which nothing that a stranger wrote runs or takes much memory."""
    record.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_BYTES)
    record.execute("PRAGMA trusted_schema = OFF")
    return record


def connect(folder: Path) -> sqlite3.Connection:
    """The record, with everything that is committed forced to disk."""
    record = _careful(sqlite3.connect(folder / RECORD, timeout=5, isolation_level=None))
    record.execute("PRAGMA journal_mode = WAL")  # where a file system has no shared memory it stays as it was
    record.execute("PRAGMA synchronous = FULL")
    return record


def create_tables(record: sqlite3.Connection) -> None:
    """Make the tables in a new record."""
    for statement in _statements().values():
        record.execute(statement)


def tables_stand(record: sqlite3.Connection) -> bool:
    """Whether the record has these tables, and nothing else."""
    there = record.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").fetchall()
    return there == [(_kind(sql), name, sql) for name, sql in sorted(_statements().items())]


def _kind(statement: str) -> str:
    return statement.split()[1].lower()


def _check_table(record: sqlite3.Connection, table: str) -> None:
    """Raise `sqlite3.DatabaseError` unless this is the table that we made: a view of this name might never end."""
    found = record.execute("SELECT type, sql FROM sqlite_master WHERE name = ?", (table,)).fetchall()
    if found != [("table", _statements()[table])]:
        raise sqlite3.DatabaseError(f"its table {table} is {'not as it was made' if found else 'missing'}")


def _statements() -> dict[str, str]:
    """The name of each table and index, and the words of SQL that make it, as SQLite keeps them."""
    statements = {"tasks_by_setting": "CREATE INDEX tasks_by_setting ON tasks (setting)"}
    for table, columns in RECORD_TABLES.items():
        typed = [f"{name} {'INTEGER' if name in _INTEGERS else 'TEXT'} NOT NULL" for name in columns]
        typed[0] = typed[0].replace(" NOT NULL", " PRIMARY KEY NOT NULL")
        statements = {table: f"CREATE TABLE {table} ({', '.join(typed)}, digest BLOB NOT NULL)"} | statements
    return statements


def put_rows(record: sqlite3.Connection, table: str, rows: Iterable[Row]) -> None:
    """Insert `rows` or replace those of the same key."""
    marks = ", ".join("?" * (len(RECORD_TABLES[table]) + 1))
    record.executemany(
        f"INSERT OR REPLACE INTO {table} VALUES ({marks})", [(*row, row_digest(table, row)) for row in rows]
    )


def drop_rows(record: sqlite3.Connection, table: str, keys: list[Any]) -> None:
    """Delete the rows of these keys."""
    record.executemany(f"DELETE FROM {table} WHERE {RECORD_TABLES[table][0]} = ?", [(key,) for key in keys])


def read_rows(
    record: sqlite3.Connection, table: str, column: str = "", value: Any = None, known: KnownTasks | None = None
) -> Iterator[tuple[bool, Any]]:
    """(whether it is whole, the row) of each row, or of those with this `value`, in the order of keys.

    Where `known` is given, a row of another task than these is not whole. Raises `sqlite3.DatabaseError` where the file
    is damaged beyond its rows.
    """
    _check_table(record, table)
    columns = RECORD_TABLES[table]
    where, values = (f"WHERE {column} = ?", (value,)) if column else ("", ())
    record.text_factory = lambda data: data.decode("utf-8", "replace")  # what is damaged is found by the digest
    query = f"SELECT {', '.join(columns)}, digest FROM {table} {where} ORDER BY {columns[0]}"
    for *fields, kept_digest in record.execute(query, values):
        row = _ROWS[table](fields)
        sound = known is None or table != "tasks" or known.has(row)
        yield sound and kept_digest == row_digest(table, row), row


def damaged_row(table: str, row: Row) -> str:
    """Which row it is, in words."""
    return f"a row of {table} ({str(row[0])[:40]}) is damaged"


def row_digest(table: str, row: Row) -> bytes:
    """Sixteen bytes over a row and the name of its table."""
    return blake2b("\0".join([table, *map(repr, row)]).encode("utf-8", "replace"), digest_size=16).digest()


def task_row(result: TaskResult, parts: tuple[str, ...] = ("", "")) -> TaskRow:
    """The row of the record for a task, whose numbers are in these two parts if it is done."""
    head = (result.task, result.point, result.first, result.count)
    problem = result.problem[:LONGEST_PROBLEM].encode("utf-8", "replace").decode("utf-8")
    return TaskRow(*head, result.status, problem, *(parts if result.status == DONE else ("", "")))


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
        # a file of its own is named; else the folder, as where a module was to be imported
        inside = isinstance(fault.filename, str) and folder.absolute() in Path(fault.filename).absolute().parents
        raise file_fault(fault.filename if inside else folder, "written", fault) from fault


@contextlib.contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Nobody else may write to `folder` within this. An `EnvironmentFault` soon where somebody does, saying who."""
    check_files(folder)
    try:
        # without a moment's patience, two who come in the same instant each find the other, and both give up
        held = sqlite3.connect(folder / LOCK, timeout=1, isolation_level=None)
    except sqlite3.Error as fault:
        raise EnvironmentFault(f"cannot be locked: {fault}.", code="not_written", file=str(folder)) from fault
    with contextlib.closing(held):
        try:
            held.execute("PRAGMA journal_mode = MEMORY")  # no second file
            held.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as fault:
            raise _refused(folder, fault) from fault
        holder = {"process": os.getpid(), "host": socket.gethostname(), "since": now().isoformat(timespec="seconds")}
        with contextlib.suppress(OSError):  # who cannot be named still holds the lock
            (folder / HOLDER).write_text(json.dumps(holder), encoding="utf-8")
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                (folder / HOLDER).unlink()


def _refused(folder: Path, fault: sqlite3.DatabaseError) -> EnvironmentFault:
    if "locked" not in str(fault):
        hint = f"Remove {folder / LOCK}, which holds nothing." if "not a database" in str(fault) else ""
        return EnvironmentFault(f"cannot be locked: {fault}.", hint=hint, code="not_written", file=str(folder))
    try:
        with (folder / HOLDER).open(encoding="utf-8") as file:
            who = json.loads(file.read(1000))
        writer = f"process {who['process']} on {who['host']}, since {who['since']}"
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        writer = "another process"
    return EnvironmentFault(
        f"is being written by {writer}.",
        hint="Wait until it has finished, or stop it: finished tasks are kept.",
        code="locked",
        file=str(folder),
    )
