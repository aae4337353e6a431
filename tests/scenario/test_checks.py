"""Keys that do not go together: each with its words and its limits."""

from __future__ import annotations

from typing import Any

import pytest

from cascadesim.errors import ScenarioError
from cascadesim.scenario.load import from_resolved
from scenario.helpers import built, changed, faults, plan, warnings


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"cascade": ["master", "mentor", "mentor", "peer"]}, "cascade.2", "mentor is in the cascade twice."),
        ({"cascade": ["master", "mentor", "pear"]}, "cascade.2", "there is no [tier.pear]. Did you mean peer?"),
        ({"cascade": ["master", "peer"]}, "tier.mentor", "mentor is not in the cascade."),
        (
            {"tier__peer__events__not_certified": {"time_to_event": {"dist": "date", "week": 3}}},
            "tier.peer.events.not_certified",
            "Choose",
        ),
        ({"clients__stream__a b": {"referrals_per_week": 0}}, 'clients.stream."a b"', "letters, digits, _ and -"),
        ({f"clients__stream__{'x' * 61}": {"referrals_per_week": 0}}, f"clients.stream.{'x' * 61}", "at most 60"),
        ({"sources__a.b": {"kind": "data", "citation": "x"}}, 'sources."a.b"', "not a name"),
        ({"sources__report__doi": "doi:10.1000/x"}, "sources.report.doi", "a DOI begins with 10."),
        ({"sources__report__url": "www.example.org"}, "sources.report.url", "a URL begins with https://."),
        ({"published__0__source": "rep"}, "published.0.source", "there is no [sources.rep]."),
        ({"sources": None}, "published.0.source", "Add the table [sources.report]."),
        (
            {"tier__mentor__training": None},
            "tier.mentor.training",
            "course_weeks, max_cohort, trainer_hours_per_week. Or",
        ),
        (
            {"tier__mentor__supervision__required": True, "tier__mentor__supervision__independent": True},
            "tier.mentor.supervision",
            "got required = true, independent = true; whoever is independent needs no supervision.",
        ),
        (
            {"tier__mentor__supervision": None},
            "tier.mentor.supervision",
            "Or write required = false if nobody supervises them, independent = true if they need nobody.",
        ),
        (
            {"tier__peer__training__max_cohort": None},
            "tier.peer.training.max_cohort",
            "is missing. Needed: a whole number",
        ),
        ({"tier__peer__supervision__meeting_hours": None}, "tier.peer.supervision.meeting_hours", "is missing."),
        (
            {"tier__master__training": {"required": True}},
            "tier.master.training",
            "master is the first tier: nobody above it",
        ),
        (
            {"tier__master__supervision": {"group_size": 3}},
            "tier.master.supervision",
            "nobody above it gives supervision.",
        ),
        ({"tier__mentor__training__at_weeks": None}, "tier.mentor.training.when", "Add at_weeks = [...] or"),
        ({"tier__mentor__training__when": "ready"}, "tier.mentor.training.at_weeks", 'when = "ready" has none.'),
        ({"tier__mentor__training__at_weeks": [3, 9, 3]}, "tier.mentor.training.at_weeks.2", "week 3 is given twice"),
        (
            {"tier__mentor__training__min_cohort": 9},
            "tier.mentor.training.min_cohort",
            "got 9, more than max_cohort = 8.",
        ),
        ({"tier__mentor__training__practice": "clients"}, "tier.mentor.training.practice", "mentor sees no clients"),
        (
            {"tier__mentor__training__practice": None, "tier__mentor__training__practice_cases": 1},
            "tier.mentor.training.practice_cases",
            "mentor has 1 case to practise on, but sees no clients.",
        ),
        (
            {"tier__peer__training__practice_cases": None},
            "tier.peer.training.practice",
            "Add practice_cases = 1 or more.",
        ),
        ({"clients__sessions": 3}, "tier.peer.training.practice_min_sessions", "got 4, more than clients.sessions = 3"),
        ({"tier__peer__delivers": False}, "tier.peer.delivers", "peer is the last tier"),
        ({"report_weeks": [26, 105]}, "report_weeks.1", "week 105 lies past the horizon of 104 weeks."),
        ({"measure_from_week": 104}, "measure_from_week", "nothing is left to measure"),
        ({"tier__mentor__hours_per_week": 169}, "tier.mentor.hours_per_week", "got 169 hours; a week has 168."),
        (
            {"tier__mentor__hours_per_week": {"dist": "uniform", "low": 20, "high": 170}},
            "tier.mentor.hours_per_week",
            "got up to 170 hours",
        ),
        ({"clients__interval_weeks": 0}, "clients.interval_weeks", "got 0; allowed: a number of weeks above 0."),
        (
            {"tier__peer__recruits_per_week": [{"rate": 1}, {"rate": 2}]},
            "tier.peer.recruits_per_week.1",
            "two rates from week 0 on.",
        ),
        ({"target__reach": "completed => 3"}, "target.reach", "allowed: OUTCOME OP NUMBER"),
        ({"target__reach": "finished >= 3"}, "target.reach", "finished is not known."),
        ({"target__reach": "tier.peer.actve >= 3"}, "target.reach", "Did you mean tier.peer.active?"),
        ({"target__reach": "completed >= 3 by week 105"}, "target.reach", "week 105 is not within the horizon"),
        ({"target__reach": "completed >= 3 by week 0"}, "target.reach", "week 0 is not within the horizon"),
        ({"target__reach": "tier.mentor.delivering >= 3"}, "target.reach", "this tier sees no clients."),
        (
            {"published__0__outcome": "tier.peer.certified_yeild"},
            "published.0.outcome",
            "Did you mean tier.peer.certified_yield?",
        ),
        (
            {"margin": [{"outcome": "clients.wait_mean_week", "value": 0.5}]},
            "margin.0.outcome",
            "Did you mean clients.wait_mean_weeks?",
        ),
        ({"published__0__outcome": "clients.started_at_week_50"}, "published.0.outcome", "clients.started_at_week_52"),
    ],
)
def test_what_does_not_go_together(changes: dict[str, Any], path: str, words: str) -> None:
    found = faults(changed(**changes))
    assert path in found, found
    assert words in found[path]


def test_without_clients_nobody_delivers_or_practises_on_them() -> None:
    found = faults(changed(clients=None, tier__peer__delivers=True, tier__mentor__delivers_in_practice=True))
    assert set(found) == {
        "tier.peer.delivers",
        "tier.mentor.delivers_in_practice",
        "tier.peer.training.practice",
        "target.reach",
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"tier__mentor__training": {"required": False}, "tier__mentor__supervision": {"required": False}},
        {"tier__master__training": {"required": False, "course_weeks": 3}},
        {"tier__master__training": {}},
        {"tier__mentor__training__practice_weeks": 0},
        {"tier__mentor__delivers": True, "tier__mentor__training__practice": None},
        {"tier__mentor__delivers_in_practice": True, "tier__mentor__training__practice": "clients"}
        | {"tier__mentor__training__practice_cases": 1},
        {"tier__mentor__training__when": None},
        {"report_weeks": None, "target__reach": "tier.mentor.active < 3"},
        {"tier__peer__supervision__max_supervisees": 3},
        {"clients__no_show_probability": {"value": 0.1, "low": 0.1, "high": 0.1, "source": "guess"}},
    ],
)
def test_what_goes_together(changes: dict[str, Any]) -> None:
    assert faults(changed(**changes)) == {}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"measure_from_week": 26, "report_weeks": [26, 52]}, {"report_weeks.0": "no answer is about it"}),
        ({"measure_from_week": 25, "report_weeks": [26, 52]}, {}),
        ({"measure_from_week": 60, "target__reach": "completed >= 3 by week 52"}, {"target.reach": "completed is 0"}),
        ({"measure_from_week": 60, "target__reach": "tier.peer.active >= 3 by week 52"}, {}),
    ],
)
def test_what_is_read_before_the_window_is_warned_of(changes: dict[str, Any], found: dict[str, str]) -> None:
    told = warnings(changed(**({"report_weeks": [104]} | changes)))
    told = {path: words for path, words in told.items() if "when measuring begins" in words}
    assert told.keys() == found.keys()
    assert all(words in told[path] for path, words in found.items())


def test_one_fault_is_not_told_twice() -> None:
    """What only follows from a fault that was told is left out."""
    data = changed(tier__peer__training__max_cohort="twelve", tier__mentor__hours_per_week=-4, horizon_weeks="long")
    assert set(faults(data)) == {"tier.peer.training.max_cohort", "tier.mentor.hours_per_week", "horizon_weeks"}
    data = changed(tier__peer__training__course_weeks=None, tier__peer__training__course_weks=3)
    assert set(faults(data)) == {"tier.peer.training.course_weks"}


def test_reordering_the_file_changes_nothing_that_is_found() -> None:
    data = changed(tier__peer__caseload=0, tier__mentor__training__min_cohort=9, clients__sessions=2)
    backwards = dict(reversed(data.items()))
    assert faults(backwards) == faults(data) and len(faults(data)) == 3


def test_resolved_first_tiers_are_not_taken_for_trained_ones() -> None:
    scenario = built(plan())
    assert from_resolved(scenario.resolved(), "plan").warnings == ()
    for wrong in (None, [], "x", {"a": [[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]}, {}):
        with pytest.raises(ScenarioError):
            from_resolved(wrong)  # type: ignore[arg-type]
