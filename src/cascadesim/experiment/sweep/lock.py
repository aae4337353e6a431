"""One writer for a folder: a lock of SQLite, which dies with whoever holds it, on every system."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from cascadesim.errors import EnvironmentFault
from cascadesim.experiment.clock import now

LOCK, HOLDER = "writer.lock", "writer.json"


@contextlib.contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Nobody else may write to `folder` within this. An `EnvironmentFault` at once where somebody does, saying who."""
    try:
        held = sqlite3.connect(folder / LOCK, timeout=0, isolation_level=None)
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
        what = f"cannot be locked: {fault}."
        hint = f"Remove {folder / LOCK}, which holds nothing." if "not a database" in str(fault) else ""
        return EnvironmentFault(what, hint=hint, code="not_written", file=str(folder))
    try:
        who = json.loads((folder / HOLDER).read_text(encoding="utf-8"))
        told = f"process {who['process']} on {who['host']}, since {who['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        told = "another process"
    return EnvironmentFault(
        f"is being written by {told}.",
        hint="Wait until it has finished, or stop it: finished tasks are kept.",
        code="locked",
        file=str(folder),
    )
