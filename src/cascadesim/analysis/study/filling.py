"""Designs that fill space: indices that any such design gives, and what separates success from failure."""

from __future__ import annotations

from typing import Any

from cascadesim.analysis.sensitivity.levels import LevelIndex, levels_frame
from cascadesim.analysis.sensitivity.moment import distribution_indices
from cascadesim.analysis.sensitivity.rank import rank_indices
from cascadesim.analysis.sensitivity.regional import regional_indices
from cascadesim.analysis.study.results import Results
from cascadesim.analysis.study.section import Section, words
from cascadesim.analysis.words import count_of

_TOLD = 5


def filling(results: Results) -> list[Section]:
    """Rank and distribution for every measure, then the target."""
    found = [_section(results, measure) for measure in results.study.measures]
    region = _regional(results)
    return [*found, region] if region is not None else found


def levels(results: Results) -> dict[str, list[Any]]:
    """The levels of each factor that varies, an entry a row of the design."""
    rows = list(results.study.rows)
    every = {factor.name: [row.levels[at] for row in rows] for at, factor in enumerate(results.study.factors)}
    return {name: column for name, column in every.items() if len(set(column)) > 1}


def _section(results: Results, measure: str) -> Section:
    import numpy as np
    import pandas as pd

    values = results.square(measure)[np.asarray(results.study.table.point)]
    given = levels(results)
    frames, lines = [], []
    for kind, function in (("rank", rank_indices), ("distribution", distribution_indices)):
        found, dropped = function(given, values)
        frame = levels_frame(found)
        frame.insert(0, "index_of", kind)
        frames.append(frame)
        lines.append(_sentence(kind, found, dropped))
    frame = pd.concat(frames, ignore_index=True)
    frame.insert(0, "measure", measure)
    return Section(f"What matters: {words(measure)}", tuple(lines), f"indices-{measure}", frame)


def _sentence(kind: str, found: tuple[LevelIndex, ...], dropped: int) -> str:
    above = sorted((each for each in found if each.above), key=lambda each: -each.index.value)
    what = {"rank": "order the means of points", "distribution": "shift the distribution of runs"}[kind]
    named = "; ".join(map(_index, above[:_TOLD]))
    left = f" {count_of(dropped, 'point')} without a result left out." if dropped else ""
    told = f". The {kind} index, 0 to 1, with its chance by shuffling and its interval: {named}" if named else ""
    rest = len(found) - len(above)
    others = f" The other {rest} cannot be told from chance with so many points." if above and rest else ""
    return f"{len(above)} of {count_of(len(found), 'factor')} {what} more than chance would{told}.{others}{left}"


def _index(found: LevelIndex) -> str:
    """Whether it is above chance is judged by shuffling; the interval, of parts left out in turn, is often wider."""
    p = "p < 0.001" if found.p_adjusted < 0.001 else f"p = {found.p_adjusted:.2g}"
    bounds = f"95 %: {found.index.low:.2f} to {found.index.high:.2f}"
    return f"{found.factor} {found.index.value:.2f} ({p}; {bounds})"


def _regional(results: Results) -> Section | None:
    import pandas as pd

    if results.target is None or results.base.target is None:
        return None
    hits, runs = results.hits()
    points = list(results.study.table.point)
    found = regional_indices(levels(results), [hits[point] for point in points], [runs[point] for point in points])
    rows = [
        {
            "factor": each.distance.factor,
            "favours": each.favours,
            "success_mean": each.success_mean,
            "failure_mean": each.failure_mean,
        }
        for each in found.indices
    ]
    frame = levels_frame([each.distance for each in found.indices]).merge(pd.DataFrame(rows), on="factor")
    above = sorted((each for each in found.indices if each.distance.above), key=lambda each: -each.distance.index.value)
    lines = [f"Over all points the target ({results.base.target.reach}) is met in {100 * found.chance:.0f} % of runs."]
    if found.note:
        lines.append(f"{found.note}.")
    else:
        lines.append(f"{len(above)} of {count_of(len(found.indices), 'factor')} separate success from failure.")
    lines += [f"{each.distance.factor}: success is more frequent at {each.favours} levels." for each in above[:_TOLD]]
    return Section("What makes the target likely", tuple(lines), "regional", frame)
