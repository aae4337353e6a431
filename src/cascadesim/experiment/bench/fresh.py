"""Fresh processes: a cold compile, first runs from the cache, and peak memory with and without the log."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cascadesim.experiment.bench.sizes import Sizes
from cascadesim.experiment.bench.works import HUNDREDTH, NATIONAL, PROSPER

_CHILD = "cascadesim.experiment.bench.child"
_CACHES = ("CASCADESIM_CACHE",)
COLD, CACHED = "cold", "cached"
WITHOUT_LOG, WITH_LOG = "without the log", "with the log"


@dataclass
class Fresh:
    """What each process told, under (what was asked, of which scenario or with which cache), and why one did not."""

    told: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    unmeasured: dict[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Order:
    """One fresh process."""

    asks: str
    of: str
    arguments: tuple[str, ...]


def orders(files: Mapping[str, Path], sizes: Sizes) -> list[_Order]:
    """Whatever the folder has the scenarios for. The cold compile is first: those after it find what it has cached."""
    found = []
    if PROSPER in files:
        first = ("first", str(files[PROSPER]))
        found += [_Order("first", COLD, first)] * sizes.cold + [_Order("first", CACHED, first)] * sizes.first_runs
    for name in (PROSPER, NATIONAL + HUNDREDTH, *([NATIONAL] if sizes.full else [])):
        if name in files:
            found.append(_Order(name, WITHOUT_LOG, ("memory", str(files[name]))))
            found.append(_Order(name, WITH_LOG, ("memory", str(files[name]), "log")))
    return found


def run_fresh(asked: list[_Order], sizes: Sizes, progress: Callable[[], None]) -> Fresh:
    """All of them, one after the other."""
    found = Fresh()
    with tempfile.TemporaryDirectory(prefix="cascadesim-bench-") as cache:
        environment = {**os.environ, **(dict.fromkeys(_CACHES, cache) if sizes.cold else {})}
        for order in asked:
            key = (order.asks, order.of)
            if key not in found.unmeasured:
                try:
                    found.told.setdefault(key, []).append(_ask(order.arguments, environment))
                except _Silent as fault:
                    found.told.pop(key)
                    found.unmeasured[key] = str(fault)
            progress()
    return found


class _Silent(Exception):
    """A process that told nothing, and its last words."""


def _ask(arguments: tuple[str, ...], environment: Mapping[str, str]) -> dict[str, Any]:
    command = [sys.executable, "-m", _CHILD, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or [f"its process ended with {done.returncode}"]
        raise _Silent(last[0])
    told: dict[str, Any] = json.loads(done.stdout)
    return told
