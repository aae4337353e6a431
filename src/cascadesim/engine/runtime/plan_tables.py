"""A `Plan` as the rules read it: what they would look up by name, or work out from all of it, is there as a number."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from typing import Any, TypeVar

from cascadesim.engine import plan as engine
from cascadesim.engine.event_log import FIXED, in_words
from cascadesim.model import plan as model
from cascadesim.model.constraints import MULTIPLE, TESTS, booked_names
from cascadesim.model.counters import ClientLevel, CounterLayout, GivenCount
from cascadesim.model.enums import Kind, Wait, WorkerState
from cascadesim.model.plan import care_needs, needed_rates, wave_minutes
from cascadesim.model.rng import MASK, entity_stream, owner_hash, stable_hash

T = TypeVar("T")
_BUILT_IN = ("not_selected", "promoted", "not_deployed", "gave_up_waiting", "failed_training", "not_certified")


class Tables:
    """The plan of the engine, and the texts that it has numbers for: `texts` are the details of the event log."""

    def __init__(self, plan: model.Plan, layout: CounterLayout) -> None:
        self.plan = plan
        self.layout = layout
        self.texts: list[str] = list(FIXED)
        self.records = self._all()

    def text(self, *texts: str) -> int:
        """The number of the first of these texts, which follow one another."""
        self.texts += texts
        return len(self.texts) - len(texts)

    def _all(self) -> engine.Plan:
        plan, layout, tiers = self.plan, self.layout, self.plan.tiers
        organisation = tuple(more(engine.StatePlan, state, text=self.text(state.name)) for state in plan.organisation)
        return more(
            engine.Plan,
            plan,
            organisation=organisation,
            tiers=tuple(self._tier(tier) for tier in tiers),
            clients=None if plan.clients is None else self._clients(plan.clients),
            shocks=tuple(self._shock(level, minute) for level, _, minute in shocks_of(plan)),
            waits=tuple(more(engine.WaitLevels, places=_places(wait)) for wait in Wait),
            n_class_counts=len(layout.classes),
            n_levels=len(layout.levels),
            state_counts=layout.state_counts,
            group_counts=layout.group_counts,
            sessions_given=layout.given_counts + int(GivenCount.SESSIONS_GIVEN),
            interpreter_minutes=layout.given_counts + int(GivenCount.INTERPRETER_MINUTES),
            completions=layout.given_counts + int(GivenCount.COMPLETIONS),
            waiting=layout.client_levels + int(ClientLevel.WAITING),
            in_transfer=layout.client_levels + int(ClientLevel.IN_TRANSFER),
            in_care=layout.client_levels + int(ClientLevel.IN_CARE),
            client_counts=layout.client_counts,
            care_wait=layout.care_wait,
            modelled=any(tier.competence is not None for tier in tiers),
            varying=plan.clients is not None and any(state.referral_ratio != 1.0 for state in plan.organisation),
            reviews=bool(plan.organisation) or any(tier.strain or tier.competence for tier in tiers),
            tiered=any(tier.supervision or tier.courses or tier.refresher for tier in tiers)
            or any(staff.target >= 0 for tier in tiers for staff in tier.staff),
        )

    def _tier(self, tier: model.TierPlan) -> engine.TierPlan:
        level, layout, exits = tier.level, self.layout, tier.exit_names
        below = self.plan.tiers[level + 1 : level + 2]
        above = self.plan.tiers[level - 1].promotion if level > 0 else None
        names = sorted({"not_certified", *exits, *(reason.name for reason in tier.reasons)})
        return more(
            engine.TierPlan,
            tier,
            staff=tuple(self._staff(tier, site) for site in range(len(tier.staff))),
            refresher_course=None if tier.refresher is None else _as_course(tier.refresher),
            trains=any(each.courses for each in below),
            to_rise=math.inf if above is None else above.min_competence,
            planned=sum(max(each.target, each.initial + sum(n for _, n in each.intake)) for each in tier.staff),
            base=layout.tier_levels[level],
            counts=layout.tier_counts[level],
            waits=tuple(layout.tier_waits[level].get(wait, -1) for wait in Wait),
            limit_order=names.index("not_certified"),
            **{name: exits.index(name) if name in exits else -1 for name in _BUILT_IN},
            exit_texts=self.text(*exits),
            reasons=tuple(
                more(
                    engine.ReasonPlan,
                    reason,
                    text=self.text(reason.name),
                    exit=exits.index(reason.name) if reason.name in exits else -1,
                )
                for reason in tier.reasons
            ),
        )

    def _staff(self, tier: model.TierPlan, site: int) -> engine.StaffPlan:
        owner = tier.level + self.plan.sites[site].name_hash & MASK
        return more(
            engine.StaffPlan,
            tier.staff[site],
            worker_hash=owner_hash(int(Kind.WORKER), owner),
            recruits_stream=entity_stream(int(Kind.RECRUITS), owner, 0),
        )

    def _shock(self, level: int, minute: int) -> engine.ShockPlan:
        active = self.layout.tier_levels[level] + int(WorkerState.ACTIVE)
        return more(engine.ShockPlan, level=level, minute=minute, active=active)

    # --- clients ----------------------------------------------------------------------------------------------------

    def _clients(self, plan: model.ClientPlan) -> engine.ClientPlan:
        needs, classes = needed_rates(plan), care_needs(plan)
        # by site, language and format; of two, the second is of those who resume care
        resumed = {each[:3]: place for place, each in enumerate(classes)}
        places = {each[:3]: place for place, each in reversed(list(enumerate(classes)))}
        formats = tuple(
            more(
                engine.FormatPlan,
                form,
                place=place,
                text=self.text(form.name),
                group_hash=owner_hash(int(Kind.CLIENT_GROUP), stable_hash(form.name)),
            )
            for place, form in enumerate(plan.formats)
        )
        return more(
            engine.ClientPlan,
            plan,
            formats=formats,
            reasons=tuple(
                more(engine.ClientReasonPlan, reason, text=self.text(reason.name)) for reason in plan.reasons
            ),
            streams=tuple(self._streams(plan, places)),
            needs=tuple(more(engine.Need, rate=rate, certified=certified) for rate, certified in needs),
            classes=tuple(
                more(
                    engine.ClientClassPlan,
                    site=each.site,
                    language=each.language,
                    form=formats[each.form],
                    need=needs.index(each.need),
                    far_need=-1 if each.far_need is None else needs.index(each.far_need),
                    resumed=each.resumed,
                    resumes=resumed[each[:3]],
                )
                for each in classes
            ),
        )

    def _streams(self, plan: model.ClientPlan, places: dict[Any, int]) -> Iterator[engine.StreamPlan]:
        languages = range(-1, len(self.plan.languages))
        counters = {pair: number for number, pair in enumerate(self.layout.classes)}
        for number, stream in enumerate(plan.streams):
            yield more(
                engine.StreamPlan,
                stream,
                text=self.text(stream.name, *(f"{stream.name}:{each.name}" for each in self.plan.languages)),
                classes=tuple(places.get((stream.site, language, stream.format), -1) for language in languages),
                counters=tuple(counters.get((number, language), -1) for language in languages),
                arrivals=entity_stream(int(Kind.STREAM), stream.name_hash, 0),
                client_hash=owner_hash(int(Kind.CLIENT), stream.name_hash),
            )


def _as_course(refresher: model.RefresherPlan) -> model.CoursePlan:
    """A refresher as a course: without dates, rooms, gathering time or an examination, as soon as one may be placed."""
    own = {each.name: getattr(refresher, each.name) for each in fields(refresher) if each.name != "every_minutes"}
    never = {"pass_probability": 1.0, "attempts": 1, "gather_minutes": 0, "dates": (), "courses_per_date": 0}
    return model.CoursePlan(**{**own, **never, "stage": 0, "last": True, "min_cohort": 1})


def more(kind: type[T], part: Any = None, **values: Any) -> T:
    """A record of the engine's plan: a part of the plan, if it adds to one, and these values."""
    given = {} if part is None else {each.name: getattr(part, each.name) for each in fields(part)}
    return kind(**{**given, **values})


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
