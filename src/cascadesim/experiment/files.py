"""Files and folders that appear whole or not at all, and what is told where they cannot; digests, and the time.

What a sweep's numbers depend on, and what tells runs apart, is the digest of the code that made them.
"""

from __future__ import annotations

import contextlib
import ctypes
import datetime as dt
import json
import os
import re
import secrets
import signal
import sys
import threading
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NoReturn

from cascadesim._version import __version__
from cascadesim.errors import EnvironmentFault

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_HINTS = {"space": "Free some space or choose another folder with -o.", "open files": "Allow more (ulimit -n)."}


def now() -> dt.datetime:
    """The present, with its time zone (UTC), for what is shown and noted; nothing that is computed depends on it."""
    return dt.datetime.now(dt.UTC)


def file_fault(path: str | Path, what: str, fault: Exception) -> EnvironmentFault:
    """`path` cannot be `what`, as `read` or `written`: what the system says, in one line."""
    number = re.search(r'"errno":"(\d+)"', str(fault))  # as DuckDB gives it
    if number:
        message = os.strerror(int(number[1]))
    elif isinstance(fault, OSError) and fault.strerror:
        message = fault.strerror
    else:
        message = str(fault).splitlines()[0].rpartition(": ")[2]
    hint = next((hint for word, hint in _HINTS.items() if word in message), "")
    return EnvironmentFault(f"cannot be {what}: {message}.", hint=hint, code=f"not_{what}", file=str(path))


def refuse_folder(
    folder: Path, why: str, hint: str = "Choose another folder with -o.", code: str = "not_our_folder"
) -> NoReturn:
    """Raise the `EnvironmentFault` that says why nothing is written to a folder."""
    raise EnvironmentFault(why, hint=hint, code=code, file=str(folder))


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """SIGINT and SIGTERM wait until the block is done, then act. For short blocks; a second signal waits too."""
    if threading.current_thread() is not threading.main_thread():  # handlers run in the main thread only
        yield
        return
    held: list[int] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number, handler in before.items():
        if handler is not None:  # None: not set from Python, and cannot be put back from here
            signal.signal(number, lambda number, _: held.append(number))
    try:
        yield
    finally:
        for signum, handler in before.items():
            if handler is not None:
                signal.signal(signum, handler)
        for arrived in held:
            signal.raise_signal(arrived)


def force_folder(folder: Path) -> None:
    """Force the names in a folder to disk."""
    if os.name != "posix":  # elsewhere a folder cannot be opened
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def force_file(path: Path) -> None:
    """Force the content of a file to disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, and force their names to disk."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for made in missing:
        force_folder(made.parent)


def publish(new: Path, path: Path) -> None:
    """Force the file `new` to disk and give it its name, so that whoever sees the name sees all of the file."""
    force_file(new)
    new.replace(path)
    force_folder(path.parent)


def check_new_file(path: Path, what: str) -> None:
    """Raise `EnvironmentFault` where no file can be written at `path`; before anything is run for `what` it holds."""
    if path.is_dir():
        raise EnvironmentFault(f"{path} is a folder; {what} a file.", hint="Name a file in it.", file=str(path))
    if not path.parent.is_dir():
        message = f"cannot write {path}: there is no folder {path.parent}."
        raise EnvironmentFault(message, hint="Make the folder first.", code="no_folder", file=str(path))


def write_whole(path: Path, content: bytes, like: Path | None = None) -> None:
    """The whole file or none: a reader never sees half of it. It has the permissions of the file `like`, if given."""
    part = path.with_name(f".{path.name}.part-{secrets.token_hex(4)}")
    try:
        part.write_bytes(content)
        if like is not None:
            part.chmod(like.stat().st_mode & 0o777)
        publish(part, path)
    except OSError as error:
        raise file_fault(path, "written", error) from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def replace_folder(new: Path, folder: Path, aside: Path) -> Path | None:
    """Move the folder `new` to `folder`; what stood there is returned under its new name, to be removed.

    One system call where the system can exchange two names (Linux). Elsewhere the old folder is moved to `aside` first
    and moved back if the second step fails. Raises `OSError`; then `folder` is as it was. Ctrl-C waits until it is
    done.
    """
    with uninterrupted():
        if not folder.exists():
            new.rename(folder)
            return None
        if _exchange(new, folder):
            return new
        folder.rename(aside)
        try:
            new.rename(folder)
        except OSError:
            aside.rename(folder)
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


_PACKAGE = Path(__file__).parents[1]
_SOURCES = (
    *("scenario/**/*.py", "model/**/*.py", "engine/**/*.py"),
    *("experiment/simulate.py", "experiment/study/*.py", "experiment/sweep/tasks.py"),  # which points, what is kept
)


def sources() -> list[Path]:
    """The files that decide on points, runs and measures, in a fixed order."""
    return [path for pattern in _SOURCES for path in sorted(_PACKAGE.glob(pattern))]


@cache
def code_version() -> str:
    """The version, and twelve hexadecimal digits over the sources.

    Two machines with the same code agree, whatever the line ends of their checkouts.
    """
    content = sha256()
    for path in sources():
        content.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0")
        content.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return f"{__version__}+{content.hexdigest()[:12]}"


def canonical(content: Any) -> str:
    """Plain data as JSON that does not depend on who writes it: keys sorted, no spaces, ASCII."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def digest(content: Any) -> str:
    """SHA-256 over canonical JSON, in hexadecimal digits."""
    return sha256(canonical(content).encode("ascii")).hexdigest()
