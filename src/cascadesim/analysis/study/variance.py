"""Sobol indices: how much of the variance each factor is responsible for."""

from __future__ import annotations

from cascadesim.analysis.sensitivity.sobol import SobolResult, sobol_indices
from cascadesim.analysis.study.results import Results
from cascadesim.analysis.study.section import Section, share, words
from cascadesim.analysis.words import count_of
from cascadesim.experiment.study.definition import CHANCE, COMMON
from cascadesim.experiment.study.dependence import SamplingSpace

_TOLD = 5


def variance(results: Results) -> list[Section]:
    """A section a measure."""
    return [_section(results, measure) for measure in results.study.measures]


def indices(results: Results, measure: str) -> SobolResult:
    """The indices of every factor or group on one measure."""
    import numpy as np

    study = results.study
    groups = SamplingSpace(study).groups
    shape = study.design.number("scrambles"), study.design.number("points"), len(groups) + 2
    point = np.asarray(study.table.point).reshape(shape)  # all blocks of a row follow one another: A, B, AB...
    values = results.square(measure)[point]
    return sobol_indices(np.moveaxis(values, 2, 1), [group.name for group in groups])


def _section(results: Results, measure: str) -> Section:
    found = indices(results, measure)
    ranked = sorted(found.indices, key=lambda each: -(each.total.value if each.total.value == each.total.value else -1))
    lines: list[str] = []
    note = found.note
    if results.study.luck == CHANCE:
        lines.append("Luck is one of the factors, called chance: shares are of the variance of single runs.")
        note = "every row is one run, and its luck a factor, so there is no noise to take off"
    if found.chance.value == found.chance.value:
        lines.append(f"Luck alone is {share(found.chance)} of the variance of a single run. Of what is left:")
    for each in ranked[:_TOLD]:
        if each.total.value == each.total.value:
            lines.append(f"{each.factor}: {share(each.total)} with all it takes part in, {share(each.first)} alone.")
    clear = sum(each.total.low > 0 for each in found.indices)
    rows = f"{count_of(found.rows, 'row')} of the design, {count_of(found.replications, 'replication')} a point"
    lines.append(f"{clear} of {count_of(len(found.indices), 'factor')} are clearly above 0. {rows}; {note}.")
    if results.study.luck == COMMON:
        lines.append("All points share their luck, so the intervals hold for this luck alone.")
    frame = found.frame()
    frame.insert(0, "measure", measure)
    return Section(f"Shares of the variance: {words(measure)}", tuple(lines), f"sobol-{measure}", frame)
