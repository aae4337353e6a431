"""`cascadesim analyse`: what a finished sweep says."""

from __future__ import annotations

import shlex
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cascadesim._version import __version__
from cascadesim.cli.console import MOST_WIDTH, heading_style, put_json, say

if TYPE_CHECKING:
    from cascadesim.analysis.study.section import Section


@click.command(name="analyse", short_help="Say what a finished sweep shows.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--measure", "measures", multiple=True, metavar="NAME", help="Only this one; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors (and the JSON object).")
@click.pass_context
def command(ctx: click.Context, folder: Path, measures: tuple[str, ...], as_json: bool, quiet: bool) -> int:
    """Say what the sweep in DIR shows: indices, comparisons, chances and how sure they are, with intervals.

    What is told depends on the design of the study. Everything is written to DIR/analysis too: a page and its tables.
    """
    from cascadesim.analysis.study.analyse import analyse
    from cascadesim.analysis.study.results import read_results
    from cascadesim.report.analysis import analysis_object, analysis_text

    results = read_results(folder, measures)
    sections = analyse(results)
    place = folder / "analysis"
    line = shlex.join(("cascadesim", *(ctx.obj or ("analyse", str(folder)))))
    _write(place, sections, line, results)
    if as_json:
        put_json({"version": __version__, "folder": str(place), **analysis_object(results, sections)})
    elif not quiet:
        width = min(shutil.get_terminal_size().columns, MOST_WIDTH)
        say(analysis_text(results, sections, width, heading_style()))
        say(f"Tables are in {place}")
    return 0


def _write(place: Path, sections: list[Section], line: str, results: object) -> None:
    """Put the tables and the page into `place`, all or none."""
    from cascadesim.analysis.study.results import Results
    from cascadesim.experiment.parquet import write_csv, write_table
    from cascadesim.experiment.sweep.store import faults_of
    from cascadesim.report.analysis import PAGE, analysis_page

    assert isinstance(results, Results)
    with faults_of(place.parent):
        new = Path(tempfile.mkdtemp(prefix=".analysis-", dir=place.parent))
        try:
            for section in sections:
                if section.frame is not None and len(section.frame):
                    table = new / f"{section.name}.parquet"
                    write_table(section.frame, table)
                    write_csv(table, table.with_suffix(".csv"))
            (new / PAGE).write_text(analysis_page(results, sections, line), encoding="utf-8")
            shutil.rmtree(place, ignore_errors=True)  # what an earlier analysis has left would be told as this one's
            new.chmod(0o755)
            new.rename(place)
        finally:
            shutil.rmtree(new, ignore_errors=True)
