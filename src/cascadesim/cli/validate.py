"""`cascadesim validate FILE...`: published figures beside simulated ones."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cascadesim._version import __version__
from cascadesim.cli.console import complain, progress_bar, put_json, say
from cascadesim.engine.choose import ENGINES
from cascadesim.errors import EnvironmentFault
from cascadesim.experiment.limits import MAX_JOBS, MAX_REPLICATIONS, MAX_SEED

if TYPE_CHECKING:
    from cascadesim.analysis.validation import Compared, Validation
    from cascadesim.scenario.schema import Scenario


@click.command(name="validate", short_help="Published figures beside simulated ones.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("-o", "--output", "out", type=click.Path(path_type=Path), help="Write the page here, not to stdout.")
@click.option("--replications", type=click.IntRange(1, MAX_REPLICATIONS), help="Runs of each; the file says how many.")
@click.option("--seed", type=click.IntRange(0, MAX_SEED), default=1, show_default=True, help="Which random numbers.")
@click.option("--jobs", type=click.IntRange(1, MAX_JOBS), default=1, show_default=True, help="Runs at a time.")
@click.option("--engine", type=click.Choice(ENGINES), default="auto", show_default=True, help="Both give the same.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the page.")
@click.pass_obj
def command(
    arguments: tuple[str, ...],
    files: tuple[Path, ...],
    out: Path | None,
    replications: int | None,
    seed: int,
    jobs: int,
    engine: str,
    as_json: bool,
) -> None:
    """Set the [[published]] figures of each FILE, and of its variants that have their own, beside what runs give.

    Figures that were fitted and figures that were predicted are kept apart. The result is a page in Markdown.
    """
    from cascadesim.analysis.validation import published_cases
    from cascadesim.report.validation import validation_page
    from cascadesim.scenario.load import load

    if out is not None:
        _check_place(out)
    scenarios = [(file, load(file)) for file in files]
    for file, scenario in scenarios:
        if not published_cases(scenario):
            hint = "A table [[published]] with measure, value, kind and source adds one."
            complain(f"{file}: has no [[published]] figures: it is not run, and there is nothing to compare. {hint}")
    beside = Path() if out is None else out.parent
    how = (beside, replications, seed, jobs, engine, as_json)
    done = [_validate(file, scenario, *how) for file, scenario in scenarios]
    if as_json:
        put_json({"version": __version__, "scenarios": [_plain(each) for each in done]})
        return
    if out is None and not any(each.rows for each in done):
        return  # a page of nothing would look like an answer
    page = validation_page(done, shlex.join(["cascadesim", *arguments]))
    if out is None:
        say(page.rstrip("\n"))
    else:
        _write(out, page)
        say(f"Wrote {out}.")


def _validate(
    file: Path,
    scenario: Scenario,
    beside: Path,
    replications: int | None,
    seed: int,
    jobs: int,
    engine: str,
    quiet: bool,
) -> Validation:
    from cascadesim.analysis.validation import Validation, compare_published, published_cases

    cases = published_cases(scenario)
    count = (replications or scenario.replications) if cases else 0
    rows: list[Compared] = []
    for variant, case in cases.items():
        with progress_bar(case.name, count, quiet) as progress:
            rows += compare_published(
                case, count, variant=variant, seed=seed, jobs=jobs, progress=progress, engine=engine
            )
    link = Path(os.path.relpath(file, beside)).as_posix()
    return Validation(link, scenario, count, seed, tuple(rows))


def _plain(validation: Validation) -> dict[str, object]:
    said = {"file": validation.file, "name": validation.scenario.name, "title": validation.scenario.title}
    runs = {"replications": validation.replications, "seed": validation.seed}
    return {**said, **runs, "rows": [row.plain() for row in validation.rows]}


def _check_place(place: Path) -> None:
    """Before anything is run, whether there is a place for the page."""
    if place.is_dir():
        raise EnvironmentFault(f"{place} is a folder; the page is a file.", hint="Name a file in it.", file=str(place))
    if not place.parent.is_dir():
        message = f"cannot write {place}: there is no folder {place.parent}."
        raise EnvironmentFault(message, hint="Make the folder first.", code="no_folder", file=str(place))


def _write(place: Path, page: str) -> None:
    """The whole page or none: a reader never sees half of it."""
    part = place.with_name(f".{place.name}.part")
    try:
        part.write_text(page, encoding="utf-8")
        part.replace(place)
    except OSError as error:
        message = f"cannot write {place}: {error.strerror or error}."
        raise EnvironmentFault(message, code="unwritable", file=str(place)) from None
    finally:
        part.unlink(missing_ok=True)
