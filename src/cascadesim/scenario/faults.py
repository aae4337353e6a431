"""What pydantic finds, as faults at paths of the document, each with a repair so that the search can go on."""

from __future__ import annotations

from typing import Any

from cascadesim.lookup import nearest
from cascadesim.scenario.astray import header, misspelt_tier
from cascadesim.scenario.at_sites import staff_table
from cascadesim.scenario.dated import week_of_date
from cascadesim.scenario.fault import DROP, MISSING, Fault, stand_in
from cascadesim.scenario.keys import Node, below, standing
from cascadesim.scenario.locate import Path
from cascadesim.scenario.target import written_right
from cascadesim.scenario.unknown_keys import unknown_key
from cascadesim.scenario.unnamed import unnamed
from cascadesim.scenario.words import shown, wrong


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
        return unknown_key(root, data, (*path, location[-1]))
    path, node, value = find(root, data, location)
    nameless = unnamed(root, data, path)
    if nameless is not None:
        return nameless
    if node is None:
        return Fault(path, "this cannot be read.", "", "invalid", DROP)
    if kind == "missing":
        return _missing(data, path, node)
    if kind == "bounds" and isinstance(value, dict):
        return _beyond(path, node, value, error["ctx"]["key"])
    if kind in ("together", "one_of"):
        return _conflict(path, node, value, error)
    if node.kind in ("amount", "clock") and isinstance(value, dict):
        return _which(path, node, value)
    message, hint = wrong(node, value)
    hint = _by_place(path, node, value, data) or hint
    if kind == "too_short":
        message = "is empty; at least one is needed."
    return Fault(path, message, hint, "wrong_value", stand_in(node))


def _by_place(path: Path, node: Node, value: Any, data: dict[str, Any]) -> str:
    """The hint for a value that is told by where it stands."""
    if isinstance(value, dict) and node.kind == "list" and len(path) == 1:
        return f"Write [{header(path)}], with two brackets."
    if path == ("target", "reach"):
        return written_right(value)
    return staff_table(path, value) or week_of_date(data, path, node, value)


def _beyond(path: Path, node: Node, value: dict[str, Any], key: str) -> Fault:
    """A quantity whose value or range is out of bounds; told once, since percentages come three at a time."""
    message, hint = wrong(node.fields[key], value[key])
    return Fault((*path, key), message, hint, "wrong_value", stand_in(node), mends=path)


def _missing(data: dict[str, Any], path: Path, node: Node) -> Fault:
    close = misspelt_tier(data, path)
    if close is not None:
        table, meant = path[:2], ("tier", close)
        message = f"{path[1]} is not in the cascade."
        return Fault(table, message, f"Did you mean {close}?", "cascade", DROP, (table, meant))
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
