"""Grids and lists: which setting is best, and what each factor does averaged over all the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cascadesim.analysis.several import Contest, against_first, contest_row, contest_sentence
from cascadesim.analysis.statistics import CONFIDENCE, summarise
from cascadesim.analysis.study.results import Results
from cascadesim.analysis.study.section import Section, amount, change, words
from cascadesim.analysis.words import count_of, part
from cascadesim.experiment.study.definition import COMMON
from cascadesim.model.measures import better

if TYPE_CHECKING:
    import numpy as np

_TOLD, _MOST_CONTESTS = 3, 60


def contrasts(results: Results) -> list[Section]:
    """For every measure: the best point beside the others, and the mean effect of each factor."""
    return [section for measure in results.study.measures for section in _sections(results, measure)]


def contests(results: Results, measure: str) -> tuple[int, dict[int, Contest]]:
    """(the best point by its mean, or the highest where no direction is better; every other beside it, best first).

    Which point is the best is seen from the same runs, so intervals allow for every pair of points, not only for those
    told: whichever pair chance puts forward, all of them hold with 95 %.
    """
    import numpy as np

    cube = results.cube(measure)
    means = _means(cube)
    good = np.flatnonzero(~np.isnan(means))
    down = better(measure) == "lower"
    order = sorted(good.tolist(), key=lambda point: (means[point] if down else -means[point], point))
    if len(order) < 2:
        return (order[0] if order else -1), {}
    names = results.names(order[: _MOST_CONTESTS + 1])
    plans = {name: cube[point].tolist() for name, point in names.items()}
    pairs = len(order) * (len(order) - 1) // 2
    found = against_first(plans, measure, paired=results.study.luck == COMMON, of=pairs)
    return order[0], {names[each.second]: each for each in found}


def _means(cube: np.ndarray) -> np.ndarray:
    import numpy as np

    known = ~np.isnan(cube)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(known, cube, 0).sum(axis=1) / np.where(known.any(axis=1), known.sum(axis=1), np.nan))


def main_effects(results: Results, measure: str) -> list[dict[str, Any]]:
    """For each factor and each of its levels but the first, what changes from the first, all else equal.

    Averaged over the settings of the other factors that were run with both levels; with common luck each replication
    gives one such average, and the interval is that of their mean. Intervals hold for all rows together (Bonferroni).
    """
    import numpy as np

    study, cube = results.study, results.cube(measure)
    rows = [row for row in study.rows if not results.bad[row.point]]
    found: list[tuple[str, Any, Any, np.ndarray]] = []
    for place, factor in enumerate(study.factors):
        settings: dict[tuple[Any, ...], dict[Any, np.ndarray]] = {}
        for row in rows:
            others = (*row.levels[:place], *row.levels[place + 1 :])
            settings.setdefault(others, {})[row.levels[place]] = cube[row.point]
        levels = list(dict.fromkeys(row.levels[place] for row in rows))
        for level in levels[1:]:
            apart = [each[level] - each[levels[0]] for each in settings.values() if level in each and levels[0] in each]
            if apart:
                found.append((factor.name, levels[0], level, np.mean(apart, axis=0)))
    each = 1 - (1 - CONFIDENCE) / max(1, len(found))
    told = []
    for name, first, level, averages in found:
        summary = summarise(averages, each)
        told.append(
            {"measure": measure, "factor": name, "from": str(first), "to": str(level), "effect": summary.mean}
            | {"low": summary.low, "high": summary.high, "replications": summary.defined}
        )
    return told


def _sections(results: Results, measure: str) -> list[Section]:
    import numpy as np
    import pandas as pd

    best_point, others = contests(results, measure)
    found, means = list(others.values()), _means(results.cube(measure))
    lines: list[str] = []
    if not found:
        only = np.flatnonzero(~np.isnan(means))
        lines += [f"{results.label(int(point))}: {amount(float(means[point]), measure)}." for point in only]
    elif all(each.verdict == "same" for each in found):
        lines.append(f"No setting makes any difference: {amount(found[0].found.base.mean, measure)} at all of them.")
    else:
        best, last = found[0].first, found[-1].second
        value, other = found[0].found.base.mean, found[-1].found.variant.mean
        word = {"lower": "Lowest", "higher": "Highest"}.get(better(measure), "Highest")
        lines.append(f"{word} at {best}: {amount(value, measure)}. At the other end, {last}: {amount(other, measure)}.")
        open_ = [each.second for each in found if each.verdict in ("undecided", "same", "undefined")]
        if open_:
            more = f" and {len(open_) - _TOLD} others" if len(open_) > _TOLD else ""
            lines.append(f"Not to be told from it: {'; '.join(open_[:_TOLD])}{more}.")
        else:
            lines.append(contest_sentence(found[0]))
    effects = main_effects(results, measure)
    averaged = ", on average over the rest" if len(results.study.factors) > 1 else ""
    for factor in dict.fromkeys(row["factor"] for row in effects):
        row = [each for each in effects if each["factor"] == factor][-1]
        clear = row["low"] > 0 or row["high"] < 0
        text = change(row["effect"], row["low"], row["high"], measure)
        open_end = "" if clear else ", not clear"
        lines.append(f"{factor} from {row['from']} to {row['to']}{averaged}: {text}{open_end}.")
    if len(means) > _MOST_CONTESTS + 1:
        lines.append(f"The best is compared with the {count_of(_MOST_CONTESTS, 'point')} next to it.")
    table = pd.DataFrame(effects)
    first = Section(f"Settings compared: {words(measure)}", tuple(lines), f"effects-{measure}", table)
    return [first, _beside_best(measure, best_point, others)] if others else [first]


def _beside_best(measure: str, best: int, others: Mapping[int, Contest]) -> Section:
    """The table of all comparisons with the best."""
    import pandas as pd

    rows = [{"best": best, "point": point} | contest_row(contest) for point, contest in others.items()]
    gained = [row["variance_reduction"] for row in rows if row["variance_reduction"] == row["variance_reduction"]]
    one = next(iter(others.values()))
    lines = [f"Every difference from the best is in the table with its interval: {one.joint}."]
    if gained:
        lines.append(f"Pairing runs of the same luck took {part(max(0.0, min(gained)))} or more off their variance.")
    return Section(f"Beside the best: {words(measure)}", tuple(lines), f"contests-{measure}", pd.DataFrame(rows))
