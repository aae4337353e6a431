"""A study as JSON and back, with its scenarios in it: a store needs no file beside it."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from cascadesim.errors import UsageError
from cascadesim.experiment.study.designs import DESIGNS
from cascadesim.experiment.study.factors import Factor
from cascadesim.experiment.study.nouns import Design, Fixed, Link, Study, Until

FORMAT = 1


def study_document(study: Study) -> dict[str, Any]:
    """Everything that makes the study what it is, as plain data for JSON; rows and points follow from it."""
    return {"format": FORMAT} | {field.name: _plain(getattr(study, field.name)) for field in fields(study)}


def study_from(document: dict[str, Any]) -> Study:
    """The study that `study_document` gave. Raises `UsageError` where the document is none."""
    try:
        if document["format"] != FORMAT:
            raise ValueError
        found = {field.name: document[field.name] for field in fields(Study)}
        found["factors"] = tuple(_made(Factor, each) for each in found["factors"])
        found["links"] = tuple(_made(Link, each) for each in found["links"])
        found["design"] = _made(Design, found["design"])
        if found["design"].kind not in DESIGNS:
            raise ValueError
        repeats = found["replications"]
        found["replications"] = _made(Fixed if set(repeats) == {"n"} else Until, repeats)
        kept = {"bases": found.pop("bases")}
        return Study(**{name: _frozen(value) for name, value in found.items()}, **kept)
    except (KeyError, TypeError, ValueError, AttributeError):
        hint = "Start it again from its study file."
        raise UsageError("this is no study of this version of cascadesim.", hint=hint, code="study") from None


def _made(kind: Any, given: dict[str, Any]) -> Any:
    named = {name: _frozen(value) for name, value in given.items()}
    if kind is Factor:  # the values of levels are JSON as scenarios have it, lists included
        named["values"] = tuple(tuple(each) for each in given["values"])
    return kind(**named)


def _plain(value: Any) -> Any:
    """Frozen data as JSON has it."""
    if isinstance(value, Factor | Link | Design | Fixed | Until):
        return {name: _plain(inner) for name, inner in asdict(value).items()}
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _frozen(value: Any) -> Any:
    """Lists as tuples."""
    return tuple(_frozen(inner) for inner in value) if isinstance(value, list | tuple) else value
