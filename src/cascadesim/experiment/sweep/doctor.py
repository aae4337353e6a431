"""Whether everything in a store is as it was written; what is not is set aside and computed again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cascadesim.experiment.study import Study, study_from
from cascadesim.experiment.sweep.agenda import Agenda
from cascadesim.experiment.sweep.asked import Asked
from cascadesim.experiment.sweep.cells import DONE, FAILED, INVALID
from cascadesim.experiment.sweep.health import Findings, opened, read_asked
from cascadesim.experiment.sweep.identity import code_version
from cascadesim.experiment.sweep.lock import only_writer
from cascadesim.experiment.sweep.results import NOT_YET, NOTED, TABLES, tables_faults, write_tables
from cascadesim.experiment.sweep.run import Manner, sitting


@dataclass(frozen=True)
class Checked:
    """What the doctor found. `again` cells were computed again; `to_do` are still to be done, as they were before.

    `helped` is False where something that was done could not be done again.
    """

    faults: tuple[str, ...]
    again: int
    to_do: int
    helped: bool


def doctor(folder: Path, manner: Manner | None = None) -> Checked:
    """Look whether everything in a store is as it was written; set aside what is not, and compute that again.

    A sweep that had not finished does not go on. Raises `EnvironmentFault` where there is no store, or it is in use.
    """
    manner = manner or Manner()
    asked = read_asked(folder)
    with only_writer(folder):
        findings = Findings()
        with opened(folder, findings) as store:
            broken = tables_faults(store)
            finished = (folder / TABLES / "points.parquet").exists() or bool(store.meta(NOTED))
        if finished and broken:
            findings.faults += [f"{TABLES}: written anew."] if broken == [NOT_YET] else broken
        if not findings.faults:
            return Checked((), 0, _to_do(folder, asked, manner), True)
        study, again = study_from(asked.study), 0
        if asked.code == code_version():
            again = sitting(folder, study, manner, None if finished else frozenset(findings.lost_cells)).computed
        helped = _well(folder, study, findings, finished)
        return Checked(tuple(findings.faults), again, _to_do(folder, asked, manner), helped)


def _well(folder: Path, study: Study, findings: Findings, finished: bool) -> bool:
    """Whether every cell that was lost has ended again as it may, and what had finished has its tables."""
    with opened(folder) as store:
        back = all(store.ended(cell) in (DONE, INVALID, FAILED) for cell in findings.lost_cells)
        if finished and back and not Agenda(study, store).left() and tables_faults(store):
            write_tables(store, study)  # no cell was hit: whoever has the parts can write them
        return back and not (finished and tables_faults(store))


def _to_do(folder: Path, asked: Asked, manner: Manner) -> int:
    """How many cells of those that are known of have not ended."""
    study = study_from(asked.study)
    with opened(folder) as store:
        return Agenda(study, store, manner.wanted).left()
