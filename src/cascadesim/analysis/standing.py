"""How a programme stands: who waits for what, and who is on the way; one standing for each replication and week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cascadesim.analysis.constraints import Queue, combination_columns, queue_columns, queues
from cascadesim.model.constraints import SEVERAL
from cascadesim.model.counters import PURPOSES
from cascadesim.scenario.schema import Scenario

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import pandas as pd

STATES = ("active", "in_training", "apprentice", "absent", "not_deployed")
FORMING = "group_forming"


@dataclass(frozen=True, slots=True)
class Standings:
    """Means over some weeks, one entry a row in every list.

    `waiting`, `leading` (the dominant constraint, empty if nobody waits) and `tests` (what most of those under several
    fail, as `a+b`; empty if nobody is) are by queue, `people` by (level, state), without states that nobody can be in;
    `busy` is by level the purpose that takes most of the tier's hours, and its share of them; `in_care` is the number
    of clients in care, 0 without clients.
    """

    waiting: dict[Queue, list[float]]
    leading: dict[Queue, list[str]]
    tests: dict[Queue, list[str]]
    people: dict[tuple[int, str], list[float]]
    busy: list[list[tuple[str, float]]]
    in_care: list[float]


@dataclass(frozen=True)
class Readings:
    """Trajectories as an array: `values[replication, week, column]`, `ends` and `lengths` of the intervals in weeks."""

    columns: tuple[str, ...]
    values: np.ndarray
    ends: np.ndarray
    lengths: np.ndarray


def read_waits(scenario: Scenario, trajectories: pd.DataFrame) -> Readings:
    """The columns that the bottleneck is read from, as an array. Every replication has the same weeks, in order."""
    import numpy as np

    columns = [name for queue in queues(scenario) for name in queue_columns(scenario, queue).values()]
    columns += [name for queue in queues(scenario) for name in combination_columns(scenario, queue).values()]
    some = [f"tier.{tier}.{state}" for tier in scenario.cascade for state in STATES]
    some += [f"tier.{tier}.hours.{hours}" for tier in scenario.cascade for hours in ("available", *PURPOSES)]
    columns += [name for name in (*some, "clients.in_care") if name in trajectories.columns]
    runs = trajectories["replication"].nunique()
    ends = trajectories["week"].to_numpy(dtype=float)[: len(trajectories) // runs]
    values = trajectories[columns].to_numpy(dtype=float).reshape(runs, len(ends), len(columns))
    return Readings(tuple(columns), values, ends, np.diff(ends, prepend=0.0))


def leading_constraint(
    parts: np.ndarray, names: Sequence[str], sets: np.ndarray, combinations: Sequence[str]
) -> np.ndarray:
    """The dominant of the constraints in the last axis of `parts` (`several` last), empty where nobody waits.

    `several` dominates only where more than half of those who wait are booked under it. Otherwise it is the test that
    stands in most people's way, alone or as one of the `combinations` of which `sets` has the sizes in its last axis.
    """
    import numpy as np

    single, several = parts[..., :-1], parts[..., -1]
    assert names[-1] == SEVERAL
    inside = np.array([[name in tests.split("+") for name in names[:-1]] for tests in combinations], dtype=float)
    found = np.array(names, dtype=object)[(single + sets @ inside.reshape(-1, len(names) - 1)).argmax(axis=-1)]
    found = np.where(several > single.sum(axis=-1), SEVERAL, found)
    return np.where(parts.sum(axis=-1) > 0, found, "")


def largest(parts: np.ndarray, names: Sequence[str]) -> list[str]:
    """For each row of `parts` the name of its largest column, empty where all are 0 (or there is none)."""
    import numpy as np

    if not names:
        return [""] * len(parts)
    found = np.array(names, dtype=object)[parts.argmax(axis=-1)]
    return [str(name) for name in np.where(parts.sum(axis=-1) > 0, found, "")]


def standings(scenario: Scenario, columns: Sequence[str], values: np.ndarray) -> Standings:
    """The standings in the rows of `values`, whose columns are named by `columns`."""
    place = {name: number for number, name in enumerate(columns)}
    waiting, leading, tests = {}, {}, {}
    for queue in queues(scenario):
        names, sets = queue_columns(scenario, queue), combination_columns(scenario, queue)
        parts = values[:, [place[column] for column in names.values()]]
        together = values[:, [place[column] for column in sets.values()]]
        waiting[queue] = parts.sum(axis=1).tolist()
        leading[queue] = leading_constraint(_told(parts, tuple(names)), tuple(names), together, tuple(sets)).tolist()
        tests[queue] = largest(together, tuple(sets))
    people = {
        (level, state): values[:, place[f"tier.{tier}.{state}"]].tolist()
        for level, tier in enumerate(scenario.cascade)
        for state in STATES
        if f"tier.{tier}.{state}" in place
    }
    busy = [_busy(tier, place, values) for tier in scenario.cascade]
    in_care = values[:, place["clients.in_care"]].tolist() if scenario.clients is not None else [0.0] * len(values)
    return Standings(waiting, leading, tests, people, busy, in_care)


def _told(parts: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """Without those whose group is still forming, wherever others wait too: there are always some of them."""
    if FORMING not in names:
        return parts
    told, forming = parts.copy(), parts[:, names.index(FORMING)]
    told[parts.sum(axis=1) - forming >= 1.0, names.index(FORMING)] = 0.0
    return told


def _busy(tier: str, place: dict[str, int], values: np.ndarray) -> list[tuple[str, float]]:
    import numpy as np

    purposes = [purpose for purpose in PURPOSES if f"tier.{tier}.hours.{purpose}" in place]
    hours = values[:, [place[f"tier.{tier}.hours.{purpose}"] for purpose in purposes]]
    available = values[:, place[f"tier.{tier}.hours.available"]]
    shares = hours.max(axis=1) / np.where(available > 0, available, np.inf)
    return list(zip(largest(hours, purposes), shares.tolist(), strict=True))
