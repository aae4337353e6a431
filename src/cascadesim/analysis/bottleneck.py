"""What binds, in which tier, when: root causes of waiting over time, and one plain sentence about them.

From waits in the C-phase, never from utilisation: a tier can be busy without anybody waiting for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cascadesim.analysis.causes import Cause, Trace, Tracer
from cascadesim.analysis.waits import interval_weeks, waits_table, weekly_means
from cascadesim.analysis.words import percent
from cascadesim.scenario.schema import Scenario

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

SMOOTHING_WEEKS = 2.0
"""A cause is traced from the mean of the readings this far to either side."""
SHORTEST_WEEKS = 4.0
"""A shorter spell is joined to what goes before it."""


@dataclass(frozen=True)
class Spell:
    """Weeks with one cause, or none (nobody waits). `waiting` is the mean number waiting at the start of its chain."""

    cause: Cause | None
    start: float
    end: float
    waiting: float
    steps: tuple[str, ...]

    @property
    def weight(self) -> float:
        """Client-weeks or person-weeks waited."""
        return self.waiting * (self.end - self.start)


@dataclass(frozen=True)
class Bottleneck:
    """`sentence` says what binds and when, `reason` how it holds clients or people up (empty if nobody waits).

    `spells` tile the horizon; `main` is the cause that made most wait; `agreement` is the share of replications that,
    traced alone over the weeks in which it binds, show the same cause. `table` is `waits_table`.
    """

    sentence: str
    reason: str
    main: Cause | None
    agreement: float
    spells: tuple[Spell, ...]
    table: pd.DataFrame


def find_bottleneck(scenario: Scenario, trajectories: pd.DataFrame) -> Bottleneck:
    """What binds in these replications; `trajectories` holds `replication`, `week` and the trajectory columns."""
    means = weekly_means(trajectories)
    spells = tuple(_explained(scenario, means, spell) for spell in _join(_trace_each(scenario, means)))
    table = waits_table(scenario, means)
    weights: dict[Cause, float] = {}
    for spell in spells:
        if spell.cause:
            weights[spell.cause] = weights.get(spell.cause, 0.0) + spell.weight
    if not weights:
        return Bottleneck(_nobody(scenario, means, table), "", None, 1.0, spells, table)
    main = max(weights, key=lambda cause: weights[cause])
    agreement = _agreement(scenario, trajectories, [spell for spell in spells if spell.cause == main], main)
    return Bottleneck(_say(spells, main), _reason(spells, main, agreement), main, agreement, spells, table)


def _trace_each(scenario: Scenario, means: pd.DataFrame) -> list[Spell]:
    """The cause at each reading, from smoothed means."""
    ends = means.index.to_numpy(dtype=float)
    lengths = interval_weeks(means.index)
    values = means.to_numpy(dtype=float)
    spells = []
    for place, end in enumerate(ends):
        middle = end - lengths[place] / 2
        near = abs(ends - lengths / 2 - middle) <= SMOOTHING_WEEKS
        found = _trace(scenario, list(means.columns), values[near], lengths[near])
        spells.append(_spell(found, end - lengths[place], end))
    return spells


def _trace(scenario: Scenario, columns: list[str], values: np.ndarray, lengths: np.ndarray) -> Trace | None:
    """The cause traced from the time mean of some readings (one row each, as long as `lengths`)."""
    smooth = (values * lengths[:, None]).sum(axis=0) / lengths.sum()
    return Tracer(scenario, dict(zip(columns, smooth.tolist(), strict=True))).trace()


def _spell(found: Trace | None, start: float, end: float) -> Spell:
    if found is None:
        return Spell(None, float(start), float(end), 0.0, ())
    return Spell(found.cause, float(start), float(end), found.waiting, found.steps)


def _fuse(first: Spell, second: Spell) -> Spell:
    """Two neighbours of one cause as one."""
    return replace(first, end=second.end, waiting=(first.weight + second.weight) / (second.end - first.start))


def _join(spells: list[Spell]) -> list[Spell]:
    """Neighbours of one cause as one spell; then the shortest are joined to a neighbour until all are long enough."""
    joined: list[Spell] = []
    for spell in spells:
        if joined and joined[-1].cause == spell.cause:
            joined[-1] = _fuse(joined[-1], spell)
        else:
            joined.append(spell)
    lengths = [spell.end - spell.start for spell in joined]
    if len(joined) == 1 or min(lengths) >= SHORTEST_WEEKS:
        return joined
    place = lengths.index(min(lengths))
    into = place - 1 if place else 1
    absorbed = replace(joined[place], cause=joined[into].cause, steps=joined[into].steps)
    return _join([*joined[:place], absorbed, *joined[place + 1 :]])


def _explained(scenario: Scenario, means: pd.DataFrame, spell: Spell) -> Spell:
    """The spell with the steps that its own mean gives, where they lead to the same cause."""
    inside = ((means.index > spell.start) & (means.index <= spell.end)).astype(bool)
    found = _trace(scenario, list(means.columns), means[inside].to_numpy(float), interval_weeks(means.index)[inside])
    return replace(spell, steps=found.steps) if found and found.cause == spell.cause else spell


def _agreement(scenario: Scenario, trajectories: pd.DataFrame, spells: list[Spell], main: Cause) -> float:
    """The share of replications whose own means over these spells trace to the same cause."""
    weeks = trajectories["week"]
    inside = weeks.between(-1.0, -1.0)
    for spell in spells:
        inside |= (weeks > spell.start) & (weeks <= spell.end)
    alone = trajectories[inside].drop(columns="week").groupby("replication", sort=True).mean()
    columns = list(alone.columns)
    found = (Tracer(scenario, dict(zip(columns, row, strict=True))).trace() for row in alone.to_numpy(float).tolist())
    return sum(each is not None and each.cause == main for each in found) / len(alone)


def _weeks(spells: list[Spell], horizon: float) -> str:
    """When, in words: `all the time`, `from week 31 to the end`, `in weeks 8 to 31`."""
    if sum(spell.end - spell.start for spell in spells) >= horizon:
        return "all the time"
    parts = [
        f"from week {spell.start:g} to the end"
        if spell.end >= horizon
        else f"in weeks {spell.start:g} to {spell.end:g}"
        for spell in spells
    ]
    return " and ".join(parts)


def _say(spells: tuple[Spell, ...], main: Cause) -> str:
    """`What binds: X, from week 31 to the end; before that, Y (in weeks 8 to 31).`"""
    horizon = spells[-1].end
    mine = [spell for spell in spells if spell.cause == main]
    text = f"What binds: {main.words}, {_weeks(mine, horizon)}"
    sides = (
        ("before that", [spell for spell in spells if spell.end <= mine[0].start]),
        ("after that", [spell for spell in spells if spell.start >= mine[-1].end]),
    )
    for side, others in sides:
        heaviest = max(others, key=lambda spell: spell.weight, default=None)
        if heaviest is not None and heaviest.cause is not None:
            text += f"; {side}, {heaviest.cause.words} ({_weeks([heaviest], horizon)})"
        elif heaviest is not None:
            text += f"; {side} hardly anybody waits"
    return text + "."


def _reason(spells: tuple[Spell, ...], main: Cause, agreement: float) -> str:
    """The chain behind the main cause, and in how many runs it is the same."""
    heaviest = max((spell for spell in spells if spell.cause == main), key=lambda spell: spell.weight)
    return f"Why: {'; '.join(heaviest.steps)}. The same cause in {percent(agreement)} of runs."


def _nobody(scenario: Scenario, means: pd.DataFrame, table: pd.DataFrame) -> str:
    """What to say when no wait is worth following."""
    if not len(table):
        return "What binds: nothing. Nobody waited for a course, for a supervisor or for care."
    if scenario.clients is None:
        return "What binds: nothing. Hardly anybody waited; recruitment and the length of courses set the pace."
    lengths = interval_weeks(means.index)
    clients: np.ndarray = (means["clients.waiting"] * lengths).to_numpy()
    return (
        f"What binds: nothing. Hardly anybody waited (clients: {clients.sum() / lengths.sum():.1f} on average); "
        "referrals set the pace."
    )
