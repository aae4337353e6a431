"""Plans that can never work, or only with luck, and what earns a warning: each with its words and its limits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cascadesim.scenario.load import load
from scenario.helpers import built, changed, faults, warnings

SOURCED = {"value": 0.5, "source": "guess"}


GROUPS = {
    "clients__format": {"group": {"group_max": 6}},
    "clients__stream__town__format": "group",
    "clients__stream__Ärzte__format": "group",
    "clients__stream__school__referrals_per_week": {"value": 2.0, "low": 1.0, "high": 3.0, "source": "guess"},
}
"""Clients of the school are seen one at a time, all others in groups."""


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        (
            {"tier__master__initial": 0},
            "tier.master",
            "master can never have a member: nobody comes within the horizon",
        ),
        (
            {
                "tier__peer__intake": [{"week": 104, "count": 3}],
                "tier__peer__recruits_per_week": [{"from_week": 104, "rate": 1}],
            },
            "tier.peer",
            "Give initial, intake, recruits_per_week or target.",
        ),
        (
            {"tier__master__initial": 1},
            "tier.mentor.training.trainers_per_course",
            "got 2, but master has at most 1 person at once.",
        ),
        (
            {"tier__mentor__training__min_cohort": 7},
            "tier.mentor.training.min_cohort",
            "mentor has 6 recruits for the course",
        ),
        (
            {"tier__mentor__training__at_weeks": [1], "tier__mentor__training__window_weeks": 1},
            "tier.mentor.training.at_weeks",
            "every date passes before trainees and trainers are there: week 2 at the earliest.",
        ),
        (
            {"tier__mentor__training__trainer_hours_per_week": 21.01},
            "tier.mentor.training.trainer_hours_per_week",
            "a course for mentor takes 21.01 h + 6 h / 2 = 24.02 h of each trainer's week; master has at most 20 h.",
        ),
        (
            {"tier__peer__training__trainer_hours_per_week": 17.7},
            "tier.peer.training.trainer_hours_per_week",
            "takes 17.7 h of each trainer's week; mentor has at most 16 h x (1 + 0.1 overtime) = 17.6 h.",
        ),
        (
            {"tier__peer__supervision__meeting_hours": 17.5},
            "tier.peer.supervision.meeting_hours",
            "one group of peer takes 17.5 h of the supervisor's week, and an apprentice in it 0.25 h more; mentor has",
        ),
        (
            {"tier__peer__supervision__meeting_hours": 13},
            "tier.peer.hours_per_week",
            "being supervised takes 13 h of a week; peer has at most 12 h.",
        ),
        (
            {"tier__peer__supervision__meeting_hours": 10.5},
            "tier.peer.hours_per_week",
            "one client takes 2 h a week beside 10.5 h of being supervised; peer has at most 12 h.",
        ),
        ({"clients__session_hours": 12}, "tier.peer.hours_per_week", "one client takes 12.5 h a week beside 2 h"),
        (
            {"tier__mentor__training__pass_probability": 0},
            "tier.mentor.training.pass_probability",
            "nobody can ever pass.",
        ),
        (
            {"tier__mentor__training__practice_weeks": 53},
            "tier.mentor.training.apprentice_limit_weeks",
            "practice takes at least 53 weeks, and whoever is not certified within 52 leaves. At least 53.",
        ),
        (
            {"clients__interval_weeks": 5, "tier__peer__training__practice_cases": 3},
            "tier.peer.training.apprentice_limit_weeks",
            "practice takes at least 40 weeks, and whoever is not certified within 39",
        ),
        (
            {"clients__stream": {"town": {"referrals_per_week": 0}}},
            "clients.stream",
            "and peer must practise with clients.",
        ),
        ({"clients__start_probability": 0}, "clients.start_probability", "no client ever starts, and peer must"),
        ({"clients__eligibility_probability": 0}, "clients.eligibility_probability", "no client is ever eligible, and"),
        (
            {"clients__stream": {"town": {"dates": [104, 200]}}},
            "clients.stream",
            "no client is ever referred within the horizon, and peer must practise",
        ),
        (
            {"tier__mentor__training__at_weeks": None, "tier__mentor__training__every_weeks": 104},
            "tier.mentor.training.every_weeks",
            "no date lies before the horizon of 104 weeks.",
        ),
        (
            {"tier__mentor__training__stages": [{"at_weeks": [3]}, {"at_weeks": [2]}]},
            "tier.mentor.training.stages.1.at_weeks",
            "every date passes before trainees and trainers are there: week 5 at the earliest.",
        ),
        (
            {"tier__peer__other_duties_hours_per_week": 10.5},
            "tier.peer.hours_per_week",
            "being supervised takes 2 h of a week, besides 10.5 h of other duties; peer has at most 12 h.",
        ),
        (
            {"tier__peer__refresher": {"every_weeks": 20, "course_weeks": 1, "max_cohort": 3}},
            "tier.peer.refresher.trainer_hours_per_week",
            "is missing.",
        ),
        ({"clients__no_show_probability": 1}, "clients.no_show_probability", "no client ever comes to a session, and"),
    ],
)
def test_what_can_never_work_is_refused(changes: dict[str, Any], path: str, words: str) -> None:
    if "apprentice_limit_weeks" in path and "clients__interval_weeks" in changes:
        changes = changes | {"tier__peer__training__apprentice_limit_weeks": 39}
    found = faults(changed(**changes))
    assert path in found, found
    assert words in found[path]


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        (
            {"tier__peer__training__trainer_hours_per_week": 17},
            "tier.peer.training.trainer_hours_per_week",
            "takes 17 h of each trainer's week, besides 0.75 h of being supervised; mentor has on average 16 h x (1",
        ),
        (
            {"tier__mentor__hours_per_week": {"dist": "exponential", "mean": 7}},
            "tier.peer.training.trainer_hours_per_week",
            "mentor has on average 7 h",
        ),
        (
            {"clients__session_hours": 7.5},
            "tier.peer.hours_per_week",
            "one client takes 8 h a week beside 2 h of being",
        ),
        (
            {"tier__peer__intake": [{"week": 102, "count": 9}], "tier__peer__recruits_per_week": None},
            "tier.peer",
            "nobody of peer can be certified before week 107; the horizon is 104.",
        ),
        (
            {"tier__peer__events__contract": {"time_to_event": {"dist": "date", "week": 200}}},
            "tier.peer.events.contract.time_to_event.week",
            "week 200 lies past the horizon of 104 weeks: it never happens.",
        ),
        ({"tier__mentor__intake__1__week": 104}, "tier.mentor.intake.1.week", "week 104 lies past the horizon"),
        (
            {
                "tier__peer__events__wave": {
                    "time_to_event": {"dist": "shock", "week": 104, "share": 0.1, "source": "guess"}
                }
            },
            "tier.peer.events.wave.time_to_event.week",
            "week 104 lies past the horizon",
        ),
        (
            {"tier__peer__incentive": {"stipend": {"from_week": 110, "week_cost": 20}}},
            "tier.peer.incentive.stipend.from_week",
            "week 110 lies past the horizon",
        ),
        (
            GROUPS
            | {"clients__stream__school__referrals_per_week": {"value": 0.2, "low": 0, "high": 1, "source": "guess"}},
            "tier.peer.training.practice",
            "peer: 49 recruits need 2 practice cases apiece, and about 21 clients are referred to be seen one at a "
            "time. Refer more to care one at a time, or write practice",
        ),
        (
            {
                **GROUPS,
                "tier__peer__languages": {"Farsi": 0.9, "Dari": 0.1},
                "clients__stream__town__language": "Dari",
                "clients__stream__Ärzte__language": "Dari",
                "clients__stream__school__language": "Farsi",
            },
            "tier.peer.training.practice",
            "peer: all clients who speak Dari are seen in groups, which are no practice cases.",
        ),
        (
            {
                "clients__interpreter_hours_factor": 1.5,
                "tier__peer__languages": {"Farsi": 1},
                "clients__stream__town__language": "Fasri",
            },
            "clients.stream.town.language",
            "nobody who sees these clients can speak Fasri: every session needs an interpreter. Did you mean Farsi?",
        ),
        (
            {"clients__stream__town__dates": [3, 104, 200]},
            "clients.stream.town.dates",
            "2 of 3 dates, from week 104 on, lie past the horizon of 104 weeks: they never happen.",
        ),
        (
            {"clients__population_in_need": 100},
            "clients.population_in_need",
            "clients may start care: reach is 1. Count everybody",
        ),
        (
            {"organisation": {"clarity": {"at_weeks": [200], "lift": 0.5, "referral_ratio": SOURCED}}},
            "organisation.clarity.at_weeks.0",
            "week 200 lies past the horizon",
        ),
        (
            {"tier__peer__competence": {"course_level": SOURCED, "certification_threshold": 0.6}},
            "tier.peer.competence.certification_threshold",
            "got 0.6, above course_level = 0.5, and nothing raises competence: nobody of peer can be certified.",
        ),
        (
            {"tier__mentor__other_duties_hours_per_week": 9},
            "tier.peer.training.trainer_hours_per_week",
            "besides 9 h of other duties and 0.75 h of being supervised; mentor has on average 16 h x (1",
        ),
        (
            {"tier__peer__events__moving__then": {"hours_factor": {"value": 50, "source": "guess"}}},
            "tier.peer.events.moving.then.hours_factor",
            "makes hours 50 times as many. 50 % is 0.5.",
        ),
        (
            {"tier__peer__hazard_ratios": {"unsupervised": 2}},
            "tier.peer.hazard_ratios.unsupervised",
            "names no source.",
        ),
        ({"tier__mentor__training__at_weeks": [3, 31, 200]}, "tier.mentor.training.at_weeks.2", "it never happens."),
        (
            {"clients__stream__Ärzte__referrals_per_week__1__from_week": 200},
            "clients.stream.Ärzte.referrals_per_week.1.from_week",
            "never",
        ),
        ({"clients__no_show_probability": {"value": 0.1}}, "clients.no_show_probability", "names no source."),
        ({"clients__patience_weeks": 3}, "clients.patience_weeks", "names no source."),
        (
            {"tier__peer__events__moving__time_to_event": {"dist": "exponential", "mean_weeks": 90}},
            "tier.peer.events.moving.time_to_event",
            "source",
        ),
        (
            {"clients__stream__town__referrals_per_week": 2},
            "clients.stream.town.referrals_per_week",
            "names no source.",
        ),
        (
            {"clients__no_show_probability": {"value": 0.1, "low": 0, "high": 1, "source": "guess"}},
            "clients.no_show_probability",
            "the range 0 to 1 is too wide to say much.",
        ),
    ],
)
def test_what_needs_luck_or_a_source_is_warned_of(changes: dict[str, Any], path: str, words: str) -> None:
    data = changed(**changes)
    assert faults(data) == {}
    found = warnings(data)
    assert set(found) == {path}
    assert words in found[path]


@pytest.mark.parametrize(
    "changes",
    [
        {"tier__peer__events__contract": {"time_to_event": {"dist": "date", "week": 90}, "notice_weeks": 4}},
        {"clients__start_probability": 1, "clients__no_show_probability": 0},
        {"tier__peer__hours_per_week": 8},
        {"tier__peer__intake": [{"week": 8, "count": 10}] * 3},
        {"clients__interval_weeks": {"value": 1, "low": 0.9, "high": 1.5, "source": "guess"}},
    ],
)
def test_choices_and_switches_earn_no_warning(changes: dict[str, Any]) -> None:
    assert built(changed(**changes)).warnings == ()


@pytest.mark.parametrize(
    "changes",
    [
        # Vacancies and promotions bring people whose number nobody knows beforehand.
        {"tier__mentor__intake": None, "tier__mentor__target": 3},
        {"tier__mentor__intake": None, "tier__mentor__target": 3, "tier__mentor__promotion": {}},
        {"tier__mentor__training__stages": [{"at_weeks": [3]}, {"at_weeks": [5, 50]}]},
        {"tier__mentor__training__stages": [{}, {"course_weeks": 1}]},
        {"tier__mentor__training__every_weeks": 26},
    ],
)
def test_who_and_when_is_counted_with_everything(changes: dict[str, Any]) -> None:
    assert built(changed(**changes)).warnings == ()


def test_a_pool_that_runs_dry_limits_the_cohort() -> None:
    changes = {"tier__mentor__pool": 2, "tier__mentor__training__min_cohort": 3}
    assert "mentor has 2 recruits for the course" in faults(changed(**changes))["tier.mentor.training.min_cohort"]
    assert faults(changed(tier__mentor__pool=3, tier__mentor__training__min_cohort=3)) == {}


@pytest.mark.parametrize(
    ("people", "most"),
    [
        ({"target": 3}, 3),
        ({"target": 2, "initial": 3}, 3),
        ({"target": 2, "intake": [{"week": 5, "count": 1}]}, 3),
        ({"initial": 3}, 3),
    ],
)
def test_a_course_needs_its_trainers_at_one_time(people: dict[str, Any], most: int) -> None:
    """Many may come in the end: vacancies bring no more at one time than the target."""
    gone = dict.fromkeys(("initial", "intake", "recruits_per_week", "target"))
    mentors = {f"tier__mentor__{key}": value for key, value in (gone | people).items()}
    mentors |= {"tier__mentor__training__min_cohort": 1}
    key = "tier.peer.training.trainers_per_course"
    assert key not in faults(changed(**mentors, tier__peer__training__trainers_per_course=most))
    found = faults(changed(**mentors, tier__peer__training__trainers_per_course=most + 1))
    assert f"got {most + 1}, but mentor has at most {most} people at once." in found[key]


def _of_two_sites(**changes: Any) -> dict[str, Any]:
    """Mentors are at home in the north alone; 20 h a week at most, 22 with overtime."""
    gone = dict.fromkeys(("initial", "intake", "recruits_per_week"))
    return changed(
        sites=["north", "south"],
        **{f"tier__{name}__{key}": None for name in ("master", "mentor", "peer") for key in gone},
        tier__master__site={"north": {"initial": 2}},
        tier__mentor__site={"north": {"intake": [{"week": 2, "count": 6}]}},
        tier__peer__site={name: {"intake": [{"week": 8, "count": 10}]} for name in ("north", "south")},
        clients__stream={"town": {"referrals_per_week": 2, "site": "north"}},
        **changes,
    )


@pytest.mark.parametrize("duty", ["training", "supervision"])
def test_the_way_to_another_site_counts(duty: str) -> None:
    """It is the way to the south that does not fit; with the north alone the plan may work, so it is not refused."""
    across = {f"tier__peer__{duty}__across_sites": True}
    other = {"training": "supervision", "supervision": "training"}[duty]
    across[f"tier__peer__{other}__across_sites"] = True
    assert not {key for key in warnings(_of_two_sites(**across)) if key.startswith(f"tier.peer.{duty}")}
    far = _of_two_sites(**across, **{f"tier__peer__{duty}__travel_hours": 60.0})
    assert faults(far) == faults(_of_two_sites(**across))
    (said,) = (text for key, text in warnings(far).items() if key.startswith(f"tier.peer.{duty}"))
    assert "peer at south takes" in said
    assert "60 h of travel" in said


def test_nobody_can_be_promoted_in_time() -> None:
    key, gone = "tier.mentor.promotion.min_tenure_weeks", {"tier__mentor__intake": None, "tier__mentor__target": 3}
    late = warnings(changed(**gone, tier__mentor__promotion={"min_tenure_weeks": 100}))
    assert "nobody of peer can be promoted to mentor before week 1" in late[key]
    assert key not in warnings(changed(**gone, tier__mentor__promotion={"min_tenure_weeks": 20}))


@pytest.mark.parametrize(("hours", "prepared", "told"), [(7, 6.0, True), (7, 5.5, False), (16, 6.0, False)])
def test_the_promoted_bring_their_own_hours(hours: float, prepared: float, told: bool) -> None:
    """A course takes 8 h of a mentor's week, a group 2 h and what is prepared; a peer who moves up has 7.7 h."""
    moves = {"tier__mentor__target": 3, "tier__mentor__promotion": {"min_tenure_weeks": 20}}
    moves |= {"tier__peer__hours_per_week": hours, "tier__peer__supervision__preparation_hours": prepared}
    said = warnings(changed(**moves)).get("tier.mentor.promotion", "")
    assert said == told * (
        "whoever is promoted keeps the hours of peer, at most 7 h x (1 + 0.1 overtime) = 7.7 h, and can do nothing "
        "here: a course for peer takes 8 h of a week and one group of peer takes (2 h + 6 h) / 1 = 8 h of a week. "
        "Recruit mentor from outside, or raise tier.peer.hours_per_week."
    )


def test_fits_are_exact() -> None:
    """A course that takes the whole week fits, one minute more does not (R2.4)."""
    data = changed(tier__mentor__training__preparation_hours=0, tier__mentor__training__trainer_hours_per_week=20)
    assert built(data).warnings == ()
    assert faults(changed(tier__mentor__training__trainer_hours_per_week=17 + 1 / 60)) != {}
    assert faults(changed(tier__mentor__training__trainer_hours_per_week=17)) == {}


def test_clients_are_not_seen_in_overtime() -> None:
    """Supervision may take a peer's overtime, a client may not: 2 h + 2 h of 3 h with half as much again (R2.4)."""
    assert set(faults(changed(tier__peer__hours_per_week=3, tier__peer__overtime_fraction=0.5))) == {
        "tier.peer.hours_per_week"
    }
    assert faults(changed(tier__peer__hours_per_week=4)) == {}


def test_a_certificate_on_the_last_day_is_in_time() -> None:
    assert faults(changed(tier__mentor__training__practice_weeks=52)) == {}


def test_a_window_that_is_still_open_when_everybody_is_there_will_do() -> None:
    late = {"tier__mentor__training__at_weeks": [1], "tier__mentor__training__window_weeks": 1.5}
    assert warnings(changed(**late)) == faults(changed(**late)) == {}


def test_a_course_waits_for_trainers_who_are_still_being_trained() -> None:
    """No mentor before week 3 + 2 + 2; a peers' course that could only be in week 5 or 6 never is."""
    changes = {"tier__mentor__initial": 0, "tier__peer__training__gather_weeks": None}
    changes["tier__peer__intake"] = [{"week": 1, "count": 9}]
    for week, found in ((5, {"tier.peer.training.at_weeks"}), (6.1, set())):
        assert set(faults(changed(**changes, tier__peer__training__at_weeks=[week]))) == found


def test_recruits_after_the_horizon_make_no_cohort() -> None:
    data = changed(tier__peer__intake=[{"week": 8, "count": 3}, {"week": 104, "count": 3}])
    del data["tier"]["peer"]["recruits_per_week"]
    assert set(faults(data)) == {"tier.peer.training.min_cohort"}
    assert set(warnings(data)) == {"tier.peer.intake.1.week"}


def test_a_number_that_was_probably_meant_in_another_unit(tmp_path: Path) -> None:
    """20 for 20 % a year, 90 for ninety minutes: possible, so a warning; half an hour more or less is none."""
    text = """
schema = 1
horizon_weeks = 52
cascade = ["team"]
[tier.team]
initial = 2
hours_per_week = 100
events.moves.time_to_event = { dist = "exponential", rate_per_year = { value = RATE, source = "guess" } }
[clients]
sessions = 5
session_hours = HOURS
stream.all.referrals_per_week = { value = 1, source = "guess" }
[sources.guess]
kind = "assumption"
citation = "A guess."
"""
    file = tmp_path / "units.toml"
    file.write_text(text.replace("RATE", "20").replace("HOURS", "90"), encoding="utf-8")
    said = [f"{warning.message} {warning.hint}" for warning in load(file).warnings]
    assert said == [
        "at 20 a year people stay 2.6 weeks on average. 20 % a year is 0.2.",
        "90 hours at one time. 90 minutes are 1.5 hours.",
    ]
    file.write_text(text.replace("RATE", "0.2").replace("HOURS", "2"), encoding="utf-8")
    assert load(file).warnings == ()


@pytest.mark.parametrize(
    ("key", "table"),
    [
        ("hazard_ratios", {"unsupervised": {"value": 60, "source": "guess"}}),
        ("incentive", {"stipend": {"leaving_ratio": {"value": 60, "source": "guess"}}}),
    ],
)
def test_a_ratio_that_was_probably_meant_as_per_cent(key: str, table: dict[str, Any]) -> None:
    (said,) = warnings(changed(**{f"tier__peer__{key}": table})).values()
    assert said == "multiplies by 60: 1 changes nothing. 60 % is 0.6."


@pytest.mark.parametrize(("every", "window", "told"), [(13, 20, True), (13, 13, True), (13, 4, False)])
def test_windows_that_leave_no_time_between_dates(every: float, window: float, told: bool) -> None:
    training = {"tier__peer__training__every_weeks": every, "tier__peer__training__window_weeks": window}
    said = warnings(changed(**training)).get("tier.peer.training.window_weeks", "")
    assert said.startswith(f"got {window:g}, not less than every_weeks = 13: from the first date on") == told


def test_with_enough_clients_one_at_a_time_groups_are_no_obstacle() -> None:
    assert "tier.peer.training.practice" not in warnings(changed(**GROUPS))
