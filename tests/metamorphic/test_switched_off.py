"""A mechanism that does nothing is one that is not there; a draw that nothing depends on moves no other (R11.1)."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from generate import Document

from cascadesim.model.enums import Event
from metamorphic.pairs import Change, Played, Words, first_difference, prepared, tiers

SEEDS = range(60)
ENOUGH = 3
MOST = 10
LEVELS = (Event.CERTIFIED, Event.PASSED, Event.STAGE_PASSED)
"""Their amounts may tell of competence."""


def no_hazard_ratios(document: Document) -> bool:
    return drop(document, "hazard_ratios")


def hazard_ratios_of_1(document: Document) -> bool:
    """Of every flag and state, strain left out."""
    for tier in tiers(document):
        flags = ("unsupervised", "missed_refresher", *document.get("organisation", {}))
        tier["hazard_ratios"] = dict.fromkeys(flags, 1.0)
    return True


def no_strain(document: Document) -> bool:
    return drop(document, "strain", "hazard_ratios")


def strain_of_ratio_1(document: Document) -> bool:
    for tier in tiers(document):
        tier["strain"] = {"comfort_utilisation": 0.3, "strain_half_life_weeks": 2, "recovery_half_life_weeks": 4}
        tier["hazard_ratios"] = {"strain": 1.0}
    return True


def no_incentive(document: Document) -> bool:
    return drop(document, "incentive")


def incentive_of_ratio_1(document: Document) -> bool:
    for tier in tiers(document):
        measure = {"from_week": 3, "until_week": 9, "week_cost": 4}
        tier["incentive"] = {"gift": measure | dict.fromkeys(("leaving_ratio", "absence_ratio"), 1.0)}
    return True


def no_attendance(document: Document) -> bool:
    for tier in tiers(document):
        tier.get("supervision", {}).pop("attendance_probability", None)
        for measure in tier.get("incentive", {}).values():
            measure.pop("attendance_ratio", None)
    return any("competence" in tier and "supervision" in tier for tier in tiers(document))


def attendance_of_1(document: Document) -> bool:
    for tier in tiers(document)[1:]:
        tier["supervision"]["attendance_probability"] = 1.0
        tier["incentive"] = tier.get("incentive", {}) | {"badge": {"from_week": 2, "attendance_ratio": 1.0}}
    return True


def no_frailty(document: Document) -> bool:
    return drop(document, "frailty_variance")


def frailty_of_0(document: Document) -> bool:
    for tier in tiers(document):
        tier["frailty_variance"] = 0.0
    return True


def no_competence(document: Document) -> bool:
    return drop(document, "competence", "promotion")


def competence_that_acts_on_nothing(document: Document) -> bool:
    for tier in tiers(document):
        tier["competence"] = {"course_level": 0.5, "noise_sd": 0.2, "gain_per_session": 0.1, "half_life_weeks": 9}
        tier["competence"] |= {"certification_threshold": 0.0, "min_trainer_competence": 0.0, "dilution": 0.5}
    return True


def no_states(document: Document) -> bool:
    document.pop("organisation", None)
    return drop(document, "hazard_ratios", "lost_hours_per_week", "strain")


def states_that_do_nothing(document: Document) -> bool:
    state = {"initial": 0.5, "half_life_weeks": 8, "every_weeks": 3, "lift": 0.5, "referral_ratio": 1.0}
    document["organisation"] = {"calm": state}
    for tier in tiers(document):
        tier["lost_hours_per_week"] = {"calm": 0.0}
        tier["hazard_ratios"] = {"calm": 1.0}
    return True


def no_recognition(document: Document) -> bool:
    document.pop("recognition", None)
    return True


def recognition_of_1(document: Document) -> bool:
    document["recognition"] = {"recruitment_factor": 1, "referral_factor": 1, "leaving_ratio": 1}
    return True


def drop(document: Document, *keys: str) -> bool:
    """Take keys out of all tiers."""
    for tier in tiers(document):
        for key in keys:
            tier.pop(key, None)
    return True


def same(document: Document) -> bool:
    """As it is."""
    return bool(document)


def hours_that_never_fall(document: Document) -> bool:
    """Neither by a change nor by other duties that grow: seats are cut to what is left at a change (R2.5)."""
    no_states(document)
    for tier in tiers(document):
        tier["events"] = {
            name: reason for name, reason in tier["events"].items() if "hours_factor" not in reason.get("then", {})
        }
    return True


def hours_times_1(document: Document) -> bool:
    """Hours that change, and are the same."""
    clock = {"dist": "exponential", "mean_weeks": 6}
    for tier in tiers(document):
        tier["events"]["aaa"] = {
            "time_to_event": clock,
            "recurring": True,
            "external": True,
            "then": {"hours_factor": 1.0},
        }
    return True


def a_life_of_nothing(document: Document) -> bool:
    """Reasons that strike nobody, and consequences that never follow."""
    for tier in tiers(document):
        tier["events"] |= {
            "aaa": {"time_to_event": {"dist": "shock", "week": 5, "share": 0.0}},
            "mmm": {
                "time_to_event": {"dist": "exponential", "mean_weeks": 3},
                "recurring": True,
                "then": {"exit": 0.0},
            },
            "zzz": {"time_to_event": {"dist": "life_table", "table": [{"rate_per_year": 0.0}]}, "notice_weeks": 1},
        }
        tier.pop("frailty_variance", None)
    return True


OFF: list[tuple[Change, Change, tuple[Event, ...]]] = [
    (no_hazard_ratios, hazard_ratios_of_1, ()),
    (no_strain, strain_of_ratio_1, (Event.STRAINED,)),
    (no_incentive, incentive_of_ratio_1, ()),
    (no_attendance, attendance_of_1, ()),
    (no_frailty, frailty_of_0, ()),
    (no_competence, competence_that_acts_on_nothing, ()),
    (no_states, states_that_do_nothing, (Event.PUBLISHED, Event.WORKPLACE_TRAINING)),
    (no_recognition, recognition_of_1, ()),
    (hours_that_never_fall, hours_times_1, (Event.HOURS_CHANGED,)),
    (no_frailty, a_life_of_nothing, ()),
]


def history(run: Played, own: Iterable[Event]) -> list[Words]:
    """The log without rows of these events, levels of competence, and the languages that somebody has."""
    names, levels = {event.name for event in own}, {event.name for event in LEVELS}
    rows = []
    for row in run.words:
        detail = row.detail.partition(":")[0] if row.event == "RECRUITED" else row.detail
        if row.event not in names:
            rows.append(row._replace(detail=detail, amount=0 if row.event in levels else row.amount))
    return rows


@pytest.mark.parametrize(("off", "idle", "own"), OFF, ids=lambda each: getattr(each, "__name__", ""))
def test_what_does_nothing_is_not_there(off: Change, idle: Change, own: tuple[Event, ...]) -> None:
    seen, found = 0, set[int]()
    for seed, before, after in prepared(SEEDS, off, idle):
        assert not first_difference(history(before, own), history(after, own)), seed
        found |= {row.event for row in after.log}
        seen += 1
        if seen == MOST:
            break
    assert seen >= ENOUGH
    assert {*own} <= found


# --- draws that nothing depends on ----------------------------------------------------------------------------------


def who_would_train(document: Document) -> bool:
    """Whether the last tier, which has nobody to train, would."""
    tiers(document)[-1]["trains_probability"] = 0.5
    return True


def mother_tongues(document: Document) -> bool:
    """Languages of workers whose clients do not care."""
    for tier in tiers(document):
        tier["languages"], tier["also"] = {"one": 0.5, "two": 0.5}, {"two": 0.4, "one": 0.3}
    return "clients" not in document or all(
        key not in stream for stream in document["clients"]["stream"].values() for key in ("language", "languages")
    )


def frailty_of_no_consequence(document: Document) -> bool:
    """Frailty that every reason of the tier ignores."""
    for tier in tiers(document):
        tier["frailty_variance"] = 1.5
    return True


def only_external(document: Document) -> bool:
    for tier in tiers(document):
        tier.pop("frailty_variance", None)
        for reason in tier["events"].values():
            reason["external"] = True
    return True


def certain_after_all(document: Document) -> bool:
    """Chances so near to 1 that they are drawn, and come true."""
    near = 1 - 1e-15
    for tier in tiers(document):
        tier.setdefault("deployment_probability", near)
        tier.setdefault("trains_probability", near)
        if "course_weeks" in tier.get("training", {}):
            tier["training"].setdefault("selection_probability", near)
    if "clients" in document:
        document["clients"].setdefault("eligibility_probability", near)
    return True


DRAWS: list[tuple[Change, Change, tuple[Event, ...]]] = [
    (same, who_would_train, (Event.NO_TRAINER,)),
    (same, mother_tongues, ()),
    (only_external, frailty_of_no_consequence, ()),
    (same, certain_after_all, ()),
]


@pytest.mark.parametrize(("base", "more", "own"), DRAWS, ids=lambda each: getattr(each, "__name__", ""))
def test_another_draw_moves_no_other(base: Change, more: Change, own: tuple[Event, ...]) -> None:
    seen = 0
    for seed, before, after in prepared(SEEDS, base, more):
        assert not first_difference(history(before, own), history(after, own)), seed
        seen += 1
        if seen == MOST:
            break
    assert seen >= ENOUGH
