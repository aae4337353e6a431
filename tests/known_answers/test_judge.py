"""The judge alarms as often as it says, and sees the shift that it says."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from known_answers import judge


def test_p_values_are_uniform_and_the_stated_shift_is_seen() -> None:
    """500 samples of normal, binomial, Poisson and uniform numbers; their p-values against the uniform distribution."""
    rng = np.random.default_rng(5)
    p_values: dict[str, list[float]] = {"mean": [], "share": [], "variance": [], "uniform": []}
    for _ in range(500):
        p_values["mean"].append(judge.mean("", rng.normal(3, 2, 30).tolist(), 3).p_value)
        p_values["share"].append(judge.share("", int(rng.binomial(5_000, 0.3)), 5_000, 0.3).p_value)
        p_values["uniform"].append(judge.uniform("", rng.random(200).tolist()).p_value)
        p_values["variance"].append(judge.variance("", rng.poisson(100, 400).tolist(), 100, 0.01).p_value)
    for name, values in p_values.items():
        assert stats.kstest(values, "uniform").pvalue > 1e-5, name


@pytest.mark.parametrize("times", [0.0, 1.0])
def test_power(times: float) -> None:
    """Without a shift hardly ever an alarm, with the stated one in about 99 of 100 samples."""
    rng = np.random.default_rng(6)
    alarms = 0
    for _ in range(500):
        shift = times * (judge.mean("", rng.normal(0, 1, 40).tolist(), 0).smallest_shift)
        alarms += not judge.mean("", rng.normal(shift, 1, 40).tolist(), 0).agrees
    assert alarms == 0 if times == 0.0 else 470 <= alarms <= 500
