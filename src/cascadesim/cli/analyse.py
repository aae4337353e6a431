"""What a finished sweep shows: `analyse` in words and tables, `plot` in pictures."""

from __future__ import annotations

import shlex
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cascadesim._version import __version__
from cascadesim.cli.arguments import (
    json_option,
    margin_option,
    out_option,
    outcomes_option,
    quiet_option,
    sweep_argument,
)
from cascadesim.cli.console import (
    FINISHED_IN_PART,
    heading_style,
    problem_object,
    put_json,
    say,
    show_problems,
    text_width,
)
from cascadesim.errors import CascadeError, UsageError

if TYPE_CHECKING:
    from cascadesim.analysis.study.results import Results, Section
    from cascadesim.report.study_figures.save import Picture

FIGURES = "figures"


@click.command()
@sweep_argument
@outcomes_option()
@margin_option
@json_option
@quiet_option
@click.pass_context
def analyse(
    ctx: click.Context,
    folder: Path,
    outcomes: tuple[str, ...],
    margins: dict[str, float],
    as_json: bool,
    quiet: bool,
) -> int:
    """Print the results of the sweep in DIR: indices, comparisons, chances, with intervals.

    The results depend on the design of the study. They are also written to DIR/analysis: a page and its tables.
    """
    from cascadesim.analysis.study.by_design import analyse as analyse_results
    from cascadesim.analysis.study.results import read_results
    from cascadesim.report.study_text import analysis_object, analysis_text

    results = read_results(folder, outcomes).with_margins(margins)
    sections = analyse_results(results)
    outcome = folder / "analysis"
    line = shlex.join(("cascadesim", *(ctx.obj or ("analyse", str(folder)))))
    _write(outcome, sections, line, results)
    if as_json:
        put_json({"version": __version__, "folder": str(outcome), **analysis_object(results, sections)})
    elif not quiet:
        say(analysis_text(results, sections, text_width(), heading_style()))
        say(f"Tables are in {outcome}")
    return 0


def _write(folder: Path, sections: list[Section], line: str, results: Results) -> None:
    """Put the tables and the page into `folder`, all or none."""
    from cascadesim.experiment.parquet import write_csv, write_table
    from cascadesim.experiment.sweep.store import faults_of
    from cascadesim.report.study_text import PAGE, analysis_page

    with faults_of(folder.parent):
        new = Path(tempfile.mkdtemp(prefix=".analysis-", dir=folder.parent))
        try:
            for section in sections:
                if section.frame is not None and len(section.frame):
                    table = new / f"{section.name}.parquet"
                    write_table(section.frame, table)
                    write_csv(table, table.with_suffix(".csv"))
            (new / PAGE).write_text(analysis_page(results, sections, line), encoding="utf-8")
            shutil.rmtree(folder, ignore_errors=True)  # what an earlier analysis has left would be told as this one's
            new.chmod(0o755)
            new.rename(folder)
        finally:
            shutil.rmtree(new, ignore_errors=True)


@click.command()
@sweep_argument
@click.argument("kind", metavar="[KIND]", required=False)
@outcomes_option()
@margin_option
@click.option("--x", metavar="FACTOR", help="What goes across, in heatmap and multiples.")
@click.option("--y", metavar="FACTOR", help="What goes up in heatmap; whose levels are the lines of multiples.")
@click.option("--at", type=float, metavar="VALUE", help="Mark this value, as the axis has it, not the target.")
@out_option("A .png or .svg, of one picture.", "PICTURE")
@json_option
@quiet_option
def plot(
    folder: Path,
    kind: str | None,
    outcomes: tuple[str, ...],
    margins: dict[str, float],
    x: str | None,
    y: str | None,
    at: float | None,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Draw what the sweep in DIR shows into DIR/figures: one KIND, or all that suit the design of the study.

    \b
    heatmap      an outcome over two factors, with the line of the target
    multiples    an outcome along a factor; lines and panels by two more
    differences  the best, or the base of variants, beside the others
    tornado      what each factor does by itself (design oat)
    morris       size and spread of effects (design morris)
    sobol        shares of the variance (design sobol_indices)
    fan          week by week (--outcome is a column of kept trajectories)
    cdf          the spread over runs, and the chance of the target
    convergence  how a mean settles as replications are added

    The outcome `target` is the chance of the scenario's target. Exit code 5: a picture could not be drawn, the others
    were.
    """
    from cascadesim.analysis.study.results import read_results
    from cascadesim.report.study_figures.save import pictures

    chosen = pictures(read_results(folder).with_margins(margins), kind, outcomes, x, y, at)
    saved = _save(chosen, folder, out)
    problems = [problem for fault in saved.values() if fault is not None for problem in fault.problems]
    if as_json:
        drawn = [
            {"kind": picture.kind, "outcome": picture.data.measure, "file": str(path)}
            for picture, (path, fault) in zip(chosen, saved.items(), strict=True)
            if fault is None
        ]
        errors = [*map(problem_object, problems)]
        put_json({"version": __version__, "folder": str(folder), "pictures": drawn, "errors": errors})
    else:
        show_problems(problems)
        paths = [str(path) for path, fault in saved.items() if fault is None]
        if paths and not quiet:
            say("\n".join(paths))
    return FINISHED_IN_PART if problems else 0


def _save(chosen: list[Picture], folder: Path, out: Path | None) -> dict[Path, CascadeError | None]:
    """All of them into the folder of the sweep, or a single one where it is wanted; what is wrong with each, if any."""
    from cascadesim.report.study_figures.save import save_picture, save_pictures

    if out is None:
        return save_pictures(chosen, folder / FIGURES)
    if len(chosen) != 1:
        message = f"-o is for one picture, and these are {len(chosen)}."
        raise UsageError(message, hint="Give a KIND and one --outcome, or leave -o out.", code="several")
    return {out: save_picture(chosen[0], out)}
