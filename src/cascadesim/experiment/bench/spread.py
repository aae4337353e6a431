"""Medians with the smallest and the largest, of rates and of ratios."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import NamedTuple

from cascadesim.experiment.bench.measure import Key, Measured, Sample


class Spread(NamedTuple):
    """What several rounds gave."""

    median: float
    low: float
    high: float

    def plain(self) -> dict[str, float]:
        """For JSON."""
        return self._asdict()


Figure = Callable[[Sample], float]


def events_a_second(sample: Sample) -> float:
    return sample.done.events / sample.seconds


def replications_a_second(sample: Sample) -> float:
    return sample.done.replications / sample.seconds


def clients_a_second(sample: Sample) -> float:
    return sample.done.clients / sample.seconds


def microseconds_an_event(sample: Sample) -> float:
    return sample.seconds / max(sample.done.events, 1) * 1e6


def spread(values: Sequence[float]) -> Spread:
    """Of at least one value."""
    return Spread(statistics.median(values), min(values), max(values))


def spread_of(measured: Measured, key: Key, figure: Figure) -> Spread | None:
    """Of a figure of one work; None where it was not measured."""
    samples = measured.samples.get(key)
    return spread([figure(sample) for sample in samples]) if samples else None


def ratio_of(measured: Measured, above: Key, below: Key, figure: Figure) -> Spread | None:
    """Of two works round by round, so that a slow minute of the machine is in both; None where one is missing."""
    pairs = zip(measured.samples.get(above, ()), measured.samples.get(below, ()), strict=False)
    ratios = [figure(one) / figure(other) for one, other in pairs if figure(other) > 0]
    return spread(ratios) if ratios else None


def why_not(measured: Measured, *keys: Key) -> str:
    """Why one of these works was not measured."""
    told = [measured.unmeasured[key] for key in keys if key in measured.unmeasured]
    missing = [key.name for key in keys if key not in measured.samples and key not in measured.unmeasured]
    return told[0] if told else f"{missing[0]} is not in the folder" if missing else "nothing was counted"
