"""What `cascadesim bench` prints keeps to 80 columns, however wide its figures are."""

from __future__ import annotations

import pytest

from cascadesim.experiment.bench.bars import Bar, bars
from cascadesim.experiment.bench.fresh import Fresh
from cascadesim.experiment.bench.measure import Measured
from cascadesim.experiment.bench.sizes import QUICK
from cascadesim.experiment.bench.spread import Spread
from cascadesim.report.bench import _bars as bar_lines
from cascadesim.report.bench import figure, spread_text


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.0517, "0.052"), (0.519, "0.52"), (9.42, "9.42"), (31.31, "31.3"), (108.4, "108"), (289_470.3, "289,470")],
)
def test_figures_have_three_digits_or_so(value: float, said: str) -> None:
    assert figure(value) == said


def test_a_spread_in_a_unit() -> None:
    assert spread_text({"median": 2_500, "low": 2_000, "high": 3_100}, 1e3) == "2.50 (2.00 to 3.10)"
    assert spread_text(None) == "-"


@pytest.mark.parametrize("size", [0.0123, 0.456, 7.89, 12.3, 456.0, 1_234.0])
def test_bars_fit_80_columns(size: float) -> None:
    measured = [
        Bar(bar.what, bar.must, bar.aim, bar.unit, bar.more, Spread(size, size, size)).plain()
        for bar in bars(Measured(), Fresh(), QUICK)
    ]
    lines = bar_lines({"bars": measured}, str)
    assert len(lines) == 1 + len(measured)
    assert max(map(len, lines)) <= 80
    assert all(line.rsplit(maxsplit=1)[-1] in ("aim", "must", "no") for line in lines[1:])
