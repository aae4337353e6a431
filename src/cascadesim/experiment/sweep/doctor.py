"""Whether everything in a store is as it was written; what is not is set aside and computed again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cascadesim.experiment.code_version import code_version
from cascadesim.experiment.study import Study, study_from
from cascadesim.experiment.sweep.repair import Damage, opened, read_spec
from cascadesim.experiment.sweep.results import NOT_YET, NOTED, TABLES, tables_faults, write_tables
from cascadesim.experiment.sweep.store import only_writer
from cascadesim.experiment.sweep.sweep import SweepOptions, session
from cascadesim.experiment.sweep.task_queue import TaskQueue
from cascadesim.experiment.sweep.tasks import DONE, FAILED, INVALID


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
        with opened(folder, damage) as store:
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
        with opened(folder) as store:
            to_do = TaskQueue(study, store, options.rule).left()
        return DoctorResult(tuple(damage.faults), again, to_do, helped)


def _well(folder: Path, study: Study, damage: Damage, finished: bool) -> bool:
    """Whether every task that was lost has ended again as it may, and what had finished has its tables."""
    with opened(folder) as store:
        back = all(store.status_of(task) in (DONE, INVALID, FAILED) for task in damage.lost_tasks)
        if finished and back and not TaskQueue(study, store).left() and tables_faults(store):
            write_tables(store, study)  # no task was hit: whoever has the parts can write them
        return back and not (finished and tables_faults(store))
