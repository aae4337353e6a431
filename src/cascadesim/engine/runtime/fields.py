"""What the records of the engine are made of, and how they lie in memory where they are compiled.

A record is a plain dataclass: with Python it is an object with slots, compiled it is a row of 64-bit words. The
annotations say which: `int`, `bool` and `float` are one word, `Word` is one of 64 unsigned bits, another record is a
reference (None where there is nobody), `Rows` are records one after another, `list` are numbers or references, and a
`Growing` list can be added to at its end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from typing import Any, NamedTuple, TypeAlias, TypeVar

Word: TypeAlias = int
Rows: TypeAlias = list
Growing: TypeAlias = list
T = TypeVar("T")

RECORDS: dict[str, type] = {}
"""Every record type by its name."""

WORDS_OF = {"int": 1, "bool": 1, "float": 1, "Word": 1, "Reference": 1, "list": 2, "Rows": 2, "Growing": 4}
"""How many words a field takes: a list is (where, how many), a growing one (where, how many, room, its world)."""


class Field(NamedTuple):
    """One field of a record: `element` is what a list is made of, `size` how many there are where that is fixed."""

    name: str
    kind: str
    element: str
    offset: int
    words: int
    size: int
    default: int | float


def record(cls: type[T]) -> type[T]:
    """Make a record of a class with annotations; a field without a default is 0, False, 0.0, None or an empty list."""
    for name, annotation in cls.__annotations__.items():
        if name not in cls.__dict__:
            setattr(cls, name, _nothing(annotation))
    made = dataclass(eq=False, slots=True)(cls)
    RECORDS[made.__name__] = made
    return made


def _nothing(annotation: str) -> Any:
    if annotation.startswith("Growing["):
        return field(default_factory=list)
    if annotation.startswith(("list[", "Rows[")):
        return ()
    return {"int": 0, "bool": False, "float": 0.0, "Word": 0}.get(annotation)


def fixed(size: int) -> Any:
    """A list of so many whole numbers, within the record."""
    return field(default_factory=lambda: [0] * size, metadata={"size": size})


def plain_only() -> Any:
    """A field that only plain objects have."""
    return field(default=None, metadata={"plain": True})


def instead_of(name: str) -> Any:
    """A field that lies where another one does: only one of them is there."""
    return field(default=None, metadata={"instead_of": name})


@cache
def layout(name: str) -> tuple[Field, ...]:
    """The fields of a record, in order."""
    found: list[Field] = []
    offset = 0
    for each in fields(RECORDS[name]):
        if each.metadata.get("plain"):
            continue
        annotation = str(each.type)
        kind, _, element = annotation.removesuffix("]").partition("[")
        size = each.metadata.get("size", 0)
        if kind not in WORDS_OF:
            kind, element = "Reference", annotation
        words = size or WORDS_OF[kind]
        shared = next((one for one in found if one.name == each.metadata.get("instead_of")), None)
        if shared is not None:
            found.append(Field(each.name, kind, element, shared.offset, words, size, 0))
            continue
        default = 0 if each.default is MISSING or each.default in (None, ()) else each.default
        found.append(Field(each.name, kind, element, offset, words, size, default))
        offset += words
    return tuple(found)


@cache
def words(name: str) -> int:
    """How many words a record takes."""
    return max(each.offset + each.words for each in layout(name))


def maker(kind: type[T]) -> Callable[[Any], T]:
    """A function that makes a record of this type, for a world."""

    def make(world: Any) -> T:
        return kind()

    make.__name__ = f"new_{kind.__name__}"
    make.record = kind.__name__  # type: ignore[attr-defined]
    return make


def rows_maker(kind: type[T]) -> Callable[[Any, int], list[T]]:
    """A function that makes so many records of this type, one after another."""

    def make(world: Any, number: int) -> list[T]:
        return [kind() for _ in range(number)]

    make.__name__ = f"new_{kind.__name__}_rows"
    make.rows = kind.__name__  # type: ignore[attr-defined]
    return make
