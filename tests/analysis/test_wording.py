"""Numbers, weeks and names in words."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from cascadesim import load
from cascadesim.analysis.wording import beside, count_of, month, named, number, part, percent, span, when

PLAN = 'schema = 1\nhorizon_weeks = 30\ncascade = ["a"]\ntier.a = { initial = 1, hours_per_week = 5 }\n'


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.0, "", "0"),
        (0.347, "", "0.35"),
        (7.26, "", "7.3"),
        (7.0, "", "7"),
        (52.04, "", "52"),
        (123.4, "", "123"),
        (12_345.6, "", "12,346"),
        (123_456.0, "", "123k"),
        (1_234_567.0, "", "1.23M"),
        (0.431, "share", "43.1 %"),
        (-1e-9, "", "0"),
        (math.nan, "share", "-"),
    ],
)
def test_number(value: float, unit: str, text: str) -> None:
    assert number(value, unit) == text


@pytest.mark.parametrize(
    ("value", "published", "unit", "told"),
    [
        (1.9512, 1.97, "", ("1.97", "1.95")),
        (0.0893, 0.089, "share", ("8.9 %", "8.9 %")),
        (0.70123, 0.81, "share", ("81 %", "70.1 %")),
        (1234.4, 1200.0, "", ("1,200", "1,234")),
        (150.2, 0.1, "", ("0.1", "150.2")),
        (math.nan, 3.0, "", ("3", "-")),
    ],
)
def test_a_published_figure_keeps_its_digits(value: float, published: float, unit: str, told: tuple[str, str]) -> None:
    assert beside(value, published, unit) == told


def test_span_is_never_below_nothing() -> None:
    assert span(-0.2, 3.0) == "0 to 3"
    assert span(0.36, 0.5, "share") == "36 to 50 %"
    assert span(math.nan, 3.0) == "-"


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0 %"), (0.001, "<1 %"), (0.0099, "<1 %"), (0.01, "1 %"), (0.43, "43 %"), (0.996, ">99 %"), (1.0, "100 %")],
)
def test_part(share: float, text: str) -> None:
    assert part(share) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0.0, "0 %"), (0.001, "1 %"), (0.43, "43 %"), (0.999, "99 %"), (1.0, "100 %")]
)
def test_percent_never_says_never_or_always_by_rounding(share: float, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(("week", "months"), [(13, 3), (26, 6), (52, 12), (104, 24), (4, None), (27, None), (0, None)])
def test_a_month_is_52_twelfths_of_a_week(week: int, months: int | None) -> None:
    assert month(week) == months


def test_when_says_as_much_as_is_known(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(PLAN)
    (tmp_path / "b.toml").write_text("start_date = 2018-09-03\n" + PLAN)
    plain, dated = load(tmp_path / "a.toml"), load(tmp_path / "b.toml")
    assert when(plain, 10) == "week 10"
    assert when(plain, 26) == "month 6 (week 26)"
    assert when(dated, 10) == "12 Nov 2018 (week 10)"
    assert when(dated, 26) == "month 6 (4 Mar 2019, week 26)"


def test_names_and_counts() -> None:
    assert named("master_trainer") == "master trainer"
    assert (count_of(1, "run"), count_of(1200, "run")) == ("1 run", "1,200 runs")
