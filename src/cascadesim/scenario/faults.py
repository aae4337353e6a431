"""What pydantic finds, as faults at paths of the document, each with a repair so that the search can go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cascadesim.lookup import nearest
from cascadesim.scenario.astray import at, header, is_there, meant_table
from cascadesim.scenario.document import dotted
from cascadesim.scenario.keys import NAMES, Node, below, patterns, standing
from cascadesim.scenario.locate import Path
from cascadesim.scenario.time_units import converted, other_unit
from cascadesim.scenario.words import shown, wrong

MISSING: Any = object()
DROP: Any = object()

_EVERYWHERE = {"source", "kind", "week", "value", "note", "from", "dist", "required", "rate", "count"}
"""Keys of so many tables that naming one of them would be a guess."""


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


def find(root: Node, data: Any, location: tuple[str | int, ...]) -> tuple[Path, Node | None, Any]:
    """Where in the document pydantic's `location` is: (path, what may stand there, what does or `MISSING`).

    pydantic's locations also name the variant of a distribution and the parts of what stands there as a plain number.
    """
    path: Path = ()
    node: Node | None = root
    value = data
    rest = list(location)
    while rest and node is not None:
        if node.kind in ("amount", "clock"):
            tag = str(rest.pop(0))
            if not rest:
                break
            node = node.variants.get(tag)
            if node is not None and tag == "constant" and not (isinstance(value, dict) and "dist" in value):
                node = node.fields["value"]
                rest = rest[1:]
        elif node.kind == "rate" and not isinstance(value, list):
            node = standing(node, value)
            rest = rest[2:]
        elif node.kind == "quantity" and not isinstance(value, dict):
            rest = []
        else:
            key = rest.pop(0)
            node = below(node, key)
            path = (*path, key)
            try:
                value = value[key]
            except (KeyError, IndexError, TypeError):
                value = MISSING
    return path, node, value


def read(root: Node, data: Any, error: Any) -> Fault:
    """The fault that one of pydantic's error records stands for."""
    kind, location = error["type"], error["loc"]
    if kind == "extra_forbidden":
        path, _, _ = find(root, data, location[:-1])
        return _unknown(root, data, (*path, location[-1]))
    path, node, value = find(root, data, location)
    if node is None:
        return Fault(path, "this cannot be read.", "", "invalid", DROP)
    if kind == "missing":
        return _missing(path, node)
    if kind == "bounds" and isinstance(value, dict):
        return _beyond(path, node, value, error["ctx"]["key"])
    if kind in ("together", "one_of"):
        return _conflict(path, node, value, error)
    if node.kind in ("amount", "clock") and isinstance(value, dict):
        return _which(path, node, value)
    message, hint = wrong(node, value)
    if isinstance(value, dict) and node.kind == "list" and len(path) == 1:
        hint = f"Write [{header(path)}], with two brackets."
    if kind == "too_short":
        message = "is empty; at least one is needed."
    return Fault(path, message, hint, "wrong_value", stand_in(node))


def _beyond(path: Path, node: Node, value: dict[str, Any], key: str) -> Fault:
    """A quantity whose value or range is out of bounds; told once, since percentages come three at a time."""
    message, hint = wrong(node.fields[key], value[key])
    return Fault((*path, key), message, hint, "wrong_value", stand_in(node), mends=path)


def _missing(path: Path, node: Node) -> Fault:
    return Fault(path, f"is missing. Needed: {node.allowed}.", "", "missing", stand_in(node))


def _conflict(path: Path, node: Node, value: Any, error: Any) -> Fault:
    """Keys of one table that do not go together."""
    keys = error["ctx"]["keys"]
    given = {key: value[key] for key in keys if isinstance(value, dict) and key in value}
    if error["type"] == "one_of":
        got = "both are given" if given else "neither is given"
        return Fault(path, f"{error['msg']}; {got}.", "", "conflict", stand_in(node), together=not given)
    got = ", ".join(f"{key} = {shown(_plain(item))}" for key, item in given.items())
    message = f"got {got}; {error['msg']}." if got else f"{error['msg']}."
    return Fault(path, message, "", "conflict", stand_in(node), together=True)


def _plain(value: Any) -> Any:
    return value["value"] if isinstance(value, dict) and "value" in value else value


def _which(path: Path, node: Node, value: dict[str, Any]) -> Fault:
    """A distribution or clock that does not say which one it is, or says one that there is not."""
    names = sorted(node.variants)
    here, repair = (*path, "dist"), stand_in(node)
    if "dist" not in value:
        hint = f"Write one of: {', '.join(names)}."
        return Fault(here, "is missing; it says which clock this is.", hint, "missing", repair, mends=path)
    dist = value["dist"]
    close = nearest(dist, names) if isinstance(dist, str) else None
    hint = " ".join([*([f"Did you mean {close}?"] if close else []), f"Known: {', '.join(names)}."])
    return Fault(here, f"got {shown(dist)}, which is not known.", hint, "wrong_value", repair, mends=path)


def _unknown(root: Node, data: Any, path: Path) -> Fault:
    """A key that is not known here: in the wrong table, or misspelt."""
    key, table = str(path[-1]), path[:-1]
    known = _known(root, data, table)
    table_meant = meant_table(data, path, _node_at(root, data, table))
    if table_meant is not None:
        new = () if is_there(data, table_meant[:-1]) else (table_meant[:-1],)
        doubts = (path, table_meant, *new, *((table,) if path[:1] == ("tier",) else ()))
        return Fault(path, "unknown table.", f"Write {header(table_meant)}.", "wrong_table", DROP, doubts)
    around = next((part for part in reversed(table) if isinstance(part, str)), "")
    other = other_unit(key, known, around)
    close, elsewhere = other or _meant(key, known), _elsewhere(key, path)
    if elsewhere and not other and not (close and _same_letters(close, key)):
        tables = " or ".join(f"[{dotted(home[:-1])}]" if len(home) > 1 else "the top of the file" for home in elsewhere)
        return Fault(path, "unknown key here.", f"It belongs in {tables}.", "wrong_table", DROP, tuple(elsewhere))
    if close:
        hint = f"Did you mean {close}?{converted(key, close, at(data, path), around)}"
        return Fault(path, "unknown key.", hint, "unknown_key", DROP, ((*table, close),))
    return Fault(path, "unknown key.", f"Known: {', '.join(sorted(known))}.", "unknown_key", DROP)


def _meant(key: str, known: list[str]) -> str | None:
    """The known key that was probably meant: one that is spelt much the same, or the only one that begins so."""
    longer = [name for name in known if name.startswith(f"{key}_")]
    return nearest(key, known) or (longer[0] if len(longer) == 1 else None)


def _node_at(root: Node, data: Any, table: Path) -> Node | None:
    """What may stand at a path of the document."""
    node: Node | None = root
    for key in table:
        assert node is not None
        real = standing(node, data)
        node = None if real is None else below(real, key)
        data = data[key]
    return node


def _known(root: Node, data: Any, table: Path) -> list[str]:
    """The keys that may stand in the table at `table`."""
    node = _node_at(root, data, table)
    value = data
    for key in table:
        value = value[key]
    real = None if node is None else standing(node, value)
    names = list(real.fields) if real is not None else []
    return [*names, "dist"] if node is not None and node.kind == "amount" and "dist" not in names else names


def _same_letters(one: str, other: str) -> bool:
    """Whether two keys differ in next to nothing: a misspelling rather than the key of another table."""
    return one.replace("_", "").lower() == other.replace("_", "").lower()


def _elsewhere(key: str, path: Path) -> list[Path]:
    """Where else a key of this name stands, nearest first, with the names of this path filled in; at most two."""
    found: list[tuple[int, Path]] = []
    for parts, _ in patterns():
        if parts[-1] == key and "N" not in parts and key not in _EVERYWHERE:
            home = _named_as(path, parts)
            found.append((_shared(path, home), home))
    most = max((common for common, _ in found), default=0)
    return [home for common, home in found if common == most][:2]


def _shared(one: Path, other: Path) -> int:
    """How many parts two paths have in common from the left."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _named_as(path: Path, parts: tuple[str, ...]) -> Path:
    """The pattern with the names that `path` has as far as it runs along the pattern."""
    home: Path = ()
    for part in parts:
        shared = len(home) < len(path) - 1 and path[: len(home)] == home
        home = (*home, path[len(home)] if part in NAMES.values() and shared else part)
    return home


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
