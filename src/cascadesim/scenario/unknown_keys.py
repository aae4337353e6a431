"""Keys that are not known where they stand: misspelt, in another unit, in the wrong table, without a name above."""

from __future__ import annotations

from typing import Any

from cascadesim.lookup import nearest
from cascadesim.scenario.astray import at, header, is_there, meant_table
from cascadesim.scenario.at_sites import staff_table
from cascadesim.scenario.dated import key_of_date
from cascadesim.scenario.document import dotted
from cascadesim.scenario.fault import DROP, Fault
from cascadesim.scenario.keys import NAMES, Node, below, patterns, standing
from cascadesim.scenario.locate import Path
from cascadesim.scenario.time_units import converted, other_unit
from cascadesim.scenario.unnamed import unnamed
from cascadesim.scenario.variants import TAKE_OUT

_EVERYWHERE = {"source", "kind", "week", "value", "note", "from", "dist", "required", "rate", "count"}
"""Keys of so many tables that naming one of them would be a guess."""


def unknown_key(root: Node, data: Any, path: Path) -> Fault:
    """A key that is not known here: in the wrong table, or misspelt."""
    known = _known(root, data, path[:-1])
    return _astray(root, data, path, known) or unnamed(root, data, path) or _misspelt(data, path, known)


def _astray(root: Node, data: Any, path: Path, known: list[str]) -> Fault | None:
    """A table put together the wrong way, a date where a week is asked for, the site of an intake."""
    key, table = str(path[-1]), path[:-1]
    meant = meant_table(data, path, _node_at(root, data, table))
    if meant is not None:
        new = () if is_there(data, meant[:-1]) else (meant[:-1],)
        doubts = (path, meant, *new, *((table,) if path[:1] == ("tier",) else ()))
        return Fault(path, "unknown table.", f"Write {header(meant)}.", "wrong_table", DROP, doubts)
    dated, hint = key_of_date(data, key, known, at(data, path))
    hint = hint or staff_table(path, at(data, path))
    doubts = ((*table, dated),) if dated else ()
    return Fault(path, "unknown key here.", hint, "wrong_table", DROP, doubts) if hint else None


def _misspelt(data: Any, path: Path, known: list[str]) -> Fault:
    """A key of another unit, of another table, or spelt like one that is known."""
    key, table = str(path[-1]), path[:-1]
    around = next((part for part in reversed(table) if isinstance(part, str)), "")
    other = other_unit(key, known, around)
    close, elsewhere = other or _meant(key, known), _elsewhere(key, path)
    if elsewhere and not other and not (close and _same_letters(close, key)):
        tables = " or ".join(f"[{dotted(home[:-1])}]" if len(home) > 1 else "the top of the file" for home in elsewhere)
        return Fault(path, "unknown key here.", f"It belongs in {tables}.", "wrong_table", DROP, tuple(elsewhere))
    if close:
        hint = f"Did you mean {close}?{converted(key, close, at(data, path), around)}"
        return Fault(path, "unknown key.", hint, "unknown_key", DROP, ((*table, close),))
    hint = f"Known: {', '.join(sorted(known))}."
    hint = f"{hint} {TAKE_OUT}" if path[:1] == ("variant",) else hint
    return Fault(path, "unknown key.", hint, "unknown_key", DROP)


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
