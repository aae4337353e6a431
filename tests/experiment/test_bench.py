"""How a benchmark measures: who takes turns when, what counts, and when a bar holds."""

from __future__ import annotations

import pytest

from cascadesim.engine.yardsticks.table import Unmeasured
from cascadesim.experiment.bench import fresh
from cascadesim.experiment.bench.bars import Bar, bars
from cascadesim.experiment.bench.growth import with_clients, with_tiers, with_workers
from cascadesim.experiment.bench.measure import Done, Key, Measured, Sample, Turn, Work, measure
from cascadesim.experiment.bench.sizes import QUICK
from cascadesim.experiment.bench.spread import Spread, clients_a_second, ratio_of, spread_of, why_not
from cascadesim.model.plan import Plan

ONE, TWO, THREE = (Key("group", name, "by") for name in ("one", "two", "three"))


def nothing() -> None:
    """No progress."""


def work(key: Key, told: list[tuple[str, int, int]], lasting: bool = True, seconds: float = 1.0) -> Work:
    """A work that writes down its turns and says how long it took."""

    def start() -> Turn:
        told.append((key.name, -1, -1))

        def turn(first: int, count: int) -> Done:
            told.append((key.name, first, count))
            return Done(count, events=10 * count, clients=count, seconds=seconds * count)

        return turn

    return Work(key, start, lasting=lasting)


def test_works_take_turns_after_a_round_that_is_not_counted() -> None:
    told: list[tuple[str, int, int]] = []
    found = measure([work(ONE, told), work(TWO, told, lasting=False, seconds=0.25)], 2, 1.0, nothing)
    warm_up = [("one", -1, -1), ("one", 0, 1), ("one", 0, 1)]
    warm_up += [("two", -1, -1), ("two", 0, 1), ("two", -1, -1), ("two", 0, 1)]
    first = [("one", 0, 1), ("two", -1, -1), ("two", 0, 4)]
    second = [("one", 1, 1), ("two", -1, -1), ("two", 4, 4)]
    assert told == warm_up + first + second
    assert {key: len(samples) for key, samples in found.samples.items()} == {ONE: 2, TWO: 2}
    assert found.samples[TWO][1] == Sample(1.0, Done(4, 40, 4, 1.0))


def test_what_cannot_be_had_is_told_and_the_others_go_on() -> None:
    def start() -> Turn:
        raise Unmeasured("it is not here")

    steps: list[None] = []
    found = measure([Work(ONE, start), work(TWO, [])], 2, 0.0, lambda: steps.append(None))
    assert (found.unmeasured, list(found.samples)) == ({ONE: "it is not here"}, [TWO])
    assert len(steps) == 2 * 3
    assert why_not(found, TWO, ONE) == "it is not here"
    assert why_not(found, THREE) == "three is not in the folder"


def test_a_work_that_fails_later_is_not_half_measured() -> None:
    def turn(first: int, count: int) -> Done:
        if first:
            raise MemoryError
        return Done(count, seconds=1.0)

    found = measure([Work(ONE, lambda: turn)], 3, 0.0, nothing)
    assert (found.samples, found.unmeasured) == ({}, {ONE: "MemoryError"})


def test_ratios_are_taken_round_by_round() -> None:
    def rates(*values: float) -> list[Sample]:
        return [Sample(1.0, Done(1, clients=int(value))) for value in values]

    measured = Measured({ONE: rates(10, 40, 90), TWO: rates(10, 20, 30)})
    assert spread_of(measured, ONE, clients_a_second) == Spread(40, 10, 90)
    assert ratio_of(measured, ONE, TWO, clients_a_second) == Spread(2, 1, 3)
    assert ratio_of(measured, ONE, THREE, clients_a_second) is None


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
    assert Bar("it", must, aim, "x", more, Spread(median, 0, 100)).holds == holds
    assert Bar("it", must, aim, "x", more, None).holds == "unmeasured"


def test_every_unmeasured_bar_has_its_reason() -> None:
    found = bars(Measured(), fresh.Fresh(), QUICK)
    assert len(found) == 9
    assert {bar.holds for bar in found} == {"unmeasured"}
    assert all(bar.why_not for bar in found)


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
    order = fresh._Order("first", fresh.CACHED, ("first", "nowhere.toml"))
    found = fresh.run_fresh([order, order], QUICK, nothing)
    assert not found.told
    assert "nowhere.toml" in found.unmeasured["first", fresh.CACHED]
