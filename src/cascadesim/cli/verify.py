"""`cascadesim verify twin`: whether the two engines still give the same, row for row and bit for bit."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cascadesim._version import __version__
from cascadesim.cli.console import complain, progress_bar, put_json, say
from cascadesim.experiment.limits import MAX_JOBS, MAX_SEED

if TYPE_CHECKING:
    from cascadesim.experiment.twin.outcome import Outcome
    from cascadesim.experiment.twin.search import Search

_MOST = 10_000_000
_DIFFERENT = 1


@click.group(name="verify", short_help="Compare the two engines.")
def command() -> None:
    """Check what this installation computes: `cascadesim verify twin` compares its two engines."""


@command.command(name="twin", short_help="Both engines on many scenarios, compared row by row.")
@click.option("--n", "number", type=click.IntRange(0, _MOST), default=200, show_default=True, help="Random scenarios.")
@click.option("--seed", type=click.IntRange(0, MAX_SEED - _MOST), default=1, show_default=True, help="The first one.")
@click.option(
    "--library", "files", multiple=True, metavar="FILE", type=click.Path(path_type=Path), help="A file too; repeatable."
)
@click.option("--jobs", type=click.IntRange(1, MAX_JOBS), default=1, show_default=True, help="Processes to run in.")
@click.option("--shrink-seconds", type=click.FloatRange(0), default=60, show_default=True, help="Time to shrink one.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
@click.option("-q", "--quiet", is_flag=True, help="Print the last line only, and a difference.")
def twin(
    number: int, seed: int, files: tuple[Path, ...], jobs: int, shrink_seconds: float, as_json: bool, quiet: bool
) -> int:
    """Run scenarios in the SimPy engine and in its compiled twin, and compare everything that comes of them.

    Scenarios are those of SEED, SEED + 1, ... at random, each run with its number as the seed; a FILE is run with SEED.
    Exit codes: 0 identical; 1 a difference, printed with a scenario as small as it gets; 4 there is no compiled engine.
    """
    from cascadesim.experiment.twin.both import prepare_engine
    from cascadesim.experiment.twin.search import search, smallest
    from cascadesim.report.twin import last_line

    if not number and not files:
        raise click.UsageError("nothing to compare. Ask for random scenarios with --n, or for a file with --library.")
    prepare_engine()  # once, here: the processes find it in the cache
    total = number + len(files)
    with progress_bar("comparing", total, quiet or as_json) as progress:
        found = search(seed, number, [str(file) for file in files], jobs, progress)
    shrunk = None
    if found.failed is not None:
        if not as_json:
            complain(f"{found.failed.subject}: the engines differ; looking for a smaller scenario that shows it.")
        shrunk = smallest(found.failed, shrink_seconds)
    if as_json:
        put_json(_object(seed, found, shrunk))
    else:
        _show(found, shrunk, quiet)
        say(last_line(found))
    return 0 if shrunk is None else _DIFFERENT


def _show(found: Search, shrunk: tuple[str, Outcome] | None, quiet: bool) -> None:
    from cascadesim.report.twin import difference_text, twin_text

    if not quiet:
        say(twin_text(found) + "\n")
    if shrunk is not None and found.failed is not None:
        toml, outcome = shrunk
        again = f"cascadesim verify twin --n 0 --library FILE --seed {outcome.subject.seed}"
        say(f"# The engines differ on this file: {again}\n{toml}")
        say(f"Made smaller: {difference_text(outcome)}\n\nAs it was: {difference_text(found.failed)}\n")


def _object(seed: int, found: Search, shrunk: tuple[str, Outcome] | None) -> dict[str, Any]:
    difference = None
    if shrunk is not None and found.failed is not None:
        toml, smaller = shrunk
        assert found.failed.difference is not None and smaller.difference is not None
        difference = {
            "scenario": str(found.failed.subject),
            "seed": found.failed.subject.seed,
            "replication": found.failed.subject.replication,
            **asdict(found.failed.difference),
            "shrunk": {"toml": toml, **asdict(smaller.difference)},
        }
    return {
        "version": __version__,
        "seed": seed,
        "identical": shrunk is None,
        "scenarios": found.scenarios,
        "passed_over": found.invalid,
        "rows": found.rows,
        "rows_at_shared_instants": found.shared,
        "mechanisms": {chapter: dict(names) for chapter, names in found.found.items()},
        "difference": difference,
    }
