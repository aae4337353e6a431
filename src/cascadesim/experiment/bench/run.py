"""One whole run of the benchmark: everything takes turns, then fresh processes, and what comes of it as plain data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cascadesim._version import __version__
from cascadesim.experiment.bench.bars import bars
from cascadesim.experiment.bench.fresh import Fresh, orders, run_fresh
from cascadesim.experiment.bench.machine import machine
from cascadesim.experiment.bench.measure import Key, Measured, measure
from cascadesim.experiment.bench.sizes import Sizes
from cascadesim.experiment.bench.spread import (
    Figure,
    clients_a_second,
    events_a_second,
    microseconds_an_event,
    replications_a_second,
    spread_of,
)
from cascadesim.experiment.bench.works import QUEUE, all_works, files_of

FORMAT = 1
_EVENTS: dict[str, Figure] = {
    "events_a_second": events_a_second,
    "replications_a_second": replications_a_second,
    "microseconds_an_event": microseconds_an_event,
}
_CLIENTS: dict[str, Figure] = {
    "clients_a_second": clients_a_second,
    "replications_a_second": replications_a_second,
}


def bench(folder: Path, sizes: Sizes, progress: Callable[[int, int], None] | None = None) -> dict[str, Any]:
    """Measure all of it over the scenarios of a folder; `progress(done, of)` is called as it goes."""
    files = files_of(folder)
    works, asked = all_works(files, sizes), orders(files, sizes)
    steps, facts, began = len(works) * (sizes.rounds + 1) + len(asked), machine(), dt.datetime.now(dt.UTC)
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, steps)

    measured = measure(works, sizes.rounds, sizes.seconds, step)
    fresh = run_fresh(asked, sizes, step)
    return {
        "format": FORMAT,
        "cascadesim": __version__,
        "time": began.isoformat(timespec="seconds"),
        "folder": str(folder),
        "sizes": asdict(sizes),
        "machine": facts,
        "bars": [bar.plain() for bar in bars(measured, fresh, sizes)],
        "works": [_plain(measured, work.key, work.wall) for work in works],
        "fresh": _told(fresh),
    }


def _plain(measured: Measured, key: Key, wall: bool) -> dict[str, Any]:
    """One work: what it is, each figure with its spread, and every turn."""
    figures: dict[str, Any] = {}
    for name, figure in (_CLIENTS if key.group == QUEUE else _EVENTS).items():
        found = spread_of(measured, key, figure)
        figures[name] = None if found is None else found.plain()
    turns = [{**done._asdict(), "seconds": seconds} for seconds, done in measured.samples.get(key, ())]
    reason = measured.unmeasured.get(key, "")
    return {**key._asdict(), "clock": "wall" if wall else "processor", **figures, "turns": turns, "why_not": reason}


def _told(fresh: Fresh) -> list[dict[str, Any]]:
    """Every fresh process, and those that told nothing."""
    found: list[dict[str, Any]] = [
        {"asks": asks, "of": of, "told": told, "why_not": ""} for (asks, of), told in fresh.told.items()
    ]
    return found + [
        {"asks": asks, "of": of, "told": [], "why_not": why} for (asks, of), why in fresh.unmeasured.items()
    ]
