"""How many are active around each shock: exact, at the end of every instant, whatever else is read (R12.3)."""

from __future__ import annotations

from cascadesim.engine.records import World, new_shock_effects
from cascadesim.engine.state import level_now
from cascadesim.model.replication import DIP_WINDOW_MINUTES


def begin_shocks(world: World) -> None:
    """Nothing seen yet."""
    plans = world.plan.shocks
    world.shocks = new_shock_effects(world, len(plans))
    for place in range(len(plans)):
        plan, effect = plans[place], world.shocks[place]
        effect.level, effect.minute, effect.active = plan.level, plan.minute, plan.active


def watch_shocks(world: World) -> None:
    """The end of an instant."""
    for effect in world.shocks:
        active = level_now(world, effect.active)
        if world.now < effect.minute:
            effect.before = effect.lowest = active
        elif active < effect.lowest and world.now <= effect.minute + DIP_WINDOW_MINUTES:
            effect.lowest, effect.back = active, -1
        elif effect.back < 0 and active >= effect.before:
            effect.back = world.now
