"""M/M/20+M through a scenario file, on the compiled engine."""

from __future__ import annotations

from cascadesim.engine.compiled.driver import Engine
from cascadesim.engine.yardsticks.ours import outcome_of, plan_of
from cascadesim.engine.yardsticks.queue import Runner


def prepare(weeks: float) -> Runner:
    """Runs of so many weeks, from the plan to the tally, in memory that is used again."""
    plan = plan_of(weeks)
    engine, read = Engine(plan), outcome_of(plan)
    return lambda seed: read(engine.run(seed, 0))
