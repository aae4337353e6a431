"""Keys that stand astray: a table whose name was put together the wrong way, a key given without its table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cascadesim.lookup import nearest
from cascadesim.scenario.document import dotted
from cascadesim.scenario.keys import NAMES, Node, patterns, tree
from cascadesim.scenario.locate import Path


def meant_table(data: dict[str, Any], path: Path, node: Node | None) -> Path | None:
    """Where the unknown table at `path`, in a table that `node` describes, most likely belongs.

    `[tier.training.NAME]` and `[NAME.training]` are `[tier.NAME.training]`; `[clients.NAME]` with the keys of a stream
    is `[clients.stream.NAME]`.
    """
    value = at(data, path)
    tiers = _names(data)
    item = tree().fields["tier"].item
    if not isinstance(value, dict) or item is None:
        return None
    if len(path) == 3 and path[0] == "tier" and path[1] in item.fields and path[2] in tiers:
        return ("tier", path[2], path[1])
    if len(path) == 1 and path[0] in tiers and value and set(value) <= set(item.fields):
        below = next(iter(value))
        return ("tier", path[0], below) if len(value) == 1 and isinstance(value[below], dict) else ("tier", path[0])
    for names in _names_of(node):
        inner = node.fields[names].item if node is not None else None
        if inner is not None and value and set(value) <= set(inner.fields):
            return (*path[:-1], names, path[-1])
    return None


def _names(data: dict[str, Any]) -> set[str]:
    """What tiers are called, by the cascade or by their tables."""
    cascade = data.get("cascade")
    named = {name for name in cascade if isinstance(name, str)} if isinstance(cascade, list) else set()
    tiers = data.get("tier")
    return named | (set(tiers) - set(tree().fields["tier"].item.fields) if isinstance(tiers, dict) else set())  # type: ignore[union-attr]


def _names_of(node: Node | None) -> Iterator[str]:
    """The keys of a table under which a scenario chooses the names itself."""
    for name, child in node.fields.items() if node is not None else ():
        if child.kind == "names" and child.item is not None and child.item.kind == "table":
            yield name


def is_there(data: Any, path: Path) -> bool:
    """Whether the document has anything at a path."""
    for part in path:
        if not isinstance(data, dict) or part not in data:
            return False
        data = data[part]
    return True


def at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def misspelt_tier(data: dict[str, Any], path: Path) -> str | None:
    """The tier of the cascade that was meant by a table [tier.NAME...] of which `path` is missing."""
    cascade, tiers = data.get("cascade"), data.get("tier")
    if path[:1] != ("tier",) or len(path) != 3 or not isinstance(cascade, list) or path[1] in cascade:
        return None
    return nearest(str(path[1]), [name for name in cascade if isinstance(name, str) and name in (tiers or ())])


def full_keys(data: dict[str, Any], end: str) -> list[str]:
    """The keys of the document that end so (`caseload`, `NAME.caseload`); where it gives none, those that it could."""
    parts = tuple(end.split("."))
    found: list[Path] = []
    for pattern, _ in patterns():
        if "N" not in pattern and pattern[-1] == parts[-1]:
            found += (
                path for path in _filled(data, pattern) if path[-len(parts) :] == parts and len(path) > len(parts)
            )
    distinct = list(dict.fromkeys(found))
    return [dotted(path) for path in [path for path in distinct if is_there(data, path)] or distinct]


def _filled(data: dict[str, Any], pattern: tuple[str, ...]) -> Iterator[Path]:
    """A pattern with the names that the document has in its places."""
    paths: list[Path] = [()]
    for part in pattern:
        if part not in NAMES.values():
            paths = [(*path, part) for path in paths]
            continue
        homes = [(path, at(data, path)) for path in paths if is_there(data, path)]
        paths = [(*path, name) for path, home in homes if isinstance(home, dict) for name in home]
    yield from paths


def header(path: Path) -> str:
    """A table as its header in the file."""
    return f"[{dotted(path)}]"
