"""The rows of a store's record: every one carries a digest of itself, which is checked whenever it is read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

TABLES = {
    "meta": ("key", "value"),
    "parts": ("name", "kind", "sha256", "bytes"),
    "cells": ("cell", "point", "first", "count", "status", "problem", "part", "paths"),
}
"""Table -> its columns, the first of which is its key. `part` and `paths` name the parts that hold a cell's numbers."""
_INTEGERS = {"bytes", "cell", "point", "first", "count"}


def create_tables(record: sqlite3.Connection) -> None:
    """Make them in a new record."""
    for question in _made().values():
        record.execute(question)


def tables_stand(record: sqlite3.Connection) -> bool:
    """Whether the record has these tables, and nothing else."""
    return dict(record.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")) == _made()


def _made() -> dict[str, str]:
    """The name of each table and index, and the words of SQL that make it, as SQLite keeps them."""
    made = {"cells_by_point": "CREATE INDEX cells_by_point ON cells (point)"}
    for table, columns in TABLES.items():
        typed = [f"{name} {'INTEGER' if name in _INTEGERS else 'TEXT'} NOT NULL" for name in columns]
        typed[0] = typed[0].replace(" NOT NULL", " PRIMARY KEY NOT NULL")
        made = {table: f"CREATE TABLE {table} ({', '.join(typed)}, digest BLOB NOT NULL)"} | made
    return made


def put(record: sqlite3.Connection, table: str, rows: list[tuple[Any, ...]]) -> None:
    """Insert `rows` or replace those of the same key."""
    marks = ", ".join("?" * (len(TABLES[table]) + 1))
    record.executemany(
        f"INSERT OR REPLACE INTO {table} VALUES ({marks})", [(*row, row_digest(table, row)) for row in rows]
    )


def drop(record: sqlite3.Connection, table: str, keys: list[Any]) -> None:
    """Delete the rows of these keys."""
    key = TABLES[table][0]
    record.executemany(f"DELETE FROM {table} WHERE {key} = ?", [(each,) for each in keys])


def read(
    record: sqlite3.Connection, table: str, column: str = "", value: Any = None
) -> Iterator[tuple[bool, tuple[Any, ...]]]:
    """(whether it is whole, the row) of each row, or of those with this `value`, in the order of keys.

    Raises `sqlite3.DatabaseError` where the file is damaged beyond its rows.
    """
    columns = TABLES[table]
    where, given = (f"WHERE {column} = ?", (value,)) if column else ("", ())
    record.text_factory = lambda data: data.decode("utf-8", "replace")  # what is damaged is found by the digest
    question = f"SELECT {', '.join(columns)}, digest FROM {table} {where} ORDER BY {columns[0]}"
    for *values, found in record.execute(question, given):
        row = tuple(values)
        yield found == row_digest(table, row), row


def row_digest(table: str, row: tuple[Any, ...]) -> bytes:
    """Sixteen bytes over a row and the name of its table."""
    return blake2b("\0".join([table, *map(repr, row)]).encode("utf-8", "replace"), digest_size=16).digest()
