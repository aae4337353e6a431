"""The rules compiled by Numba: every function of the engine's modules is one that compiled functions may call."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType

from numba import njit

from cascadesim.engine import competence, conditional_phase, replication, sampling
from cascadesim.engine.runtime.containers import (
    caster,
    compiled,
    free_arena,
    reset_arena,
    soonest,
    take,
    world_at,
)
from cascadesim.engine.runtime.fields import parts
from cascadesim.engine.runtime.lists import read_counters
from cascadesim.engine.runtime.memory import type_of
from cascadesim.model import rng

_NO_RULES = {"__init__", "backends", "calendar", "custom_rules", "plan", "records"}
_RULES = sorted({path.stem for path in Path(replication.__file__).parent.glob("*.py")} - _NO_RULES)
_ARITHMETIC = "distributions dynamics hazards rng units"
MODULES = (
    *(import_module(f"cascadesim.engine.{name}") for name in _RULES),
    *(import_module(f"cascadesim.model.{name}") for name in _ARITHMETIC.split()),
)
_OTHER_FORM = {sampling.word, rng.uniform, rng.owner_hash}


def _functions(module: ModuleType) -> list[FunctionType]:
    """The functions that a module defines and that have no form of their own."""
    return [
        function
        for function in vars(module).values()
        if isinstance(function, FunctionType) and function.__module__ == module.__name__ and function not in _OTHER_FORM
    ]


for _module in MODULES:
    for _function in _functions(_module):
        compiled(_function)

FINISHED, PAUSED, UNSETTLED, NO_MEMORY = range(4)
"""How far a call of `advance` came: to the horizon; as far as was asked; no further, since an instant did not settle,
or since memory ran out."""
_conditional_phase = conditional_phase.conditional_phase


def _case(kind, otherwise):
    """What an entry of the calendar does: if it is of this kind what the table says, else something else."""
    handler = replication.HANDLERS[kind]
    _, *asked = list(handler.__annotations__.values())[: handler.__code__.co_argcount]
    who, number = [caster(type_of(*parts(annotation))) for annotation in [*asked, "int", "int"][:2]]
    arguments = compiled(
        (
            lambda entry: (),  # noqa: ARG005
            lambda entry: (who(entry.who),),
            lambda entry: (who(entry.who), number(entry.number)),
        )[len(asked)]
    )

    def case(world, entry):
        if entry.kind == kind:
            handler(world, *arguments(entry))
        else:
            otherwise(world, entry)

    return compiled(case)


_happen = compiled(lambda world, entry: None)  # noqa: ARG005
for _kind in sorted(replication.HANDLERS, reverse=True):
    _happen = _case(_kind, _happen)


@compiled
def _run(world, until, most):
    """Let everything happen that is due before the minute `until`, and the C-phase of every instant (R10.2); pause at
    the end of an instant when there have been `most` events."""
    while True:
        minute = soonest(world)
        if minute > world.now:
            if world.c_phase_pending:
                world.c_phase_pending = False
                if not _conditional_phase(world):
                    return UNSETTLED
                continue
            if world.no_memory:
                return NO_MEMORY
            if minute >= until:
                return FINISHED
            if world.events >= most:
                return PAUSED
            world.now = minute
        entry = take(world)
        _happen(world, entry)
        world.free_entries.append(entry)


@compiled
def _snapshot(world, counts, numbers, states):
    """Every counter just before the events of the minute of this snapshot, into its row."""
    number = world.snapshot
    read_counters(world, counts[number])
    if world.plan.modelled:
        competence.read_competence(world, world.plan.snapshots[number], numbers[number])
    for place in range(len(world.organisation)):
        states[number, place] = world.organisation[place].published


@njit(nogil=True, error_model="numpy", cache=True)
def advance(at, first, most, counts, numbers, states):
    """Simulate the replication for which the world at this address has been made ready: from its beginning, or on from
    where it paused, until there have been about `most` events. The rest are rows for the snapshots."""
    world = world_at(at)
    if first:
        reset_arena(world)
        replication.begin(world)
    while world.snapshot < len(world.plan.snapshots):
        minute = world.plan.snapshots[world.snapshot]
        if minute > 0:
            status = _run(world, minute, most)
            if status != FINISHED:
                return status
        _snapshot(world, counts, numbers, states)
        world.snapshot += 1
    return FINISHED


@njit(nogil=True, error_model="numpy", cache=True)
def forget(at):
    """Give all memory of a world back."""
    free_arena(world_at(at))


ENTRIES = (advance.__name__, forget.__name__)
