"""A sweep from beginning to end: the folder, the lock, the tasks, the tables; and the same from where it stopped.

`doctor` looks whether everything is as it was written; what is not is set aside and computed again.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cascadesim.engine.backends import AUTO, compile_beforehand
from cascadesim.errors import MAX_JOBS, UsageError, whole_number
from cascadesim.experiment.files import code_version, make_folder, refuse_folder
from cascadesim.experiment.manifest import folder_name
from cascadesim.experiment.study.definition import Fixed
from cascadesim.experiment.study.study import Study, study_document, study_from
from cascadesim.experiment.sweep.parts import NEW, TaskRow
from cascadesim.experiment.sweep.repair import Damage, opened, read_spec
from cascadesim.experiment.sweep.results import NOT_YET, NOTED, TABLES, tables_faults, write_csvs, write_tables
from cascadesim.experiment.sweep.store import (
    HOLDER,
    LOCK,
    MOST_SHARDS,
    STUDY,
    Store,
    SweepSpec,
    create,
    faults_of,
    is_store,
    only_writer,
    task_row,
)
from cascadesim.experiment.sweep.task_queue import ReplicationRule, TaskQueue
from cascadesim.experiment.sweep.tasks import DIED, DONE, FAILED, INVALID, Job, More, ProcessWorkers, TaskResult, job_of

COMMIT_BYTES = 4 * 2**20
MOST_FAILURES = 10
FIRST_PACE_SECONDS, MOST_PACE_SECONDS = 1.0, 10.0
"""How long a task may wait until it is on disk: at first, and in a sweep of many minutes."""


class Workers(Protocol):
    """Who does the tasks: processes here, or a cluster."""

    def __enter__(self) -> Workers: ...
    def __exit__(self, *_: object) -> None: ...
    def work(self, more: More) -> Generator[TaskResult | None]:
        """The result of each task as it comes; None at times when none comes, so that what waits can be saved."""


@dataclass(frozen=True)
class Progress:
    """How far a sweep is: of so many `tasks`, as far as is known, so many are `done`, of these some `before`
    this session, in which there were so many `runs`; `bad` are those that have ended without numbers.
    """

    tasks: int
    done: int
    before: int
    runs: int
    bad: int


@dataclass(frozen=True)
class SweepResult:
    """What came of a sweep, or of one more session of it: how many `tasks` there are, and were done when.

    `bad` tasks ended in another way than with numbers; the first few of each such way are in `failures`. `complete` is
    False where it stopped early, at `max_failures`; then there are no tables yet. `faults` is what was damaged and has
    been repaired.
    """

    folder: Path
    tasks: int
    already_done: int
    computed: int
    bad: dict[str, int]
    complete: bool
    faults: tuple[str, ...] = ()
    failures: tuple[TaskRow, ...] = ()
    shard: tuple[int, int] = (1, 1)


@dataclass(frozen=True)
class SweepOptions:
    """How to go about a sweep; nothing here changes what comes out.

    `rule` decides on the number of replications where the study leaves it open; `progress` hears how far it is,
    `failed` of each task that ended badly. `workers(job, jobs)` makes other workers than processes here. With `csv` the
    tables are there as CSV too.
    """

    jobs: int = 1
    engine: str = AUTO
    rule: ReplicationRule | None = None
    progress: Callable[[Progress], None] | None = None
    failed: Callable[[TaskRow], None] | None = None
    max_failures: int | None = None
    workers: Callable[[Job, int], Workers] = ProcessWorkers
    csv: bool = False


def sweep(
    study: Study, folder: Path, options: SweepOptions | None = None, shard: tuple[int, int] = (1, 1)
) -> SweepResult:
    """Run a study, or the rest of it, into `folder`, which is made where it is not there.

    `shard` is (number, of how many): the points whose turn it is, for a machine that does a part. Raises
    `EnvironmentFault` where the folder holds something else or is being written, `UsageError` for numbers out of range.
    """
    of = whole_number("shard", shard[1], 1, MOST_SHARDS)
    spec = SweepSpec(study_document(study), code_version(), (whole_number("shard", shard[0], 1, of), of))
    with contextlib.ExitStack() as stack:
        if claim(folder, stack):
            create(folder, spec)
        else:
            same_sweep(folder, spec)
        return session(folder, study, options or SweepOptions())


def resume(folder: Path, options: SweepOptions | None = None) -> SweepResult:
    """Do what is left of the sweep in `folder`; nothing of what is done is done again.

    Raises `EnvironmentFault` where there is none, it is being written, or another version of cascadesim began it.
    """
    spec = read_spec(folder)
    _same_code(folder, spec, code_version())
    with only_writer(folder):
        return session(folder, study_from(spec.study), options or SweepOptions())


def default_folder(study: Study, shard: tuple[int, int] = (1, 1)) -> Path:
    """`results/<name>-<hash>` under the current folder, and which part of it."""
    spec = SweepSpec(study_document(study), code_version(), shard)
    part = "" if shard == (1, 1) else f"-part-{shard[0]}-of-{shard[1]}"
    return Path("results") / f"{folder_name(study.name)}-{spec.identity[:10]}{part}"


def same_sweep(folder: Path, spec: SweepSpec) -> None:
    """An `EnvironmentFault` where the store in `folder` is of another sweep than `spec`."""
    kept = read_spec(folder)
    if (kept.study, kept.shard) != (spec.study, spec.shard):
        refuse_folder(folder, "holds another sweep, which is left as it is.", code="other_sweep")
    _same_code(folder, kept, spec.code)


def _same_code(folder: Path, spec: SweepSpec, code: str) -> None:
    if spec.code != code:
        why = f"was begun by cascadesim {spec.code}, this is {code}: their numbers may differ."
        refuse_folder(folder, why, "Resume it with that version, or sweep anew into another folder.", "other_version")


def claim(folder: Path, stack: contextlib.ExitStack) -> bool:
    """Make the folder ours as long as `stack` holds; whether it is a new one. `EnvironmentFault` where it cannot be."""
    with faults_of(folder):
        if folder.exists() and not folder.is_dir():
            refuse_folder(folder, "is a file, not a folder.")
        make_folder(folder)
        if not (folder / LOCK).exists():  # a folder of somebody else's gets no lock
            _refuse_unknown_files(folder)
    stack.enter_context(only_writer(folder))
    _refuse_unknown_files(folder)
    return not is_store(folder)


def _refuse_unknown_files(folder: Path) -> None:
    """An `EnvironmentFault` where there are files and no store; what one that was begun has left does not count."""
    unknown = sorted({path.name for path in folder.iterdir()} - {LOCK, HOLDER, f"{NEW}{STUDY}"})
    if unknown and not is_store(folder):
        refuse_folder(folder, f"holds other files ({', '.join(unknown[:3])}); it is left as it is.")


def session(folder: Path, study: Study, options: SweepOptions, only: frozenset[int] | None = None) -> SweepResult:
    """Open the store and work until nothing is left, of all tasks or of these."""
    jobs = whole_number("jobs", options.jobs, 1, MAX_JOBS)
    rule = None if isinstance(study.replications, Fixed) else options.rule
    if not isinstance(study.replications, Fixed) and rule is None:
        raise UsageError("this study needs a rule for when replications are enough.", code="wanted")
    damage = Damage()
    with opened(folder, damage, study) as store:
        for task in store.tasks_that(DIED):
            store.set_status(task, "")  # what killed its worker may be gone
        tasks = TaskQueue(study, store, rule, only)
        work = _Session(store, tasks, options, study.max_failures)
        job = job_of(study, options.engine)
        complete = work.run(job, jobs) and only is None
        broken = tables_faults(store) if complete else []
        damage.faults += [fault for fault in broken if fault != NOT_YET]
        if complete and (work.computed or broken):
            write_tables(store, study)
        if complete and options.csv:
            write_csvs(folder)
        counts = (tasks.known_tasks, tasks.done_before, work.computed)
        faults, failures = tuple(damage.faults), _failures(store)
        return SweepResult(folder, *counts, store.bad(), complete, faults, failures, store.spec.shard)


def _failures(store: Store) -> tuple[TaskRow, ...]:
    """Of each way to end without numbers, the first few tasks that did."""
    failures: list[TaskRow] = []
    left = dict.fromkeys(store.bad(), MOST_FAILURES)
    if left:
        for _, row in store.rows("tasks"):
            if left.get(row.status) and store.status_of(row.task):
                left[row.status] -= 1
                failures.append(row)
    return tuple(failures)


class _Session:
    """One stretch of work on a store: what was computed and when it was last put on disk."""

    def __init__(self, store: Store, tasks: TaskQueue, options: SweepOptions, max_failures: int | None) -> None:
        self._store, self._tasks, self._options = store, tasks, options
        self._limit = max_failures if options.max_failures is None else options.max_failures
        self._began = self._saved = time.monotonic()
        self.computed = self._runs = self._waiting_bytes = 0
        self._bad = store.count(INVALID, FAILED)  # of earlier sessions; whoever died is tried again

    def run(self, job: Job, jobs: int) -> bool:
        """Do all tasks; False where there were too many failures."""
        first = self._tasks.more()
        if first is None:
            return True
        if self._too_many():
            return False
        compile_beforehand(job.engine)  # once, not in every worker
        begun = iter([first])
        try:
            with self._options.workers(job, jobs) as workers:
                for result in workers.work(lambda: next(begun, None) or self._tasks.more()):
                    if result is not None:
                        self._take(result)
                    self._save()
                    if self._too_many():
                        return False
        finally:
            self._store.commit()  # what had been answered is kept, however this ends
        return True

    def _too_many(self) -> bool:
        return self._limit is not None and self._bad > self._limit

    def _take(self, result: TaskResult) -> None:
        self._tasks.heard(result)
        self._waiting_bytes = self._store.add(result)
        self.computed += 1
        if result.status == DONE:
            self._runs += result.count
            return
        self._bad += 1
        if self._options.failed is not None:
            self._options.failed(task_row(result))

    def _save(self) -> None:
        """Put on disk what has waited long enough, or is much."""
        now = time.monotonic()
        pace = min(MOST_PACE_SECONDS, max(FIRST_PACE_SECONDS, (now - self._began) / 50))
        if self._waiting_bytes and (self._waiting_bytes >= COMMIT_BYTES or now - self._saved >= pace):
            self._store.commit()
            self._saved, self._waiting_bytes = time.monotonic(), 0
            if self._options.progress is not None:
                before = self._tasks.done_before
                counts = (self._tasks.known_tasks, before + self.computed, before)
                self._options.progress(Progress(*counts, self._runs, self._bad))


@dataclass(frozen=True)
class DoctorResult:
    """What the doctor found. `again` tasks were computed again; `to_do` are still to be done, as they were before.

    `helped` is False where something that was done could not be done again.
    """

    faults: tuple[str, ...]
    again: int
    to_do: int
    helped: bool


def doctor(folder: Path, options: SweepOptions | None = None) -> DoctorResult:
    """Look whether everything in a store is as it was written; set aside what is not, and compute that again.

    A sweep that had not finished does not go on. Raises `EnvironmentFault` where there is no store, or it is in use.
    """
    options = options or SweepOptions()
    spec = read_spec(folder)
    study = study_from(spec.study)
    with only_writer(folder):
        damage = Damage()
        with opened(folder, damage, study) as store:
            broken = tables_faults(store)
            finished = (folder / TABLES / "settings.parquet").exists() or bool(store.meta(NOTED))
        if finished and broken:
            damage.faults += [f"{TABLES}: written anew."] if broken == [NOT_YET] else broken
        again, helped = 0, True
        if damage.faults:
            if spec.code == code_version():
                only = None if finished else frozenset(damage.lost_tasks)
                again = session(folder, study, options, only).computed
            helped = _well(folder, study, damage, finished)
        with opened(folder, study=study) as store:
            to_do = TaskQueue(study, store, options.rule).left()
        return DoctorResult(tuple(damage.faults), again, to_do, helped)


def _well(folder: Path, study: Study, damage: Damage, finished: bool) -> bool:
    """Whether every task that was lost has ended again as it may, and what had finished has its tables."""
    with opened(folder, study=study) as store:
        back = all(store.status_of(task) in (DONE, INVALID, FAILED) for task in damage.lost_tasks)
        if finished and back and not TaskQueue(study, store).left() and tables_faults(store):
            write_tables(store, study)  # no task was hit: whoever has the parts can write them
        return back and not (finished and tables_faults(store))
