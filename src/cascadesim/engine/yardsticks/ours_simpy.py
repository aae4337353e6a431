"""M/M/20+M through a scenario file, on the SimPy engine."""

from __future__ import annotations

from cascadesim.engine.simulate import run_plan
from cascadesim.engine.yardsticks.ours import outcome_of, plan_of
from cascadesim.engine.yardsticks.queue import Runner


def prepare(weeks: float) -> Runner:
    """Runs of so many weeks, from the plan to the tally."""
    plan = plan_of(weeks)
    read = outcome_of(plan)
    return lambda seed: read(run_plan(plan, seed, 0))
