"""Factors that are drawn together: shares of one whole, and factors of which each is at least the one before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cascadesim.experiment.study.factors import LEVELS, RANGE, Factor
from cascadesim.experiment.study.nouns import Link
from cascadesim.experiment.study.spots import Spots
from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.number_formats import shown

if TYPE_CHECKING:
    from cascadesim.experiment.study.ask import Ask

ORDERED, SHARES = "ordered", "shares"
MOST_SHARES = 50
_HALVINGS = 60
_DIGITS = 12


@dataclass(frozen=True)
class Rule:
    """`codes` takes the factors and `dims(their number)` independent uniforms, and gives a code for each factor."""

    codes: Callable[[Sequence[Factor], Sequence[float]], tuple[float, ...]]
    dims: Callable[[int], int]


def _shares(factors: Sequence[Factor], us: Sequence[float]) -> tuple[float, ...]:  # noqa: ARG001 - every row takes it
    """Shares of one whole, every division as likely as any other, from one uniform less than there are shares.

    By breaking a stick: of k shares, the first is 1 - (1 - u)^(1 / (k - 1)) of what is left (the least of k - 1
    uniforms), and so on (L. Devroye, Non-Uniform Random Variate Generation, 1986, chapter V.2).
    """
    left, found = 1.0, []
    for place, u in enumerate(us):
        share = left * (1.0 - (1.0 - u) ** (1.0 / (len(us) - place)))
        found.append(round(share, _DIGITS))
        left = max(0.0, left - share)
    return (*found, round(max(0.0, 1.0 - sum(found)), _DIGITS))


def _ordered(factors: Sequence[Factor], us: Sequence[float]) -> tuple[float, ...]:
    """Each factor from its own spread, cut off below at the one before and above where the next ones end."""
    found: list[float] = []
    for place, (factor, u) in enumerate(zip(factors, us, strict=True)):
        least = float(factors[place - 1].level(found[-1])) if found else -float("inf")
        most = min(_top(other) for other in factors[place:])
        low, high = _first(factor, least), _last(factor, most)
        found.append(factor.code(low + u * (high - low)))
        if float(factor.level(found[-1])) < least:  # by rounding only
            found[-1] = _code(factor, least)
    return tuple(found)


def _top(factor: Factor) -> float:
    return float(factor.labels[-1]) if factor.listed else factor.high


def _code(factor: Factor, least: float) -> float:
    """The lowest level that is at least so much."""
    if factor.listed:
        return float(next(place for place, level in enumerate(factor.labels) if level >= least))
    return least


def _first(factor: Factor, least: float) -> float:
    """The lowest u of which the level is at least so much."""
    return _halved(lambda u: float(factor.level(factor.code(u))) >= least)[1]


def _last(factor: Factor, most: float) -> float:
    """The highest u of which the level is at most so much."""
    return _halved(lambda u: float(factor.level(factor.code(u))) > most)[0]


def _halved(beyond: Callable[[float], bool]) -> tuple[float, float]:
    """The u in [0, 1] at which something becomes true, from both sides; never decreasing in u."""
    if beyond(0.0):
        return 0.0, 0.0
    if not beyond(1.0):
        return 1.0, 1.0
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if beyond(middle) else (middle, high)
    return low, high


LINKS = {
    SHARES: Rule(_shares, lambda count: count - 1),
    ORDERED: Rule(_ordered, lambda count: count),
}
"""By the key of a study file that links factors so."""


def read_shares(
    ask: Ask, spots: Spots, place: KeyPath, name: str, table: dict[str, Any]
) -> tuple[list[Factor], list[Link]]:
    """A factor for each share, and the link that makes them sum to one."""
    before = len(ask.problems)
    for key in table:
        if key != "shares":
            ask.fault((*place, key), f"{key} does not go with shares: they run from 0 to 1.", code="conflict")
    paths = ask.texts((*place, "shares"), table["shares"], MOST_SHARES, '["tier.NAME.languages.A", ...]')
    if len(paths) == 1:
        ask.fault((*place, "shares"), "one share alone is always 1; at least two are needed.", code="conflict")
    found = [spots.find((*place, "shares"), path) for path in paths]
    if len(ask.problems) > before:
        return [], []
    factors = [
        Factor(path, (path,), RANGE, spot.number, "of the whole", spans=((0.0, 1.0),))
        for path, spot in zip(paths, found, strict=True)
        if spot is not None
    ]
    for base in spots.bases if factors else ():
        even = {path: 1.0 / len(paths) for path in paths}
        refused = spots.refuses(place, even, base, "with equal shares: ")
        if refused:
            ask.fault(place, f"with equal shares: {refused}", code="inconsistent")
    return factors, [Link(SHARES, name, tuple(paths))] if factors else []


def read_ordered(ask: Ask, factors: Sequence[Factor]) -> list[Link]:
    """The links of the key `ordered`: lists of factors of which each is at least the one before it."""
    if "ordered" not in ask.data:
        return []
    given = ask.data["ordered"]
    if not isinstance(given, list) or not given or not all(isinstance(each, list) for each in given):
        ask.not_one(("ordered",), given, 'a list of lists of factors, [["least", "most"]]')
        return []
    known = {factor.name: factor for factor in factors if factor.kind in (LEVELS, RANGE)}
    found: list[Link] = []
    used: set[str] = set()
    for number, names in enumerate(given):
        path = ("ordered", number)
        texts = ask.texts(path, names, len(known) + 1, '["least", "most"]')
        for place, name in enumerate(texts):
            if name not in known:
                ask.unknown((*path, place), name, known, "factor")
            elif name in used:
                ask.fault((*path, place), f"{shown(name)} stands in two lists.", code="twice")
        used.update(texts)
        if len(texts) >= 2 and all(name in known for name in texts):
            _orderly(ask, path, [known[name] for name in texts])
            found.append(Link(ORDERED, " <= ".join(texts), tuple(texts)))
        elif len(texts) == 1:
            ask.fault(path, "one factor alone is in order; at least two are needed.", code="conflict")
    return found


def _orderly(ask: Ask, path: KeyPath, factors: list[Factor]) -> None:
    """Their levels are numbers that rise, and there is room for all."""
    for factor in factors:
        rises = not factor.listed or all(isinstance(level, int | float) for level in factor.labels)
        if not rises or (factor.listed and list(factor.labels) != sorted(factor.labels)):
            ask.fault(path, f"the levels of {shown(factor.name)} are not numbers that rise.", code="conflict")
            return
    for place, factor in enumerate(factors):
        low = float(factor.labels[0]) if factor.listed else factor.low
        for other in factors[place + 1 :]:
            if low > _top(other):
                message = f"{shown(factor.name)} is always above {shown(other.name)}."
                ask.fault(path, message, code="conflict")
                return
