"""Where things of a tier, or of a tier at a site, are kept."""

from __future__ import annotations

from cascadesim.engine.compiled.memory import compiled, load
from cascadesim.engine.compiled.nouns import LEVEL_STATE, PLACE, level_state_at, place_at
from cascadesim.engine.compiled.plan_nouns import STAFF, TIER, staff_at, tier_plan_at

_TIER_SIZE, _STAFF_SIZE, _PLACE_SIZE, _LEVEL_SIZE = TIER.itemsize, STAFF.itemsize, PLACE.itemsize, LEVEL_STATE.itemsize


@compiled
def tier_at(S, level):
    """The plan of the tier at this level."""
    return tier_plan_at(S.tiers + level * _TIER_SIZE)


@compiled
def level_state(S, level):
    """What changes of the tier at this level."""
    return level_state_at(S.level_states + level * _LEVEL_SIZE)


@compiled
def staff_of(S, level, site):
    """Where the workers of a tier at a site come from."""
    return staff_at(tier_at(S, level).staff + site * _STAFF_SIZE)


@compiled
def place_of(S, level, site):
    """What changes of a tier at a site."""
    return place_at(S.places + (level * S.n_sites + site) * _PLACE_SIZE)


@compiled
def site_hash(S, site):
    """The hash of a site's name, as bits of a whole number."""
    return load(S.sites, site)


@compiled
def language_hash(S, language):
    """The same of a language."""
    return load(S.languages, language)
