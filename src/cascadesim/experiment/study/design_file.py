"""What a study file says of its design: a word, or a table with its numbers, groups or file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cascadesim.experiment.limits import MAX_REPLICATIONS
from cascadesim.experiment.study.designs import DESIGNS, Number
from cascadesim.experiment.study.factors import CHANCE, DUMMY, Factor
from cascadesim.experiment.study.keys import CHANCE_NAME, DUMMY_NAME
from cascadesim.experiment.study.nouns import Design, Link
from cascadesim.scenario.number_formats import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cascadesim.experiment.study.ask import Ask

DEFAULT = "grid"
_MOST_GROUPS = 1_000


def read_kind(ask: Ask) -> str:
    """Which design it is; a grid where the file does not say."""
    value = ask.data.get("design", DEFAULT)
    if isinstance(value, dict):
        if "kind" not in value:
            ask.fault(("design",), f"kind is missing. One of: {', '.join(DESIGNS)}.", code="missing")
            return DEFAULT
        return ask.word(("design", "kind"), value["kind"], DESIGNS) or DEFAULT
    return ask.word(("design",), value, DESIGNS) or DEFAULT


def read_design(ask: Ask, kind: str, factors: Sequence[Factor], links: Sequence[Link]) -> Design:
    """The design with its numbers, without the rows of a list."""
    value = ask.data.get("design", DEFAULT)
    table: dict[str, Any] = value if isinstance(value, dict) else {}
    row = DESIGNS[kind]
    more: tuple[str, ...] = ("groups",) if row.grouped else ()
    more += ("seed_as_factor",) if kind == "sobol_indices" else ("file",) if kind == "list" else ()
    if "kind" in table:
        ask.known(("design",), table, ("kind", *row.numbers, *more))
    numbers = tuple((key, _number(ask, key, table, number)) for key, number in row.numbers.items())
    groups = _groups(ask, table["groups"], factors, links) if "groups" in table and row.grouped else ()
    chance = "seed_as_factor" in table and ask.flag(("design", "seed_as_factor"), table["seed_as_factor"])
    if kind == "morris" and dict(numbers)["levels"] % 2:
        ask.fault(("design", "levels"), "an even number of levels is needed.", "4 is usual.")
    return Design(kind, numbers, groups, chance=bool(chance))


def _number(ask: Ask, key: str, table: dict[str, Any], number: Number) -> int:
    if key not in table:
        return number.usual
    found = ask.whole(("design", key), table[key], number.least, number.most)
    if found is not None and number.power and found & (found - 1):
        below = 1 << (found.bit_length() - 1)
        ask.fault(("design", key), f"got {found}; a power of two is needed.", f"{below} or {2 * below}.")
        return number.usual
    return number.usual if found is None else found


def _groups(
    ask: Ask, value: Any, factors: Sequence[Factor], links: Sequence[Link]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Factors that are moved as one; what is linked stays together."""
    path = ("design", "groups")
    if not isinstance(value, dict) or not value or len(value) > _MOST_GROUPS:
        ask.not_one(path, value, 'a table of names and factors, { people = ["a", "b"] }')
        return ()
    known = {factor.name: factor for factor in factors}
    used: dict[str, str] = {}
    found = []
    for name, members in value.items():
        texts = ask.texts((*path, name), members, len(known) + 1, '["a", "b"]')
        for place, each in enumerate(texts):
            if each not in known:
                ask.unknown((*path, name, place), each, known, "factor")
            elif each in used:
                ask.fault((*path, name, place), f"{shown(each)} is in {used[each]} already.", code="twice")
            used[each] = name
        if name in known and name not in texts:
            ask.fault((*path, name), f"{shown(name)} is the name of a factor.", "Choose another name.", "name")
        found.append((name, tuple(texts)))
    for link in links:
        if len({used.get(each) for each in link.factors}) > 1:
            ask.fault(path, f"{link.name} cannot be taken apart: its factors belong in one group.", code="conflict")
    return tuple(found)


def with_added(design: Design, factors: list[Factor]) -> list[Factor]:
    """The factors with those that the design adds: the dummy of morris, the chance of sobol_indices."""
    if design.kind == "morris":
        return [*factors, Factor(DUMMY_NAME, (), DUMMY)]
    if design.chance:
        return [*factors, Factor(CHANCE_NAME, (), CHANCE, high=float(MAX_REPLICATIONS - 1), whole=True)]
    return factors


def with_rows(design: Design, rows: Sequence[tuple[float | None, ...]]) -> Design:
    """The design of a list with its rows."""
    return replace(design, given=tuple(rows))
