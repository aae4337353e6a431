"""Exits under multipliers: ratios that come and go, frailty, life tables, shocks, against their survival curves.

Persons are independent given the dates. Exits are rounded up to a minute: 5e-5 weeks.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from known_answers.judge import known, share, uniform
from known_answers.spans import Span, leaving, refuted, spans

CHANGES = ((0, 1.0), (8, 2.5), (20, 1.0), (34, 2.5), (math.inf, 1.0))
CLOCK = "tier.peer.life.leave.clock={ dist = \"weibull\", shape = %s, mean_weeks = 60 }"


def under_ratios(shape: float, ratio: float) -> Callable[[float], float]:
    """exp(-sum of multiplier x ((b / s)^k - (a / s)^k)): a proportional hazard, piece by piece (R5.4)."""
    scale = 60 / math.gamma(1 + 1 / shape)

    def survival(weeks: float) -> float:
        total = 0.0
        for (begins, multiplier), (ends, _) in zip(CHANGES, CHANGES[1:], strict=False):
            a, b = (min(weeks, each) / scale for each in (begins, ends))
            total += (multiplier if multiplier == 1 else ratio) * (b**shape - a**shape)
        return math.exp(-total)

    return survival


@pytest.mark.parametrize("shape", [0.6, 1.0, 2.0])
def test_a_ratio_that_comes_and_goes(shape: float) -> None:
    """Unsupervised in the weeks 8 to 20 and from 34 on. Sees 4 of a hundred staying, and a shift of 0.06 of exits."""
    people = spans(known("hazards", CLOCK % shape), "peer")
    found = leaving(people, under_ratios(shape, 2.5))
    assert not refuted(found)
    assert found[0].smallest_shift < 0.05 and found[1].smallest_shift < 0.06
    assert refuted(leaving(people, under_ratios(shape, 2.0)))
    assert refuted(leaving(people, under_ratios(1.3 * shape, 2.5)))


def test_an_external_reason_ignores_it() -> None:
    """R5.3."""
    people = spans(known("hazards", "tier.peer.life.leave.external=true"), "peer")
    assert not refuted(leaving(people, under_ratios(1.0, 1.0)))


# --- careers without supervision --------------------------------------------------------------------------------------


def volunteers(*sets: str, seeds: int = 1) -> list[Span]:
    return spans(known("careers", *sets), "volunteer", range(seeds))


def frail(variance: float, weeks: float, tenure: float = 0.0) -> float:
    """(1 + v H)^(-1/v) with H = t / 60, given a tenure: Vaupel, Manton and Stallard (1979), Demography 16:439-454."""
    at = [(1 + variance * each / 60) ** (-1 / variance) for each in (tenure + weeks, tenure)]
    return at[0] / at[1]


@pytest.mark.parametrize("variance", [0.3, 1.0, 3.0])
def test_frailty(variance: float) -> None:
    """Sees 4 of a hundred staying, and a shift of 0.06 of exits."""
    people = volunteers(f"tier.volunteer.frailty_variance={variance}")
    found = leaving(people, lambda weeks: frail(variance, weeks))
    assert not refuted(found)
    assert found[0].smallest_shift < 0.045 and found[1].smallest_shift < 0.06
    assert refuted(leaving(people, lambda weeks: frail(2 * variance, weeks)))
    assert refuted(leaving(people, lambda weeks: math.exp(-weeks / 60)))


@pytest.mark.parametrize("variance", [1.0, 3.0])
def test_frailty_of_those_with_tenure(variance: float) -> None:
    """Who has stayed for 80 weeks already is less frail than others (R5.10)."""
    only = ("tier.volunteer.intake=[]", "tier.volunteer.initial=5000", "tier.volunteer.initial_tenure_weeks=80")
    people = volunteers(*only, f"tier.volunteer.frailty_variance={variance}")
    assert not refuted(leaving(people, lambda weeks: frail(variance, weeks, 80)))
    assert refuted(leaving(people, lambda weeks: frail(variance, weeks)))


TABLE = ((0, 1.5), (13, 0.2), (52, 0.9))  # from this tenure in weeks, a year


def of_the_table(weeks: float, table: tuple[tuple[float, float], ...] = TABLE) -> float:
    ends = [*(begins for begins, _ in table[1:]), math.inf]
    lived = zip(table, ends, strict=True)
    return math.exp(-math.fsum(rate / 52 * max(0.0, min(weeks, end) - begins) for (begins, rate), end in lived))


def test_a_life_table() -> None:
    """Sees 4 of a hundred staying, and a shift of 0.05 of exits."""
    rows = ", ".join(f"{{ from_weeks = {begins}, rate_per_year = {rate} }}" for begins, rate in TABLE)
    people = volunteers(f'tier.volunteer.life.leave.clock={{ dist = "life_table", table = [{rows}] }}')
    found = leaving(people, of_the_table)
    assert not refuted(found)
    assert found[0].smallest_shift < 0.045 and found[1].smallest_shift < 0.06
    assert refuted(leaving(people, lambda weeks: of_the_table(weeks, (*TABLE[:2], (45, 0.9)))))


def test_a_shock() -> None:
    """Of those who are there when week 60 begins 0.3 leave in it, evenly; who comes at week 60 is not exposed.

    Sees 6 of a hundred and a shift of 0.12 within the week.
    """
    struck = 'tier.volunteer.life.wave={ clock = { dist = "shock", week = 60, share = 0.3 }, external = true }'
    mild = "tier.volunteer.life.leave.clock={ dist = \"exponential\", mean_weeks = 400 }"
    people = volunteers(struck, mild)
    late = [each for each in people if each.most == 44]
    assert len(late) == 2000 and not any(each.reason == "wave" for each in late)
    exposed = [each for each in people if each.most > 44 and each.weeks >= each.most - 44]
    gone = [each.weeks - (each.most - 44) for each in exposed if each.reason == "wave"]
    # within the week the other reason takes 1 / 800 of a week's risk of those who would have been struck
    both = 0.3 * (1 - math.exp(-1 / 400)) * 400
    verdict = share("struck", len(gone), len(exposed), both)
    assert verdict.agrees, str(verdict)
    assert verdict.smallest_shift < 0.06
    assert not share("", len(gone), len(exposed), 0.36).agrees
    within = uniform("in the week", [(1 - math.exp(-each / 400)) / (1 - math.exp(-1 / 400)) for each in gone])
    assert within.agrees, str(within)
    assert within.smallest_shift < 0.13


def test_a_stipend_for_a_while() -> None:
    """A leaving ratio of 0.4 in the calendar weeks 20 to 50: those of week 0 alone."""
    people = volunteers(
        "tier.volunteer.intake=[]",
        "tier.volunteer.initial=5000",
        "tier.volunteer.engagement.stipend={ from_week = 20, until_week = 50, leaving_ratio = 0.4 }",
    )

    def survival(weeks: float, ratio: float = 0.4) -> float:
        return math.exp(-(weeks - (1 - ratio) * max(0.0, min(weeks, 50) - 20)) / 60)

    assert not refuted(leaving(people, survival))
    assert refuted(leaving(people, lambda weeks: survival(weeks, 0.6)))


def test_absences_do_not_stop_other_clocks() -> None:
    """Who is away half of the time leaves at the same pace."""
    people = volunteers(
        'tier.volunteer.life.ill={ clock = { dist = "exponential", mean_weeks = 4 }, recurring = true, '
        'absence_weeks = { dist = "exponential", mean = 4 } }',
        "tier.volunteer.initial=1500",
        "tier.volunteer.intake=[]",
    )
    found = leaving(people, lambda weeks: math.exp(-weeks / 60))
    assert not refuted(found)
    assert refuted(leaving(people, lambda weeks: math.exp(-weeks / 90)))
