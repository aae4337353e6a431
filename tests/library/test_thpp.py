"""THPP, Rawalpindi: 43 of 45 certified, 34 kept at 36 months, competence not falling. Both figures were fitted.

Sampling error of the published figures (n = 45): 1.4 people of the 43, 2.9 of the 34 (one SD). R = 200 replications.
"""

from __future__ import annotations

import math

from known_answers.judge import Verdict, mean, variance

from library.shelf import runs, shipped

RUNS = 200
YEARS = 154 / 52  # from the end of the course in week 2 to week 156
CERTIFIED, KEPT = "tier.peer.certified", "tier.peer.active_at_week_156"
EVERYBODY_PASSES = {"tier.peer.training.pass_probability.high": 1.0, "tier.peer.training.pass_probability.value": 1.0}
FROM_RECRUITMENT = {
    "tier.peer.events.left.time_to_event.rate_per_year": 0.093,
    "tier.peer.events.left.from": "recruitment",
}


def _kept(expected: float, **changes: object) -> Verdict:
    [kept] = runs(shipped("thpp-rawalpindi").with_(**changes), RUNS, KEPT)
    return mean("kept at week 156", kept, expected)


def test_43_of_45_are_certified_and_as_variable_as_45_people_are() -> None:
    [certified] = runs(shipped("thpp-rawalpindi"), RUNS, CERTIFIED)
    told = mean("certified", certified, 43)
    assert told.agrees, told
    assert told.smallest_shift < 0.8
    p, q = 43 / 45, 2 / 45
    spread = variance("its variance", certified, 45 * p * q, (1 - 6 * p * q) / (45 * p * q))
    assert spread.agrees, spread
    assert spread.sees(1.2)


def test_43_is_not_certified_where_everybody_passes() -> None:
    [certified] = runs(shipped("thpp-rawalpindi").with_(**EVERYBODY_PASSES), 2, CERTIFIED)
    assert set(certified) == {45.0}


def test_34_are_kept_and_as_variable_as_45_people_are() -> None:
    [kept] = runs(shipped("thpp-rawalpindi"), RUNS, KEPT)
    told = mean("kept at week 156", kept, 34)
    assert told.agrees, told
    assert told.smallest_shift < 1.5
    p = 43 / 45 * math.exp(-0.078 * YEARS)
    spread = variance("its variance", kept, 45 * p * (1 - p), (1 - 6 * p * (1 - p)) / (45 * p * (1 - p)))
    assert spread.agrees, spread
    assert spread.sees(0.75)


def test_34_are_not_kept_where_nobody_leaves() -> None:
    assert not _kept(34, **{"tier.peer.events.left": None}).agrees


def test_34_are_kept_with_the_rate_from_recruitment_if_everybody_passes() -> None:
    told = _kept(34, **FROM_RECRUITMENT, **EVERYBODY_PASSES)
    assert told.agrees, told


def test_two_are_lost_twice_with_the_rate_from_recruitment_and_the_pass_probability() -> None:
    """Their product gives 32.5, and the judge tells it from 34."""
    assert _kept(45 * 43 / 45 * math.exp(-0.093 * 3), **FROM_RECRUITMENT).agrees
    assert not _kept(34, **FROM_RECRUITMENT).agrees


def test_competence_does_not_fall_under_supervision_and_falls_without() -> None:
    """R = 100: who leaves is not the less able, so the change has the mean 0 and an SD of about 0.004; sees 0.003."""
    scenario = shipped("thpp-rawalpindi")
    kpis = ("tier.peer.competence_after_course_mean", "tier.peer.competence_mean_at_week_156")
    for case, agrees in ((scenario, True), (scenario.variant("supervision ends after a year"), False)):
        before, after = runs(case, 100, *kpis)
        told = mean("change in competence", [b - a for a, b in zip(before, after, strict=True)], 0.0)
        assert told.agrees == agrees, told
        assert told.found > -0.005 if agrees else told.found < -0.1
        assert told.smallest_shift < 0.005 or not agrees
