"""Parts of one study that were run in different places, put together."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cascadesim.errors import UsageError
from cascadesim.experiment.files import publish, refuse_folder
from cascadesim.experiment.study.study import study_from
from cascadesim.experiment.sweep.checks import PartIndex
from cascadesim.experiment.sweep.parts import FOLDER, NEW
from cascadesim.experiment.sweep.repair import opened, read_spec
from cascadesim.experiment.sweep.results import tables_faults, write_tables
from cascadesim.experiment.sweep.store import (
    LOCK,
    RECORD,
    Store,
    SweepSpec,
    connect_to_read,
    create,
    damaged_row,
    faults_of,
    only_writer,
    read_rows,
)
from cascadesim.experiment.sweep.sweep import claim, same_sweep
from cascadesim.experiment.sweep.task_queue import ReplicationRule, TaskQueue
from cascadesim.experiment.sweep.tasks import DIED, DONE, FAILED, INVALID


@dataclass(frozen=True)
class MergeResult:
    """What came of a merge: `tasks` that are there now, how many are still to do, and what could not be taken
    over.
    """

    folder: Path
    tasks: int
    added: int
    to_do: int
    bad: dict[str, int]
    faults: tuple[str, ...]


def merge(sources: Sequence[Path], folder: Path, rule: ReplicationRule | None = None) -> MergeResult:
    """Put the tasks of all `sources` into `folder`, which may hold some of them already. The sources stay as they are.

    Damaged parts of a source are left out and told of. `rule` says whether points whose number of replications the
    study leaves open have enough. Raises `UsageError` where the sources are not of one study and one version,
    `EnvironmentFault` where one holds no sweep or is being written, or `folder` is itself a part.
    """
    spec = _one_study(sources)
    with contextlib.ExitStack() as stack:
        if claim(folder, stack):
            create(folder, spec)
        else:
            _refuse_shard(folder, spec)
            same_sweep(folder, spec)
        faults: list[str] = []
        study = study_from(spec.study)
        with opened(folder, study=study) as store:
            others = [source for source in sources if not source.samefile(folder)]
            added = sum(_take(source, store, faults) for source in others)
            ended, to_do = store.count(DONE, INVALID, FAILED, DIED), TaskQueue(study, store, rule).left()
            if not to_do and (added or tables_faults(store)):
                write_tables(store, study)
            return MergeResult(folder, ended, added, to_do, store.bad(), tuple(faults))


def _one_study(sources: Sequence[Path]) -> SweepSpec:
    specs = [read_spec(source) for source in sources]
    for source, spec in zip(sources, specs, strict=True):
        if spec.identity != specs[0].identity:
            what = "version of cascadesim" if spec.study == specs[0].study else "study or seed"
            raise UsageError(
                f"{source} is of another {what} than {sources[0]}.",
                hint="Merge parts of one study, run by one version.",
                code="other_study",
            )
    return SweepSpec(specs[0].study, specs[0].code)


def _refuse_shard(folder: Path, spec: SweepSpec) -> None:
    kept = read_spec(folder)
    if kept.identity == spec.identity and kept.shard != spec.shard:
        number, of = kept.shard
        why = f"holds part {number} of {of} of this study, which cannot become the whole; it is left as it is."
        refuse_folder(folder, why, code="other_sweep")


def _unwritten(source: Path) -> contextlib.AbstractContextManager[None]:
    """Nobody writes to a source within this. One that cannot be written, or never was here, needs no lock for that."""
    if (source / LOCK).exists() and all(os.access(path, os.W_OK) for path in (source, source / LOCK)):
        return only_writer(source)
    return contextlib.nullcontext()


def _take(source: Path, store: Store, faults: list[str]) -> int:
    """Copy what a source has and the store has not; how many tasks that were."""
    with _unwritten(source), faults_of(source), contextlib.closing(connect_to_read(source)) as record:
        tasks = []
        for whole, row in read_rows(record, "tasks", known=store.known):
            if not whole:
                faults.append(f"{source / RECORD}: {damaged_row('tasks', row)}; left out.")
            elif (ended := store.status_of(row.task)) in ("", DIED) and (not ended or ended != row.status):
                tasks.append(row)  # one that died elsewhere need not have died here
        parts = PartIndex(source, sorted({name for row in tasks for name in row.parts}), store.known)
        faults += [f"{source / FOLDER / name}: {fault}; left out." for name, fault in parts.faults.items()]
        tasks = [row for row in tasks if row.status != DONE or parts.has(row)]
        for name in sorted({name for row in tasks for name in row.parts}):
            _copy(source / FOLDER / name, store.folder / FOLDER / name)
    store.note(tasks)
    return len(tasks)


def _copy(origin: Path, path: Path) -> None:
    with faults_of(path.parent):
        new = path.with_name(f"{NEW}{secrets.token_hex(8)}")
        try:
            shutil.copyfile(origin, new)
            publish(new, path)
        finally:
            new.unlink(missing_ok=True)
