"""A handful of scenarios with frozen digests, for the tests: of all numbers without their names, which may change.

`PYTHONPATH=tests python -m oracle freeze` writes them again. That is for a change that is meant to change numbers: look
at all of what it changes first (`compare --values`), and say it in the changelog.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from oracle.digest import digests
from oracle.sides import Side, Task

FILE = Path(__file__).with_name("frozen.txt")
ROOT = Path(__file__).parents[2]
SHIPPED = ("nairobi-funnel", "prosper-shaped", "prosper-shaped+3", "skill-decay+2", "tacts-swat", "uganda-chw")
GENERATED = 40


def tasks(engine: str = "auto") -> Iterator[Task]:
    """What is frozen, by name."""
    side = Side(ROOT, engine)
    names = {f"library/{name}" for name in SHIPPED}
    yield from ((name, run) for name, run in side.tasks("library") if name in names)
    yield from side.tasks("generated", 1, GENERATED)


def freeze() -> str:
    """Write the digests of now; what has changed, in words."""
    before = frozen() if FILE.exists() else {}
    now = {name: digests(run()).nameless for name, run in tasks()}
    FILE.write_text("".join(f"{name} {digest}\n" for name, digest in now.items()), encoding="utf-8")
    changed = sum(before.get(name) != digest for name, digest in now.items())
    return f"{len(now)} scenarios, {changed} of them not as before: {FILE.name}"


def frozen() -> dict[str, str]:
    """The digests of then."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return dict(line.split(" ", 1) for line in lines)
