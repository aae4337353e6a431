"""The result folder: whole or not at all, and never in the place of something that is not ours.

Everything is written to a hidden sibling, `.NAME.new-XXXX`, forced to disk, and put in place in one step. A run that is
stopped at any moment leaves the old folder or the new one; what it leaves beside it is cleared away by the next run.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from cascadesim.errors import EnvironmentFault
from cascadesim.experiment.manifest import MANIFEST, read_manifest
from cascadesim.experiment.swap import put_in_place
from cascadesim.experiment.tables import cannot

_DROPPINGS = {".DS_Store", "Thumbs.db", "desktop.ini"}  # left by file managers, missed by nobody


def check_place(place: Path) -> None:
    """Raise `EnvironmentFault` unless `place` is free, an empty folder, or a result folder that holds nothing else."""
    if place.is_symlink():
        _refuse(place, "is a symbolic link.", "Give the folder that it points to.")
    try:
        found = sorted(path for path in place.rglob("*") if not path.is_dir() or path.is_symlink())
        any_inside = any(place.iterdir())
    except FileNotFoundError:
        _check_parents(place)
        return
    except NotADirectoryError:
        _refuse(place, "is a file, not a folder.")
    except OSError as fault:
        raise cannot(place, "read", fault) from fault
    if not any_inside:
        return
    try:
        ours = {MANIFEST, *map(str, read_manifest(place / MANIFEST)["files"])}
    except (EnvironmentFault, KeyError, TypeError):
        _refuse(place, "is not empty and is not a result folder of cascadesim; it is left as it is.")
    inside = (path.relative_to(place).as_posix() for path in found if path.name not in _DROPPINGS)
    strangers = [name for name in inside if name not in ours]
    if strangers:
        _refuse(place, f"holds files that cascadesim did not write ({', '.join(strangers[:3])}); it is left as it is.")


@contextlib.contextmanager
def result_folder(place: Path) -> Iterator[Path]:
    """A new folder to write results into; it takes the place of `place` when the block ends well.

    Raises `EnvironmentFault` where that cannot be; then, and when the block raises, `place` is as it was before.
    """
    place = Path(os.path.abspath(place))  # not resolve(): a link must be seen as one
    if place == Path.cwd():
        _refuse(place, "is the current folder, which cannot be replaced.", "Give a folder inside it: -o NAME.")
    tidy(place)
    check_place(place)
    made = _make_parents(place.parent)
    new = place.parent / f".{place.name}.new-{secrets.token_hex(4)}"
    try:
        with _held(new):
            yield new
            _force_to_disk(new)
            check_place(place)  # again: somebody may have come in between
            old = put_in_place(new, place, place.parent / f".{place.name}.old-{secrets.token_hex(4)}")
            _force_folder(place.parent)
            made = []
        if old is not None:
            shutil.rmtree(old, ignore_errors=True)
    except OSError as fault:
        raise cannot(getattr(fault, "filename", None) or place, "written", fault) from fault
    finally:
        shutil.rmtree(new, ignore_errors=True)
        for folder in made:
            with contextlib.suppress(OSError):
                folder.rmdir()


def tidy(place: Path) -> None:
    """Clear away what a run that was stopped left beside `place`; put back a folder that it had moved aside."""
    if not place.parent.is_dir():
        return
    with contextlib.suppress(OSError):
        for path in sorted(place.parent.glob(_literal(f".{place.name}.old-") + "*")):
            if not place.exists():
                path.rename(place)
            else:
                shutil.rmtree(path)
        for path in place.parent.glob(_literal(f".{place.name}.new-") + "*"):
            with _lock(path) as free:
                if free:
                    shutil.rmtree(path)


@contextlib.contextmanager
def _held(new: Path) -> Iterator[None]:
    """Make the folder, and hold it, so that another run does not take it for a leftover."""
    new.mkdir()
    with _lock(new):
        yield


@contextlib.contextmanager
def _lock(folder: Path) -> Iterator[bool]:
    """Whether the folder is now ours alone. Where folders cannot be locked (Windows), nothing is taken for free."""
    try:
        import fcntl
    except ImportError:
        yield False
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def _check_parents(place: Path) -> None:
    parent = next(folder for folder in place.parents if folder.exists())
    if not parent.is_dir():
        _refuse(parent, "is a file, not a folder.")
    if not os.access(parent, os.W_OK | os.X_OK):
        _refuse(parent, "nothing may be written there: permission denied.")


def _make_parents(parent: Path) -> list[Path]:
    """Make the folders that are missing; those made, innermost first, so that they can be taken away again."""
    missing = [folder for folder in (parent, *parent.parents) if not folder.exists()]
    try:
        parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise cannot(parent, "made", fault) from fault
    return missing


def _force_to_disk(folder: Path) -> None:
    for path in (*folder.rglob("*"), folder):
        if path.is_dir():
            _force_folder(path)
        else:
            with path.open("rb+") as file:
                os.fsync(file.fileno())


def _force_folder(folder: Path) -> None:
    if os.name != "posix":  # elsewhere a folder cannot be opened
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _literal(text: str) -> str:
    import glob

    return glob.escape(text)


def _refuse(place: Path, why: str, hint: str = "Choose another folder with -o.") -> None:
    raise EnvironmentFault(f"{place}: {why}", hint=hint, code="not_our_folder", file=str(place))
