"""From independent uniforms to the levels of a study's factors; what a design draws, and what it moves as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cascadesim.experiment.study.links import LINKS

if TYPE_CHECKING:
    from cascadesim.experiment.study.factors import Factor
    from cascadesim.experiment.study.nouns import Study


@dataclass(frozen=True)
class Axis:
    """One factor, or several that are linked: `dims` uniforms give the levels of `factors` (their places)."""

    name: str
    factors: tuple[int, ...]
    dims: int
    rule: str = ""

    def codes(self, every: Sequence[Factor], us: Sequence[float]) -> tuple[float, ...]:
        """The codes of its factors."""
        own = [every[place] for place in self.factors]
        return LINKS[self.rule].codes(own, us) if self.rule else (own[0].code(us[0]),)


@dataclass(frozen=True)
class Group:
    """What a design moves as one: the places of its uniforms, and of its factors."""

    name: str
    uniforms: tuple[int, ...]
    factors: tuple[int, ...]


class Axes:
    """The axes of a study in the order of its factors, and its groups."""

    def __init__(self, study: Study) -> None:
        self.factors = study.factors
        self.axes = _axes(study)
        self.dims = sum(axis.dims for axis in self.axes)
        self.groups = _groups(study, self.axes)

    def codes(self, us: Sequence[float]) -> tuple[float, ...]:
        """The code of every factor, from `dims` independent uniforms of [0, 1]."""
        found = [0.0] * len(self.factors)
        start = 0
        for axis in self.axes:
            for place, code in zip(axis.factors, axis.codes(self.factors, us[start : start + axis.dims]), strict=True):
                found[place] = code
            start += axis.dims
        return tuple(found)


def _axes(study: Study) -> tuple[Axis, ...]:
    places = {factor.name: place for place, factor in enumerate(study.factors)}
    linked = {name: link for link in study.links for name in link.factors}
    found: dict[str, Axis] = {}
    for name, place in places.items():
        link = linked.get(name)
        if link is None:
            found[name] = Axis(name, (place,), 1)
        elif link.name not in found:
            members = tuple(places[each] for each in link.factors)
            found[link.name] = Axis(link.name, members, LINKS[link.rule].dims(len(members)), link.rule)
    return tuple(found.values())


def _groups(study: Study, axes: Sequence[Axis]) -> tuple[Group, ...]:
    """One for each axis, but for those that the design puts together; in the order of their first factors."""
    group_of = {name: group for group, names in study.design.groups for name in names}
    uniforms: dict[str, list[int]] = {}
    factors: dict[str, list[int]] = {}
    start = 0
    for axis in axes:
        name = group_of.get(study.factors[axis.factors[0]].name, axis.name)
        uniforms.setdefault(name, []).extend(range(start, start + axis.dims))
        factors.setdefault(name, []).extend(axis.factors)
        start += axis.dims
    return tuple(Group(name, tuple(uniforms[name]), tuple(factors[name])) for name in uniforms)
