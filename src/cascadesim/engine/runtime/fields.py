"""What the records of the engine are made of, and how they lie in memory where they are compiled.

A record is a plain dataclass: with Python it is an object with slots, compiled it is a row of 64-bit words. The
annotations say which: `int`, `bool` and `float` are one word, `Word` is one of 64 unsigned bits, another record is a
reference (None where there is nobody), `Rows` are records one after another, `list` are numbers or references, and a
`Growing` list can be added to at its end. A tuple of a plan is laid out as `Rows` or `list`; texts are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from enum import IntEnum
from functools import cache
from typing import Any, NamedTuple, TypeAlias, TypeVar

from cascadesim.model import distributions, plan

Rows: TypeAlias = list
Growing: TypeAlias = list
T = TypeVar("T")

_OF_PLANS = {name: each for module in (distributions, plan) for name, each in vars(module).items()}
RECORDS: dict[str, type] = {
    name: each
    for name, each in _OF_PLANS.items()
    if (is_dataclass(each) or hasattr(each, "_fields")) and not name.endswith("Scope")
}
"""Every record type by its name; those of a plan too, unless the engine has one of that name which adds to it. No rule
reads the scope of a plan, which is of names."""
_CHOICES = {name for name, each in _OF_PLANS.items() if isinstance(each, type) and issubclass(each, IntEnum)}

WORDS_OF = {"int": 1, "bool": 1, "float": 1, "Word": 1, "Reference": 1, "list": 2, "Rows": 2, "Growing": 4}
"""How many words a field takes: a list is (where, how many), a growing one (where, how many, room, its world); the
numbers of one of fixed length follow them."""


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


def plan_record(cls: type[T]) -> type[T]:
    """Make a record of a plan, which never changes: its fields are given when it is made."""
    made = dataclass(frozen=True, eq=False, slots=True)(cls)
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


@cache
def layout(name: str) -> tuple[Field, ...]:
    """The fields of a record that are laid out, in order."""
    found: list[Field] = []
    offset = 0
    for field_name, annotation, default, metadata in _annotated(RECORDS[name]):
        size, kind, element = metadata.get("size", 0), *parts(annotation)
        if metadata.get("plain") or not kind:
            continue
        words = size + WORDS_OF[kind]
        found.append(Field(field_name, kind, element, offset, words, size, 0 if default in (None, ()) else default))
        offset += words
    return tuple(found)


def _annotated(record: Any) -> Iterator[tuple[str, str, Any, Any]]:
    """(name, annotation, default, metadata) of each field."""
    if is_dataclass(record):
        for each in fields(record):
            yield each.name, str(each.type), None if each.default is MISSING else each.default, each.metadata
    else:
        for name in record._fields:
            yield name, record.__annotations__[name].__forward_arg__, None, {}


def parts(annotation: str) -> tuple[str, str]:
    """The kind of a field and what a list is made of; nothing for what only Python reads."""
    kind, _, element = annotation.removesuffix(" | None").removesuffix("]").partition("[")
    element = element.removesuffix(", ...")
    if kind == "tuple":
        kind = "Rows" if element in RECORDS else "list"
    elif kind in RECORDS:
        kind, element = "Reference", kind
    elif kind in _CHOICES:
        kind = "int"
    known = kind in WORDS_OF and (not element or element in RECORDS or element in WORDS_OF)
    return (kind, element) if known else ("", "")


@cache
def words(name: str) -> int:
    """How many words a record takes."""
    return max((each.offset + each.words for each in layout(name)), default=0)


def new(world: Any, kind: type[T]) -> T:
    """A record of this kind, for a world."""
    return kind()


def new_rows(world: Any, kind: type[T], number: int) -> list[T]:
    """So many records of this kind, one after another."""
    return [kind() for _ in range(number)]
