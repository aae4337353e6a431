"""One replication: a scenario and a number in, a frozen `Run` out that knows what was asked.

A run hands over its numbers in two shapes, which are read-only: KPIs by name (`Kpis`), and rows under columns (`Rows`).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cascadesim.engine.backends import AUTO, Runner, choose_for
from cascadesim.errors import MAX_REPLICATIONS, UsageError, whole_number
from cascadesim.model.counters import CounterLayout, counter_layout
from cascadesim.model.enums import Event, Kind
from cascadesim.model.ids import label
from cascadesim.model.measures import Meter
from cascadesim.model.measures.trajectories import Trajectories
from cascadesim.model.plan import Plan
from cascadesim.model.priority_rules import Rule, checked
from cascadesim.model.replication import LogRow
from cascadesim.model.rng import MAX_SEED
from cascadesim.scenario.compile import compile_scenario
from cascadesim.scenario.feasibility.run_size import predict
from cascadesim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

EVENT_COLUMNS = ("replication", "row", "minute", "event", "kind", "key", "tier", "other", "detail", "amount")
_INTEGERS = ("replication", "row", "minute", "amount")
_TEXTS = ("event", "kind", "key", "tier", "other", "detail")
_TYPES = {**dict.fromkeys(_INTEGERS, "int64"), **dict.fromkeys(_TEXTS, "str")}


class Kpis(Mapping[str, float]):
    """KPI name -> value, in a fixed order; nan where a KPI is undefined.

    A mapping that cannot be edited and, unlike `MappingProxyType`, can be sent to another process. Two are equal when
    they hold the same names with the same values, nan counting as equal to nan.
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, float]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> float:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mapping):
            return NotImplemented
        return self.keys() == other.keys() and all(_same(self[name], other[name]) for name in self)

    def __hash__(self) -> int:
        return hash(frozenset(self._values))

    def __repr__(self) -> str:
        return f"Kpis({len(self)} values)"


@dataclass(frozen=True, repr=False, eq=False)
class Rows:
    """Rows under named columns: one tuple a row, in canonical order."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def __len__(self) -> int:
        return len(self.rows)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Rows):
            return NotImplemented
        return self.columns == other.columns and self.rows == other.rows

    def __hash__(self) -> int:
        return hash(self.columns)

    def __repr__(self) -> str:
        return f"Rows({len(self.rows)} rows of {len(self.columns)} columns)"

    def frame(self) -> pd.DataFrame:
        """The same as a pandas DataFrame; whole numbers, text and reals keep their type where there is no row."""
        import pandas as pd

        frame = pd.DataFrame(list(self.rows), columns=list(self.columns))
        return frame if self.rows else frame.astype({name: _TYPES.get(name, "float64") for name in self.columns})


def _same(one: object, other: object) -> bool:
    return one == other or (one != one and other != other)  # nan alone differs from itself


class NumberRows(Rows):
    """Rows of reals, of which the first is the whole number of a replication, in one array of (row, column).

    `make` is called for it when it is first asked for: most callers keep the KPIs alone.
    """

    def __init__(self, columns: tuple[str, ...], make: Callable[[], np.ndarray]) -> None:
        object.__setattr__(self, "columns", columns)
        object.__setattr__(self, "_make", make)

    @cached_property
    def numbers(self) -> np.ndarray:
        """One row a row, in canonical order."""
        numbers: np.ndarray = self.__dict__.pop("_make")()
        return numbers

    @cached_property
    def rows(self) -> tuple[tuple[Any, ...], ...]:
        """One tuple a row, in canonical order."""
        return tuple((int(number), *row) for number, *row in self.numbers.tolist())

    def __len__(self) -> int:
        return len(self.numbers)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NumberRows):
            return super().__eq__(other)
        return self.columns == other.columns and np.array_equal(self.numbers, other.numbers, equal_nan=True)

    __hash__ = Rows.__hash__

    def frame(self) -> pd.DataFrame:
        """The same as a pandas DataFrame of reals, the replications whole numbers."""
        import pandas as pd

        return pd.DataFrame(self.numbers, columns=list(self.columns)).astype({self.columns[0]: "int64"})

    def __reduce__(self) -> tuple[Any, ...]:
        return _number_rows, (self.columns, self.numbers)


def _number_rows(columns: tuple[str, ...], numbers: np.ndarray) -> NumberRows:
    return NumberRows(columns, lambda: numbers)


def joined(parts: Sequence[Rows]) -> pd.DataFrame:
    """The rows of all parts, which have the same columns, in one frame."""
    arrays = [part.numbers for part in parts if isinstance(part, NumberRows)]
    if parts and len(arrays) == len(parts):
        return _number_rows(parts[0].columns, np.concatenate(arrays)).frame()
    columns = parts[0].columns if parts else ()
    return Rows(columns, tuple(row for part in parts for row in part.rows)).frame()


@dataclass(frozen=True, repr=False)
class Run:
    """What one replication of one scenario gave.

    `kpis` maps a name to its value (nan where undefined); `trajectories` has one row an interval; `events` is the event
    log, one row an event in the order of execution, or None where it was not asked for; `rules` names those that were
    the caller's own.
    """

    scenario: Scenario
    seed: int
    replication: int
    kpis: Kpis
    trajectories: Rows
    events: Rows | None = None
    rules: tuple[str, ...] = ()

    def kpis_frame(self) -> pd.DataFrame:
        """One row: `replication`, then a column for each KPI."""
        return kpi_rows([(self.replication, self.kpis)]).frame()

    def trajectories_frame(self) -> pd.DataFrame:
        """One row an interval: `replication`, `week` (its end), then the means and totals."""
        return self.trajectories.frame()

    def events_frame(self) -> pd.DataFrame:
        """One row an event, keys as labels; a `UsageError` where the run was made without `events=True`."""
        if self.events is None:
            raise UsageError(
                "this run kept no event log.", hint="Ask for it: simulate(..., events=True).", code="events"
            )
        return self.events.frame()

    def __hash__(self) -> int:
        return hash((self.seed, self.replication, self.kpis))

    def __repr__(self) -> str:
        logged = "no event log" if self.events is None else f"{len(self.events)} events"
        return (
            f"<Run of {self.scenario.name}: seed {self.seed}, replication {self.replication}, "
            f"{len(self.kpis)} KPIs, {len(self.trajectories)} intervals, {logged}>"
        )


@dataclass(frozen=True)
class Prepared:
    """A scenario made ready once for many replications: its plan, and what runs and measures it."""

    scenario: Scenario
    plan: Plan
    layout: CounterLayout
    runner: Runner

    @cached_property
    def meter(self) -> Meter:
        """What is measured in each replication."""
        return Meter(self.plan, self.layout)

    @cached_property
    def trajectories(self) -> Trajectories:
        """What is read in each replication of how things went."""
        return Trajectories(self.plan, self.layout)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Those of the trajectories."""
        return ("replication", *self.trajectories.names)

    def __reduce__(self) -> tuple[Any, ...]:
        return Prepared, (self.scenario, self.plan, self.layout, self.runner)


def check_scenario(scenario: object, name: object = "") -> None:
    """Raise `UsageError` where something, of this name if it has one, is not a scenario."""
    if not isinstance(scenario, Scenario):
        raise UsageError(
            f"{name}{': ' if name != '' else ''}needs a Scenario, got {type(scenario).__name__}.",
            hint="load(path) reads one from a file; scenario.with_(...) makes another one.",
            code="scenario",
        )


def prepare(scenario: Scenario, engine: str = AUTO, rules: Mapping[str, Rule] | None = None) -> Prepared:
    """Pack the scenario; a `UsageError` where it is not one."""
    check_scenario(scenario)
    own = checked(rules)
    plan = compile_scenario(scenario)
    layout = counter_layout(plan)
    return Prepared(scenario, plan, layout, Runner(plan, layout, engine, own))


def simulate(
    scenario: Scenario,
    *,
    seed: int = 1,
    replication: int = 0,
    events: bool = False,
    engine: str = AUTO,
    rules: Mapping[str, Rule] | None = None,
) -> Run:
    """Run one replication of `scenario`.

    The same scenario, seed and replication always give an equal `Run`, on its own or among a thousand.

    Parameters
    ----------
    scenario
        What to simulate.
    seed
        A whole number from 0 to 2**63 - 1.
    replication
        Its number, from 0.
    events
        Whether to keep the event log.
    engine
        `"auto"`, `"simpy"` or `"compiled"`: both give the same. `"auto"` is compiled where numba is installed, but for
        work that is over on SimPy before the engine would be compiled.
    rules
        Functions of your own for choices of the model, by the names in `model/priority_rules.py`. SimPy engine only.

    Returns
    -------
    Run
        Outcomes, trajectories and, with `events`, the event log.

    Raises
    ------
    UsageError
        A number is out of range, or a rule of your own has a fault.
    EnvironmentFault
        The compiled engine is required and numba cannot be imported.
    """
    seed = whole_number("seed", seed, 0, MAX_SEED)
    replication = whole_number("replication", replication, 0, MAX_REPLICATIONS - 1)
    check_scenario(scenario)
    engine = choose_for(engine, lambda: predict(scenario).events, checked(rules))
    return run_prepared(prepare(scenario, engine, rules), seed, replication, events)


def run_prepared(prepared: Prepared, seed: int, replication: int, events: bool) -> Run:
    """`simulate`, for a scenario that is packed already and numbers that are known to be good."""
    tally = prepared.runner(seed, replication, events)
    log = None if tally.log is None else _labelled(prepared.plan, replication, tally.log)

    def rows() -> np.ndarray:
        return np.insert(prepared.trajectories(tally), 0, replication, axis=1)

    kpis = Kpis(prepared.meter(tally))
    own = tuple(prepared.runner.rules)
    return Run(prepared.scenario, seed, replication, kpis, NumberRows(prepared.columns, rows), log, own)


def kpi_rows(runs: list[tuple[int, Kpis]]) -> Rows:
    """One row for each (replication, KPIs); all of one scenario, so all with the same names."""
    names = tuple(runs[0][1]) if runs else ()
    numbers = [(number, *kpis.values()) for number, kpis in runs]
    return _number_rows(("replication", *names), np.array(numbers, float).reshape(-1, 1 + len(names)))


def _labelled(plan: Plan, replication: int, log: tuple[LogRow, ...]) -> Rows:
    """The log in words: names of events, kinds and tiers, keys as labels."""
    events = {int(event): event.name.lower() for event in Event}
    kinds = {0: "", **{int(kind): kind.name.lower() for kind in Kind}}
    named = functools.cache(functools.partial(label, plan))  # most keys come up many times
    tiers = {-1: "", **{tier.level: tier.name for tier in plan.tiers}}
    rows = tuple(
        (
            replication,
            number,
            row.minute,
            events[row.event],
            kinds[row.kind],
            named(row.kind, row.key),
            tiers[row.level],
            named(row.other_kind, row.other),
            row.detail,
            row.amount,
        )
        for number, row in enumerate(log)
    )
    return Rows(EVENT_COLUMNS, rows)
