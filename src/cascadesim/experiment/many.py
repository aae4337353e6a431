"""Many replications of each of many scenarios in one call: no core waits for the last replication of a scenario."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Generator, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from cascadesim.engine.backends import AUTO, COMPILED, choose, compiled_runtime
from cascadesim.errors import UsageError
from cascadesim.experiment.limits import MAX_JOBS, MAX_REPLICATIONS, MAX_SEED, whole_number
from cascadesim.experiment.pool import in_order, in_threads
from cascadesim.experiment.replicate import Replications, keep_kpis
from cascadesim.experiment.runs import Prepared, Run, prepare, run_prepared
from cascadesim.model.priority_rules import Rule, checked
from cascadesim.scenario.schema import Scenario

K = TypeVar("K", bound=Hashable)
Answer = tuple[int, int, Any]
"""The place of the scenario, the number of the replication, and what was kept of it."""


def replicate_all(
    scenarios: Mapping[K, Scenario],
    n: int | None = None,
    *,
    seed: int = 1,
    keep: Callable[[Run], Any] = keep_kpis,
    events: bool = False,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
    engine: str = AUTO,
    rules: Mapping[str, Rule] | None = None,
) -> dict[K, Replications]:
    """`replicate` for each of `scenarios`, all at once: the same `Replications`, under the same names, in their order.

    Whichever of `jobs` has nothing left to do goes on with the next scenario, and uses its memory again for it; a
    scenario is made ready when its turn comes. `dict(enumerate(points))` names the points of a list. The other
    arguments are those of `replicate`; `n` is each scenario's own number unless given, and `progress(done, of)` counts
    the replications of all. Raises what `replicate` does.
    """
    if not isinstance(scenarios, Mapping):
        raise UsageError(
            f"needs scenarios by name, got {type(scenarios).__name__}.",
            hint="Give a dict; dict(enumerate(scenarios)) makes one of a list.",
            code="scenarios",
        )
    own = checked(rules)
    batch = Batch(
        tuple(_scenario(name, each) for name, each in scenarios.items()),
        None if n is None else whole_number("replications", n, 1, MAX_REPLICATIONS),
        whole_number("seed", seed, 0, MAX_SEED),
        keep,
        events,
        choose(engine, own),
        own,
    )
    kept: list[list[Any]] = [[None] * size for size in batch.sizes]
    with contextlib.closing(batch.answers(whole_number("jobs", jobs, 1, MAX_JOBS))) as answers:
        for done, (place, replication, outcome) in enumerate(answers, start=1):
            kept[place][replication] = outcome
            if progress is not None:
                progress(done, sum(batch.sizes))
    return {
        name: Replications(scenario, batch.seed, tuple(found), tuple(batch.rules))
        for (name, scenario), found in zip(scenarios.items(), kept, strict=True)
    }


def _scenario(name: Hashable, given: object) -> Scenario:
    if not isinstance(given, Scenario):
        raise UsageError(
            f"{name}: needs a Scenario, got {type(given).__name__}.",
            hint="load(path) reads one from a file; scenario.with_(...) makes another one.",
            code="scenario",
        )
    return given


@dataclass(frozen=True)
class Batch:
    """What is to be run, and how: each scenario `n` times, or as often as it says."""

    scenarios: tuple[Scenario, ...]
    n: int | None
    seed: int
    keep: Callable[[Run], Any]
    events: bool
    engine: str
    rules: Mapping[str, Rule]

    @cached_property
    def sizes(self) -> Sequence[int]:
        """How many replications of each scenario."""
        return [scenario.replications if self.n is None else self.n for scenario in self.scenarios]

    def answers(self, jobs: int) -> Generator[Answer]:
        """All of them, in whatever order. To be closed when left early."""
        if self.engine == COMPILED:
            compiled_runtime()
        if self.engine == COMPILED or jobs == 1:
            return in_threads(InTurns(self), range(sum(self.sizes)), jobs)
        pairs = [Place(place, each) for place, size in enumerate(self.sizes) for each in range(size)]
        return in_order(Apart(self), pairs, jobs)

    def prepare(self, place: int) -> Prepared:
        """Make one scenario ready."""
        return prepare(self.scenarios[place], self.engine, self.rules)

    def run(self, prepared: Prepared, place: int, replication: int) -> Answer:
        """One replication of one scenario."""
        return place, replication, self.keep(run_prepared(prepared, self.seed, replication, self.events))


@dataclass(frozen=True)
class Place:
    """A replication of the scenario at a place."""

    scenario: int
    replication: int

    def __str__(self) -> str:
        return f"replication {self.replication} of scenario {self.scenario + 1}"


@dataclass
class Apart:
    """What a process does: it keeps the scenario ready that it has run last."""

    batch: Batch
    ready: tuple[int, Prepared] | None = None

    def __call__(self, asked: Place) -> Answer:
        if self.ready is None or self.ready[0] != asked.scenario:
            self.ready = (asked.scenario, self.batch.prepare(asked.scenario))
        return self.batch.run(self.ready[1], asked.scenario, asked.replication)


@dataclass(eq=False)
class Opened:
    """A scenario under way."""

    place: int
    left: int
    lock: threading.Lock = field(default_factory=threading.Lock)
    prepared: Prepared | None = None


class InTurns:
    """What threads do: each stays with a scenario until it is done, opens the next one, and helps others at the end.

    So few turn to another scenario while others wait for it to be made ready, and there are never more scenarios ready
    than threads.
    """

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self._lock = threading.Lock()
        self._closed = deque(Opened(place, size) for place, size in enumerate(batch.sizes))
        self._open: list[Opened] = []
        self._own = threading.local()

    def __call__(self, _: int) -> Answer:
        mine: Opened | None = getattr(self._own, "opened", None)
        with self._lock:
            opened = self._next(mine)
            opened.left -= 1
            replication = self.batch.sizes[opened.place] - opened.left - 1
            if not opened.left:
                self._open.remove(opened)
        with opened.lock:
            if opened.prepared is None:
                opened.prepared = self.batch.prepare(opened.place)
        if opened is not mine:
            if mine is not None and mine.prepared is not None:
                opened.prepared.runner.take_over(mine.prepared.runner)
            self._own.opened = opened
        return self.batch.run(opened.prepared, opened.place, replication)

    def _next(self, mine: Opened | None) -> Opened:
        """A scenario of which there is a replication left to run."""
        if mine is not None and mine.left:
            return mine
        if self._closed:
            self._open.append(self._closed.popleft())
            return self._open[-1]
        return self._open[0]
