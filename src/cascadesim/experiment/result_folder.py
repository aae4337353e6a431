"""The result folder of a run, or of several that are compared: whole or not at all, never in the place of what is not
ours.

Everything is written to a hidden sibling, `.NAME.new-XXXX`, forced to disk, and put in place in one step. A run that is
stopped at any moment leaves the old folder or the new one; what it leaves beside it is cleared away by the next run.
Results of earlier commands are read again for whoever compares.
"""

from __future__ import annotations

import contextlib
import glob
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cascadesim.errors import EnvironmentFault
from cascadesim.experiment.files import file_fault, force_file, force_folder, refuse_folder, replace_folder
from cascadesim.experiment.manifest import (
    MANIFEST,
    RunRequest,
    comparison_hash,
    comparison_text,
    folder_name,
    manifest_text,
    read_manifest,
    read_request,
)
from cascadesim.experiment.parquet import TableWriter, check_table, read_table, write_csv
from cascadesim.experiment.replicate import batch_of
from cascadesim.experiment.simulate import Kpis, Rows, Run, kpi_rows
from cascadesim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

TABLES, FIGURES = "tables", "figures"
_SYSTEM_FILES = {".DS_Store", "Thumbs.db", "desktop.ini"}  # left by file managers, missed by nobody

Finish = Callable[[Path, "pd.DataFrame", "pd.DataFrame"], None]
FinishOne = Callable[[str, Path, "pd.DataFrame", "pd.DataFrame"], None]


@dataclass(frozen=True)
class StoredRun:
    """What was written, and where. `kpis` has a row a replication, `trajectories` a row a replication and interval."""

    folder: Path
    kpis: pd.DataFrame
    trajectories: pd.DataFrame


def default_folder(request: RunRequest) -> Path:
    """`results/<name>-<hash>` under the current folder."""
    return Path("results") / f"{folder_name(request.scenario.name)}-{request.hash}"


def store_run(
    request: RunRequest,
    folder: Path,
    *,
    jobs: int = 1,
    csv: bool = False,
    command: Sequence[str] = (),
    finish: Finish | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> StoredRun:
    """Run `request` and put its tables (and, with `csv`, CSV copies) and manifest into `folder`.

    `finish(folder, kpis, trajectories)` may add files before the folder is put in place. The tables are the same
    bytes whatever `jobs`. Raises `EnvironmentFault` where the folder cannot be written; nothing is left behind then.
    """
    with result_folder(folder) as new:
        kpis, trajectories = _write_run(request, new, jobs, csv, command, finish, progress)
    return StoredRun(folder, kpis, trajectories)


def default_comparison_folder(requests: Mapping[str, RunRequest]) -> Path:
    """`results/<name>-variants-<hash>` under the current folder; the name is that of the first."""
    first = next(iter(requests.values()))
    return Path("results") / f"{folder_name(first.scenario.name)}-variants-{comparison_hash(requests)}"


def folders_for(names: Iterable[str]) -> dict[str, str]:
    """A folder for each name, in letters that every system takes; no two alike, none in the way of the tables."""
    folders: dict[str, str] = {}
    taken = {TABLES, FIGURES}
    for name in names:
        plain = folder_name(name)
        tries = [plain, *(f"{plain}-{number}" for number in range(2, len(folders) + 5))]
        folders[name] = next(folder for folder in tries if folder.casefold() not in taken)
        taken.add(folders[name].casefold())
    return folders


def store_comparison(
    requests: Mapping[str, RunRequest],
    folder: Path,
    *,
    jobs: int = 1,
    csv: bool = False,
    command: Sequence[str] = (),
    finish_one: FinishOne,
    finish_all: Callable[[Path], None],
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Path]:
    """Run `requests` one after the other, each into its own folder inside `folder`; where each went, by name.

    `finish_one(name, folder, kpis, trajectories)` may add files to each folder, `finish_all(folder)` to the one around
    them, before it is put in place. Raises `EnvironmentFault` where it cannot be written; nothing is left behind then.
    """
    folders, done = folders_for(requests), 0
    total = sum(request.replications for request in requests.values())
    with result_folder(folder) as whole:
        for name, request in requests.items():
            (whole / folders[name]).mkdir()
            count = None if progress is None else partial(_count, progress, done, total)
            _write_run(request, whole / folders[name], jobs, csv, command, partial(finish_one, name), count)
            done += request.replications
        finish_all(whole)
        text = comparison_text(requests, folders, _files_in(whole), command)
        (whole / MANIFEST).write_text(text, encoding="utf-8")
    return {name: folder / inner for name, inner in folders.items()}


def _count(progress: Callable[[int, int], None], before: int, total: int, done: int, _of: int) -> None:
    """Progress of one run as progress of them all."""
    progress(before + done, total)


def _write_run(
    request: RunRequest,
    folder: Path,
    jobs: int,
    csv: bool,
    command: Sequence[str],
    finish: Finish | None,
    progress: Callable[[int, int], None] | None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All files of one result, into a folder that is there and empty. Returns kpis and trajectories."""
    (folder / TABLES).mkdir()
    _write_tables(request, folder / TABLES, jobs, progress)
    if csv:
        for table in sorted((folder / TABLES).glob("*.parquet")):
            write_csv(table, table.with_suffix(".csv"))
    kpis, trajectories = (read_table(folder / TABLES / f"{name}.parquet") for name in ("kpis", "trajectories"))
    if finish is not None:
        finish(folder, kpis, trajectories)
    (folder / MANIFEST).write_text(manifest_text(request, _files_in(folder), command), encoding="utf-8")
    return kpis, trajectories


def _files_in(folder: Path) -> list[str]:
    """Every file in it, by its path from there."""
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]


def _keep(run: Run) -> tuple[Kpis, Rows, Rows | None]:
    """What the tables need, without the scenario, which every worker knows already."""
    return run.kpis, run.trajectories, run.events


def _write_tables(request: RunRequest, tables: Path, jobs: int, progress: Callable[[int, int], None] | None) -> None:
    names = ("kpis", "trajectories", *["events"] * request.events)
    writers = {name: TableWriter(tables / f".{name}") for name in names}
    every = {request.scenario.name: request.scenario}
    batch = batch_of(
        every, request.replications, seed=request.seed, keep=_keep, events=request.events, engine=request.engine
    )
    with contextlib.closing(batch.run_all(jobs, progress, in_order=True)) as outcomes:
        for _, replication, (kpis, trajectories, events) in outcomes:
            writers["kpis"].add(kpi_rows([(replication, kpis)]))
            writers["trajectories"].add(trajectories)
            if events is not None:
                writers["events"].add(events)
    for name, writer in writers.items():
        writer.finish(tables / f"{name}.parquet")


@contextlib.contextmanager
def result_folder(folder: Path) -> Iterator[Path]:
    """A new folder to write results into; it takes the place of `folder` when the block ends well.

    Raises `EnvironmentFault` where that cannot be; then, and when the block raises, `folder` is as it was before.
    """
    # resolve() would look through a link, which is to be refused
    requested, folder = folder, Path(os.path.abspath(folder))  # noqa: PTH100
    new = folder.parent / f".{folder.name}.new-{secrets.token_hex(4)}"
    aside = folder.parent / f".{folder.name}.old-{secrets.token_hex(4)}"
    made: list[Path] = []
    try:
        tidy(folder)
        check_free(folder)
        if folder.resolve() in (Path.cwd(), *Path.cwd().parents):
            refuse_folder(folder, "is in use as the current folder, so it cannot be replaced.")
        made = _make_parents(folder.parent)
        new.mkdir()
        with _lock(new):  # so that another run does not take it for a leftover
            yield new
            _force_to_disk(new)
            check_free(folder)  # again: somebody may have come in between
            old = replace_folder(new, folder, aside)
        made = []
        force_folder(folder.parent)
        if old is not None:
            shutil.rmtree(old, ignore_errors=True)
    except (OSError, EnvironmentFault) as fault:
        raise _about(requested, (folder, new), fault) from fault
    finally:
        shutil.rmtree(new, ignore_errors=True)
        _take_away(made)


def check_free(folder: Path) -> None:
    """Raise `EnvironmentFault` unless `folder` is free, empty, or a result folder that holds nothing else."""
    if folder.is_symlink():
        refuse_folder(folder, "is a symbolic link.", "Give the folder that it points to.")
    try:
        if not any(folder.iterdir()):
            return
    except FileNotFoundError:
        return
    except NotADirectoryError:
        if folder.exists():
            refuse_folder(folder, "is a file, not a folder.")
        return  # what should be a parent is a file: found when the parents are made
    except OSError as fault:
        raise file_fault(folder, "read", fault) from fault
    try:
        ours = {MANIFEST, *map(str, read_manifest(folder / MANIFEST)["files"])}
    except (EnvironmentFault, KeyError, TypeError):
        refuse_folder(folder, "is not empty and is not a result folder of cascadesim; it is left as it is.")
    unknown = [name for name in _users_files(folder) if name not in ours]
    if unknown:
        listed = ", ".join(unknown[:3])
        refuse_folder(folder, f"holds files that cascadesim did not write ({listed}); it is left as it is.")


def tidy(folder: Path) -> None:
    """Clear away what a run that was stopped left beside `folder`; put back a folder that it had moved aside."""
    beside, digits = glob.escape(f".{folder.name}."), "[0-9a-f]" * 8
    with contextlib.suppress(OSError):
        for path in sorted(folder.parent.glob(f"{beside}old-{digits}")):
            if folder.exists():
                shutil.rmtree(path)
            else:
                path.rename(folder)
        for path in folder.parent.glob(f"{beside}new-{digits}"):
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
            refuse_folder(folder, "is a file, not a folder.")
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


def _users_files(folder: Path) -> Iterator[str]:
    """Every file and link inside, by its path relative to `folder` with `/`, but for what file managers leave."""
    for root, folders, files in os.walk(folder):
        links = [name for name in folders if Path(root, name).is_symlink()]
        for name in sorted({*files, *links} - _SYSTEM_FILES):
            yield Path(root, name).relative_to(folder).as_posix()


def _force_to_disk(folder: Path) -> None:
    for path in (*folder.rglob("*"), folder):
        if path.is_dir():
            force_folder(path)
        else:
            force_file(path)


def _about(requested: Path, hidden: tuple[Path, Path], fault: OSError | EnvironmentFault) -> EnvironmentFault:
    """The fault in words about the folder as it was asked for, not the hidden one beside it."""
    if isinstance(fault, OSError):
        fault = file_fault(fault.filename or requested, "written", fault)
    (problem,) = fault.problems
    file = Path(problem.file)
    named = [str(requested / file.relative_to(path)) for path in hidden if file.is_relative_to(path)]
    return EnvironmentFault(problem.message, hint=problem.hint, code=problem.code, file=(named or [problem.file])[0])


@dataclass(frozen=True, eq=False)
class PastRun:
    """What was run, with which seed and version of cascadesim, and its KPIs: a row a replication, from 0 on.

    `code` tells versions of the code apart that have one number; empty where that was not noted.
    """

    scenario: Scenario
    seed: int
    version: str
    kpis: pd.DataFrame
    code: str = ""


def read_runs(folder: Path) -> dict[str, PastRun]:
    """The run in `folder` by the folder's name, or each of those that it compares by theirs.

    Raises `EnvironmentFault` where it is no result folder or a table is missing, `ScenarioError` where the manifest is
    damaged.
    """
    from cascadesim.experiment.sweep.store import is_store  # only who compares needs what sweeps are made of

    if is_store(folder):
        hint = f"cascadesim analyse {folder} compares its settings."
        raise EnvironmentFault("holds a sweep, not a run.", hint=hint, code="not_a_manifest", file=str(folder))
    _refuse_link(folder / MANIFEST)
    content = read_manifest(folder / MANIFEST)
    if "compares" not in content:
        return {folder.resolve().name: _past_run(folder)}
    compared = content["compares"]
    if not isinstance(compared, dict) or not all(map(_is_inner, compared.values())):
        raise EnvironmentFault(
            f"compares: each name needs the {MANIFEST} of a folder in this one.",
            hint="The file was edited or damaged. Compare the folders of the runs.",
            code="damaged_manifest",
            file=str(folder / MANIFEST),
        )
    folders = {name: folder / Path(path).parent for name, path in compared.items()}
    for path in folders.values():
        _refuse_link(path)
    return {name: _past_run(path) for name, path in folders.items()}


def _refuse_link(path: Path) -> None:
    if path.is_symlink():
        message, hint = "is a link; a result folder holds only files of its own.", "Put a copy of the file there."
        raise EnvironmentFault(message, hint=hint, code="no_regular_file", file=str(path))


def _is_inner(path: object) -> bool:
    """Whether it is `FOLDER/manifest.json`, and nothing outside."""
    return isinstance(path, str) and re.fullmatch(rf"[\w.-]*[\w-][\w.-]*/{re.escape(MANIFEST)}", path) is not None


def _past_run(folder: Path) -> PastRun:
    for name in (MANIFEST, TABLES, f"{TABLES}/kpis.parquet"):
        _refuse_link(folder / name)
    request, version = read_request(folder / MANIFEST)
    code = read_manifest(folder / MANIFEST).get("code")  # older manifests have none
    kpis = _kpis(folder, request.replications)
    return PastRun(request.scenario, request.seed, version, kpis, code if isinstance(code, str) else "")


def _kpis(folder: Path, replications: int) -> pd.DataFrame:
    """The table of a run, a row a replication. Raises `EnvironmentFault` where it is not as a run writes it."""
    path = folder / TABLES / "kpis.parquet"
    if not path.is_file():
        raise EnvironmentFault("there is no such file.", code="missing_file", file=str(path))
    check_table(path, {"replication": "BIGINT"}, replications, ("BIGINT", "DOUBLE"))
    kpis = read_table(path)
    if kpis["replication"].astype("Int64").fillna(-1).tolist() != list(range(replications)):
        message = f"its replications are not 0 to {replications - 1}, as {MANIFEST} has them."
        raise EnvironmentFault(message, hint="Run it again.", code="damaged_table", file=str(path))
    return kpis
