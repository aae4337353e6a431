"""A difference anywhere in two tallies is seen, and said where it is."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from cascadesim import Scenario
from cascadesim.devtools.engine_comparison.compare import (
    ROWS_AROUND,
    EngineDifference,
    compare_tallies,
    row_words,
    same,
)
from cascadesim.engine.backends import SIMPY, Runner
from cascadesim.model.counters import counter_layout
from cascadesim.model.replication import Snapshot, Tally
from cascadesim.scenario.compile import compile_scenario


@pytest.fixture(scope="module")
def plan(small: Scenario) -> Any:
    return compile_scenario(small)


@pytest.fixture(scope="module")
def tally(plan: Any) -> Tally:
    return run(plan)


def run(plan: Any) -> Tally:
    return Runner(plan, counter_layout(plan), SIMPY)(1, 0, True)


def difference(plan: Any, one: Tally, other: Tally) -> EngineDifference | None:
    return compare_tallies(plan, counter_layout(plan), one, other)


def last_changed(tally: Tally, **fields: Any) -> Tally:
    """With another last snapshot."""
    last: Snapshot = replace(tally.snapshots[-1], **fields)
    return replace(tally, snapshots=(*tally.snapshots[:-1], last))


def test_the_same_tally(plan: Any, tally: Tally) -> None:
    assert difference(plan, tally, run(plan)) is None


def test_lists_of_another_make_are_the_same(plan: Any, tally: Tally) -> None:
    """The compiled engine hands over its counters as they lie in memory."""
    assert difference(plan, tally, last_changed(tally, counts=list(tally.snapshots[-1].counts))) is None


@pytest.mark.parametrize(
    "field", ["minute", "event", "kind", "key", "level", "other_kind", "other", "detail", "amount"]
)
def test_a_row_of_the_log(plan: Any, tally: Tally, field: str) -> None:
    assert tally.log is not None
    row = tally.log[20]
    value = "x" if field == "detail" else getattr(row, field) + 1
    log = (*tally.log[:20], row._replace(**{field: value}), *tally.log[21:])
    different = difference(plan, tally, replace(tally, log=log))
    assert different is not None and different.row == 20
    assert len(different.simpy) == len(different.compiled) == 2 * ROWS_AROUND + 1
    assert different.simpy[ROWS_AROUND] == f"> 20: {row_words(plan, row)}"
    assert different.compiled[ROWS_AROUND] == f"> 20: {row_words(plan, log[20])}"
    assert different.simpy[0] == different.compiled[0] == f"  17: {row_words(plan, log[17])}"


def test_two_rows_in_another_order(plan: Any, tally: Tally) -> None:
    assert tally.log is not None
    log = (*tally.log[:5], tally.log[6], tally.log[5], *tally.log[7:])
    different = difference(plan, tally, replace(tally, log=log))
    assert different is not None and different.row == 5


def test_a_log_that_ends_early(plan: Any, tally: Tally) -> None:
    assert tally.log is not None
    number = len(tally.log) - 1
    different = difference(plan, tally, replace(tally, log=tally.log[:-1]))
    assert different is not None and different.row == number
    assert different.compiled[-1] == f"> {number}: the log ends here"


@pytest.mark.parametrize("field", ["levels", "change_times", "counts"])
def test_a_counter_by_its_name(plan: Any, tally: Tally, field: str) -> None:
    before = tuple(getattr(tally.snapshots[-1], field))
    different = difference(plan, tally, last_changed(tally, **{field: (*before[:3], before[3] + 1, *before[4:])}))
    layout = counter_layout(plan)
    names = layout.counts if field == "counts" else layout.levels
    assert different is not None and different.row == -1
    assert f"snapshots[{len(tally.snapshots) - 1}].{field}[3] ({names[3]})" in different.what
    assert (different.simpy, different.compiled) == ((str(before[3]),), (str(before[3] + 1),))


@pytest.mark.parametrize("field", ["waits", "still_waiting", "first_full", "classes", "taught", "after_course"])
def test_a_list_of_another_length(plan: Any, tally: Tally, field: str) -> None:
    different = difference(plan, tally, replace(tally, **{field: (*getattr(tally, field), 0)}))
    assert different is not None and f"{field} (how many)" in different.what


@pytest.mark.parametrize("field", ["events", "first_start"])
def test_a_number_by_itself(plan: Any, tally: Tally, field: str) -> None:
    different = difference(plan, tally, replace(tally, **{field: getattr(tally, field) + 1}))
    assert different is not None and field in different.what


def test_to_the_last_bit() -> None:
    assert same(math.nan, float("nan"))
    assert same(0.1 + 0.2, 0.30000000000000004)
    assert not same(0.1 + 0.2, 0.3)
    assert not same(0.0, -0.0)
    assert not same(1, 1.0)
    assert not same(math.nan, 0.0)
