"""What a scenario gave, as plain data, and the same as a small file."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LOG = ("event", "kind", "key", "tier", "other", "detail", "minute", "amount")
"""What a row of a log holds, in this order; the number of the row is its place."""

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Part:
    """One replication, or one table of a study: outcomes by name, a table by its columns, and a log where it was kept.

    Of a study the rows of the log are its points.
    """

    outcomes: dict[str, float]
    table: dict[str, list[float]]
    log: list[Row] | None


Content = list[Part]
INVALID: Content = []
"""What a scenario gives that cannot be run."""


def file_of(folder: Path, name: str) -> Path:
    """Where the values of a scenario are kept."""
    return folder / f"{name}.json.gz"


def keep(folder: Path, name: str, content: Content) -> None:
    """Write the values of a scenario; a float is written so that it is read again to the last bit."""
    path = file_of(folder, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    data = [{"outcomes": part.outcomes, "table": part.table, "log": part.log} for part in content]
    path.write_bytes(gzip.compress(json.dumps(data, separators=(",", ":")).encode(), 6, mtime=0))


def read(folder: Path, name: str) -> Content:
    """The values of a scenario as they were kept."""
    data = json.loads(gzip.decompress(file_of(folder, name).read_bytes()))
    return [
        Part(each["outcomes"], each["table"], None if each["log"] is None else [tuple(row) for row in each["log"]])
        for each in data
    ]


def kept(folder: Path) -> list[str]:
    """The names of all scenarios whose values are in a folder."""
    ending = file_of(Path(), "").name
    return sorted(str(path.relative_to(folder))[: -len(ending)] for path in folder.rglob(f"*{ending}"))
