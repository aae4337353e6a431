"""The commands of this folder work at tiny size. No time is asserted."""

from __future__ import annotations

import re
import runpy
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def said(command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    """What a benchmark prints."""
    monkeypatch.setattr(sys, "argv", [command, *options])
    monkeypatch.syspath_prepend(str(HERE))
    runpy.run_path(str(HERE / command), run_name="__main__")
    return capsys.readouterr().out


def test_keyed_draws_make_small_differences_visible(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With ten replications keyed draws have less than a quarter of the variance, where one rate changes a little.

    Fixed seeds. By F(9, 9) the false-alarm rate is 1e-5 where the truth is a 124th, and the command's own 200
    replications show less than that. What it would see: a pairing that is lost, which leaves all of the variance.
    """
    text = said("common_random_numbers.py", monkeypatch, capsys, "--quick")
    rows = re.findall(r"(independent seeds|one shared stream|keyed draws) +-?[\d.]+ +([\d.]+)", text)
    assert len(rows) == 2 * 2 * 3
    variances = {name: float(variance) for name, variance in rows[:3]}
    assert variances["keyed draws"] < variances["independent seeds"] / 4
    assert max(map(len, text.splitlines())) <= 80


def test_a_sweep_is_timed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """On Linux, whose /proc says how much memory is in use."""
    if not Path("/proc/self/status").exists():
        pytest.skip("no /proc here")
    line = said("sweep_busy.py", monkeypatch, capsys, "--jobs", "1", "--levels", "2")
    told = r"8 settings x 20: 16 tasks in [\d.]+ s, [\d,]+ replications/s, workers busy \d+ % of [\d.]+ s, memory"
    assert re.match(told, line)
