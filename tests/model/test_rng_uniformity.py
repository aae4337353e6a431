"""Draws of neighbouring names look like independent uniforms, along every part of a name.

Every test has a fixed sample and a false-alarm rate of 1e-5 in all (shared out where it looks at several numbers), is
never repeated, and says the smallest departure that it finds with even odds. `test_the_checks_would_fail` plants twice
that.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats

from cascadesim.model.rng import entity_stream, replication_key, stable_hash, uniform

Sample = npt.NDArray[np.float64]

COUNT = 1 << 16
RATE = 1e-5
BITS = 52


key_of = cache(replication_key)


def draw(
    seed: int = 1, replication: int = 0, kind: int = 1, owner: int = 2, ident: int = 0, purpose: int = 1, index: int = 0
) -> float:
    """The draw of a full name."""
    return uniform(key_of(seed, replication), entity_stream(kind, owner, ident), purpose, index)


def words(sample: Sample) -> npt.NDArray[np.uint64]:
    """The 52 random bits of each uniform."""
    return (sample * 2.0**52).astype(np.uint64)


def pair_table(first: Sample, second: Sample) -> float:
    """p-value of a chi-square test of the 16 x 16 table of two samples against uniform and independent."""
    table = np.bincount((first * 16).astype(int) * 16 + (second * 16).astype(int), minlength=256)
    return float(stats.chisquare(table).pvalue)


def cells(sample: Sample) -> float:
    """p-value of a chi-square test in 256 cells. Sees a departure of 4 % (root mean square) in the cells."""
    return float(stats.chisquare(np.bincount((sample * 256).astype(int), minlength=256)).pvalue)


def distance(sample: Sample) -> float:
    """p-value of the Kolmogorov-Smirnov test. Sees a distribution function off by 0.01."""
    return float(stats.kstest(sample, "uniform").pvalue)


def serial(sample: Sample) -> float:
    """Least p-value of the correlations at lags 1, 2 and 3, times three. Sees a correlation of 0.02."""
    centred = (sample - 0.5) * np.sqrt(12.0)
    z = [abs(float(centred[lag:] @ centred[:-lag])) / np.sqrt(len(sample) - lag) for lag in (1, 2, 3)]
    return 3 * 2 * float(stats.norm.sf(max(z)))


def successive(sample: Sample) -> float:
    """p-value of successive pairs in 16 x 16 cells. Sees a departure of 6 % (root mean square) in the cells."""
    return pair_table(sample[::2], sample[1::2])


def bits(sample: Sample) -> float:
    """Least p-value of the 52 bits, top to low, times 52. Sees a bit that is one in 51 % of draws."""
    z = words(sample)
    ones = [int(np.count_nonzero(z >> np.uint64(bit) & np.uint64(1))) for bit in range(BITS)]
    return BITS * 2 * float(stats.norm.sf(max(abs(2 * one - len(sample)) for one in ones) / np.sqrt(len(sample))))


def flips(sample: Sample) -> float:
    """The same for the bits in which neighbours differ. Sees a bit that flips in 51 % of steps."""
    z = words(sample)
    return bits(((z[1:] ^ z[:-1]).astype(np.float64) + 0.5) * 2.0**-52)


def meetings(sample: Sample) -> float:
    """p-value of coincidences among the 32 top and the 32 low bits (0.5 expected each). Sees 8 in a sample."""
    z = words(sample)
    most = max(len(z) - len(np.unique(part)) for part in (z >> np.uint64(20), z & np.uint64(0xFFFFFFFF)))
    return 2 * float(stats.poisson.sf(most - 1, COUNT * (COUNT - 1) / 2 / 2**32))


CHECKS: list[Callable[[Sample], float]] = [cells, distance, serial, successive, bits, flips, meetings]
EACH = RATE / len(CHECKS)

ALONG: dict[str, Callable[[int], float]] = {
    "seed": lambda i: draw(seed=i),
    "replication": lambda i: draw(replication=i),
    "kind": lambda i: draw(kind=i),
    "level": lambda i: draw(owner=i),
    "name": lambda i: draw(owner=stable_hash(f"stream {i}")),
    "ordinal": lambda i: draw(ident=i),
    "high bits of the identity": lambda i: draw(ident=i << 46),
    "purpose": lambda i: draw(purpose=i),
    "index": lambda i: draw(index=i),
    "hashed index": lambda i: draw(index=stable_hash(f"reason {i}")),
    "ordinal and purpose": lambda i: draw(ident=i // 10, purpose=i % 10 + 1),
    "purpose and index": lambda i: draw(purpose=i % 10 + 1, index=i // 10),
    "seed and replication": lambda i: draw(seed=i // 256, replication=i % 256),
    "ordinal, session and try": lambda i: draw(ident=i // 16, index=(i % 16 // 4) << 20 | i % 4),
}


@pytest.mark.parametrize("part", ALONG)
def test_draws_along_one_part_of_the_name_are_uniform_and_independent(part: str) -> None:
    """65,536 successive values of that part, the others fixed. The smallest shift is in the docstring of each check."""
    sample = np.array([ALONG[part](i) for i in range(COUNT)])
    assert {check.__name__: p for check in CHECKS if (p := check(sample)) < EACH} == {}


NEIGHBOURS: dict[str, dict[str, int]] = {
    "seed": {"seed": 2},
    "replication": {"replication": 1},
    "kind": {"kind": 2},
    "level": {"owner": 3},
    "purpose": {"purpose": 2},
    "index": {"index": 1},
}


@pytest.mark.parametrize("part", NEIGHBOURS)
def test_two_neighbouring_values_of_a_part_are_independent(part: str) -> None:
    """The same 65,536 entities under both. Sees a correlation of 0.018, or pairs of cells off by 4 % (r.m.s.)."""
    first = np.array([draw(ident=i) for i in range(COUNT)])
    second = np.array([draw(ident=i, **NEIGHBOURS[part]) for i in range(COUNT)])
    z = abs(float((first - 0.5) @ (second - 0.5))) * 12.0 / np.sqrt(COUNT)
    assert 2 * stats.norm.sf(z) > RATE / 2
    assert pair_table(first, second) > RATE / 2


def _spoiled() -> dict[Callable[[Sample], float], Sample]:
    """For each check an independent sample that departs by about twice what the check claims to see."""
    u = np.random.default_rng(12).random(COUNT)
    z = words(u)
    moved = (np.random.default_rng(16).random(COUNT) < 0.08) & ((u * 256).astype(int) % 2 == 1)
    often = np.random.default_rng(13).random(COUNT) < 0.04
    alternating = z.copy()
    alternating[1:] = np.where(often[1:], (z[:-1] ^ np.uint64(8)) & np.uint64(8) | z[1:] & ~np.uint64(8), z[1:])
    mixture = np.random.default_rng(14).random(COUNT) < 0.036
    repeated = u.copy()
    repeated[1:] = np.where(mixture[1:], u[:-1], u[1:])
    doubled = u.copy()
    doubled[-16:] = doubled[:16]
    pairs = u.copy()
    near = np.random.default_rng(15).random(COUNT // 2) < 0.031
    pairs[1::2] = np.where(near, u[::2], u[1::2])
    return {
        cells: u - moved / 256,
        distance: u * 0.98,
        serial: repeated,
        successive: pairs,
        bits: ((z | (often.astype(np.uint64) << np.uint64(3))).astype(np.float64) + 0.5) * 2.0**-52,
        flips: (alternating.astype(np.float64) + 0.5) * 2.0**-52,
        meetings: doubled,
    }


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_checks_would_fail(check: Callable[[Sample], float]) -> None:
    """Each finds the departure planted for it, and finds none in a plain sample."""
    assert check(_spoiled()[check]) < EACH
    assert check(np.random.default_rng(11).random(COUNT)) > EACH
