"""What a study comes to before it is run, in words."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cascadesim.analysis.words import count_of, duration

if TYPE_CHECKING:
    from cascadesim.experiment.study import Study
    from cascadesim.experiment.sweep.dry_run import DryRun


def pilot_text(study: Study, found: DryRun, jobs: int) -> str:
    """The size of a study on a few lines."""
    lines = [f"{study.title or study.name}: {study.design.kind}, {count_of(found.points, 'point')} to run"]
    if found.excluded:
        lines.append(f"  {found.excluded:,} more break a constraint and are left out")
    if found.rows != found.points + found.excluded:
        lines.append(f"  the design has {found.rows:,} rows; equal ones are run once")
    upto = f" at least, {found.most_runs:,} at most" if found.most_runs != found.runs else ""
    lines += [
        f"  {found.runs:,} replications{upto}",
        f"  about {duration(found.seconds)} with {count_of(jobs, 'process', 'processes')}; {found.tried} points tried",
        f"  about {size(found.bytes)} on disk",
    ]
    if found.bad:
        lines.append(f"  {found.bad} of {found.tried} points tried cannot be run: {found.problem}")
    return "\n".join(lines)


def pilot_object(found: DryRun) -> dict[str, Any]:
    """The same as `--json` gives it."""
    return asdict(found)


def size(number: int) -> str:
    """A number of bytes in the unit that suits it."""
    for power, unit in ((3, "GB"), (2, "MB"), (1, "kB")):
        if number >= 1000**power:
            return f"{number / 1000**power:.{0 if number >= 10 * 1000**power else 1}f} {unit}"
    return f"{number} bytes"
