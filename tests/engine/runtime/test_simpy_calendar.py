"""The calendar on SimPy: order within an instant, entries that have been overtaken, one C-phase an instant."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import fields
from types import SimpleNamespace
from typing import Any, cast

import pytest

from cascadesim.engine import calendar
from cascadesim.engine.calendar import put
from cascadesim.engine.conditional_phase import MOST_PASSES
from cascadesim.engine.records import (
    ACTIVE,
    CANDIDATE,
    EXITED,
    GONE,
    Client,
    ClientGroup,
    Course,
    CourseOffering,
    ReferralSource,
    Worker,
)
from cascadesim.engine.replication import HANDLERS
from cascadesim.engine.runtime import simpy_calendar
from cascadesim.engine.runtime.simpy_calendar import Entry, SimpyWorld, run_plan
from engine.worlds import ALONE, plain_world

Recorder = tuple[SimpyWorld, list[Any]]


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """A world whose entries say who they are; those whose number is not 0 want a C-phase, which says when it ran."""
    said: list[Any] = []

    def call(world: SimpyWorld, who: Any, number: int) -> None:
        said.append(who)
        world.c_phase_pending = world.c_phase_pending or number != 0

    def phase(world: SimpyWorld) -> bool:
        said.append(("C", world.now))
        return True

    monkeypatch.setattr(simpy_calendar, "HANDLERS", {0: call})
    monkeypatch.setattr(simpy_calendar, "conditional_phase", phase)
    return plain_world(), said


@pytest.mark.parametrize("shuffle", range(5))
def test_an_instant_runs_by_rank_and_key_whatever_the_insertion_order(recorder: Recorder, shuffle: int) -> None:
    world, said = recorder
    largest = (1 << 63) - 1
    entries: list[Any] = [(m, rank, key) for m in (3, 7) for rank in (0, 4, 11) for key in (0, 5, largest)]
    inserted = entries.copy()
    random.Random(shuffle).shuffle(inserted)
    for minute, rank, key in inserted:
        put(world, minute, rank, key, 0, (minute, rank, key), 1)
    world.run(8)
    assert said == [*entries[:9], ("C", 3), *entries[9:], ("C", 7)]


def test_what_is_due_at_the_end_does_not_happen(recorder: Recorder) -> None:
    world, said = recorder
    for minute in (9, 10, 11):
        put(world, minute, 0, 0, 0, minute, 0)
    world.run(10)
    assert said == [9]
    world.run(12)
    assert said == [9, 10, 11]


def test_nothing_is_put_at_or_after_the_horizon(recorder: Recorder) -> None:
    world, said = recorder
    for minute in (world.horizon - 1, world.horizon, world.horizon + 1):
        put(world, minute, 0, 0, 0, minute, 0)
    world.run(2 * world.horizon)
    assert said == [world.horizon - 1]


def test_waking_twice_runs_the_c_phase_once_and_after_everything(recorder: Recorder) -> None:
    world, said = recorder
    put(world, 4, 2, 0, 0, "second", 1)
    put(world, 4, 11, 0, 0, "third", 1)
    put(world, 4, 1, 0, 0, "first", 1)
    put(world, 5, 1, 0, 0, "quiet", 0)
    world.run(10)
    assert said == ["first", "second", "third", ("C", 4), "quiet"]


def test_the_c_phase_also_runs_at_the_start(recorder: Recorder) -> None:
    world, said = recorder
    world.c_phase_pending = True
    world.run(1)
    assert said == [("C", 0)]


def test_the_last_instant_before_a_reading_has_its_c_phase(recorder: Recorder) -> None:
    """Readings are taken between calls of `run`; nothing is left undone at one."""
    world, said = recorder
    put(world, 9, 0, 0, 0, "late", 1)
    world.run(10)
    assert said == ["late", ("C", 9)]


def test_a_c_phase_that_does_not_settle_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simpy_calendar, "conditional_phase", lambda _: False)
    with pytest.raises(RuntimeError, match=f"minute 0 did not settle in {MOST_PASSES} passes"):
        run_plan(ALONE, 1, 0)


# --- entries that have been overtaken ---------------------------------------------------------------------------------


def made(kind: type[Any], **values: Any) -> Any:
    """A record with these values."""
    record = kind()
    for name, value in values.items():
        setattr(record, name, value)
    return record


STALE: dict[str, Callable[[], tuple[Any, Any]]] = {
    "SESSION": lambda: (made(Client, generation=3), 2),
    "PATIENCE_ENDS": lambda: (made(Client, generation=3), 2),
    "CLIENT_LEAVES": lambda: (made(Client, state=GONE), 0),
    "GROUP_SESSION": lambda: (made(ClientGroup, generation=3), 2),
    "ALARM": lambda: (made(Worker, alarms=3), 2),
    "GRACE_ENDS": lambda: (made(Worker, unsupervised_since=30), 20),
    "ABSENCE_ENDS": lambda: (made(Worker, away=True, absences=3), 2),
    "HOLD_ENDS": lambda: (made(Worker, away=True, absences=3), 2),
    "PRACTICE_ENDS": lambda: (made(Worker, practices=3), 2),
    "GIVES_UP": lambda: (made(Worker, state=CANDIDATE, spells=3), 2),
    "REFRESHER_LOOK": lambda: (made(Worker, state=ACTIVE, refresher_due=30), 20),
    "TENURED": lambda: (made(Worker, state=EXITED), 0),
    "PROMOTION_DUE": lambda: (made(Worker, state=EXITED), 0),
    "COURSE_ENDS": lambda: (made(Course, over=True), 0),
    "WINDOW_CLOSES": lambda: (made(CourseOffering), 0),
    "GATHERED": lambda: (made(CourseOffering, gatherings=3, enough_since=30), 2),
    "REFERRAL": lambda: (0, 2),
}
"""(who, number) of an entry of each kind that was overtaken by a later one, or whose subject is gone."""
ALWAYS_VALID = {
    *("DATED_REFERRAL", "WINDOW_OPENS", "INTAKE", "RECRUIT", "VACANCY_FILLED"),
    *("LIFTED", "TRAINING_ENDS", "INCENTIVE", "REVIEW"),
}


def state_of(record: Any) -> Any:
    """Every field of a record."""
    return record if isinstance(record, int) else {each.name: getattr(record, each.name) for each in fields(record)}


@pytest.mark.parametrize("name", STALE)
def test_overtaken_entries_do_nothing(name: str) -> None:
    """Nobody is changed, no event is counted, and no C-phase follows."""
    who, number = STALE[name]()
    world = plain_world()
    if name == "REFERRAL":  # of a stream whose rate has changed meanwhile
        world.plan = cast(Any, SimpleNamespace(varying=True, clients=SimpleNamespace(streams=[None])))
        world.sources = [made(ReferralSource, numbers=3)]
    before = state_of(who)
    entry = Entry(world.callbacks[getattr(calendar, name)], who, number)
    for call in entry.callbacks:
        call(entry)
    assert state_of(who) == before
    assert (world.events, world.c_phase_pending, world.touched, world.ended) == (0, False, [], [])


def test_every_kind_of_entry_can_be_overtaken_or_cannot() -> None:
    names = vars(calendar).items()
    kinds = {name: value for name, value in names if name.isupper() and isinstance(value, int)}
    assert set(kinds) == set(STALE) | ALWAYS_VALID
    assert sorted(kinds.values()) == sorted(HANDLERS)
