"""M/M/20+M through a scenario file, for either engine: loaded, checked and packed as any other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from cascadesim.engine.yardsticks.queue import Outcome
from cascadesim.model.counters import counter_layout
from cascadesim.model.plan import Plan
from cascadesim.model.replication import Tally
from cascadesim.model.units import WEEK_MINUTES
from cascadesim.scenario.compile import compile_scenario
from cascadesim.scenario.load import load

SCENARIO = Path(__file__).with_name("mm20.toml")


def plan_of(weeks: float) -> Plan:
    """The scenario with this horizon."""
    return compile_scenario(load(SCENARIO).with_(horizon_weeks=weeks))


def outcome_of(plan: Plan) -> Callable[[Tally], Outcome]:
    """What a tally of this plan says of the queue."""
    reneged = counter_layout(plan).counts.index("clients.reneged")

    def read(tally: Tally) -> Outcome:
        waited = int(np.asarray(tally.waits).sum()) / WEEK_MINUTES
        return Outcome(len(tally.waits), tally.snapshots[-1].counts[reneged], waited)

    return read
