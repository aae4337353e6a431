"""A compiled replication from Python: the records of a plan in memory, a world run there, and read as a `Tally`."""

from __future__ import annotations

import ctypes
import sys
import weakref
from array import array
from functools import cache
from typing import Any

import numpy as np
from numba import types
from numba.core.event import Event, Listener, install_listener

from cascadesim.engine.runtime.code_cache import caching, mark_filled
from cascadesim.engine.runtime.fields import RECORDS, layout, words
from cascadesim.engine.runtime.one_pass import one_pass
from cascadesim.engine.runtime.plan_tables import Tables
from cascadesim.engine.runtime.tally import read_tally
from cascadesim.model.counters import CounterLayout, counter_layout
from cascadesim.model.plan import Plan
from cascadesim.model.replication import LateSnapshots, Snapshot, Tally
from cascadesim.model.rng import MASK, replication_key

with caching():
    from cascadesim.engine.runtime import kernel
    from cascadesim.engine.runtime.containers import BLOCK

EVENTS_A_CALL = 2_000_000
"""About a second: for so long a run cannot be interrupted."""

_NUMBERS = {"int": np.int64, "float": np.float64, "Word": np.uint64}


# --- records in memory ------------------------------------------------------------------------------------------------


class Image:
    """Plain records laid down in memory, each once; kept alive as long as this is."""

    def __init__(self) -> None:
        self.kept: list[np.ndarray[Any, Any]] = []
        self._at: dict[int, int] = {}

    def keep(self, numbers: np.ndarray[Any, Any]) -> int:
        """The address of an array that stays where it is; 0 for an empty one."""
        self.kept.append(numbers)
        return int(numbers.ctypes.data) if numbers.size else 0

    def place(self, record: Any) -> int:
        """The address of a record and of everything that it refers to; 0 for None."""
        if record is None:
            return 0
        if id(record) not in self._at:
            self._rows([record])
        return self._at[id(record)]

    def _rows(self, records: list[Any]) -> int:
        """The address of records one after another."""
        if not records:
            return 0
        name = type(records[0]).__name__
        rows = np.zeros((len(records), words(name)), np.int64)
        at = self.keep(rows)
        for number, record in enumerate(records):
            self._at[id(record)] = at + 8 * words(name) * number
        for row, record in zip(rows, records, strict=True):
            self._fill(row, name, record)
        return at

    def _fill(self, row: np.ndarray[Any, Any], name: str, record: Any) -> None:
        for each in layout(name):
            value = getattr(record, each.name)
            if each.kind == "Reference":
                row[each.offset] = self.place(value)
            elif each.kind == "Rows":
                row[each.offset : each.offset + 2] = self._rows(value), len(value)
            elif each.kind == "list":
                row[each.offset : each.offset + 2] = self.keep(np.array(value, _NUMBERS[each.element])), len(value)
            else:
                row[each.offset : each.offset + 1].view(_NUMBERS.get(each.kind, np.int64))[0] = value


class Record:
    """A record in memory, as it is now: its fields by name, other records for references, lists for lists."""

    def __init__(self, name: str, at: int) -> None:
        self._name, self.address = name, at
        self._row = memory(at, words(name))

    def __getattr__(self, field: str) -> Any:
        each = _fields(self._name)[field]
        word = int(self._row[each.offset])
        if each.kind == "Reference":
            return Record(each.element, word) if word else None
        if each.kind in ("Growing", "list", "Rows"):
            return _listed(each.kind, each.element, word, int(self._row[each.offset + 1]))
        if each.kind == "float":
            return float(self._row[each.offset : each.offset + 1].view(np.float64)[0])
        if each.kind == "Word":
            return word & MASK
        return bool(word) if each.kind == "bool" else word


def memory(at: int, size: int) -> np.ndarray[Any, Any]:
    """So many words that lie at an address, as they are now."""
    if size == 0:
        return np.zeros(0, np.int64)
    raw: Any = (ctypes.c_char * (8 * size)).from_address(at)
    words_there: np.ndarray[Any, Any] = np.frombuffer(raw, np.int64)
    return words_there


def _listed(kind: str, element: str, at: int, size: int) -> Any:
    if kind == "Rows":
        return [Record(element, at + 8 * words(element) * place) for place in range(size)]
    numbers = memory(at, size)
    if element in RECORDS:
        return [Record(element, int(where)) for where in numbers]
    return numbers.view(_NUMBERS[element])


@cache
def _fields(name: str) -> dict[str, Any]:
    return {each.name: each for each in layout(name)}


_KEY, _KEEPS_LOG = (_fields("World")[name].offset for name in ("key", "keeps_log"))

# --- the runtime ------------------------------------------------------------------------------------------------------


class CompiledRuntime:
    """One plan ready to be run, replication after replication, in memory that is used again: also by the next plan."""

    def __init__(self, plan: Plan, layout: CounterLayout | None = None) -> None:
        self.words = np.zeros(words("World"), np.int64)
        self.at = int(self.words.ctypes.data)
        self.blocks = [np.zeros(size // 8, np.int64) for size in (BLOCK, 4 * BLOCK)]
        for block in self.blocks:  # of the arena: a block begins with (address of the next one, its size)
            block[1] = block.nbytes
        weakref.finalize(self, _forget, self.words, self.blocks).atexit = False
        self.turn_to(plan, layout)

    def turn_to(self, plan: Plan, layout: CounterLayout | None = None) -> None:
        """Make this plan ready instead; of the one before nothing is left but the memory, as large as it has grown."""
        self.plan = plan
        self.layout = counter_layout(plan) if layout is None else layout
        self.tables = Tables(plan, self.layout)
        self.image = Image()
        self.tables_at = self.image.place(self.tables.records)
        levels, counts, snapshots = len(self.layout.levels), len(self.layout.counts), len(plan.snapshots)
        self.levels, self.counts = np.zeros(2 * levels, np.int64), np.zeros(counts, np.int64)
        self.snapshots = np.zeros((snapshots, 2 * levels + counts), np.int64)
        self.before_care = np.zeros(2 * levels + counts, np.int64)
        self.competence = np.zeros((snapshots, 3 * len(plan.tiers)), np.float64)
        self.states = np.zeros((snapshots, len(plan.organisation) * len(plan.sites)), np.float64)
        self.fresh = self._fresh()

    def _set(self, **values: int) -> None:
        for name, value in values.items():
            self.words[_fields("World")[name].offset] = value

    def _set_list(self, name: str, numbers: np.ndarray[Any, Any]) -> None:
        offset = _fields("World")[name].offset
        self.words[offset : offset + 2] = int(numbers.ctypes.data), numbers.size

    def _fresh(self) -> np.ndarray[Any, Any]:
        """The words of a world as it is before a replication."""
        self.words[:] = 0
        for each in layout("World"):
            if each.kind == "Growing":
                self.words[each.offset + 3] = self.at
            elif each.default:
                self.words[each.offset] = int(each.default)
        first_block, reserve = (int(block.ctypes.data) for block in self.blocks)
        self._set(plan=self.tables_at, horizon=self.plan.horizon, n_sites=len(self.plan.sites))
        self._set(first_block=first_block, reserve=reserve)
        self._set_list("levels", self.levels)
        self._set_list("counts", self.counts)
        self._set_list("client_counts", self.counts[self.layout.client_counts :])
        self._set_list("before_care", self.before_care)
        return self.words.copy()

    def _clear(self) -> None:
        """The world as it is before a replication; memory stays as large as it has grown."""
        self.words[:] = self.fresh
        self.levels[:] = 0
        self.counts[:] = 0

    def run(self, seed: int, replication: int, log: bool = False) -> Tally:
        """Simulate one replication: what `SimpyRuntime.run` gives."""
        self.simulate(seed, replication, log)
        world, n = self.world, len(self.layout.levels)
        before_care = None
        if world.first_start >= 0:
            row = self.before_care.copy().data
            before_care = Snapshot(world.first_start, row[:n], row[n : 2 * n], row[2 * n :])
        waits, rows = array("q", world.waits.tobytes()), world.log.tolist() if log else None
        return read_tally(self.tables, world, self._snapshots(), before_care, waits, rows)

    def simulate(self, seed: int, replication: int, log: bool = False) -> int:
        """Simulate one replication and leave it in the world, for whoever reads it; how many events there were."""
        self._clear()
        self.words.view(np.uint64)[_KEY] = replication_key(seed, replication)
        self.words[_KEEPS_LOG] = log
        status, first, events = kernel.PAUSED, True, 0
        while status == kernel.PAUSED:  # now and then a chance for Ctrl-C
            status = kernel.advance(
                self.at, first, events + EVENTS_A_CALL, self.snapshots, self.competence, self.states
            )
            first, events = False, self.world.events
        if status == kernel.NO_MEMORY:
            raise MemoryError
        if status == kernel.UNSETTLED:
            raise RuntimeError(f"the C-phase at minute {self.world.now} did not settle in 100 passes")
        return int(events)

    @property
    def world(self) -> Record:
        """The world as it is now."""
        return Record("World", self.at)

    def _snapshots(self) -> LateSnapshots:
        """Every counter just before the events of each of the plan's minutes, in memory of its own."""
        rows, competence, states = self.snapshots.copy(), self.competence.copy(), self.states.copy()
        modelled, n, minutes = self.tables.records.modelled, len(self.layout.levels), self.plan.snapshots

        def make(place: int) -> Snapshot:
            numbers = rows[place].data
            able = competence[place].reshape(-1, 3).tolist() if modelled else ()
            counters = numbers[:n], numbers[n : 2 * n], numbers[2 * n :]
            people = tuple((int(many), mean, sd) for many, mean, sd in able)
            return Snapshot(minutes[place], *counters, people, tuple(states[place].tolist()))

        return LateSnapshots(minutes, make)


# --- compiling --------------------------------------------------------------------------------------------------------


class _Announcement(Listener):
    """Says that there is something to wait for, when it begins. Only Numba knows whether there is: what it finds in its
    cache depends on where the sources lie and when they were written, so other checkouts may have filled it in vain."""

    made = False

    def on_start(self, event: Event) -> None:  # noqa: ARG002
        if not self.made:
            self.made = True
            print("compiling the engine, once: about a minute ...", file=sys.stderr, flush=True)

    def on_end(self, event: Event) -> None:
        pass


@cache
def compile_all() -> bool:
    """Compile what a run calls, or read it from the cache, where a run finds it by these same tuples of types; whether
    anything had to be compiled, which is said on stderr."""
    announcement = _Announcement()
    whole, real = types.Array(types.int64, 2, "C"), types.Array(types.float64, 2, "C")
    with install_listener("numba:compile", announcement), one_pass(kernel.ENTRIES):
        kernel.advance.compile((types.int64, types.boolean, types.int64, whole, real, real))
        kernel.forget.compile((types.int64,))
    mark_filled()
    return announcement.made


def _forget(world: np.ndarray[Any, Any], kept: list[Any]) -> None:
    """Give back what a world has allocated, while what it points to is still there."""
    kernel.forget(int(world.ctypes.data))
    kept.clear()
