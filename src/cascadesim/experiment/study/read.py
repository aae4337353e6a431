"""From a study file to a frozen study, or to every fault at once."""

from __future__ import annotations

from os import PathLike
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from cascadesim.errors import ScenarioError
from cascadesim.experiment.study.ask import Ask
from cascadesim.experiment.study.bases import read_bases
from cascadesim.experiment.study.designs import DESIGNS, read_design
from cascadesim.experiment.study.factor_file import read_factors
from cascadesim.experiment.study.keys import KEYS
from cascadesim.experiment.study.measures import read_measures, read_trajectories
from cascadesim.experiment.study.nouns import Study
from cascadesim.experiment.study.settings import read_luck, read_max_failures, read_replications, read_seed

if TYPE_CHECKING:
    from cascadesim.scenario.document import Document


def read_study(path: str | PathLike[str]) -> Study:
    """The study in the file at `path`.

    Raises `EnvironmentFault` where the file itself cannot be read, and `ScenarioError` with every fault of it, and of
    the scenarios that it names, else.
    """
    from cascadesim.scenario.read import read_document

    return study_of(read_document(FilePath(path), str(path)))


def study_of(document: Document) -> Study:
    """The study that a file's data say, paths in it relative to that file. Raises `ScenarioError` as `read_study`."""
    ask = Ask(document)
    ask.known((), ask.data, KEYS)
    texts = {key: ask.text((key,), ask.data[key]) or "" for key in ("title", "description") if key in ask.data}
    bases = read_bases(ask)
    first = next(iter(bases.values()), None)
    factors = read_factors(ask, bases)
    design, factors = read_design(ask, factors)
    kind = DESIGNS[design.kind]
    measures = read_measures(ask, bases.values())
    replications = read_replications(ask, kind.replications or (first.replications if first else 1), measures)
    parts: dict[str, Any] = {
        "name": document.name,
        "title": texts.get("title", ""),
        "description": texts.get("description", ""),
        "bases": {name: base.resolved() for name, base in bases.items()},
        "factors": factors,
        "links": (),
        "constraints": (),
        "design": design,
        "replications": replications,
        "seed": read_seed(ask),
        "luck": read_luck(ask, kind.luck),
        "measures": measures,
        "trajectories": read_trajectories(ask, bases.values()),
        "max_failures": read_max_failures(ask),
    }
    if ask.problems:
        raise ScenarioError(tuple(in_order(document, ask)))
    return Study(**parts)


def in_order(document: Document, ask: Ask) -> list[Any]:
    """Faults by file, that of the study first, then by line."""
    return sorted(ask.problems, key=lambda found: (found.file != document.file, found.file, found.line or 0))
