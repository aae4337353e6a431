"""Which runtime runs the rules for a plan: compiled where that can be had, else SimPy. They give the same.

The compiled one is compiled once and kept. Until then `auto` is SimPy for work that is over there sooner than compiling
would be; meanwhile a process of low priority compiles for the next time.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Collection, Mapping
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

COMPILING_SECONDS = 45.0
"""What compiling takes, roughly, on the machine on which an event takes so long on SimPy:"""
SIMPY_SECONDS_AN_EVENT = 15e-6
"""For each event that a run is expected to have. It was 4 to 26 millionths over the shipped scenarios."""


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


def choose_for(engine: str, events: Callable[[], float], rules: Collection[str] = ()) -> str:
    """`choose` for work of so many events one after another: `auto` is SimPy where nothing has been compiled yet and
    waiting for that would take longer than the work; `events` is asked only then."""
    chosen = choose(engine, rules)
    if chosen != COMPILED or engine != AUTO or os.environ.get(VARIABLE, AUTO) != AUTO:
        return chosen
    from cascadesim.engine.runtime import code_cache

    if code_cache.is_filled() or events() * SIMPY_SECONDS_AN_EVENT > COMPILING_SECONDS:
        return COMPILED
    _compile_in_background()
    return SIMPY


@cache
def _compile_in_background() -> None:
    """Start a process of low priority that fills the cache, unless another one is at it; said once."""
    from cascadesim.engine.runtime import code_cache

    if not sys.executable or not code_cache.lasts():
        return
    print("running on SimPy; the engine is compiled in the background, for next time.", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "cascadesim", "compile", "--in-background"]
    nothing = subprocess.DEVNULL
    # it goes on when this process ends; with no terminal of its own, so that Ctrl-C is not for it
    _children.append(subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True))


_children: list[subprocess.Popen[bytes]] = []


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
