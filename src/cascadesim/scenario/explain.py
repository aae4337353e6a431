"""What a key means, in what unit, what holds without it, and what it does: one entry for every key of the language.

The words are in `explain.toml`; what is allowed and most defaults are read off the schema.
"""

from __future__ import annotations

import re
import textwrap
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from pydantic import BaseModel

from cascadesim.errors import UsageError
from cascadesim.lookup import nearest
from cascadesim.scenario.keys import NAMES, UNSET, Node, any_quantity, patterns, tree
from cascadesim.scenario.quantity import Quantity
from cascadesim.scenario.words import shown

QUANTITY, DISTRIBUTION = "QUANTITY", "DISTRIBUTION"
_WIDTH = 80


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
        return "\n".join([self.key, *(_row(row, getattr(self, row)) for row in rows)])


def _row(name: str, words: str) -> str:
    """A line of an entry, on several where it is too wide for a terminal."""
    return _filled(words, f"  {name:<8} ", " " * 11)


def _filled(words: str, first: str, indent: str) -> str:
    return textwrap.fill(
        words, _WIDTH, initial_indent=first, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def language() -> dict[str, Node]:
    """Every key of the language by its pattern; what quantities and distributions hold, once for all of them."""
    found: dict[str, Node] = {}
    for parts, node in patterns():
        found.setdefault(".".join(parts), node)
    amount = found["tier.NAME.hours_per_week"]
    for key, node in any_quantity().fields.items():
        found[f"{QUANTITY}.{key}"] = node
    for variant in amount.variants.values():
        for key, node in variant.fields.items():
            found.setdefault(f"{DISTRIBUTION}.{key}", node)
    return found


@cache
def entries() -> dict[str, Entry]:
    """Every entry by its pattern, in the order of the schema."""
    words = tomllib.loads(resources.files(__package__).joinpath("explain.toml").read_text(encoding="utf-8"))
    said = {key: words.get(own.get("like"), {}) | own for key, own in words.items()}
    return {key: _entry(key, node, said[key]) for key, node in language().items()}


def _entry(key: str, node: Node, said: dict[str, str]) -> Entry:
    default = said.get("default", _default(node))
    return Entry(key, said["meaning"], said["unit"], default, _allowed(key, node), said["effect"])


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


def _allowed(key: str, node: Node) -> str:
    if key.endswith(".dist"):
        known = DISTRIBUTION if key.startswith(DISTRIBUTION) else "tier.NAME.life.REASON.clock"
        home = "tier.NAME.hours_per_week" if known == DISTRIBUTION else known
        return f"one of {', '.join(language()[home].variants)}"
    if node.kind == "quantity":
        return f"{node.allowed}; plain, or as {{ value = ..., low = ..., high = ..., source = ... }}"
    if node.kind == "names" and node.item is not None and node.item.kind == "quantity":
        return f"a table {{ {NAMES[key.rsplit('.', 1)[-1]]} = ... }}, each {node.item.allowed}"
    below = node.fields or (node.item.fields if node.item is not None else {})
    if below and node.kind in ("table", "names"):
        return f"a table with {', '.join(below)}"
    return node.allowed


def find(key: str) -> list[Entry]:
    """The entries that `key` can mean: a pattern, a path of a scenario, or the last words of either.

    Raises `UsageError` with the nearest key where there is none.
    """
    known = entries()
    parts = tuple(key.strip().strip("[]").split("."))
    pattern = ".".join(parts) if ".".join(parts) in known else _pattern(parts)
    if pattern in known and len(parts) > 1:
        return [known[pattern]]
    ends = [entry for name, entry in known.items() if tuple(name.split("."))[-len(parts) :] == parts]
    if ends:
        told: dict[str, Entry] = {}
        for entry in ends:
            told.setdefault(entry.meaning, entry)  # a key that repeats another one elsewhere is not told again
        return list(told.values())
    by_path, by_word = nearest(key, known), _nearest_last(parts[-1], known)
    close = by_path or by_word if len(parts) > 1 else by_word or by_path  # a single word is the last one of a key
    hint = f"Did you mean {close}?" if close else "`cascadesim explain` lists every key."
    raise UsageError(f"there is no key {key}.", hint=hint, code="unknown_key")


def search(words: str) -> list[Entry]:
    """The entries that speak of all these words, in any form of them; those whose key or meaning does, first."""
    asked = [re.escape(word.removesuffix("s")) for word in re.findall(r"\w{2,}", words.lower().replace("_", " "))]
    ranked = []
    for entry in entries().values():
        head = f"{entry.key} {entry.meaning}".lower().replace("_", " ")
        whole = f"{head} {entry.unit} {entry.effect}".lower()
        if asked and all(re.search(rf"\b{word}", whole) for word in asked):
            ranked.append((sum(not re.search(rf"\b{word}", head) for word in asked), entry))
    told: dict[str, Entry] = {}
    for _, entry in sorted(ranked, key=lambda each: each[0]):
        told.setdefault(entry.meaning, entry)  # a key that repeats another one elsewhere is not told again
    return list(told.values())


def _nearest_last(word: str, known: Iterable[str]) -> str | None:
    """The key whose last word is most like `word`."""
    last = {name.rsplit(".", 1)[-1]: name for name in reversed(list(known))}
    close = nearest(word, last)
    return last[close] if close else None


def _pattern(parts: tuple[str, ...]) -> str:
    """The pattern of a path: `tier.x.caseload` is `tier.NAME.caseload`; empty where the path leads nowhere."""
    node = tree()
    pattern: list[str] = []
    for place, part in enumerate(parts):
        if node.kind == "names" and node.item is not None:
            if place == len(parts) - 1:
                break  # [tier.x] is told of under tier
            pattern.append(NAMES[pattern[-1]])
            node = node.item
        elif node.kind in ("list", "rate") and node.item is not None and (part.isdecimal() or part == "N"):
            pattern.append("N")
            node = node.item
        elif node.kind in ("quantity", "amount", "rate"):
            deep = node.kind != "amount" or place < len(parts) - 1
            return f"{QUANTITY if deep else DISTRIBUTION}.{parts[-1]}"
        else:
            fields = {key: child for variant in node.variants.values() for key, child in variant.fields.items()}
            fields.update(node.fields)
            if part not in fields:
                return ""
            pattern.append(part)
            node = fields[part]
    return ".".join(pattern)
