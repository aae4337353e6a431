"""The smallest scenario that still shows a difference: whatever can go goes, and what stays becomes simple."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator
from typing import Any

Data = dict[str, Any]
Path = tuple[str | int, ...]
Change = Callable[[Data], None]
NAMES_IN = ("cascade", "sites")
"""Lists of names that tables elsewhere are called by; a name goes everywhere at once."""


def shrink(document: Data, differs: Callable[[Data], bool], seconds: float) -> Data:
    """`document` without all that the difference does not need, as far as `seconds` go; `document` itself stays.

    `differs` says of a document whether it is a scenario that could be run, and in which the engines still differ.
    Greedy: tables first, then lists, keys and numbers, again and again until nothing more can go.
    """
    ends, found, smaller = time.monotonic() + seconds, document, True
    while smaller:
        smaller = False
        for changes in (_without_names, _without_parts, _simpler):
            for change in changes(found):
                if time.monotonic() > ends:
                    return found
                tried = copy.deepcopy(found)
                try:
                    change(tried)
                except (KeyError, IndexError, TypeError):
                    continue  # what it would have changed has gone with something else
                if tried != found and differs(tried):
                    found, smaller = tried, True
    return found


def _without_names(document: Data) -> Iterator[Change]:
    """Each tier, site, state and stream, with all that speaks of it."""
    names = [name for key in NAMES_IN for name in document.get(key, ())]
    names += [*document.get("organisation", ()), *document.get("clients", {}).get("format", ())]
    for name in names:
        yield lambda data, name=name: _forget(data, name)  # type: ignore[misc]


def _forget(value: Any, name: str) -> bool:
    """Take every mention of a name out of a table or list; whether the value itself is one."""
    if isinstance(value, dict):
        for key in [key for key, each in value.items() if key == name or _forget(each, name)]:
            del value[key]
        return bool(value.get("site") == name)
    if isinstance(value, list):
        value[:] = [each for each in value if not _forget(each, name)]
        return False
    return bool(value == name)


def _without_parts(document: Data) -> Iterator[Change]:
    """Each table, key and item of a list, those that hold most first."""
    places = sorted(_paths(document, ()), key=lambda found: -_size(found[1]))
    for path, value in places:
        yield lambda data, path=path: _remove(data, path)  # type: ignore[misc]
        if isinstance(value, list) and len(value) > 3:
            for part in (slice(len(value) // 2, None), slice(None, len(value) // 2)):
                kept = value[part]
                yield lambda data, path=path, kept=kept: _put(data, path, list(kept))  # type: ignore[misc]


def _simpler(document: Data) -> Iterator[Change]:
    """Each number smaller or rounder, each distribution a number."""
    for path, value in list(_paths(document, ())):
        for simple in _simpler_values(value):
            yield lambda data, path=path, simple=simple: _put(data, path, simple)  # type: ignore[misc]


def _simpler_values(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from (value[key] for key in ("value", "mean", "low", "mode") if key in value)
        yield from value.get("values", ())[:1]
    elif isinstance(value, float):
        yield from (0.0, 1.0) if abs(value) != 1 and value else ()
        yield from (float(round(value)),) if value != round(value) else (value // 2,)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield from (each for each in (0, 1, value // 2, value - 1) if 0 <= each < value)


def _paths(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Every place below `value`, the last items of a list first, so that a removal leaves the others where they are."""
    items: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))[::-1]
    for key, inner in items:
        yield (*path, key), inner
        yield from _paths(inner, (*path, key))


def _size(value: Any) -> int:
    return 1 + sum(1 for _ in _paths(value, ()))


def _around(data: Any, path: Path) -> Any:
    for key in path[:-1]:
        data = data[key]
    return data


def _remove(data: Data, path: Path) -> None:
    del _around(data, path)[path[-1]]


def _put(data: Data, path: Path, value: Any) -> None:
    around = _around(data, path)
    around[path[-1]]  # a KeyError where it has gone
    around[path[-1]] = value
