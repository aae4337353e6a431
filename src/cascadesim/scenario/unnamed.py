"""Keys where a name of the scenario's own is missing: `[tier.NAME.engagement]` for `[tier.NAME.engagement.stipend]`."""

from __future__ import annotations

from typing import Any

from cascadesim.scenario.astray import header
from cascadesim.scenario.fault import DROP, Fault
from cascadesim.scenario.keys import Node, below, standing
from cascadesim.scenario.locate import Path

_EXAMPLES = {
    "tier": ("tier", "trainer"),
    "life": ("reason", "moving"),
    "stream": ("stream", "clinic"),
    "format": ("format", "group"),
    "organisation": ("state", "readiness"),
    "engagement": ("measure", "stipend"),
    "sources": ("source", "report"),
}


def unnamed(root: Node, data: dict[str, Any], path: Path) -> Fault | None:
    """The fault where `path` leads through a key in the place of a name; told once for the table around it."""
    node, value = root, data
    for depth, key in enumerate(path):
        real = standing(node, value)
        child = below(real, key) if real is not None else None
        if real is None or not isinstance(value, dict) or key not in value:
            return None
        astray = path[:depth] == ("tier",) and isinstance(value[key], dict)  # told by `meant_table`
        if real.kind == "names" and path[depth - 1] in _EXAMPLES and not astray and _is_key(real, str(key), value[key]):
            hint = _hint(path[:depth], str(key), value[key], data)
            here, said = path[: depth + 1], "is a key, and here stands a name."
            return Fault(here, said, hint, "wrong_table", DROP, (path[:depth],))
        if child is None:
            return None
        node, value = child, value[key]
    return None


def _is_key(node: Node, key: str, value: Any) -> bool:
    """Whether `key` is one of the tables that `node` holds by name, and `value` no such table itself."""
    fields = node.item.fields if node.item is not None else {}
    return key in fields and not (isinstance(value, dict) and set(value) & set(fields))


def _hint(table: Path, key: str, value: Any, data: dict[str, Any]) -> str:
    noun, name = _EXAMPLES[str(table[-1])]
    cascade = data.get("cascade")
    if noun == "tier" and isinstance(cascade, list) and cascade:
        name = str(cascade[0])
    tables = isinstance(value, dict) and not {"value", "dist"} & set(value)
    return f"Name the {noun}: write {header((*table, name, key) if tables else (*table, name))} above it."
