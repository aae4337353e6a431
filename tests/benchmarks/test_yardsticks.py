"""Every yardstick of `cascadesim bench` is the same queue, by its mean wait and the share who give up."""

from __future__ import annotations

import math
import statistics
from functools import cache

import pytest
from scipy.stats import t

from cascadesim.engine.yardsticks import table
from cascadesim.engine.yardsticks.queue import Outcome

RUNS, WEEKS = 40, 100
FALSE_ALARM = 1e-5  # of one yardstick; seeds are fixed, so what passes once goes on passing
OTHERS = tuple(name for name in table.YARDSTICKS if name != table.IDIOMATIC)


@cache
def outcomes(name: str) -> list[Outcome]:
    """Runs of a yardstick; the test is skipped where it cannot be had."""
    try:
        run = table.prepare(name, WEEKS)
    except table.Unmeasured as fault:
        pytest.skip(f"{name}: {fault}")
    return [run(seed) for seed in range(1, RUNS + 1)]


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERS)
def test_every_yardstick_is_the_same_queue(name: str) -> None:
    """Sees shifts of 0.02 weeks of the mean wait, and of 0.02 of all clients who give up; both are near 0.09."""
    mine, other = outcomes(name), outcomes(table.IDIOMATIC)
    reach = t.isf(FALSE_ALARM / 4, 2 * RUNS - 2)  # two figures, both sides
    for figure in (lambda run: run.mean_wait, lambda run: run.share_reneged):
        first, second = [figure(run) for run in mine], [figure(run) for run in other]
        error = math.sqrt((statistics.variance(first) + statistics.variance(second)) / RUNS)
        assert reach * error < 0.02
        assert abs(statistics.fmean(first) - statistics.fmean(second)) < reach * error


@pytest.mark.parametrize("name", [name for name in table.YARDSTICKS if name not in (table.CIW, table.CIMBA)])
def test_those_that_need_nobody_else_can_always_be_had(name: str) -> None:
    run = table.prepare(name, 20)
    assert run(1) == run(1) != run(2)
    assert run(1).clients > 200


def test_what_cannot_be_had_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(table._HOMES, "nobody's", "in_nothing")
    with pytest.raises(table.Unmeasured, match=r"^ModuleNotFoundError: No module named 'cascadesim.*in_nothing'$"):
        table.prepare("nobody's", 20)


def test_a_process_apart_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(table._HOMES, "nobody's", "in_nothing")
    monkeypatch.setattr(table, "_APART", {"nobody's"})
    with pytest.raises(table.Unmeasured, match=r"ModuleNotFoundError: No module named 'cascadesim.*in_nothing'$"):
        table.prepare("nobody's", 20)


def test_a_process_apart_gives_the_same_and_times_itself() -> None:
    from cascadesim.engine.yardsticks.apart import Apart

    here, there = table.prepare(table.HEAP_LOOP, 20), Apart("heap_loop", 20)
    assert [there(seed) for seed in (3, 4)] == [here(seed) for seed in (3, 4)]
    before = there.seconds
    there(5)
    assert 0 < before < there.seconds
    there.close()
