"""A study in its small size, and with another seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cascadesim.errors import UsageError
from cascadesim.experiment.limits import MAX_SEED, whole_number
from cascadesim.experiment.study.nouns import Study
from cascadesim.scenario.document import Document, KeyPath, SourceLocation

QUICK = "quick"
QUICK_KEYS = ("design", "replications", "factors")
"""What the small size of a study may have otherwise."""


def quick_document(document: Document) -> Document:
    """The study that `[quick]` asks for: its keys in the place of those of the study, factors one by one.

    Faults are told at the lines of `[quick]`. Raises `UsageError` where the study has no such table.
    """
    quick = document.data.get(QUICK)
    if not isinstance(quick, dict):
        raise UsageError(
            f"{document.file or document.name} has no small size.",
            hint='Give one: [quick] with design, replications or factors; or leave out --quick.',
            code="no_quick",
        )
    data = {key: value for key, value in document.data.items() if key != QUICK}
    changed = {key: value for key, value in quick.items() if key in QUICK_KEYS}
    own = data.get("factors")
    if isinstance(changed.get("factors"), dict) and isinstance(own, dict):
        changed["factors"] = own | changed["factors"]
    places = _places(document.locations)
    return replace(document, data=data | changed, locations=places, name=f"{document.name}-{QUICK}")


def _places(places: Mapping[KeyPath, SourceLocation]) -> dict[KeyPath, SourceLocation]:
    """Where everything is: what `[quick]` says where it says it."""
    moved = {path[1:]: place for path, place in places.items() if path[:1] == (QUICK,) and len(path) > 1}
    heads = {path[:2] if path[0] == "factors" else path[:1] for path in moved}
    kept: dict[KeyPath, Any] = {
        path: place
        for path, place in places.items()
        if path[:1] not in heads and path[:2] not in heads and path[:1] != (QUICK,)
    }
    return kept | moved


def resized(study: Study, seed: int | None = None) -> Study:
    """The study with this seed, if one is given. Raises `UsageError` where it is out of range."""
    return study if seed is None else replace(study, seed=whole_number("seed", seed, 0, MAX_SEED))
