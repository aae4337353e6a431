"""How many are active around each wave: exact, at the end of every instant, whatever else is read (R12.3)."""

from __future__ import annotations

from cascadesim.engine.record import Record
from cascadesim.engine.worker import ACTIVE
from cascadesim.model.counters import CounterLayout
from cascadesim.model.plan import Plan, wave_minutes
from cascadesim.model.replication import DIP_WINDOW_MINUTES


class Wave:
    """One wave of one tier: active just before it, the fewest after it, and when as many were there again (-1)."""

    def __init__(self, level: int, name: str, minute: int, at: int) -> None:
        self.level, self.name, self.minute, self.at = level, name, minute, at
        self.before = self.lowest = 0
        self.back = -1


class Waves:
    """Looks once an instant, where a scenario has waves at all."""

    def __init__(self, plan: Plan, layout: CounterLayout, record: Record) -> None:
        self.record = record
        self.all = [
            Wave(tier.level, name, minute, layout.tier_levels[tier.level] + ACTIVE)
            for tier in plan.tiers
            for name, minute in wave_minutes(tier).items()
            if minute < plan.horizon
        ]

    def look(self, now: int) -> None:
        """The end of an instant."""
        for wave in self.all:
            active = self.record.levels[wave.at]
            if now < wave.minute:
                wave.before = wave.lowest = active
            elif active < wave.lowest and now <= wave.minute + DIP_WINDOW_MINUTES:
                wave.lowest, wave.back = active, -1
            elif wave.back < 0 and active >= wave.before:
                wave.back = now
