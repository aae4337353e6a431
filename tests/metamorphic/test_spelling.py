"""The same thing said in another way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from generate import Document

from metamorphic.pairs import Change, changed, first_difference, staffs, streams, tiers

SEEDS = range(70)
ENOUGH = 3
MOST = 12


def rates_as_steps(document: Document) -> bool:
    """A rate is one step from week 0."""
    tables = [(stream, "referrals_per_week") for stream in streams(document)]
    tables += [(staff, "recruits_per_week") for tier in tiers(document) for staff in staffs(tier)]
    found = [(table, key) for table, key in tables if isinstance(table.get(key), float)]
    for table, key in found:
        table[key] = [{"from_week": 0, "rate": table[key]}, {"from_week": 5, "rate": table[key]}]
        table[key].pop()
    return bool(found)


def clocks(document: Document) -> Iterator[Document]:
    """The exponential clocks of all lives."""
    lives = [tier["events"] for tier in tiers(document)] + [document.get("clients", {}).get("events", {})]
    for life in lives:
        yield from (
            reason["time_to_event"] for reason in life.values() if reason["time_to_event"]["dist"] == "exponential"
        )


def means_as_rates(document: Document) -> bool:
    """A mean time of 52 / r weeks is a rate of r a year."""
    found = False
    for clock in clocks(document):
        mean = clock.get("mean_weeks")
        if mean is not None and 52 / (52 / mean) == mean:
            clock["rate_per_year"] = 52 / clock.pop("mean_weeks")
            found = True
    return found


def numbers_as_quantities(document: Document) -> bool:
    """A number is a quantity without a range."""
    for tier in tiers(document):
        for key in ("overtime_fraction", "other_duties_hours_per_week", "deployment_probability", "frailty_variance"):
            if isinstance(tier.get(key), float):
                tier[key] = {"value": tier[key], "low": 0.0, "high": max(1.0, tier[key])}
        if isinstance(tier["hours_per_week"], int | float):
            tier["hours_per_week"] = {"dist": "discrete", "values": [tier["hours_per_week"]], "probabilities": [1]}
    for key in ("start_probability", "continue_probability", "no_show_probability"):
        if isinstance(document.get("clients", {}).get(key), float):
            document["clients"][key] = {"value": document["clients"][key], "low": 0.0, "high": 1.0}
    return True


def constants_as_tables(document: Document) -> bool:
    """A number of weeks is a distribution with one value."""
    tables = [(document.get("clients", {}), ("interval_weeks", "patience_weeks", "transfer_patience_weeks"))]
    tables += [(tier, ("candidate_patience_weeks",)) for tier in tiers(document)]
    tables += [(reason, ("absence_weeks",)) for tier in tiers(document) for reason in tier["events"].values()]
    found = False
    for table, keys in tables:
        for key in keys:
            if isinstance(table.get(key), float):
                table[key] = {"dist": "empirical", "values": [table[key]] * 2}
                found = True
    return found


def one_stage(document: Document) -> bool:
    """A course in one stage is a course."""
    found = False
    for tier in tiers(document):
        course = tier.get("training", {})
        if "course_weeks" in course and "stages" not in course:
            keys = ("course_weeks", "max_cohort", "min_cohort", "pass_probability", "trainers_per_course")
            course["stages"] = [{key: course[key] for key in keys}]
            course["course_weeks"] = 1.0
            found = True
    return found


def dates_one_by_one(document: Document) -> bool:
    """Dates that come back are dates."""
    tables: list[Any] = [tier["training"] for tier in tiers(document) if "training" in tier]
    tables += (state for state in document.get("organisation", {}).values() if "site" not in state)
    found = False
    for table in tables:
        every = table.pop("every_weeks", None)
        if every is not None:
            dates = {every * place for place in range(1, 400) if every * place < document["horizon_weeks"]}
            table["at_weeks"] = sorted({round(week, 9) for week in (*dates, *table.get("at_weeks", ()))})
            found = True
    return found


def consequences_in_full(document: Document) -> bool:
    """An exit is an exit for certain, an absence an absence."""
    reasons = [reason for tier in tiers(document) for reason in tier["events"].values() if "then" not in reason]
    for reason in reasons:
        reason["then"] = {"absence" if "absence_weeks" in reason else "exit": 1.0}
    return bool(reasons)


def defaults_in_full(document: Document) -> bool:
    """What holds where nothing is said, said."""
    for level, tier in enumerate(tiers(document)):
        for key in ("training", "supervision"):
            if level and key in tier:
                tier[key].setdefault("required", True)
        course = tier.get("training", {})
        if "course_weeks" in course and "stages" not in course:
            course["when"] = "calendar" if "at_weeks" in course or "every_weeks" in course else "ready"
        tier.setdefault("priority", ["supervision", "courses"])
        tier.setdefault("absence", {"hold_weeks": 2})
        for reason in tier["events"].values():
            reason.setdefault("recurring", False)
    return True


def intakes_in_two(document: Document) -> bool:
    """Two intakes of one week are one."""
    found = False
    for tier in tiers(document):
        for staff in staffs(tier):
            for intake in [each for each in staff.get("intake", ()) if each["count"] > 1]:
                intake["count"] -= 1
                staff["intake"].insert(0, {"week": intake["week"], "count": 1})
                found = True
    return found


def one_language_as_a_share(document: Document) -> bool:
    """Clients who all speak one language."""
    found = [stream for stream in streams(document) if "language" in stream]
    for stream in found:
        stream["languages"] = {stream.pop("language"): 1.0}
    return bool(found)


SAME: list[Change] = [
    rates_as_steps,
    means_as_rates,
    numbers_as_quantities,
    constants_as_tables,
    one_stage,
    dates_one_by_one,
    consequences_in_full,
    defaults_in_full,
    intakes_in_two,
    one_language_as_a_share,
]


@pytest.mark.parametrize("change", SAME, ids=lambda change: change.__name__)
def test_the_same_in_other_words(change: Change) -> None:
    seen = 0
    for seed, before, after in changed(SEEDS, change):
        assert not first_difference(before.log, after.log), seed
        seen += 1
        if seen == MOST:
            break
    assert seen >= ENOUGH


def test_a_format_that_is_like_the_others() -> None:
    """A format with the values of [clients] is another name for it; what binds is booked by format."""

    def change(document: Document) -> bool:
        care = document.get("clients", {})
        found = [stream for stream in streams(document)[::2] if "format" not in stream]
        if not found:
            return False
        keys = ("sessions", "session_hours", "session_overhead_hours", "interval_weeks")
        care.setdefault("format", {})["alike"] = {key: care[key] for key in keys}
        for stream in found:
            stream["format"] = "alike"
        return True

    seen = 0
    for seed, before, after in changed(range(30), change):
        logs = ([row for row in run.words if row.event != "BINDING_CONSTRAINT"] for run in (before, after))
        assert not first_difference(*logs), seed
        seen += 1
    assert seen >= ENOUGH
