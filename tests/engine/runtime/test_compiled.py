"""Plain records in compiled memory, and what comes back from there."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cascadesim import load
from cascadesim.devtools.engine_comparison.compare import EngineDifference, compare_tallies
from cascadesim.engine.records import WAITING
from cascadesim.engine.runtime import compiled
from cascadesim.engine.runtime.compiled import CompiledRuntime, Image, Record
from cascadesim.engine.runtime.fields import layout, words
from cascadesim.engine.runtime.plan_tables import Tables
from cascadesim.engine.runtime.simpy_calendar import SimpyRuntime
from cascadesim.model.counters import counter_layout
from cascadesim.model.plan import Named, Plan, StateSite
from cascadesim.model.replication import Tally
from cascadesim.scenario.compile import compile_scenario
from engine.busy import BUSY
from engine.scene import write
from engine.worlds import ALONE, WITHOUT_COMPILED

pytestmark = pytest.mark.skipif(WITHOUT_COMPILED, reason="of the compiled runtime")


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Plan]:
    """The busy programmes, ready to be run."""
    folder: Path = tmp_path_factory.mktemp("plans")
    return {name: compile_scenario(load(write(folder, text))) for name, text in BUSY.items()} | {"alone": ALONE}


def compare(plain: Any, record: Record, seen: dict[int, int]) -> None:
    """Field by field, through references and lists; the same record is at the same address wherever it is met."""
    name = type(plain).__name__
    if id(plain) in seen:
        assert seen[id(plain)] == record.address, name
        return
    seen[id(plain)] = record.address
    for each in layout(name):
        value, found = getattr(plain, each.name), getattr(record, each.name)
        if each.kind == "Reference":
            assert (found is None) == (value is None), (name, each.name)
            if value is not None:
                compare(value, found, seen)
        elif each.kind == "Rows":
            assert len(found) == len(value), (name, each.name)
            for one, other in zip(value, found, strict=True):
                compare(one, other, seen)
        elif each.kind == "list":
            assert [*found] == [*value], (name, each.name)
        else:
            assert found == value and isinstance(found, bool) == (each.kind == "bool"), (name, each.name)


@pytest.mark.parametrize("name", [*BUSY, "alone"])
def test_a_whole_plan_reads_back_as_it_was(plans: dict[str, Plan], name: str) -> None:
    """Every number, reference and list of the records of a plan."""
    tables = Tables(plans[name], counter_layout(plans[name]))
    image = Image()
    seen: dict[int, int] = {}
    compare(tables.records, Record("Plan", image.place(tables.records)), seen)
    assert len(seen) > (80 if name == "everything" else 5)
    assert len(set(seen.values())) == len(seen)  # no two in one place
    assert image.place(tables.records) == seen[id(tables.records)]  # each only once
    assert image.place(None) == 0


def test_words_are_read_without_a_sign() -> None:
    """Sixty-four bits, of which the first is often set."""
    site = Named("", (1 << 64) - 1)
    assert Record("Named", Image().place(site)).name_hash == site.name_hash
    state = StateSite(0.5, 0.25, (-1, 5))
    record = Record("StateSite", Image().place(state))
    assert (record.start, record.lift, record.lifts.tolist()) == (0.5, 0.25, [-1, 5])


def test_a_record_is_as_memory_is_now() -> None:
    """Nothing is kept: a field that changes is read anew."""
    row = np.zeros(words("Worker"), np.int64)
    worker = Record("Worker", int(row.ctypes.data))
    places = {each.name: each.offset for each in layout("Worker")}
    assert worker.tier is None and worker.away is False and worker.strain == 0.0
    row[places["away"]] = 1
    row[places["strain"] : places["strain"] + 1].view(np.float64)[0] = 0.25
    row[places["key"]] = 5
    group = np.zeros(words("SupervisionGroup"), np.int64)
    row[places["group"]] = int(group.ctypes.data)
    group[{each.name: each.offset for each in layout("SupervisionGroup")}["supervisor"]] = worker.address
    assert (worker.away, worker.strain, worker.group.supervisor.key) == (True, 0.25, 5)


def test_memory_stays_while_the_image_does() -> None:
    """A plan that nobody else knows of any more can still be read."""
    tables = Tables(ALONE, counter_layout(ALONE))
    image = Image()
    record = Record("Plan", image.place(tables.records))
    before = (record.horizon, record.tiers[0].hours.numbers.tolist())
    del tables
    gc.collect()
    _ = [np.full(4096, 7) for _ in range(100)]
    assert (record.horizon, record.tiers[0].hours.numbers.tolist()) == before


# --- whole replications -----------------------------------------------------------------------------------------------


def difference(plan: Plan, one: Tally, other: Tally) -> EngineDifference | None:
    """Where two tallies part, to the last bit."""
    return compare_tallies(plan, counter_layout(plan), one, other)


@pytest.mark.parametrize("name", BUSY)
def test_both_runtimes_leave_the_same_behind(plans: dict[str, Plan], name: str) -> None:
    """A tally to the last bit, the log with it."""
    plan, runtime = plans[name], CompiledRuntime(plans[name])
    for replication in range(3):
        one, other = SimpyRuntime(plan).run(1, replication, True), runtime.run(1, replication, True)
        assert one.log is not None and len(one.log) > 300
        assert difference(plan, one, other) is None


def test_memory_is_used_again(plans: dict[str, Plan]) -> None:
    """Of a larger plan, of a longer log, of a run without any log: nothing shows in the next one."""
    runtime = CompiledRuntime(ALONE)
    for name, log in (("everything", True), ("ties", False), ("alone", True), ("cascade", True), ("everything", False)):
        runtime.turn_to(plans[name])
        for replication in (1, 0):
            one, other = SimpyRuntime(plans[name]).run(1, replication, log), runtime.run(1, replication, log)
            assert difference(plans[name], one, other) is None


def test_a_run_is_interrupted_now_and_then(plans: dict[str, Plan], monkeypatch: pytest.MonkeyPatch) -> None:
    """So that Ctrl-C is heard: in how many pieces it is done changes nothing."""
    plan, runtime = plans["everything"], CompiledRuntime(plans["everything"])
    whole = runtime.run(1, 0, True)
    calls, advance = 0, compiled.kernel.advance

    def counted(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        return advance(*arguments)

    monkeypatch.setattr(compiled, "EVENTS_A_CALL", 7)
    monkeypatch.setattr(compiled.kernel, "advance", counted)
    assert difference(plan, whole, runtime.run(1, 0, True)) is None
    assert calls > 20


def test_the_world_can_be_read_as_it_is(plans: dict[str, Plan]) -> None:
    """Who is still there at the horizon, by their own words."""
    runtime = CompiledRuntime(plans["everything"])
    tally = runtime.run(1, 0)
    world, waiting = runtime.world, 0
    for client in world.present_clients:
        assert client.client_class.plan.site == client.client_class.near[0].site
        waiting += client.counted and client.state == WAITING
    assert waiting == tally.at_end[0] == len(tally.still_waiting)
    assert sum(len(state.present) for state in world.tier_states) == sum(
        tally.snapshots[-1].levels[base + state] for base in runtime.layout.tier_levels for state in range(5)
    )
