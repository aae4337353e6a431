"""The language of study files as a JSON Schema (draft 2020-12), for editors that complete and check while one types.

It knows what may stand where; what fits together is for `cascadesim check`.
"""

from __future__ import annotations

from typing import Any

from cascadesim.experiment.limits import MAX_REPLICATIONS, MAX_SEED
from cascadesim.experiment.study.designs import DESIGNS
from cascadesim.experiment.study.keys import FACTOR_KEYS, KEYS
from cascadesim.experiment.study.nouns import COMMON, INDEPENDENT
from cascadesim.experiment.study.settings import LEAST
from cascadesim.experiment.study.spreads import SPREADS
from cascadesim.scenario.explain import DRAFT

_TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
_NUMBER: dict[str, Any] = {"type": "number"}
_ABOVE: dict[str, Any] = {**_NUMBER, "exclusiveMinimum": 0}
_NAMES: dict[str, Any] = {"type": "array", "items": _TEXT, "minItems": 1, "uniqueItems": True}
_LEVELS: dict[str, Any] = {"type": "array", "minItems": 1}


def study_schema() -> dict[str, Any]:
    """The schema as one self-contained object."""
    shapes = _shapes()
    properties = {key: {"title": meaning, **shapes[key]} for key, meaning in KEYS.items()}
    one = {"oneOf": [{"required": ["scenario"]}, {"required": ["scenarios"]}]}
    head = {"$schema": DRAFT, "title": "cascadesim study", "type": "object"}
    return {**head, "properties": properties, "additionalProperties": False, **one}


def _shapes() -> dict[str, dict[str, Any]]:
    count = {"type": "integer", "minimum": 1, "maximum": MAX_REPLICATIONS}
    until = _table(
        {
            "least": {**count, "minimum": LEAST},
            "most": count,
            "relative": {**_ABOVE, "exclusiveMaximum": 1},
            "absolute": {"type": "object", "additionalProperties": _ABOVE, "minProperties": 1},
            "measures": _NAMES,
        }
    )
    return {
        "title": _TEXT,
        "description": _TEXT,
        "scenario": _TEXT,
        "scenarios": {"type": "object", "additionalProperties": _TEXT, "minProperties": 1},
        "variants": {"anyOf": [{"const": "all"}, _NAMES]},
        "set": {"type": "object"},
        "design": {"anyOf": [{"enum": list(DESIGNS)}, *(_design(kind) for kind in DESIGNS)]},
        "replications": {"anyOf": [count, until]},
        "seed": {"type": "integer", "minimum": 0, "maximum": MAX_SEED},
        "luck": {"enum": [COMMON, INDEPENDENT]},
        "measures": _NAMES,
        "trajectories": _NAMES,
        "constraints": _NAMES,
        "ordered": {"type": "array", "items": {**_NAMES, "minItems": 2}, "minItems": 1},
        "max_failures": {"type": "integer", "minimum": 0},
        "quick": {"type": "object"},
        "factors": {"type": "object", "minProperties": 1, "additionalProperties": _factor()},
    }


def _design(kind: str) -> dict[str, Any]:
    row = DESIGNS[kind]
    numbers = {
        key: {"type": "integer", "minimum": number.least, "maximum": number.most, "default": number.usual}
        for key, number in row.numbers.items()
    }
    groups = {"groups": {"type": "object", "additionalProperties": _NAMES}} if row.grouped else {}
    more = {"file": _TEXT} if kind == "list" else {}
    chance = {"seed_as_factor": {"type": "boolean", "default": False}} if kind == "sobol_indices" else {}
    return _table({"kind": {"const": kind}, **numbers, **groups, **more, **chance}, ("kind", *more))


def _factor() -> dict[str, Any]:
    shapes: dict[str, dict[str, Any]] = {
        "name": _TEXT,
        "levels": _LEVELS,
        "labels": _NAMES,
        "dist": {"enum": list(SPREADS)},
        "sd": _ABOVE,
        "whole": {"type": "boolean"},
        "times": {"type": "boolean"},
        "paths": _NAMES,
        "together": {"type": "object", "minProperties": 1},
        "shares": {**_NAMES, "minItems": 2},
    }
    keys = {key: {"title": meaning, **shapes.get(key, _NUMBER)} for key, meaning in FACTOR_KEYS.items()}
    return {"anyOf": [_LEVELS, {"type": "object", "properties": keys}]}


def _table(properties: dict[str, Any], needed: tuple[str, ...] = ()) -> dict[str, Any]:
    required = {"required": list(needed)} if needed else {}
    return {"type": "object", "properties": properties, **required, "additionalProperties": False}
