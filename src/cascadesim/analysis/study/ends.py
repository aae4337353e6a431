"""One factor at a time: what each does by itself, from one end to the other."""

from __future__ import annotations

from typing import Any

from cascadesim.analysis.sensitivity.oat import Bar, Ends, tornado
from cascadesim.analysis.study.results import Results
from cascadesim.analysis.study.section import Section, amount, change, words
from cascadesim.analysis.words import count_of
from cascadesim.experiment.study.factors import BASE

_TOLD = 5


def ends(results: Results) -> list[Section]:
    """A section a measure, the factor that does most first."""
    return [_section(results, measure) for measure in results.study.measures]


def bars(results: Results, measure: str) -> tuple[tuple[Bar, ...], dict[str, tuple[Any, Any]]]:
    """(bars, widest first; the two levels of each factor that its bar goes between)."""
    cube, rows = results.cube(measure), results.study.rows
    base = rows[0]
    found: dict[str, Ends] = {}
    levels: dict[str, tuple[Any, Any]] = {}
    start = 1  # of its rows: the base comes first, then each factor in turn, one row a level or an end
    for place, factor in enumerate(results.study.factors):
        count = len(factor.labels) - (factor.kind == BASE) if factor.listed else 2
        own = [rows[at] for at in range(start, start + count)]
        start += count
        if own:
            first, last = (own[0], own[-1]) if len(own) > 1 else (base, own[0])
            found[factor.name] = cube[first.point].tolist(), cube[last.point].tolist()
            levels[factor.name] = first.levels[place], last.levels[place]
    return tornado(cube[base.point].tolist(), found), levels


def _section(results: Results, measure: str) -> Section:
    import numpy as np
    import pandas as pd

    found, levels = bars(results, measure)
    base = results.cube(measure)[results.study.rows[0].point]
    rows: list[dict[str, Any]] = []
    for bar in found:
        first, last = levels[bar.factor]
        row: dict[str, Any] = {"measure": measure, "factor": bar.factor}
        row |= {"level_low": str(first), "level_high": str(last)}
        for name, each in (("low", bar.low), ("high", bar.high), ("swing", bar.swing)):
            row |= {name: each.paired.mean, f"{name}_from": each.paired.low, f"{name}_to": each.paired.high}
        rows.append(row)
    clear = [bar for bar in found if bar.swing.clear]
    mean = amount(float(np.nanmean(base)), measure) if not np.isnan(base).all() else "-"
    lines = [
        f"As the scenario is: {mean}. Of {count_of(len(found), 'factor')}, {len(clear)} make a clear difference "
        "between their two ends (95 % for all of them together)."
    ]
    for bar in clear[:_TOLD]:
        first, last = (f"{level:g}" if isinstance(level, int | float) else str(level) for level in levels[bar.factor])
        swing = bar.swing.paired
        lines.append(f"{bar.factor} from {first} to {last}: {change(swing.mean, swing.low, swing.high, measure)}.")
    return Section(f"One factor at a time: {words(measure)}", tuple(lines), f"tornado-{measure}", pd.DataFrame(rows))
