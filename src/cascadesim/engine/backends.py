"""Which runtime runs the rules for a plan: compiled where that can be had, else SimPy. They give the same."""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from cascadesim.errors import EnvironmentFault, UsageError, suggestion
from cascadesim.model.counters import CounterLayout
from cascadesim.model.plan import Plan
from cascadesim.model.priority_rules import Rule
from cascadesim.model.replication import Tally

AUTO, SIMPY, COMPILED = "auto", "simpy", "compiled"
ENGINES = (AUTO, SIMPY, COMPILED)
VARIABLE = "CASCADESIM_ENGINE"
"""What `auto` means in this process, if it is set."""


@cache
def missing() -> str:
    """Why the compiled engine cannot be had here; empty where it can."""
    try:
        from numba.core import config
    except ImportError as fault:
        return f"numba cannot be imported ({fault})"
    settings: Any = config
    return "NUMBA_DISABLE_JIT is set" if settings.DISABLE_JIT else ""


def choose(engine: str, rules: Collection[str] = ()) -> str:
    """`simpy` or `compiled`; `auto` is compiled where that can be had, and says so where it cannot.

    With `rules` of the caller's own (their names) `auto` is SimPy, and says so too. Raises `UsageError` for another
    name and for rules on the compiled engine, `EnvironmentFault` where that is asked for and cannot be had.
    """
    if engine == AUTO:
        engine = os.environ.get(VARIABLE) or AUTO
    if engine not in ENGINES:
        raise UsageError(
            f"engine: got {engine!r}. {suggestion(engine, ENGINES)}".rstrip(),
            hint=f"Allowed: {', '.join(ENGINES)}.",
            code="engine",
        )
    if rules:
        return _ruled(engine, rules)
    if engine == SIMPY or not missing():
        return SIMPY if engine == SIMPY else COMPILED
    if engine == COMPILED:
        raise EnvironmentFault(
            f"the compiled engine cannot be had: {missing()}.",
            hint="Install numba (python -m pip install numba), or use engine simpy, which gives the same, slower.",
            code="engine",
        )
    warnings.warn(f"{missing()}: runs use the SimPy engine, which gives the same, slower.", stacklevel=2)
    return SIMPY


def _ruled(engine: str, rules: Collection[str]) -> str:
    named = ", ".join(sorted(rules))
    if engine == COMPILED:
        raise UsageError(
            f"engine: the compiled engine has its own rules only, got rules {named}.",
            hint="Use engine auto or simpy, or leave rules out.",
            code="engine",
        )
    if engine == AUTO:
        warnings.warn(f"rules of your own ({named}): runs use the SimPy engine, which is slower.", stacklevel=2)
    return SIMPY


class Runner:
    """Runs the replications of one plan on one engine. Memory is used again; each thread has its own."""

    def __init__(self, plan: Plan, layout: CounterLayout, engine: str, rules: Mapping[str, Rule] | None = None) -> None:
        self.plan = plan
        self.layout = layout
        self.rules = dict(rules or {})
        self.engine = choose(engine, self.rules)
        self._own = threading.local()

    def __reduce__(self) -> tuple[Any, ...]:
        return Runner, (self.plan, self.layout, self.engine, self.rules)

    def __call__(self, seed: int, replication: int, log: bool) -> Tally:
        """Simulate one replication."""
        runtime = getattr(self._own, "runtime", None)
        if runtime is None:
            runtime = self._own.runtime = self._new_runtime()
        tally: Tally = runtime.run(seed, replication, log)
        return tally

    def _new_runtime(self) -> Any:
        if self.engine == COMPILED:
            return compiled_runtime()(self.plan, self.layout)
        from cascadesim.engine.runtime.simpy_calendar import SimpyRuntime

        return SimpyRuntime(self.plan, self.layout, self.rules)

    def take_over(self, other: Runner) -> None:
        """Use the memory that another runner, which is done, has had in this thread."""
        if self.engine == COMPILED == other.engine:
            runtime = other._own.__dict__.pop("runtime", None)
            if runtime is not None:
                runtime.turn_to(self.plan, self.layout)
                self._own.runtime = runtime


_LOADING = threading.Lock()


def compiled_runtime() -> Any:
    """The class of compiled runtimes; where there is none yet it is compiled, once, which takes about a minute."""
    with _LOADING:
        from cascadesim.engine.runtime.compiled import CompiledRuntime, compile_all

        compile_all()
        return CompiledRuntime


def warm_up() -> bool:
    """Compile all of the engine that is not in the cache; whether there was anything to compile."""
    compiled_runtime()
    from cascadesim.engine.runtime.compiled import compile_all

    return bool(compile_all())


def compile_beforehand(engine: str) -> None:
    """Compile once, where processes that are about to start would all have to."""
    if choose(engine) == COMPILED:
        warm_up()
