"""A fault of form, and what can be put in the place of what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cascadesim.scenario.keys import Node
from cascadesim.scenario.locate import Path

MISSING: Any = object()
DROP: Any = object()


@dataclass(frozen=True)
class Fault:
    """One fault of form at `path`. `repair` is a harmless value to put there, or `DROP`.

    `doubts` are further paths of which nothing more should be said: what was probably meant. The repair goes to
    `mends` where that is another path.
    `together` marks a fault of several keys of one table, not worth saying if one of them is wrong by itself.
    """

    path: Path
    message: str
    hint: str
    code: str
    repair: Any
    doubts: tuple[Path, ...] = ()
    together: bool = False
    mends: Path = ()


def stand_in(node: Node) -> Any:
    """A harmless value that may stand at `node`, so that the rest can be looked at."""
    if node.kind == "table":
        return {key: stand_in(child) for key, child in node.fields.items() if child.required}
    if node.kind == "names":
        return {"x": stand_in(node.item)} if node.fewest and node.item else {}
    if node.kind == "changes":
        return {}
    if node.kind == "list":
        return [stand_in(node.item)] if node.fewest and node.item else []
    if node.kind == "clock":
        return {"dist": "date", "week": 0}
    if node.kind == "choice":
        return node.choices[0]
    if node.kind in ("whole", "number", "quantity"):
        return _number(node)
    return {"amount": 1, "rate": 0, "flag": False, "date": "2000-01-01", "text": "x"}[node.kind]


def _number(node: Node) -> int | float:
    bounds = node.bounds
    if bounds is None or bounds.hold(1):
        return 1
    return 1.0 if bounds.most > 1 else 0.5
