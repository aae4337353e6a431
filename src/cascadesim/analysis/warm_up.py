"""How long a programme takes to settle: a warm-up length by MSER-5, and the moving average of Welch's plot.

For plans that ask for steady figures with `measure_from_week`. Both look at the mean of replications, week by week.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cascadesim.analysis.wording import in_words, workers_of
from cascadesim.scenario.schema import Scenario

BATCH = 5
LAST_BATCHES = 5
FEWEST_BATCHES = 10
"""Of fewer nothing is said."""
SMOOTHING = 0.05
"""Half of the width of the moving average, as a share of the series; Welch asks for a quarter at most."""


def mser5(series: Sequence[float]) -> int | None:
    """How many of the first entries to leave out; None where the series does not settle, or is too short to say.

    MSER: leave out the d entries for which sum_(i > d) (x_i - mean_(i > d))^2 / (n - d)^2 is least: those without which
    the mean of the rest is best known. White (1997), Simulation 69:323-334; on means of five entries, White, Cobb and
    Spratt (2000), Proceedings of the Winter Simulation Conference, 755-760. The last five means are never the whole
    rest, since of few the spread is small by chance, and more than half is no answer: Hoad, Robinson and Davies (2010),
    Journal of the Operational Research Society 61:1389-1403.
    """
    number = len(series) // BATCH
    if number < FEWEST_BATCHES:
        return None
    batches = np.asarray(series[: number * BATCH], dtype=float).reshape(number, BATCH).mean(axis=1)
    rest = [batches[left_out:] for left_out in range(number - LAST_BATCHES)]
    spread = [float(((each - each.mean()) ** 2).sum()) / len(each) ** 2 for each in rest]
    best = int(np.argmin(spread))
    return best * BATCH if best <= number // 2 else None


def moving_average(series: Sequence[float]) -> np.ndarray:
    """The series smoothed as in Welch's plot, an entry for each of it: the mean of some to either side.

    Welch (1983), in Lavenberg, The Computer Performance Modeling Handbook, 268-328.
    """
    values = np.asarray(series, dtype=float)
    width = max(1, int(SMOOTHING * len(values)))
    reach = [min(width, place, len(values) - 1 - place) for place in range(len(values))]
    return np.array([values[place - each : place + each + 1].mean() for place, each in enumerate(reach)])


@dataclass(frozen=True)
class SettlingSeries:
    """What is watched: `words`, its mean of runs in each interval, and the week from which it is steady, if it is."""

    words: str
    means: np.ndarray
    steady_week: float | None


def settling(scenario: Scenario, trajectories: pd.DataFrame) -> list[SettlingSeries]:
    """Clients in care and waiting, and the active workers of each tier; empty where there are too few intervals."""
    runs = trajectories["replication"].nunique()
    ends = trajectories["week"].to_numpy(dtype=float)[: len(trajectories) // runs]
    if len(ends) // BATCH < FEWEST_BATCHES:
        return []
    columns = {f"tier.{tier}.active": f"active {workers_of(tier)}" for tier in scenario.cascade}
    if scenario.clients is not None:
        columns |= {"clients.in_care": "clients in care", "clients.waiting": "clients waiting"}
    found = []
    for column, words in columns.items():
        means = trajectories[column].to_numpy(dtype=float).reshape(runs, len(ends)).mean(axis=0)
        left_out = mser5(means.tolist())
        week = None if left_out is None else float(ends[left_out - 1]) if left_out else 0.0
        found.append(SettlingSeries(words, means, week))
    return found


def warm_up_sentences(scenario: Scenario, trajectories: pd.DataFrame) -> Iterator[str]:
    """Whether measuring begins late enough, where it does not begin at week 0; nothing where that cannot be said."""
    opens = scenario.measure_from_week
    watched = settling(scenario, trajectories) if opens else []
    if not watched:
        return
    restless = [each.words for each in watched if each.steady_week is None]
    if restless:
        yield (
            f"Perhaps never steady within the run: by MSER-5 (White 1997) the number of {in_words(restless)} changes "
            "in its second half, too. More replications or a longer run can tell."
        )
        return
    last = max(watched, key=lambda each: each.steady_week or 0.0)
    week = last.steady_week or 0.0
    if week <= opens:
        yield f"Steady from week {week:g} on (MSER-5, White 1997), so week {opens:g} is late enough to begin measuring."
    else:
        yield (
            f"Steady only from week {week:g} on (MSER-5, White 1997; {last.words} come last). For steady figures set "
            f"measure_from_week = {week:g}."
        )
