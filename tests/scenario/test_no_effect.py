"""Keys that change nothing, because of something else: told of, and nothing but that key."""

from __future__ import annotations

import copy
import tomllib
from typing import Any

import pytest

from scenario.helpers import WHOLE, faults, warnings

TEXT = WHOLE.read_text(encoding="utf-8").replace('dates_csv = "whole.csv"', "")


def bent(changes: dict[str, Any]) -> dict[str, Any]:
    """The scenario with every key, with `a.b.c` put in its place; None takes a key out."""
    data = copy.deepcopy(tomllib.loads(TEXT))
    for path, value in changes.items():
        *tables, key = path.split(".")
        home: Any = data
        for part in tables:
            home = home[int(part)] if isinstance(home, list) else home.setdefault(part, {})
        if value is None:
            del home[key]
        else:
            home[key] = value
    return data


GIVEN = {"value": 0.1, "source": "guess"}
NO_ABSENCE = "tier.peer.incentive.stipend.absence_ratio"
CASES: list[tuple[dict[str, Any], str, str]] = [
    # sites
    ({"tier.peer.training.travel_hours": 1}, "tier.peer.training.travel_hours", "nobody comes from another site."),
    # courses and trainers
    ({"tier.peer.training.window_weeks": 3}, "tier.peer.training.window_weeks", "courses start when they are ready."),
    ({"tier.peer.training.courses_per_date": 3}, "tier.peer.training.courses_per_date", "when they are ready."),
    ({"tier.peer.priority": ["courses", "supervision"]}, "tier.peer.priority", "peer gives no courses."),
    ({"tier.peer.training_reserve_hours_per_week": 1}, "tier.peer.training_reserve_hours_per_week", "no courses."),
    ({"tier.peer.trains_probability": 0.5}, "tier.peer.trains_probability", "peer gives no courses."),
    # people
    ({"tier.peer.lag_weeks": 4}, "tier.peer.lag_weeks", "there are no vacancies without a target. Add target"),
    (
        {"tier.master.site.south.recruits_per_week": None, "tier.master.site.south.pool": 3},
        "tier.master.site.south.pool",
        "nobody is recruited after week 0.",
    ),
    ({"tier.peer.not_deployed": "stay"}, "tier.peer.not_deployed", "everybody is deployed."),
    (
        {"tier.peer.competence": None, "tier.peer.incentive.stipend.attendance_ratio": 1},
        "tier.mentor.promotion.min_competence",
        "[tier.peer.competence] is not given.",
    ),
    # reasons
    (
        {"tier.peer.events.illness.notice_weeks": 2},
        "tier.peer.events.illness.notice_weeks",
        "nobody leaves for this reason.",
    ),
    (
        {"tier.peer.events.rest.then": {"exit": 1.0}, NO_ABSENCE: 1},
        "tier.peer.events.rest.absence_weeks",
        "nobody is absent for this reason.",
    ),
    (
        {"tier.peer.events.decision.recurring": True},
        "tier.peer.events.decision.recurring",
        "whoever leaves cannot leave again",
    ),
    (
        {
            "tier.peer.events.dispersal.then": {"exit": {"value": 0.5, "source": "guess"}},
            "tier.peer.events.dispersal.recurring": True,
        },
        "tier.peer.events.dispersal.recurring",
        "a shock occurs once.",
    ),
    ({"tier.peer.events.job.then.hours_change": 0}, "tier.peer.events.job.then.hours_factor", "hours never change"),
    (
        {"tier.peer.events.job.then.hours_factor": 1},
        "tier.peer.events.job.then.hours_factor",
        "it leaves hours as they are.",
    ),
    (
        {"tier.master.absence": {"hold_weeks": 4}},
        "tier.master.absence.hold_weeks",
        "nobody of this tier is ever absent.",
    ),
    (
        {"tier.peer.events.rest.then": {"exit": 0, "absence": 0}, NO_ABSENCE: 1},
        "tier.peer.events.rest.then",
        "every probability is 0.",
    ),
    (
        {"tier.peer.events.job.time_to_event.table": [{"rate_per_year": 0}]},
        "tier.peer.events.job.time_to_event.table",
        "every rate is 0.",
    ),
    (
        {"tier.mentor.frailty_variance": {"value": 1, "source": "guess"}, "tier.mentor.events": {}},
        "tier.mentor.frailty_variance",
        "no reason of this tier responds to it.",
    ),
    # what happens in the tier
    (
        {"tier.mentor.site.north.initial": 0, "tier.mentor.initial_tenure_weeks": 5},
        "tier.mentor.initial_tenure_weeks",
        "nobody is there at week 0.",
    ),
    ({"tier.master.events": {}}, "tier.master.initial_tenure_weeks", "nothing depends on tenure."),
    ({"tier.master.caseload": 2}, "tier.master.caseload", "certified workers of master see no clients."),
    (
        {"tier.master.candidate_patience_weeks": {"value": 5, "source": "guess"}},
        "tier.master.candidate_patience_weeks",
        "master is not trained.",
    ),
    ({"tier.master.apprentice_caseload": 2}, "tier.master.apprentice_caseload", "master is not trained."),
    (
        {"tier.mentor.training.practice_min_sessions": 2},
        "tier.mentor.training.practice_min_sessions",
        "practice is simulated.",
    ),
    ({"tier.mentor.training.practice_cases": 2}, "tier.mentor.training.practice_cases", "practice is simulated."),
    ({"tier.peer.training.practice_weeks": 2}, "tier.peer.training.practice_weeks", "practice is with clients."),
    (
        {"tier.mentor.training.practice_weeks": 0, "tier.mentor.competence.certification_threshold": 0},
        "tier.mentor.training.apprentice_limit_weeks",
        "nobody practises before the certificate.",
    ),
    ({"tier.mentor.training.gather_weeks": 1}, "tier.mentor.training.gather_weeks", "courses start on their dates."),
    ({"tier.peer.supervision.lapse_stops": ["groups"]}, "tier.peer.supervision.lapse_stops", "peer leads no groups."),
    (
        {"tier.mentor.hazard_ratios": {"unsupervised": {"value": 2, "source": "guess"}}},
        "tier.mentor.hazard_ratios.unsupervised",
        "no reason of this tier responds to it.",
    ),
    (
        {"tier.mentor.frailty_variance": {"value": 2, "source": "guess"}},
        "tier.mentor.frailty_variance",
        "no reason of this tier responds to it.",
    ),
    (
        {"tier.mentor.incentive": {"club": {"leaving_ratio": {"value": 0.5, "source": "guess"}}}},
        "tier.mentor.incentive.club.leaving_ratio",
        "this tier has no reason to leave or to change hours that responds to it.",
    ),
    (
        {"tier.peer.supervision": {"required": False}, "tier.peer.competence.gain_per_session": GIVEN}
        | {"tier.peer.incentive.stipend.attendance_ratio": None, "tier.mentor.supervision.lapse_stops": None},
        "tier.peer.competence.gain_per_session",
        "nobody supervises peer, and only supervised sessions add.",
    ),
    # what acts on reasons
    (
        {"tier.master.hazard_ratios": {"unsupervised": {"value": 2, "source": "guess"}}},
        "tier.master.hazard_ratios.unsupervised",
        "[tier.master.supervision] is not given or not required.",
    ),
    (
        {"tier.master.hazard_ratios": {"missed_refresher": {"value": 2, "source": "guess"}}},
        "tier.master.hazard_ratios.missed_refresher",
        "[tier.master.refresher] is not",
    ),
    (
        {"tier.mentor.hazard_ratios": {"strain": {"value": 2, "source": "guess"}}},
        "tier.mentor.hazard_ratios.strain",
        "[tier.mentor.strain] is not",
    ),
    (
        {"tier.mentor.events": {}, "tier.mentor.hazard_ratios": {"clarity": {"value": 2, "source": "guess"}}},
        "tier.mentor.hazard_ratios.clarity",
        "no reason of this tier responds",
    ),
    ({"tier.peer.hazard_ratios.strain": None}, "tier.peer.strain", "strain acts through a hazard ratio only."),
    (
        {"tier.mentor.incentive": {"praise": {"from_week": 3}}},
        "tier.mentor.incentive.praise",
        "every ratio is 1, and it costs nothing.",
    ),
    (
        {"tier.mentor.incentive": {"praise": {"absence_ratio": {"value": 0.5, "source": "guess"}}}},
        "tier.mentor.incentive.praise.absence_ratio",
        "absence only",
    ),
    (
        {
            "tier.mentor.events": {},
            "tier.mentor.incentive": {"praise": {"leaving_ratio": {"value": 0.5, "source": "guess"}}},
        },
        "tier.mentor.incentive.praise.leaving_ratio",
        "no reason to leave",
    ),
    (
        {"tier.master.incentive": {"praise": {"attendance_ratio": {"value": 0.5, "source": "guess"}}}},
        "tier.master.incentive.praise.attendance_ratio",
        "attends no supervision",
    ),
    # competence
    (
        {
            "tier.peer.competence.refresher_gain": {"value": 0.2, "source": "guess"},
            "tier.peer.refresher": None,
            "tier.peer.hazard_ratios.missed_refresher": None,
            "tier.peer.costs.refresher_cost": 0,
        },
        "tier.peer.competence.refresher_gain",
        "peer has no [tier.peer.refresher].",
    ),
    (
        {"tier.peer.competence.idle_decay_after_weeks": 4},
        "tier.peer.competence.idle_decay_after_weeks",
        "nothing decays without half_life_weeks.",
    ),
    ({"tier.master.competence": None}, "tier.mentor.competence.dilution", "[tier.master.competence] is not given."),
    (
        {"tier.master.competence.certification_threshold": 0.5},
        "tier.master.competence.certification_threshold",
        "master is not trained.",
    ),
    (
        {"tier.master.competence.gain_per_session": {"value": 0.1, "source": "guess"}},
        "tier.master.competence.gain_per_session",
        "master sees no clients.",
    ),
    (
        {"tier.master.competence.noise_sd": {"value": 0.1, "source": "guess"}},
        "tier.master.competence.noise_sd",
        "master is not trained.",
    ),
    (
        {"tier.master.competence.half_life_weeks": {"value": 9, "source": "guess"}},
        "tier.master.competence.half_life_weeks",
        "nobody is ever unsupervised, absent or idle.",
    ),
    (
        {
            "tier.mentor.site.north.initial": 0,
            "tier.mentor.competence.initial_competence": {"value": 0.6, "source": "guess"},
        },
        "tier.mentor.competence.initial_competence",
        "nobody is there at week 0.",
    ),
    # organisation
    ({"tier.peer.lost_hours_per_week": {}}, "organisation.clarity", "no tier names it, and it leaves referrals alone."),
    (
        {"organisation.clarity.lift": 0.5},
        "organisation.clarity.lift",
        "there are no dates. Add at_weeks or every_weeks.",
    ),
    ({"organisation.clarity.at_weeks": [5]}, "organisation.clarity", "its trainings lift nothing."),
    # clients
    (
        {"clients.format.other": {"sessions": 3}},
        "clients.format.other",
        'no stream is seen in it. Add format = "other"',
    ),
    ({"clients.screening_hours": 0}, "clients.costs.screening_hour_cost", "screening takes no hours."),
    (
        {"tier.peer.languages": None, "tier.peer.also": {"German": 0.2}},
        "tier.peer.also",
        "everybody speaks every language.",
    ),
]


@pytest.mark.parametrize(("changes", "path", "words"), CASES, ids=[path for _, path, _ in CASES])
def test_it_is_told(changes: dict[str, Any], path: str, words: str) -> None:
    data = bent(changes)
    assert faults(data) == {}
    found = warnings(data)
    assert set(found) == {path}, found
    assert found[path].startswith("has no effect: ") and words in found[path]


def test_an_intake_that_comes_besides_the_vacancies() -> None:
    """R9.1: six are wanted, one is there, six come in week 2 and five to vacancies of week 0."""
    told = "tier.mentor.site.north.target"
    assert warnings(bent({"tier.mentor.site.north.intake": [{"week": 2, "count": 6}]})) == {
        told: "5 are missing at week 0 and get vacancies; the intake of week 2 comes too. "
        "Let the intake come at week 0, or leave it out."
    }
    assert told not in warnings(bent({"tier.mentor.site.north.intake": [{"week": 104, "count": 6}]}))


def test_without_sites_nothing_comes_from_elsewhere() -> None:
    data = bent({"sites": ["north"], "clients.stream.centre.site": "north"})
    for tier in data["tier"].values():
        del tier["site"]["south"]
    del data["organisation"]["readiness"]["site"]
    data["clients"]["stream"]["centre"]["language"] = "Farsi"
    found = warnings(data)
    assert {path: found[path] for path in found if "across" in path} == {
        f"tier.mentor.{what}.across_sites": "has no effect: there is one site only."
        for what in ("training", "supervision")
    }


def test_without_languages_there_is_nothing_to_interpret() -> None:
    data = bent({"clients.stream.town.languages": {}, "clients.stream.centre.language": None})
    said = "has no effect: no stream says what language its clients speak."
    assert warnings(data) == {
        "clients.interpreter_hours_factor": said,
        "clients.costs.interpreter_hour_cost": "has no effect: there are no interpreters.",
        "tier.mentor.languages": said,
        "tier.peer.languages": said,
    }


def test_without_rates_recognition_and_readiness_have_nothing_to_multiply() -> None:
    data = bent({})
    for stream in data["clients"]["stream"].values():
        stream.pop("referrals_per_week", None)
        stream["dates"] = list(range(3, 23))  # enough for everybody to practise on
    for tier in data["tier"].values():
        for site in tier["site"].values():
            site.pop("recruits_per_week", None)
    assert set(warnings(data)) == {
        "recognition.recruitment_factor",
        "recognition.referral_factor",
        "organisation.readiness.referral_ratio",
    }


def test_without_anything_to_review_there_is_no_review() -> None:
    data = bent({"organisation": {}})
    for tier in data["tier"].values():
        for key in ("competence", "strain", "hazard_ratios", "lost_hours_per_week", "incentive", "promotion"):
            tier.pop(key, None)
        tier.get("supervision", {}).pop("attendance_probability", None)
    assert warnings(data) == {
        "review_weeks": "has no effect: there is no state of the organisation, no strain and no competence."
    }
    assert "review_weeks" in warnings(bent({"review_weeks": 104}))
