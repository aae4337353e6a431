"""The same study with another seed."""

from __future__ import annotations

from dataclasses import replace

from cascadesim.experiment.limits import MAX_SEED, whole_number
from cascadesim.experiment.study.nouns import Study


def resized(study: Study, seed: int | None = None) -> Study:
    """The study with this seed, if one is given. Raises `UsageError` where it is out of range."""
    return study if seed is None else replace(study, seed=whole_number("seed", seed, 0, MAX_SEED))
