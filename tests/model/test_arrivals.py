"""Arrival times: the inverse of a piecewise-constant integrated rate."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from cascadesim.model.hazards import rate_integral, time_from
from cascadesim.model.plan import Piece
from cascadesim.model.rng import entity_stream, replication_key, uniform

STEPS = (Piece(100, 0.5), Piece(200, 0.0), Piece(300, 0.25), Piece(700, 0.0))
"""Nothing up to 100, 50 by 200, nothing up to 300, 100 more by 700, then nothing for ever."""


def rate(pieces: tuple[Piece, ...], minute: float) -> float:
    """Of the last piece that has begun."""
    return next((piece.rate_per_minute for piece in reversed(pieces) if piece.from_minute <= minute), 0.0)


@st.composite
def schedules(draw: st.DrawFn) -> tuple[Piece, ...]:
    minutes = sorted(draw(st.sets(st.integers(0, 100_000), min_size=1, max_size=6)))
    rates = st.one_of(st.just(0.0), st.floats(1e-5, 2.0))
    return tuple(Piece(minute, draw(rates)) for minute in minutes)


def integrated(pieces: tuple[Piece, ...], low: float, high: float) -> float:
    """The integral of the rate by quadrature, piece by piece."""
    edges = [low, *(float(piece.from_minute) for piece in pieces if low < piece.from_minute < high), high]
    return math.fsum(integrate.quad(lambda t: rate(pieces, t), *ends)[0] for ends in pairwise(edges))


@pytest.mark.parametrize(
    ("total", "minute"),
    [(0.5, 101.0), (25.0, 150.0), (50.0, 200.0), (50.25, 301.0), (149.0, 696.0), (150.0, 700.0), (150.001, math.inf)],
)
def test_worked_cases(total: float, minute: float) -> None:
    """By hand from the steps above: gaps are skipped, a total reached at a boundary is due there."""
    assert time_from(STEPS, 0.0, total) == pytest.approx(minute, rel=1e-14)


def test_one_rate_for_ever_is_a_division() -> None:
    assert time_from((Piece(0, 0.125),), 0.0, 3.0) == 24.0
    assert time_from((Piece(40, 0.125),), 0.0, 3.0) == 64.0


def test_a_stream_that_never_runs_has_no_arrival() -> None:
    assert time_from((), 0.0, 1.0) == math.inf
    assert time_from((Piece(0, 0.0),), 0.0, 1e-12) == math.inf
    assert time_from((Piece(0, 0.0), Piece(10, 0.0)), 0.0, 1e-12) == math.inf


@pytest.mark.parametrize(("rate", "width"), [(0.1, 3), (0.3, 7), (0.7, 15), (0.002, 1001)])
def test_a_total_reached_at_a_boundary_never_comes_after_it(rate: float, width: int) -> None:
    """Though (rate * width) / rate is greater than width for these, which would let the next arrival come first."""
    assert (rate * width) / rate > width
    assert time_from((Piece(0, rate), Piece(width, 9.0)), 0.0, rate * width) == width


@settings(derandomize=True, deadline=None, max_examples=200)
@given(schedules(), st.floats(1e-6, 1e5))
def test_the_rate_integrated_up_to_it_is_the_total(pieces: tuple[Piece, ...], total: float) -> None:
    """By quadrature; where it is never reached, the whole integral is below the total."""
    found = time_from(pieces, 0.0, total)
    integral = integrated(pieces, 0.0, pieces[-1].from_minute + 1.0 if found == math.inf else found)
    if found == math.inf:
        assert pieces[-1].rate_per_minute == 0.0
        assert integral < total
    else:
        assert integral == pytest.approx(total, rel=1e-7, abs=1e-9)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(schedules(), st.floats(1e-6, 1e5), st.floats(0.0, 10.0))
def test_later_totals_never_come_earlier(pieces: tuple[Piece, ...], total: float, more: float) -> None:
    assert time_from(pieces, 0.0, total) <= time_from(pieces, 0.0, total + more)


@pytest.mark.parametrize(
    ("start", "total", "minute"),
    [
        (0.0, 25.0, 150.0),
        (120.5, 25.0, 170.5),
        (120.5, 39.75, 200.0),  # reached at a boundary, from within a piece
        (120.5, 40.0, 301.0),
        (200.0, 0.25, 301.0),  # from the start of a gap
        (250.0, 0.25, 301.0),
        (696.0, 1.0, 700.0),
        (696.0, 1.001, math.inf),
        (700.0, 1e-9, math.inf),
        (900.0, 1e-9, math.inf),
        (30.0, 0.0, 30.0),  # nothing left to wait for
        (696.0, -1e-17, 696.0),
    ],
)
def test_worked_cases_from_a_later_start(start: float, total: float, minute: float) -> None:
    assert time_from(STEPS, start, total) == pytest.approx(minute, rel=1e-14)


@pytest.mark.parametrize(
    ("low", "high", "integral"),
    [
        (0.0, 100.0, 0.0),
        (0.0, 1e9, 150.0),
        (0.0, math.inf, 150.0),
        (150.5, 180.5, 15.0),
        (150.0, 300.0, 25.0),
        (150.0, 304.0, 26.0),
        (650.0, 1e6, 12.5),
        (700.0, 1e6, 0.0),
        (180.0, 180.0, 0.0),
        (180.0, 150.0, 0.0),
    ],
)
def test_areas_worked_by_hand(low: float, high: float, integral: float) -> None:
    assert rate_integral(STEPS, low, high) == integral


def test_nothing_comes_of_no_pieces_and_the_last_goes_on_for_ever() -> None:
    assert time_from((), 7.0, 1.0) == math.inf
    assert rate_integral((), 0.0, 1e9) == 0.0
    assert time_from((Piece(40, 0.125),), 1e6, 3.0) == 1e6 + 24.0
    assert rate_integral((Piece(40, 0.125),), 0.0, 1040.0) == 125.0
    assert rate_integral((Piece(40, 0.125),), 0.0, math.inf) == math.inf


@settings(derandomize=True, deadline=None, max_examples=200)
@given(schedules(), st.floats(0.0, 120_000.0), st.floats(0.0, 120_000.0))
def test_areas_are_integrals(pieces: tuple[Piece, ...], one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert rate_integral(pieces, low, high) == pytest.approx(integrated(pieces, low, high), rel=1e-9, abs=1e-12)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(schedules(), st.floats(0.0, 120_000.0), st.floats(1e-6, 1e5), st.floats(0.0, 10.0))
def test_a_later_start_waits_for_the_whole_total(
    pieces: tuple[Piece, ...], start: float, total: float, more: float
) -> None:
    """The integral from the start is the total; nothing is due before the start; later totals never come earlier."""
    found = time_from(pieces, start, total)
    assert start <= found <= time_from(pieces, start, total + more)
    if found == math.inf:
        assert pieces[-1].rate_per_minute == 0.0
        assert rate_integral(pieces, start, math.inf) < total
    else:
        assert integrated(pieces, start, found) == pytest.approx(total, rel=1e-7, abs=1e-9)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.integers(0, 4**7 - 1), st.floats(0.0, 10_000.0), st.floats(1e-3, 400.0))
def test_what_is_left_of_a_total_is_carried_through_changing_multipliers(seed: int, start: float, total: float) -> None:
    """Weekly rates for five years under a multiplier that changes at reviews every other week: rate x multiplier,
    summed week by week up to the minute found, is the total (relative 1e-9)."""
    rates = [(0.0, 0.0001, 0.001, 0.003)[seed // 4 ** (week % 7) % 4] for week in range(260)]
    factors = [(0.25, 0.5, 1.0, 1.7)[week // 2 % 4] for week in range(260)]
    pieces = tuple(Piece(10_080 * week, per_minute) for week, per_minute in enumerate(rates))
    now, left, found = start, total, math.inf
    for week in range(0, 260, 2):
        found = time_from(pieces, now, left / factors[week])
        end = 10_080.0 * (week + 2)
        if found < end:
            break
        left -= factors[week] * rate_integral(pieces, now, end)
        now = end
    end = min(found, 1e12)
    weeks = [10_080.0 * week for week in range(260)] + [1e12]
    spent = math.fsum(
        rates[week] * factors[week] * max(0.0, min(end, weeks[week + 1]) - max(start, weeks[week]))
        for week in range(260)
    )
    if found == math.inf:
        assert spent < total
    else:
        assert spent == pytest.approx(total, rel=1e-9)


def test_arrivals_with_keyed_draws_are_a_poisson_process() -> None:
    """Counts in [0, 400) over 2,000 replications: Poisson with mean 50 + 25 = 75, by a chi-square test of dispersion
    and a z test of the mean. False alarms 1e-5 together. Sees a mean off by 0.9, or a variance off by 15 %."""
    counts = []
    stream = entity_stream(5, 0, 0)
    for replication in range(2_000):
        key, total, count = replication_key(3, replication), 0.0, 0
        while True:
            total -= math.log(1.0 - uniform(key, stream, 5, count))
            if time_from(STEPS, 0.0, total) >= 400.0:
                break
            count += 1
        counts.append(count)
    mean = sum(counts) / len(counts)
    assert 2 * stats.norm.sf(abs(mean - 75.0) / math.sqrt(75.0 / len(counts))) > 0.5e-5
    dispersion = sum((count - mean) ** 2 for count in counts) / 75.0
    assert 2 * min(stats.chi2.sf(dispersion, 1_999), stats.chi2.cdf(dispersion, 1_999)) > 0.5e-5
