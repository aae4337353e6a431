"""Many scenarios on both engines, until one shows a difference; that one is then made as small as it can be."""

from __future__ import annotations

import contextlib
import copy
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from cascadesim.devtools.engine_comparison.compare import (
    Comparison,
    ComparisonRequest,
    EngineDifference,
    MechanismCounts,
    compare_engines,
    mechanism_names,
)
from cascadesim.devtools.random_scenarios.document import seeded, to_toml
from cascadesim.errors import EnvironmentFault
from cascadesim.experiment.worker_pool import WorkerPool, in_processes
from cascadesim.scenario.load import load

REPLICATIONS = 5
"""Scenario S runs as replication S modulo this: what depends on the number shows too."""
NAME_LISTS = ("cascade", "sites")
"""Lists of names that tables elsewhere are called by; a name goes everywhere at once."""

Data = dict[str, Any]
Path = tuple[str | int, ...]
Change = Callable[[Data], object]


@dataclass
class SearchResult:
    """What came of all the scenarios; `failed` is the last comparison in which the engines differ."""

    scenarios: int = 0
    invalid: int = 0
    rows: int = 0
    shared: int = 0
    occurred: MechanismCounts = field(default_factory=lambda: {chapter: Counter() for chapter in mechanism_names()})
    failed: Comparison | None = None

    def add(self, comparison: Comparison) -> None:
        """Count one more."""
        if not comparison.valid:
            self.invalid += 1
            return
        self.scenarios += 1
        self.rows += comparison.rows
        self.shared += comparison.shared
        for chapter, counts in comparison.occurred.items():
            self.occurred[chapter].update(counts)
        if comparison.difference is not None:
            self.failed = comparison


def request_of(seed: int, file: str = "") -> ComparisonRequest:
    """The scenario of a number, or one of a file run with that number as its seed."""
    return ComparisonRequest(seed, seed % REPLICATIONS, file)


def search(
    seed: int, n: int, files: Sequence[str] = (), jobs: int = 1, progress: Callable[[int, int], None] | None = None
) -> SearchResult:
    """Compare the engines on `files` and on `n` scenarios at random, those of `seed`, `seed` + 1, ...

    Numbers whose scenario could not be run are passed over. Stops at the first difference.
    """
    result, total, following = SearchResult(), n + len(files), seed + n
    requests = [*(request_of(seed, file) for file in files), *map(request_of, range(seed, following))]
    with contextlib.closing(WorkerPool(compare_engines)) as apart:
        while requests:
            with contextlib.closing(_comparisons(requests, jobs, apart)) as comparisons:
                for comparison in comparisons:
                    result.add(comparison)
                    if progress is not None:
                        progress(result.scenarios, total)
                    if result.failed is not None:
                        return result
            missing = total - result.scenarios
            requests, jobs = list(map(request_of, range(following, following + missing))), 1
            following += missing
    return result


def _comparisons(
    requests: Sequence[ComparisonRequest], jobs: int, apart: Callable[[ComparisonRequest], Comparison]
) -> Generator[Comparison]:
    """Each in its turn; a process that dies is found again by asking one at a time."""
    done = 0
    if jobs > 1:
        try:
            with contextlib.closing(in_processes(compare_engines, requests, jobs)) as comparisons:
                for comparison in comparisons:
                    done += 1
                    yield comparison
        except EnvironmentFault as fault:
            _raise_unless_died(fault)
    for request in requests[done:]:
        yield _compare_apart(apart, request)


def _compare_apart(apart: Callable[[ComparisonRequest], Comparison], request: ComparisonRequest) -> Comparison:
    """What a process of its own says; its death is a difference."""
    try:
        return apart(request)
    except EnvironmentFault as fault:
        _raise_unless_died(fault)
        return Comparison(request, difference=EngineDifference("an engine ended the process", compiled=(str(fault),)))


def _raise_unless_died(fault: EnvironmentFault) -> None:
    if fault.problems[0].code != "worker_died":
        raise fault


def smallest(failed: Comparison, seconds: float) -> tuple[str, Comparison]:
    """The scenario in which the engines differed, as TOML and as small as it gets in so many seconds; what differs."""
    request = failed.request
    document = load(request.file).resolved() if request.file else seeded(request.seed)
    last = failed
    with contextlib.closing(WorkerPool(compare_engines)) as apart:

        def differs(data: Data) -> bool:
            nonlocal last
            comparison = _compare_apart(apart, replace(request, file="", document=tomllib.loads(to_toml(data))))
            if comparison.valid and comparison.difference is not None:
                last = comparison
                return True
            return False

        small = shrink(document, differs, seconds)
    return to_toml(small), replace(last, request=replace(last.request, file=request.file))


def shrink(document: Data, differs: Callable[[Data], bool], seconds: float) -> Data:
    """`document` without all that the difference does not need, as far as `seconds` go; `document` itself stays.

    `differs` says of a document whether it is a scenario that could be run, and in which the engines still differ.
    Greedy: names first, then tables, lists, keys and numbers, again and again until nothing more can go.
    """
    ends, small, smaller = time.monotonic() + seconds, document, True
    while smaller:
        smaller = False
        for changes in (_without_names, _without_parts, _simpler):
            for change in changes(small):
                if time.monotonic() > ends:
                    return small
                tried = copy.deepcopy(small)
                try:
                    change(tried)
                except (KeyError, IndexError, TypeError):
                    continue  # what it would have changed has gone with something else
                if tried != small and differs(tried):
                    small, smaller = tried, True
    return small


def _without_names(document: Data) -> Iterator[Change]:
    """Each tier, site, state and stream, with all that speaks of it."""
    names = [name for key in NAME_LISTS for name in document.get(key, ())]
    names += [*document.get("organisation", ()), *document.get("clients", {}).get("format", ())]
    for name in names:
        yield partial(_forget, name=name)


def _forget(value: Any, name: str) -> bool:
    """Take every mention of a name out of a table or list; whether the value itself is one."""
    if isinstance(value, dict):
        for key in [key for key, inner in value.items() if key == name or _forget(inner, name)]:
            del value[key]
        return bool(value.get("site") == name)
    if isinstance(value, list):
        value[:] = [item for item in value if not _forget(item, name)]
        return False
    return bool(value == name)


def _without_parts(document: Data) -> Iterator[Change]:
    """Each table, key and item of a list, those that hold most first."""
    for path, value in sorted(_paths(document, ()), key=lambda part: -_size(part[1])):
        yield partial(_remove, path=path)
        if isinstance(value, list) and len(value) > 3:
            half = len(value) // 2
            yield partial(_put, path=path, value=value[half:])
            yield partial(_put, path=path, value=value[:half])


def _simpler(document: Data) -> Iterator[Change]:
    """Each number smaller or rounder, each distribution a number."""
    for path, value in list(_paths(document, ())):
        for simple in _simpler_values(value):
            yield partial(_put, path=path, value=simple)


def _simpler_values(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from (value[key] for key in ("value", "mean", "low", "mode") if key in value)
        yield from value.get("values", ())[:1]
    elif isinstance(value, float):
        yield from (0.0, 1.0) if abs(value) != 1 and value else ()
        yield from (float(round(value)),) if value != round(value) else (value // 2,)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield from (number for number in (0, 1, value // 2, value - 1) if 0 <= number < value)


def _paths(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Every path below `value`, the last items of a list first, so that a removal leaves the others where they are."""
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
