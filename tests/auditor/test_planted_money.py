"""Planted faults in costs: the auditor names the measures of costs that are wrong, and no others."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.audit import audit, audit_reported, replay_all
from auditor.lively import CAREERS, CLINICS, LIVELY, logs, resolved, told
from auditor.plants_money import PRICES_TOLD
from auditor.recount_money import LEFT_OUT


@pytest.mark.parametrize(("file", "path", "value"), PRICES_TOLD)
def test_another_unit_cost_is_found_out(file: str, path: str, value: Any) -> None:
    faults = audit(told(path, value, file), *logs(file)[0])
    assert faults
    assert all(fault.check == "KPIs" and fault.says.startswith("cost.") for fault in faults)


@pytest.mark.parametrize("file", [LIVELY, CAREERS, CLINICS])
def test_every_measure_of_costs_is_recounted(file: str) -> None:
    reported = logs(file)[0]
    costs = {name: value for name, value in reported.kpis.items() if name.startswith("cost.") and name not in LEFT_OUT}
    assert len(costs) >= 8
    replay, faults = replay_all(resolved(file), *reported)
    assert faults == []
    for name, value in costs.items():
        wrong = reported.kpis | {name: value * 1.001 + 0.001}
        assert [fault.says.split()[0] for fault in audit_reported(replay, wrong)] == [name]


def test_a_line_that_is_not_there_is_missed() -> None:
    reported = logs(CAREERS)[0]
    left = {name: value for name, value in reported.kpis.items() if name != "cost.tier.top.recruitment"}
    says = [fault.says for fault in audit(resolved(CAREERS), *reported._replace(kpis=left))]
    assert says and all(each.startswith("cost.tier.top.recruitment is not reported") for each in says)
