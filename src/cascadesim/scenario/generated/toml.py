"""A document as a TOML file."""

from __future__ import annotations

import json
from typing import Any

from cascadesim.scenario.generated.dice import Document


def to_toml(document: Document) -> str:
    """The document as a TOML file."""
    lines: list[str] = []
    _table(document, (), lines)
    return "\n".join(lines) + "\n"


def _table(table: Document, path: tuple[str, ...], lines: list[str]) -> None:
    lines += [f"{_key(key)} = {_value(value)}" for key, value in table.items() if not _is_table(key, value)]
    for key, value in table.items():
        if _is_table(key, value):
            lines += ["", f"[{'.'.join(map(_key, (*path, key)))}]"]
            _table(value, (*path, key), lines)


def _is_table(key: str, value: Any) -> bool:
    """Distributions, quantities and clocks are written in line, everything else that is a dict is a table."""
    return isinstance(value, dict) and not {"dist", "value"} & value.keys() and key not in ("clock", "then")


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").replace("-", "").isalnum() else json.dumps(key)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value)
