"""A replication on SimPy: plain objects, with SimPy's environment as the calendar (R10.1).

SimPy orders an instant by priority and then by creation; creation order is nothing that a model should depend on. So
every entry gets a priority made of (rank, key). The C-phase comes after the last entry of an instant: `run` calls it
there, which spares an entry of its own.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping
from typing import Any

import simpy

from cascadesim.engine.competence import read_competence
from cascadesim.engine.conditional_phase import MOST_PASSES, conditional_phase
from cascadesim.engine.custom_rules import CHOICES, RuledPool
from cascadesim.engine.records import Pool, World
from cascadesim.engine.replication import HANDLERS, begin
from cascadesim.engine.runtime.lists import read_counters
from cascadesim.engine.runtime.plan_tables import Tables
from cascadesim.engine.runtime.tally import read_tally
from cascadesim.errors import UsageError
from cascadesim.model.counters import ClientCount, CounterLayout, counter_layout
from cascadesim.model.plan import Plan
from cascadesim.model.priority_rules import Rule
from cascadesim.model.replication import Snapshot, Tally
from cascadesim.model.rng import replication_key


class Entry(simpy.Event):
    """One entry of the calendar, whoever it is about."""

    _ok = True
    _value = None

    def __init__(self, callbacks: Any, who: Any, number: Any) -> None:
        self.callbacks = callbacks
        self.who = who
        self.number = number


def _callback(world: SimpyWorld, handler: Callable[..., None]) -> Callable[[Entry], None]:
    """What SimPy calls for an entry: the handler, with as much as it asks for."""
    if handler.__code__.co_argcount == 3:
        return lambda entry: handler(world, entry.who, entry.number)
    if handler.__code__.co_argcount == 2:
        return lambda entry: handler(world, entry.who)
    return lambda _: handler(world)


class SimpyWorld(World):
    """A replication of plain objects. `rules` are those of the caller, `fault` is what one of them did wrong."""

    __slots__ = ("callbacks", "env", "fault", "names", "rules")

    def __init__(self, names: Plan, tables: Tables, rules: Mapping[str, Rule]) -> None:
        super().__init__()
        self.names = names
        self.plan = tables.records
        self.horizon, self.n_sites = names.horizon, len(names.sites)
        self.levels = [0] * (2 * self.plan.n_levels)
        self.counts, self.client_counts = [0] * self.plan.client_counts, [0] * len(ClientCount)
        self.before_care = []
        self.env = simpy.Environment(initial_time=0)
        self.callbacks = {kind: (_callback(self, handler),) for kind, handler in HANDLERS.items()}
        self.rules = rules
        self.fault: UsageError | None = None

    def pool(self, choice: int) -> Pool:
        """A pool for a choice, in the order of the caller's rule if there is one."""
        rule = self.rules.get(CHOICES[choice])
        return Pool() if rule is None else RuledPool(self.names, CHOICES[choice], rule, self.report)

    def report(self, fault: UsageError) -> None:
        """One of the caller's rules did something wrong."""
        self.fault = fault

    def schedule(self, minute: int, rank: int, key: int, kind: int, who: Any, number: Any) -> None:
        """Put an entry on the calendar, if it is due before the horizon."""
        if minute < self.horizon:
            entry = Entry(self.callbacks[kind], who, number)
            self.env.schedule(entry, (rank, key), minute - self.now)  # type: ignore[arg-type]

    def run(self, until: int) -> None:
        """Let everything happen that is due before the minute `until`, and the C-phase of every instant (R10.2)."""
        peek, step = self.env.peek, self.env.step
        while True:
            soonest = peek()
            if soonest > self.now:
                if self.c_phase_pending:
                    self.c_phase_pending = False
                    if not conditional_phase(self):
                        raise RuntimeError(f"the C-phase at minute {self.now} did not settle in {MOST_PASSES} passes")
                    continue
                if soonest >= until:
                    return
                self.now = soonest  # type: ignore[assignment]
            step()


class SimpyRuntime:
    """One plan ready to be run on SimPy, replication after replication."""

    def __init__(
        self, plan: Plan, layout: CounterLayout | None = None, rules: Mapping[str, Rule] | None = None
    ) -> None:
        self.plan = plan
        self.layout = counter_layout(plan) if layout is None else layout
        self.tables = Tables(plan, self.layout)
        self.rules = rules or {}

    def run(self, seed: int, replication: int, log: bool = False) -> Tally:
        """Simulate one replication: a pure function of its arguments.

        `seed` and `replication` are non-negative and below 2^63; `log` asks for the event log. A `UsageError` says what
        a rule of the caller does wrong.
        """
        world = SimpyWorld(self.plan, self.tables, self.rules)
        world.key, world.keeps_log = replication_key(seed, replication), log
        try:
            return self._run(world)
        except UsageError:
            if world.fault is None:
                raise
            raise world.fault from world.fault.__cause__

    def _run(self, world: SimpyWorld) -> Tally:
        begin(world)
        snapshots = []
        for minute in self.plan.snapshots:
            if minute > 0:
                world.run(minute)
            snapshots.append(self._snapshot(world, minute))
        before_care = self._counters(world.first_start, world.before_care) if world.first_start >= 0 else None
        log = world.log if world.keeps_log else None
        return read_tally(self.tables, world, tuple(snapshots), before_care, array("q", world.waits), log)

    def _counters(self, minute: int, row: list[int], **more: Any) -> Snapshot:
        n = len(self.layout.levels)
        return Snapshot(minute, tuple(row[:n]), tuple(row[n : 2 * n]), tuple(row[2 * n :]), **more)

    def _snapshot(self, world: SimpyWorld, minute: int) -> Snapshot:
        """Every counter just before the events of `minute`."""
        row: list[int] = []
        read_counters(world, row)
        competence: tuple[tuple[int, float, float], ...] = ()
        if world.plan.modelled:
            numbers = [0.0] * (3 * len(self.plan.tiers))
            read_competence(world, minute, numbers)
            competence = tuple((int(numbers[at]), numbers[at + 1], numbers[at + 2]) for at in range(0, len(numbers), 3))
        states = tuple(state.published for state in world.organisation)
        return self._counters(minute, row, competence=competence, states=states)


def run_plan(
    plan: Plan, seed: int, replication: int, log: bool = False, rules: Mapping[str, Rule] | None = None
) -> Tally:
    """Simulate one replication of a plan on SimPy."""
    return SimpyRuntime(plan, rules=rules).run(seed, replication, log)
