"""`cascadesim verify engines`: whether the two engines still give the same, row for row and bit for bit."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cascadesim._version import __version__
from cascadesim.cli.console import complain, progress_bar, put_json, refuse_old_command, say
from cascadesim.errors import MAX_JOBS
from cascadesim.model.rng import MAX_SEED

if TYPE_CHECKING:
    from cascadesim.devtools.engine_comparison.compare import Comparison
    from cascadesim.devtools.engine_comparison.search import SearchResult

_MOST = 10_000_000
_DIFFERENT = 1


class _Checks(click.Group):
    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args:
            refuse_old_command(ctx, args[0])
        return super().resolve_command(ctx, args)


@click.group(cls=_Checks, name="verify", short_help="Compare the two engines.")
def command() -> None:
    """Check what this installation computes: `cascadesim verify engines` compares its two engines."""


@command.command(name="engines", short_help="Both engines on many scenarios, compared row by row.")
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
    from cascadesim.devtools.engine_comparison.compare import prepare_engine
    from cascadesim.devtools.engine_comparison.report import last_line
    from cascadesim.devtools.engine_comparison.search import search, smallest

    if not number and not files:
        raise click.UsageError("nothing to compare. Ask for random scenarios with --n, or for a file with --library.")
    prepare_engine()  # once, here: the processes find it in the cache
    with progress_bar("comparing", number + len(files), quiet or as_json) as progress:
        result = search(seed, number, [str(file) for file in files], jobs, progress)
    shrunk = None
    if result.failed is not None:
        if not as_json:
            complain(f"{result.failed.request}: the engines differ; looking for a smaller scenario that shows it.")
        shrunk = smallest(result.failed, shrink_seconds)
    if as_json:
        put_json(_object(seed, result, shrunk))
    else:
        _show(result, shrunk, quiet)
        say(last_line(result))
    return 0 if shrunk is None else _DIFFERENT


def _show(result: SearchResult, shrunk: tuple[str, Comparison] | None, quiet: bool) -> None:
    from cascadesim.devtools.engine_comparison.report import difference_text, mechanisms_text

    if not quiet:
        say(mechanisms_text(result) + "\n")
    if shrunk is not None and result.failed is not None:
        toml, smaller = shrunk
        again = f"cascadesim verify engines --n 0 --library FILE --seed {smaller.request.seed}"
        say(f"# The engines differ on this file: {again}\n{toml}")
        say(f"Made smaller: {difference_text(smaller)}\n\nAs it was: {difference_text(result.failed)}\n")


def _object(seed: int, result: SearchResult, shrunk: tuple[str, Comparison] | None) -> dict[str, Any]:
    difference = None
    if shrunk is not None and result.failed is not None:
        toml, smaller = shrunk
        assert result.failed.difference is not None and smaller.difference is not None
        difference = {
            "scenario": str(result.failed.request),
            "seed": result.failed.request.seed,
            "replication": result.failed.request.replication,
            **asdict(result.failed.difference),
            "shrunk": {"toml": toml, **asdict(smaller.difference)},
        }
    return {
        "version": __version__,
        "seed": seed,
        "identical": shrunk is None,
        "scenarios": result.scenarios,
        "passed_over": result.invalid,
        "rows": result.rows,
        "rows_at_shared_instants": result.shared,
        "mechanisms": {chapter: dict(counts) for chapter, counts in result.occurred.items()},
        "difference": difference,
    }
