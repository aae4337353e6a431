"""Every implementation that `cascadesim bench` measures is the same queue, by mean wait and the share who give up."""

from __future__ import annotations

import math
import statistics
from functools import cache

import pytest
from scipy.stats import t

from cascadesim.devtools.benchmark import reference_queue
from cascadesim.devtools.benchmark.measure import Unmeasured
from cascadesim.devtools.benchmark.reference_queue import (
    CIMBA,
    CIW,
    HEAP_LOOP,
    IDIOMATIC,
    IMPLEMENTATIONS,
    InItsOwnProcess,
    QueueRun,
    prepare,
)

RUNS, WEEKS = 80, 40
FALSE_ALARM = 1e-5  # of one implementation; seeds are fixed, so what passes once goes on passing
OTHERS = tuple(name for name in IMPLEMENTATIONS if name != IDIOMATIC)


@cache
def runs(name: str) -> list[QueueRun]:
    """Runs of an implementation; the test is skipped where it cannot be had."""
    try:
        run = prepare(name, WEEKS)
    except Unmeasured as fault:
        pytest.skip(f"{name}: {fault}")
    return [run(seed) for seed in range(1, RUNS + 1)]


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERS)
def test_every_implementation_is_the_same_queue(name: str) -> None:
    """Sees shifts of 0.02 weeks of the mean wait, and of 0.02 of all clients who give up; both are near 0.09."""
    mine, other = runs(name), runs(IDIOMATIC)
    reach = t.isf(FALSE_ALARM / 4, 2 * RUNS - 2)  # two figures, both sides
    for figure in (lambda run: run.mean_wait, lambda run: run.share_reneged):
        first, second = [figure(run) for run in mine], [figure(run) for run in other]
        error = math.sqrt((statistics.variance(first) + statistics.variance(second)) / RUNS)
        assert reach * error < 0.02
        assert abs(statistics.fmean(first) - statistics.fmean(second)) < reach * error


@pytest.mark.parametrize("name", [name for name in IMPLEMENTATIONS if name not in (CIW, CIMBA)])
def test_those_that_need_nobody_else_can_always_be_had(name: str) -> None:
    run = prepare(name, 20)
    assert run(1) == run(1) != run(2)
    assert run(1).clients > 200


@pytest.mark.parametrize("own_process", [False, True])
def test_what_cannot_be_had_says_why(monkeypatch: pytest.MonkeyPatch, own_process: bool) -> None:
    monkeypatch.setitem(IMPLEMENTATIONS, "nobody's", "in_nothing:prepare")
    monkeypatch.setattr(reference_queue, "_IN_ITS_OWN_PROCESS", {"nobody's"} if own_process else ())
    with pytest.raises(Unmeasured, match=r"^ModuleNotFoundError: No module named 'cascadesim.*in_nothing'$"):
        prepare("nobody's", 20)


def test_a_process_of_its_own_gives_the_same_and_times_itself() -> None:
    ours, apart = prepare(HEAP_LOOP, 20), InItsOwnProcess(IMPLEMENTATIONS[HEAP_LOOP], 20)
    assert [apart(seed) for seed in (3, 4)] == [ours(seed) for seed in (3, 4)]
    before = apart.seconds
    apart(5)
    assert 0 < before < apart.seconds
    apart.close()
