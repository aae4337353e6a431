"""The vacancies of each tier and site, and who is promised one (R9.1, R9.2)."""

from __future__ import annotations

from cascadesim.engine.calendar import TENURED, put
from cascadesim.engine.records import TierSite, Worker, World
from cascadesim.engine.runtime.lists import swap_remove
from cascadesim.engine.state import shift, staff_of, tier_site
from cascadesim.model.counters import TierLevel
from cascadesim.model.enums import Rank


def count_vacant(world: World, level: int, by: int) -> None:
    """So many more vacancies."""
    shift(world, world.plan.tiers[level].base + TierLevel.VACANT, by)
    world.vacancies_changed = True


def count_staff(world: World, worker: Worker, by: int) -> None:
    """One more, or one less, who is there to stay."""
    worker.tier_site.staffing += by
    look_for_vacancies(world, worker.tier_site)


def look_for_vacancies(world: World, place: TierSite) -> None:
    """Look again whether anybody is missing here."""
    if place.target >= 0:
        place.unfilled = True
        world.unfilled_any = True


def look_above(world: World, worker: Worker) -> None:
    """Somebody may be fit to be promoted now: a vacancy that nobody could fill is offered again (R9.2)."""
    if worker.level > 0:
        look_for_vacancies(world, tier_site(world, worker.level - 1, worker.site))


def expect_promotion(world: World, worker: Worker) -> None:
    """What nobody could fill is offered to this worker too, once they have the tenure (R9.2)."""
    level = worker.level - 1
    if level < 0:
        return
    plan = world.plan.tiers[level].promotion
    if plan is None or tier_site(world, level, worker.site).target < 0:
        return
    if staff_of(world, level, worker.site).pool < 0:  # without an end to the pool somebody always comes from outside
        return
    minute = worker.certified_at + plan.min_tenure_minutes
    if minute <= world.now:
        look_above(world, worker)
    else:
        put(world, minute, Rank.DEADLINE, worker.key, TENURED, worker, 0)


def settle_promise(world: World, worker: Worker) -> None:
    """The worker is promised nothing any more."""
    promoting = world.promoting
    for place in range(len(promoting)):
        if promoting[place] is worker:
            swap_remove(promoting, place)
            break
    worker.promoted_by = -1
    tier_site(world, worker.level - 1, worker.site).promised -= 1
    count_vacant(world, worker.level - 1, -1)


def break_promise(world: World, worker: Worker) -> None:
    """Somebody who was to be promoted gives notice or leaves: their vacancy is open again (R9.2)."""
    if worker.promoted_by >= 0:
        settle_promise(world, worker)
        look_for_vacancies(world, tier_site(world, worker.level - 1, worker.site))
