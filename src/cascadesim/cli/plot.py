"""`cascadesim plot`: pictures of a finished sweep."""

from __future__ import annotations

from pathlib import Path

import click

from cascadesim._version import __version__
from cascadesim.cli.console import put_json, say

FIGURES = "figures"


@click.command(name="plot", short_help="Draw what a finished sweep shows.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("kind", metavar="[KIND]", required=False)
@click.option("--measure", "measures", multiple=True, metavar="NAME", help="Only this one; may be repeated.")
@click.option("--x", metavar="FACTOR", help="What goes across, in heatmap and multiples.")
@click.option("--y", metavar="FACTOR", help="What goes up in heatmap; whose levels are the lines of multiples.")
@click.option("--at", type=float, metavar="VALUE", help="Mark this value, as the axis has it, not the target.")
@click.option("-o", "out", metavar="PICTURE", type=click.Path(path_type=Path), help="A .png or .svg, of one picture.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors (and the JSON object).")
def command(
    folder: Path,
    kind: str | None,
    measures: tuple[str, ...],
    x: str | None,
    y: str | None,
    at: float | None,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Draw what the sweep in DIR shows into DIR/figures: one KIND, or all that suit the design of the study.

    \b
    heatmap      a measure over two factors, with the line of the target
    multiples    a measure along a factor; lines and panels by two more
    differences  the best, or the base of variants, beside the others
    tornado      what each factor does by itself (design oat)
    morris       size and spread of effects (design morris)
    sobol        shares of the variance (design sobol_indices)
    fan          week by week (--measure is a column of kept trajectories)
    cdf          the spread over runs, and the chance of the target
    convergence  how a mean settles as replications are added

    The measure `target` is the chance of the scenario's target.
    """
    from cascadesim.analysis.study.results import read_results
    from cascadesim.errors import UsageError
    from cascadesim.report.study.album import pictures, save_picture, save_pictures

    found = pictures(read_results(folder), kind, measures, x, y, at)
    if out is None:
        paths = save_pictures(found, folder / FIGURES)
    elif len(found) == 1:
        save_picture(found[0], out)
        paths = [out]
    else:
        raise UsageError(
            f"-o is for one picture, and these are {len(found)}.",
            hint="Give a KIND and one --measure, or leave -o out.",
            code="several",
        )
    if as_json:
        drawn = [
            {"kind": each.kind, "measure": each.scene.measure, "file": str(path)}
            for each, path in zip(found, paths, strict=True)
        ]
        put_json({"version": __version__, "folder": str(folder), "pictures": drawn})
    elif not quiet:
        say("\n".join(str(path) for path in paths))
    return 0
