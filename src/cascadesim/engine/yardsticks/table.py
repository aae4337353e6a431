"""Every yardstick by name. A new one is a module and a row."""

from __future__ import annotations

from importlib import import_module

from cascadesim.engine.yardsticks.apart import Apart
from cascadesim.engine.yardsticks.queue import Runner
from cascadesim.lookup import pick

COMPILED, SIMPY = "cascadesim, compiled", "cascadesim, SimPy"
IDIOMATIC, HEAP_LOOP, NUMBA_LOOP = "idiomatic SimPy", "heapq loop", "hand-written Numba"
CIW, CIMBA = "Ciw", "Cimba"
_HOMES = {
    COMPILED: "ours_compiled",
    SIMPY: "ours_simpy",
    NUMBA_LOOP: "in_numba",
    CIMBA: "in_cimba",
    HEAP_LOOP: "heap_loop",
    IDIOMATIC: "in_simpy",
    CIW: "in_ciw",
}
_APART = frozenset({CIMBA})
YARDSTICKS = tuple(_HOMES)


class Unmeasured(Exception):
    """What cannot be measured here, and why, in words."""


def prepare(name: str, weeks: float) -> Runner:
    """A yardstick ready to run; `Unmeasured` where what it is written in cannot be imported or built here."""
    module = pick(_HOMES, name, "yardstick")
    try:
        if name in _APART:
            return Apart(module, weeks)
        runner: Runner = import_module(f"{__package__}.{module}").prepare(weeks)
        runner(0)
    except Exception as fault:  # another project's package may fail in any way: it is told, and the others go on
        raise Unmeasured(f"{type(fault).__name__}: {fault}".splitlines()[0]) from fault
    return runner
