"""A few trials of every kind of fault. `python -m faults` makes as many as you like."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="forks, signals and /proc")

if os.name == "posix":
    from faults.commands import Commands
    from faults.kinds import KINDS, harm
    from faults.reference import Reference

SEED = 5
TRIALS = {"kill": 5, "worker": 4, "limits": 4, "damage": 6, "lock": 3, "signal": 3, "same": 5}
"""Each way to do harm once, or a little more often."""
TIMES = 4
"""So many times these are in a campaign, which is thorough besides."""


@pytest.fixture(scope="module", params=[False, pytest.param(True, marks=pytest.mark.campaign)])
def reference(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Reference]:
    with Commands(request.param) as commands:
        yield Reference(commands, tmp_path_factory.mktemp("faults"))


@pytest.mark.slow
@pytest.mark.parametrize("kind", TRIALS)
def test_nothing_is_lost_done_twice_or_wrong(reference: Reference, kind: str) -> None:
    figures: Counter[str] = Counter()
    times = TIMES if reference.thorough else 1
    for number in range(times * TRIALS[kind]):
        KINDS[kind].trial(reference, number, random.Random(f"{SEED} {number}"), figures)
    assert harm(figures, kind) == {}
    assert sum(figures.values()) > 0, "nothing was tried"
