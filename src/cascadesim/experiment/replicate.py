"""Many replications of one scenario, and what the caller wants kept of each."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from cascadesim.engine.backends import AUTO, COMPILED
from cascadesim.errors import UsageError
from cascadesim.experiment.limits import MAX_JOBS, MAX_REPLICATIONS, MAX_SEED, whole_number
from cascadesim.experiment.pool import in_order, in_threads
from cascadesim.experiment.records import Kpis, Rows
from cascadesim.experiment.runs import Prepared, Run, prepare, run_prepared
from cascadesim.model.priority_rules import Rule
from cascadesim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")


def keep_kpis(run: Run) -> Kpis:
    """Keep the KPIs of a run and let the rest go: `kpis_frame()` works afterwards."""
    return run.kpis


def keep_trajectories(run: Run) -> Rows:
    """Keep the trajectories of a run and let the rest go: `trajectories_frame()` works afterwards."""
    return Rows(run.trajectories.columns, run.trajectories.rows)


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
        return _together(kept)

    def events_frame(self) -> pd.DataFrame:
        """One row an event, where `keep_run` was used with `events=True`."""
        kept = [item.events for item in self.kept if isinstance(item, Run) and item.events is not None]
        self._require(kept, Rows, "an event log")
        return _together(kept)

    def _require(self, kept: list[Any], kind: type, what: str) -> None:
        if not kept or not all(isinstance(item, kind) for item in kept):
            raise UsageError(
                f"these replications did not keep {what}.",
                hint="Ask for it: replicate(..., keep=keep_kpis | keep_trajectories | keep_run, events=True).",
                code="keep",
            )


@dataclass(frozen=True)
class Work:
    """What a worker needs to know: one packed scenario, the seed, and what to keep."""

    prepared: Prepared
    seed: int
    keep: Callable[[Run], Any]
    events: bool

    def __call__(self, replication: int) -> Any:
        return self.keep(run_prepared(self.prepared, self.seed, replication, self.events))


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

    `n` defaults to the scenario's own `replications`. `jobs` is how many run at a time: in threads of this process on
    the compiled engine, which needs no lock, in other processes on SimPy; there `keep` must be a function that a worker
    can import. Results are in order of replication and the same whatever `jobs`. `progress(done, n)` is called after
    each. `engine` is `auto`, `simpy` or `compiled`: both give the same. `rules` are functions of your own, as for
    `simulate`. Raises `UsageError` for a number out of range or a fault of a rule, `EnvironmentFault` where the
    compiled engine is asked for and numba cannot be imported.
    """
    prepared = prepare(scenario, engine, rules)
    n = prepared.scenario.replications if n is None else n
    seed = whole_number("seed", seed, 0, MAX_SEED)
    threads = prepared.runner.engine == COMPILED
    outcomes = each(prepared, n, seed=seed, keep=keep, events=events, jobs=jobs, progress=progress, threads=threads)
    with contextlib.closing(outcomes):
        return Replications(scenario, seed, tuple(outcomes), tuple(prepared.runner.rules))


def each(
    prepared: Prepared,
    n: int,
    *,
    seed: int,
    keep: Callable[[Run], T],
    events: bool,
    jobs: int,
    progress: Callable[[int, int], None] | None,
    threads: bool = False,
) -> Generator[T]:
    """`replicate`, one at a time, for a caller that puts each away before the next. To be closed when left early.

    Several `jobs` are processes, which suits a `keep` that takes its time in Python, or `threads`.
    """
    n = whole_number("replications", n, 1, MAX_REPLICATIONS)
    seed = whole_number("seed", seed, 0, MAX_SEED)
    jobs = whole_number("jobs", jobs, 1, MAX_JOBS)
    several = in_threads if threads else in_order
    if jobs > 1:
        prepared.runner.warm_up()
    with contextlib.closing(several(Work(prepared, seed, keep, events), range(n), jobs)) as outcomes:
        for done, outcome in enumerate(outcomes, start=1):
            if progress is not None:
                progress(done, n)
            yield outcome


def _together(kept: list[Rows]) -> pd.DataFrame:
    return Rows(kept[0].columns, tuple(row for rows in kept for row in rows.rows)).frame()
