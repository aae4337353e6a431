"""What is counted in a replication, and where things of a tier at a site are kept."""

from __future__ import annotations

from cascadesim.engine.custom_rules import new_pool
from cascadesim.engine.plan import StaffPlan
from cascadesim.engine.records import ACTIVE, APPRENTICE, Offer, Pool, PoolEntry, ShockEffect, TierSite, Worker, World
from cascadesim.engine.runtime.fields import Rows, new, new_rows
from cascadesim.engine.runtime.lists import new_numbers, sort_by_key, swap_remove
from cascadesim.model.replication import DIP_WINDOW_MINUTES

# --- counters ---------------------------------------------------------------------------------------------------------


def happened(world: World) -> None:
    """One more event, after which the C-phase looks at what it has changed (R10.2)."""
    world.events += 1
    world.c_phase_pending = True


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


def lacks_supervisor(worker: Worker) -> bool:
    """Whether somebody who works has no supervisor, and is not independent; who is not deployed needs none (R4.5)."""
    return not worker.supervised and worker.deployed and (worker.state == APPRENTICE or worker.state == ACTIVE)


def may_practise(worker: Worker) -> bool:
    """Whether somebody may take clients and practise: supervised, or in a tier that need not be (R4.8)."""
    return worker.supervised or worker.tier.supervision is None


def new_entry(world: World, worker: Worker) -> PoolEntry:
    """An entry of a worker in a pool."""
    entry = new(world, PoolEntry)
    entry.worker = worker
    return entry


def new_entries(world: World, worker: Worker, number: int) -> Rows[PoolEntry]:
    """So many of them."""
    entries = new_rows(world, PoolEntry, number)
    for entry in entries:
        entry.worker = worker
    return entries


def begin_shocks(world: World) -> None:
    """Nothing seen yet."""
    plans = world.plan.shocks
    world.shocks = new_rows(world, ShockEffect, len(plans))
    for place in range(len(plans)):
        world.shocks[place].plan = plans[place]


def watch_shocks(world: World) -> None:
    """The end of an instant."""
    for effect in world.shocks:
        active, minute = level_now(world, effect.plan.active), effect.plan.minute
        if world.now < minute:
            effect.before = effect.lowest = active
        elif active < effect.lowest and world.now <= minute + DIP_WINDOW_MINUTES:
            effect.lowest, effect.back = active, -1
        elif effect.back < 0 and active >= effect.before:
            effect.back = world.now


def new_offer(world: World, choice: int, masks: int) -> Offer:
    """An offer without anybody, in the order of this choice, and room for the counts of so many sets of tests."""
    offer = new(world, Offer)
    offer.pool, offer.masks = new_pool(world, choice), new_numbers(world, masks)
    return offer


def is_over(world: World, deadlines: Pool) -> bool:
    """Whether the first of these deadlines has come."""
    first = deadlines.best()
    return first is not None and first.minute <= world.now


def expired(world: World, deadlines: Pool) -> list[Worker]:
    """Those whose deadline has come, in ascending key; they are taken out."""
    found = world.expired
    found.clear()
    while is_over(world, deadlines):
        entry = deadlines.best()
        entry.withdraw()
        found.append(entry.worker)
    sort_by_key(found)
    return found


def pass_over(world: World, entry: PoolEntry) -> None:
    """Out of its pool until `put_back`, so that the next one is the first."""
    world.passed_over.append(entry)
    world.passed_from.append(entry.pool)
    entry.withdraw()


def put_back(world: World) -> None:
    """Whoever was passed over, in their pools again."""
    for place in range(len(world.passed_over)):
        world.passed_from[place].put_back(world.passed_over[place])
    world.passed_over.clear()
    world.passed_from.clear()
