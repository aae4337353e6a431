"""The result folder: whole or not at all, and never in the place of something that is not ours.

Everything is written to a hidden sibling, `.NAME.new-XXXX`, forced to disk, and put in place in one step. A run that is
stopped at any moment leaves the old folder or the new one; what it leaves beside it is cleared away by the next run.
"""

from __future__ import annotations

import contextlib
import glob
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

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
        if not any(place.iterdir()):
            return
    except FileNotFoundError:
        return
    except NotADirectoryError:
        if place.exists():
            _refuse(place, "is a file, not a folder.")
        return  # what should be a parent is a file: found when the parents are made
    except OSError as fault:
        raise cannot(place, "read", fault) from fault
    try:
        ours = {MANIFEST, *map(str, read_manifest(place / MANIFEST)["files"])}
    except (EnvironmentFault, KeyError, TypeError):
        _refuse(place, "is not empty and is not a result folder of cascadesim; it is left as it is.")
    strangers = [name for name in _files(place) if name not in ours]
    if strangers:
        _refuse(place, f"holds files that cascadesim did not write ({', '.join(strangers[:3])}); it is left as it is.")


@contextlib.contextmanager
def result_folder(place: Path) -> Iterator[Path]:
    """A new folder to write results into; it takes the place of `place` when the block ends well.

    Raises `EnvironmentFault` where that cannot be; then, and when the block raises, `place` is as it was before.
    """
    # resolve() would look through a link, which is to be refused
    asked, place = place, Path(os.path.abspath(place))  # noqa: PTH100
    new = place.parent / f".{place.name}.new-{secrets.token_hex(4)}"
    aside = place.parent / f".{place.name}.old-{secrets.token_hex(4)}"
    made: list[Path] = []
    try:
        tidy(place)
        check_place(place)
        if place.resolve() in (Path.cwd(), *Path.cwd().parents):
            _refuse(place, "is in use as the current folder, so it cannot be replaced.")
        made = _make_parents(place.parent)
        new.mkdir()
        with _lock(new):  # so that another run does not take it for a leftover
            yield new
            _force_to_disk(new)
            check_place(place)  # again: somebody may have come in between
            old = put_in_place(new, place, aside)
        made = []
        _force_folder(place.parent)
        if old is not None:
            shutil.rmtree(old, ignore_errors=True)
    except (OSError, EnvironmentFault) as fault:
        raise _about(asked, (place, new), fault) from fault
    finally:
        shutil.rmtree(new, ignore_errors=True)
        _take_away(made)


def tidy(place: Path) -> None:
    """Clear away what a run that was stopped left beside `place`; put back a folder that it had moved aside."""
    beside, digits = glob.escape(f".{place.name}."), "[0-9a-f]" * 8
    with contextlib.suppress(OSError):
        for path in sorted(place.parent.glob(f"{beside}old-{digits}")):
            if place.exists():
                shutil.rmtree(path)
            else:
                path.rename(place)
        for path in place.parent.glob(f"{beside}new-{digits}"):
            with _lock(path) as free:
                if free:
                    shutil.rmtree(path)


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


def _make_parents(parent: Path) -> list[Path]:
    """Make the folders that are missing; those made, innermost first, so that they can be taken away again."""
    missing: list[Path] = []
    for folder in (parent, *parent.parents):
        if folder.is_dir():
            break
        if folder.exists():
            _refuse(folder, "is a file, not a folder.")
        missing.append(folder)
    try:
        parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        _take_away(missing)
        raise
    return missing


def _take_away(folders: list[Path]) -> None:
    for folder in folders:
        with contextlib.suppress(OSError):  # not empty, or never made
            folder.rmdir()


def _files(folder: Path) -> Iterator[str]:
    """Every file inside, by its path relative to `folder` with `/`, but for what file managers drop."""
    for root, folders, files in os.walk(folder):
        links = [name for name in folders if Path(root, name).is_symlink()]
        for name in sorted({*files, *links} - _DROPPINGS):
            yield Path(root, name).relative_to(folder).as_posix()


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


def _about(asked: Path, places: tuple[Path, Path], fault: OSError | EnvironmentFault) -> EnvironmentFault:
    """The fault in words about the folder as it was asked for, not the hidden one beside it."""
    if isinstance(fault, OSError):
        fault = cannot(fault.filename or asked, "written", fault)
    (problem,) = fault.problems
    file = Path(problem.file)
    named = [str(asked / file.relative_to(place)) for place in places if file.is_relative_to(place)]
    return EnvironmentFault(problem.message, hint=problem.hint, code=problem.code, file=(named or [problem.file])[0])


def _refuse(place: Path, why: str, hint: str = "Choose another folder with -o.") -> NoReturn:
    raise EnvironmentFault(why, hint=hint, code="not_our_folder", file=str(place))
