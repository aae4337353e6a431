"""The warm-up length by MSER-5, Welch's moving average, and what is said of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis import frames
from cascadesim.analysis.answers import answers
from cascadesim.analysis.warm_up import moving_average, mser5, warm_up_sentences


@pytest.mark.parametrize(
    ("series", "left_out"),
    [
        ([3.0] * 100, 0),
        ([0.0] * 15 + [1.0] * 85, 15),
        ([0.0] * 17 + [1.0] * 83, 20),  # in whole batches
        ([float(week) for week in range(100)], None),  # it grows to the end
        ([0.0] * 60 + [1.0] * 40, None),
        ([1.0] * 49, None),  # too short to say
        ([0.0, 1.0] * 52, 0),
    ],
)
def test_what_is_left_out(series: list[float], left_out: int | None) -> None:
    assert mser5(series) == left_out


def test_a_start_from_nothing_is_left_out_and_not_much_more() -> None:
    """1 - exp(-t / 10) with noise of 0.1: after 23 the mean is short of 1 by less than that. Of 200 series of 300."""
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 0.1, (200, 300))
    found = [mser5((1 - np.exp(-np.arange(300) / 10) + each).tolist()) for each in noise]
    assert sum(1 for each in found if each is not None and 15 <= each <= 90) >= 180


def test_the_moving_average_keeps_a_line_and_evens_out_noise() -> None:
    line = [2.0 * week for week in range(60)]
    assert moving_average(line).tolist() == pytest.approx(line)
    assert moving_average([0.0, 3.0] * 30)[5:-5] == pytest.approx(1.5, abs=0.22)  # of seven entries


GROWS = {(float(week), float(week + 1)): float(week) for week in range(100)}


@pytest.mark.parametrize(
    ("opens", "in_care", "said"),
    [
        (40, {(20.0, 100.0): 9.0}, "Steady from week 20 on (MSER-5, White 1997), so week 40 is late enough"),
        (10, {(20.0, 100.0): 9.0}, "Steady only from week 20 on (MSER-5, White 1997; clients in care come last)."),
        (40, GROWS, "Perhaps never steady within the run: by MSER-5 (White 1997) the number of clients in care"),
        (0, GROWS, ""),
    ],
)
def test_what_is_said(tmp_path: Path, opens: int, in_care: dict[tuple[float, float], float], said: str) -> None:
    scenario = frames.scenario(tmp_path, sets=["horizon_weeks=100", f"measure_from_week={opens}"])
    weeks = frames.trajectories(scenario, [{"clients.in_care": in_care}] * 2)
    assert " ".join(warm_up_sentences(scenario, weeks)).startswith(said)
    told = answers(scenario, frames.kpis(scenario, {}, 2), weeks)
    assert bool(said) == any("MSER-5" in text for text in told)


def test_of_a_short_run_nothing_is_said(tmp_path: Path) -> None:
    scenario = frames.scenario(tmp_path, sets=["measure_from_week=10"])
    assert not list(warm_up_sentences(scenario, frames.trajectories(scenario, [{}])))
