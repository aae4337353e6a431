"""Whatever the programme: nothing is negative, everybody is somewhere, and what happens depends on names alone."""

from __future__ import annotations

import itertools
import math
import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from engine.worlds import flag_everything

from cascadesim.engine.runtime import simpy_calendar
from cascadesim.engine.runtime.simpy_calendar import SimpyWorld, run_plan
from cascadesim.model.constraints import constraint_names
from cascadesim.model.counters import (
    CLIENT_LEVELS,
    TIER_COUNTS,
    TIER_LEVELS,
    CounterLayout,
    counter_layout,
)
from cascadesim.model.enums import Event, Wait, WorkerState
from cascadesim.model.measures import measure, unit_of
from metamorphic.pairs import WEEK, Played, first_difference, original, play_toml

SEEDS = range(50)
ENDED = ("COMPLETED", "DROPPED_OUT", "NEVER_STARTED", "RENEGED", "LOST_ON_EXIT", "LEFT")


def valid() -> list[tuple[int, Played]]:
    """The runs of all scenarios that are not refused; made before anything is patched."""
    return [(seed, run) for seed in SEEDS if (run := original(seed)) is not None]


def again(run: Played) -> Played:
    """The same replication, once more."""
    return Played(run.plan, run_plan(run.plan, 1, 0, log=True))


def after_each_instant(patch: pytest.MonkeyPatch, look: Callable[[SimpyWorld], None]) -> None:
    """Call `look(world)` after every C-phase."""
    phase = simpy_calendar.conditional_phase

    def looked(world: SimpyWorld) -> bool:
        settled = phase(world)
        look(world)
        return settled

    patch.setattr(simpy_calendar, "conditional_phase", looked)


def balanced(world: SimpyWorld, layout: CounterLayout) -> None:
    """No level is below 0; who came is there or has gone; who waits is booked under what binds (R8.8, R12.1)."""
    levels, now = world.levels[::2], world.now
    assert min(levels) >= 0, (now, layout.levels[levels.index(min(levels))])
    for tier, (base, counts) in enumerate(zip(layout.tier_levels, layout.tier_counts, strict=True)):
        came = world.counts[counts + TIER_COUNTS.index("recruited")]
        gone = world.counts[counts + TIER_COUNTS.index("exited")]
        assert came == gone + sum(levels[base + state] for state in range(WorkerState.EXITED)), (now, tier)
        first = layout.tier_waits[tier][Wait.VACANCY]
        booked = sum(levels[first : first + len(constraint_names(Wait.VACANCY))])
        assert booked == levels[base + TIER_LEVELS.index("vacant")], (now, tier)
    waiting, handover, _ = levels[layout.client_levels : layout.client_levels + len(CLIENT_LEVELS)]
    booked = sum(levels[layout.care_wait : layout.care_wait + len(constraint_names(Wait.CARE))])
    assert booked == waiting + handover, now


def test_everybody_is_somewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = valid()
    layouts = {id(run.plan): counter_layout(run.plan) for _, run in runs}
    after_each_instant(monkeypatch, lambda world: balanced(world, layouts[id(world.names)]))
    for seed, before in runs:
        run = again(before)
        rows = Counter(row.event for row in run.log)
        first, last = layouts[id(run.plan)].client_levels, run.tally.snapshots[-1].levels
        there = sum(last[first : first + len(CLIENT_LEVELS)])
        assert rows[Event.REFERRED] - sum(rows[Event[name]] for name in ENDED) == there, seed


def test_a_run_can_be_repeated() -> None:
    for seed, before in valid():
        run = again(before)
        assert not first_difference(before.log, run.log), seed
        assert run.tally == before.tally, seed


def test_a_second_c_phase_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever can start has started: looking again at the same instant, at everything, adds no row (R10.2)."""
    phase = simpy_calendar.conditional_phase
    seen = 0

    def twice(world: SimpyWorld) -> None:
        nonlocal seen
        flag_everything(world)
        state = (list(world.levels), list(world.counts))
        phase(world)
        assert state == (world.levels, world.counts), world.now
        seen += 1

    runs = valid()
    after_each_instant(monkeypatch, twice)
    for seed, before in runs:
        assert not first_difference(before.log, again(before).log), seed
    assert seen > 1_000


def fill_at_random(patch: pytest.MonkeyPatch, seed: int) -> None:
    """Let SimPy, which breaks ties by the number of insertion, number the entries of the calendar at random."""
    init = SimpyWorld.__init__

    def shuffled(self: SimpyWorld, *arguments: Any) -> None:
        init(self, *arguments)
        luck = random.Random(seed)
        self.env._eid = (luck.getrandbits(60) for _ in itertools.count())  # type: ignore[assignment]

    patch.setattr(SimpyWorld, "__init__", shuffled)


def test_the_calendar_may_be_filled_in_any_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing depends on the order in which entries were made (T3)."""
    runs = valid()
    fill_at_random(monkeypatch, 1)
    for seed, before in runs:
        assert not first_difference(before.log, again(before).log), seed


OVER_THE_WEEK = re.compile(r"\.(utilisation|overtime_share|run_off_share|share\.\w+)$")
"""Shares of the hours available: of who has taken on more than a week has, they may be above 1."""


@pytest.mark.parametrize("part", [0.0, 0.25, 0.5, 0.75])
def test_a_share_is_from_0_to_1_whatever_the_window(part: float) -> None:
    """Every ratio counts the same people in both places (R1.6), and the shares of hours add up."""
    yields = 0
    for seed, run in valid():
        opens = int(run.plan.horizon * part)
        plan = replace(run.plan, measure_from=opens, snapshots=tuple(sorted({*run.plan.snapshots, opens} - {0})))
        found = measure(plan, counter_layout(plan), run_plan(plan, 1, 0))
        for name, value in found.items():
            if unit_of(name) == "share" and not math.isnan(value):
                most = math.inf if OVER_THE_WEEK.search(name) else 1 + 1e-12
                assert 0 <= value <= most, (seed, name)
            yields += name.endswith("_yield") and not math.isnan(value)
        for tier in plan.tiers:
            of = {name.removeprefix(f"tier.{tier.name}."): value for name, value in found.items()}
            if not math.isnan(of["utilisation"]):
                shares = math.fsum(value for name, value in of.items() if name.startswith("share."))
                assert shares == pytest.approx(of["utilisation"], abs=1e-12), (seed, tier.name)
                over = of["overtime_share"] + of.get("run_off_share", 0.0)
                assert shares <= 1 + over + 1e-12, (seed, tier.name)
    assert yields > 10


ENDS_TOGETHER = """
horizon_weeks = 8
cascade = ["mentor", "peer"]

[tier.mentor]
initial = 2
hours_per_week = 20

[tier.peer]
initial = 1
intake = [{ week = 4, count = 1 }]
hours_per_week = 9
supervision.required = false
training = { course_weeks = 1, max_cohort = 1, trainer_hours_per_week = 2 }
refresher = { every_weeks = 4, window_weeks = 0, course_weeks = 1, max_cohort = 1, trainer_hours_per_week = 2 }
"""


def test_a_course_and_a_refresher_that_end_together() -> None:
    """They may have the same number, and that of a course comes first all the same (R10.1)."""
    for seed in range(6):
        with pytest.MonkeyPatch.context() as patch:
            fill_at_random(patch, seed)
            run = play_toml(ENDS_TOGETHER)
        ends = [row for row in run.words if row.event in ("COURSE_ENDED", "REFRESHER_ENDED")]
        assert [row.who for row in ends] == ["peer:course:0", "peer:refresher:0"]
        assert {row.minute for row in ends} == {5 * WEEK}


RARE = {Event.GROUP_SHED, Event.LEFT_REFRESHER, Event.UNPAUSED, Event.GROUP_RESUMED}
"""What many things have to come together for."""


def test_everything_happens() -> None:
    """Nearly all scenarios are valid, and nearly every event is in some of them, else this would show little."""
    runs = [run for _, run in valid()]
    assert len(runs) >= 0.9 * len(SEEDS)
    seen = Counter(event for run in runs for event in {row.event for row in run.log})
    assert not [event.name for event in Event if event not in RARE and seen[event] < 2]
