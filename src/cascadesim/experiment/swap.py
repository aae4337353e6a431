"""Put a whole folder in the place of another, so that whoever looks sees one or the other."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def put_in_place(new: Path, place: Path, aside: Path) -> Path | None:
    """Move the folder `new` to `place`; what stood there is returned under its new name, to be removed.

    One system call where the system can exchange two names (Linux). Elsewhere the old folder is moved to `aside` first
    and moved back if the second step fails. Raises `OSError`; then `place` is as it was. Ctrl-C waits until it is done.
    """
    with uninterrupted():
        if not place.exists():
            new.rename(place)
            return None
        if _exchange(new, place):
            return new
        place.rename(aside)
        try:
            new.rename(place)
        except OSError:
            aside.rename(place)
            raise
        return aside


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold SIGINT and SIGTERM back for these few system calls, then let them act."""
    if threading.current_thread() is not threading.main_thread():  # handlers run in the main thread only
        yield
        return
    held: list[tuple[int, FrameType | None]] = []
    before = {
        number: signal.signal(number, lambda number, frame: held.append((number, frame)))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)
        for number, _ in held:
            signal.raise_signal(number)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two names in one step; False where that is not to be had."""
    if sys.platform != "linux":
        return False
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    failed: int = rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    return not failed
