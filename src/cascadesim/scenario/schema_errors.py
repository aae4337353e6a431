"""Every fault of form of a file at once: validate, put something harmless for what is wrong, and validate again.

`validate_form` takes any pydantic model made of `fields`. What pydantic finds is told as a fault at a path of the file.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from cascadesim.errors import Problem, nearest
from cascadesim.scenario.document import Document, KeyPath, header
from cascadesim.scenario.hints import holds_tables, key_for_name, unknown_key, wrong_value
from cascadesim.scenario.key_tree import Node, below, key_tree, standing
from cascadesim.scenario.number_formats import shown
from cascadesim.scenario.problems import DROP, MISSING, FileHints, FormFault, stand_in

MOST_FAULTS = 500
"""More are not told: a file with so many is not one with mistakes in it."""

_MOST_ROUNDS = 30

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True)
class ValidationResult(Generic[T]):
    """What data say once their faults of form are repaired.

    `value` is None where no repair helped. `suspect_paths` do not say what the file says; nothing further should be
    concluded from them.
    """

    value: T | None
    data: dict[str, Any]
    faults: tuple[FormFault, ...]
    suspect_paths: frozenset[KeyPath]

    def problems(self, document: Document, at: KeyPath = ()) -> list[Problem]:
        """The faults with their lines in `document`, in which the data stand at the path `at`."""
        return [document.problem((*at, *own.path), own.message, own.hint, own.code) for own in self.faults]


def validate_form(
    model: type[T], data: dict[str, Any], hints: FileHints | None = None, root: Node | None = None
) -> ValidationResult[T]:
    """Check the form of a whole table against its model.

    `hints` are the slips that this kind of file knows of, `root` is the tree of the keys that messages name, where that
    is another than the model's own.
    """
    root, hints = root or key_tree(model), hints or FileHints()
    repaired = data
    faults: list[FormFault] = []
    suspects: set[KeyPath] = set()
    for _ in range(_MOST_ROUNDS):
        if len(faults) >= MOST_FAULTS:
            break
        try:
            value = model.model_validate(repaired)
        except ValidationError as error:
            records = error.errors(include_url=False, include_context=True)
        else:
            return ValidationResult(value, repaired, tuple(faults), frozenset(suspects))
        repaired = copy.deepcopy(data) if repaired is data else repaired
        new = [_fault(root, repaired, record, hints) for record in records[:MOST_FAULTS]]
        for fault in sorted(new, key=lambda fault: (fault.code == "missing", fault.together)):
            if not _follows(fault, suspects):
                faults.append(fault)
            suspects.update(fault.suspect_paths if fault.repair is DROP else (fault.path, fault.repairs or fault.path))
            _repair(repaired, fault)
        if () in suspects:
            break  # a rule of the whole file, of which no part can be repaired
    return ValidationResult(None, repaired, tuple(faults), frozenset(suspects))


def _follows(fault: FormFault, suspects: set[KeyPath]) -> bool:
    """Whether a fault only follows from one already told."""
    size = len(fault.path)
    inside = fault.together and any(suspect[:size] == fault.path for suspect in suspects)
    return inside or any(fault.path[: len(suspect)] == suspect for suspect in suspects)


def _repair(data: dict[str, Any], fault: FormFault) -> None:
    *tables, key = fault.repairs or fault.path or ("",)
    home: Any = data
    for part in tables:
        if isinstance(home, dict) and part not in home:
            return  # the table around it is gone already
        home = home[part]
    if fault.repair is not DROP:
        home[key] = fault.repair
    elif isinstance(home, dict):
        home.pop(key, None)


def _fault(root: Node, data: Any, error: Any, hints: FileHints) -> FormFault:
    """The fault that one of pydantic's error records stands for."""
    kind, location = error["type"], error["loc"]
    if kind == "extra_forbidden":
        path, _, _ = _find(root, data, location[:-1])
        return unknown_key(root, data, (*path, location[-1]), hints)
    path, node, value = _find(root, data, location)
    nameless = key_for_name(root, data, path, hints)
    if nameless is not None:
        return nameless
    if node is None:
        return FormFault(path, "this cannot be read.", "", "invalid", DROP)
    if kind == "missing":
        message = f"is missing. Needed: {node.allowed}."
        return hints.missing_key(data, path) or FormFault(path, message, "", "missing", stand_in(node))
    if kind == "bounds" and isinstance(value, dict):
        return _out_of_bounds(path, node, value, error["ctx"]["key"])
    if kind == "refused":
        refusal = error["ctx"]
        key = (*path, refusal["key"]) if refusal["key"] else path
        return FormFault(key, refusal["message"], refusal["hint"], refusal["code"], stand_in(node), repairs=path)
    if kind in ("together", "one_of"):
        return _conflict(path, node, value, error)
    if node.kind in ("amount", "tagged") and isinstance(value, dict):
        return _which(path, node, value)
    message, hint = wrong_value(node, value)
    if isinstance(value, dict) and holds_tables(node) and len(path) == 1:
        hint = f"Write [{header(path)}], with two brackets."
    elif kind == "too_short":
        message = "is empty; at least one is needed."
    hint = hints.wrong_value(data, path, node, value) or hint
    short = kind == "too_short"  # which pydantic says of a list with wrong items too
    return FormFault(path, message, hint, "wrong_value", stand_in(node), together=short)


def _find(root: Node, data: Any, location: tuple[str | int, ...]) -> tuple[KeyPath, Node | None, Any]:
    """Where in the document pydantic's `location` is: (path, what may stand there, what does or `MISSING`).

    pydantic's locations also name the variant of a union and the parts of what stands there as a plain number.
    """
    path: KeyPath = ()
    node: Node | None = root
    value = data
    rest = list(location)
    while rest and node is not None:
        if node.kind in ("amount", "tagged"):
            tag = str(rest.pop(0))
            if not rest:
                break
            node = node.variants.get(tag)
            if node is not None and tag == "constant" and not (isinstance(value, dict) and "dist" in value):
                node = node.fields["value"]
                rest = rest[1:]
        elif node.kind == "forms":
            node = node.variants.get(str(rest.pop(0)))
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


def _out_of_bounds(path: KeyPath, node: Node, value: dict[str, Any], key: str) -> FormFault:
    """A quantity whose value or range is out of bounds; told once, since percentages come three at a time."""
    message, hint = wrong_value(node.fields[key], value[key])
    return FormFault((*path, key), message, hint, "wrong_value", stand_in(node), repairs=path)


def _conflict(path: KeyPath, node: Node, value: Any, error: Any) -> FormFault:
    """Keys of one table that do not go together."""
    present = {key: value[key] for key in error["ctx"]["keys"] if isinstance(value, dict) and key in value}
    repair = stand_in(node)
    if error["type"] == "one_of":
        got = "both are given" if present else "neither is given"
        return FormFault(path, f"{error['msg']}; {got}.", "", "conflict", repair, together=not present)
    got = ", ".join(f"{key} = {shown(_number_of(item))}" for key, item in present.items())
    message = f"got {got}; {error['msg']}." if got else f"{error['msg']}."
    return FormFault(path, message, "", "conflict", repair, together=True)


def _number_of(value: Any) -> Any:
    return value["value"] if isinstance(value, dict) and "value" in value else value


def _which(path: KeyPath, node: Node, value: dict[str, Any]) -> FormFault:
    """One of several tables that does not say which one it is, or says one that there is not."""
    names = sorted(node.variants)
    key = (*path, node.tag)
    if node.tag not in value:
        hint = f"Write one of: {', '.join(names)}."
        message = f"is missing; it says which {path[-1] if path else 'kind'} this is."
        return FormFault(key, message, hint, "missing", stand_in(node), repairs=path)
    tag = value[node.tag]
    close = nearest(tag, names) if isinstance(tag, str) else None
    hint = " ".join([*([f"Did you mean {close}?"] if close else []), f"Known: {', '.join(names)}."])
    return FormFault(key, f"got {shown(tag)}, which is not known.", hint, "wrong_value", stand_in(node), repairs=path)
