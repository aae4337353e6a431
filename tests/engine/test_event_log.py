"""Rows of the event log: the minute they carry, and their details in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cascadesim.engine.event_log import (
    BINDS,
    FIXED,
    MERGED,
    NO_TEXT,
    NOBODY,
    RECRUITED,
    TESTS,
    TEXT,
    WORDS,
    in_words,
    log_rows,
    note,
    of_client,
    of_worker,
    write,
)
from cascadesim.engine.records import Client, Worker, World
from cascadesim.model.constraints import TESTS as TESTS_OF
from cascadesim.model.enums import Entry, Event, Kind, Wait
from cascadesim.model.plan import Named, Plan
from engine.worlds import ALONE, WITHOUT_COMPILED, compiled_world, outcome, plain_world

ROWS = 5_000


def details(*rows: tuple[int, int, int], plan: Plan = ALONE) -> list[str]:
    """The details of rows with these (what it is, detail, more)."""
    log = [number for row in rows for number in (0, 1, 1, 0, 0, 0, -1, *row, 0)]
    return [row.detail for row in log_rows(plan, FIXED, log)]


def test_rows_carry_the_minute() -> None:
    world = plain_world(log=True)
    world.now = 17
    write(world, 1, (2, 3, 4), (5, 6, 4), (TEXT, MERGED, 0), 7)
    assert [tuple(row) for row in log_rows(ALONE, FIXED, world.log)] == [(17, 1, 2, 3, 4, 5, 6, "merged", 7)]


def test_without_a_log_nothing_is_written() -> None:
    world = plain_world(log=False)
    note(world, Event.REFERRED, of_client(Client()))
    assert world.log == []


def test_nobody_is_no_key() -> None:
    """Who left the queue was seen by nobody, who left care was seen last by somebody."""
    world, worker, client = plain_world(log=True), Worker(), Client()
    worker.key, client.key = 9, 4
    note(world, Event.RENEGED, of_client(client))
    note(world, Event.COMPLETED, of_client(client), of_worker(worker))
    one, other = log_rows(ALONE, FIXED, world.log)
    assert (one.kind, one.key, one.other_kind, one.other) == (Kind.CLIENT, 4, *NOBODY[:2])
    assert (other.other_kind, other.other) == (Kind.WORKER, 9)


@pytest.mark.parametrize("wait", Wait)
def test_a_set_of_tests_is_a_bit_for_each(wait: Wait) -> None:
    """Every set has words of its own, in one order."""
    names = TESTS_OF[wait]
    sets = [in_words(wait, tests) for tests in range(1 << len(names))]
    assert len(set(sets)) == len(sets) and sets[0] == "" and sets[-1] == "+".join(names)
    assert [in_words(wait, 1 << bit) for bit in range(len(names))] == list(names)


def test_details_in_words() -> None:
    assert details((TEXT, NO_TEXT, 0), (TEXT, MERGED, 0)) == ["", "merged"]
    assert details((TESTS, Wait.SUPERVISION_PLACE, 0b101)) == ["own_hours+too_few_supervisors"]
    assert details((BINDS, Wait.CARE, 0b110), (BINDS, Wait.CARE, 0)) == ["care:too_few_workers+caseload", "care:"]
    two_sets = 0b1 | 0b1010 << 16
    assert details((BINDS, Wait.SUPERVISION_PLACE, two_sets)) == [
        "supervision_place:own_hours|supervisor_absent+supervisor_hours"
    ]


def test_how_somebody_came_and_what_they_speak() -> None:
    how = [(RECRUITED, entry, 0) for entry in (*Entry, len(Entry))]
    assert details(*how) == [*(entry.name.lower() for entry in Entry), "promotion"]
    plan = replace(ALONE, languages=(Named("arabic", 1), Named("dari", 2), Named("farsi", 3)))
    assert details((RECRUITED, Entry.INTAKE, 0b101), plan=plan) == ["intake:arabic+farsi"]


def note_many(world: World, steps: Any, out: Any) -> None:
    """A row for each step and its number, more of them than there is room for at first."""
    for row in range(len(steps)):
        world.now = steps[row, 0]
        write(world, 1, (2, row, 3), (4, 5, 3), (6, 7, 8), steps[row, 1])
        out[row, 0] = 0


@pytest.mark.skipif(WITHOUT_COMPILED, reason="of the compiled runtime")
def test_a_compiled_log_keeps_every_row_when_it_grows() -> None:
    steps = [(minute, minute * minute - 7) for minute in range(ROWS)]
    plain = plain_world(log=True)
    outcome("simpy", note_many, [*steps], 1, plain)
    outcome("compiled", note_many, [*steps], 1)
    world = compiled_world()
    assert world.log.tolist() == plain.log
    rows = [[minute, 1, 2, minute, 3, 4, 5, 6, 7, 8, amount] for minute, amount in steps]
    assert world.log.reshape(-1, WORDS).tolist() == rows
