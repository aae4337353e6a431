"""The scenarios of a checkout, and what each gives. Only this file knows the package, and by its public names alone.

It has to work for an older checkout too: where a name has changed, `_either` is given both.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import cascadesim
from oracle.content import INVALID, LOG, Content, Part

KINDS = ("library", "large", "studies", "screens", "generated")
LARGE = ("national-scale",)
"""Of these the whole log would not fit into memory."""
SCREENS = ("twenty-assumptions", "which-assumption-matters")
"""Thousands of points each."""
REPLICATIONS = 3
SEED = 1
Task = tuple[str, Callable[[], Content]]
_LOG_COLUMNS = {name: (name,) for name in LOG}
"""What each column of the log is called, or was called."""
_NOT_COMPARED = ("replication",)


@dataclass(frozen=True)
class Side:
    """One checkout, on one of its engines."""

    root: Path
    engine: str

    def tasks(self, kind: str, first: int = 1, last: int = 0) -> Iterator[Task]:
        """The scenarios of one kind by name, with what runs each; those that are generated from number to number."""
        if kind in ("library", "large"):
            for path in sorted((self.root / "scenarios").glob("*.toml")):
                if (path.stem in LARGE) == (kind == "large"):
                    yield from self._of_file(path, kind)
        elif kind == "generated":
            generate = _module(self.root / "tests" / "generate.py")
            for number in range(first, last + 1):
                yield f"generated/{number}", lambda number=number: self._generated(generate, number)  # type: ignore[misc]
        else:
            for path in sorted((self.root / "scenarios" / "studies").glob("*.toml")):
                if (path.stem in SCREENS) == (kind == "screens"):
                    yield from self._of_study(path, kind)

    def _of_file(self, path: Path, kind: str) -> Iterator[Task]:
        name = f"{kind}/{path.stem}"
        scenario = cascadesim.load(path)
        logged = REPLICATIONS if kind == "library" else 0
        yield name, lambda: self.run(scenario, SEED, logged)
        for number, variant in enumerate(scenario.variants, start=1):
            asked = scenario.variant(variant.name)
            yield f"{name}+{number}", lambda asked=asked: self.run(asked, SEED, logged)  # type: ignore[misc]

    def run(self, scenario: cascadesim.Scenario, seed: int, logged: int) -> Content:
        """So many replications with their log, one after another in the same memory, then one more without."""
        found = []
        if logged:
            runs = cascadesim.replicate(
                scenario, logged, seed=seed, events=True, engine=self.engine, keep=cascadesim.keep_run
            )
            found = [_part(run) for run in runs]
        last = cascadesim.simulate(scenario, seed=seed, replication=logged, engine=self.engine)
        return [*found, _part(last)]

    def _generated(self, generate: ModuleType, number: int) -> Content:
        with tempfile.TemporaryDirectory(prefix="oracle-") as folder:
            path = Path(folder) / "generated.toml"
            path.write_text(generate.to_toml(generate.seeded(number)), encoding="utf-8")
            try:
                scenario = cascadesim.load(path)
            except cascadesim.ScenarioError:
                return INVALID
        return self.run(scenario, number, 1)

    def _of_study(self, path: Path, kind: str) -> Iterator[Task]:
        """What every replication of each point gave, then the numbers of what the study says of it."""
        both = functools.cache(lambda: self._study(path))
        yield f"{kind}/{path.stem}", lambda: both()[0]
        yield f"{kind}/{path.stem}+analysis", lambda: both()[1]

    def _study(self, path: Path) -> tuple[Content, Content]:
        study = cascadesim.read_study(path, quick=True)
        with tempfile.TemporaryDirectory(prefix="oracle-") as folder:
            results = cascadesim.run_study(study, Path(folder) / "store", engine=self.engine)
            frames = [results.replications]
            if study.trajectories:
                frames.append(cascadesim.read_table(Path(folder) / "store" / "tables" / "trajectories.parquet"))
            said = [_numbers(section.frame) for section in cascadesim.analyse(results)]
        asked = Part({}, {}, [_point(point) for point in study.points])
        ran = [Part({}, _columns(frame), None) for frame in frames]
        return [asked, *ran], [Part({}, numbers, None) for numbers in said]


def root() -> Path:
    """The checkout from which the package is imported."""
    return Path(cascadesim.__file__).parents[2]


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_of_the_checkout", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _either(thing: Any, *names: str) -> Any:
    return next(getattr(thing, name) for name in names if hasattr(thing, name))


def _part(run: cascadesim.Run) -> Part:
    rows = _either(run, "trajectories")
    table = {name: list(each) for name, each in zip(rows.columns, zip(*rows.rows, strict=True), strict=True)}
    return Part(
        dict(_either(run, "kpis")),
        {name: each for name, each in table.items() if name not in _NOT_COMPARED},
        _log(_either(run, "events")),
    )


def _log(events: Any) -> list[tuple[Any, ...]] | None:
    if events is None:
        return None
    names = [next(name for name in _LOG_COLUMNS[column] if name in events.columns) for column in LOG]
    places = [events.columns.index(name) for name in names]
    return [tuple(row[place] for place in places) for row in events.rows]


def _point(point: Any) -> tuple[Any, ...]:
    """As a row of a log: what is set, without the keys, its random numbers, and whether it is a scenario at all."""
    levels = json.dumps([_leaves(value) for _, value in point.changes])
    numbers = point.number, _either(point, "random_numbers", "luck")
    return ("no scenario" if point.problem else "point", "", "", "", point.base, levels, *numbers)


def _leaves(value: Any) -> Any:
    if isinstance(value, dict):
        return [_leaves(each) for each in value.values()]
    return [_leaves(each) for each in value] if isinstance(value, list | tuple) else value


def _columns(frame: Any) -> dict[str, list[float]]:
    return {name: frame[name].tolist() for name in frame.columns}


def _numbers(frame: Any) -> dict[str, list[float]]:
    """The numbers of a section, by the place of their column."""
    if frame is None:
        return {}
    numeric = frame.select_dtypes("number")
    places = {name: place for place, name in enumerate(frame.columns)}
    return {f"column {places[name]}": numeric[name].tolist() for name in numeric.columns}
