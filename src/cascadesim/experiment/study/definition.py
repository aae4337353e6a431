"""What a study is made of, as frozen data; `study.py` adds the rows and points that follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cascadesim.experiment.study.factors import Factor

TARGET = "target"
"""What the chance of the scenario's target is called where an outcome may stand."""

COMMON, INDEPENDENT, CHANCE = "common", "independent", "chance"
"""Which random numbers a setting has: those of all others, its own, or those of a level of the factor chance."""

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
