"""A `Plan` as records for compiled functions (T13): the same numbers, and what the functions would look up by name."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import fields
from functools import cache
from typing import Any

import numpy as np

from cascadesim.engine.compiled import plan_nouns as nouns
from cascadesim.engine.compiled.apprenticeship import PRACTICES
from cascadesim.engine.compiled.hazards import CLOCKS
from cascadesim.engine.compiled.texts import FIXED, in_words
from cascadesim.model.constraints import SEVERAL, TESTS, booked_names
from cascadesim.model.counters import CounterLayout, client_classes
from cascadesim.model.distributions import Draw
from cascadesim.model.enums import Kind, Wait, WorkerState
from cascadesim.model.hazards import FLAGS
from cascadesim.model.plan import (
    ClientPlan,
    ClockPlan,
    CoursePlan,
    Piece,
    Plan,
    StreamPlan,
    TierPlan,
    care_need_index,
    care_needs,
    needed_rates,
    wave_minutes,
)
from cascadesim.model.rng import MASK, entity_stream, owner_hash, stable_hash

_DATED = ("date", "shock")
_BUILT_IN = ("not_selected", "promoted", "not_deployed", "gave_up_waiting", "failed_training", "not_certified")


class Tables:
    """Lists of records, kept alive as long as this is; `texts` are the details of the event log by number."""

    def __init__(self, plan: Plan, layout: CounterLayout) -> None:
        self.plan = plan
        self.layout = layout
        self.kept: list[Any] = []
        self.texts: list[str] = list(FIXED)
        self.needs = needed_rates(plan.clients) if plan.clients else []
        self.demands = care_needs(plan.clients) if plan.clients else []
        self.states = self._states()
        self.tiers = self._rows(nouns.TIER, [self._tier(tier) for tier in plan.tiers])
        self.formats: int = 0
        self.care = self._care(plan.clients) if plan.clients else 0

    # --- lists ------------------------------------------------------------------------------------------------------

    def keep(self, array: np.ndarray[Any, Any]) -> int:
        """The address of an array that stays where it is."""
        self.kept.append(array)
        return int(array.ctypes.data) if array.size else 0

    def whole(self, numbers: Iterable[int]) -> int:
        """A list of whole numbers."""
        return self.keep(np.array(list(numbers), np.int64))

    def words(self, numbers: Iterable[int]) -> int:
        """A list of 64 unsigned bits each."""
        return self.keep(np.array(list(numbers), np.uint64))

    def real(self, numbers: Iterable[float]) -> int:
        """A list of real numbers."""
        return self.keep(np.array(list(numbers), np.float64))

    def text(self, *texts: str) -> int:
        """The number of the first of these texts, which follow one another."""
        self.texts += texts
        return len(self.texts) - len(texts)

    def _rows(self, noun: np.dtype[Any], rows: Sequence[dict[str, Any]]) -> int:
        array = np.zeros(len(rows), noun)
        for place, row in enumerate(rows):
            for name, value in row.items():
                array[name][place] = value
        return self.keep(array)

    def _listed(self, name: str, noun: np.dtype[Any], rows: Sequence[dict[str, Any]]) -> dict[str, int]:
        """A list and its length, under these names."""
        return {name: self._rows(noun, rows), f"n_{name}": len(rows)}

    def _draw(self, draw: Draw | None) -> int:
        """The address of a distribution, 0 for none."""
        if draw is None:
            return 0
        code, numbers = int(draw.family), draw.numbers
        return self._rows(nouns.DRAW, [{"code": code, "size": len(numbers), "numbers": self.real(numbers)}])

    def _pieces(self, name: str, pieces: Sequence[Piece]) -> dict[str, int]:
        return self._listed(name, nouns.PIECE, [plain(piece) for piece in pieces])

    def _clock(self, clock: ClockPlan) -> dict[str, Any]:
        found = {"clock": CLOCKS[clock.kind], "shape": clock.shape, "scale": clock.scale_minutes}
        found |= {"minute": clock.minute, "share": clock.share, "dated": clock.kind in _DATED}
        return found | self._pieces("table", clock.table)

    def _shares(self, name: str, shares: Sequence[tuple[float, int]]) -> dict[str, int]:
        return self._listed(name, nouns.SHARE, [{"reached": reached, "value": value} for reached, value in shares])

    # --- tiers ------------------------------------------------------------------------------------------------------

    def _tier(self, tier: TierPlan) -> dict[str, Any]:
        level, layout = tier.level, self.layout
        row: dict[str, Any] = plain(tier) | self._about_people(tier) | self._about_support(tier)
        row |= {"base": layout.tier_levels[level], "counts": layout.tier_counts[level]}
        row |= {f"wait_{wait.name.lower()}": base for wait, base in layout.tier_waits[level].items()}
        row |= {"exit_texts": self.text(*tier.exit_names)}
        row |= {name: tier.exit_names.index(name) if name in tier.exit_names else -1 for name in _BUILT_IN}
        names = sorted({"not_certified", *tier.exit_names, *(reason.name for reason in tier.reasons)})
        row["limit_order"] = names.index("not_certified")
        row |= self._listed("reasons", nouns.REASON, [self._reason(tier, place) for place in range(len(tier.reasons))])
        return row

    def _about_people(self, tier: TierPlan) -> dict[str, Any]:
        hazards, below = tier.hazards, self.plan.tiers[tier.level + 1 : tier.level + 2]
        above = self.plan.tiers[tier.level - 1].promotion if tier.level > 0 else None
        also = [
            {"language": language, "probability": share, "hash": self.plan.languages[language][1]}
            for language, share in tier.also
        ]
        row: dict[str, Any] = {
            "hours": self._draw(tier.hours),
            "candidate_patience": self._draw(tier.candidate_patience),
            "lost_rates": self.real(tier.lost_rates),
            "state_ratios": self.real(hazards.states),
            "staff": self._rows(nouns.STAFF, [self._staff(tier, site) for site in range(len(tier.staff))]),
            "responsive": hazards.responsive,
            "constant": hazards.constant,
            "frailty_variance": hazards.frailty_variance,
            **{f"{flag}_ratio": ratio for flag, ratio in zip(FLAGS, hazards.flags, strict=True)},
            "frailty": self._draw(hazards.frailty),
            "trains": any(each.courses for each in below),
            "to_rise": math.inf if above is None else above.min_competence,
            "planned": sum(max(each.target, each.initial + sum(n for _, n in each.intake)) for each in tier.staff),
        }
        return row | self._shares("languages", tier.languages) | self._listed("also", nouns.ALSO, also)

    def _about_support(self, tier: TierPlan) -> dict[str, Any]:
        practice = tier.practice
        row: dict[str, Any] = {
            "practice": PRACTICES[practice.kind],
            "practice_minutes": practice.minutes,
            "practice_cases": practice.cases,
            "practice_min_sessions": practice.min_sessions,
            "practice_first": practice.first,
            "practice_limit": practice.limit_minutes,
        }
        for name, noun in (
            ("refresher", nouns.REFRESHER_PLAN),
            ("supervision", nouns.SUPERVISION_PLAN),
            ("competence", nouns.COMPETENCE_PLAN),
            ("strain", nouns.STRAIN_PLAN),
            ("promotion", nouns.PROMOTION_PLAN),
        ):
            part = getattr(tier, name)
            row[name] = 0 if part is None else self._rows(noun, [plain(part)])
        row |= self._listed("courses", nouns.COURSE_PLAN, [self._course(course) for course in tier.courses])
        return row | self._listed("engagement", nouns.ENGAGEMENT, [plain(each) for each in tier.engagement])

    def _course(self, course: CoursePlan) -> dict[str, Any]:
        return plain(course) | {"dates": self.whole(course.dates), "n_dates": len(course.dates)}

    def _staff(self, tier: TierPlan, site: int) -> dict[str, Any]:
        staff, owner = tier.staff[site], tier.level + self.plan.sites[site][1] & MASK
        intakes = self.whole(number for intake in staff.intake for number in intake)
        row = plain(staff) | self._pieces("recruits", staff.recruits)
        row |= {"intakes": intakes, "n_intakes": len(staff.intake)}
        row["worker_hash"] = owner_hash(int(Kind.WORKER), owner)
        row["recruits_stream"] = entity_stream(int(Kind.RECRUITS), owner, 0)
        return row

    def _reason(self, tier: TierPlan, place: int) -> dict[str, Any]:
        reason = tier.reasons[place]
        row = plain(reason) | self._clock(reason.clock)
        row |= {"absence": self._draw(reason.absence), "text": self.text(reason.name), "hash": reason.name_hash}
        row["exit"] = tier.exit_names.index(reason.name) if reason.name in tier.exit_names else -1
        return row

    # --- organisation -----------------------------------------------------------------------------------------------

    def _states(self) -> int:
        rows = []
        for state in self.plan.organisation:
            sites = [
                {"start": start, "lift": lift, "lifts": self.whole(dates), "n_lifts": len(dates)}
                for start, lift, dates in state.sites
            ]
            rows.append(
                plain(state) | {"sites": self._rows(nouns.STATE_SITE, sites), "text": self.text(state.name)}
            )
        return self._rows(nouns.STATE_PLAN, rows)

    # --- clients ----------------------------------------------------------------------------------------------------

    def _care(self, plan: ClientPlan) -> int:
        formats = []
        for form in plan.formats:
            row = plain(form) | {"interval": self._draw(form.interval), "text": self.text(form.name)}
            row["group_hash"] = owner_hash(int(Kind.CLIENT_GROUP), stable_hash(form.name))
            formats.append(row)
        reasons = [
            plain(reason) | self._clock(reason.clock) | {"text": self.text(reason.name), "hash": reason.name_hash}
            for reason in plan.reasons
        ]
        listed = self._listed("formats", nouns.FORMAT, formats) | self._listed("reasons", nouns.CLIENT_REASON, reasons)
        self.formats = listed["formats"]
        streams = [self._stream(place, stream) for place, stream in enumerate(plan.streams)]
        listed |= self._listed("streams", nouns.STREAM, streams)
        patience = {"patience": self._draw(plan.patience), "handover_patience": self._draw(plan.handover_patience)}
        return self._rows(nouns.CARE, [plain(plan) | listed | patience])

    def _stream(self, place: int, stream: StreamPlan) -> dict[str, Any]:
        row = plain(stream) | self._pieces("pieces", stream.pieces) | self._shares("languages", stream.languages)
        row |= {"dates": self.whole(stream.dates), "n_dates": len(stream.dates)}
        row["arrivals"] = entity_stream(int(Kind.STREAM), stream.name_hash, 0)
        row["client_hash"] = owner_hash(int(Kind.CLIENT), stream.name_hash)
        spoken = [f"{stream.name}:{name}" for name, _ in self.plan.languages]
        row["text"] = self.text(stream.name, *spoken)
        languages = range(-1, len(self.plan.languages))
        classes = {pair: number for number, pair in enumerate(client_classes(self.plan))}
        row["demands"] = self.whole(
            care_need_index(self.demands, stream.site, each, stream.format) for each in languages
        )
        row["classes"] = self.whole(classes.get((place, each), -1) for each in languages)
        return row

    def demand_plans(self) -> int:
        """What clients can need, in order."""
        plan = self.plan.clients
        assert plan is not None
        rows = []
        for wanted in self.demands:
            rows.append(
                {
                    "site": wanted.site,
                    "language": wanted.language,
                    "form": self.formats + wanted.form * nouns.FORMAT.itemsize,
                    "need": self.needs.index(wanted.need),
                    "far_need": -1 if wanted.far_need is None else self.needs.index(wanted.far_need),
                    "individual": care_need_index(self.demands, wanted.site, wanted.language, plan.individual),
                }
            )
        return self._rows(nouns.DEMAND_PLAN, rows)

    def wave_plans(self) -> int:
        """The waves within the run, by tier."""
        waves = [
            {"level": level, "minute": minute, "at": self.layout.tier_levels[level] + int(WorkerState.ACTIVE)}
            for level, _, minute in waves_of(self.plan)
        ]
        return self._rows(nouns.WAVE_PLAN, waves)

    def wait_places(self) -> int:
        """For each wait the levels of every set of its tests, from the first of the wait's levels on."""
        return self.whole(self.whole(_places(wait)) for wait in Wait)


@cache
def _places(wait: Wait) -> tuple[int, ...]:
    places = {name: place for place, name in enumerate(booked_names(wait))}
    found = []
    for tests in range(1 << len(TESTS[wait])):
        words = in_words(wait, tests)
        single = places.get(words, -1)
        several = places.get(f"{SEVERAL}.{words}", -1)
        found += [single, -1] if "+" not in words else [places[SEVERAL], several]
    return tuple(found)


def plain(part: Any) -> dict[str, Any]:
    """The numbers and truth values of a part of the plan, by name."""
    return {
        field.name: getattr(part, field.name)
        for field in fields(part)
        if field.type in ("int", "float", "bool") and not field.name.endswith("_hash")
    }


def waves_of(plan: Plan) -> list[tuple[int, str, int]]:
    """(level, name of the reason, minute) of every wave within the run, by tier."""
    return [
        (tier.level, name, minute)
        for tier in plan.tiers
        for name, minute in wave_minutes(tier).items()
        if minute < plan.horizon
    ]
