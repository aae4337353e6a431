"""The vacancies of each tier and site, and who is promised one (R9.1, R9.2)."""

from __future__ import annotations

from cascadesim.engine.compiled.clock import TENURED, put
from cascadesim.engine.compiled.memory import address, compiled
from cascadesim.engine.compiled.nouns import OPENINGS, openings_at
from cascadesim.engine.compiled.plan_nouns import promotion_plan_at
from cascadesim.engine.compiled.record import shift
from cascadesim.engine.compiled.rooms import place_of, staff_of, tier_at
from cascadesim.engine.compiled.vectors import PROMOTING, get, push, swap_remove, vector
from cascadesim.model.counters import TIER_LEVELS
from cascadesim.model.enums import Rank

OPENINGS_SIZE = OPENINGS.itemsize
_DEADLINE = int(Rank.DEADLINE)
_VACANT = TIER_LEVELS.index("vacant")


@compiled
def openings_of(S, level, site):
    """The vacancies of a tier at a site that has a target."""
    return openings_at(place_of(S, level, site).openings)


@compiled
def count_vacant(S, level, by):
    """So many more vacancies."""
    shift(S, tier_at(S, level).base + _VACANT, by)
    S.vacancies_changed = 1


@compiled
def staff(S, level, site, by):
    """One more, or one less, who is there to stay."""
    place = place_of(S, level, site)
    place.staffing += by
    unfill(S, place)


@compiled
def unfill(S, place):
    """Look again whether anybody is missing here."""
    if place.targeted:
        place.unfilled = 1
        S.unfilled_any = 1


@compiled
def look_above(S, w):
    """Somebody may be fit to be promoted now: a vacancy that nobody could fill is offered again (R9.2)."""
    if w.level > 0:
        unfill(S, place_of(S, w.level - 1, w.site))


@compiled
def expect_promotion(S, w):
    """What nobody could fill is offered to this worker too, once they have the tenure (R9.2)."""
    level = w.level - 1
    if level < 0 or tier_at(S, level).promotion == 0 or not place_of(S, level, w.site).targeted:
        return
    if staff_of(S, level, w.site).pool < 0:  # without an end to the pool somebody always comes from outside
        return
    minute = w.certified_at + promotion_plan_at(tier_at(S, level).promotion).min_tenure_minutes
    if minute <= S.now:
        look_above(S, w)
    else:
        put(S, minute, _DEADLINE, w.key, TENURED, address(w), 0)


@compiled
def promise(S, w, ends):
    """A vacancy of the tier above is kept for this worker."""
    w.promoted_by = ends
    push(S, vector(S, PROMOTING), address(w))


@compiled
def settle_promise(S, w):
    """The worker is promised nothing any more."""
    promoting = vector(S, PROMOTING)
    for place in range(promoting.size):
        if get(promoting, place) == address(w):
            swap_remove(promoting, place)
            break
    w.promoted_by = -1
    openings_of(S, w.level - 1, w.site).promised -= 1
    count_vacant(S, w.level - 1, -1)


@compiled
def promise_broken(S, w):
    """Somebody who was to be promoted gives notice or leaves: their vacancy is open again (R9.2)."""
    if w.promoted_by >= 0:
        settle_promise(S, w)
        unfill(S, place_of(S, w.level - 1, w.site))
