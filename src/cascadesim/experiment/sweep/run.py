"""A sweep from beginning to end: the folder, the lock, the cells, the tables; and the same from where it stopped."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cascadesim.engine.backends import AUTO, compile_beforehand
from cascadesim.errors import EnvironmentFault, UsageError
from cascadesim.experiment.limits import MAX_JOBS, whole_number
from cascadesim.experiment.manifest import folder_name
from cascadesim.experiment.study import Fixed, Study, study_document, study_from
from cascadesim.experiment.sweep.agenda import Agenda, Wanted
from cascadesim.experiment.sweep.asked import STUDY, Asked
from cascadesim.experiment.sweep.cells import DIED, DONE, FAILED, INVALID, Job, Outcome
from cascadesim.experiment.sweep.health import Findings, opened, read_asked
from cascadesim.experiment.sweep.identity import code_version
from cascadesim.experiment.sweep.lock import HOLDER, LOCK, only_writer
from cascadesim.experiment.sweep.parts import NEW
from cascadesim.experiment.sweep.results import NOT_YET, tables_faults, write_csvs, write_tables
from cascadesim.experiment.sweep.store import Store, create, faults_of, is_store
from cascadesim.experiment.sweep.workers import Crew, More

COMMIT_BYTES = 4 * 2**20
MOST_FAILURES = 10
FIRST_PACE_SECONDS, MOST_PACE_SECONDS = 1.0, 10.0
"""How long a cell may wait until it is on disk: at first, and in a sweep of many minutes."""


class Workers(Protocol):
    """Who does the cells: processes here, or a cluster."""

    def __enter__(self) -> Workers: ...
    def __exit__(self, *_: object) -> None: ...
    def work(self, more: More) -> Generator[Outcome | None]:
        """The outcome of each task as it comes; None at times when none comes, so that what waits can be saved."""


@dataclass(frozen=True)
class State:
    """How far a sweep is: of so many cells, as far as is known, so many are `done`, of these some `before` this
    sitting, in which there were so many `runs`; `bad` are the cells that have ended without numbers in it.
    """

    cells: int
    done: int
    before: int
    runs: int
    bad: int


@dataclass(frozen=True)
class Failure:
    """A cell that ended without numbers: replications `first` to `first + count - 1` of a point, and why."""

    cell: int
    point: int
    first: int
    count: int
    status: str
    problem: str


@dataclass(frozen=True)
class Swept:
    """What came of a sweep, or of one more sitting of it. `bad` cells ended in another way than with numbers; the first
    few of each such way are in `failures`.

    `complete` is False where it stopped early, at `max_failures`; then there are no tables yet. `faults` is what was
    damaged and has been mended.
    """

    folder: Path
    cells: int
    already_done: int
    computed: int
    bad: dict[str, int]
    complete: bool
    faults: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()
    shard: tuple[int, int] = (1, 1)


@dataclass(frozen=True)
class Manner:
    """How to go about a sweep; nothing here changes what comes out.

    `wanted` decides on the number of replications where the study leaves it open; `told(state)` hears of progress,
    `bad(outcome)` of each cell that ended badly. `workers(job, jobs)` makes other workers than processes here. With
    `csv` the tables are there as CSV too.
    """

    jobs: int = 1
    engine: str = AUTO
    wanted: Wanted | None = None
    told: Callable[[State], None] | None = None
    bad: Callable[[Outcome], None] | None = None
    max_failures: int | None = None
    workers: Callable[[Job, int], Workers] = Crew
    csv: bool = False


def sweep(study: Study, folder: Path, manner: Manner | None = None, shard: tuple[int, int] = (1, 1)) -> Swept:
    """Run a study, or the rest of it, into `folder`, which is made where it is not there.

    `shard` is (number, of how many): the points whose turn it is, for a machine that does a part. Raises
    `EnvironmentFault` where the folder holds something else or is being written, `UsageError` for numbers out of range.
    """
    asked = Asked(study_document(study), code_version(), _good_shard(shard))
    with contextlib.ExitStack() as stack:
        fresh = claim(folder, stack)
        if fresh:
            create(folder, asked)
        else:
            same_sweep(folder, asked)
        return sitting(folder, study, manner or Manner())


def resume(folder: Path, manner: Manner | None = None) -> Swept:
    """Do what is left of the sweep in `folder`; nothing of what is done is done again.

    Raises `EnvironmentFault` where there is none, it is being written, or another version of cascadesim began it.
    """
    with contextlib.ExitStack() as stack:
        asked = read_asked(folder)
        _same_code(folder, asked, code_version())
        stack.enter_context(only_writer(folder))
        return sitting(folder, study_from(asked.study), manner or Manner())


def same_sweep(folder: Path, asked: Asked) -> None:
    """An `EnvironmentFault` where the store in `folder` is not of what is `asked`."""
    found = read_asked(folder)
    if (found.study, found.shard) == (asked.study, asked.shard):
        _same_code(folder, found, asked.code)
        return
    raise EnvironmentFault(
        "holds another sweep, which is left as it is.",
        hint="Choose another folder with -o.",
        code="other_sweep",
        file=str(folder),
    )


def _same_code(folder: Path, found: Asked, code: str) -> None:
    if found.code != code:
        raise EnvironmentFault(
            f"was begun by cascadesim {found.code}, this is {code}: their numbers may differ.",
            hint="Resume it with that version, or sweep anew into another folder.",
            code="other_version",
            file=str(folder),
        )


def default_place(study: Study, shard: tuple[int, int] = (1, 1)) -> Path:
    """`results/<name>-<hash>` under the current folder, and which part of it."""
    asked = Asked(study_document(study), code_version(), shard)
    part = "" if shard == (1, 1) else f"-part-{shard[0]}-of-{shard[1]}"
    return Path("results") / f"{folder_name(study.name)}-{asked.identity[:10]}{part}"


def _good_shard(shard: tuple[int, int]) -> tuple[int, int]:
    of = whole_number("shard", shard[1], 1, 1_000_000)
    return whole_number("shard", shard[0], 1, of), of


def claim(folder: Path, stack: contextlib.ExitStack) -> bool:
    """Make the folder ours as long as `stack` holds; whether it is a new one. `EnvironmentFault` where it cannot be."""
    with faults_of(folder):
        if folder.exists() and not folder.is_dir():
            raise EnvironmentFault("is a file, not a folder.", code="not_our_folder", file=str(folder))
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / LOCK).exists():  # a folder of somebody else's gets no lock
            _without_strangers(folder)
    stack.enter_context(only_writer(folder))
    _without_strangers(folder)
    return not is_store(folder)


def _without_strangers(folder: Path) -> None:
    """An `EnvironmentFault` where there are files and no store; what one that was begun has left does not count."""
    strangers = sorted({path.name for path in folder.iterdir()} - {LOCK, HOLDER, f"{NEW}{STUDY}"})
    if strangers and not is_store(folder):
        raise EnvironmentFault(
            f"holds other files ({', '.join(strangers[:3])}); it is left as it is.",
            hint="Choose another folder with -o.",
            code="not_our_folder",
            file=str(folder),
        )


def sitting(folder: Path, study: Study, manner: Manner, only: frozenset[int] | None = None) -> Swept:
    """Open the store and work until nothing is left, of all cells or of these."""
    jobs = whole_number("jobs", manner.jobs, 1, MAX_JOBS)
    if not isinstance(study.replications, Fixed) and manner.wanted is None:
        raise UsageError("this study needs a rule for when replications are enough.", code="wanted")
    findings = Findings()
    with opened(folder, findings) as store:
        for cell in store.cells_that(DIED):
            store.note(cell, "")  # what killed its worker may be gone
        agenda = Agenda(study, store, None if isinstance(study.replications, Fixed) else manner.wanted, only)
        work = _Sitting(store, agenda, manner)
        job = Job(study.bases, study.seed, study.measures, study.trajectories, manner.engine)
        complete = work.run(job, jobs, study)
        complete &= only is None
        broken = tables_faults(store) if complete else []
        findings.faults += [fault for fault in broken if fault != NOT_YET]
        if complete and (work.computed or broken):
            write_tables(store, study)
        if complete and manner.csv:
            write_csvs(folder)
        bad = {status: store.count(status) for status in (INVALID, FAILED, DIED) if store.count(status)}
        done = (agenda.known_cells, agenda.done_before, work.computed)
        failures = _failures(store) if bad else ()
        return Swept(folder, *done, bad, complete, tuple(findings.faults), failures, store.asked.shard)


def _failures(store: Store) -> tuple[Failure, ...]:
    """Of each way to end without numbers, the first few cells that did."""
    found: list[Failure] = []
    left = dict.fromkeys((INVALID, FAILED, DIED), MOST_FAILURES)
    for _, row in store.rows("cells"):
        if left.get(row[4]) and store.ended(row[0]):
            left[row[4]] -= 1
            found.append(Failure(*row[:6]))
    return tuple(found)


class _Sitting:
    """One stretch of work on a store: what was computed and when it was last put on disk."""

    def __init__(self, store: Store, agenda: Agenda, manner: Manner) -> None:
        self._store, self._agenda, self._manner = store, agenda, manner
        self._began = self._saved = time.monotonic()
        self.computed = self._runs = self._waiting = 0
        self._bad = store.count(INVALID, FAILED)  # of earlier sittings; whoever died is tried again

    def run(self, job: Job, jobs: int, study: Study) -> bool:
        """Do all cells; False where there were too many failures."""
        first = self._agenda.more()
        if first is None:
            return True
        limit = study.max_failures if self._manner.max_failures is None else self._manner.max_failures
        if limit is not None and self._bad > limit:
            return False
        compile_beforehand(self._manner.engine)  # once, not in every worker
        given = iter([first])
        try:
            with self._manner.workers(job, jobs) as crew:
                for outcome in crew.work(lambda: next(given, None) or self._agenda.more()):
                    if outcome is not None:
                        self._take(outcome)
                    self._save()
                    if limit is not None and self._bad > limit:
                        return False
        finally:
            self._store.commit()  # what had been answered is kept, however this ends
        return True

    def _take(self, outcome: Outcome) -> None:
        self._agenda.heard(outcome)
        self._waiting = self._store.add(outcome)
        self.computed += 1
        self._runs += outcome.count if outcome.status == DONE else 0
        if outcome.status != DONE:
            self._bad += 1
            if self._manner.bad is not None:
                self._manner.bad(outcome)

    def _save(self) -> None:
        """Put on disk what has waited long enough, or is much."""
        now = time.monotonic()
        if self._waiting and (self._waiting >= COMMIT_BYTES or now - self._saved >= self._pace(now)):
            self._store.commit()
            self._saved, self._waiting = time.monotonic(), 0
            self._tell()

    def _pace(self, now: float) -> float:
        return min(MOST_PACE_SECONDS, max(FIRST_PACE_SECONDS, (now - self._began) / 50))

    def _tell(self) -> None:
        if self._manner.told is not None:
            done = self._agenda.done_before + self.computed
            self._manner.told(State(self._agenda.known_cells, done, self._agenda.done_before, self._runs, self._bad))
