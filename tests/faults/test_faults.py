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
    from faults.kinds import KINDS, harm
    from faults.nursery import Nursery
    from faults.scene import Scene

SEED = 5
TRIALS = {"kill": 10, "worker": 6, "limits": 4, "damage": 20, "lock": 3, "signal": 3, "same": 5}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with Nursery() as nursery:
        yield Scene(nursery, tmp_path_factory.mktemp("faults"))


@pytest.mark.slow
@pytest.mark.parametrize("kind", TRIALS)
def test_nothing_is_lost_done_twice_or_wrong(scene: Scene, kind: str) -> None:
    figures: Counter[str] = Counter()
    for number in range(TRIALS[kind]):
        KINDS[kind].trial(scene, number, random.Random(f"{SEED} {number}"), figures)
    assert harm(figures, kind) == {}
    assert sum(figures.values()) > 0, "nothing was tried"
