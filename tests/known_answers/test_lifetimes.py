"""How long people stay: frailty, life tables and shocks, against their survival curves.

Persons are independent. Exits are rounded up to a minute: 5e-5 weeks.
"""

from __future__ import annotations

import math

import pytest

from known_answers.judge import known, share, uniform
from known_answers.spans import Span, leaving, refuted, spans

INTAKES = "tier.volunteer.intake=[{ week = 26, count = 1000 }, { week = 60, count = 1000 }]"


def volunteers(*sets: str) -> list[Span]:
    """Three thousand people of three dates."""
    return spans(known("careers", "tier.volunteer.initial=1000", INTAKES, *sets), "volunteer")


def frail(variance: float, weeks: float, tenure: float = 0.0) -> float:
    """(1 + v H)^(-1/v) with H = t / 60, given a tenure: Vaupel, Manton and Stallard (1979), Demography 16:439-454."""
    at = [(1 + variance * each / 60) ** (-1 / variance) for each in (tenure + weeks, tenure)]
    return at[0] / at[1]


@pytest.mark.parametrize("variance", [0.3, 3.0])
def test_frailty(variance: float) -> None:
    """Sees 6 of a hundred staying, and a shift of 0.11 of exits."""
    people = volunteers(f"tier.volunteer.frailty_variance={variance}")
    found = leaving(people, lambda weeks: frail(variance, weeks))
    assert not refuted(found)
    assert found[0].smallest_shift < 0.065 and found[1].smallest_shift < 0.11
    assert refuted(leaving(people, lambda weeks: frail(2 * variance, weeks)))
    assert refuted(leaving(people, lambda weeks: math.exp(-weeks / 60)))


def test_frailty_of_those_with_tenure(variance: float = 1.0) -> None:
    """Who has stayed for 80 weeks already is less frail than others (R5.10)."""
    only = ("tier.volunteer.intake=[]", "tier.volunteer.initial=3000", "tier.volunteer.initial_tenure_weeks=80")
    people = volunteers(*only, f"tier.volunteer.frailty_variance={variance}")
    assert not refuted(leaving(people, lambda weeks: frail(variance, weeks, 80)))
    assert refuted(leaving(people, lambda weeks: frail(variance, weeks)))


TABLE = ((0, 1.5), (13, 0.2), (52, 0.9))  # from this tenure in weeks, a year


def of_the_table(weeks: float, table: tuple[tuple[float, float], ...] = TABLE) -> float:
    ends = [*(begins for begins, _ in table[1:]), math.inf]
    lived = zip(table, ends, strict=True)
    return math.exp(-math.fsum(rate / 52 * max(0.0, min(weeks, end) - begins) for (begins, rate), end in lived))


def test_a_life_table() -> None:
    """Sees 6 of a hundred staying, and a shift of 0.09 of exits."""
    rows = ", ".join(f"{{ from_weeks = {begins}, rate_per_year = {rate} }}" for begins, rate in TABLE)
    people = volunteers(f'tier.volunteer.events.leave.time_to_event={{ dist = "life_table", table = [{rows}] }}')
    found = leaving(people, of_the_table)
    assert not refuted(found)
    assert found[0].smallest_shift < 0.065 and found[1].smallest_shift < 0.11
    assert refuted(leaving(people, lambda weeks: of_the_table(weeks, (*TABLE[:2], (35, 0.9)))))


def test_a_shock() -> None:
    """Of those who are there when week 60 begins 0.3 leave in it, evenly; who comes at week 60 is not exposed.

    Sees 7 of a hundred and a shift of 0.16 within the week.
    """
    struck = (
        'tier.volunteer.events.wave={ time_to_event = { dist = "shock", week = 60, share = 0.3 }, external = true }'
    )
    mild = 'tier.volunteer.events.leave.time_to_event={ dist = "exponential", mean_weeks = 400 }'
    people = volunteers(struck, mild)
    late = [each for each in people if each.most == 44]
    assert len(late) == 1000 and not any(each.reason == "wave" for each in late)
    exposed = [each for each in people if each.most > 44 and each.weeks >= each.most - 44]
    gone = [each.weeks - (each.most - 44) for each in exposed if each.reason == "wave"]
    # within the week the other reason takes 1 / 800 of a week's risk of those who would have been struck
    both = 0.3 * (1 - math.exp(-1 / 400)) * 400
    verdict = share("struck", len(gone), len(exposed), both)
    assert verdict.agrees, str(verdict)
    assert verdict.smallest_shift < 0.075
    assert not share("", len(gone), len(exposed), 0.4).agrees
    within = uniform("in the week", [(1 - math.exp(-each / 400)) / (1 - math.exp(-1 / 400)) for each in gone])
    assert within.agrees, str(within)
    assert within.smallest_shift < 0.17
