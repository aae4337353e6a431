"""Who somebody is: the draws that are made once, when they are recruited (R11.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.engine.worker import ALL_LANGUAGES, Worker
from cascadesim.model.enums import Kind, Purpose
from cascadesim.model.hazards import cumulative
from cascadesim.model.ids import worker_ident, worker_key
from cascadesim.model.plan import TierPlan
from cascadesim.model.rng import MASK, entity_stream
from cascadesim.model.units import available_rate, committed_limit

if TYPE_CHECKING:
    from cascadesim.engine.world import World

_WORKER = int(Kind.WORKER)


def draw_worker(world: World, level: int, site: int, came: tuple[int, int, int], tenure: int) -> Worker:
    """Somebody who came by this (entry, date, position), `tenure` minutes ago: hours, languages, frailty."""
    key = worker_key(level, site, *came)
    worker = _worker(world, key, level, site)
    tier = world.plan.tiers[level]
    worker.available = available_rate(world.sample(tier.hours, worker.stream, Purpose.HOURS))
    worker.limit = committed_limit(worker.available, tier.overtime_fraction)
    worker.recruited_at = world.clock.now - tenure
    worker.speaks = _languages(world, tier, worker.stream)
    worker.frailty = _frailty(world, tier, worker.stream, tenure)
    return worker


def successor(world: World, old: Worker) -> Worker:
    """The same person a tier above: key, hours, languages, frailty, competence and date of recruitment stay."""
    worker = _worker(world, old.key, old.level - 1, old.site)
    worker.available = old.available
    worker.limit = committed_limit(worker.available, world.plan.tiers[worker.level].overtime_fraction)
    worker.recruited_at = old.recruited_at
    worker.speaks, worker.frailty = old.speaks, old.frailty
    if world.plan.tiers[worker.level].competence is not None:
        worker.competence, worker.competence_at = old.competence, world.clock.now
    return worker


def _worker(world: World, key: int, level: int, site: int) -> Worker:
    owner = level + world.plan.sites[site][1] & MASK
    return Worker(key, level, site, entity_stream(_WORKER, owner, worker_ident(key)))


def _languages(world: World, tier: TierPlan, stream: int) -> int:
    """The languages somebody speaks, a bit for each (R8.7)."""
    if not tier.languages:
        return ALL_LANGUAGES
    speaks = 1 << world.cut(tier.languages, stream, Purpose.LANGUAGE)
    for language, probability in tier.also:
        if world.chance(probability, stream, Purpose.ALSO, world.plan.languages[language][1]):
            speaks |= 1 << language
    return speaks


def _frailty(world: World, tier: TierPlan, stream: int, tenure: int) -> float:
    """A gamma multiplier with mean 1 at the start; among those who have stayed for `tenure`, the frail are fewer.

    What recurs has been survived only as far as it ends in exits. With shape and rate 1/v, survivors of a cumulative
    hazard H have rate 1/v + H: Vaupel, Manton and Stallard (1979), The impact of heterogeneity in individual frailty on
    the dynamics of mortality, Demography 16:439-454.
    """
    hazards = tier.hazards
    if hazards.frailty is None:
        return 1.0
    lived = 0.0
    for reason in tier.reasons:
        clock = reason.clock
        if tenure and not reason.external and clock.kind not in ("date", "shock"):
            hazard = cumulative(clock.kind, clock.shape, clock.scale_minutes, float(tenure), clock.table)
            lived += hazard * (reason.exit_probability if reason.recurring else 1.0)
    rate = 1.0 / hazards.frailty_variance + lived * hazards.constant
    return world.sample(hazards.frailty, stream, Purpose.FRAILTY) / rate
