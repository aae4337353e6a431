"""Factors that are drawn together, and from independent uniforms to the levels of all factors.

Together are shares of one whole, and factors of which each is at least the one before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cascadesim.experiment.study.definition import Factor, StudyDefinition

ORDERED, SHARES = "ordered", "shares"
_HALVINGS = 60
_DIGITS = 12


@dataclass(frozen=True)
class DependenceRule:
    """`codes` takes the factors and `dims(their number)` independent uniforms, and gives a code for each factor."""

    codes: Callable[[Sequence[Factor], Sequence[float]], tuple[float, ...]]
    dims: Callable[[int], int]


def _shares(factors: Sequence[Factor], us: Sequence[float]) -> tuple[float, ...]:  # noqa: ARG001 - every row takes it
    """Shares of one whole, every division as likely as any other, from one uniform less than there are shares.

    By breaking a stick: of k shares, the first is 1 - (1 - u)^(1 / (k - 1)) of what is left (the least of k - 1
    uniforms), and so on (L. Devroye, Non-Uniform Random Variate Generation, 1986, chapter V.2).
    """
    left, shares = 1.0, []
    for index, u in enumerate(us):
        share = left * (1.0 - (1.0 - u) ** (1.0 / (len(us) - index)))
        shares.append(round(share, _DIGITS))
        left = max(0.0, left - share)
    return (*shares, round(max(0.0, 1.0 - sum(shares)), _DIGITS))


def _ordered(factors: Sequence[Factor], us: Sequence[float]) -> tuple[float, ...]:
    """Each factor from its own distribution, cut off below at the one before and above where the next ones end."""
    codes: list[float] = []
    for index, (factor, u) in enumerate(zip(factors, us, strict=True)):
        least = float(factors[index - 1].level(codes[-1])) if codes else -float("inf")
        most = min(other.most for other in factors[index:])
        low = _halved(factor, lambda level, least=least: level >= least)[1]  # type: ignore[misc]
        high = _halved(factor, lambda level, most=most: level > most)[0]  # type: ignore[misc]
        codes.append(factor.code(low + u * (high - low)))
        if float(factor.level(codes[-1])) < least:  # by rounding only
            codes[-1] = _code_from(factor, least)
    return tuple(codes)


def _code_from(factor: Factor, least: float) -> float:
    """The code of the lowest level that is at least so much."""
    if factor.listed:
        return float(next(code for code, level in enumerate(factor.labels) if level >= least))
    return least


def _halved(factor: Factor, reached: Callable[[float], bool]) -> tuple[float, float]:
    """The u in [0, 1] from which on the level of a factor has reached something, from both sides."""

    def at(u: float) -> bool:
        return reached(float(factor.level(factor.code(u))))

    if at(0.0):
        return 0.0, 0.0
    if not at(1.0):
        return 1.0, 1.0
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if at(middle) else (middle, high)
    return low, high


RULES = {
    SHARES: DependenceRule(_shares, lambda count: count - 1),
    ORDERED: DependenceRule(_ordered, lambda count: count),
}
"""By the key of a study file that makes factors depend on one another."""


@dataclass(frozen=True)
class SamplingDimension:
    """One factor, or several that depend on one another: `dims` uniforms give the levels of `factors` (indices)."""

    name: str
    factors: tuple[int, ...]
    dims: int
    rule: str = ""

    def codes(self, every: Sequence[Factor], us: Sequence[float]) -> tuple[float, ...]:
        """The codes of its factors."""
        own = [every[index] for index in self.factors]
        return RULES[self.rule].codes(own, us) if self.rule else (own[0].code(us[0]),)


@dataclass(frozen=True)
class FactorGroup:
    """What a design moves as one: the indices of its uniforms, and of its factors."""

    name: str
    uniforms: tuple[int, ...]
    factors: tuple[int, ...]


class SamplingSpace:
    """What a study samples: its dimensions in the order of its factors, and its groups."""

    def __init__(self, study: StudyDefinition) -> None:
        self.factors = study.factors
        self.dimensions = _dimensions(study)
        self.dims = sum(dimension.dims for dimension in self.dimensions)
        self.groups = _groups(study, self.dimensions)

    def codes(self, us: Sequence[float]) -> tuple[float, ...]:
        """The code of every factor, from `dims` independent uniforms of [0, 1]."""
        codes = [0.0] * len(self.factors)
        start = 0
        for dimension in self.dimensions:
            own = dimension.codes(self.factors, us[start : start + dimension.dims])
            for index, code in zip(dimension.factors, own, strict=True):
                codes[index] = code
            start += dimension.dims
        return tuple(codes)


def _dimensions(study: StudyDefinition) -> tuple[SamplingDimension, ...]:
    indices = {factor.name: index for index, factor in enumerate(study.factors)}
    together = {name: dependence for dependence in study.dependences for name in dependence.factors}
    dimensions: dict[str, SamplingDimension] = {}
    for name, index in indices.items():
        dependence = together.get(name)
        if dependence is None:
            dimensions[name] = SamplingDimension(name, (index,), 1)
        elif dependence.name not in dimensions:
            members = tuple(indices[member] for member in dependence.factors)
            dims = RULES[dependence.rule].dims(len(members))
            dimensions[dependence.name] = SamplingDimension(dependence.name, members, dims, dependence.rule)
    return tuple(dimensions.values())


def _groups(study: StudyDefinition, dimensions: Sequence[SamplingDimension]) -> tuple[FactorGroup, ...]:
    """One for each dimension, but for those that the design puts together; in the order of their first factors."""
    group_of = {name: group for group, names in study.design.groups for name in names}
    uniforms: dict[str, list[int]] = {}
    factors: dict[str, list[int]] = {}
    start = 0
    for dimension in dimensions:
        name = group_of.get(study.factors[dimension.factors[0]].name, dimension.name)
        uniforms.setdefault(name, []).extend(range(start, start + dimension.dims))
        factors.setdefault(name, []).extend(dimension.factors)
        start += dimension.dims
    return tuple(FactorGroup(name, tuple(uniforms[name]), tuple(factors[name])) for name in uniforms)
