"""Parts of one study that were run in different places, put together."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cascadesim.errors import EnvironmentFault, UsageError
from cascadesim.experiment.study import study_from
from cascadesim.experiment.sweep import rows
from cascadesim.experiment.sweep.agenda import Agenda, Wanted
from cascadesim.experiment.sweep.asked import Asked
from cascadesim.experiment.sweep.cells import DIED, DONE, FAILED, INVALID
from cascadesim.experiment.sweep.health import opened, read_asked
from cascadesim.experiment.sweep.lock import LOCK, only_writer
from cascadesim.experiment.sweep.parts import FOLDER, NEW, Part, fault_of, put_down
from cascadesim.experiment.sweep.results import tables_faults, write_tables
from cascadesim.experiment.sweep.run import claim, same_sweep
from cascadesim.experiment.sweep.store import Store, create, faults_of, to_read


@dataclass(frozen=True)
class Merged:
    """What came of a merge: cells that are there now, how many are still to do, and what could not be taken over."""

    folder: Path
    cells: int
    added: int
    to_do: int
    bad: dict[str, int]
    faults: tuple[str, ...]


def merge(sources: Sequence[Path], folder: Path, wanted: Wanted | None = None) -> Merged:
    """Put the cells of all `sources` into `folder`, which may hold some of them already. The sources stay as they are.

    Damaged parts of a source are left out and told of. `wanted` tells of points whose number of replications the study
    leaves open whether they have enough. Raises `UsageError` where the sources are not of one study and
    one version, `EnvironmentFault` where one holds no sweep or is being written, or `folder` is itself a part.
    """
    asked = _one_study(sources)
    with contextlib.ExitStack() as stack:
        if claim(folder, stack):
            create(folder, asked)
        else:
            _no_part(folder, asked)
            same_sweep(folder, asked)
        faults: list[str] = []
        with opened(folder) as store:
            others = [source for source in sources if not source.samefile(folder)]
            added = sum(_take(source, store, faults) for source in others)
            study = study_from(asked.study)
            ended, to_do = store.count(DONE, INVALID, FAILED, DIED), Agenda(study, store, wanted).left()
            if not to_do and (added or tables_faults(store)):
                write_tables(store, study)
            bad = {status: store.count(status) for status in (INVALID, FAILED, DIED) if store.count(status)}
            return Merged(folder, ended, added, to_do, bad, tuple(faults))


def _one_study(sources: Sequence[Path]) -> Asked:
    found = [read_asked(source) for source in sources]
    for source, asked in zip(sources, found, strict=True):
        if asked.identity != found[0].identity:
            what = "version of cascadesim" if asked.study == found[0].study else "study or seed"
            raise UsageError(
                f"{source} is of another {what} than {sources[0]}.",
                hint="Merge parts of one study, run by one version.",
                code="other_study",
            )
    return Asked(found[0].study, found[0].code)


def _no_part(folder: Path, asked: Asked) -> None:
    found = read_asked(folder)
    if found.identity == asked.identity and found.shard != asked.shard:
        number, of = found.shard
        raise EnvironmentFault(
            f"holds part {number} of {of} of this study, which cannot become the whole; it is left as it is.",
            hint="Choose another folder with -o.",
            code="other_sweep",
            file=str(folder),
        )


def _unwritten(source: Path) -> contextlib.AbstractContextManager[None]:
    """Nobody writes to a source within this. One that cannot be written, or never was here, needs no lock for that."""
    if (source / LOCK).exists() and all(os.access(path, os.W_OK) for path in (source, source / LOCK)):
        return only_writer(source)
    return contextlib.nullcontext()


def _take(source: Path, store: Store, faults: list[str]) -> int:
    """Copy what a source has and the store has not; how many cells that were."""
    with _unwritten(source), faults_of(source), contextlib.closing(to_read(source)) as record:
        whole: set[str] = set()
        for is_whole, row in rows.read(record, "parts"):
            fault = "its entry is damaged" if not is_whole else fault_of(source, Part(*row))
            if fault:
                faults.append(f"{source / FOLDER / str(row[0])}: {fault}; left out.")
            else:
                whole.add(row[0])
        cells, needed = [], set()
        for is_whole, row in rows.read(record, "cells"):
            names = [name for name in row[6:8] if name]
            ended = store.ended(row[0]) if is_whole else "damaged"
            if (not ended or ended == DIED != row[4]) and all(name in whole for name in names):
                cells.append(row)  # one that died elsewhere need not have died here
                needed.update(names)
        parts = [row for is_whole, row in rows.read(record, "parts") if is_whole and row[0] in needed]
        for name in sorted(needed):
            _copy(source / FOLDER / name, store.folder / FOLDER / name)
    with store.writing() as into:
        rows.put(into, "parts", parts)
        rows.put(into, "cells", cells)
    for row in cells:
        store.note(row[0], row[4])
    return len(cells)


def _copy(origin: Path, place: Path) -> None:
    if not place.exists():
        with faults_of(place.parent):
            new = place.with_name(f"{NEW}{secrets.token_hex(8)}")
            try:
                shutil.copyfile(origin, new)
                put_down(new, place)
            finally:
                new.unlink(missing_ok=True)
