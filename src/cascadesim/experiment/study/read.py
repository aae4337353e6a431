"""From a study file to a frozen study, or to every fault at once; and what it will run, in plain data.

First come the scenarios that it starts from: files, variants, and what is set for every point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any

from cascadesim.errors import (
    CascadeError,
    EnvironmentFault,
    Problem,
    ScenarioError,
    UsageError,
    suggestion,
    whole_number,
)
from cascadesim.experiment.study.definition import CHANCE, RANGE, Factor, Fixed, Point, is_study
from cascadesim.experiment.study.dependence import ORDERED, SHARES
from cascadesim.experiment.study.designs import DESIGNS, MOST_CELLS, MOST_ROWS
from cascadesim.experiment.study.file_schema import LONGEST_NAME
from cascadesim.experiment.study.read_design import (
    kind_of,
    read_constraints,
    read_design,
    read_outcomes,
    read_replications,
    read_trajectories,
)
from cascadesim.experiment.study.read_factors import read_factors
from cascadesim.experiment.study.reader import BaseScenarios, Reader, about, in_quick_size
from cascadesim.experiment.study.study import Study, point_scenario
from cascadesim.model.rng import MAX_SEED
from cascadesim.scenario.document import Document, KeyPath, read_document
from cascadesim.scenario.load import load
from cascadesim.scenario.number_formats import shown
from cascadesim.scenario.overrides import ALL, BASE
from cascadesim.scenario.schema import Scenario

MOST_BASES = 100


def read_scenarios(reader: Reader) -> dict[str, Scenario]:
    """By name, every scenario that a point may start from, without those that are at fault."""
    file = reader.file
    if (file.scenario is None) == (file.scenarios is None):
        got = "neither is given" if file.scenario is None else "both are given"
        message = f"one of scenario and scenarios is needed; {got}."
        reader.fault(("scenarios",), message, 'Write scenario = "../plan.toml".')
        return {}
    scenarios = _one(reader, file.scenario) if file.scenarios is None else _several(reader, file.scenarios)
    return {name: _with_set(reader, scenario) for name, scenario in scenarios.items()}


def _one(reader: Reader, named: str | None) -> dict[str, Scenario]:
    scenario, asked = _loaded(reader, ("scenario",), str(named)), reader.file.variants
    if scenario is None or asked is None:
        return {} if scenario is None else {"base": scenario}
    known = [BASE, *(variant.name for variant in scenario.variants)]
    if not scenario.variants:
        hint = "A table [[variant]] with name and set adds one there."
        reader.fault(("variants",), f"{scenario.name} has no variants.", hint)
        return {}
    names = known if asked == ALL else [name for name in asked if name in known]
    for index, name in enumerate(asked if asked != ALL else ()):
        if name not in known:
            message = f"there is no variant {shown(name)}."
            reader.fault(("variants", index), message, suggestion(name, known), "unknown_name")
    return {name: scenario if name == BASE else scenario.variant(name) for name in names}


def _several(reader: Reader, named: dict[str, str]) -> dict[str, Scenario]:
    if reader.file.variants is not None:
        message = "variants are those of one scenario; here are several."
        reader.fault(("variants",), message, "Write scenario = ...")
    if len(named) > MOST_BASES:
        reader.fault(("scenarios",), f"{len(named)} scenarios; at most {MOST_BASES}.", code="too_large")
        return {}
    scenarios = {}
    for name, file in named.items():
        at = ("scenarios", name)
        if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
            message = f"not a name; allowed: 1 to {LONGEST_NAME} characters on one line."
            reader.fault(at, message, code="name")
        scenario = _loaded(reader, at, file)
        if scenario is not None:
            scenarios[name] = scenario
    return scenarios


def _loaded(reader: Reader, at: KeyPath, name: str) -> Scenario | None:
    """The scenario in the file of this name; what is wrong with it is noted."""
    if not reader.is_sound(at):
        return None
    own = Path(reader.document.file)
    file = own.parent / name
    try:
        if "\0" in name or (file.exists() and not file.is_file() and not file.is_dir()):
            raise EnvironmentFault(f"{name!r} is no file.", code="no_file")
        if file.exists() and file.resolve() == own.resolve():
            raise UsageError("a study cannot be its own scenario.", hint="Name the file with its tiers.")
        return load(file)
    except ScenarioError as error:
        if _is_other_study(file):
            reader.fault(at, f"{name} is a study, not a scenario.", "Name the scenario that it varies.")
        else:
            reader.fault(at, f"{name} is a scenario at fault, see there.", code="scenario")
            reader.note(*error.problems)
    except CascadeError as error:
        reader.passed_on(at, error)
    except (OSError, RuntimeError):
        reader.fault(at, f"the path {shown(name)} leads nowhere.")
    return None


def _is_other_study(file: Path) -> bool:
    try:
        return is_study(read_document(file, str(file)).data)
    except CascadeError:
        return False


def _with_set(reader: Reader, scenario: Scenario) -> Scenario:
    """The scenario with everything that is set for all points."""
    for path, value in reader.file.set.items():
        try:
            scenario = scenario.with_(**{path: value})
        except CascadeError as error:
            reader.passed_on(("set", path), error, "", path)
    return scenario


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
    _check_varied(reader, scenarios, factors)
    outcomes = read_outcomes(reader, bases)
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
        replications=read_replications(reader, usual, outcomes, bases),
        seed=file.seed,
        random_numbers=CHANCE if design.chance else file.random_numbers or kind.random_numbers,
        outcomes=outcomes,
        trajectories=read_trajectories(reader, bases),
        max_failures=file.max_failures,
    )
    _check_suits(reader, study)
    reader.stop()
    _look_around(reader, study)
    reader.stop()
    return study


def _check_varied(reader: Reader, scenarios: BaseScenarios, factors: Sequence[Factor]) -> None:
    """Something is varied, as far as everything could be read so far."""
    varied = any(factor.paths or factor.labels for factor in factors)
    sound = not reader.faults and reader.is_sound(("factors",)) and reader.is_sound(("design",))
    if sound and scenarios.data and not varied:
        reader.fault(("factors",), "nothing is varied.", "Give [factors].", "no_factors")


def _check_suits(reader: Reader, study: Study) -> None:
    """The design can do with these factors, and with the other settings."""
    design, factors, dependences = study.design, study.factors, study.dependences
    kind = DESIGNS[design.kind]
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
    if design.chance and study.replications != Fixed(1):
        message = "with seed_as_factor each row is one replication."
        reader.fault(("replications",), message, "Write replications = 1.")
    if design.chance and reader.file.random_numbers is not None:
        message = "with seed_as_factor the random numbers are a factor."
        reader.fault(("random_numbers",), message, "Take it out.", "conflict")


def _design_or_factors(reader: Reader) -> tuple[str]:
    return ("design",) if "design" in reader.document.data else ("factors",)


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
    first = ""
    for point in points[:: max(1, len(points) // _LOOKED_AT)]:
        why = point.problem or _refusal(study, point)
        if not why:
            return
        first = first or why
    reader.fault(at, f"none of the settings that were tried can be run. The first: {first}", code="inconsistent")


def _refusal(study: Study, point: Point) -> str:
    """Why a point makes no scenario that can be run, if it makes none."""
    try:
        point_scenario(study, point)
    except CascadeError as error:
        return about(error.problems[0])
    return ""


TRIED = 50
"""Points whose scenarios are built to see how many cannot be run, spread over the design."""


def study_plan(study: Study) -> dict[str, Any]:
    """The sizes of a study, its factors, and what is known of the points that cannot be run.

    `not_run` counts points that break a constraint. Of `tried` others the scenario was built, which failed for
    `refused`; `refusal` is the first reason.
    """
    points, repeats = study.points, study.replications
    not_run = len(study.table.problems)
    left = len(points) - not_run
    tried = [point for point in points[:: max(1, len(points) // TRIED)][:TRIED] if not point.problem]
    refusals = [f"setting {point.number}: {why}" for point in tried if (why := _refusal(study, point))]
    return {
        "name": study.name,
        "title": study.title,
        "bases": list(study.bases),
        "design": study.design.kind,
        "rows": len(study.rows),
        "settings": len(points),
        "not_run": not_run,
        "replications_least": repeats.least,
        "replications_most": repeats.most,
        "runs_least": left * repeats.least,
        "runs_most": left * repeats.most,
        "seed": study.seed,
        "random_numbers": study.random_numbers,
        "outcomes": list(study.outcomes),
        "trajectories": list(study.trajectories),
        "factors": [_factor(factor) for factor in study.factors],
        "tried": len(tried),
        "refused": len(refusals),
        "refusal": next(iter(refusals), ""),
    }


def _factor(factor: Factor) -> dict[str, Any]:
    kept = {"name": factor.name, "kind": factor.kind, "paths": list(factor.paths)}
    kept |= {"unit": factor.unit, "base": factor.base}
    if factor.listed:
        return {**kept, "levels": list(factor.labels)}
    return {**kept, "low": factor.low, "high": factor.high, "dist": factor.distribution}
