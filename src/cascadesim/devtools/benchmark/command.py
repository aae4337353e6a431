"""`cascadesim bench [FOLDER]`: how fast both engines are, beside other ways to write the same queue."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import click

from cascadesim.cli.console import heading_style, progress_bar, put_json, say
from cascadesim.devtools.benchmark.measure import BenchmarkSizes, sizes
from cascadesim.experiment.files import write_whole

_MOST_ROUNDS = 1_000


@click.command(name="bench", short_help="How fast it is, measured here and now.")
@click.argument("folder", default="scenarios", metavar="[FOLDER]", type=click.Path(path_type=Path))
@click.option("--repeats", type=click.IntRange(1, _MOST_ROUNDS), help="Rounds that count; default 7.")
@click.option("--full", is_flag=True, help="Also national-scale at its full size: minutes, and gigabytes.")
@click.option("--quick", is_flag=True, help="Small sizes, to see that it works; its figures mean little.")
@click.option("--profile", is_flag=True, help="Instead: where the time of the SimPy engine goes.")
@click.option(
    "-o", "--output", "out", type=click.Path(path_type=Path), help="Default: results/bench-TIME.json; a picture beside."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def command(
    folder: Path, repeats: int | None, full: bool, quick: bool, profile: bool, out: Path | None, as_json: bool
) -> None:
    """Measure both engines on the scenarios in FOLDER (default: scenarios), and the bars that they have to clear.

    Everything takes turns in one run: scenarios, the queue M/M/20+M by seven means, growing programmes, threads. Fresh
    processes then tell of memory and compilation. docs/explanation/performance.md says what is measured and how. An
    idle machine gives the steadiest figures. `pip install cascadesim[bench]` adds Ciw and Cimba.
    """
    if profile:
        _profile(folder, quick, as_json)
    else:
        _benchmark(folder, sizes(quick, full, repeats), out, as_json)


def _benchmark(folder: Path, sizes: BenchmarkSizes, out: Path | None, as_json: bool) -> None:
    from cascadesim.devtools.benchmark.report import benchmark_text, save_benchmark_figure
    from cascadesim.devtools.benchmark.run import benchmark, result_file

    path = result_file(out, dt.datetime.now(dt.UTC))  # before minutes are spent
    with progress_bar("bench", 1000, as_json) as progress:
        result = benchmark(folder, sizes, progress and (lambda done, steps: progress(1000 * done // steps, 1000)))
    write_whole(path, (json.dumps(result, indent=1, allow_nan=False) + "\n").encode())
    save_benchmark_figure(result, path.with_suffix(".png"))
    if as_json:
        put_json(result)
    else:
        say(benchmark_text(result, heading_style()))
        say(f"\nWrote {path} and, as a picture, {path.with_suffix('.png').name} (and .svg).")


def _profile(folder: Path, quick: bool, as_json: bool) -> None:
    from cascadesim.devtools.benchmark.report import profile_text
    from cascadesim.devtools.benchmark.workloads import profile

    shares = profile(folder, quick)
    if as_json:
        put_json(shares)
    else:
        say(profile_text(shares, heading_style()))
