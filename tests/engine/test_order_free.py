"""The log does not depend on the order in which the calendar was filled, on hash seeds, or on how often one looks."""

from __future__ import annotations

import itertools
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from generate import scenarios, to_toml
from hypothesis import HealthCheck, Phase, given, settings

from cascadesim import ScenarioError, load, simulate
from cascadesim.engine.runtime import simpy_calendar
from cascadesim.engine.runtime.simpy_calendar import SimpyWorld
from cascadesim.model.enums import Event
from engine.busy import BUSY
from engine.scene import WEEK, Scene, scene_of, write
from engine.worlds import flag_everything

REPLICATIONS = range(4)
Play = Callable[..., list[Scene]]


@pytest.fixture(params=BUSY)
def play_busy(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], list[Scene]]:
    """A busy programme, run for a few replications each time it is called."""
    scenario = load(write(tmp_path, BUSY[request.param]))
    return lambda: [scene_of(simulate(scenario, replication=number, events=True)) for number in REPLICATIONS]


def test_they_are_busy(tmp_path: Path) -> None:
    """Every kind of event occurs, and minutes are shared: else the tests below would show little."""
    kinds: set[str] = set()
    for name, text in BUSY.items():
        scenario = load(write(tmp_path, text))
        for number in REPLICATIONS:
            rows = scene_of(simulate(scenario, replication=number, events=True)).rows
            kinds |= {row.event for row in rows}
            assert len(rows) > 300
            assert len({row.minute for row in rows}) < (0.5 if name == "ties" else 0.9) * len(rows)
    assert kinds == {event.name.lower() for event in Event}


def insertion(order: str) -> Iterator[int]:
    """Numbers for SimPy's tie-break: downwards, or at random."""
    if order == "backwards":
        return itertools.count(1 << 40, -1)
    luck = random.Random(1)
    return (luck.getrandbits(60) for _ in itertools.count())


def number_insertions(patch: pytest.MonkeyPatch, order: str) -> None:
    """Let SimPy number the entries of the calendar in this way."""
    init = SimpyWorld.__init__

    def patched(self: SimpyWorld, *arguments: Any) -> None:
        init(self, *arguments)
        self.env._eid = insertion(order)  # type: ignore[assignment]

    patch.setattr(SimpyWorld, "__init__", patched)


def look_twice(patch: pytest.MonkeyPatch) -> list[int]:
    """Run each C-phase again with everything flagged, and compare; the minutes at which that was done."""
    phase = simpy_calendar.conditional_phase
    seen: list[int] = []

    def twice(world: SimpyWorld) -> bool:
        settled = phase(world)
        state = (list(world.levels), list(world.counts), len(world.log))
        flag_everything(world)
        assert phase(world) and (world.levels, world.counts, len(world.log)) == state, f"minute {world.now}"
        seen.append(world.now)
        return settled

    patch.setattr(simpy_calendar, "conditional_phase", twice)
    return seen


@pytest.mark.parametrize("order", ["backwards", "shuffled"])
def test_insertion_order(play_busy: Callable[[], list[Scene]], monkeypatch: pytest.MonkeyPatch, order: str) -> None:
    """SimPy breaks ties by the number of insertion. Let it run downwards, or at random: nothing changes."""
    before = play_busy()
    number_insertions(monkeypatch, order)
    for old, new in zip(before, play_busy(), strict=True):
        assert new.rows == old.rows
        assert new.run.kpis == old.run.kpis


def test_a_second_c_phase_starts_nothing(play_busy: Callable[[], list[Scene]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever can start has started: looking again at the same instant changes no level, no count, no row (R10.2)."""
    before = play_busy()
    seen = look_twice(monkeypatch)
    for old, new in zip(before, play_busy(), strict=True):
        assert new.rows == old.rows
        assert new.run.kpis == old.run.kpis
    assert len(seen) > 300


@settings(
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
@given(scenarios())
def test_generated_programmes(tmp_path_factory: pytest.TempPathFactory, document: dict[str, Any]) -> None:
    """The same of programmes at random, of one to five tiers."""
    try:
        scenario = load(write(tmp_path_factory.getbasetemp(), to_toml(document)))
    except ScenarioError:
        return
    before = simulate(scenario, events=True)
    for prepare in (look_twice, lambda patch: number_insertions(patch, "shuffled")):
        with pytest.MonkeyPatch.context() as patch:
            prepare(patch)
            assert simulate(scenario, events=True) == before


def test_one_c_phase_an_instant(play_busy: Callable[[], list[Scene]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is due at the instant that made it, so no instant is looked at twice."""
    phase = simpy_calendar.conditional_phase
    minutes: list[int] = []

    def noted(world: SimpyWorld) -> bool:
        assert world.now == 0 or world.now > minutes[-1]
        minutes.append(world.now)
        return phase(world)

    monkeypatch.setattr(simpy_calendar, "conditional_phase", noted)
    scenes = play_busy()
    # between C-phases there are only sessions, which concern nobody else
    others = {row.minute for scene in scenes for row in scene.rows if row.event not in ("session", "no_show")}
    assert others <= set(minutes)
    assert all(0 <= row.minute < 80 * WEEK for scene in scenes for row in scene.rows)


SCRIPT = """
import hashlib, json, sys
from cascadesim import load, simulate
digests = []
for path in sys.argv[1:]:
    run = simulate(load(path), replication=1, events=True)
    told = repr((run.events.rows, run.trajectories.rows, list(run.kpis.items())))
    digests.append(hashlib.sha256(told.encode()).hexdigest())
print(json.dumps(digests))
"""


def test_hash_seeds_do_not_matter(tmp_path: Path) -> None:
    """Sets and dicts of objects are walked in an order that no result depends on."""
    files = []
    for name, text in BUSY.items():
        files.append(tmp_path / f"{name}.toml")
        files[-1].write_text(text, encoding="utf-8")
    found = set()
    for hash_seed in ("0", "1", "4242"):
        result = subprocess.run(
            [sys.executable, "-c", SCRIPT, *map(str, files)],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        )
        found.add(tuple(json.loads(result.stdout)))
    assert len(found) == 1
    assert len(set(*found)) == len(BUSY)
