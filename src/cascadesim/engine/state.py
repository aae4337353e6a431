"""The counters of a replication, and where things of a tier at a site are kept."""

from __future__ import annotations

from cascadesim.engine.plan import StaffPlan
from cascadesim.engine.records import TierSite, Worker, World
from cascadesim.engine.runtime.lists import sort_by_key, swap_remove
from cascadesim.model.counters import TIER_LEVELS

# --- counters ---------------------------------------------------------------------------------------------------------


def shift(world: World, index: int, by: int) -> None:
    """The level `index` changes by `by` now.

    A level that changes by d at time t adds d (T - t) to its integral over [0, T); so the sum of d t, which lies beside
    it, is all that has to be kept, and the integral at any T is level T minus that sum. Integers: exact everywhere.
    """
    levels, place = world.levels, 2 * index
    levels[place] += by
    levels[place + 1] += by * world.now


def swap(world: World, left: int, entered: int) -> None:
    """One of something leaves a level for another now."""
    levels, now = world.levels, world.now
    levels[2 * left] -= 1
    levels[2 * left + 1] -= now
    levels[2 * entered] += 1
    levels[2 * entered + 1] += now


def level_now(world: World, index: int) -> int:
    """The level `index` now."""
    return world.levels[2 * index]


def count(world: World, index: int, by: int) -> None:
    """So many more of a count."""
    world.counts[index] += by


def tier_level(name: str) -> int:
    """Where a level stands among those of its tier."""
    return TIER_LEVELS.index(name)


# --- places -----------------------------------------------------------------------------------------------------------


def tier_site(world: World, level: int, site: int) -> TierSite:
    """What changes of a tier at a site."""
    return world.tier_sites[level * world.n_sites + site]


def staff_of(world: World, level: int, site: int) -> StaffPlan:
    """Where the workers of a tier at a site come from."""
    return world.plan.tiers[level].staff[site]


# --- who is there -----------------------------------------------------------------------------------------------------


def enter(worker: Worker) -> None:
    """One more of a tier."""
    present = worker.tier_state.present
    worker.place = len(present)
    present.append(worker)


def depart(worker: Worker) -> None:
    """One less."""
    moved = swap_remove(worker.tier_state.present, worker.place)
    if moved is not None:
        moved.place = worker.place


def sorted_present(world: World, level: int) -> list[Worker]:
    """The living workers of a tier, put in order of their keys."""
    present = world.tier_states[level].present
    sort_by_key(present)
    for place in range(len(present)):
        present[place].place = place
    return present
