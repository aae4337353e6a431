"""Nairobi's funnel (1,393 screened, 518 above the cut-off, 421 eligible) and Swiss attendance (3.94, SD 1.97, of 5)."""

from __future__ import annotations

import math

import pytest
from known_answers.judge import mean, normal, variance

from library.shelf import runs, shipped

# --- Nairobi: all fitted ---------------------------------------------------------------------------------------------
# Sampling error of the published figures (Poisson, one SD): 37 of 1,393, 23 of 518, 21 of 421. R = 60 replications.

FUNNEL = 60
OUT, ABOVE, ELIGIBLE = "clients.screened_out", "clients.referred", "clients.started"


def test_nairobi_screens_1393_finds_518_and_offers_421() -> None:
    """Each is Poisson, as a stream thinned by chance is."""
    out, above, eligible = runs(shipped("nairobi-funnel"), FUNNEL, OUT, ABOVE, ELIGIBLE)
    screened = [one + other for one, other in zip(out, above, strict=True)]
    for values, published in ((screened, 1393), (above, 518), (eligible, 421)):
        told = mean("women", values, published)
        assert told.agrees, told
        assert told.sees(0.05)
        spread = variance("their variance", values, published, 1 / published)
        assert spread.agrees, spread


@pytest.mark.parametrize(("gate", "measure", "published"), [("eligibility", ABOVE, 518), ("start", ELIGIBLE, 421)])
def test_nairobi_without_a_gate_lets_too_many_in(gate: str, measure: str, published: int) -> None:
    key = f"clients.{gate}_probability"
    open_gate = shipped("nairobi-funnel").with_(published=None, **{f"{key}.high": 1.0, f"{key}.value": 1.0})
    [values] = runs(open_gate, 20, measure)
    assert not mean("women", values, published).agrees


# --- Switzerland: mean and SD fitted, completion predicted -----------------------------------------------------------
# Sampling error of the published mean (n = 31): 0.35 sessions. R = 300 replications of 31 people.

PEOPLE, ATTENDANCE = 31, 300
MEAN, SD = "clients.sessions_mean", "clients.sessions_sd"


def test_swiss_mean_and_sd_come_out() -> None:
    means, deviations = runs(shipped("swiss-attendance"), ATTENDANCE, MEAN, SD)
    for told in (
        mean("sessions attended", means, 3.94),
        mean("its variance over 31 people", [sd * sd for sd in deviations], 1.97**2),
    ):
        assert told.agrees, told
        assert told.sees(0.11)


def test_swiss_mean_of_31_varies_as_31_people_do() -> None:
    [means] = runs(shipped("swiss-attendance"), ATTENDANCE, MEAN)
    told = variance("of the mean of 31", means, 1.97**2 / PEOPLE, 0.0)
    assert told.agrees, told
    assert told.sees(0.6)


def test_swiss_one_chance_for_all_gives_the_mean_and_not_the_sd() -> None:
    """SD 1.70 beside 1.97: never starting is not dropping out."""
    means, deviations = runs(shipped("swiss-attendance").variant("one chance for all"), ATTENDANCE, MEAN, SD)
    assert mean("sessions attended", means, 3.94).agrees
    assert not mean("its variance", [sd * sd for sd in deviations], 1.97**2).agrees


def test_swiss_completion_is_predicted() -> None:
    """Beside a meta-analysis: 19.1 % (14.7 to 24.6) do not complete, of 31 people 5.9 (SE 0.78); sees 5 people."""
    [completed] = runs(shipped("swiss-attendance"), ATTENDANCE, "clients.completed")
    lost = PEOPLE - math.fsum(completed) / ATTENDANCE
    told = normal("not completing", lost, 0.191 * PEOPLE, (0.246 - 0.147) / (2 * 1.96) * PEOPLE)
    assert told.agrees, told
    assert told.smallest_shift < 5.5
    assert 0.147 < lost / PEOPLE < 0.246
