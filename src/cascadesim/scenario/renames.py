"""Other names in files: which key or word has which name today, by the one table of `renames.toml`.

Words that planners say for what the language calls otherwise are in `everyday_words.toml`.
A `Walk` goes through the data of a file once and notes every old name, so that a reader can refuse them all at once and
`cascadesim migrate` can write the new ones.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

from cascadesim.errors import Problem, suggestion
from cascadesim.scenario.document import Document, KeyPath, SourceLocation

Parts = tuple[str, ...]
Pattern = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rename:
    """An old name in a file: the key at `path`, or the text there if `is_text`, is `new` today.

    `path` is as the file has it, in old names.
    """

    path: KeyPath
    old: str
    new: str
    is_text: bool = False


@cache
def table(name: str) -> dict[str, Any]:
    """One table of `renames.toml`; an empty one where there is none of this name."""
    text = resources.files(__package__).joinpath("renames.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(text).get(name, {}))


@dataclass(frozen=True, slots=True)
class EverydayWord:
    """How the language `says` what planners call otherwise, and the `key` that it mostly is."""

    says: str
    key: str


@cache
def _everyday_words() -> dict[str, EverydayWord]:
    text = resources.files(__package__).joinpath("everyday_words.toml").read_text(encoding="utf-8")
    words = tomllib.loads(text)["word"]
    return {name: EverydayWord(word["says"], word.get("key", "")) for word in words for name in word["names"]}


def everyday_word(key: str, whole: bool = False) -> EverydayWord | None:
    """How the language says what a key in everyday words means: by any word in it, or only by the `whole` of it."""
    key = re.sub(r"[\s-]+", "_", key.strip().lower())
    known = _everyday_words()
    if whole or key in known:
        return known.get(key)
    return next((word for name, word in known.items() if f"_{name}_" in f"_{key}_"), None)


@cache
def _keys(name: str) -> dict[int, list[tuple[Pattern, Any]]]:
    """The lines of a table of paths as (parts of the path, what stands there), by the number of parts."""
    lines: dict[int, list[tuple[Pattern, Any]]] = {}
    for path, new in table(name).items():
        lines.setdefault(path.count(".") + 1, []).append((tuple(path.split(".")), new))
    return lines


def _line(name: str, path: Sequence[str]) -> Any:
    """What a table of paths says of a path; None where it says nothing."""
    for pattern, new in _keys(name).get(len(path), ()):
        if all(part in ("*", own) for part, own in zip(pattern, path, strict=True)):
            return new
    return None


def new_path(parts: Iterable[str], before: Parts = (), language: str = "scenario") -> Parts:
    """A path in today's names; `before` are the parts before it, in today's names already."""
    path = before
    for part in parts:
        path = (*path, _line(language, (*path, part)) or part)
    return path[len(before) :]


def new_word(path: Sequence[str], word: str) -> str:
    """What a word that stands at this path of a scenario (in today's names) is today."""
    return str((_line("scenario_values", path) or {}).get(word, word))


def new_outcome(name: str) -> str:
    """What an outcome, or a column of trajectories, is called today."""
    return ".".join(new_path(name.split("."), language="outcomes")) if name else name


def outcome_hint(name: str, known: Iterable[str]) -> str:
    """What is said of an outcome that there is not: its new name, the one probably meant, or all that there are."""
    new = new_outcome(name)
    return suggestion(name, known) if new == name else f"It is renamed to {new}."


class Walk:
    """Every old name in the data of a file, as `renames`."""

    def __init__(self) -> None:
        self.renames: list[Rename] = []

    def key(self, at: KeyPath, new: Parts) -> None:
        """Note the key at `at`, if it has another name today."""
        if ".".join(new) != at[-1]:
            self.renames.append(Rename(at, str(at[-1]), ".".join(new)))

    def text(self, at: KeyPath, old: str, new: str) -> None:
        """Note the text at `at`, if it is another today."""
        if old != new:
            self.renames.append(Rename(at, old, new, is_text=True))

    def scenario(self, value: Any, at: KeyPath = (), path: Parts = (), whole_paths: bool = False) -> None:
        """What stands at `at` of the file and is, or is to stand, at this path of a scenario.

        With `whole_paths` the keys of its tables are dotted paths, such as those of `set`.
        """
        if isinstance(value, dict):
            if path[:1] == ("variant",) and path[2:] == ("set",):
                path, whole_paths = (), True
            for key, inner in value.items():
                new = new_path(key.split(".") if whole_paths else (key,), path)
                self.key((*at, key), new)
                self.scenario(inner, (*at, key), (*path, *new), whole_paths)
        elif isinstance(value, list):
            for index, inner in enumerate(value):
                self.scenario(inner, (*at, index), (*path, str(index)), whole_paths)
        elif isinstance(value, str):
            outcome = path[:1] in (("published",), ("margin",)) and path[2:] == ("outcome",)
            self.text(at, value, new_outcome(value) if outcome else new_word(path, value))


def scenario_renames(data: dict[str, Any]) -> list[Rename]:
    """Every old name in a scenario file."""
    walk = Walk()
    walk.scenario(data)
    return walk.renames


def in_new_names(document: Document, renames: Sequence[Rename]) -> Document:
    """The document in today's names, each old one a fault of it."""
    if not renames:
        return document
    keys = {rename.path: rename.new for rename in renames if not rename.is_text}
    locations: dict[KeyPath, SourceLocation] = {}
    for path, location in document.locations.items():
        locations.setdefault(tuple(keys.get(path[: size + 1], part) for size, part in enumerate(path)), location)
    faults = (*document.faults, *(_refused(document, rename) for rename in renames))
    return replace(document, data=renamed_data(document.data, renames), locations=locations, faults=faults)


def remedy(file: str) -> str:
    """What brings a file up to date."""
    return f"`cascadesim migrate {file or 'FILE'}` rewrites the file."


def _refused(document: Document, rename: Rename) -> Problem:
    message = f"{rename.old} is renamed to {rename.new}." if rename.is_text else f"renamed to {rename.new}."
    return document.problem(rename.path, message, remedy(document.file), "renamed")


def renamed_data(data: dict[str, Any], renames: Sequence[Rename]) -> dict[str, Any]:
    """The data of a file in today's names."""
    keys = {rename.path: rename.new for rename in renames if not rename.is_text}
    texts = {rename.path: rename.new for rename in renames if rename.is_text}
    new: dict[str, Any] = _renamed(data, (), keys, texts)
    return new


def _renamed(value: Any, at: KeyPath, keys: Mapping[KeyPath, str], texts: Mapping[KeyPath, str]) -> Any:
    if isinstance(value, dict):
        new: dict[str, Any] = {}
        for key, inner in value.items():
            own = (*at, key)
            name, item = keys.get(own, key), _renamed(inner, own, keys, texts)
            both = isinstance(new.get(name), dict) and isinstance(item, dict)
            new[name] = _merged(new[name], item) if both else item
        return new
    if isinstance(value, list):
        return [_renamed(inner, (*at, index), keys, texts) for index, inner in enumerate(value)]
    return texts.get(at, value)


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Two tables of one name: some of it was given under the old name, some under the new one."""
    both = {
        key: _merged(one[key], other[key])
        for key in one.keys() & other.keys()
        if isinstance(one[key], dict) and isinstance(other[key], dict)
    }
    return {**one, **other, **both}


def renamed_key(key: str, language: str = "scenario") -> str:
    """The dotted path of today for one with an old name in it; nothing for any other."""
    new = ".".join(new_path(key.split("."), language=language))
    return new if new != key else ""
