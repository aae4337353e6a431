"""Where workers come from: those there at the start, dated intakes, and a Poisson stream (R9.1)."""

from __future__ import annotations

import math

from cascadesim.engine.compiled.clock import INTAKE, RECRUIT, put
from cascadesim.engine.compiled.hazards import pieces_at
from cascadesim.engine.compiled.luck import unit_exponential
from cascadesim.engine.compiled.memory import compiled, load
from cascadesim.engine.compiled.people import INITIAL, POISSON, recruit
from cascadesim.engine.compiled.people import INTAKE as BY_INTAKE
from cascadesim.engine.compiled.rooms import place_of, staff_of
from cascadesim.model.enums import Purpose, Rank
from cascadesim.model.hazards import time_from

_ARRIVAL, _INTER_ARRIVAL = int(Rank.ARRIVAL), int(Purpose.INTER_ARRIVAL)
_SITE_BITS = 8
# Among the arrivals of one instant referrals come first (their key is the stream's place), then intakes, then recruits.
_INTAKE_KEY, _RECRUIT_KEY = 1 << 20, 2 << 20


@compiled
def begin_recruitment(S):
    """Those there at the start come in now; the others are put on the clock."""
    for level in range(S.n_tiers):
        for site in range(S.n_sites):
            for position in range(staff_of(S, level, site).initial):
                recruit(S, level, site, INITIAL, 0, position)
    for level in range(S.n_tiers):
        for site in range(S.n_sites):
            staff = staff_of(S, level, site)
            if staff.n_intakes > 0:
                _aim_intake(S, level, site, 0)
            if staff.n_recruits > 0:
                _aim_recruit(S, level, site)


@compiled
def from_outside(S, level, site, entry, date, position):
    """Recruit somebody from the pool; False if nobody is left in it."""
    place = place_of(S, level, site)
    if place.pool == 0:
        return False
    if place.pool > 0:
        place.pool -= 1
    recruit(S, level, site, entry, date, position)
    return True


@compiled
def _aim_intake(S, level, site, number):
    minute = load(staff_of(S, level, site).intakes, 2 * number)
    put(S, minute, _ARRIVAL, _INTAKE_KEY + (level << _SITE_BITS | site), INTAKE, level << _SITE_BITS | site, number)


@compiled
def take_in(S, level, site, number):
    """One dated intake of one tier at one site; the next is put on the clock."""
    staff = staff_of(S, level, site)
    S.events += 1
    for position in range(load(staff.intakes, 2 * number + 1)):
        from_outside(S, level, site, BY_INTAKE, load(staff.intakes, 2 * number), position)
    S.woken = 1
    if number + 1 < staff.n_intakes:
        _aim_intake(S, level, site, number + 1)


@compiled
def _aim_recruit(S, level, site):
    """Put the next recruit of a Poisson stream on the clock; their minute, the horizon if there is none (R7.3)."""
    staff, place = staff_of(S, level, site), place_of(S, level, site)
    place.drawn += unit_exponential(S, staff.recruits_stream, _INTER_ARRIVAL, place.recruits)
    exact = time_from(pieces_at(staff.recruits, staff.n_recruits), 0.0, place.drawn)
    if exact >= S.horizon:
        return S.horizon
    minute = max(1, math.floor(exact + 0.5))
    if minute > S.now:
        where = level << _SITE_BITS | site
        put(S, minute, _ARRIVAL, _RECRUIT_KEY + where, RECRUIT, where, 0)
    return minute


@compiled
def next_recruit(S, level, site):
    """A recruit of the Poisson stream; several may come within one minute."""
    place = place_of(S, level, site)
    while True:
        S.events += 1
        from_outside(S, level, site, POISSON, place.recruits, 0)
        S.woken = 1
        place.recruits += 1
        if _aim_recruit(S, level, site) > S.now:
            return
