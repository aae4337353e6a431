"""What every part of the engine shares: the plan, the clock, the record, the luck, and who was touched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import simpy

from cascadesim.engine.clock import Clock
from cascadesim.engine.pool import Pool
from cascadesim.engine.record import Record
from cascadesim.engine.rules import RuledPool
from cascadesim.errors import UsageError
from cascadesim.model.counters import CounterLayout, counter_layout
from cascadesim.model.distributions import Draw, Family, quantile
from cascadesim.model.plan import Plan
from cascadesim.model.priority_rules import Rule
from cascadesim.model.rng import replication_key, uniform
from cascadesim.model.units import to_minutes

if TYPE_CHECKING:
    from cascadesim.engine.worker import Worker

_CONSTANT = int(Family.CONSTANT)


@dataclass
class World:
    """One replication under way. `touched` are the workers whose offers (places, seats, courses) may have changed,
    `rules` those of the caller, `fault` what one of them did wrong."""

    plan: Plan
    seed: int
    replication: int
    log: bool
    rules: Mapping[str, Rule] = field(default_factory=dict)
    fault: UsageError | None = field(init=False, default=None)
    layout: CounterLayout = field(init=False)
    clock: Clock = field(init=False)
    record: Record = field(init=False)
    env: simpy.Environment = field(init=False)
    luck: int = field(init=False)
    responsive: list[bool] = field(init=False)
    touched: list[Worker] = field(init=False, default_factory=list)
    unaimed: list[Worker] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.layout = counter_layout(self.plan)
        self.clock = Clock()
        self.env = self.clock.env
        self.record = Record(self.clock, self.layout, self.log)
        self.responsive = [tier.hazards.responsive for tier in self.plan.tiers]
        self.luck = replication_key(self.seed, self.replication)

    def pool(self, choice: str) -> Pool[Any]:
        """Nobody yet, in the order of the caller's rule for this choice if there is one (`model/priority_rules.py`)."""
        rule = self.rules.get(choice)
        return Pool() if rule is None else RuledPool(self, choice, rule)

    def uniform(self, stream: int, purpose: int, index: int = 0) -> float:
        """The draw of this entity for this purpose: the same whatever happened before."""
        return uniform(self.luck, stream, purpose, index)

    def sample(self, draw: Draw, stream: int, purpose: int, index: int = 0) -> float:
        """A value of a distribution, in its own unit; a constant takes no draw."""
        if draw.family == _CONSTANT:
            return draw.numbers[0]
        return quantile(draw.family, draw.numbers, uniform(self.luck, stream, purpose, index))

    def minutes(self, draw: Draw, stream: int, purpose: int, index: int = 0) -> int:
        """A duration given in weeks, as whole minutes (R1.2)."""
        if draw.family == _CONSTANT:
            return to_minutes(draw.numbers[0])
        return to_minutes(quantile(draw.family, draw.numbers, uniform(self.luck, stream, purpose, index)))

    def chance(self, probability: float, stream: int, purpose: int, index: int = 0) -> bool:
        """Whether it happens; a certainty takes no draw."""
        if probability >= 1.0:
            return True
        return probability > 0.0 and uniform(self.luck, stream, purpose, index) < probability

    def cut(self, table: tuple[tuple[float, int], ...], stream: int, purpose: int) -> int:
        """What a table of (cumulative share, value) gives; a table of one row takes no draw."""
        if len(table) > 1:
            u = uniform(self.luck, stream, purpose, 0)
            for reached, value in table:
                if u < reached:
                    return value
        return table[-1][1]

    def unaim(self, worker: Worker) -> None:
        """Something has changed to which the worker's clocks may respond; they are set again at the end."""
        if not worker.unaimed and self.responsive[worker.level]:
            worker.unaimed = True
            self.unaimed.append(worker)
