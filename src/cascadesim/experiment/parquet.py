"""Tables on disk. Parquet is read and written by DuckDB: about 70 MB installed and it needs nothing else, where pyarrow
takes 176 MB. One thread and the order kept: the same rows give the same bytes, on every run.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cascadesim.errors import EnvironmentFault, UsageError, printable
from cascadesim.experiment.files import file_fault, uninterrupted
from cascadesim.experiment.simulate import Rows, joined

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

_ACTS = r"\x00-\x08\x0b-\x1f\x7f-\x9f\x{ad}\x{61c}\x{200b}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2060}-\x{206f}\x{feff}"
"""Characters that `printable` shows as escapes, as a set of DuckDB's regular expressions."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_FORMAT = "FORMAT parquet, COMPRESSION zstd"
_SETTINGS: dict[str, Any] = {
    "threads": 1,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "preserve_insertion_order": True,
}
_PART_VALUES = 500_000  # 10 to 50 MB of Python numbers


def write_table(frame: pd.DataFrame, path: str | Path, notes: Mapping[str, str] | None = None) -> None:
    """Write the rows of `frame`, in their order, to a Parquet file; its directory must exist.

    `notes` go into the file's own metadata. Floats, integers and text keep their type even where a column is empty; nan
    is stored as a null. Raises `EnvironmentFault` where the file cannot be written, `UsageError` for columns that
    differ only in capitals.
    """
    _distinct(frame)
    columns = ", ".join(
        f"CAST({name_of(column)} AS {_type(frame, column)}) AS {name_of(column)}" for column in map(str, frame)
    )
    with database(path, "written") as duck:
        duck.register("frame", frame)
        noted = ", ".join(f"{name_of(key)}: {_text(value)}" for key, value in (notes or {}).items())
        more = f", KV_METADATA {{{noted}}}" if noted else ""
        duck.execute(f"COPY (SELECT {columns} FROM frame) TO {quoted(path)} ({_FORMAT}{more})")


def table_notes(path: str | Path) -> dict[str, str]:
    """The notes that a Parquet file was written with; `EnvironmentFault` where it cannot be read."""
    with database(path, "read") as duck:
        rows = duck.execute(f"SELECT key, value FROM parquet_kv_metadata({literal(path)})").fetchall()
    return {key.decode("utf-8", "replace"): value.decode("utf-8", "replace") for key, value in rows}


def read_table(path: str | Path, columns: Sequence[str] = ()) -> pd.DataFrame:
    """The rows of a Parquet file.

    Parameters
    ----------
    path
        The file.
    columns
        The columns to read; all by default.

    Returns
    -------
    pandas.DataFrame
        A row for each row of the file.

    Raises
    ------
    EnvironmentFault
        The file cannot be read.
    """
    if not Path(path).is_file():
        raise EnvironmentFault("there is no such file.", code="missing_file", file=str(path))
    chosen = ", ".join(map(name_of, columns)) or "*"
    with database(path, "read") as duck:
        return duck.execute(f"SELECT {chosen} FROM {source(path)}").df()


def check_table(
    path: str | Path, kinds: Mapping[str, str], most_rows: int, others: Collection[str] = (), most_bytes: int = 2**33
) -> None:
    """Raise `EnvironmentFault` unless the file is a table of these columns (`kinds`: the type of each, as SQL has it),
    other columns only of the types `others`, with at most so many rows and bytes in memory: whoever reads one that a
    stranger wrote may otherwise never end.
    """
    what, fault = source(path), ""
    with database(path, "read") as duck:
        sizes = "max(row_group_num_rows) * count(DISTINCT row_group_id), sum(total_uncompressed_size)"
        rows, size = duck.execute(f"SELECT {sizes} FROM parquet_metadata({literal(path)})").fetchall()[0]
        found = {name: kind for name, kind, *_ in duck.execute(f"DESCRIBE SELECT * FROM {what}").fetchall()}
    if (rows or 0) > most_rows or (size or 0) > most_bytes:
        fault = f"has {rows:,} rows in {size:,} bytes; at most {most_rows:,} rows can be right"
    for name, kind in (found | dict.fromkeys(kinds, "none") | found).items():
        allowed = (kinds[name],) if name in kinds else others
        if kind not in allowed:
            fault = fault or f"column {name[:60]}: {kind[:60]}; allowed: {' or '.join(allowed) or 'no such column'}"
    if fault:
        raise EnvironmentFault(f"{fault}.", hint=_NOT_OURS, code="damaged_table", file=str(path))


_NOT_OURS = "cascadesim did not write this file as it is. Put back the original, or run it again."
_UTF8_MARK = "\ufeff"


def write_csv(table: str | Path, path: str | Path) -> None:
    """Copy a Parquet file to CSV: UTF-8 with the mark by which spreadsheets know it, empty where undefined, numbers in
    full.

    Text (and a column's name) that a spreadsheet would take for a formula gets a leading apostrophe; numbers do not.
    What acts on a terminal is replaced by U+FFFD: whoever needs it has the Parquet file.
    """
    with database(path, "written") as duck:
        described = duck.execute(f"DESCRIBE SELECT * FROM {source(table)}").fetchall()
        columns = ", ".join(
            f"{_harmless(name, kind)} AS {name_of(mark + _unformula(printable(name)))}"
            for mark, (name, kind, *_) in zip([_UTF8_MARK, *[""] * len(described)], described, strict=False)
        )
        duck.execute(f"COPY (SELECT {columns} FROM {source(table)}) TO {quoted(path)} (FORMAT csv, HEADER)")


def write_frames(frames: Iterable[pd.DataFrame], path: str | Path) -> None:
    """`write_table` of many frames with the same columns, one after the other, of which one at a time is in memory."""
    writer = TableWriter(Path(f"{path}.parts"))
    for frame in frames:
        writer.put_away(frame)
    writer.finish(Path(path))


class TableWriter:
    """A table that is written as it comes, so that memory stays flat however many replications there are.

    `add` gathers rows and puts them away in the folder `scratch` now and then; `finish` joins them into one file, the
    same bytes as `write_table` of them all.
    """

    def __init__(self, scratch: Path) -> None:
        self._scratch, self._written = scratch, 0
        self._parts: list[Rows] = []
        self._values = 0

    def add(self, rows: Rows) -> None:
        """Append `rows`; every one has the same columns."""
        self._parts.append(rows)
        self._values += len(rows) * len(rows.columns)
        if self._values >= _PART_VALUES:
            self._put_rows_away()

    def finish(self, path: Path) -> None:
        """Write the table to `path` and remove the parts."""
        if self._parts or not self._written:
            self._put_rows_away()
        if self._written == 1:
            self._part(0).rename(path)
        else:
            rows = f"SELECT * FROM {source(self._scratch, '/part-*.parquet')}"
            with database(path, "written", large=True) as duck:
                run_long(duck, f"COPY ({rows}) TO {quoted(path)} ({_FORMAT})")
        shutil.rmtree(self._scratch)

    def put_away(self, frame: pd.DataFrame) -> None:
        """Write the rows of a frame to a part of their own."""
        self._scratch.mkdir(exist_ok=True)
        write_table(frame, self._part(self._written))
        self._written += 1

    def _put_rows_away(self) -> None:
        self.put_away(joined(self._parts))
        self._parts, self._values = [], 0

    def _part(self, number: int) -> Path:
        return self._scratch / f"part-{number:07d}.parquet"


@contextlib.contextmanager
def database(path: str | Path, what: str, large: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB in memory, about to read or write `path`, which a fault names: `cannot be read`, `cannot be written`.

    Signals wait until it is done, since DuckDB turns what their handlers raise into a fault of the query. What is
    `large` is stopped by them where `run_long` runs it, and may use the disk beside `path` in place of memory.
    """
    import duckdb

    try:
        if large:
            spill: dict[str, Any] = {"temp_directory": f"{Path(path).absolute()}.spill"}
            with duckdb.connect(config=_SETTINGS | spill) as duck:
                yield duck
        else:
            with uninterrupted(), _shared(os.getpid()).cursor() as duck:
                yield duck
    except (duckdb.Error, OSError, UnicodeEncodeError) as fault:
        raise file_fault(path, what, fault) from fault


@cache
def _shared(_process: int) -> duckdb.DuckDBPyConnection:
    """One for a process, since it takes longer to start than for most queries. It remembers nothing of any file."""
    import duckdb

    duck = duckdb.connect(config=_SETTINGS)
    with contextlib.suppress(duckdb.Error):  # older ones have no such cache
        duck.execute("SET enable_external_file_cache = false")
    return duck


def run_long(duck: duckdb.DuckDBPyConnection, query: str) -> None:
    """Run what may take long, so that Ctrl-C and SIGTERM stop it at once; for a database that is `large`."""
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(duck.execute, query)
        try:
            running.result()
        except BaseException:
            duck.interrupt()
            raise


def _type(frame: pd.DataFrame, column: str) -> str:
    return {"f": "DOUBLE", "i": "BIGINT", "u": "BIGINT", "b": "BOOLEAN"}.get(frame[column].dtype.kind, "VARCHAR")


def name_of(column: str) -> str:
    """A column's name as SQL takes it, whatever is in it."""
    return '"' + column.replace('"', '""') + '"'


def quoted(path: str | Path) -> str:
    """The whole path as SQL takes it, to write to."""
    return _text(str(Path(path).absolute()))


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def literal(path: str | Path) -> str:
    """The whole path as SQL takes it to read from, with no patterns seen in it."""
    return re.sub(r"([*?\[])", r"[\1]", quoted(path))


def source(path: str | Path, pattern: str = "") -> str:
    """What to select from: `path` taken literally, no partitions seen in it, then `pattern`."""
    return f"read_parquet({literal(path)[:-1]}{pattern}', hive_partitioning = false)"


def _distinct(frame: pd.DataFrame) -> None:
    seen: dict[str, str] = {}
    for column in map(str, frame):
        other = seen.setdefault(column.casefold(), column)
        if other != column:
            raise UsageError(
                f"two columns differ only in capitals: {other} and {column}.", hint="Rename one of the two."
            )


def _unformula(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _harmless(name: str, kind: str) -> str:
    """The SQL of one column of a CSV file."""
    column = name_of(name)
    if kind != "VARCHAR":
        return column
    column = f"regexp_replace({column}, '[{_ACTS}]', chr(65533), 'g')"
    tests = " OR ".join(f"starts_with({column}, chr({ord(sign)}))" for sign in _FORMULA)
    return f"CASE WHEN {tests} THEN chr(39) || {column} ELSE {column} END"
