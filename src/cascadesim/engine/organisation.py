"""States of the workplaces: they decay, whole-of-workplace trainings lift them, reviews publish them (R7)."""

from __future__ import annotations

from cascadesim.engine.calendar import LIFTED, REVIEW, TRAINING_ENDS, put
from cascadesim.engine.competence import in_service
from cascadesim.engine.event_log import SITE, STATE, note
from cascadesim.engine.hours_ledger import OTHER_DUTIES, commit
from cascadesim.engine.records import OrganisationState, Worker, World
from cascadesim.engine.state import count, happened, sorted_present, tier_site
from cascadesim.engine.time_to_event import invalidate
from cascadesim.model.dynamics import decayed_level, lifted
from cascadesim.model.enums import Event, Rank
from cascadesim.model.hazards import raised
from cascadesim.model.units import WEEK_MINUTES, whole_minutes_lost

_SITE_BITS = 8
_END_KEY = 1 << 24  # trainings that begin come before those of a week ago that end


def _state_at(world: World, place: int, site: int) -> OrganisationState:
    """What changes of a state at a site."""
    return world.organisation[place * world.n_sites + site]


def begin_organisation(world: World) -> None:
    """Put trainings and reviews on the calendar."""
    for place in range(len(world.plan.organisation)):
        for site in range(world.n_sites):
            state = _state_at(world, place, site)
            for minute in world.plan.organisation[place].sites[site].lifts:
                if minute > 0:
                    put(world, minute, Rank.LIFT, place << _SITE_BITS | site, LIFTED, place, site)
                else:
                    _train(world, place, site)
                    state.published = state.level
    if world.plan.reviews:
        put(world, world.plan.review_minutes, Rank.REVIEW, 0, REVIEW, 0, 0)


def _settle(world: World, place: int, site: int) -> None:
    state, plan = _state_at(world, place, site), world.plan.organisation[place]
    state.level = decayed_level(state.level, plan.half_life_minutes, float(world.now - state.settled))
    state.settled = world.now


def lift(world: World, place: int, site: int) -> None:
    """The day of a whole-of-workplace training."""
    happened(world)
    _train(world, place, site)


def _train(world: World, place: int, site: int) -> None:
    """A whole-of-workplace training: the level is lifted, and takes everybody's hours for a week."""
    _settle(world, place, site)
    plan, state = world.plan.organisation[place], _state_at(world, place, site)
    state.level = lifted(state.level, plan.sites[site].lift)
    count(world, world.plan.state_counts + place, 1)
    note(world, Event.WORKPLACE_TRAINING, (STATE, place, -1), (SITE, site, -1), plan.text)
    if plan.staff_rate != 0:
        _take_hours(world, site, plan.staff_rate)
        key = _END_KEY + (place << _SITE_BITS | site)
        put(world, world.now + WEEK_MINUTES, Rank.LIFT, key, TRAINING_ENDS, place, site)


def _take_hours(world: World, site: int, rate: int) -> None:
    """So many minutes a week more of everybody at a site."""
    tier_site(world, 0, site).in_training += rate
    _change_duties(world, site)


def _change_duties(world: World, site: int) -> None:
    """The other duties at a site have changed."""
    tier_site(world, 0, site).restless = True
    world.restless_any = True


def end_training(world: World, place: int, site: int) -> None:
    """A week after a training."""
    happened(world)
    _take_hours(world, site, -world.plan.organisation[place].staff_rate)


def call_review(world: World) -> None:
    """The day of a review."""
    happened(world)
    world.review_due = True
    put(world, world.now + world.plan.review_minutes, Rank.REVIEW, 0, REVIEW, 0, 0)


def publish_levels(world: World) -> None:
    """The levels as they are now hold until the next review."""
    world.review_due = False
    for place in range(len(world.plan.organisation)):
        for site in range(world.n_sites):
            _settle(world, place, site)
            state = _state_at(world, place, site)
            if state.published != state.level:
                state.published = state.level
                _publish(world, place, site)


def _publish(world: World, place: int, site: int) -> None:
    """A new level: who responds to it has clocks and duties to set again."""
    billionths = round(_state_at(world, place, site).published * 1e9)
    note(world, Event.PUBLISHED, (STATE, place, -1), (SITE, site, -1), world.plan.organisation[place].text, billionths)
    for level in range(len(world.plan.tiers)):
        tier = world.plan.tiers[level]
        if tier.hazards.states[place] != 1.0:
            for worker in world.tier_states[level].present:
                if worker.site == site:
                    invalidate(world, worker)
        if tier.lost_rates[place] > 0.0:
            _change_duties(world, site)


def referral_factor(world: World, site: int) -> float:
    """What the states make of the referral rates of a site (R5.8)."""
    product = 1.0
    for place in range(len(world.plan.organisation)):
        published = _state_at(world, place, site).published
        product *= raised(world.plan.organisation[place].referral_ratio, 1.0 - published)
    return product


# --- other duties -----------------------------------------------------------------------------------------------------


def _duties(world: World, worker: Worker) -> int:
    """Minutes a week of other duties, hours lost to low levels and workplace training, at most all there are."""
    tier, lost = worker.tier, 0.0
    for place in range(len(tier.lost_rates)):
        lost += tier.lost_rates[place] * (1.0 - _state_at(world, place, worker.site).published)
    asked = tier.duties_rate + tier_site(world, 0, worker.site).in_training
    return min(asked + whole_minutes_lost(lost), worker.available)


def set_duties(world: World, worker: Worker) -> bool:
    """Commit to the other duties that the worker has now (R2.5); False if they are as they were."""
    change = _duties(world, worker) - worker.rates[OTHER_DUTIES]
    if change != 0:
        commit(world, worker, OTHER_DUTIES, change)
    return change != 0


def apply_duties(world: World) -> list[Worker]:
    """Set the other duties of everybody at the sites where they have changed: those for whom they have."""
    changed = world.changed
    changed.clear()
    for level in range(len(world.plan.tiers)):
        for worker in sorted_present(world, level):
            at_site = tier_site(world, 0, worker.site)
            if in_service(worker) and at_site.restless and set_duties(world, worker):
                changed.append(worker)
    for site in range(world.n_sites):
        tier_site(world, 0, site).restless = False
    world.restless_any = False
    return changed
