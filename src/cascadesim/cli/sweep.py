"""Sweeps on disk: `sweep` and `resume` run a study, `merge`, `doctor` and `rerun` look after what they left."""

from __future__ import annotations

import contextlib
import shlex
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cascadesim._version import __version__
from cascadesim.cli.arguments import (
    JOBS,
    PATH,
    SEED,
    check_study_file,
    engine_option,
    json_option,
    options_as,
    out_option,
    quiet_option,
    sweep_argument,
)
from cascadesim.cli.console import FINISHED_IN_PART, ProgressLine, complain, put_json, say, show_plan_warnings
from cascadesim.errors import EnvironmentFault, UsageError
from cascadesim.experiment.files import code_version
from cascadesim.experiment.study.definition import Until

if TYPE_CHECKING:
    from cascadesim.experiment.study.study import Study
    from cascadesim.experiment.sweep.parts import TaskRow
    from cascadesim.experiment.sweep.rerun import RerunResult
    from cascadesim.experiment.sweep.sweep import DoctorResult, SweepOptions, SweepResult

_DIFFERENT = 1
_PLACE = "Default: results/NAME-HASH."


@dataclass(frozen=True)
class SessionOptions:
    """The options that change how a sweep is run and shown, and nothing of what comes out."""

    jobs: int | None
    engine: str
    max_failures: int | None
    cluster: str | None
    plain_tcp: bool
    csv: bool
    as_json: bool
    quiet: bool

    def __post_init__(self) -> None:
        if self.jobs is not None and self.cluster is not None:
            hint = "Leave --jobs out: the cluster runs as many at a time as its workers have threads."
            raise UsageError("--jobs: does not go with --cluster.", hint=hint, code="cluster")

    @property
    def processes(self) -> int:
        """How many to run in: one a processor that this process may use, where nothing is said."""
        from cascadesim.experiment.worker_pool import usable_processors

        return usable_processors() if self.jobs is None else self.jobs


session_options = options_as(
    "options",
    SessionOptions,
    click.option("--jobs", type=JOBS, help="Processes to run in. Default: one a processor."),
    engine_option,
    click.option("--max-failures", type=click.IntRange(0), metavar="N", help="Stop after more than N failed tasks."),
    click.option("--cluster", metavar="ADDRESS", help="Run on this Dask cluster, e.g. tls://host:8786."),
    click.option("--plain-tcp", is_flag=True, help="Allow a cluster on another machine without TLS."),
    click.option("--csv", is_flag=True, help="Also write every table as CSV."),
    json_option,
    quiet_option,
)


class _Shard(click.ParamType):  # type: ignore[type-arg]
    name = "i/n"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        if isinstance(value, tuple):
            return value
        number, _, of = str(value).partition("/")
        if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
            self.fail(f"{value!r} is no part of a whole. Write 1/4 for the first of four.", param, ctx)
        return int(number), int(of)


@click.command()
@click.argument("file", metavar="STUDY", type=PATH)
@out_option(_PLACE)
@click.option("--seed", type=SEED, help="Instead of the seed in the study.")
@click.option("--quick", is_flag=True, help="The small size under [quick] of the study.")
@click.option("--shard", type=_Shard(), default=(1, 1), metavar="i/n", help="Only part i of n; `merge` joins them.")
@click.option("--dry-run", is_flag=True, help="Estimate time and disk space with a few trial runs; write nothing.")
@session_options
def sweep(
    file: Path,
    out: Path | None,
    seed: int | None,
    quick: bool,
    shard: tuple[int, int],
    dry_run: bool,
    options: SessionOptions,
) -> int:
    """Run all settings of a STUDY file and keep what every replication gave.

    What is done is safe at any moment: whatever stops it, `cascadesim resume DIR` goes on. The same STUDY, seed and
    version give the same tables, whatever --jobs. Where DIR has begun with this study already, it goes on.

    Exit codes: 0 done; 3 the STUDY is wrong; 4 DIR cannot be used; 5 some points have no numbers; 130, 143 stopped.
    """
    from cascadesim.experiment.study.read import base_warnings, read_study, with_seed
    from cascadesim.experiment.sweep.sweep import default_folder
    from cascadesim.experiment.sweep.sweep import sweep as run_sweep

    check_study_file(file)
    study = with_seed(read_study(file, quick), seed)
    if not (options.quiet or options.as_json):
        show_plan_warnings(base_warnings(file))
    if dry_run:
        _show_size(study, shard, options)
        return 0
    folder = default_folder(study, shard) if out is None else out
    with _session(study.name, folder, study, options) as manner:
        swept = run_sweep(study, folder, manner, shard)
    return _show(swept, study.seed, options)


@click.command()
@sweep_argument
@session_options
def resume(folder: Path, options: SessionOptions) -> int:
    """Finish the sweep in DIR. Finished tasks are not run again.

    Tasks whose worker process died are tried again. With --json the object has `tasks`, `already_done` and `computed`.
    """
    from cascadesim.experiment.sweep.sweep import resume as go_on

    study = _study_in(folder)
    with _session(folder.name, folder, study, options) as manner:
        swept = go_on(folder, manner)
    return _show(swept, study.seed, options)


@click.command()
@click.argument("folders", metavar="DIR...", nargs=-1, required=True, type=PATH)
@out_option(_PLACE)
@json_option
@quiet_option
def merge(folders: tuple[Path, ...], out: Path | None, as_json: bool, quiet: bool) -> int:
    """Join the parts of `cascadesim sweep STUDY --shard i/n`, in any order. The DIRs are not changed.

    The tables are the same as from one machine. `cascadesim resume` computes what is missing.
    """
    from cascadesim.experiment.sweep.merge import merge as merge_sweeps
    from cascadesim.experiment.sweep.sweep import default_folder

    study = _study_in(folders[0])
    folder = out or default_folder(study)
    merged = merge_sweeps(folders, folder, _stopping_rule(study))
    for fault in merged.faults:
        complain(fault)
    if as_json:
        content = {"tasks": merged.tasks, "added": merged.added, "to_do": merged.to_do, "failed": merged.bad}
        put_json({"version": __version__, "folder": str(folder), **content, "left_out": list(merged.faults)})
    elif not quiet:
        say(f"{merged.added:,} tasks added, {merged.tasks:,} in total: {folder}")
        missing = f"{merged.to_do:,} are missing: cascadesim resume {shlex.quote(str(folder))}"
        say(missing if merged.to_do else f"Next: cascadesim analyse {shlex.quote(str(folder))}")
    return FINISHED_IN_PART if merged.to_do or merged.bad else 0


@click.command()
@sweep_argument
@session_options
def doctor(folder: Path, options: SessionOptions) -> int:
    """Check every number in DIR. What is damaged is set aside in DIR/damaged, and with what is missing computed again.

    A sweep that has not finished does not go on; `cascadesim resume` does that. Exit codes: 0 all is well, or well
    again; 5 something could not be repaired; 4 DIR holds no sweep, or it is being written.
    """
    from cascadesim.experiment.sweep.sweep import DoctorResult
    from cascadesim.experiment.sweep.sweep import doctor as mend

    try:
        study = _study_in(folder)
    except EnvironmentFault as fault:
        if fault.problems[0].code != "damaged_store":
            raise
        checked = DoctorResult((fault.problems[0].text(),), 0, 0, helped=False)
    else:
        with _session(folder.name, folder, study, options) as manner:
            checked = mend(folder, manner)
    if options.as_json:
        content = {"faults": list(checked.faults), "computed": checked.again, "to_do": checked.to_do}
        put_json({"version": __version__, "folder": str(folder), **content, "repaired": checked.helped})
    elif not options.quiet:
        say("\n".join(_health(folder, checked)))
    return 0 if checked.helped else FINISHED_IN_PART


def _health(folder: Path, checked: DoctorResult) -> Iterator[str]:
    """What is damaged, and what came of it."""
    from cascadesim.analysis.wording import count_of

    yield from checked.faults
    if not checked.faults:
        yield "No damage was detected."
    elif checked.helped:
        aside = folder / "damaged"
        kept = f" Damaged files are in {aside}" if aside.exists() else ""
        yield f"Repaired; {count_of(checked.again, 'task')} computed again.{kept}"
    else:
        yield "Not repaired."
    if checked.to_do:
        yield f"{count_of(checked.to_do, 'task')} still to do: cascadesim resume {shlex.quote(str(folder))}"


@click.command()
@sweep_argument
@click.option("--task", type=click.IntRange(0), required=True, metavar="K", help="Number of the task, as in messages.")
@click.option("--events", is_flag=True, help="Also write its event log.")
@engine_option
@json_option
def rerun(folder: Path, task: int, events: bool, engine: str, as_json: bool) -> int:
    """Run task K of the sweep in DIR again: all its outcomes, its trajectories and its event log, in DIR/reruns/task-K.

    A task is up to ten replications of one setting. The command says whether the numbers are the same as in the sweep.
    Where a run fails, the tables have the others, and problem.txt says where it failed. Exit codes: 0 the same numbers,
    or the sweep has none; 1 other numbers; 5 a run failed.
    """
    from cascadesim.experiment.sweep.rerun import rerun as rerun_task

    again = rerun_task(folder, task, events, engine)
    if as_json:
        names = ("setting", "replications", "events", "same", "problem", "recorded", "other_code")
        content = {name: getattr(again, name) for name in names}
        put_json({"version": __version__, "folder": str(again.folder), "task": task, **content})
    else:
        _show_again(task, again)
    if again.problem:
        return FINISHED_IN_PART
    return _DIFFERENT if again.same is False else 0


def _show_again(task: int, again: RerunResult) -> None:
    """What a task that was run again shows beside what the sweep has of it."""
    if again.problem:
        complain(f"task {task}: {again.asked - again.replications} of {again.asked} runs failed: {again.problem}")
    if again.recorded:
        complain(f"in the sweep it {again.recorded}")
    if again.other_code:
        versions = f"the sweep is of cascadesim {again.other_code}, this is {code_version()}"
        complain(f"{versions}: numbers may differ for that reason.")
    words = {True: "the same numbers as in the sweep", False: "OTHER NUMBERS than in the sweep", None: "new numbers"}
    numbers = words[again.same] if again.replications else "no numbers"
    say(f"Task {task}, {again.replications} replications of setting {again.setting}: {numbers}.")
    say(f"{'What there is, with problem.txt, is' if again.problem else 'Tables are'} in {again.folder}")


def _study_in(folder: Path) -> Study:
    """The study that a sweep is of."""
    from cascadesim.experiment.study.study import study_from
    from cascadesim.experiment.sweep.repair import read_spec

    return study_from(read_spec(folder).study)


def _stopping_rule(study: Study) -> Any:
    """What decides on the number of replications, where the study leaves it open."""
    from cascadesim.analysis.sequential_precision import rule_of

    return rule_of(study) if isinstance(study.replications, Until) else None


@contextlib.contextmanager
def _session(label: str, folder: Path, study: Study, options: SessionOptions) -> Iterator[SweepOptions]:
    """How to run a study; meanwhile show how far it is and the first fault, and where to go on if it is stopped."""
    from cascadesim.experiment.sweep.sweep import SweepOptions
    from cascadesim.experiment.sweep.tasks import ProcessWorkers

    progress = ProgressLine(label, options.quiet or options.as_json)
    faults = 0

    def bad(outcome: TaskRow) -> None:
        nonlocal faults
        faults += 1
        if faults == 1:
            progress.clear()
            complain(_failure(outcome, study.seed))

    workers: Any = ProcessWorkers
    if options.cluster is not None:
        from cascadesim.experiment.sweep.dask_cluster import on_cluster

        workers = on_cluster(options.cluster, options.plain_tcp)
    rule, most = _stopping_rule(study), options.max_failures
    try:
        yield SweepOptions(options.processes, options.engine, rule, progress.show, bad, most, workers, options.csv)
    except (KeyboardInterrupt, SystemExit) as stopped:
        if folder.exists():
            far = f" ({last.done:,} of {last.tasks:,} tasks)" if (last := progress.last) is not None else ""
            stopped.add_note(f"finished tasks are kept{far}. To continue: cascadesim resume {shlex.quote(str(folder))}")
        raise
    finally:
        progress.clear()
        sys.stderr.flush()


def _failure(failed: TaskRow, seed: int) -> str:
    """A task that ended without numbers, in one line."""
    which = f"replications {failed.first} to {failed.first + failed.replications - 1}, seed {seed}"
    return f"task {failed.task} {failed.status} (setting {failed.point}, {which}): {failed.problem}"


def _show_size(study: Study, shard: tuple[int, int], options: SessionOptions) -> None:
    """How much there is to do."""
    from cascadesim.experiment.sweep.task_queue import dry_run
    from cascadesim.report.study_text import pilot_text

    size = dry_run(study, options.processes, shard, options.engine)
    if options.as_json:
        put_json(asdict(size))
    else:
        say(pilot_text(study, size, options.processes))


def _show(swept: SweepResult, seed: int, options: SessionOptions) -> int:
    """Say what came of it, and return the exit code."""
    named = ("task", "setting", "first", "count", "status", "problem")
    code = FINISHED_IN_PART if swept.bad or not swept.complete else 0
    if options.as_json:
        put_json(
            {
                "version": __version__,
                "folder": str(swept.folder),
                "tasks": swept.tasks,
                "already_done": swept.already_done,
                "computed": swept.computed,
                "failed": swept.bad,
                "failures": [dict(zip(named, row, strict=False)) | {"seed": seed} for row in swept.failures],
                "complete": swept.complete,
                "repaired": list(swept.faults),
            }
        )
        return code
    for fault in swept.faults:
        complain(f"{swept.folder}: {fault}")
    for status, count in swept.bad.items():
        complain(f"{count:,} task{'s' * (count > 1)} {status}, for example")
        complain("  " + _failure(next(failure for failure in swept.failures if failure.status == status), seed))
    if not options.quiet:
        say("\n".join(_result_lines(swept)))
    return code


def _result_lines(swept: SweepResult) -> Iterator[str]:
    """What is there now, and what comes next."""
    if not swept.complete:
        yield f"Stopped after too many failures. Finished tasks are kept in {swept.folder}."
        return
    tables = swept.folder / "tables"
    if not swept.computed:
        yield f"Nothing to do: all {swept.tasks:,} tasks are finished. Tables are in {tables}"
        return
    before = f", {swept.already_done:,} were finished before" if swept.already_done else ""
    yield f"Finished: {swept.computed:,} tasks{before}. Tables are in {tables}"
    number, of = swept.shard
    if of > 1:
        yield f"This is part {number} of {of}. When all parts are finished: cascadesim merge DIR... -o ALL"
    else:
        yield f"Next: cascadesim analyse {shlex.quote(str(swept.folder))}"
