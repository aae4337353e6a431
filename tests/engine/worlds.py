"""Worlds for tests of single parts, plain and compiled, and functions that are run in either."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
from engines import ENGINES

from cascadesim.engine.records import World
from cascadesim.engine.runtime.plan_tables import Tables
from cascadesim.engine.runtime.simpy_calendar import SimpyWorld
from cascadesim.model.counters import counter_layout
from cascadesim.model.plan import Plan
from cascadesim.model.priority_rules import Rule
from cascadesim.model.rng import replication_key
from cascadesim.scenario.compile import compile_scenario
from cascadesim.scenario.load import from_resolved

ALONE = compile_scenario(
    from_resolved({"horizon_weeks": 1, "cascade": ["w"], "tier": {"w": {"initial": 1, "hours_per_week": 5}}})
)
"""The plan of somebody who has nothing to do for a week."""

Steps = list[tuple[int, ...]]
Part = Callable[[Any, Any, Any], None]
"""A function of a world, of numbers that say what to do and of a table into which it writes what came of it: of the
kind that rules are, so that it runs in either world."""


def plain_world(plan: Plan = ALONE, rules: Mapping[str, Rule] | None = None, log: bool = False) -> SimpyWorld:
    """A world of plain objects in which nothing has begun."""
    world = SimpyWorld(plan, Tables(plan, counter_layout(plan)), rules or {})
    world.key, world.keeps_log = replication_key(1, 0), log
    return world


def flag_everything(world: World) -> None:
    """Let the next C-phase look at whatever it may look at."""
    for place in (*world.units, *world.offerings, *world.refreshers):
        place.changed = place.unpublished = True
    for place in world.vacancies:
        place.unfilled = world.unfilled_any = True
    world.offers_changed = world.vacancies_changed = world.awaiting_changed = world.unsettled = True


@cache
def _runtime() -> Any:
    from cascadesim.engine.runtime.compiled import CompiledRuntime

    return CompiledRuntime(ALONE)


@cache
def compiled_form(part: Part) -> Callable[[int, Any, Any], None]:
    """The same function compiled, of the address of a world."""
    from numba import njit

    from cascadesim.engine.runtime.compiled import kernel  # with which every rule is known to Numba
    from cascadesim.engine.runtime.containers import compiled, reset_arena, world_at

    assert kernel
    inner = compiled(part)

    @njit(nogil=True, error_model="numpy")  # type: ignore[untyped-decorator]
    def run(at: int, steps: Any, out: Any) -> None:
        world = world_at(at)
        reset_arena(world)
        inner(world, steps, out)

    return run  # type: ignore[no-any-return]


def outcome(engine: str, part: Part, steps: Steps, columns: int, world: World | None = None) -> list[list[int]]:
    """What `part` writes, a row for each step, in a world of this engine."""
    table = np.array(steps, np.int64)
    out = np.full((len(steps), columns), -99, np.int64)
    if engine == "simpy":
        part(plain_world() if world is None else world, table, out)
    else:
        runtime = _runtime()
        runtime._clear()
        compiled_form(part)(runtime.at, table, out)
    return out.tolist()  # type: ignore[no-any-return]


def compiled_world() -> Any:
    """The compiled world as the last function left it."""
    return _runtime().world


WITHOUT_COMPILED = "compiled" not in ENGINES
"""Whether there are no tests of the compiled runtime now."""
