"""From a study file to a frozen study, or to every fault at once."""

from __future__ import annotations

from os import PathLike
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from cascadesim.errors import Problem, ScenarioError, UsageError
from cascadesim.experiment.study.ask import Ask, about
from cascadesim.experiment.study.bases import read_bases
from cascadesim.experiment.study.conditions import read_constraints
from cascadesim.experiment.study.design_file import read_design, read_kind, with_added, with_rows
from cascadesim.experiment.study.design_list import read_list
from cascadesim.experiment.study.designs import DESIGNS, MOST_CELLS, MOST_ROWS
from cascadesim.experiment.study.elsewhere import with_elsewhere
from cascadesim.experiment.study.factor_file import read_factors
from cascadesim.experiment.study.factors import RANGE, Factor
from cascadesim.experiment.study.keys import KEYS
from cascadesim.experiment.study.links import ORDERED, SHARES
from cascadesim.experiment.study.measures import keeps_target, read_measures, read_trajectories
from cascadesim.experiment.study.nouns import CHANCE as CHANCE_LUCK
from cascadesim.experiment.study.nouns import Design, Fixed, Link, Study
from cascadesim.experiment.study.scenarios import point_scenario
from cascadesim.experiment.study.settings import read_luck, read_max_failures, read_replications, read_seed
from cascadesim.experiment.study.sizes import QUICK, QUICK_KEYS, quick_document
from cascadesim.experiment.study.spots import Spots

if TYPE_CHECKING:
    from cascadesim.scenario.document import Document

_LOOKED_AT = 20
"""Points whose scenarios are built when a study is read, spread over the design."""


def read_study(path: str | PathLike[str], quick: bool = False) -> Study:
    """The study in the file at `path`, in the small size that its `[quick]` asks for if `quick`.

    Raises `EnvironmentFault` where the file itself cannot be read, `ScenarioError` with every fault of it and of the
    scenarios that it names, and `UsageError` where a small size is wanted and there is none.
    """
    from cascadesim.scenario.toml_file import read_document

    document = read_document(FilePath(path), str(path))
    return study_of(quick_document(document) if quick else document)


def base_warnings(path: str | PathLike[str]) -> tuple[Problem, ...]:
    """What is doubtful about the scenarios that the study at `path` starts from, each thing once.

    A study keeps its scenarios as plain data, so they are read once more.
    """
    from cascadesim.scenario.toml_file import read_document

    bases = read_bases(Ask(read_document(FilePath(path), str(path)))).values()
    return tuple(dict.fromkeys(warning for base in bases for warning in base.warnings))


def study_of(document: Document) -> Study:
    """The study that a file's data say, paths in it relative to that file. Raises `ScenarioError` as `read_study`."""
    ask = Ask(document)
    ask.known((), ask.data, KEYS)
    _small_size(ask)
    texts = {key: ask.text((key,), ask.data[key]) or "" for key in ("title", "description") if key in ask.data}
    spots = Spots(ask, read_bases(ask))
    bases = list(spots.bases.values())
    kind = read_kind(ask)
    factors, links = read_factors(ask, spots, DESIGNS[kind].by_default)
    design = read_design(ask, kind, factors, links)
    if kind == "list":
        factors, given = read_list(ask, spots, factors)
        design = with_rows(design, given)
    _suits(ask, design, factors, links)
    factors = with_added(design, with_elsewhere(factors, spots))
    measures = read_measures(ask, bases)
    usual = 1 if design.chance else DESIGNS[kind].replications or (bases[0].replications if bases else 1)
    parts: dict[str, Any] = {
        "name": document.name,
        "title": texts.get("title", ""),
        "description": texts.get("description", ""),
        "bases": spots.data,
        "factors": tuple(factors),
        "links": tuple(links),
        "constraints": read_constraints(ask, spots, factors),
        "design": design,
        "replications": read_replications(ask, usual, measures, keeps_target(bases, measures)),
        "seed": read_seed(ask),
        "luck": CHANCE_LUCK if design.chance else read_luck(ask, DESIGNS[kind].luck),
        "measures": measures,
        "trajectories": read_trajectories(ask, bases),
        "max_failures": read_max_failures(ask),
    }
    _chance_alone(ask, design, parts["replications"])
    _stop(ask)
    study = Study(**parts)
    _look_around(ask, study)
    _stop(ask)
    return study


def _small_size(ask: Ask) -> None:
    """`[quick]` is a table of keys that may differ; what they say is looked at when the small size is read."""
    if QUICK in ask.data:
        if isinstance(ask.data[QUICK], dict):
            ask.known((QUICK,), ask.data[QUICK], QUICK_KEYS)
        else:
            ask.not_one((QUICK,), ask.data[QUICK], f"a table with {', '.join(QUICK_KEYS)}")


def _stop(ask: Ask) -> None:
    """Raise every fault so far: those of the study first, by line, then those of other files."""
    if ask.problems:
        file = ask.document.file
        order = sorted(ask.problems, key=lambda found: (found.file != file, found.file, found.line or 0))
        raise ScenarioError(tuple(dict.fromkeys(order)))


def _suits(ask: Ask, design: Design, factors: list[Factor], links: list[Link]) -> None:
    """The design can do with these factors."""
    kind = DESIGNS[design.kind]
    if not factors and not ask.problems:
        ask.fault(("factors",) if "factors" in ask.data else (), "nothing is varied.", "Give [factors].", "no_factors")
    ranges = [factor.name for factor in factors if factor.kind == RANGE]
    if design.kind == "grid" and ranges and not design.number("levels"):
        message = f"{ranges[0]} is a range, and a grid needs levels."
        hint = 'Give a list of values, design = { kind = "grid", levels = 5 }, or design = "latin_hypercube".'
        ask.fault(("design",) if "design" in ask.data else ("factors",), message, hint, "conflict")
    if any(link.rule == SHARES for link in links) and kind.marks and design.kind != "list":
        message = f"{design.kind} cannot vary shares of one whole, of which one does not change alone."
        ask.fault(
            ("design",), message, 'Use latin_hypercube, or give whole tables: "..." = [{ ... }, { ... }].', "conflict"
        )
    if kind.refuses and ask.data.get("constraints"):
        ordered = any(link.rule == ORDERED for link in links)
        hint = "Use `ordered` or `together`, which need no rejection" + (" (here `ordered` is)" if ordered else "")
        message = f"{design.kind} takes no constraints: {kind.refuses}."
        ask.fault(("constraints",), message, f"{hint}; or sobol_sequence, which draws on.", "constraint")
    for factor in factors:
        if kind.grouped and factor.listed and len(factor.labels) < 2:
            ask.fault(("factors",), f"{factor.name} has one level only, so nothing moves.", code="conflict")


def _chance_alone(ask: Ask, design: Design, replications: Any) -> None:
    if design.chance and replications != Fixed(1):
        ask.fault(("replications",), "with seed_as_factor each row is one replication.", "Write replications = 1.")
    if design.chance and "luck" in ask.data:
        ask.fault(("luck",), "with seed_as_factor the luck is a factor.", "Take it out.", "conflict")


def _look_around(ask: Ask, study: Study) -> None:
    """The design is of a size that can be run, has points at all, and some of them make scenarios."""
    rows = DESIGNS[study.design.kind].rows(study)
    path = ("design",) if "design" in ask.data else ("factors",)
    most = min(MOST_ROWS, MOST_CELLS // max(1, len(study.factors)))
    if rows > most:
        ask.fault(path, f"{rows:,} rows; at most {most:,}.", "Take fewer levels, points or factors.", "too_large")
        return
    try:
        points = study.points
    except UsageError as fault:
        ask.passed_on(("constraints",), fault)
        return
    step = max(1, len(points) // _LOOKED_AT)
    why = ""
    for point in points[::step]:
        try:
            if not point.problem:
                point_scenario(study, point)
                return
        except (ScenarioError, UsageError) as fault:
            first: Problem = fault.problems[0]
            why = why or about(first)
        else:
            why = why or point.problem
    ask.fault(path, f"none of the points that were tried can be run. The first: {why}", code="inconsistent")
