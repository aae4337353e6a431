"""The constraint that a wait is booked under is what would shorten it: in paired runs, with the same luck.

One programme has enough of everything. Each case takes one thing away; then that constraint must bind, more of the
named resource must shorten the wait a head, and more of what is not named must leave it as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from cascadesim import load, replicate
from cascadesim.model.constraints import TESTS
from engine.bottlenecks import ALSO, AMPLE, CASES, Case
from engine.scene import write

REPLICATIONS = 2
CODES = {wait.name.lower(): tests for wait, tests in TESTS.items()}


AT_ONCE = {"practice": 0.5, "vacancy": 1e-4}
"""Weeks that hardly anybody exceeds: apprentices still wait for the next client, vacancies are open for a minute."""


def waits(folder: Path, sets: Sequence[str], wait: str, tier: str = "peer") -> list[dict[str, float]]:
    """For each replication: constraint -> weeks of this wait a head, and `all` for their sum.

    What nothing in the scenario can bring about is not measured: nobody waits under it.
    """
    scenario = load(write(folder, AMPLE), [*ALSO.get(wait, ()), *sets])
    prefix, heads = ("clients", "clients.referred") if wait == "care" else (f"tier.{tier}", f"tier.{tier}.recruited")
    found = []
    for kpis in replicate(scenario, REPLICATIONS):
        names = {name: f"{prefix}.waiting.{wait}.{name}_weeks" for name in (*CODES[wait], "multiple")}
        each = {name: kpis.get(kpi, 0.0) / kpis[heads] for name, kpi in names.items()}
        found.append(each | {"all": sum(each.values())})
    return found


def test_every_constraint_has_a_case() -> None:
    assert {(case.wait, case.constraint) for case in CASES} == {
        (w, test) for w, tests in CODES.items() for test in tests
    }


@pytest.mark.parametrize("wait", CODES)
def test_with_enough_of_everything_hardly_anybody_waits(tmp_path: Path, wait: str) -> None:
    assert max(each["all"] for each in waits(tmp_path, [], wait)) < AT_ONCE.get(wait, 1e-9)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.wait}-{case.constraint}")
def test_more_of_what_binds_shortens_the_wait(tmp_path: Path, case: Case) -> None:
    before = waits(tmp_path, case.scarce, case.wait, case.tier)
    for each in before:
        assert each["all"] > 0.1
        assert each[case.constraint] > 0.9 * each["all"]
    after = waits(tmp_path, [*case.scarce, case.named], case.wait, case.tier)
    for old, new in zip(before, after, strict=True):
        assert new["all"] < 0.8 * old["all"]
    for other in case.others:
        assert waits(tmp_path, [*case.scarce, other], case.wait, case.tier) == before, other
