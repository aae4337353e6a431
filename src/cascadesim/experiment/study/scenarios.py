"""From a point of a study to its scenario, and to its luck."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from cascadesim.experiment.study.nouns import CHANCE, Point, Study

if TYPE_CHECKING:
    from cascadesim.scenario.schema import Scenario


def point_scenario(study: Study, point: Point) -> Scenario:
    """The scenario of a point: its base with its changes.

    Raises `ScenarioError` or `UsageError` where such a scenario cannot be run.
    """
    from cascadesim.scenario.load import with_changes

    return with_changes(_base(_Bases(study), point.base), dict(point.changes), warn=False)


def first_replication(study: Study, point: Point) -> int:
    """The number of the first replication of a point; the others follow it.

    Points of one luck have the same replications, so that they are paired; others have blocks that do not meet.
    """
    return point.luck * (1 if study.luck == CHANCE else study.replications.most)


def safe_name(name: str) -> str:
    """A name in letters that the name of a scenario may have."""
    from cascadesim.scenario.checks.names import LONGEST_NAME, is_name

    return "".join(letter if is_name(letter) else "-" for letter in name)[:LONGEST_NAME]


class _Bases:
    """The bases of a study, known by identity: they are never changed."""

    def __init__(self, study: Study) -> None:
        self.bases, self.name = study.bases, study.name

    def __hash__(self) -> int:
        return id(self.bases)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Bases) and self.bases is other.bases


@lru_cache(maxsize=64)
def _base(bases: _Bases, name: str) -> Scenario:
    from cascadesim.scenario.load import from_resolved

    return from_resolved(bases.bases[name], safe_name(bases.name if name == "base" else name))
