"""The vacancies of each tier and site, and who is promised one (R9.1, R9.2)."""

from __future__ import annotations

from cascadesim.engine.compiled.memory import address, compiled
from cascadesim.engine.compiled.nouns import OPENINGS, openings_at
from cascadesim.engine.compiled.record import shift
from cascadesim.engine.compiled.rooms import place_of, tier_at
from cascadesim.engine.compiled.vectors import PROMOTING, get, push, swap_remove, vector
from cascadesim.model.layout import TIER_LEVELS

OPENINGS_SIZE = OPENINGS.itemsize
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
def promise(S, w, ends):
    """A vacancy of the tier above is kept for this worker."""
    w.promoted_by = ends
    push(vector(S, PROMOTING), address(w))


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
    """Somebody who was to be promoted has left instead: their vacancy is open again."""
    if w.promoted_by >= 0:
        settle_promise(S, w)
        unfill(S, place_of(S, w.level - 1, w.site))
