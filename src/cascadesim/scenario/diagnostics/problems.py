"""What can be wrong with a file: faults of form, each with a repair so that the search goes on, and findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.key_tree import Node

MISSING: Any = object()
DROP: Any = object()


@dataclass(frozen=True)
class FormFault:
    """One fault of form at `path`. `repair` is a harmless value to put there, or `DROP`; to `repairs`, if given.

    `suspect_paths` are further paths of which nothing more should be said: what was probably meant.
    `together` marks a fault of several keys of one table, not worth saying if one of them is wrong by itself.
    """

    path: KeyPath
    message: str
    hint: str
    code: str
    repair: Any
    suspect_paths: tuple[KeyPath, ...] = ()
    together: bool = False
    repairs: KeyPath = ()


class FileHints:
    """What a kind of file knows of the slips that are made in it, besides the shape of its keys.

    Each rule gives None where it knows nothing; this class knows nothing at all.
    """

    def unknown_key(self, root: Node, data: dict[str, Any], path: KeyPath) -> FormFault | None:
        """What an unknown key stands for; `root` is the tree of the keys."""

    def missing_key(self, data: dict[str, Any], path: KeyPath) -> FormFault | None:
        """Why a key is missing."""

    def wrong_value(self, data: dict[str, Any], path: KeyPath, node: Node, value: Any) -> str | None:
        """The hint for a value that may not stand at `node`."""

    def example_name(self, data: dict[str, Any], path: KeyPath) -> str | None:
        """A name for the table of names at `path`, to write an example with."""

    def is_told(self, path: KeyPath, value: Any) -> bool | None:
        """Whether a key with this value, in the place of a name in the table at `path`, is told of by `unknown_key`."""

    def after_known_keys(self, path: KeyPath) -> str | None:
        """What is said of an unknown key that is like no other, after the list of those that are known."""


def stand_in(node: Node) -> Any:
    """A harmless value that may stand at `node`, so that the rest can be looked at."""
    if node.stand_in is not None:
        return node.stand_in
    if node.kind == "table":
        return {key: stand_in(child) for key, child in node.fields.items() if child.required}
    if node.kind == "names":
        return {"x": stand_in(node.item)} if node.fewest and node.item else {}
    if node.kind == "list":
        return [stand_in(node.item)] * node.fewest if node.item else []
    if node.kind in ("tagged", "forms"):
        name, variant = next(iter(node.variants.items()))
        return stand_in(variant) | {node.tag: name} if node.tag else stand_in(variant)
    if node.kind == "choice":
        return node.choices[0]
    if node.kind in ("whole", "number", "quantity"):
        bounds = node.bounds
        return 1 if bounds is None else next(filter(bounds.hold, (1, bounds.least, bounds.most)), 1)
    return {"amount": 1, "rate": 0, "flag": False, "date": "2000-01-01", "text": "x", "changes": {}, "any": 0}[
        node.kind
    ]


@dataclass(frozen=True)
class Finding:
    """One fault (or warning) at `path` of a scenario whose form is sound.

    `reads` are the keys that it was concluded from, if not from `path` alone.
    """

    path: KeyPath
    message: str
    hint: str = ""
    code: str = "inconsistent"
    reads: tuple[KeyPath, ...] = ()
    warning: bool = False


def presence_of(*path: str | int) -> KeyPath:
    """A read of whether there is anything at `path`, whatever is in it: nothing below it can cast doubt on that."""
    return (*path, "")


def holds(finding: Finding, suspect_paths: Iterable[KeyPath]) -> bool:
    """Whether a finding rests on nothing that is itself at fault."""
    reads = finding.reads or (finding.path,)
    for suspect in suspect_paths:
        size = len(suspect)
        if finding.path[:size] == suspect:
            return False
        if any(read[:size] == suspect or suspect[: len(read)] == read for read in reads):
            return False
    return True
