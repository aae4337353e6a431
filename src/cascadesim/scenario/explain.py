"""What a key means, in what unit, what holds without it, and what it does; and the same as a JSON Schema.

The words are in TOML files beside the models (`explain.toml`); what is allowed and most defaults are read off the tree.
"""

from __future__ import annotations

import re
import textwrap
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from typing import Any

from pydantic import BaseModel

from cascadesim.errors import UsageError, nearest
from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.fields import Quantity
from cascadesim.scenario.key_tree import UNSET, Node, patterns, quantity_node, tag_key
from cascadesim.scenario.number_formats import shown
from cascadesim.scenario.renames import renamed_key
from cascadesim.scenario.schema import scenario_keys

QUANTITY, DISTRIBUTION = "QUANTITY", "DISTRIBUTION"
"""How the keys of any quantity and of any distribution are called."""

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_WIDTH = 80
_JSON_TYPES = {"whole": "integer", "number": "number", "flag": "boolean", "text": "string"}
_NAME = "^[^.]{1,60}$"


@dataclass(frozen=True, slots=True)
class Entry:
    """One key, by its pattern (`tier.NAME.caseload`)."""

    key: str
    meaning: str
    unit: str
    default: str
    allowed: str
    effect: str

    def line(self) -> str:
        """The key and what it means, for a list of keys."""
        return f"{self.key}\n{_filled(self.meaning, '    ', '    ')}"

    def text(self) -> str:
        """The entry as a few lines for a terminal."""
        rows = ("meaning", "unit", "default", "allowed", "effect")
        return "\n".join([self.key, *(_filled(getattr(self, row), f"  {row:<8} ", " " * 11) for row in rows)])


def _filled(words: str, first: str, indent: str) -> str:
    """A line, on several where it is too wide for a terminal."""
    return textwrap.fill(
        words, _WIDTH, initial_indent=first, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


@dataclass(frozen=True)
class KeyReference:
    """Everything that is said of the keys of one kind of file.

    `words` are meaning, unit, effect and where needed default by pattern; `like` names the pattern of which a key
    repeats the rest. `amount` is a key that takes any distribution, if there is one; `language` is the table of renames
    that holds the old names.
    """

    title: str
    root: Node
    words: Mapping[str, Mapping[str, str]]
    amount: str = ""
    rules: Mapping[str, Any] = field(default_factory=dict)
    """What the JSON Schema demands of a whole file."""
    language: str = "scenario"

    @cached_property
    def nodes(self) -> dict[str, Node]:
        """Every key by its pattern; what quantities and distributions hold, once for all of them."""
        nodes: dict[str, Node] = {}
        for parts, node in patterns(self.root):
            nodes.setdefault(".".join(parts), node)
        if self.amount:
            amount = nodes[self.amount]
            nodes |= {f"{QUANTITY}.{key}": node for key, node in quantity_node().fields.items()}
            for variant in amount.variants.values():
                for key, node in variant.fields.items():
                    nodes.setdefault(f"{DISTRIBUTION}.{key}", tag_key(amount) if key == amount.tag else node)
        return nodes

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """Every entry by its pattern, in the order of the tree."""
        entries = {}
        for key, node in self.nodes.items():
            own = self.words[key]
            words = {**self.words.get(own.get("like", ""), {}), **own}
            default = words.get("default", _default(node))
            entries[key] = Entry(key, words["meaning"], words["unit"], default, _allowed(node), words["effect"])
        return entries

    def find(self, key: str) -> list[Entry]:
        """The entries that `key` can mean: a pattern, a path of a file, or the last words of either.

        Raises `UsageError` with the nearest key where there is none.
        """
        known = self.entries
        parts = tuple(key.strip().strip("[]").split("."))
        pattern = ".".join(parts) if ".".join(parts) in known else self._pattern(parts)
        if pattern in known and len(parts) > 1:
            return [known[pattern]]
        ends = [entry for name, entry in known.items() if tuple(name.split("."))[-len(parts) :] == parts]
        if ends:
            return _each_meaning_once(ends)
        today = renamed_key(".".join(parts), self.language)
        if today:
            raise UsageError(f"there is no key {key}: it is renamed to {today}.", code="renamed")
        by_path, by_word = nearest(key, known), _nearest_last(parts[-1], known)
        close = by_path or by_word if len(parts) > 1 else by_word or by_path  # a single word is the last one of a key
        hint = f"Did you mean {close}?" if close else "`cascadesim explain` lists every key."
        raise UsageError(f"there is no key {key}.", hint=hint, code="unknown_key")

    def search(self, words: str) -> list[Entry]:
        """The entries that speak of all these words, in any form of them; those whose key or meaning does, first."""
        asked = [re.escape(word.removesuffix("s")) for word in re.findall(r"\w{2,}", words.lower().replace("_", " "))]
        ranked = []
        for entry in self.entries.values():
            head = f"{entry.key} {entry.meaning}".lower().replace("_", " ")
            whole = f"{head} {entry.unit} {entry.effect}".lower()
            if asked and all(re.search(rf"\b{word}", whole) for word in asked):
                ranked.append((sum(not re.search(rf"\b{word}", head) for word in asked), entry))
        return _each_meaning_once(entry for _, entry in sorted(ranked, key=lambda pair: pair[0]))

    def _pattern(self, parts: tuple[str, ...]) -> str:
        """The pattern of a path: `tier.x.caseload` is `tier.NAME.caseload`; empty where the path leads nowhere."""
        node = self.root
        pattern: list[str] = []
        for place, part in enumerate(parts):
            last = place == len(parts) - 1
            if node.names is not None and node.item is not None:
                if last:
                    break  # [tier.x] is told of under tier
                pattern.append(node.names.placeholder)
                node = node.item
            elif node.kind in ("list", "rate") and node.item is not None and (part.isdecimal() or part == "N"):
                pattern.append("N")
                node = node.item
            elif node.kind in ("quantity", "amount", "rate"):
                return f"{DISTRIBUTION if node.kind == 'amount' and last else QUANTITY}.{parts[-1]}"
            else:
                fields = {key: child for variant in node.variants.values() for key, child in variant.fields.items()}
                fields.update(node.fields)
                if part not in fields:
                    return ""
                pattern.append(part)
                node = fields[part]
        return ".".join(pattern)

    def json_schema(self) -> dict[str, Any]:
        """The schema (draft 2020-12) as one self-contained object, for editors that complete and check while one types.

        It knows what may stand where; what fits together is for `cascadesim check`. So is what is missing from a table:
        a file that extends another one may leave out anything. Numbers that may also be tables are an `anyOf` of both.
        """
        schema = {"$schema": DRAFT, "title": self.title, **self._schema(self.root, ()), **self.rules}
        if not self.amount:
            return schema
        amount = self.nodes[self.amount]
        distributions = [self._variant(amount, variant, (DISTRIBUTION,)) for variant in amount.variants.values()]
        quantity = self._table(quantity_node(), (QUANTITY,), ("value",))
        return {**schema, "$defs": {"quantity": quantity, "distribution": {"anyOf": distributions}}}

    def _schema(self, node: Node, path: KeyPath) -> dict[str, Any]:
        """A key with title and description as its entry has them, and a default that JSON can say."""
        entry = self.entries.get(".".join(map(str, path)))
        head: dict[str, Any] = {}
        if entry is not None:
            description = f"{entry.effect} Unit: {entry.unit}. Default: {entry.default}."
            head = {"title": entry.meaning, "description": description}
        if node.default is not UNSET and isinstance(node.default, bool | int | float | str):
            head["default"] = node.default
        return {**head, **self._shape(node, path)}

    def _shape(self, node: Node, path: KeyPath) -> dict[str, Any]:
        if node.kind in _JSON_TYPES:
            filled = {"minLength": node.fewest} if node.kind == "text" and node.fewest else {}
            return {"type": _JSON_TYPES[node.kind], **filled, **_limits(node)}
        if node.kind == "choice":
            return {"enum": list(node.choices)}
        if node.kind == "quantity":
            return {"anyOf": [{"type": "number", **_limits(node)}, self._table(node, (QUANTITY,), ("value",))]}
        if node.kind == "amount":
            tables = [{"$ref": "#/$defs/quantity"}, {"$ref": "#/$defs/distribution"}]
            return {"anyOf": [{"type": "number", "minimum": 0}, *tables]}
        if node.kind == "tagged":
            return {"anyOf": [self._variant(node, variant, path) for variant in node.variants.values()]}
        if node.kind == "forms":
            return {"anyOf": [self._shape(form, path) for form in node.variants.values()]}
        if node.names is not None and node.item is not None:
            inner = self._schema(node.item, (*path, node.names.placeholder))
            named = {} if node.names.dotted else {"propertyNames": {"pattern": _NAME}}
            return {"type": "object", **named, "additionalProperties": inner}
        if node.item is not None:
            return self._list(node, node.item, path)
        # Editors see a TOML date as a string of this form.
        others: dict[str, dict[str, Any]] = {"changes": {"type": "object"}, "any": {}}
        others["date"] = {"type": "string", "format": "date"}
        return others[node.kind] if node.kind in others else self._table(node, path)

    def _list(self, node: Node, item: Node, path: KeyPath) -> dict[str, Any]:
        needed = needed_keys(item)
        items = {**self._schema(item, (*path, "N")), **({"required": list(needed)} if needed else {})}
        fewest = {"minItems": node.fewest} if node.fewest else {}
        many: dict[str, Any] = {"type": "array", "items": items, **fewest}
        return many if node.kind == "list" else {"anyOf": [self._shape(item.fields["rate"], ()), many]}

    def _variant(self, node: Node, variant: Node, path: KeyPath) -> dict[str, Any]:
        """One of several tables; it always says which, since a constant without `dist` is a quantity."""
        return self._table(variant, path, (node.tag, *needed_keys(variant, node.tag)))

    def _table(self, node: Node, path: KeyPath, needed: tuple[str, ...] = ()) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {key: self._schema(child, (*path, key)) for key, child in node.fields.items()},
            **({"required": list(needed)} if needed else {}),
            "additionalProperties": False,
        }


@cache
def scenario_reference() -> KeyReference:
    """The reference of scenario files."""
    root = scenario_keys()
    alone = {"if": {"required": ["extends"]}, "then": {}, "else": {"required": list(needed_keys(root))}}
    words = read_words(__package__, "explain.toml")
    return KeyReference("cascadesim scenario", root, words, "tier.NAME.hours_per_week", alone)


def read_words(package: str, file: str) -> dict[str, dict[str, str]]:
    """The words of a reference, from a TOML file of a package."""
    return tomllib.loads(resources.files(package).joinpath(file).read_text(encoding="utf-8"))


def needed_keys(node: Node, tag: str = "") -> tuple[str, ...]:
    """The keys that a table cannot leave out, besides the `tag` that says which of several tables it is."""
    return tuple(key for key, child in node.fields.items() if child.required and key != tag)


def _default(node: Node) -> str:
    value = node.default
    if value is UNSET:
        return "none: it is needed"
    if isinstance(value, Quantity):
        return f"{value.value:g}"
    if isinstance(value, BaseModel):
        return f"{value.value.value:g}" if hasattr(value, "value") else "none"
    if isinstance(value, float):
        return f"{value:g}"
    return "none" if value is None or value in ("", (), {}) else shown(value).strip('"')


def _allowed(node: Node) -> str:
    if node.kind == "quantity":
        return f"{node.allowed}; plain, or as {{ value = ..., low = ..., high = ..., source = ... }}"
    if node.names is not None and node.item is not None and node.item.kind == "quantity":
        return f"a table {{ {node.names.placeholder} = ... }}, each {node.item.allowed}"
    below = node.fields or (node.item.fields if node.item is not None else {})
    if below and node.kind in ("table", "names"):
        return f"a table with {', '.join(below)}"
    return node.allowed


def _limits(node: Node) -> dict[str, Any]:
    bounds = node.bounds
    if bounds is None:
        return {}
    return {"exclusiveMinimum" if bounds.above else "minimum": bounds.least, "maximum": bounds.most}


def _each_meaning_once(entries: Iterable[Entry]) -> list[Entry]:
    """The entries without those that repeat another one elsewhere."""
    first: dict[str, Entry] = {}
    for entry in entries:
        first.setdefault(entry.meaning, entry)
    return list(first.values())


def _nearest_last(word: str, known: Iterable[str]) -> str | None:
    """The key whose last word is most like `word`."""
    last = {name.rsplit(".", 1)[-1]: name for name in reversed(list(known))}
    close = nearest(word, last)
    return last[close] if close else None
