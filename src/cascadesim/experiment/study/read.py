"""From a study file to a frozen study, or to every fault at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path

from cascadesim.errors import Problem, ScenarioError, UsageError
from cascadesim.experiment.limits import MAX_SEED, whole_number
from cascadesim.experiment.study.definition import CHANCE, Dependence, Design, Fixed
from cascadesim.experiment.study.dependence import ORDERED, SHARES
from cascadesim.experiment.study.designs import DESIGNS, MOST_CELLS, MOST_ROWS
from cascadesim.experiment.study.factors import RANGE, Factor
from cascadesim.experiment.study.parameter_paths import BaseScenarios
from cascadesim.experiment.study.read_design import kind_of, read_design
from cascadesim.experiment.study.read_factors import read_factors
from cascadesim.experiment.study.read_scenarios import read_scenarios
from cascadesim.experiment.study.read_settings import (
    read_constraints,
    read_measures,
    read_replications,
    read_trajectories,
)
from cascadesim.experiment.study.reader import Reader, about, in_quick_size
from cascadesim.experiment.study.study import Study, point_scenario
from cascadesim.scenario.document import Document
from cascadesim.scenario.toml_file import read_document

_LOOKED_AT = 20
"""Points whose scenarios are built when a study is read, spread over the design."""


def read_study(path: str | PathLike[str], quick: bool = False) -> Study:
    """The study in the file at `path`.

    Parameters
    ----------
    path
        A study file (TOML).
    quick
        Whether to take the small size that its `[quick]` table gives.

    Returns
    -------
    Study
        Frozen, with all its scenarios checked.

    Raises
    ------
    ScenarioError
        Every fault of the file and of the scenarios that it names, at once.
    EnvironmentFault
        The file cannot be read.
    UsageError
        `quick` is required and the file has no `[quick]` table.
    """
    document = read_document(Path(path), str(path))
    return study_of(in_quick_size(document) if quick else document)


def base_warnings(path: str | PathLike[str]) -> tuple[Problem, ...]:
    """What is doubtful about the scenarios that the study at `path` starts from, each thing once.

    A study keeps its scenarios as plain data, so they are read once more.
    """
    scenarios = read_scenarios(Reader(read_document(Path(path), str(path))))
    return tuple(dict.fromkeys(warning for scenario in scenarios.values() for warning in scenario.warnings))


def with_seed(study: Study, seed: int | None) -> Study:
    """The study with this seed, if one is given. Raises `UsageError` where it is out of range."""
    return study if seed is None else replace(study, seed=whole_number("seed", seed, 0, MAX_SEED))


def study_of(document: Document) -> Study:
    """The study that a file's data say, paths in it relative to that file. Raises `ScenarioError` as `read_study`."""
    reader = Reader(document)
    file = reader.file
    scenarios = BaseScenarios(reader, read_scenarios(reader))
    bases = list(scenarios.scenarios.values())
    kind = DESIGNS[kind_of(reader)]
    factors, dependences = read_factors(reader, scenarios, kind.by_default)
    design, factors = read_design(reader, scenarios, factors, dependences)
    _check_suits(reader, scenarios, design, factors, dependences)
    measures = read_measures(reader, bases)
    usual = 1 if design.chance else kind.replications or (bases[0].replications if bases else 1)
    study = Study(
        name=document.name,
        title=file.title,
        description=file.description,
        bases=scenarios.data,
        factors=tuple(factors),
        dependences=tuple(dependences),
        constraints=read_constraints(reader, scenarios, factors),
        design=design,
        replications=read_replications(reader, usual, measures, bases),
        seed=file.seed,
        luck=CHANCE if design.chance else file.luck or kind.luck,
        measures=measures,
        trajectories=read_trajectories(reader, bases),
        max_failures=file.max_failures,
    )
    _check_chance_alone(reader, study)
    reader.stop()
    _look_around(reader, study)
    reader.stop()
    return study


def _check_suits(
    reader: Reader,
    scenarios: BaseScenarios,
    design: Design,
    factors: Sequence[Factor],
    dependences: Sequence[Dependence],
) -> None:
    """The design can do with these factors."""
    kind, varied = DESIGNS[design.kind], any(factor.paths or factor.labels for factor in factors)
    if (
        not varied
        and scenarios.data
        and not reader.faults
        and reader.is_sound(("factors",))
        and reader.is_sound(("design",))
    ):
        reader.fault(("factors",), "nothing is varied.", "Give [factors].", "no_factors")
    ranges = [factor.name for factor in factors if factor.kind == RANGE]
    if design.kind == "grid" and ranges and not design.number("levels"):
        message = f"{ranges[0]} is a range, and a grid needs levels."
        hint = 'Give a list of values, design = { kind = "grid", levels = 5 }, or design = "latin_hypercube".'
        reader.fault(_design_or_factors(reader), message, hint, "conflict")
    if any(dependence.rule == SHARES for dependence in dependences) and kind.marks and design.kind != "list":
        message = f"{design.kind} cannot vary shares of one whole, of which one does not change alone."
        hint = 'Use latin_hypercube, or give whole tables: "..." = [{ ... }, { ... }].'
        reader.fault(("design",), message, hint, "conflict")
    if kind.refuses and reader.file.constraints:
        used = any(dependence.rule == ORDERED for dependence in dependences)
        used_here = " (here `ordered` is)" if used else ""
        message = f"{design.kind} takes no constraints: {kind.refuses}."
        hint = f"Use `ordered` or `together`, which need no rejection{used_here}; or sobol_sequence, which draws on."
        reader.fault(("constraints",), message, hint, "constraint")
    for factor in factors if kind.grouped else ():
        if factor.listed and len(factor.labels) < 2:
            message = f"{factor.name} has one level only, so nothing moves."
            reader.fault(("factors",), message, code="conflict")


def _design_or_factors(reader: Reader) -> tuple[str]:
    return ("design",) if "design" in reader.document.data else ("factors",)


def _check_chance_alone(reader: Reader, study: Study) -> None:
    if study.design.chance and study.replications != Fixed(1):
        message = "with seed_as_factor each row is one replication."
        reader.fault(("replications",), message, "Write replications = 1.")
    if study.design.chance and reader.file.luck is not None:
        reader.fault(("luck",), "with seed_as_factor the random numbers are a factor.", "Take it out.", "conflict")


def _look_around(reader: Reader, study: Study) -> None:
    """The design is of a size that can be run, has points at all, and some of them make scenarios."""
    rows, at = DESIGNS[study.design.kind].count(study), _design_or_factors(reader)
    most = min(MOST_ROWS, MOST_CELLS // max(1, len(study.factors)))
    if rows > most:
        hint = "Use fewer levels, settings or factors."
        reader.fault(at, f"{rows:,} rows; at most {most:,}.", hint, "too_large")
        return
    try:
        points = study.points
    except UsageError as error:
        reader.passed_on(("constraints",), error)
        return
    why = ""
    for point in points[:: max(1, len(points) // _LOOKED_AT)]:
        problem = point.problem
        if not problem:
            try:
                point_scenario(study, point)
                return
            except (ScenarioError, UsageError) as error:
                problem = about(error.problems[0])
        why = why or problem
    reader.fault(at, f"none of the settings that were tried can be run. The first: {why}", code="inconsistent")
