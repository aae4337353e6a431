"""The scenario language as a JSON Schema (draft 2020-12), for editors that complete and check while one types.

It knows what may stand where; what fits together is for `cascadesim check`. So is what is missing from a table: a file
that extends another one may leave out anything.
"""

from __future__ import annotations

from typing import Any

from cascadesim.scenario.explain import DISTRIBUTION, QUANTITY, entries
from cascadesim.scenario.keys import NAMES, UNSET, Node, any_quantity, tree
from cascadesim.scenario.locate import Path

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_PLAIN = {"whole": "integer", "number": "number", "flag": "boolean", "text": "string"}
_NAME = "^[^.]{1,60}$"


def json_schema() -> dict[str, Any]:
    """The schema as one self-contained object. Numbers that may also be tables are an `anyOf` of the two."""
    schema = _schema(tree(), ())
    definitions = {"quantity": _quantity_table(), "distribution": {"anyOf": _distributions()}}
    alone = {"if": {"required": ["extends"]}, "then": {}, "else": {"required": list(_needed(tree()))}}
    return {"$schema": DRAFT, "title": "cascadesim scenario", **schema, **alone, "$defs": definitions}


def _schema(node: Node, path: Path) -> dict[str, Any]:
    return {**_said(".".join(map(str, path)), node), **_shape(node, path)}


def _said(key: str, node: Node) -> dict[str, Any]:
    """Title and description as `explain` has them, and a default that JSON can say."""
    entry = entries().get(key)
    said: dict[str, Any] = {}
    if entry is not None:
        said = {"title": entry.meaning, "description": f"{entry.effect} Unit: {entry.unit}. Default: {entry.default}."}
    if node.default is not UNSET and isinstance(node.default, bool | int | float | str):
        said["default"] = node.default
    return said


def _shape(node: Node, path: Path) -> dict[str, Any]:
    if node.kind in _PLAIN:
        return {"type": _PLAIN[node.kind], **_bounds(node)}
    if node.kind == "changes":
        return {"type": "object"}
    if node.kind == "date":
        # Editors see a TOML date as a string of this form.
        return {"type": "string", "format": "date"}
    if node.kind == "choice":
        return {"enum": list(node.choices)}
    if node.kind == "quantity":
        return {"anyOf": [{"type": "number", **_bounds(node)}, _table(node, (QUANTITY,), ("value",))]}
    if node.kind == "amount":
        tables = [{"$ref": "#/$defs/quantity"}, {"$ref": "#/$defs/distribution"}]
        return {"anyOf": [{"type": "number", "minimum": 0}, *tables]}
    if node.kind == "clock":
        return {"anyOf": [_table(variant, path, ("dist", *_needed(variant))) for variant in node.variants.values()]}
    if node.kind == "names":
        assert node.item is not None
        inner = _schema(node.item, (*path, NAMES[str(path[-1])]))
        return {"type": "object", "propertyNames": {"pattern": _NAME}, "additionalProperties": inner}
    if node.kind in ("list", "rate"):
        return _list(node, path)
    return _table(node, path)


def _list(node: Node, path: Path) -> dict[str, Any]:
    assert node.item is not None
    item, here = node.item, (*path, "N")
    needed = _needed(item)
    items = {**_schema(item, here), **({"required": list(needed)} if needed else {})}
    many: dict[str, Any] = {"type": "array", "items": items, **({"minItems": node.fewest} if node.fewest else {})}
    if node.kind == "list":
        return many
    return {"anyOf": [_shape(item.fields["rate"], ()), many]}


def _table(node: Node, path: Path, needed: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {key: _schema(child, (*path, key)) for key, child in node.fields.items()},
        **({"required": list(needed)} if needed else {}),
        "additionalProperties": False,
    }


def _bounds(node: Node) -> dict[str, Any]:
    bounds = node.bounds
    if bounds is None:
        return {}
    return {"exclusiveMinimum" if bounds.above else "minimum": bounds.least, "maximum": bounds.most}


def _quantity_table() -> dict[str, Any]:
    return _table(any_quantity(), (QUANTITY,), ("value",))


def _distributions() -> list[dict[str, Any]]:
    """One table for each; `dist` is always needed, since a constant without it is a quantity."""
    tier = tree().fields["tier"].item
    assert tier is not None
    variants = tier.fields["hours_per_week"].variants.values()
    return [_table(variant, (DISTRIBUTION,), ("dist", *_needed(variant))) for variant in variants]


def _needed(node: Node) -> tuple[str, ...]:
    return tuple(key for key, child in node.fields.items() if child.required and key != "dist")
