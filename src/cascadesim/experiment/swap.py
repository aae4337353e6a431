"""Put a whole folder in the place of another, so that whoever looks sees one or the other."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

from cascadesim.experiment.interrupts import uninterrupted

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
