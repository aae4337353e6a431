"""Factors that lie anywhere between two ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cascadesim.experiment.study.factor_levels import check_levels
from cascadesim.experiment.study.factors import RANGE, Factor
from cascadesim.experiment.study.spots import Spot, Spots, origins, unit_at
from cascadesim.experiment.study.spreads import SPREADS
from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.fields import MAX_NUMBER
from cascadesim.scenario.number_formats import shown

if TYPE_CHECKING:
    from cascadesim.experiment.study.ask import Ask

RANGE_KEYS = ("low", "high")
_FAR = 8.0
"""Standard deviations beyond which hardly anything of a normal distribution lies."""


@dataclass(frozen=True)
class _Ends:
    spot: Spot
    low: float
    high: float


def ranged(
    ask: Ask, spots: Spots, place: KeyPath, name: str, columns: Mapping[str, Any], table: dict[str, Any], times: bool
) -> Factor | None:
    """A factor that gives each path a value between its ends, all as far along; `table` says how it is spread.

    Ends that are not given are those of the range that the scenario itself marks at the path.
    """
    before = len(ask.problems)
    if "labels" in table:
        ask.fault((*place, "labels"), "labels are for levels; here is a range.", code="conflict")
    ends = [_ends(ask, spots, place, path, own, times) for path, own in columns.items()]
    spread = ask.word((*place, "dist"), table.get("dist", "uniform"), SPREADS)
    found = [each for each in ends if each is not None]
    if len(ask.problems) > before or not found or spread is None:
        return None
    first = found[0]
    whole = _whole(ask, place, table, found, times)
    base = (1 if times else first.spot.number) if spots.bases else None
    numbers = _numbers(ask, place, table, spread, first, base)
    own = origins(ask, place, [each.spot for each in found]) if times else ()
    if len(ask.problems) > before:
        return None
    unit = "times the scenario's own" if times else unit_at(first.spot.path)
    spans = tuple((each.low, each.high) for each in found)
    paths = tuple(each.spot.path for each in found)
    factor = Factor(name, paths, RANGE, base, unit, (), (), *spans[0], spread, numbers, spans, whole, times, own)
    check_levels(ask, spots, place, factor)
    return factor


def _ends(ask: Ask, spots: Spots, place: KeyPath, path: str, own: dict[str, Any], times: bool) -> _Ends | None:
    spot = spots.find(place, path)
    if spot is None:
        return None
    marked = spot.marked if not times and "low" not in own and "high" not in own else None
    if marked is not None:
        low, high = marked
    elif "low" not in own or "high" not in own:
        missing = " and ".join(key for key in RANGE_KEYS if key not in own)
        hint = "" if times else "The scenario marks no range there. " * ("low" not in own and "high" not in own)
        ask.fault(place, f"{missing} {'is' if ' ' not in missing else 'are'} missing.", hint.strip(), "missing")
        return None
    else:
        low, high = (_end(ask, place, key, own[key]) for key in RANGE_KEYS)  # type: ignore[assignment]
    if low is None or high is None:
        return None
    if not low < high:
        why = "nothing is left to vary" if low == high else "low comes first"
        ask.fault(place, f"got low = {shown(low)}, high = {shown(high)}: {why}.", code="conflict")
        return None
    return _Ends(spot, low, high)


def _end(ask: Ask, place: KeyPath, key: str, value: Any) -> float | None:
    number = ask.number((*place, key), value)
    if number is not None and abs(number) > MAX_NUMBER:
        ask.not_one((*place, key), value, f"at most {MAX_NUMBER:,.0f} either way")
        return None
    return number


def _whole(ask: Ask, place: KeyPath, table: dict[str, Any], ends: list[_Ends], times: bool) -> bool:
    """Whether its levels are whole numbers: if it says so, and where a key takes no others."""
    whole = ask.flag((*place, "whole"), table.get("whole", False)) or (not times and any(e.spot.whole for e in ends))
    for each in ends if whole else ():
        for end in (each.low, each.high):
            if end != int(end):
                ask.fault(place, f"got {shown(end)}; {each.spot.path} runs over whole numbers.")
    return bool(whole)


def _numbers(
    ask: Ask, place: KeyPath, table: dict[str, Any], spread: str, ends: _Ends, base: float | None
) -> tuple[float, ...]:
    """What the spread needs besides low and high; the mode and the mean are by default what the scenario has."""
    row = SPREADS[spread]
    for key in ("mode", "mean", "sd"):
        if key in table and key not in row.needs:
            takes = " and ".join(row.needs) or "low and high only"
            ask.fault((*place, key), f"{spread} takes {takes}.", code="conflict")
    if row.positive and ends.low <= 0:
        ask.fault(place, f"got low = {shown(ends.low)}; {spread} needs a number above 0.")
        return ()
    found: list[float | None] = []
    for key in row.needs:
        if key not in table and (key == "sd" or base is None):
            ask.fault(place, f"{spread} needs {key}.", code="missing")
            return ()
        number = ask.number((*place, key), table.get(key, base))
        found.append(number)
    if None in found:
        return ()
    numbers = tuple(float(number) for number in found if number is not None)
    wrong = _unfit(spread, ends, numbers)
    if wrong:
        ask.fault(place, wrong, code="conflict")
    return numbers


def _unfit(spread: str, ends: _Ends, numbers: tuple[float, ...]) -> str:
    """What is wrong with the numbers of a spread, if anything."""
    if spread == "triangular" and not ends.low <= numbers[0] <= ends.high:
        return f"got mode = {numbers[0]:g}; allowed: from low to high, {ends.low:g} to {ends.high:g}."
    if spread not in ("normal", "lognormal"):
        return ""
    mean, sd = numbers
    if sd <= 0 or (spread == "lognormal" and mean <= 0):
        return f"got mean = {mean:g}, sd = {sd:g}; {'both are' if spread == 'lognormal' else 'sd is'} above 0."
    if ends.low > mean + _FAR * sd or ends.high < mean - _FAR * sd or sd < 1e-9 * (ends.high - ends.low):
        return f"hardly anything with mean = {mean:g} and sd = {sd:g} lies from {ends.low:g} to {ends.high:g}."
    return ""
