"""The bars: what the compiled engine has to reach, what it aims at, and what this run says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cascadesim.engine.yardsticks import table
from cascadesim.experiment.bench import works
from cascadesim.experiment.bench.engines import COMPILED, SIMPY
from cascadesim.experiment.bench.fresh import CACHED, COLD, WITHOUT_LOG, Fresh
from cascadesim.experiment.bench.measure import Key, Measured
from cascadesim.experiment.bench.sizes import Sizes
from cascadesim.experiment.bench.spread import (
    Figure,
    Spread,
    clients_a_second,
    events_a_second,
    microseconds_an_event,
    ratio_of,
    replications_a_second,
    spread,
    why_not,
)

AIM, MUST, MISSED, UNMEASURED = "aim", "must", "no", "unmeasured"
GIGABYTE = 1e9


@dataclass(frozen=True)
class Bar:
    """One line of the table. Times, costs and bytes are to be at most `must`, ratios of speed (`more`) at least."""

    what: str
    must: float
    aim: float
    unit: str
    more: bool
    found: Spread | None
    why_not: str = ""

    @property
    def holds(self) -> str:
        """The best of what the median reaches."""
        if self.found is None:
            return UNMEASURED
        sign = 1 if self.more else -1
        reached = [
            name for name, bound in ((AIM, self.aim), (MUST, self.must)) if sign * (self.found.median - bound) >= 0
        ]
        return reached[0] if reached else MISSED

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        found = None if self.found is None else self.found.plain()
        told = {"what": self.what, "must": self.must, "aim": self.aim, "unit": self.unit, "more_is_better": self.more}
        return {**told, "found": found, "holds": self.holds, "why_not": self.why_not}


def bars(measured: Measured, fresh: Fresh, sizes: Sizes) -> list[Bar]:
    """Every bar, measured or not."""
    compiled, simpy = (Key(works.LIBRARY, works.PROSPER, engine) for engine in (COMPILED, SIMPY))
    threads = [Key(works.THREADS, str(number), COMPILED) for number in (2, 1)]
    found = [_ratio(measured, "compiled / SimPy engine, prosper-shaped", (25, 40), (compiled, simpy), events_a_second)]
    for other, bounds in ((table.IDIOMATIC, (30, 60)), (table.CIMBA, (4, 8)), (table.NUMBA_LOOP, (0.35, 0.75))):
        keys = tuple(Key(works.QUEUE, works.MM20, by) for by in (table.COMPILED, other))
        found.append(_ratio(measured, f"compiled / {other}, {works.MM20}", bounds, keys, clients_a_second))
    found.append(_ratio(measured, "two threads / one", (1.6, 1.9), tuple(threads), replications_a_second))
    return [*found, *_national(measured, fresh, sizes), *_first_runs(fresh, sizes)]


def _ratio(
    measured: Measured, what: str, bounds: tuple[float, float], keys: tuple[Key, ...], figure: Figure, more: bool = True
) -> Bar:
    above, below = keys
    found = ratio_of(measured, above, below, figure)
    return Bar(what, *bounds, "x", more, found, why_not(measured, above, below) if found is None else "")


def _national(measured: Measured, fresh: Fresh, sizes: Sizes) -> list[Bar]:
    """National-scale at full size, which only `--full` measures."""
    keys = tuple(Key(works.LIBRARY, name, COMPILED) for name in (works.NATIONAL, works.PROSPER))
    cost = _ratio(
        measured, "national-scale / prosper-shaped, an event", (4, 2), keys, microseconds_an_event, more=False
    )
    key = (works.NATIONAL, WITHOUT_LOG)
    peaks = [told["peak"] / GIGABYTE for told in fresh.told.get(key, ()) if told["peak"] is not None]
    reason = fresh.unmeasured.get(key, f"{works.NATIONAL} is not in the folder") if not peaks else ""
    memory = Bar("national-scale, peak memory without log", 2, 1, "GB", False, spread(peaks) if peaks else None, reason)
    if sizes.full:
        return [cost, memory]
    return [Bar(bar.what, bar.must, bar.aim, bar.unit, bar.more, None, "only with --full") for bar in (cost, memory)]


def _first_runs(fresh: Fresh, sizes: Sizes) -> list[Bar]:
    found = []
    for what, kind, must, aim in (("cold compile", COLD, 90, 45), ("cached import and first run", CACHED, 1, 0.5)):
        key = ("first", kind)
        seconds = [told["total"] for told in fresh.told.get(key, ())]
        left_out = "left out by --quick" if kind == COLD and not sizes.cold else f"{works.PROSPER} is not in the folder"
        reason = "" if seconds else fresh.unmeasured.get(key, left_out)
        found.append(Bar(what, must, aim, "s", False, spread(seconds) if seconds else None, reason))
    return found
