"""The benchmark commands work at tiny size, and compare two models of one queue. No time is asserted."""

from __future__ import annotations

import math
import re
import runpy
import statistics
import sys
from pathlib import Path

import pytest
from scipy.stats import norm

from cascadesim import load, replicate

HERE = Path(__file__).parent
RUNS, WEEKS = 24, 500
FALSE_ALARM = 1e-5


def said(command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    """What a benchmark prints."""
    monkeypatch.setattr(sys, "argv", [command, *options])
    monkeypatch.syspath_prepend(str(HERE))
    runpy.run_path(str(HERE / command), run_name="__main__")
    return capsys.readouterr().out


def test_engine_speed_prints_every_rate(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    text = said("engine_speed.py", monkeypatch, capsys, "--quick")
    for name in ("prosper-shaped", "prosper-basic", "M/M/20+M", "cascadesim", "idiomatic SimPy"):
        rate = re.search(rf"{re.escape(name)} +([\d,]+)  \(", text)
        assert rate is not None and int(rate[1].replace(",", "")) > 0, name
    ratio = re.search(r"ratio, pair by pair: ([\d.]+)", text)
    assert ratio is not None and float(ratio[1]) > 0
    assert max(map(len, text.splitlines())) <= 80


def test_the_profile_adds_up(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    text = said("engine_speed.py", monkeypatch, capsys, "--quick", "--profile")
    shares = [float(share) for share in re.findall(r"([\d.]+)%", text)]
    assert len(shares) == 14 and 70 < sum(shares) <= 100.5


def test_keyed_draws_make_small_differences_visible(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With ten replications the keyed draws already have the smallest variance where one rate changes a little."""
    text = said("common_random_numbers.py", monkeypatch, capsys, "--quick")
    rows = re.findall(r"(independent seeds|one shared stream|keyed draws) +-?[\d.]+ +([\d.]+)", text)
    assert len(rows) == 2 * 2 * 3
    variances = {name: float(variance) for name, variance in rows[:3]}
    assert variances["keyed draws"] < variances["independent seeds"] / 4
    assert max(map(len, text.splitlines())) <= 80


def test_both_models_are_the_same_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mean wait of the served and the share who give up agree; sees shifts of 0.01 weeks and 0.01 of all."""
    monkeypatch.syspath_prepend(str(HERE))
    from idiomatic import Queue

    kpis = replicate(load(HERE / "mm20.toml"), RUNS, seed=1).kpis_frame()
    settled = kpis["clients.started"] + kpis["clients.reneged"]
    ours = (list(kpis["clients.wait_mean_weeks"]), list(kpis["clients.reneged"] / settled))
    queues = [Queue(seed) for seed in range(RUNS)]
    for queue in queues:
        queue.run(WEEKS)
    theirs = (
        [statistics.fmean(queue.waits) for queue in queues],
        [queue.reneged / (queue.reneged + len(queue.waits)) for queue in queues],
    )
    reach = norm.isf(FALSE_ALARM / 4)  # two figures, both sides
    for mine, other in zip(ours, theirs, strict=True):
        error = math.sqrt((statistics.variance(mine) + statistics.variance(other)) / RUNS)
        assert reach * error < 0.01
        assert abs(statistics.fmean(mine) - statistics.fmean(other)) < reach * error
