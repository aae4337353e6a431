"""How a benchmark measures: who takes turns when, what counts, when a bar holds, and that all of it fits 80 columns."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from cascadesim.devtools.benchmark.measure import (
    CLIENTS,
    EVENTS,
    QUICK,
    Done,
    Key,
    Measured,
    Median,
    Turn,
    Unmeasured,
    Workload,
    measure,
    median_rate,
    median_ratio,
)
from cascadesim.devtools.benchmark.report import _bars as bar_lines
from cascadesim.devtools.benchmark.report import figure, spread_text
from cascadesim.devtools.benchmark.run import CACHED, FIRST, Bar, FreshRun, bars, run_fresh
from cascadesim.devtools.benchmark.workloads import with_clients, with_tiers, with_workers
from cascadesim.model.plan import Plan

ONE, TWO, THREE = (Key("group", name, "by") for name in ("one", "two", "three"))


def nothing() -> None:
    """No progress."""


def work(key: Key, told: list[tuple[str, int, int]], seconds: float = 1.0) -> Workload:
    """A work that writes down its turns and says how long it took."""

    def start() -> Turn:
        told.append((key.name, -1, -1))

        def turn(first: int, count: int) -> Done:
            told.append((key.name, first, count))
            return Done(count, events=10 * count, clients=count, seconds=seconds * count)

        return turn

    return Workload(key, start)


def test_works_take_turns_after_a_round_that_is_not_counted() -> None:
    told: list[tuple[str, int, int]] = []
    found = measure([work(ONE, told), work(TWO, told, seconds=0.25)], 2, 1.0, nothing)
    warm_up = [(name, *turn) for name in ("one", "two") for turn in ((-1, -1), (0, 1), (0, 1))]
    assert told == [*warm_up, ("one", 0, 1), ("two", 0, 4), ("one", 1, 1), ("two", 4, 4)]
    assert {key: len(measured.turns) for key, measured in found.items()} == {ONE: 2, TWO: 2}
    assert found[TWO].turns[1] == Done(4, 40, 4, 1.0)


def test_what_cannot_be_had_is_told_and_the_others_go_on() -> None:
    def start() -> Turn:
        raise Unmeasured("it is not here")

    steps: list[None] = []
    found = measure([Workload(ONE, start), work(TWO, [])], 2, 0.0, lambda: steps.append(None))
    assert (found[ONE].why_not, found[TWO].why_not) == ("it is not here", "")
    assert (len(found[ONE].turns), len(found[TWO].turns)) == (0, 2)
    assert len(steps) == 2 * 3
    assert median_ratio(found, TWO, ONE, CLIENTS) == "it is not here"


def test_a_work_that_fails_later_is_not_half_measured() -> None:
    def turn(first: int, count: int) -> Done:
        if first:
            raise MemoryError
        return Done(count, seconds=1.0)

    found = measure([Workload(ONE, lambda: turn)], 3, 0.0, nothing)
    assert (found[ONE].turns, found[ONE].why_not) == ([], "MemoryError")


def test_ratios_are_taken_round_by_round() -> None:
    def rates(key: Key, *values: int) -> Measured:
        return Measured(work(key, []), [Done(1, clients=value, seconds=1.0) for value in values])

    measured = {ONE: rates(ONE, 10, 40, 90), TWO: rates(TWO, 10, 20, 30)}
    assert median_rate(measured[ONE], CLIENTS) == Median(40, 10, 90)
    assert median_ratio(measured, ONE, TWO, CLIENTS) == Median(2, 1, 3)
    assert median_ratio(measured, ONE, THREE, CLIENTS) == "three is not in the folder"
    assert median_ratio(measured, ONE, TWO, EVENTS) == "nothing was counted"


@pytest.mark.parametrize(
    ("more", "median", "holds"),
    [
        (True, 9, "aim"),
        (True, 8, "aim"),
        (True, 4, "must"),
        (True, 3.9, "no"),
        (False, 2, "aim"),
        (False, 3, "must"),
        (False, 4.1, "no"),
    ],
)
def test_when_a_bar_holds(more: bool, median: float, holds: str) -> None:
    must, aim = (4, 8) if more else (4, 2)
    assert Bar("it", must, aim, "x", more, Median(median, 0, 100)).holds == holds
    assert Bar("it", must, aim, "x", more, "not here").holds == "unmeasured"


def test_every_unmeasured_bar_has_its_reason() -> None:
    found = bars({}, {}, QUICK)
    assert len(found) == 9
    assert {bar.holds for bar in found} == {"unmeasured"}
    assert all(bar.found is None and bar.why_not for bar in found)


def test_scenarios_grow_one_way() -> None:
    assert [shape(with_clients(number)) for number in (100, 1_000)] == [(100, 2, 1), (1_000, 20, 1)]
    assert [shape(with_workers(number)) for number in (20, 200)] == [(10_000, 20, 1), (10_000, 200, 1)]
    assert [shape(with_tiers(number)) for number in (1, 3)] == [(2_000, 20, 1), (2_000, 60, 3)]
    assert [tier.supervision is not None for tier in with_tiers(3).tiers] == [False, True, True]


def shape(plan: Plan) -> tuple[int, int, int]:
    """(clients to be expected, workers to begin with, tiers)."""
    assert plan.clients is not None
    (stream,) = plan.clients.streams
    expected = stream.pieces[0].rate_per_minute * plan.horizon
    return round(expected), sum(tier.staff[0].initial for tier in plan.tiers), len(plan.tiers)


def test_a_process_that_fails_leaves_its_last_words() -> None:
    order = FreshRun(FIRST, CACHED, (FIRST, "nowhere.toml"))
    found = run_fresh([order, order], False, nothing)
    assert not found[FIRST, CACHED].told
    assert "nowhere.toml" in found[FIRST, CACHED].why_not


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.0517, "0.052"), (0.519, "0.52"), (9.42, "9.42"), (31.31, "31.3"), (108.4, "108"), (289_470.3, "289,470")],
)
def test_figures_have_three_digits_or_so(value: float, said: str) -> None:
    assert figure(value) == said


def test_a_spread_in_a_unit() -> None:
    assert spread_text({"median": 2_500, "low": 2_000, "high": 3_100}, 1e3) == "2.50 (2.00 to 3.10)"
    assert spread_text(None) == "-"


@pytest.mark.parametrize("size", [0.0123, 0.456, 7.89, 12.3, 456.0, 1_234.0])
def test_bars_fit_80_columns(size: float) -> None:
    measured = [asdict(replace(bar, measured=Median(size, size, size))) for bar in bars({}, {}, QUICK)]
    lines = bar_lines({"bars": measured})
    assert len(lines) == 1 + len(measured)
    assert max(map(len, lines)) <= 80
    assert all(line.rsplit(maxsplit=1)[-1] in ("aim", "must", "no") for line in lines[1:])
