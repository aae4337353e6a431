"""Which levels go together: the constraints of a study, and the order of its factors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from cascadesim.errors import UsageError
from cascadesim.experiment.study.expression import Condition, NotRead, Undefined, read_condition
from cascadesim.experiment.study.factors import BASE, Factor
from cascadesim.experiment.study.links import ORDERED
from cascadesim.experiment.study.spots import plain_number
from cascadesim.scenario.document import Document
from cascadesim.scenario.number_formats import shown
from cascadesim.scenario.overrides import look_up

if TYPE_CHECKING:
    from cascadesim.experiment.study.ask import Ask
    from cascadesim.experiment.study.nouns import Study
    from cascadesim.experiment.study.spots import Spots

MOST_CONSTRAINTS = 100
Value = Callable[[Sequence[float], str], Any]
"""From the codes of all factors and the base to what a name stands for."""


class Conditions:
    """What must hold of the levels of a study."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.conditions = [read_condition(text) for text in study.constraints]
        places = {factor.name: place for place, factor in enumerate(study.factors)}
        self.ordered = [[places[name] for name in link.factors] for link in study.links if link.rule == ORDERED]
        names = {name for condition in self.conditions for name in condition.names}
        self.values = {name: _value(study, name) for name in names}
        self.which = next((place for place, factor in enumerate(study.factors) if factor.kind == BASE), None)
        self.any = bool(self.conditions or self.ordered)

    def broken(self, codes: Sequence[float]) -> str:
        """What does not hold of these levels, in words; empty where all does."""
        factors = self.study.factors
        base = next(iter(self.study.bases)) if self.which is None else factors[self.which].level(codes[self.which])
        for places in self.ordered:
            levels = [plain_number(factors[place].level(codes[place], base)) for place in places]
            known = [level for level in levels if level is not None]
            if known != sorted(known):
                return f"{' <= '.join(factors[place].name for place in places)} does not hold."
        for condition in self.conditions:
            said = self._broken(condition, codes, base)
            if said:
                return f'constraint "{condition.text}" {said}.'
        return ""

    def _broken(self, condition: Condition, codes: Sequence[float], base: str) -> str:
        found = {}
        for name in condition.names:
            number = plain_number(self.values[name](codes, base))
            if number is None:
                return f"cannot be told: {name} is no number"
            found[name] = float(number)
        try:
            holds = condition.holds(found)
        except Undefined as why:
            return f"cannot be told: {why}"
        said = ", ".join(f"{name} = {number:g}" for name, number in found.items())
        return "" if holds else f"does not hold: {said}"


def _value(study: Study, name: str) -> Value:
    """What a name stands for: the level of a factor, what a factor gives a path, or what the scenario has there."""
    named = next((place for place, factor in enumerate(study.factors) if factor.name == name), None)
    changed = next((place for place, factor in enumerate(study.factors) if name in factor.paths), None)
    kept = _kept(study, name) if named is None else {}

    def value(codes: Sequence[float], base: str) -> Any:
        if named is not None:
            return study.factors[named].level(codes[named], base)
        given = {} if changed is None else dict(study.factors[changed].changes(codes[changed], base))
        return given.get(name, kept[base])

    return value


def _kept(study: Study, name: str) -> dict[str, Any]:
    return {base: look_up(Document(data, name=base), name)[2] for base, data in study.bases.items()}


def read_constraints(ask: Ask, spots: Spots, factors: Sequence[Factor]) -> tuple[str, ...]:
    """The constraints of a file that can be read, and whose names are known."""
    if "constraints" not in ask.data:
        return ()
    found = ask.texts(("constraints",), ask.data["constraints"], MOST_CONSTRAINTS, '["a + b <= 12"]')
    given = ask.data["constraints"]
    return tuple(text for text in found if _is_sound(ask, spots, factors, given.index(text), text))


def _is_sound(ask: Ask, spots: Spots, factors: Sequence[Factor], place: int, text: str) -> bool:
    path, before = ("constraints", place), len(ask.problems)
    try:
        condition = read_condition(text)
    except NotRead as fault:
        ask.fault(path, fault.message, fault.hint, "constraint")
        return False
    named = {factor.name: factor for factor in factors}
    for name in condition.names:
        if name in named:
            levels = named[name].labels
            if any(plain_number(level) is None for level in levels):
                ask.fault(path, f"the levels of {shown(name)} are no numbers.", code="constraint")
        elif "." not in name and named:
            ask.unknown(path, name, [*named], "factor")
        else:
            _is_number(ask, spots, path, name, {path for factor in factors for path in factor.paths})
    return len(ask.problems) == before


def _is_number(ask: Ask, spots: Spots, path: tuple[str | int, ...], name: str, varied: set[str]) -> None:
    try:
        spot = spots.find(path, name)
    except UsageError:
        return
    if spot is not None and name not in varied and any(plain_number(value) is None for value in spot.values.values()):
        ask.fault(path, f"the scenario has no number at {name}.", code="constraint")
