"""What nothing depends on may be anything; what lies ahead changes nothing that was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest
from generate import Document

from cascadesim.model.enums import Event
from cascadesim.model.replication import LogRow
from metamorphic.pairs import WEEK, changed, first_difference, staffs, tiers

SEEDS = range(250)
ENOUGH = 3
MOST = 10


def results(document: Document) -> None:
    """What is read off a run, and what it costs."""
    document |= {"title": "Other", "replications": 9, "max_events": 20_000_000, "measure_from_week": 3}
    document |= {"report_weeks": [5], "every_weeks": 3, "costs": {"start_up_cost": 9, "week_cost": 9}}
    for tier in tiers(document):
        tier["costs"] = {"recruit_cost": 7, "hour_cost": 1, "week_cost": 2}
        for measure in tier.get("incentive", {}).values():
            measure["week_cost"] = 77
    for state in document.get("organisation", {}).values():
        state["training_cost"] = 55
    if "clients" in document:
        document["clients"] |= {"population_in_need": 7, "screening_hours": 1.75}
        document["clients"]["costs"] = {"session_cost": 8}


def nothing_to_review(document: Document) -> bool:
    """Without states, strain or competence there is nothing to review."""
    reviewed = [tier for tier in tiers(document) if "strain" in tier or "competence" in tier]
    document["review_weeks"] = 1.5
    return not reviewed and "organisation" not in document


def cases_of_those_who_see_nobody(document: Document) -> bool:
    """A caseload is that of tiers that see clients; an apprentice's that of those who practise with them."""
    away = tiers(document)[:-1] if "clients" in document else tiers(document)
    found = [tier for tier in away if not tier.get("delivers")]
    for tier in found:
        tier["caseload"] = 9
    return bool(found)


def plain_courses(document: Document, dated: bool) -> list[Document]:
    """The courses without stages, on dates or when ready."""
    found = [tier["training"] for tier in tiers(document) if "course_weeks" in tier.get("training", {})]
    found = [course for course in found if "stages" not in course]
    return [course for course in found if ("at_weeks" in course or "every_weeks" in course) == dated]


def windows_of_no_calendar(document: Document) -> bool:
    """Windows, and courses per date, are those of a calendar."""
    found = plain_courses(document, dated=False)
    for course in found:
        course |= {"window_weeks": 3, "courses_per_date": 4}
    return bool(found)


def gathering_on_dates(document: Document) -> bool:
    """A time to gather is of courses that start when they are ready."""
    found = plain_courses(document, dated=True)
    for course in found:
        course["gather_weeks"] = 2
    return bool(found)


def the_other_practice(document: Document) -> bool:
    """Whoever practises with clients has no weeks of practice, and the other way round."""
    found = False
    for tier in tiers(document):
        course = tier.get("training", {})
        if course.get("practice") == "clients":
            course["practice_weeks"] = 5
        elif "practice" in course and "competence" not in tier and course["practice_weeks"]:
            course |= {"practice_cases": 3, "practice_first": False}
        found |= "practice" in course
    return found


def holding_for_nobody(document: Document) -> bool:
    """Nothing is held where nobody is ever absent."""
    found = [
        tier for tier in tiers(document) if not any("absence_weeks" in reason for reason in tier["events"].values())
    ]
    for tier in found:
        tier["absence"] = {"hold_weeks": 6}
    return bool(found)


def lost_at_once(document: Document) -> bool:
    """There is no patience in hand-over where there is no hand-over."""
    care = document.get("clients", {})
    care["transfer_patience_weeks"] = 2
    return care.get("on_worker_exit") == "lose"


def the_training_around_stages(document: Document) -> bool:
    """What every stage says for itself is not read from the table around them."""
    found = [tier["training"] for tier in tiers(document) if "stages" in tier.get("training", {})]
    for course in found:
        course["course_weeks"] = 9
    return bool(found)


def tenure_of_nobody(document: Document) -> bool:
    """Tenure is that of initial workers."""
    found = [tier for tier in tiers(document) if not any(staff["initial"] for staff in staffs(tier))]
    for tier in found:
        tier["initial_tenure_weeks"] = 33
    return bool(found)


UNUSED: list[Callable[[Document], bool | None]] = [
    results,
    nothing_to_review,
    cases_of_those_who_see_nobody,
    windows_of_no_calendar,
    gathering_on_dates,
    the_other_practice,
    holding_for_nobody,
    lost_at_once,
    the_training_around_stages,
    tenure_of_nobody,
]


@pytest.mark.parametrize("change", UNUSED, ids=lambda change: change.__name__)
def test_an_unused_key_changes_nothing(change: Callable[[Document], bool | None]) -> None:
    seen = 0
    for seed, before, after in changed(SEEDS, change):
        assert not first_difference(before.log, after.log), seed
        seen += 1
        if seen == MOST:
            break
    assert seen >= ENOUGH


def test_an_adequate_number_changes_only_what_an_end_is_called() -> None:
    """R8.2: whom it makes complete leaves at the same minute, for the same reason."""
    ends = (Event.COMPLETED, Event.DROPPED_OUT, Event.LEFT, Event.LOST_ON_EXIT)

    def change(document: Document) -> bool:
        if "clients" in document:
            document["clients"]["adequate_sessions"] = 1
        return "clients" in document

    def blind(log: Iterable[LogRow]) -> Iterator[LogRow]:
        return (row._replace(event=0, detail="") if row.event in ends else row for row in log)

    completed = 0
    for seed, before, after in changed(range(40), change):
        assert not first_difference(blind(before.log), blind(after.log)), seed
        completed += sum(row.event == Event.COMPLETED for row in after.log)
        completed -= sum(row.event == Event.COMPLETED for row in before.log)
    assert completed > 20


def test_a_longer_horizon_keeps_what_was() -> None:
    def change(document: Document) -> None:
        document["horizon_weeks"] += 9

    for seed, before, after in changed(range(40), change):
        ends = before.plan.horizon
        assert not first_difference(before.log, (row for row in after.log if row.minute < ends)), seed
        assert after.plan.horizon == ends + 9 * WEEK
