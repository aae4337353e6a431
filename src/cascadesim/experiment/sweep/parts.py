"""Bulk tables in parts: Parquet files that are named by their own digest, and appear whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from cascadesim.experiment.tables import cannot, write_table

if TYPE_CHECKING:
    import pandas as pd

FOLDER, ASIDE = "parts", "damaged"
REPLICATIONS, TRAJECTORIES = "replications", "trajectories"
KINDS = (REPLICATIONS, TRAJECTORIES)
NEW = ".new-"
OWNER = "cascadesim_sweep"


@dataclass(frozen=True, slots=True)
class Part:
    """A file in `parts`: its name, kind, SHA-256 and size in bytes."""

    name: str
    kind: str
    sha256: str
    bytes: int


def write_part(folder: Path, kind: str, frame: pd.DataFrame, owner: str) -> Part:
    """Write a part of the sweep `owner` and force it to disk; it is not registered yet.

    Raises `EnvironmentFault` where it cannot be written; nothing but a hidden file is left then.
    """
    new = folder / FOLDER / f"{NEW}{secrets.token_hex(8)}"
    try:
        write_table(frame, new, {OWNER: owner})
        found = digest_of(new)
        part = Part(f"{kind}-{found[:24]}.parquet", kind, found, new.stat().st_size)
        put_down(new, folder / FOLDER / part.name)
    except OSError as fault:
        raise cannot(fault.filename or new, "written", fault) from fault
    finally:
        new.unlink(missing_ok=True)
    return part


def put_down(new: Path, place: Path) -> None:
    """Force a file to disk and give it its name, so that whoever sees the name sees all of the file."""
    with new.open("rb+") as file:
        os.fsync(file.fileno())
    new.replace(place)
    if os.name == "posix":  # elsewhere a folder cannot be opened
        handle = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    found = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            found.update(block)
    return found.hexdigest()


def fault_of(folder: Path, part: Part) -> str:
    """What is wrong with a registered part: `missing`, `damaged`, or nothing."""
    path = folder / FOLDER / part.name
    try:
        if path.stat().st_size == part.bytes and digest_of(path) == part.sha256:
            return ""
    except FileNotFoundError:
        return "missing"
    except OSError as fault:
        if fault.errno not in (errno.EIO, errno.EISDIR):  # it may be whole, and only not be read for now
            raise cannot(path, "read", fault) from fault
    return "damaged"


def set_aside(folder: Path, path: Path) -> None:
    """Move a file, if it is there, out of the way, under a name that is free, for whoever wants to look at it."""
    if not path.exists():
        return
    aside = folder / ASIDE
    aside.mkdir(exist_ok=True)
    place, number = aside / path.name, 1
    while place.exists():
        number += 1
        place = aside / f"{path.name}.{number}"
    path.replace(place)
