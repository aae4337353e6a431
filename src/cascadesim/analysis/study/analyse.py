"""From a finished sweep to what it says: the sections that every study has, and those that its design is made for."""

from __future__ import annotations

from collections.abc import Callable

from cascadesim.analysis.study.common import replications, spread, state_of_points, target, target_left_out
from cascadesim.analysis.study.contrasts import contrasts
from cascadesim.analysis.study.ends import ends
from cascadesim.analysis.study.filling import filling
from cascadesim.analysis.study.moves import moves
from cascadesim.analysis.study.results import Results
from cascadesim.analysis.study.section import Section
from cascadesim.analysis.study.variance import variance
from cascadesim.experiment.study.definition import COMMON

ANALYSES: dict[str, Callable[[Results], list[Section]]] = {
    "grid": contrasts,
    "list": contrasts,
    "oat": ends,
    "latin_hypercube": filling,
    "sobol_sequence": filling,
    "morris": moves,
    "sobol_indices": variance,
}
"""By design, in the order of `experiment.study.designs.DESIGNS`."""


def analyse(results: Results) -> list[Section]:
    """Every section, what the study was made for first."""
    found = ANALYSES[results.study.design.kind](results)
    chance = target(results) or target_left_out(results)
    # Where points do not share their luck the indices have intervals of their own, and no single point is of interest.
    common = (chance, spread(results), replications(results)) if results.study.luck == COMMON else (chance,)
    state = state_of_points(results)
    part = len(results.points) < len(results.study.points)
    found = [state, *found] if part else [*found]
    return [*found, *(section for section in common if section is not None), *([] if part else [state])]
