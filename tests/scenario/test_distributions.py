"""Distributions as a scenario writes them: what they mean, held to scipy.stats through the draws of the model."""

from __future__ import annotations

import math
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter
from scipy import stats

from cascadesim.model.distributions import Draw, Family, quantile
from cascadesim.scenario.distributions import Amount, AnyDistribution

READ = TypeAdapter(Amount)
US = [0.001, 0.1, 0.37, 0.5, 0.9, 0.999]
LOG_SD = math.sqrt(math.log(1 + 0.8**2))

CASES: list[tuple[Any, Any]] = [
    ({"dist": "uniform", "low": 2, "high": 5}, stats.uniform(2, 3)),
    ({"dist": "triangular", "low": 2, "mode": 3, "high": 6}, stats.triang(0.25, 2, 4)),
    ({"dist": "exponential", "mean": 7}, stats.expon(scale=7)),
    ({"dist": "weibull", "shape": 0.8, "mean": 7}, stats.weibull_min(0.8, scale=7 / math.gamma(1 + 1 / 0.8))),
    ({"dist": "gamma", "mean": 7, "cv": 0.5}, stats.gamma(4, scale=7 / 4)),
    ({"dist": "gamma", "mean": 7, "sd": 3.5}, stats.gamma(4, scale=7 / 4)),
    ({"dist": "lognormal", "mean": 7, "cv": 0.8}, stats.lognorm(LOG_SD, scale=7 / math.exp(LOG_SD**2 / 2))),
    ({"dist": "lognormal", "mean": 7, "sd": 5.6}, stats.lognorm(LOG_SD, scale=7 / math.exp(LOG_SD**2 / 2))),
    ({"dist": "beta", "mean": 0.3, "sd": 0.1}, stats.beta(0.3 * 20, 0.7 * 20)),
    ({"dist": "beta", "mean": 7, "cv": 2 / 7, "low": 4, "high": 14}, stats.beta(0.3 * 4.25, 0.7 * 4.25, 4, 10)),
]


@pytest.mark.parametrize(("written", "known"), CASES, ids=lambda case: str(case)[:60])
def test_continuous_ones(written: dict[str, Any], known: Any) -> None:
    amount = READ.validate_python(written)
    assert amount.mean_value == pytest.approx(known.mean())
    assert amount.support == pytest.approx(known.support())
    for u in US:
        draw = amount.draw()
        assert quantile(draw.family, draw.numbers, u) == pytest.approx(known.ppf(u), rel=1e-9)


def test_by_mean_and_sd_or_cv_means_what_it_says() -> None:
    for written, known in CASES:
        if "sd" in written or "cv" in written:
            assert known.std() == pytest.approx(written.get("sd") or written["cv"] * written["mean"])


@pytest.mark.parametrize(
    "written", [3, {"value": 3, "low": 1, "source": "x"}, {"dist": "constant", "value": {"value": 3}}]
)
def test_constants(written: Any) -> None:
    amount = READ.validate_python(written)
    assert (amount.mean_value, amount.support, amount.draw()) == (3, (3, 3), Draw(Family.CONSTANT, (3,)))


def test_tables_of_values_do_not_depend_on_their_order() -> None:
    one = READ.validate_python({"dist": "discrete", "values": [5, 1, 9], "probabilities": [0.2, 0.8, 0]})
    other = READ.validate_python({"dist": "discrete", "values": [9, 1, 5], "probabilities": [0, 0.8, 0.2]})
    assert one.draw() == other.draw() == Draw(Family.DISCRETE, (1, 5, 9, 0.8, 0.2, 0))
    assert (one.mean_value, one.support) == (pytest.approx(1.8), (1, 5))
    seen = READ.validate_python({"dist": "empirical", "values": [5, 1, 9]})
    assert (seen.draw(), seen.mean_value, seen.support) == (Draw(Family.EMPIRICAL, (1, 5, 9)), 5, (1, 9))


def test_every_distribution_was_tried() -> None:
    tried = {written["dist"] for written, _ in CASES} | {"constant", "discrete", "empirical"}
    assert tried == {get_args(one.model_fields["dist"].annotation)[0] for one in get_args(AnyDistribution)}
