"""How many are active around each wave: exact, at the end of every instant, whatever else is read (R12.3)."""

from __future__ import annotations

from cascadesim.engine.compiled.memory import allocate, compiled
from cascadesim.engine.compiled.nouns import WAVE, wave_at
from cascadesim.engine.compiled.plan_nouns import WAVE_PLAN, wave_plan_at
from cascadesim.engine.compiled.record import level
from cascadesim.model.replication import DIP_WINDOW_MINUTES

_SIZE, _PLAN_SIZE = WAVE.itemsize, WAVE_PLAN.itemsize


@compiled
def begin_waves(S):
    """Nothing seen yet."""
    S.waves = allocate(S, S.n_waves * _SIZE)
    for number in range(S.n_waves):
        wave, plan = wave_at(S.waves + number * _SIZE), wave_plan_at(S.wave_plans + number * _PLAN_SIZE)
        wave.level, wave.minute, wave.at, wave.back = plan.level, plan.minute, plan.at, -1


@compiled
def look_at_waves(S):
    """The end of an instant."""
    for number in range(S.n_waves):
        wave = wave_at(S.waves + number * _SIZE)
        active = level(S, wave.at)
        if S.now < wave.minute:
            wave.before = wave.lowest = active
        elif active < wave.lowest and S.now <= wave.minute + DIP_WINDOW_MINUTES:
            wave.lowest, wave.back = active, -1
        elif wave.back < 0 and active >= wave.before:
            wave.back = S.now
