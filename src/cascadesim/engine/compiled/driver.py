"""A compiled replication from Python: the world made ready for a plan, run, and read as a `Tally`."""

from __future__ import annotations

import sys
import weakref
from functools import cache
from typing import Any

import numpy as np
from numba import types
from numba.core.event import Event, Listener, install_listener

from cascadesim.engine.compiled import decode
from cascadesim.engine.compiled.cache import caching
from cascadesim.engine.compiled.memory import BLOCK
from cascadesim.engine.compiled.nouns import WORLD
from cascadesim.engine.compiled.tables import Tables, waves_of
from cascadesim.engine.compiled.vectors import N_VECTORS, VECTOR_SIZE
from cascadesim.model.counters import CounterLayout, counter_layout
from cascadesim.model.plan import Plan
from cascadesim.model.replication import Tally
from cascadesim.model.rng import replication_key

with caching():
    from cascadesim.engine.compiled import kernel

EVENTS_A_CALL = 2_000_000
"""About a second: for so long a run cannot be interrupted."""

_MEMORY = ("first_block", "reserve", "vectors", "heap", "heap_room", "log", "log_room")


class Engine:
    """One plan ready to be run, replication after replication, in memory that is used again: also by the next plan."""

    def __init__(self, plan: Plan, layout: CounterLayout | None = None) -> None:
        self.world: np.ndarray[Any, Any] = np.zeros(1, WORLD)
        self.at = int(self.world.ctypes.data)
        blocks = [np.zeros(size // 8, np.int64) for size in (BLOCK, 4 * BLOCK, N_VECTORS * VECTOR_SIZE)]
        for block in blocks[:2]:  # of the arena: a block begins with (address of the next one, its size)
            block[1] = block.nbytes
        first, reserve, vectors = (int(block.ctypes.data) for block in blocks)
        self._set(first_block=first, reserve=reserve, vectors=vectors)
        weakref.finalize(self, _forget, self.world, blocks).atexit = False
        self.turn_to(plan, layout)

    def turn_to(self, plan: Plan, layout: CounterLayout | None = None) -> None:
        """Make this plan ready instead; of the one before nothing is left but the memory, as large as it has grown."""
        memory = {name: int(self.world[name][0]) for name in _MEMORY}
        self.world[:] = np.zeros(1, WORLD)
        self._set(**memory)
        self.plan = plan
        self.layout = counter_layout(plan) if layout is None else layout
        self.tables = Tables(plan, self.layout)
        self._set_sizes()
        self._set_tables()
        self._set_buffers()

    def _set(self, **values: int) -> None:
        for name, value in values.items():
            self.world[name] = value

    def _set_sizes(self) -> None:
        plan, layout = self.plan, self.layout
        rooms = sum(len(tier.courses) for tier in plan.tiers) * len(plan.sites)
        tiers = plan.tiers
        self._set(
            horizon=plan.horizon,
            measure_from=plan.measure_from,
            review_minutes=plan.review_minutes,
            n_tiers=len(tiers),
            n_sites=len(plan.sites),
            n_languages=len(plan.languages),
            n_states=len(plan.organisation),
            n_levels=len(layout.levels),
            n_counts=len(layout.counts),
            n_classes=len(layout.classes),
            n_needs=len(self.tables.needs),
            n_demands=len(self.tables.demands),
            n_snapshots=len(plan.snapshots),
            n_waves=len(waves_of(plan)),
            venue_count=rooms,
            circle_count=sum(tier.supervision is not None for tier in tiers) * len(plan.sites),
            n_refresher_rooms=sum(tier.refresher is not None for tier in tiers) * len(plan.sites),
            state_counts=layout.state_counts,
            group_counts=layout.group_counts,
            given_counts=layout.given_counts,
            client_levels=layout.client_levels,
            care_wait=layout.care_wait,
            modelled=any(tier.competence is not None for tier in tiers),
            varying=plan.clients is not None and any(state.referral_ratio != 1.0 for state in plan.organisation),
            reviews=bool(plan.organisation) or any(tier.strain or tier.competence for tier in tiers),
            tiered=any(tier.supervision or tier.courses or tier.refresher for tier in tiers)
            or any(staff.target >= 0 for tier in tiers for staff in tier.staff),
        )

    def _set_tables(self) -> None:
        plan, tables = self.plan, self.tables
        self._set(
            tiers=tables.tiers,
            states=tables.states,
            care=tables.care,
            sites=tables.words(number for _, number in plan.sites),
            languages=tables.words(number for _, number in plan.languages),
            snapshots=tables.whole(plan.snapshots),
            needs=tables.whole(number for need in tables.needs for number in need),
            demand_plans=tables.demand_plans() if plan.clients else 0,
            wait_places=tables.wait_places(),
            wave_plans=tables.wave_plans(),
        )

    def _set_buffers(self) -> None:
        plan, layout, keep = self.plan, self.layout, self.tables.keep
        size, snapshots = 2 * len(layout.levels) + len(layout.counts), len(plan.snapshots)
        self.snapshots = np.zeros((snapshots, size), np.int64)
        self.before_care = np.zeros(size, np.int64)
        self.competence = np.zeros((snapshots, len(plan.tiers), 3), np.float64)
        self.states = np.zeros((snapshots, len(plan.organisation) * len(plan.sites)), np.float64)
        counts = np.zeros(len(layout.counts), np.int64)
        self._set(
            levels=keep(np.zeros(2 * len(layout.levels), np.int64)),
            counts=keep(counts),
            client_counts=int(counts.ctypes.data) + 8 * layout.client_counts,
            snapshot_counts=keep(self.snapshots),
            snapshot_competence=keep(self.competence),
            snapshot_states=keep(self.states),
            before_care=keep(self.before_care),
        )

    def run(self, seed: int, replication: int, log: bool = False) -> Tally:
        """Simulate one replication: what `engine.simulate.run_plan` gives."""
        self.simulate(seed, replication, log)
        return decode.tally(self, log)

    def simulate(self, seed: int, replication: int, log: bool = False) -> int:
        """Simulate one replication and leave it in the world, for whoever reads it; how many events there were."""
        self.world["luck"] = replication_key(seed, replication)
        self.world["keeps_log"] = log
        status, begin = kernel.PAUSED, True
        while status == kernel.PAUSED:  # now and then a chance for Ctrl-C
            status = kernel.advance(self.at, begin, int(self.world["events"][0]) * (not begin) + EVENTS_A_CALL)
            begin = False
        if status == kernel.NO_MEMORY:
            raise MemoryError
        if status == kernel.UNSETTLED:
            minute = int(self.world["now"][0])
            raise RuntimeError(f"the C-phase at minute {minute} did not settle in 100 passes")
        return int(self.world["events"][0])


class _Tell(Listener):
    """Says that there is something to wait for, when it begins. Only Numba knows whether there is: what it finds in its
    cache depends on where the sources lie and when they were written, so other checkouts may have filled it in vain."""

    told = False

    def on_start(self, event: Event) -> None:  # noqa: ARG002
        if not self.told:
            self.told = True
            print("compiling the engine, once: about a minute ...", file=sys.stderr, flush=True)

    def on_end(self, event: Event) -> None:
        pass


@cache
def compile_all() -> bool:
    """Compile what a run calls, or read it from the cache, where a run finds it by these same tuples of types; whether
    anything had to be compiled, which is told on stderr."""
    tell = _Tell()
    with install_listener("numba:compile", tell):
        kernel.advance.compile((types.int64, types.boolean, types.int64))
        kernel.forget.compile((types.int64,))
    return tell.told


def _forget(world: np.ndarray[Any, Any], kept: list[Any]) -> None:
    """Give back what a world has allocated, while what it points to is still there."""
    kernel.forget(int(world.ctypes.data))
    kept.clear()


def run_plan(plan: Plan, seed: int, replication: int, log: bool = False) -> Tally:
    """Simulate one replication: a pure function of its arguments (`engine/simulate.py`)."""
    return Engine(plan).run(seed, replication, log)
