"""Who somebody is: the draws that are made once, when they are recruited (R11.1)."""

from __future__ import annotations

import numpy as np

from cascadesim.engine.compiled.hazards import cumulative
from cascadesim.engine.compiled.luck import chance, cut, sample
from cascadesim.engine.compiled.memory import allocate, compiled
from cascadesim.engine.compiled.nouns import WORKER, worker_at
from cascadesim.engine.compiled.plan_nouns import ALSO, REASON, TIER, also_at, reason_at, tier_plan_at
from cascadesim.engine.compiled.rooms import staff_of, tier_at
from cascadesim.model.enums import Purpose
from cascadesim.model.ids import (
    DATE_BITS,
    DATE_SHIFT,
    DRAW_POSITION_BITS,
    ENTRY_BITS,
    ENTRY_SHIFT,
    LEVEL_SHIFT,
    SITE_SHIFT,
)
from cascadesim.model.rng import mix64
from cascadesim.model.units import available_rate, committed_limit

_HOURS, _LANGUAGE, _ALSO, _FRAILTY = (
    int(Purpose.HOURS),
    int(Purpose.LANGUAGE),
    int(Purpose.ALSO),
    int(Purpose.FRAILTY),
)
_WORKER_SIZE, _ALSO_SIZE, _REASON_SIZE, _TIER_SIZE = WORKER.itemsize, ALSO.itemsize, REASON.itemsize, TIER.itemsize
_ENTRY_MASK, _DATE_MASK, _POSITION_MASK = (1 << ENTRY_BITS) - 1, (1 << DATE_BITS) - 1, (1 << DATE_SHIFT) - 1
ALL_LANGUAGES = -1


@compiled
def worker_key(level, site, entry, date, position):
    """The key of one worker (`model/ids.py`)."""
    return level << LEVEL_SHIFT | site << SITE_SHIFT | entry << ENTRY_SHIFT | date << DATE_SHIFT | position


@compiled
def _ident(key):
    level, entry = key >> LEVEL_SHIFT, key >> ENTRY_SHIFT & _ENTRY_MASK
    date, position = key >> DATE_SHIFT & _DATE_MASK, key & _POSITION_MASK
    return ((level << ENTRY_BITS | entry) << DATE_BITS | date) << DRAW_POSITION_BITS | position


@compiled
def _new_worker(S, key, level, site):
    w = worker_at(allocate(S, _WORKER_SIZE))
    w.key, w.level, w.site = key, level, site
    w.tier = S.tiers + level * _TIER_SIZE
    w.stream = mix64(staff_of(S, level, site).worker_hash ^ np.uint64(_ident(key)))
    w.recruited_at = w.certified_at = w.alarm = w.left_state = w.waiting_since = w.last_course = -1
    w.practice_since = w.refresher_due = w.competence_at = w.last_session = w.metered_at = -1
    w.strained_at = w.refresher_from = w.unsupervised_since = w.promoted_by = w.last_start = -1
    w.seat_mask = w.far_seat_mask = -1
    w.speaks = ALL_LANGUAGES
    w.trainer = w.supervised = w.deployed = w.placeable = 1
    w.leaving_multiplier = w.absence_multiplier = w.frailty = 1.0
    w.competence = -1.0
    return w


@compiled
def draw_worker(S, level, site, entry, date, position, tenure):
    """Somebody who came by this (entry, date, position), `tenure` minutes ago: hours, languages, frailty."""
    w = _new_worker(S, worker_key(level, site, entry, date, position), level, site)
    tier = tier_at(S, level)
    w.available = available_rate(sample(S, tier.hours, w.stream, _HOURS, 0))
    w.limit = committed_limit(w.available, tier.overtime_fraction)
    w.recruited_at = S.now - tenure
    w.speaks = _languages(S, tier, w.stream)
    w.frailty = _frailty(S, tier, w.stream, tenure)
    return w


@compiled
def successor(S, old):
    """The same person a tier above: key, hours, languages, frailty, competence and date of recruitment stay."""
    w = _new_worker(S, old.key, old.level - 1, old.site)
    tier = tier_plan_at(w.tier)
    w.available = old.available
    w.limit = committed_limit(w.available, tier.overtime_fraction)
    w.recruited_at = old.recruited_at
    w.speaks, w.frailty = old.speaks, old.frailty
    if tier.competence != 0:
        w.competence, w.competence_at = old.competence, S.now
    return w


@compiled
def _languages(S, tier, stream):
    """The languages somebody speaks, a bit for each (R8.7)."""
    if tier.n_languages == 0:
        return ALL_LANGUAGES
    speaks = 1 << cut(S, tier.languages, tier.n_languages, stream, _LANGUAGE)
    for number in range(tier.n_also):
        also = also_at(tier.also + number * _ALSO_SIZE)
        if chance(S, also.probability, stream, _ALSO, also.hash):
            speaks |= 1 << also.language
    return speaks


@compiled
def _frailty(S, tier, stream, tenure):
    """A gamma multiplier with mean 1 at the start; among those who have stayed for `tenure`, the frail are fewer."""
    if tier.frailty_variance == 0.0:
        return 1.0
    lived = 0.0
    for number in range(tier.n_reasons):
        reason = reason_at(tier.reasons + number * _REASON_SIZE)
        if tenure != 0 and not reason.external and not reason.dated:
            hazard = cumulative(reason.clock, reason.shape, reason.scale, float(tenure), reason.table, reason.n_table)
            lived += hazard * (reason.exit_probability if reason.recurring else 1.0)
    rate = 1.0 / tier.frailty_variance + lived * tier.constant
    return sample(S, tier.frailty, stream, _FRAILTY, 0) / rate
