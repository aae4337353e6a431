"""Defaults that depend on the rest of the scenario."""

from __future__ import annotations

from typing import Any

import pytest

from cascadesim import load
from cascadesim.scenario import defaults
from cascadesim.scenario.schema import State
from cascadesim.scenario.workforce import Reason, Tier, Training
from scenario.helpers import WHOLE, built, changed

CLOCK = {"dist": "exponential", "mean_weeks": 100}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, (1, 0, 0)),
        ({"absence_weeks": 3}, (0, 0, 1)),
        ({"then": {"exit": 0.4}}, (0.4, 0, 0)),
        ({"then": {"hours_factor": 0.5}}, (0, 1, 0)),
        ({"then": {"exit": 0.3, "hours_factor": 0.5}}, (0.3, 0.7, 0)),
        ({"then": {"exit": 0.3, "hours_factor": 0.5, "hours_change": 0.2}}, (0.3, 0.2, 0)),
        ({"absence_weeks": 3, "then": {"exit": 0.25}}, (0.25, 0, 0.75)),
        ({"absence_weeks": 3, "then": {"exit": 0.25, "absence": 0.5}}, (0.25, 0, 0.5)),
        (
            {"absence_weeks": 3, "then": {"exit": 0.1, "hours_factor": 2, "hours_change": 0.2, "absence": 0.3}},
            (0.1, 0.2, 0.3),
        ),
        ({"absence_weeks": 3, "then": {"exit": 1.0}}, (1, 0, 0)),
        ({"absence_weeks": 3, "then": {"exit": 0.9999999999999999}}, (0.9999999999999999, 0, 0)),
    ],
)
def test_consequences(given: dict[str, Any], expected: tuple[float, float, float]) -> None:
    assert defaults.consequences(Reason.model_validate({"time_to_event": CLOCK, **given})) == pytest.approx(expected)


def test_stages_take_over_what_they_leave_out() -> None:
    training = Training.model_validate(
        {
            "course_weeks": 2,
            "trainer_hours_per_week": 8,
            "max_cohort": 8,
            "at_weeks": [3],
            "stages": [{}, {"course_weeks": 1, "pass_probability": 0.5, "at_weeks": []}, {"max_cohort": 3}],
        }
    )
    first, second, third = defaults.stages(training)
    assert (first.course_weeks, first.max_cohort, first.at_weeks) == (2, 8, (3,))
    assert (second.course_weeks, second.pass_probability.value, second.at_weeks) == (1, 0.5, ())
    assert (third.course_weeks, third.max_cohort, third.trainer_hours_per_week) == (2, 3, 8)
    assert not any(stage.stages for stage in (first, second, third))
    assert [defaults.on_dates(stage) for stage in (first, second, third)] == [True, False, True]
    single = Training(max_cohort=4)
    assert defaults.stages(single) == (single,)


@pytest.mark.parametrize(
    ("at_weeks", "every_weeks", "expected"),
    [
        ((), None, ()),
        ((8, 3), None, (3, 8)),
        ((), 4, (4, 8)),
        ((), 12, ()),
        ((1, 8, 30), 4, (1, 4, 8, 30)),
        ((), 2.5, (2.5, 5, 7.5, 10, 11.5)[:4]),
    ],
)
def test_course_dates(at_weeks: tuple[float, ...], every_weeks: float | None, expected: tuple[float, ...]) -> None:
    """Of a horizon of 12 weeks: the date at 12 is none any more."""
    training = Training(at_weeks=at_weeks, every_weeks=every_weeks)
    assert defaults.calendar_dates(training, 12) == expected


def test_dates_do_not_gather_rounding() -> None:
    dates = defaults.calendar_dates(Training(every_weeks=0.1), 100)
    assert dates[-1] == 999 * 0.1 and len(dates) == 999


@pytest.mark.parametrize(
    ("changes", "more"),
    [
        ({}, set()),
        ({"tier__peer__training__selection_probability": 0.9}, {"not_selected"}),
        ({"tier__peer__deployment_probability": 0.9}, {"not_deployed"}),
        ({"tier__peer__deployment_probability": 0.9, "tier__peer__not_deployed": "stay"}, set()),
        ({"tier__mentor__promotion": {}, "tier__mentor__target": 9}, {"promoted"}),
        ({"tier__master__promotion": {}, "tier__master__target": 9}, set()),
        ({"tier__peer__events__ill": {"time_to_event": CLOCK, "absence_weeks": 3}}, set()),
        ({"tier__peer__events__ill": {"time_to_event": CLOCK, "absence_weeks": 3, "then": {"exit": 0.1}}}, {"ill"}),
    ],
)
def test_exit_names(changes: dict[str, Any], more: set[str]) -> None:
    usual = {"decision", "moving", "failed_training", "gave_up_waiting", "not_certified"}
    assert defaults.exit_names(built(changed(**changes)), 2) == tuple(sorted(usual | more))


def test_a_threshold_can_keep_from_the_certificate() -> None:
    changes = {"tier__mentor__training__practice_weeks": 0}
    assert "not_certified" not in defaults.exit_names(built(changed(**changes)), 1)
    changes["tier__mentor__competence"] = {"course_level": 0.5, "certification_threshold": 0.6, "noise_sd": 0.1}
    assert "not_certified" in defaults.exit_names(built(changed(**changes)), 1)


def test_staff_is_that_of_the_sites_or_of_the_nameless_one() -> None:
    tier = Tier.model_validate({"hours_per_week": 8, "initial": 3})
    assert {site: staff.initial for site, staff in defaults.staff(tier).items()} == {"": 3}
    whole = load(WHOLE)
    assert {site: staff.initial for site, staff in defaults.staff(whole.tier["master"]).items()} == {
        "north": 3,
        "south": 1,
    }
    assert defaults.sites(whole) == ("north", "south")
    assert defaults.sites(built(changed())) == ("",)


def test_a_state_is_different_at_a_site() -> None:
    state = State.model_validate({"initial": 0.5, "lift": 0.4, "at_weeks": [9], "site": {"north": {"initial": 0.1}}})
    there = defaults.state_at(state, "north")
    assert (there.initial.value, there.lift.value, there.at_weeks) == (0.1, 0.4, (9,))
    assert defaults.state_at(state, "south") is state


def test_formats_leave_nothing_out() -> None:
    clients = load(WHOLE).clients
    assert clients is not None
    found = defaults.formats(clients)
    assert list(found) == ["individual", "group"]
    assert (found["individual"].sessions, found["individual"].group_max, found["group"].sessions) == (5, 1, 6)
    pair = clients.format["group"].model_copy(update={"group_min": None})
    bare = clients.model_copy(update={"format": {"pair": pair}})
    assert defaults.formats(bare)["pair"].group_min == 8
    assert set(defaults.formats_used(clients)) == {"individual", "group"}
