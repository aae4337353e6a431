"""`cascadesim verify engines`: whether the two engines still give the same, row for row and bit for bit."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from cascadesim._version import __version__
from cascadesim.cli.console import complain, progress_bar, put_json, refuse_old_command, say
from cascadesim.devtools.engine_comparison.compare import IN_SCENARIOS, Comparison, mechanism_names, prepare_engine
from cascadesim.devtools.engine_comparison.search import SearchResult, search, smallest
from cascadesim.errors import MAX_JOBS
from cascadesim.model.rng import MAX_SEED
from cascadesim.scenario.number_formats import counted

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


_WIDTH = 80
_HEADINGS = {
    "events": "Events",
    "clocks": "Exits, absences and changes of hours by kind of clock, and by the model's own reasons",
    "constraints": "What bound",
    "hours": "Hours",
    "formats": "Formats in which care was given",
}


def mechanisms_text(result: SearchResult) -> str:
    """How often each mechanism occurred, and what never did."""
    chapters = mechanism_names().items()
    return "\n\n".join(_chapter(chapter, names, result.occurred[chapter]) for chapter, names in chapters)


def last_line(result: SearchResult) -> str:
    """The whole of it in one line."""
    share = f"{100 * result.shared / result.rows:.1f} %" if result.rows else "none"
    passed_over = f" ({result.invalid} passed over)" if result.invalid else ""
    verdict = "identical" if result.failed is None else "DIFFERENT"
    scenarios = f"{counted(result.scenarios, 'scenario')}{passed_over}"
    return f"{verdict}: {scenarios}, {result.rows:,} rows, {share} at shared instants; {_rarest(result)}"


def _rarest(result: SearchResult) -> str:
    every = [(chapter, name) for chapter, names in mechanism_names().items() for name in names]
    counts = {f"{chapter}.{name}": result.occurred[chapter][name] for chapter, name in every}
    occurred = [name for name, count in counts.items() if count]
    if not occurred:
        return f"none of {len(counts)} mechanisms occurred"
    rarest = min(occurred, key=lambda name: counts[name])
    how_many = "all" if len(occurred) == len(counts) else f"{len(occurred)} of"
    return f"{how_many} {len(counts)} mechanisms occurred, {rarest} least often ({counts[rarest]:,})"


def difference_text(comparison: Comparison) -> str:
    """The first thing in which the engines differ, each in its own words."""
    request, difference = comparison.request, comparison.difference
    assert difference is not None
    lines = [f"{request}, seed {request.seed}, replication {request.replication}: {difference.what}."]
    for engine, rows in (("SimPy", difference.simpy), ("compiled", difference.compiled)):
        lines += [f"{engine}:", *(f"  {row}" for row in rows)]
    return "\n".join(lines)


def _chapter(chapter: str, names: tuple[str, ...], counts: Mapping[str, int]) -> str:
    unit = "scenarios" if chapter in IN_SCENARIOS else "rows of the log"
    lines = [*textwrap.wrap(f"{_HEADINGS[chapter]} ({unit}):", _WIDTH), *_columns(names, counts)]
    never = [name for name in names if not counts[name]]
    if never:
        text = f"never: {', '.join(never)}"
        lines += textwrap.wrap(text, _WIDTH, initial_indent="  ", subsequent_indent="    ", break_long_words=False)
    return "\n".join(lines)


def _columns(names: tuple[str, ...], counts: Mapping[str, int]) -> Iterator[str]:
    """Those that occurred, side by side."""
    occurred = [(name, f"{counts[name]:,}") for name in names if counts[name]]
    if not occurred:
        return
    name_width, count_width = (max(map(len, column)) for column in zip(*occurred, strict=True))
    abreast = max(1, _WIDTH // (name_width + count_width + 3))
    cells = [f"  {name:<{name_width}} {count:>{count_width}}" for name, count in occurred]
    for first in range(0, len(cells), abreast):
        yield "".join(cells[first : first + abreast])
