"""Sobol indices against scipy, against exact answers, and what their intervals cover, with and without noise."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from scipy import stats

from analysis.designs import FALSE_ALARM, ISHIGAMI, LINEAR, SOBOL_G, TRUTHS, Truth, runs, unit_blocks
from cascadesim.analysis.sensitivity.designed import SobolResult, sobol_indices
from cascadesim.errors import UsageError


def _study(
    truth: Truth, noise: float, replications: int, rows: int = 64, scrambles: int = 8, seed: int = 0
) -> SobolResult:
    unit = unit_blocks(len(truth.first), rows, scrambles, seed)
    return sobol_indices(runs(truth, unit, noise, replications, seed), truth.factors)


def test_without_noise_indices_are_those_of_scipy() -> None:
    values = ISHIGAMI.function(unit_blocks(3, 256, 1, 1))
    found = sobol_indices(values[..., np.newaxis], ISHIGAMI.factors)
    blocks = {"f_A": values[0, 0, np.newaxis], "f_B": values[0, 1, np.newaxis], "f_AB": values[0, 2:, np.newaxis]}
    expected = stats.sobol_indices(func=blocks, n=256)
    assert [each.first.value for each in found.indices] == pytest.approx(expected.first_order.ravel(), rel=1e-10)
    assert [each.total.value for each in found.indices] == pytest.approx(expected.total_order.ravel(), rel=1e-10)
    assert not found.corrected and "uncorrected" in found.note and "no intervals" in found.note
    assert math.isnan(found.indices[0].first.low) and math.isnan(found.chance.value)


@pytest.mark.parametrize("name", TRUTHS)
def test_indices_come_close_to_the_exact_ones(name: str) -> None:
    truth = TRUTHS[name]
    found = _study(truth, noise=0, replications=1, rows=4096)
    assert [each.first.value for each in found.indices] == pytest.approx(truth.first, abs=0.004)
    assert [each.total.value for each in found.indices] == pytest.approx(truth.total, abs=0.004)
    assert found.variance.value == pytest.approx(truth.variance, rel=0.004)


def test_the_correction_takes_off_the_variance_of_a_mean() -> None:
    """By hand: mean(s^2)/R from the variance of the point means, half of it at both points from a total effect."""
    values = np.random.default_rng(6).normal(size=(1, 3, 40, 4)) + np.arange(3)[:, None, None]
    found = sobol_indices(values - values[:, :2].mean(axis=(0, 1, 2)), ["x"])
    values = values[0] - values[0, :2].mean(axis=(0, 1))
    mean, luck = values.mean(axis=2), values.var(axis=2, ddof=1) / 4
    variance = (mean[:2] ** 2 - luck[:2]).mean()
    assert found.variance.value == pytest.approx(variance, rel=1e-9)
    apart = values[2] - values[0]
    half = (apart.mean(axis=1) ** 2 - apart.var(axis=1, ddof=1) / 4).mean() / 2
    assert found.indices[0].total.value == pytest.approx(half / variance, rel=1e-9)


def test_where_luck_plays_no_part_nothing_is_taken_off() -> None:
    found = _study(SOBOL_G, noise=0, replications=3)
    assert found.chance.value == pytest.approx(0, abs=1e-12)
    for each in found.indices:
        assert each.total.value == pytest.approx(each.plain_total.value, rel=1e-9)
        assert each.first.low == pytest.approx(each.plain_first.low, rel=1e-6, abs=1e-9)


def test_intervals_are_those_of_the_jackknife() -> None:
    unit = unit_blocks(4, 64, 5, 3)
    values = runs(SOBOL_G, unit, 0.5, 2, 3)
    values -= values[:, :2].mean(axis=(0, 1, 2))  # so that leaving a scramble out changes no centre
    centred = sobol_indices(values, SOBOL_G.factors)
    between = lambda one, other: (one[..., 0] * other[..., 1] + one[..., 1] * other[..., 0]).mean(axis=-1) / 2  # noqa: E731
    variance = (between(values[:, 0], values[:, 0]) + between(values[:, 1], values[:, 1])) / 2
    top = between(*(values[:, 2] - values[:, 0],) * 2) / 2
    without = np.array([np.delete(top, out).sum() / np.delete(variance, out).sum() for out in range(5)])
    error = math.sqrt(4 / 5 * ((without - without.mean()) ** 2).sum())
    found = centred.indices[0].total
    assert found.value == pytest.approx(top.sum() / variance.sum(), rel=1e-9)
    assert (found.high - found.low) / 2 == pytest.approx(stats.t.ppf(0.975, 4) * error, rel=1e-9)


def test_a_row_with_a_failed_point_is_left_out_of_all_blocks() -> None:
    values = runs(SOBOL_G, unit_blocks(4, 64, 4, 3), 0.5, 2, 3)
    holed = values.copy()
    holed[1, 3, 7, 1], holed[2, 0, 60], holed[2, 5, 60] = math.nan, math.nan, math.nan
    found = sobol_indices(holed, SOBOL_G.factors)
    assert (found.rows, found.dropped) == (4 * 64 - 2, 2) and "2 rows" in found.note
    gone = values.copy()
    gone[0] = math.nan
    kept = sobol_indices(gone, SOBOL_G.factors)
    assert (kept.scrambles, kept.dropped) == (3, 64)
    assert kept.indices == sobol_indices(values[1:], SOBOL_G.factors).indices
    nothing = sobol_indices(np.full_like(values, math.nan), SOBOL_G.factors)
    assert nothing.rows == 0 and math.isnan(nothing.indices[0].total.value)


def test_equal_points_that_are_run_once_do_no_harm() -> None:
    """Two factors of two levels: A and AB have the same point, so the same luck, in half of all rows.

    In 3 x0 + x1 total effects are 2.25 and 0.25 of the variance. Taking noise off where the points do not differ would
    give 0.05 less; the tolerance for the second is below 0.03.
    """
    unit = np.floor(2 * unit_blocks(2, 64, 8, 5))
    number = (2 * unit[..., 0] + unit[..., 1]).astype(int)
    rng, found = np.random.default_rng(1), []
    for _ in range(600):
        luck = rng.normal(0, math.sqrt(0.2), size=(4, 2))  # one draw a point and replication
        result = sobol_indices(3 * unit[..., 0, None] + unit[..., 1, None] + luck[number], "ab")
        found.append([each.total.value * result.variance.value for each in result.indices])
    tolerance = 4.5 * np.std(found, axis=0) / math.sqrt(len(found))
    assert tolerance[1] < 0.03
    assert (abs(np.mean(found, axis=0) - [2.25, 0.25]) < tolerance).all()


def test_luck_that_points_share_is_no_effect() -> None:
    """Common luck that shifts all points, and luck that scales a factor: both are taken off, and chance shows them."""
    unit = unit_blocks(4, 512, 8, 4)
    luck = np.random.default_rng(3).normal(size=(2, 400))
    values = LINEAR.function(unit)[..., None] + 5 * luck[0] + 2 * (unit[..., 3, None] - 0.5) * luck[1]
    found = sobol_indices(values, LINEAR.factors)
    assert [each.total.value for each in found.indices] == pytest.approx(LINEAR.total, abs=0.02)
    assert found.chance.value == pytest.approx((25 + 1 / 3) / (25 + 1 / 3 + LINEAR.variance), abs=0.03)


def test_factors_in_a_group_count_as_one() -> None:
    unit = unit_blocks(4, 1024, 8, 2)
    unit = np.concatenate([unit[:, :3], unit[:, 1:2].copy()], axis=1)
    unit[:, 3] = unit[:, 0]
    unit[:, 3, :, 1:] = unit[:, 1, :, 1:]
    found = sobol_indices(LINEAR.function(unit)[..., None], ["x0", "others"])
    assert [each.total.value for each in found.indices] == pytest.approx([9 / 14, 5 / 14], abs=0.003)


def test_a_seed_as_a_factor_takes_the_share_of_chance() -> None:
    """Labelled by whoever asks for it: the seed is a column as any other, with one run a point."""
    unit = unit_blocks(3, 4096, 8, 2)
    values = unit[..., 0] + np.sqrt(1 / 12) * stats.norm.ppf(unit[..., 2])
    found = sobol_indices(values[..., None], ["x0", "nothing", "seed"])
    assert [each.total.value for each in found.indices] == pytest.approx([0.5, 0, 0.5], abs=0.01)


def test_noise_alone_is_told_from_an_effect() -> None:
    truth = Truth(lambda unit: 0 * unit[..., 0], 1.0, (0, 0), (0, 0))
    assert _study(LINEAR, noise=1, replications=2).varies
    studies = [_study(truth, noise=1, replications=2, seed=seed) for seed in range(60)]
    assert 10 < sum(study.variance.value <= 0 for study in studies) < 50
    assert sum(study.varies for study in studies) <= stats.binom.ppf(1 - 1e-5, 60, 0.05)
    for study in studies:
        estimates = [each for index in study.indices for each in (index.first, index.total, index.plain_total)]
        assert study.varies or all(math.isnan(each.value) for each in [*estimates, study.chance])


@pytest.mark.parametrize("noise", [0.0, 1.0])
def test_a_constant_outcome_has_no_index(noise: float) -> None:
    """With common random numbers what is left of it is the rounding of its own mean, which is a share of nothing."""
    luck = 0.0712 * (1 + noise * np.random.default_rng(3).random(2))
    found = sobol_indices(np.broadcast_to(luck, (4, 5, 16, 2)), ["a", "b", "c"])
    assert (found.variance.value, found.varies) == (0.0, False)
    assert all(math.isnan(each.first.value) and math.isnan(each.first.low) for each in found.indices)


def test_the_table_has_a_row_a_factor_and_one_for_chance() -> None:
    found = _study(LINEAR, noise=1, replications=2)
    table = found.frame()
    assert table["factor"].tolist() == [*LINEAR.factors, "chance"]
    assert table.loc[1, ["first", "total_low", "plain_total_high"]].tolist() == [
        found.indices[1].first.value, found.indices[1].total.low, found.indices[1].plain_total.high
    ]  # fmt: skip
    assert table["total"].iloc[-1] == found.chance.value and math.isnan(table["first"].iloc[-1])


def test_a_wrong_shape_is_refused() -> None:
    with pytest.raises(UsageError, match=r"Expected \(scrambles, 4 blocks"):
        sobol_indices(np.zeros((2, 3, 8, 2)), ["a", "b"])


def coverage(truth: Truth, noise: float, repetitions: int, rows: int = 64, replications: int = 2) -> Counter[str]:
    """How often each interval held the exact index, over studies with eight scrambles; factors are counted together."""
    held: Counter[str] = Counter()
    for seed in range(repetitions):
        found = _study(truth, noise, replications, rows, seed=seed)
        for each, first, total in zip(found.indices, truth.first, truth.total, strict=True):
            for kind, exact in (("first", first), ("total", total)):
                for prefix in ("", "plain_"):
                    interval = getattr(each, prefix + kind)
                    held[prefix + kind] += interval.low <= exact <= interval.high
                    held[f"{each.factor} {prefix + kind}"] += interval.low <= exact <= interval.high
        held["chance"] += found.chance.low <= noise / (1 + noise) <= found.chance.high
    return held


@pytest.mark.parametrize("name", TRUTHS)
def test_with_noise_as_large_as_the_signal_corrected_intervals_cover(name: str) -> None:
    """300 studies of two replications: each interval of each factor holds in 95 % to within 5.7 points.

    Coverage of 88 % would be seen. Plain total effects, which take noise for an effect, hold in less than 85 %.
    """
    truth, held = TRUTHS[name], coverage(TRUTHS[name], noise=1, repetitions=300)
    low = stats.binom.ppf(FALSE_ALARM, 300, 0.95)
    for factor in truth.factors:
        assert held[f"{factor} total"] >= low and held[f"{factor} first"] >= low, held
        assert held[f"{factor} plain_total"] < 0.85 * 300, held
    assert held["chance"] >= low


def test_without_noise_intervals_cover_as_well() -> None:
    held = coverage(ISHIGAMI, noise=0, repetitions=300)
    low = stats.binom.ppf(FALSE_ALARM, 300, 0.95)
    assert all(held[f"{factor} {kind}"] >= low for factor in ISHIGAMI.factors for kind in ("first", "total")), held


@pytest.mark.campaign
@pytest.mark.parametrize("noise", [0, 1])
@pytest.mark.parametrize("rows", [64, 256])
@pytest.mark.parametrize("name", TRUTHS)
def test_coverage_table(name: str, rows: int, noise: int, capsys: pytest.CaptureFixture[str]) -> None:
    """The figures of docs/explanation/methods.md: 2,000 studies of two replications and eight scrambles."""
    truth = TRUTHS[name]
    held = coverage(truth, noise, 2_000, rows)
    kinds = ("first", "total", "plain_first", "plain_total")
    with capsys.disabled():
        print(f"\n{name}, {rows} rows, noise {noise}, chance {held['chance'] / 2_000:.1%}")
        for kind in kinds:
            print(f"  {kind}:", *(f"{held[f'{factor} {kind}'] / 2_000:.1%}" for factor in truth.factors))
    assert all(0.93 <= held[f"{factor} total"] / 2_000 <= 0.97 for factor in truth.factors if noise), held
