"""Where the compiled engine is kept from one process to the next: a folder of the user's cache, by what it was made of.

Numba looks only at the file of a cached function, not at those that it calls: after a change in another one it would
silently go on with the old code. So the folder's name holds a digest of everything that has a say.
"""

from __future__ import annotations

import atexit
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

VARIABLE = "CASCADESIM_CACHE"
"""Names another folder for it, for machines on which home folders cannot be written."""

_PASSING = "cascadesim-engine-"
_PACKAGE = Path(__file__).parents[2]
_PARTS = ("engine/*.py", "engine/runtime/*.py", "model/*.py")


@cache
def folder() -> Path:
    """The folder, which exists; where it cannot be written a temporary one, for this process and those that it starts.

    What is in a folder that can only be read is taken over: Numba reads nothing from where it cannot write.
    """
    named = os.environ.get(VARIABLE)
    if named:
        place = Path(named)
    else:
        from platformdirs import user_cache_path

        place = user_cache_path("cascadesim")
    place /= f"engine-{digest()}"
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            return place
    except OSError:
        return _passing(place)


def _passing(original: Path) -> Path:
    passing = tempfile.mkdtemp(prefix=_PASSING)
    atexit.register(shutil.rmtree, passing, ignore_errors=True)
    os.environ[VARIABLE] = passing  # or each process of a pool would compile for itself
    place = Path(passing) / original.name
    try:
        shutil.copytree(original, place, copy_function=shutil.copyfile)
    except (OSError, shutil.Error):  # there is none, or not all of it can be read
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
    for inside in (place, *place.rglob("*")):  # the folders are as they were, which was not to be written
        if inside.is_dir():
            inside.chmod(0o700)
    return place


def lasts() -> bool:
    """Whether the folder is there for the next process too."""
    return not Path(os.environ.get(VARIABLE, "")).name.startswith(_PASSING)


def is_filled() -> bool:
    """Whether the whole engine has been compiled into the folder, from sources that lie where these do."""
    return _mark().exists()


def mark_filled() -> None:
    """Note that it has."""
    with suppress(OSError):
        _mark().touch()


def _mark() -> Path:
    # Numba keeps its files by where the source lies and when it was written
    source = Path(__file__).with_name("kernel.py")
    written = source.stat()
    which = f"{source} {written.st_mtime_ns} {written.st_size}"
    return folder() / f"whole-{blake2b(which.encode(), digest_size=8).hexdigest()}"


@contextmanager
def filling() -> Iterator[bool]:
    """Whether nobody else is within this: two who compile at once only take each other's time."""
    try:
        import fcntl
    except ImportError:  # on Windows both do
        yield True
        return
    with (folder() / "filling").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True


@contextmanager
def caching() -> Iterator[None]:
    """Functions that are defined within this are cached in the folder; other users of Numba keep their own."""
    from numba.core import config

    settings: Any = config
    before = settings.CACHE_DIR
    settings.CACHE_DIR = str(folder())
    try:
        yield
    finally:
        settings.CACHE_DIR = before


@cache
def digest() -> str:
    """Sixteen hexadecimal digits over the sources, the versions and the processor."""
    import llvmlite
    import llvmlite.binding as llvm
    import numba
    import numpy as np

    found = blake2b(digest_size=8)
    versions = (platform.python_version(), numba.__version__, llvmlite.__version__, np.__version__)
    for text in (*versions, llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()):
        found.update(text.encode())
    for part in _PARTS:
        for path in sorted(_PACKAGE.glob(part)):
            found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()
