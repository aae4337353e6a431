"""The keys of a kind of file as a tree, read off its pydantic model: what may stand where, and what a value may be.

Messages, overrides, `explain` and the JSON Schema all walk this one tree, so none of them can disagree with the model.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel, Tag
from pydantic.fields import FieldInfo

from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.fields import BY_TOML_TYPE, Bounds, Limits, Names, Quantity, StandIn, Step, toml_type

UNSET: Any = object()
"""The default of a key that has none."""

_PLAIN: dict[Any, tuple[str, str]] = {
    bool: ("flag", "true or false"),
    int: ("whole", "a whole number"),
    float: ("number", "a number"),
    str: ("text", 'text in quotes: "..."'),
    dt.date: ("date", "a date such as 2018-09-03"),
    Any: ("any", "a value"),
}
"""Plain types: (kind of node, what is allowed)."""

_FEW_KEYS = 4


@dataclass(frozen=True)
class Node:
    """What may stand at one key.

    `kind` is table, names (a table whose keys are free), changes (a table of any keys and values), list, rate (a number
    or a list of steps), quantity, amount (a number, a quantity or a distribution), tagged (one of several tables, which
    says by its key `tag` which it is), forms (one of several that differ in their TOML type), or the plain ones: whole,
    number, flag, text, date, choice, any.

    `allowed` says it in words; `stand_in` is a harmless value, where one cannot be made up. Of an amount, a tagged
    table and forms, `variants` has each by its tag or TOML type.
    """

    kind: str
    allowed: str
    fields: Mapping[str, Node] = field(default_factory=dict)
    item: Node | None = None
    variants: Mapping[str, Node] = field(default_factory=dict)
    tag: str = ""
    names: Names | None = None
    bounds: Bounds | None = None
    choices: tuple[Any, ...] = ()
    required: bool = False
    default: Any = UNSET
    fewest: int = 0
    stand_in: Any = None


@cache
def key_tree(model: type[BaseModel]) -> Node:
    """The table of a model with everything below it."""
    fields = _fields(model)
    example = ", ".join(f"{key} = ..." for key in fields)
    few = len(fields) <= _FEW_KEYS
    return Node("table", f"a table: {{ {example} }}" if few else "a table", fields=fields)


def _fields(model: type[BaseModel]) -> dict[str, Node]:
    fields = {}
    for name, info in model.model_fields.items():
        node = _node(info.annotation, (info,))
        default = UNSET if info.is_required() else info.get_default(call_default_factory=True)
        fields[info.alias or name] = replace(node, required=info.is_required(), default=default)
    return fields


def _node(annotation: Any, metadata: tuple[Any, ...] = ()) -> Node:
    bare, marks = _unwrapped(annotation, metadata)
    bounds = next((mark for mark in map(_bounds, reversed(marks)) if mark is not None), None)
    fewest = next((mark.min_length for mark in marks if hasattr(mark, "min_length")), 0)
    origin, args = get_origin(bare), get_args(bare)
    if origin in (Union, types.UnionType):
        return _forms(args) if BY_TOML_TYPE in marks else _tagged(args, marks)
    if origin is Literal:
        words = ", ".join(str(choice) for choice in args)
        return Node("choice", f"one of {words}" if len(args) > 1 else words, choices=args)
    if origin is dict and args[1] is Any:
        return Node("changes", 'a table of keys and their values: { "tier.NAME.caseload" = 4 }')
    if origin is dict:
        names = next((mark for mark in marks if isinstance(mark, Names)), Names("NAME"))
        return Node("names", "a table", item=_node(args[1]), names=names, fewest=fewest)
    if origin is tuple:
        return _list(_node(args[0]), args[0], fewest)
    if bare is Quantity:
        return quantity_node(bounds)
    if isinstance(bare, type) and issubclass(bare, BaseModel):
        return key_tree(bare)
    kind, allowed = _PLAIN[bare]
    return Node(kind, bounds.words if bounds else allowed, bounds=bounds, fewest=fewest)


def _unwrapped(annotation: Any, metadata: tuple[Any, ...]) -> tuple[Any, list[Any]]:
    """The bare type, without `Annotated` and `| None`, and everything with which it is marked on the way."""
    marks = list(metadata)
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            marks += more
        elif get_origin(annotation) in (Union, types.UnionType) and type(None) in get_args(annotation):
            rest = tuple(arg for arg in get_args(annotation) if arg is not type(None))
            annotation = rest[0] if len(rest) == 1 else Union[rest]  # noqa: UP007 - built at run time
        else:
            break
    return annotation, marks + [own for mark in marks if isinstance(mark, FieldInfo) for own in mark.metadata]


def _bounds(mark: Any) -> Bounds | None:
    rule = mark.func if isinstance(mark, AfterValidator) else None
    if isinstance(rule, Limits):
        return rule.bounds
    return rule if isinstance(rule, Bounds) else None


def quantity_node(bounds: Bounds | None = None) -> Node:
    """A quantity, of which the value and both ends of its range keep within the same bounds."""
    words = bounds.words if bounds else "a number"
    fields = {
        key: replace(node, bounds=bounds, allowed=words) if node.kind == "number" else node
        for key, node in _fields(Quantity).items()
    }
    return Node("quantity", words, fields=fields, bounds=bounds)


def _tagged(models: tuple[type[BaseModel], ...], marks: list[Any]) -> Node:
    """One of several tables, told apart by a key of each."""
    tag = next(str(mark.discriminator) for mark in marks if getattr(mark, "discriminator", None))
    nodes = {str(name): key_tree(model) for model in models for name in get_args(model.model_fields[tag].annotation)}
    harmless = next((mark.value for mark in marks if isinstance(mark, StandIn)), None)
    if "constant" in nodes:
        allowed = "a number, { value, low, high, source }, or a distribution: { dist = ..., ... }"
        return Node("amount", allowed, variants=nodes, tag=tag)
    return Node("tagged", f"a table with {tag} = one of {', '.join(nodes)}", variants=nodes, tag=tag, stand_in=harmless)


def _forms(annotations: tuple[Any, ...]) -> Node:
    """One of several forms, told apart by their TOML type."""
    variants = {}
    for annotation in annotations:
        _, marks = _unwrapped(annotation, ())
        variants[next(mark.tag for mark in marks if isinstance(mark, Tag))] = _node(annotation)
    return Node("forms", ", or ".join(node.allowed for node in variants.values()), variants=variants)


def _list(item: Node, annotation: Any, fewest: int) -> Node:
    if annotation is Step:
        return Node("rate", "a number, or a list of steps such as [{ from_week = 0, rate = 1 }]", item=item)
    examples = {
        "table": "[{ ... }]",
        "list": "[[ ... ]]",
        "text": '["a", "b"]',
        "choice": "[" + ", ".join(f'"{name}"' for name in item.choices) + "]",
    }
    return Node("list", f"a list, {examples.get(item.kind, '[1, 2]')}", item=item, fewest=fewest)


def standing(node: Node, value: Any) -> Node | None:
    """What really stands there where several things may: a variant, or a plain rate or amount as a quantity.

    None where the value does not say which variant it is.
    """
    if node.kind == "rate" and not isinstance(value, list):
        assert node.item is not None
        return node.item.fields["rate"]
    if node.kind == "forms":
        form = node.variants.get(toml_type(value))
        return None if form is None else standing(form, value)
    if node.kind not in ("amount", "tagged"):
        return node
    if isinstance(value, dict) and node.tag in value:
        tag = value[node.tag]
        return node.variants.get(tag) if isinstance(tag, str) else None
    return node.variants["constant"].fields["value"] if node.kind == "amount" else None


def below(node: Node, key: str | int) -> Node | None:
    """What may stand under `key` of a node as `standing` gives it."""
    return node.item if node.kind in ("names", "list", "rate") else node.fields.get(str(key))


def tag_key(node: Node) -> Node:
    """The key that says which of several tables it is, whichever it is."""
    first = next(variant.fields[node.tag] for variant in node.variants.values())
    return replace(first, allowed=f"one of {', '.join(node.variants)}")


def node_at(root: Node, data: Any, path: KeyPath) -> Node | None:
    """What may stand at a path of a document."""
    node: Node | None = root
    for key in path:
        real = None if node is None else standing(node, data)
        if real is None:
            return None
        node, data = below(real, key), data[key]
    return node


def walk(node: Node, value: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Node, Any]]:
    """Every key that `value` gives and the model knows: (path, what may stand there, what does)."""
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
            inside = [((*path, key), below(real, key), inner) for key, inner in items]
            stack += [(where, child, inner) for where, child, inner in reversed(inside) if child is not None]


def patterns(node: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Every key below a node as (parts of its pattern, node): `tier.NAME.intake.N.week`.

    What a quantity and a distribution hold is the same everywhere and is left out here.
    """
    if path:
        yield path, node
    if node.kind == "forms":
        for form in node.variants.values():
            yield from list(patterns(form, path))[1:]
    elif node.kind == "tagged":
        for variant in node.variants.values():
            for key, child in variant.fields.items():
                yield from patterns(tag_key(node) if key == node.tag else child, (*path, key))
    elif node.item is not None:
        part = node.names.placeholder if node.names is not None else "N"
        yield from list(patterns(node.item, (*path, part)))[1:]
    elif node.kind == "table":
        for key, child in node.fields.items():
            yield from patterns(child, (*path, key))


def is_placeholder(part: str) -> bool:
    """Whether a part of a pattern stands for a name that the file chooses; those of list items do not."""
    return part.isupper() and part != "N"
