"""What is wrong, or doubtful, with a scenario whose form is sound."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cascadesim.scenario.locate import Path


@dataclass(frozen=True)
class Finding:
    """One fault (or warning) at `path`. `reads` are the keys that it was concluded from, if not from `path` alone."""

    path: Path
    message: str
    hint: str = ""
    code: str = "inconsistent"
    reads: tuple[Path, ...] = ()
    warning: bool = False


def there(*path: str | int) -> Path:
    """A read of whether there is anything at `path`, whatever is in it: nothing below it can cast doubt on that."""
    return (*path, "")


def stands(finding: Finding, doubts: Iterable[Path]) -> bool:
    """Whether a finding rests on nothing that is itself at fault."""
    reads = finding.reads or (finding.path,)
    for doubt in doubts:
        size = len(doubt)
        if finding.path[:size] == doubt:
            return False
        if any(read[:size] == doubt or doubt[: len(read)] == read for read in reads):
            return False
    return True
