"""`cascadesim sweep`: a study file in, a store of results and its tables out."""

from __future__ import annotations

from pathlib import Path

import click

from cascadesim.cli.sitting import How, hold, how_options, tell
from cascadesim.cli.warned import show_plan_warnings
from cascadesim.experiment.limits import MAX_SEED


class _Shard(click.ParamType):  # type: ignore[type-arg]
    name = "i/n"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        if isinstance(value, tuple):
            return value
        number, _, of = str(value).partition("/")
        if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
            self.fail(f"{value!r} is no part of a whole. Write 1/4 for the first of four.", param, ctx)
        return int(number), int(of)


@click.command(name="sweep", short_help="Run a study: many settings, many replications.")
@click.argument("study", metavar="STUDY", type=click.Path(path_type=Path))
@click.option("-o", "out", metavar="DIR", type=click.Path(path_type=Path), help="Default: results/NAME-HASH.")
@click.option("--seed", type=click.IntRange(0, MAX_SEED), help="In place of the study's own.")
@click.option("--quick", is_flag=True, help="The small size that the study gives under [quick].")
@click.option("--shard", type=_Shard(), default=(1, 1), metavar="i/n", help="Only part i of n; `merge` joins them.")
@click.option("--dry-run", is_flag=True, help="Say how much there is to do, by a few trial runs; write nothing.")
@how_options
def command(
    study: Path, out: Path | None, seed: int | None, quick: bool, shard: tuple[int, int], dry_run: bool, how: How
) -> int:
    """Run all settings of a STUDY file and keep what every replication gave.

    What is done is safe at any moment: whatever stops it, `cascadesim resume DIR` goes on. The same STUDY, seed and
    version give the same tables, whatever --jobs. Where DIR has begun with this study already, it goes on.

    Exit codes: 0 done; 3 the STUDY is wrong; 4 DIR cannot be used; 5 some points have no numbers; 130, 143 stopped.
    """
    from cascadesim.cli.check_study import refuse_scenario
    from cascadesim.experiment.study import read_study
    from cascadesim.experiment.study.read import base_warnings
    from cascadesim.experiment.study.sizes import resized
    from cascadesim.experiment.sweep.sweep import default_folder, sweep

    refuse_scenario(study)
    asked = resized(read_study(study, quick), seed)
    if not (how.quiet or how.as_json):
        show_plan_warnings(base_warnings(study))
    if dry_run:
        return _dry_run(asked, shard, how)
    place = default_folder(asked, shard) if out is None else out
    with hold(f"{asked.name}", place, asked, how) as manner:
        swept = sweep(asked, place, manner, shard)
    return tell(swept, asked.seed, how)


def _dry_run(asked: object, shard: tuple[int, int], how: How) -> int:
    from cascadesim.cli.console import put_json, say
    from cascadesim.experiment.study import Study
    from cascadesim.experiment.sweep.dry_run import dry_run
    from cascadesim.report.sweep import pilot_object, pilot_text

    assert isinstance(asked, Study)
    found = dry_run(asked, how.jobs, shard, how.engine)
    if how.as_json:
        put_json(pilot_object(found))
    else:
        say(pilot_text(asked, found, how.jobs))
    return 0
