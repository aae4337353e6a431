"""A study as JSON and back, with its scenarios in it: a store needs no file beside it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from cascadesim.errors import UsageError
from cascadesim.experiment.study.definition import Dependence, Design, Fixed, Until
from cascadesim.experiment.study.designs import DESIGNS
from cascadesim.experiment.study.factors import Factor
from cascadesim.experiment.study.study import Study

FORMAT = 2


def study_document(study: Study) -> dict[str, Any]:
    """Everything that makes the study what it is, as plain data for JSON; rows and points follow from it."""
    return {"format": FORMAT, **_plain(study)}


def study_from(document: dict[str, Any]) -> Study:
    """The study that `study_document` gave. Raises `UsageError` where the document is none."""
    try:
        if document["format"] != FORMAT or document["design"]["kind"] not in DESIGNS:
            raise ValueError
        study = {field.name: _frozen(document[field.name]) for field in fields(Study)}
        study["bases"] = document["bases"]
        study["factors"] = tuple(map(_factor, document["factors"]))
        study["dependences"] = tuple(_made(Dependence, stored) for stored in document["dependences"])
        study["design"] = _made(Design, document["design"])
        replications = document["replications"]
        study["replications"] = _made(Fixed if set(replications) == {"n"} else Until, replications)
        return Study(**study)
    except (KeyError, TypeError, ValueError, AttributeError):
        hint = "Start it again from its study file."
        raise UsageError("this is no study of this version of cascadesim.", hint=hint, code="study") from None


def _factor(stored: dict[str, Any]) -> Any:
    """The values of levels are JSON as scenarios have it, lists included."""
    values = tuple(tuple(value) for value in stored["values"])
    return _made(Factor, stored | {"values": ()}, values=values)


def _made(kind: Any, stored: dict[str, Any], **more: Any) -> Any:
    return kind(**{name: _frozen(value) for name, value in stored.items()} | more)


def _plain(value: Any) -> Any:
    """Frozen data as JSON has it."""
    if isinstance(value, Study | Factor | Dependence | Design | Fixed | Until):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _frozen(value: Any) -> Any:
    """Lists as tuples."""
    return tuple(_frozen(inner) for inner in value) if isinstance(value, list | tuple) else value
