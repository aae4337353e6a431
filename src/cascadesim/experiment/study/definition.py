"""What a study is made of, as frozen data: its factors and its design; `study.py` adds the rows and points that follow.

A factor is what a study varies, how it is distributed over its range, and what each of its levels changes. Inside a
design every level is one number, its code: the index in a list of levels, or the value itself within a range.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cascadesim.model.distributions import normal_quantile, triangular

AS_IS = -math.inf
"""The code of what the scenario has itself, where that is none of the levels."""

LEVELS, RANGE, BASE, DUMMY, CHANCE = "levels", "range", "base", "dummy", "chance"
"""Kinds of factors: listed levels, a range, which scenario or variant, one that changes nothing, chance variation."""

Real = int | float
"""A number that is kept as it is written, whole or not."""

_DIGITS = 12


@dataclass(frozen=True)
class FactorDistribution:
    """`quantile` takes (low, high), `numbers` by the names of `needs`, and u of [0, 1]; it gives low at 0, high at 1.

    `needs` are keys beside low and high; with `positive` low must be above 0.
    """

    quantile: Callable[[float, float, Sequence[float], float], float]
    needs: tuple[str, ...] = ()
    positive: bool = False

    def level(self, low: float, high: float, numbers: Sequence[float], whole: bool, u: float) -> float:
        """The level at u, within the range, to 12 digits: beyond those machines differ in their logarithms.

        Whole numbers are as likely as what lies nearest to them; of a uniform range all are equally likely.
        """
        if whole and self.quantile is _uniform:
            return min(high, low + math.floor(u * (high - low + 1)))
        value = self.quantile(low, high, numbers, u)
        value = math.floor(value + 0.5) if whole else float(f"{value:.{_DIGITS}g}")
        return min(high, max(low, value))


def _uniform(low: float, high: float, numbers: Sequence[float], u: float) -> float:  # noqa: ARG001 - every row takes it
    return low + (high - low) * u


def _log_uniform(low: float, high: float, numbers: Sequence[float], u: float) -> float:  # noqa: ARG001
    """Each doubling as likely as the next."""
    return low * math.exp(u * math.log(high / low))


def _triangular(low: float, high: float, numbers: Sequence[float], u: float) -> float:
    """(mode)."""
    return triangular((low, numbers[0], high), u)


def _normal(low: float, high: float, numbers: Sequence[float], u: float) -> float:
    """(mean, sd) of the normal distribution that is cut off at low and high."""
    mean, sd = numbers
    return mean + sd * _cut((low - mean) / sd, (high - mean) / sd, u)


def _lognormal(low: float, high: float, numbers: Sequence[float], u: float) -> float:
    """(mean, sd) of the lognormal distribution that is cut off at low and high."""
    mean, sd = numbers
    variance = math.log1p((sd / mean) ** 2)
    mu, sigma = math.log(mean) - variance / 2, math.sqrt(variance)
    return math.exp(mu + sigma * _cut((math.log(low) - mu) / sigma, (math.log(high) - mu) / sigma, u))


def _cut(low: float, high: float, u: float) -> float:
    """The quantile of a standard normal between low and high; in the upper tail by its mirror image, to keep digits."""
    if low > 0:
        return -_cut(-high, -low, 1 - u)
    below, above = _normal_share(low), _normal_share(high)
    share = below + u * (above - below)
    return min(high, max(low, normal_quantile(share))) if 0 < share < 1 else (low if share <= 0 else high)


def _normal_share(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2))


DISTRIBUTIONS = {
    "uniform": FactorDistribution(_uniform),
    "log_uniform": FactorDistribution(_log_uniform, positive=True),
    "triangular": FactorDistribution(_triangular, ("mode",)),
    "normal": FactorDistribution(_normal, ("mean", "sd")),
    "lognormal": FactorDistribution(_lognormal, ("mean", "sd"), positive=True),
}
"""By the word after `dist =`."""


@dataclass(frozen=True)
class Factor:
    """One factor. `base` is its level in the scenario itself, None where nothing is given there.

    `paths` are the keys that it changes. With `kind` levels, `labels` has what each level is called (a number or a
    text) and `values` one tuple a level with the value of each path. With `kind` range, `low` and `high` are its ends,
    `distribution` and `numbers` a row of `DISTRIBUTIONS` with its numbers, and `spans` the ends for each path. With
    `times` a level multiplies the scenario's own value, which `origins` has for each base and path. `unit` is that of
    the first path. `base_levels` has the level of each base that has another one itself than `base`.
    """

    name: str
    paths: tuple[str, ...]
    kind: str
    base: Any = None
    unit: str = ""
    labels: tuple[Any, ...] = ()
    values: tuple[tuple[Any, ...], ...] = ()
    low: Real = 0.0
    high: Real = 1.0
    distribution: str = "uniform"
    numbers: tuple[float, ...] = ()
    spans: tuple[tuple[Real, Real], ...] = ()
    whole: bool = False
    times: bool = False
    origins: tuple[tuple[str, tuple[Real, ...]], ...] = ()
    base_levels: tuple[tuple[str, Any], ...] = ()

    def __hash__(self) -> int:
        return hash((self.name, self.paths, self.kind))

    @property
    def listed(self) -> bool:
        """Whether it has a list of levels."""
        return self.kind in (LEVELS, BASE)

    @property
    def width(self) -> float:
        """From low to high."""
        return self.high - self.low

    @property
    def least(self) -> float:
        """The first of its levels, or the low end of its range; for a factor whose levels are numbers."""
        return float(self.labels[0]) if self.listed else self.low

    @property
    def most(self) -> float:
        """The last of its levels, or the high end of its range; for a factor whose levels are numbers."""
        return float(self.labels[-1]) if self.listed else self.high

    def code(self, u: float) -> float:
        """The level at u of [0, 1], as its code: listed levels are equally likely, a range has its distribution."""
        if self.listed:
            return float(min(int(u * len(self.labels)), len(self.labels) - 1))
        return DISTRIBUTIONS[self.distribution].level(self.low, self.high, self.numbers, self.whole, u)

    def codes(self) -> list[float]:
        """Every listed level, or both ends of the range."""
        return [float(code) for code in range(len(self.labels))] if self.listed else [self.low, self.high]

    def level(self, code: float, base: str = "") -> Any:
        """The level as an analysis sees it, in a scenario of this base: a number, or the text of a category."""
        if code == AS_IS:
            return dict(self.base_levels).get(base, self.base)
        if self.listed:
            return self.labels[int(code)]
        return int(code) if self.whole or self.kind == CHANCE else code

    def changes(self, code: float, base: str) -> tuple[tuple[str, Any], ...]:
        """What the level changes in the scenario of this base: (dotted path, value) for each path."""
        if not self.paths or code == AS_IS:
            return ()
        values = self.values[int(code)] if self.listed else tuple(self._within(code))
        if self.times:
            origins = dict(self.origins)[base]
            values = tuple(_multiplied(origin, value) for origin, value in zip(origins, values, strict=True))
        return tuple(zip(self.paths, values, strict=True))

    def _within(self, code: float) -> list[Any]:
        """The value of each path of a range: as far along its own span as the level is along the first."""
        values: list[Any] = []
        for low, high in self.spans:
            own = code if (low, high) == (self.low, self.high) else low + (code - self.low) * (high - low) / self.width
            values.append(round(own) if self.whole else own)
        return values


def _multiplied(origin: float, times: float) -> float:
    """A whole number stays whole: the nearest, halves up."""
    return int(origin * times + 0.5) if isinstance(origin, int) else origin * times


def layers(value: Any) -> Iterator[Any]:
    """A value, then what a quantity, a constant or an unchanging rate holds, down to the number or text in it."""
    yield value
    while isinstance(value, dict | list):
        if isinstance(value, dict):
            value = value.get("value", value.get("rate"))
        else:
            value = value[0] if len(value) == 1 else None
        yield value


def plain_number(value: Any) -> float | None:
    """The number that a value is, or that a quantity, a constant or an unchanging rate has; else None."""
    *_, inner = layers(value)
    return inner if isinstance(inner, int | float) and not isinstance(inner, bool) else None


TARGET = "target"
"""What the chance of the scenario's target is called where an outcome may stand."""

COMMON, INDEPENDENT = "common", "independent"
"""Which random numbers a setting has: those of all others, its own, or (`CHANCE`) those of a level of that factor."""

DUMMY_NAME, CHANCE_NAME = "dummy", "chance"
"""Factors that a design adds: one that changes nothing, and the random numbers."""


@dataclass(frozen=True, slots=True)
class Point:
    """One distinct setting that is run, numbered from 0 in the order in which the design first asks for it.

    `base` is the name of the scenario or variant that it starts from, `changes` are (dotted path, JSON value) as for
    `Scenario.with_`, in the order of the factors. `problem` says why it is not run, else it is empty. Those of one
    `random_numbers` draw the same (`first_replication`).
    """

    number: int
    base: str
    changes: tuple[tuple[str, Any], ...]
    problem: str = ""
    random_numbers: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the design; several rows may share one point.

    `block` is empty for plain designs, `trajectory` for morris, `A`, `B` or `AB:NAME` for sobol_indices. `replicate`
    numbers trajectories and scrambles, `index` the rows within a replicate and block. `levels` has one entry a factor:
    a number, or the text of a category.
    """

    number: int
    block: str
    replicate: int
    index: int
    point: int
    levels: tuple[Any, ...]


@dataclass(frozen=True)
class Fixed:
    """So many replications of every point."""

    n: int

    @property
    def least(self) -> int:
        """The fewest replications that a point can have."""
        return self.n

    @property
    def most(self) -> int:
        """The most replications that a point can have."""
        return self.n


@dataclass(frozen=True)
class Until:
    """Replications until every outcome has the half-width asked for: at least `least`, at most `most` of a point.

    `relative` is a share of the mean and holds for all of `outcomes`; `absolute` are (outcome, half-width in its own
    unit) and hold for these alone.
    """

    least: int
    most: int
    relative: float | None
    absolute: tuple[tuple[str, float], ...]
    outcomes: tuple[str, ...]


@dataclass(frozen=True)
class Dependence:
    """Factors that are drawn together, by a row of `dependence.RULES`; `name` is what they are called as one."""

    rule: str
    name: str
    factors: tuple[str, ...]


@dataclass(frozen=True)
class Design:
    """Which settings are asked for: its kind in `designs.DESIGNS`, and its numbers by name.

    `groups` are (name, names of factors) that move as one. `list_rows` are those of a list, each with the code of every
    factor's level, None for what the scenario has itself. With `chance` the random numbers are one more factor.
    """

    kind: str
    numbers: tuple[tuple[str, int], ...] = ()
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    list_rows: tuple[tuple[float | None, ...], ...] = ()
    chance: bool = False

    def number(self, name: str) -> int:
        """One of its numbers: `settings`, `trajectories`, `levels`, `scrambles`."""
        return dict(self.numbers)[name]


@dataclass(frozen=True)
class StudyDefinition:
    """Many runs and what is asked of them.

    `bases` are resolved scenarios by name, with everything that is set for all points in them. `factors` are in the
    order of the file, `dependences` says which are drawn together, `constraints` which levels go together.
    `outcomes` are those kept of every replication, `trajectories` the columns.
    """

    name: str
    title: str
    description: str
    bases: Mapping[str, dict[str, Any]]
    factors: tuple[Factor, ...]
    dependences: tuple[Dependence, ...]
    constraints: tuple[str, ...]
    design: Design
    replications: Fixed | Until
    seed: int
    random_numbers: str
    outcomes: tuple[str, ...]
    trajectories: tuple[str, ...]
    max_failures: int | None

    def __hash__(self) -> int:
        return hash((self.name, self.seed, self.design, self.factors))


def is_study(data: dict[str, Any]) -> bool:
    """Whether a file's data are meant as a study rather than as a scenario."""
    of_scenarios = {"cascade", "tier", "extends", "horizon_weeks", "clients"}
    of_studies = {"scenario", "scenarios", "factors", "design", "constraints"}
    return bool(of_studies & set(data)) and not of_scenarios & set(data)
