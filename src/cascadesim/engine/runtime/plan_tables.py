"""A `Plan` as the records that the rules read: the same numbers, and what they would look up by name."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import fields
from functools import cache
from typing import Any, TypeVar

from cascadesim.engine import plan_records as records
from cascadesim.engine.apprenticeship import PRACTICES
from cascadesim.engine.event_log import FIXED, in_words
from cascadesim.engine.time_to_event import CLOCKS
from cascadesim.model import plan as model
from cascadesim.model.constraints import MULTIPLE, TESTS, booked_names
from cascadesim.model.counters import CounterLayout, client_classes
from cascadesim.model.distributions import Draw
from cascadesim.model.enums import Kind, Wait, WorkerState
from cascadesim.model.plan import care_need_index, care_needs, needed_rates, wave_minutes
from cascadesim.model.rng import MASK, entity_stream, owner_hash, stable_hash

T = TypeVar("T")
_DATED = ("date", "shock")
_BUILT_IN = ("not_selected", "promoted", "not_deployed", "gave_up_waiting", "failed_training", "not_certified")


class Tables:
    """The records of a plan, and the texts that they have numbers for: `texts` are the details of the event log."""

    def __init__(self, plan: model.Plan, layout: CounterLayout) -> None:
        self.plan = plan
        self.layout = layout
        self.texts: list[str] = list(FIXED)
        self.records = self._all()

    def text(self, *texts: str) -> int:
        """The number of the first of these texts, which follow one another."""
        self.texts += texts
        return len(self.texts) - len(texts)

    def _all(self) -> records.PlanTables:
        plan, layout, tiers = self.plan, self.layout, self.plan.tiers
        states = [self._state(state) for state in plan.organisation]
        return filled(
            records.PlanTables,
            plan,
            states=states,
            tiers=[self._tier(tier) for tier in tiers],
            care=None if plan.clients is None else self._care(plan.clients),
            sites=[number for _, number in plan.sites],
            languages=[number for _, number in plan.languages],
            snapshots=list(plan.snapshots),
            shocks=[self._shock(level, minute) for level, _, minute in shocks_of(plan)],
            waits=[filled(records.WaitLevels, places=list(_places(wait))) for wait in Wait],
            n_levels=len(layout.levels),
            n_counts=len(layout.counts),
            n_counters=len(layout.classes),
            state_counts=layout.state_counts,
            group_counts=layout.group_counts,
            given_counts=layout.given_counts,
            client_levels=layout.client_levels,
            client_counts=layout.client_counts,
            care_wait=layout.care_wait,
            modelled=any(tier.competence is not None for tier in tiers),
            varying=plan.clients is not None and any(state.referral_ratio != 1.0 for state in plan.organisation),
            reviews=bool(plan.organisation) or any(tier.strain or tier.competence for tier in tiers),
            tiered=any(tier.supervision or tier.courses or tier.refresher for tier in tiers)
            or any(staff.target >= 0 for tier in tiers for staff in tier.staff),
        )

    # --- tiers ------------------------------------------------------------------------------------------------------

    def _tier(self, tier: model.TierPlan) -> records.TierPlan:
        level, layout = tier.level, self.layout
        names = sorted({"not_certified", *tier.exit_names, *(reason.name for reason in tier.reasons)})
        return filled(
            records.TierPlan,
            tier,
            **self._people(tier),
            **self._support(tier),
            **{f"wait_{wait.name.lower()}": base for wait, base in layout.tier_waits[level].items()},
            **{name: tier.exit_names.index(name) if name in tier.exit_names else -1 for name in _BUILT_IN},
            base=layout.tier_levels[level],
            counts=layout.tier_counts[level],
            exit_texts=self.text(*tier.exit_names),
            limit_order=names.index("not_certified"),
            reasons=[self._reason(tier, reason) for reason in tier.reasons],
        )

    def _people(self, tier: model.TierPlan) -> dict[str, Any]:
        hazards, below = tier.hazards, self.plan.tiers[tier.level + 1 : tier.level + 2]
        above = self.plan.tiers[tier.level - 1].promotion if tier.level > 0 else None
        return {
            "hours": _draw(tier.hours),
            "candidate_patience": _draw(tier.candidate_patience),
            "lost_rates": list(tier.lost_rates),
            "state_ratios": list(hazards.states),
            "staff": [self._staff(tier, site) for site in range(len(tier.staff))],
            "languages": _shares(tier.languages),
            "also": [
                filled(
                    records.AlsoSpoken, language=place, probability=share, name_hash=self.plan.languages[place][1]
                )
                for place, share in tier.also
            ],
            "responsive": hazards.responsive,
            "constant": hazards.constant,
            "frailty": _draw(hazards.frailty),
            "frailty_variance": hazards.frailty_variance,
            "flag_ratios": list(hazards.flags),
            "trains": any(each.courses for each in below),
            "to_rise": math.inf if above is None else above.min_competence,
            "planned": sum(max(each.target, each.initial + sum(n for _, n in each.intake)) for each in tier.staff),
        }

    def _support(self, tier: model.TierPlan) -> dict[str, Any]:
        practice = tier.practice
        return {
            "practice": PRACTICES[practice.kind],
            "practice_minutes": practice.minutes,
            "practice_cases": practice.cases,
            "practice_min_sessions": practice.min_sessions,
            "practice_first": practice.first,
            "practice_limit": practice.limit_minutes,
            "refresher": _part(records.RefresherPlan, tier.refresher),
            "supervision": _part(records.SupervisionPlan, tier.supervision),
            "competence": _part(records.CompetencePlan, tier.competence),
            "strain": _part(records.StrainPlan, tier.strain),
            "promotion": _part(records.PromotionPlan, tier.promotion),
            "courses": [filled(records.CoursePlan, each, dates=list(each.dates)) for each in tier.courses],
            "engagement": [filled(records.EngagementPlan, each) for each in tier.engagement],
        }

    def _staff(self, tier: model.TierPlan, site: int) -> records.StaffPlan:
        staff, owner = tier.staff[site], tier.level + self.plan.sites[site][1] & MASK
        return filled(
            records.StaffPlan,
            staff,
            intakes=[filled(records.Intake, minute=minute, count=count) for minute, count in staff.intake],
            recruits=_pieces(staff.recruits),
            worker_hash=owner_hash(int(Kind.WORKER), owner),
            recruits_stream=entity_stream(int(Kind.RECRUITS), owner, 0),
        )

    def _reason(self, tier: model.TierPlan, reason: model.ReasonPlan) -> records.Reason:
        return filled(
            records.Reason,
            reason,
            **_clock(reason.clock),
            absence=_draw(reason.absence),
            text=self.text(reason.name),
            exit=tier.exit_names.index(reason.name) if reason.name in tier.exit_names else -1,
        )

    def _shock(self, level: int, minute: int) -> records.ShockPlan:
        active = self.layout.tier_levels[level] + int(WorkerState.ACTIVE)
        return filled(records.ShockPlan, level=level, minute=minute, active=active)

    # --- organisation -----------------------------------------------------------------------------------------------

    def _state(self, state: model.StatePlan) -> records.StatePlan:
        sites = [
            filled(records.StateSite, start=start, lift=lift, lifts=list(dates)) for start, lift, dates in state.sites
        ]
        return filled(records.StatePlan, state, sites=sites, text=self.text(state.name))

    # --- clients ----------------------------------------------------------------------------------------------------

    def _care(self, plan: model.ClientPlan) -> records.CarePlan:
        needs, classes = needed_rates(plan), care_needs(plan)
        formats = [
            filled(
                records.FormatPlan,
                form,
                place=place,
                interval=_draw(form.interval),
                text=self.text(form.name),
                group_hash=owner_hash(int(Kind.CLIENT_GROUP), stable_hash(form.name)),
            )
            for place, form in enumerate(plan.formats)
        ]
        return filled(
            records.CarePlan,
            plan,
            formats=formats,
            reasons=[
                filled(records.ClientReason, reason, **_clock(reason.clock), text=self.text(reason.name))
                for reason in plan.reasons
            ],
            streams=[self._stream(place, stream, classes) for place, stream in enumerate(plan.streams)],
            needs=[filled(records.Need, rate=rate, certified=certified) for rate, certified in needs],
            classes=[
                filled(
                    records.ClientClassPlan,
                    site=each.site,
                    language=each.language,
                    form=formats[each.form],
                    need=needs.index(each.need),
                    far_need=-1 if each.far_need is None else needs.index(each.far_need),
                    individual=care_need_index(classes, each.site, each.language, plan.individual),
                )
                for each in classes
            ],
            patience=_draw(plan.patience),
            handover_patience=_draw(plan.handover_patience),
        )

    def _stream(self, place: int, stream: model.StreamPlan, classes: Sequence[Any]) -> records.StreamPlan:
        languages = range(-1, len(self.plan.languages))
        counters = {pair: number for number, pair in enumerate(client_classes(self.plan))}
        return filled(
            records.StreamPlan,
            stream,
            pieces=_pieces(stream.pieces),
            dates=list(stream.dates),
            languages=_shares(stream.languages),
            text=self.text(stream.name, *(f"{stream.name}:{name}" for name, _ in self.plan.languages)),
            classes=[care_need_index(classes, stream.site, language, stream.format) for language in languages],
            counters=[counters.get((place, language), -1) for language in languages],
            arrivals=entity_stream(int(Kind.STREAM), stream.name_hash, 0),
            client_hash=owner_hash(int(Kind.CLIENT), stream.name_hash),
        )


# --- parts ------------------------------------------------------------------------------------------------------------


def filled(kind: type[T], source: object = None, **values: Any) -> T:
    """A record with these values, and the numbers and truth values that `source` has under the same names."""
    record: Any = kind()
    for each in fields(record):
        if each.name in values:
            setattr(record, each.name, values[each.name])
        elif source is not None and each.type in ("int", "float", "bool", "Word") and hasattr(source, each.name):
            setattr(record, each.name, getattr(source, each.name))
    return record  # type: ignore[no-any-return]


def _part(kind: type[T], source: object) -> T | None:
    return None if source is None else filled(kind, source)


def _draw(draw: Draw | None) -> records.Draw | None:
    if draw is None:
        return None
    return filled(records.Draw, family=int(draw.family), numbers=list(draw.numbers))


def _pieces(pieces: Iterable[model.Piece]) -> list[records.Piece]:
    return [filled(records.Piece, piece) for piece in pieces]


def _clock(clock: model.ClockPlan) -> dict[str, Any]:
    return {
        "clock": CLOCKS[clock.kind],
        "shape": clock.shape,
        "scale_minutes": clock.scale_minutes,
        "minute": clock.minute,
        "share": clock.share,
        "dated": clock.kind in _DATED,
        "table": _pieces(clock.table),
    }


def _shares(shares: Iterable[tuple[float, int]]) -> list[records.Share]:
    return [filled(records.Share, reached=reached, value=value) for reached, value in shares]


@cache
def _places(wait: Wait) -> tuple[int, ...]:
    """For every set of tests its level from the first of the wait's levels on, and that of the combination or -1."""
    places = {name: place for place, name in enumerate(booked_names(wait))}
    found = []
    for tests in range(1 << len(TESTS[wait])):
        words = in_words(wait, tests)
        single, several = places.get(words, -1), places.get(f"{MULTIPLE}.{words}", -1)
        found += [single, -1] if "+" not in words else [places[MULTIPLE], several]
    return tuple(found)


def shocks_of(plan: model.Plan) -> list[tuple[int, str, int]]:
    """(level, name of the reason, minute) of every shock within the run, by tier."""
    return [
        (tier.level, name, minute)
        for tier in plan.tiers
        for name, minute in wave_minutes(tier).items()
        if minute < plan.horizon
    ]
