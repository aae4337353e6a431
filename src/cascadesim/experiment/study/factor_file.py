"""The factors of a study file, by dotted path or by a name of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cascadesim.experiment.study import links
from cascadesim.experiment.study.bases import LONGEST_NAME, SCENARIO, VARIANT, settings
from cascadesim.experiment.study.factor_levels import listed
from cascadesim.experiment.study.factor_range import RANGE_KEYS, ranged
from cascadesim.experiment.study.factors import BASE, Factor
from cascadesim.experiment.study.keys import CHANCE_NAME, DUMMY_NAME, FACTOR_KEYS
from cascadesim.experiment.study.marked import marked
from cascadesim.experiment.study.nouns import Link
from cascadesim.experiment.study.spots import Spots
from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.number_formats import shown

if TYPE_CHECKING:
    from cascadesim.experiment.study.ask import Ask

MOST_FACTORS = 1_000
FORMS = "a list of values, or a range { low = 1, high = 2 }"
_RESERVED = (VARIANT, SCENARIO, DUMMY_NAME, CHANCE_NAME)


def read_factors(ask: Ask, spots: Spots, by_default: bool) -> tuple[list[Factor], list[Link]]:
    """(factors, links) that the file names, which scenario first.

    Without a table of factors, and where the design goes `by_default`, those are every range that the scenario marks.
    """
    factors = _which(ask, spots)
    if "factors" not in ask.data:
        return factors + (marked(ask, spots) if by_default else []), []
    table = ask.data["factors"]
    if not isinstance(table, dict) or not table:
        ask.not_one(("factors",), table, "a table [factors] of dotted paths")
        return factors, []
    found = list(settings(table, FACTOR_KEYS))
    if len(found) > MOST_FACTORS:
        ask.fault(("factors",), f"{len(found):,} factors; at most {MOST_FACTORS:,}.", code="too_large")
        return factors, []
    rules: list[Link] = []
    places: list[KeyPath] = [()] * len(factors)
    for keys, value in found:
        place: KeyPath = ("factors", *keys)
        more, link = _read(ask, spots, place, ".".join(keys), value)
        if not more:
            ask.lost |= {".".join(keys), str(value.get("name")) if isinstance(value, dict) else ""}
        factors += more
        places += [place] * len(more)
        rules += link
    _apart(ask, factors, places)
    return factors, rules + links.read_ordered(ask, factors)


def _which(ask: Ask, spots: Spots) -> list[Factor]:
    """The factor that says from which scenario or variant a point starts, if there are several."""
    if len(spots.bases) < 2:
        return []
    names = tuple(spots.bases)
    return [Factor(VARIANT if "variants" in ask.data else SCENARIO, (), BASE, names[0], labels=names)]


def _read(ask: Ask, spots: Spots, place: KeyPath, key: str, value: Any) -> tuple[list[Factor], list[Link]]:
    """What one row of [factors] stands for: one factor, or shares with the link between them."""
    if isinstance(value, list):
        value = {"levels": value}
    if not isinstance(value, dict):
        ask.not_one(place, value, FORMS)
        return [], []
    ask.known(place, value, FACTOR_KEYS)
    many = [form for form in ("paths", "together", "shares") if form in value]
    if len(many) > 1:
        ask.fault(place, f"{many[0]} and {many[1]} do not go together.", code="conflict")
        return [], []
    name = key if many else value.get("name", key)
    if "name" in value and (many or not isinstance(name, str)):
        ask.fault((*place, "name"), "the name of such factors stands before the equals sign.", code="conflict")
        return [], []
    if not _is_name(ask, place, name):
        return [], []
    if "shares" in value:
        return links.read_shares(ask, spots, place, name, value)
    if "together" in value:
        factor = _together(ask, spots, place, name, value)
    else:
        factor = _alike(ask, spots, place, name, value, key)
    return ([] if factor is None else [factor]), []


def _is_name(ask: Ask, place: KeyPath, name: str) -> bool:
    if name in _RESERVED:
        ask.fault(place, f"{name} is the name of a factor that a design adds.", "Choose another name.", "name")
    elif not name.strip() or not name.isprintable() or len(name) > 4 * LONGEST_NAME:
        ask.fault(place, "not a name; allowed: up to 240 characters on one line.", code="name")
    else:
        return True
    return False


def _alike(ask: Ask, spots: Spots, place: KeyPath, name: str, table: dict[str, Any], key: str) -> Factor | None:
    """One path, or several that all get the same."""
    paths = [key]
    if "paths" in table:
        paths = ask.texts((*place, "paths"), table["paths"], MOST_FACTORS, '["tier.NAME.caseload", ...]')
    times = ask.flag((*place, "times"), table.get("times", False)) or False
    if not paths:
        return None
    if "levels" in table:
        _no_range(ask, place, table)
        if not isinstance(table["levels"], list):
            ask.not_one((*place, "levels"), table["levels"], "a list of values")
            return None
        return listed(ask, spots, place, name, dict.fromkeys(paths, table["levels"]), table.get("labels"), times)
    return ranged(ask, spots, place, name, dict.fromkeys(paths, table), table, times)


def _together(ask: Ask, spots: Spots, place: KeyPath, name: str, table: dict[str, Any]) -> Factor | None:
    """Several paths, each with a list or a range of its own."""
    columns = table["together"]
    here = (*place, "together")
    if not isinstance(columns, dict) or not columns:
        ask.not_one(here, columns, 'a table of dotted paths, { "tier.NAME.initial" = [2, 4], ... }')
        return None
    flat = {".".join(keys): value for keys, value in settings(columns, RANGE_KEYS)}
    times = ask.flag((*place, "times"), table.get("times", False)) or False
    if all(isinstance(value, list) for value in flat.values()):
        _no_range(ask, place, table)
        if len({len(value) for value in flat.values()}) > 1:
            lengths = ", ".join(str(len(value)) for value in flat.values())
            ask.fault(here, f"lists that move together are of one length, not {lengths}.", code="conflict")
            return None
        return listed(ask, spots, place, name, flat, table.get("labels"), times)
    if all(isinstance(value, dict) and set(value) <= {"low", "high"} for value in flat.values()):
        return ranged(ask, spots, place, name, flat, table, times)
    ask.fault(here, "they are all lists, or all ranges { low = 1, high = 2 }.", code="conflict")
    return None


def _no_range(ask: Ask, place: KeyPath, table: Mapping[str, Any]) -> None:
    for key in ("low", "high", "dist", "mode", "mean", "sd", "whole"):
        if key in table:
            ask.fault((*place, key), f"{key} is for ranges; here are levels.", code="conflict")


def _apart(ask: Ask, factors: list[Factor], places: list[KeyPath]) -> None:
    """No two factors have one name, or change the same key."""
    names: set[str] = set()
    owners: dict[tuple[str, ...], str] = {}
    for factor, place in zip(factors, places, strict=True):
        if factor.name in names:
            ask.fault(place, f"two factors are called {shown(factor.name)}.", code="twice")
        names.add(factor.name)
        for path in factor.paths:
            parts = tuple(path.removesuffix(".value").split("."))
            clash = next((own for own in owners if own[: len(parts)] == parts[: len(own)]), None)
            if clash is not None:
                ask.fault(place, f"{path} is changed by {shown(owners[clash])} already.", code="twice")
            owners[parts] = factor.name
