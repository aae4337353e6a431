"""Where workers come from: the start, dated intakes, a Poisson stream, vacancies filled from below or outside (R9)."""

from __future__ import annotations

from cascadesim.engine.calendar import INTAKE, PROMOTION_DUE, RECRUIT, VACANCY_FILLED, put
from cascadesim.engine.event_log import NO_TEXT, NOBODY, SITE, note, of_worker
from cascadesim.engine.records import ACTIVE, EXITED, TierSite, Worker, World
from cascadesim.engine.runtime.fields import Growing
from cascadesim.engine.runtime.lists import sort_by_key
from cascadesim.engine.sampling import next_arrival, unit_exponential
from cascadesim.engine.state import happened, staff_of, tier_site
from cascadesim.engine.vacancies import count_vacant, look_above, look_for_vacancies
from cascadesim.engine.workers import INITIAL, recruit, set_promoting
from cascadesim.model.enums import Entry, Event, Purpose, Rank
from cascadesim.model.plan import PromotionPlan

_SITE_BITS, _SITE_MASK = 8, 0xFF
# Among the arrivals of one instant referrals come first (their key is the stream's place), then intakes, then recruits.
_INTAKE_KEY, _RECRUIT_KEY = 1 << 20, 2 << 20
_VACANCY_KEY = 1 << 60  # after every other arrival of an instant
_LEVEL_SHIFT, _SITE_SHIFT = 50, 40
_BY_INTAKE, _POISSON, _BY_VACANCY = int(Entry.INTAKE), int(Entry.POISSON), int(Entry.VACANCY)


def begin_recruitment(world: World) -> None:
    """Those there at the start come in now; the others are put on the calendar."""
    for level in range(len(world.plan.tiers)):
        for site in range(world.n_sites):
            for position in range(staff_of(world, level, site).initial):
                recruit(world, level, site, INITIAL, 0, position)
    for level in range(len(world.plan.tiers)):
        for site in range(world.n_sites):
            staff = staff_of(world, level, site)
            if staff.intake:
                _schedule_intake(world, level, site, 0)
            if staff.recruits:
                _schedule_recruit(world, level, site)


def _from_outside(world: World, level: int, site: int, how: int, date: int, position: int) -> bool:
    """Recruit somebody from the pool; False if nobody is left in it."""
    place = tier_site(world, level, site)
    if place.pool == 0:
        return False
    if place.pool > 0:
        place.pool -= 1
    recruit(world, level, site, how, date, position)
    return True


def _schedule_intake(world: World, level: int, site: int, number: int) -> None:
    minute, where = staff_of(world, level, site).intake[number].minute, level << _SITE_BITS | site
    put(world, minute, Rank.ARRIVAL, _INTAKE_KEY + where, INTAKE, where, number)


def take_in(world: World, where: int, number: int) -> None:
    """One dated intake of one tier at one site; the next is put on the calendar."""
    level, site = where >> _SITE_BITS, where & _SITE_MASK
    intakes = staff_of(world, level, site).intake
    happened(world)
    for position in range(intakes[number].people):
        _from_outside(world, level, site, _BY_INTAKE, intakes[number].minute, position)
    if number + 1 < len(intakes):
        _schedule_intake(world, level, site, number + 1)


def _schedule_recruit(world: World, level: int, site: int) -> int:
    """Put the next recruit of a Poisson stream on the calendar; their minute, the horizon if there is none (R7.3)."""
    staff, place = staff_of(world, level, site), tier_site(world, level, site)
    place.drawn += unit_exponential(world, staff.recruits_stream, Purpose.INTER_ARRIVAL, place.recruits)
    minute = next_arrival(staff.recruits, place.drawn, world.horizon)
    if minute > world.now:
        where = level << _SITE_BITS | site
        put(world, minute, Rank.ARRIVAL, _RECRUIT_KEY + where, RECRUIT, where, 0)
    return minute


def next_recruit(world: World, where: int) -> None:
    """A recruit of the Poisson stream; several may come within one minute."""
    level, site = where >> _SITE_BITS, where & _SITE_MASK
    place = tier_site(world, level, site)
    while True:
        happened(world)
        _from_outside(world, level, site, _POISSON, place.recruits, 0)
        place.recruits += 1
        if _schedule_recruit(world, level, site) > world.now:
            return


# --- vacancies --------------------------------------------------------------------------------------------------------


def open_vacancies(world: World) -> None:
    """Look again at the tiers and sites whose staffing has changed."""
    world.unfilled_any = False  # a promise here is a vacancy below, which the next pass opens
    unfilled = world.unfilled
    unfilled.clear()
    for place in world.vacancies:
        if place.unfilled:
            place.unfilled = False
            unfilled.append(place)
    for place in unfilled:
        _open(world, place)


def _open(world: World, place: TierSite) -> None:
    missing = place.target - place.staffing - place.under_way - place.unfillable - place.promised
    _close(world, place, min(-missing, place.unfillable))
    while place.unfillable > 0 and _promise(world, place):
        place.unfillable -= 1
        world.vacancies_changed = True
    if missing <= 0:
        return
    note(world, Event.VACANCIES, (SITE, place.site, place.level), NOBODY, NO_TEXT, missing)
    for _ in range(missing):
        _fill(world, place)
        place.opened += 1
    count_vacant(world, place.level, missing)


def _close(world: World, place: TierSite, surplus: int) -> None:
    """Others have come meanwhile: vacancies that nobody could fill are no vacancies any more (R9.1)."""
    if surplus > 0:
        place.unfillable -= surplus
        count_vacant(world, place.level, -surplus)


def _promise(world: World, place: TierSite) -> bool:
    """Promise a vacancy to somebody of the tier below; False if nobody may be promoted (R9.2)."""
    plan = world.plan.tiers[place.level].promotion
    if plan is None:
        return False
    worker = _eligible(world, place.level + 1, place.site, plan)
    if worker is None:
        return False
    ends = world.now + plan.minutes
    place.promised += 1
    set_promoting(world, worker)
    worker.promoted_by = ends
    world.promoting.append(worker)
    note(world, Event.PROMOTING, of_worker(worker), NOBODY, NO_TEXT, ends)
    put(world, ends, Rank.DEADLINE, worker.key, PROMOTION_DUE, worker, 0)
    return True


def gain_tenure(world: World, worker: Worker) -> None:
    """Somebody has been certified for long enough to be promoted."""
    if worker.state != EXITED:
        happened(world)
        look_above(world, worker)


def _fill(world: World, place: TierSite) -> None:
    if _promise(world, place):
        return
    place.under_way += 1
    key = _VACANCY_KEY | place.level << _LEVEL_SHIFT | place.site << _SITE_SHIFT | place.opened
    minute = world.now + max(1, world.plan.tiers[place.level].lag_minutes)
    put(world, minute, Rank.ARRIVAL, key, VACANCY_FILLED, place, place.opened)


def _eligible(world: World, level: int, site: int, plan: PromotionPlan) -> Worker:
    """Longest certified, then most competent, then lowest key, of those who may be promoted; None if nobody may."""
    chosen = None
    for worker in world.tier_states[level].present:
        if worker.state != ACTIVE or worker.site != site or not worker.placeable:
            continue
        tenure = world.now - worker.certified_at
        if tenure < plan.min_tenure_minutes or 0.0 <= worker.competence < plan.min_competence:
            continue
        if chosen is None or _comes_first(worker, chosen):
            chosen = worker
    return chosen


def _comes_first(worker: Worker, other: Worker) -> bool:
    if worker.certified_at != other.certified_at:
        return worker.certified_at < other.certified_at
    one, two = round(worker.competence * 1e9), round(other.competence * 1e9)  # the last digits mean nothing
    if one != two:
        return one > two
    return worker.key < other.key


def end_promotion_time(world: World, worker: Worker) -> None:
    """The day by which somebody moves up."""
    if worker.state != EXITED:
        happened(world)


def fill_from_outside(world: World, place: TierSite, number: int) -> None:
    """Somebody comes for a vacancy, if the pool still has anybody."""
    happened(world)
    place.under_way -= 1
    if _from_outside(world, place.level, place.site, _BY_VACANCY, number, 0):
        count_vacant(world, place.level, -1)
    else:
        place.unfillable += 1
        look_for_vacancies(world, place)
        world.vacancies_changed = True


# --- promotion --------------------------------------------------------------------------------------------------------


def due_for_promotion(world: World) -> Growing[Worker]:
    """Those who move up now, in order of keys: nothing left to end, or no more time to (R9.2)."""
    ready = world.ready
    ready.clear()
    for worker in world.promoting:
        if not worker.away and (worker.n_open == 0 or worker.promoted_by <= world.now):
            ready.append(worker)
    sort_by_key(ready)
    return ready
