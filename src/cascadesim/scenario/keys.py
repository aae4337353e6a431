"""The scenario language as a tree of keys, read off the schema: what may stand where, and what a value may be.

Messages, overrides, `explain` and the JSON Schema all walk this one tree, so none of them can disagree with the schema.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel
from pydantic.fields import FieldInfo

from cascadesim.scenario.base import Bounds
from cascadesim.scenario.locate import Path
from cascadesim.scenario.quantity import Limits, Quantity
from cascadesim.scenario.rates import Step
from cascadesim.scenario.schema import Scenario

UNSET: Any = object()
"""The default of a key that has none."""

NAMES = {
    "tier": "NAME",
    "site": "SITE",
    "life": "REASON",
    "stream": "NAME",
    "format": "NAME",
    "organisation": "STATE",
    "hazard_ratios": "STATE",
    "lost_hours_per_week": "STATE",
    "engagement": "MEASURE",
    "languages": "LANGUAGE",
    "also": "LANGUAGE",
    "sources": "ID",
}
"""How a pattern writes the names that a scenario chooses itself."""


@dataclass(frozen=True)
class Node:
    """What may stand at one place.

    `kind` is table, names (a table whose keys are free), changes (a table of any keys and values), list, rate (a number
    or a list of steps), quantity, amount (a number, a quantity or a distribution), clock, or the plain ones: whole,
    number, flag, text, date, choice.
    """

    kind: str
    allowed: str
    fields: Mapping[str, Node] = field(default_factory=dict)
    item: Node | None = None
    variants: Mapping[str, Node] = field(default_factory=dict)
    bounds: Bounds | None = None
    choices: tuple[Any, ...] = ()
    required: bool = False
    default: Any = UNSET
    fewest: int = 0


_FEW = 4


def _unwrapped(annotation: Any, metadata: tuple[Any, ...]) -> tuple[Any, list[Any]]:
    """The bare type, without `Annotated` and `| None`, and everything said about it on the way."""
    said = list(metadata)
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            said += more
        elif get_origin(annotation) in (Union, types.UnionType) and type(None) in get_args(annotation):
            rest = tuple(arg for arg in get_args(annotation) if arg is not type(None))
            annotation = rest[0] if len(rest) == 1 else Union[rest]  # noqa: UP007 - built at run time
        else:
            return annotation, said


def _node(annotation: Any, metadata: tuple[Any, ...] = ()) -> Node:
    bare, said = _unwrapped(annotation, metadata)
    for info in [info for info in said if isinstance(info, FieldInfo)]:
        said += info.metadata
    bounds = next((found for found in map(_bounds, said) if found is not None), None)
    fewest = next((item.min_length for item in said if hasattr(item, "min_length")), 0)
    origin, args = get_origin(bare), get_args(bare)
    if origin in (Union, types.UnionType):
        return _union(args)
    if origin is Literal:
        names = ", ".join(str(choice) for choice in args)
        return Node("choice", f"one of {names}" if len(args) > 1 else names, choices=args)
    if origin is dict and args[1] is Any:
        return Node("changes", 'a table of keys and their values: { "tier.NAME.caseload" = 4 }')
    if origin is dict:
        return Node("names", "a table", item=_node(args[1]), fewest=fewest)
    if origin is tuple:
        return _list(_node(args[0]), args[0], fewest)
    if bare is Quantity:
        return _quantity(bounds)
    if isinstance(bare, type) and issubclass(bare, BaseModel):
        return _table(bare)
    kind, allowed = {
        bool: ("flag", "true or false"),
        int: ("whole", "a whole number"),
        float: ("number", "a number"),
        str: ("text", 'text in quotes: "..."'),
        dt.date: ("date", "a date such as 2018-09-03"),
    }[bare]
    return Node(kind, bounds.words if bounds else allowed, bounds=bounds)


def _bounds(said: Any) -> Bounds | None:
    rule = said.func if isinstance(said, AfterValidator) else None
    if isinstance(rule, Limits):
        return rule.bounds
    return rule if isinstance(rule, Bounds) else None


def _fields(model: type[BaseModel]) -> dict[str, Node]:
    fields = {}
    for name, info in model.model_fields.items():
        node = _node(info.annotation, tuple(info.metadata))
        default = UNSET if info.is_required() else info.get_default(call_default_factory=True)
        fields[info.alias or name] = replace(node, required=info.is_required(), default=default)
    return fields


def _table(model: type[BaseModel]) -> Node:
    fields = _fields(model)
    example = ", ".join(f"{key} = ..." for key in fields)
    return Node("table", f"a table: {{ {example} }}" if len(fields) <= _FEW else "a table", fields=fields)


def _quantity(bounds: Bounds | None) -> Node:
    """The value and both ends of its range all keep within the same bounds."""
    words = bounds.words if bounds else "a number"
    fields = {
        key: replace(node, bounds=bounds, allowed=words) if node.kind == "number" else node
        for key, node in _fields(Quantity).items()
    }
    return Node("quantity", words, fields=fields, bounds=bounds)


def _union(models: tuple[type[BaseModel], ...]) -> Node:
    variants = {str(get_args(model.model_fields["dist"].annotation)[0]): model for model in models}
    nodes = {name: _table(model) for name, model in variants.items()}
    if "constant" in nodes:
        allowed = "a number, { value, low, high, source }, or a distribution: { dist = ..., ... }"
        return Node("amount", allowed, variants=nodes)
    return Node("clock", f"a table with dist = one of {', '.join(nodes)}", variants=nodes)


def _list(item: Node, annotation: Any, fewest: int) -> Node:
    if annotation is Step:
        return Node("rate", "a number, or a list of steps such as [{ from_week = 0, rate = 1 }]", item=item)
    examples = {"table": "[{ ... }]", "text": '["a", "b"]', "choice": ", ".join(f'"{name}"' for name in item.choices)}
    example = examples.get(item.kind, "[1, 2]")
    example = f"[{example}]" if item.kind == "choice" else example
    return Node("list", f"a list, {example}", item=item, fewest=fewest)


@cache
def tree() -> Node:
    """The whole language; `extends` is a key of files only, gone once a file has been read."""
    fields = _fields(Scenario)
    return Node("table", "a table", fields={"extends": Node("text", "the name of a file"), **fields})


def any_quantity() -> Node:
    """A quantity of no particular key."""
    return _quantity(None)


def standing(node: Node, value: Any) -> Node | None:
    """What really stands there where several things may: a variant by its `dist`, a plain rate or amount as a quantity.

    None where the value does not say which variant it is.
    """
    if node.kind == "rate" and not isinstance(value, list):
        assert node.item is not None
        return node.item.fields["rate"]
    if node.kind not in ("amount", "clock"):
        return node
    if isinstance(value, dict) and "dist" in value:
        dist = value["dist"]
        return node.variants.get(dist) if isinstance(dist, str) else None
    return node.variants["constant"].fields["value"] if node.kind == "amount" else None


def below(node: Node, key: str | int) -> Node | None:
    """What may stand under `key` of a node as `standing` gives it."""
    return node.item if node.kind in ("names", "list", "rate") else node.fields.get(str(key))


def walk(node: Node, value: Any, path: Path = ()) -> Iterator[tuple[Path, Node, Any]]:
    """Every key that `value` gives and the language knows: (path, what may stand there, what does)."""
    stack = [(path, node, value)]
    while stack:
        path, node, value = stack.pop()
        yield path, node, value
        if isinstance(value, dict):
            items: Any = value.items()
        elif isinstance(value, list) and not (node.item is not None and node.item.kind == "number"):
            items = enumerate(value)
        else:  # a list of a million dates has nothing in it to be told of one by one
            continue
        real = standing(node, value)
        if real is not None:
            found = [((*path, key), below(real, key), inner) for key, inner in items]
            stack += [(where, child, inner) for where, child, inner in reversed(found) if child is not None]


def patterns(node: Node | None = None, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Every key of the language as (parts of its pattern, node): `tier.NAME.intake.N.week`.

    What a quantity and a distribution hold is the same everywhere and is left out here.
    """
    node = node or tree()
    if path:
        yield path, node
    if node.kind == "clock":
        for variant in node.variants.values():
            for key, child in variant.fields.items():
                yield from patterns(child, (*path, key))
    elif node.kind == "names":
        assert node.item is not None
        yield from list(patterns(node.item, (*path, NAMES[path[-1]])))[1:]
    elif node.kind in ("list", "rate"):
        assert node.item is not None
        yield from list(patterns(node.item, (*path, "N")))[1:]
    elif node.kind == "table":
        for key, child in node.fields.items():
            yield from patterns(child, (*path, key))
