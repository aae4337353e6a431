"""Many replications, of one scenario or of many in one call, and what the caller wants kept of each."""

from __future__ import annotations

import contextlib
import threading
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Generator, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any, TypeVar

from cascadesim.engine.backends import AUTO, COMPILED, choose_for, compiled_runtime
from cascadesim.errors import MAX_JOBS, MAX_REPLICATIONS, UsageError, whole_number
from cascadesim.experiment.simulate import Kpis, Prepared, Rows, Run, check_scenario, joined, prepare, run_prepared
from cascadesim.experiment.worker_pool import in_processes, in_threads
from cascadesim.model.priority_rules import Rule, checked
from cascadesim.model.replication import LazySequence
from cascadesim.model.rng import MAX_SEED
from cascadesim.scenario.feasibility.run_size import predict
from cascadesim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
Kept = tuple[int, int, Any]
"""The index of a scenario, the number of a replication, and what was kept of it."""


def keep_kpis(run: Run) -> Kpis:
    """Keep the KPIs of a run and let the rest go: `kpis_frame()` works afterwards."""
    return run.kpis


def keep_trajectories(run: Run) -> Rows:
    """Keep the trajectories of a run and let the rest go: `trajectories_frame()` works afterwards."""
    len(run.trajectories)  # it is made now, and the rest of the run let go
    return run.trajectories


def keep_run(run: Run) -> Run:
    """Keep everything: every frame works afterwards, at the price of memory."""
    return run


@dataclass(frozen=True, repr=False)
class Replications:
    """What was kept of replications 0, 1, 2, ... of one scenario: `kept[k]` is what `keep` gave for replication k.

    `rules` names those that were the caller's own."""

    scenario: Scenario
    seed: int
    kept: tuple[Any, ...]
    rules: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.kept)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.kept)

    def __getitem__(self, replication: int) -> Any:
        return self.kept[replication]

    def __hash__(self) -> int:
        return hash((self.seed, len(self.kept)))

    def __repr__(self) -> str:
        kind = type(self.kept[0]).__name__ if self.kept else "nothing"
        return f"<Replications of {self.scenario.name}: seed {self.seed}, {len(self.kept)} kept, each {kind}>"

    def kpis_frame(self) -> pd.DataFrame:
        """One row a replication: `replication`, then a column for each name in what was kept (KPIs or any mapping)."""
        import pandas as pd

        kept = [item.kpis if isinstance(item, Run) else item for item in self.kept]
        self._require(kept, Mapping, "KPIs")
        frame = pd.DataFrame([dict(item) for item in kept])
        frame.insert(0, "replication", range(len(kept)))
        return frame

    def trajectories_frame(self) -> pd.DataFrame:
        """One row a replication and interval, where `keep_trajectories` or `keep_run` was used."""
        kept = [item.trajectories if isinstance(item, Run) else item for item in self.kept]
        self._require(kept, Rows, "trajectories")
        return joined(kept)

    def events_frame(self) -> pd.DataFrame:
        """One row an event, where `keep_run` was used with `events=True`."""
        kept = [item.events for item in self.kept if isinstance(item, Run) and item.events is not None]
        self._require(kept, Rows, "an event log")
        return joined(kept)

    def _require(self, kept: list[Any], kind: type, what: str) -> None:
        if not kept or not all(isinstance(item, kind) for item in kept):
            raise UsageError(
                f"these replications did not keep {what}.",
                hint="Ask for it: replicate(..., keep=keep_kpis | keep_trajectories | keep_run, events=True).",
                code="keep",
            )


def replicate(
    scenario: Scenario,
    n: int | None = None,
    *,
    seed: int = 1,
    keep: Callable[[Run], Any] = keep_kpis,
    events: bool = False,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
    engine: str = AUTO,
    rules: Mapping[str, Rule] | None = None,
) -> Replications:
    """Run replications 0 to n - 1 and keep what `keep` makes of each `Run`; only the KPIs by default.

    Parameters
    ----------
    scenario
        What to simulate.
    n
        How many replications; the scenario's own `replications` by default.
    seed
        A whole number from 0 to 2**63 - 1, common to all replications.
    keep
        A function of a `Run`; what it returns is kept. With `jobs` on SimPy a worker process must be able to import it.
    events
        Whether each `Run` that `keep` sees has its event log.
    jobs
        How many replications run at a time: in threads on the compiled engine, in processes on SimPy. The results are
        the same whatever it is.
    progress
        Called as `progress(done, n)` after each replication.
    engine
        `"auto"`, `"simpy"` or `"compiled"`: both give the same. `"auto"` is compiled where numba is installed, but for
        work that is over on SimPy before the engine would be compiled.
    rules
        Functions of your own for choices of the model, by the names in `model/priority_rules.py`. SimPy engine only.

    Returns
    -------
    Replications
        In the order of their numbers.

    Raises
    ------
    UsageError
        A number is out of range, or a rule of your own has a fault.
    EnvironmentFault
        The compiled engine is required and numba cannot be imported.
    """
    every = {"": scenario}
    return replicate_all(
        every, n, seed=seed, keep=keep, events=events, jobs=jobs, progress=progress, engine=engine, rules=rules
    )[""]


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
    """`replicate` for each of `scenarios`, all at once.

    Whichever of `jobs` has nothing left to do goes on with the next scenario and uses its memory again. A scenario is
    prepared when its turn comes.

    Parameters
    ----------
    scenarios
        Scenarios by any names; `dict(enumerate(scenarios))` names those of a list.
    n
        How many replications of each; each scenario's own `replications` by default.
    seed
        A whole number from 0 to 2**63 - 1, common to all replications.
    keep
        A function of a `Run`; what it returns is kept. With `jobs` on SimPy a worker process must be able to import it.
    events
        Whether each `Run` that `keep` sees has its event log.
    jobs
        How many replications run at a time: in threads on the compiled engine, in processes on SimPy. The results are
        the same whatever it is.
    progress
        Called as `progress(done, of)` after each replication; both count those of all scenarios.
    engine
        `"auto"`, `"simpy"` or `"compiled"`: both give the same. `"auto"` is compiled where numba is installed, but for
        work that is over on SimPy before the engine would be compiled.
    rules
        Functions of your own for choices of the model, by the names in `model/priority_rules.py`. SimPy engine only.

    Returns
    -------
    dict of Replications
        By the same names, in their order; each equal to what `replicate` gives.

    Raises
    ------
    UsageError
        A number is out of range, or a rule of your own has a fault.
    EnvironmentFault
        The compiled engine is required and numba cannot be imported.
    """
    batch = batch_of(scenarios, n, seed=seed, keep=keep, events=events, engine=engine, rules=rules)
    kept: list[list[Any]] = [[None] * size for size in batch.sizes]
    with contextlib.closing(batch.run_all(jobs, progress)) as outcomes:
        for index, replication, outcome in outcomes:
            kept[index][replication] = outcome
    return {
        name: Replications(scenario, batch.seed, tuple(values), tuple(batch.rules))
        for (name, scenario), values in zip(scenarios.items(), kept, strict=True)
    }


def batch_of(
    scenarios: Mapping[Any, Scenario],
    n: int | None,
    *,
    seed: int,
    keep: Callable[[Run], Any],
    events: bool,
    engine: str,
    rules: Mapping[str, Rule] | None = None,
) -> Batch:
    """What `replicate_all` is asked for, checked. Raises `UsageError`, `EnvironmentFault` as it does."""
    if not isinstance(scenarios, Mapping):
        raise UsageError(
            f"needs scenarios by name, got {type(scenarios).__name__}.",
            hint="Give a dict; dict(enumerate(scenarios)) makes one of a list.",
            code="scenarios",
        )
    for name, scenario in scenarios.items():
        check_scenario(scenario, name)
    own = checked(rules)
    n = None if n is None else whole_number("replications", n, 1, MAX_REPLICATIONS)
    seed = whole_number("seed", seed, 0, MAX_SEED)
    batch = Batch(tuple(scenarios.values()), n, seed, keep, events, engine, own)
    return replace(batch, engine=choose_for(engine, batch.expected_events, own))


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

    def expected_events(self) -> float:
        """How many events all runs together are expected to have, generously."""
        return sum(n * predict(each).events for n, each in zip(self.sizes, self.scenarios, strict=True))

    @cached_property
    def sizes(self) -> Sequence[int]:
        """How many replications of each scenario."""
        return [scenario.replications if self.n is None else self.n for scenario in self.scenarios]

    def run_all(
        self, jobs: int, progress: Callable[[int, int], None] | None, in_order: bool = False
    ) -> Generator[Kept]:
        """All of them, `jobs` at a time, with `progress(done, of)` after each. To be closed when left early.

        Several threads of the compiled engine give them in whatever order. Where they are to come `in_order`, it is
        processes on both engines, which suits a `keep` that takes its time in Python.
        """
        jobs = whole_number("jobs", jobs, 1, MAX_JOBS)
        if self.engine == COMPILED:
            compiled_runtime()
        ids = LazySequence(sum(self.sizes), self._id)
        if jobs == 1 or in_order or self.engine != COMPILED:
            outcomes = in_processes(_BatchInTurn(self), ids, jobs)
        else:
            outcomes = in_threads(_BatchInThreads(self), ids, jobs)
        with contextlib.closing(outcomes):
            for done, outcome in enumerate(outcomes, start=1):
                if progress is not None:
                    progress(done, len(ids))
                yield outcome

    @cached_property
    def _firsts(self) -> list[int]:
        """How many replications there are before those of each scenario."""
        return list(accumulate(self.sizes, initial=0))

    def _id(self, number: int) -> ReplicationId:
        index = bisect_right(self._firsts, number) - 1
        return ReplicationId(index, number - self._firsts[index], self.scenarios[index].name)

    def prepare(self, index: int) -> Prepared:
        """Make one scenario ready."""
        return prepare(self.scenarios[index], self.engine, self.rules)

    def run(self, prepared: Prepared, index: int, replication: int) -> Kept:
        """One replication of one scenario."""
        return index, replication, self.keep(run_prepared(prepared, self.seed, replication, self.events))


@dataclass(frozen=True, slots=True)
class ReplicationId:
    """A replication of the scenario of an index, which has this name."""

    scenario: int
    replication: int
    name: str

    def __str__(self) -> str:
        return f"replication {self.replication} of {self.name}"


@dataclass
class _BatchInTurn:
    """What a process does, or one thread alone: it keeps the scenario ready that it has run last."""

    batch: Batch
    ready: tuple[int, Prepared] | None = None

    def __call__(self, which: ReplicationId) -> Kept:
        if self.ready is None or self.ready[0] != which.scenario:
            prepared = self.batch.prepare(which.scenario)
            if self.ready is not None:
                prepared.runner.take_over(self.ready[1].runner)
            self.ready = (which.scenario, prepared)
        return self.batch.run(self.ready[1], which.scenario, which.replication)


@dataclass(eq=False)
class _OpenScenario:
    """A scenario under way."""

    index: int
    left: int
    lock: threading.Lock = field(default_factory=threading.Lock)
    prepared: Prepared | None = None


class _BatchInThreads:
    """What threads do: each stays with a scenario until it is done, opens the next one, and helps others at the end.

    So few turn to another scenario while others wait for it to be made ready, and there are never more scenarios ready
    than threads.
    """

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self._lock = threading.Lock()
        self._closed = deque(_OpenScenario(index, size) for index, size in enumerate(batch.sizes))
        self._open: list[_OpenScenario] = []
        self._own = threading.local()

    def __call__(self, _: object) -> Kept:
        mine: _OpenScenario | None = getattr(self._own, "opened", None)
        with self._lock:
            opened = self._next(mine)
            opened.left -= 1
            replication = self.batch.sizes[opened.index] - opened.left - 1
            if not opened.left:
                self._open.remove(opened)
        with opened.lock:
            if opened.prepared is None:
                opened.prepared = self.batch.prepare(opened.index)
        if opened is not mine:
            if mine is not None and mine.prepared is not None:
                opened.prepared.runner.take_over(mine.prepared.runner)
            self._own.opened = opened
        return self.batch.run(opened.prepared, opened.index, replication)

    def _next(self, mine: _OpenScenario | None) -> _OpenScenario:
        """A scenario of which there is a replication left to run."""
        if mine is not None and mine.left:
            return mine
        if self._closed:
            self._open.append(self._closed.popleft())
            return self._open[-1]
        return self._open[0]
