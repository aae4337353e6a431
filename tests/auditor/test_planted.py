"""Planted faults: the auditor, given a log that breaks a rule, names the check that it breaks."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.audit import audit
from auditor.checks import CHECKS
from auditor.edits import Edit
from auditor.lively import logs, resolved, told
from auditor.plants import EDITS, TOLD


def named(check: str, scenario: dict[str, Any], log: list[Any], kpis: dict[str, float]) -> bool:
    return check in {fault.check for fault in audit(scenario, log, kpis)}


def test_the_lively_logs_are_valid() -> None:
    for log, kpis in logs():
        assert audit(resolved(), log, kpis) == []


@pytest.mark.parametrize(("check", "what", "edit"), EDITS, ids=lambda value: value if isinstance(value, str) else "")
def test_an_edited_log_is_found_out(check: str, what: str, edit: Edit) -> None:
    """In one of the logs at least: not every one has what the edit needs, or needs what the edit took."""
    edited = [(edit(log), kpis) for log, kpis in logs()]
    possible = [(log, kpis) for log, kpis in edited if log is not None]
    assert possible, f"no log has what it takes for: {what}"
    assert any(named(check, resolved(), log, kpis) for log, kpis in possible), f"{what} is not found"


@pytest.mark.parametrize(("check", "path", "value"), TOLD, ids=lambda value: value if isinstance(value, str) else "")
def test_a_log_of_another_scenario_is_found_out(check: str, path: str, value: Any) -> None:
    """As if the engine had taken another value for this key."""
    scenario = told(path, value)
    assert any(named(check, scenario, log, kpis) for log, kpis in logs())


@pytest.mark.parametrize(
    ("check", "name"),
    [
        ("KPIs", "clients.started"),
        ("Little's identity", "clients.waiting_mean"),
        ("reported balance", "clients.reneged"),
    ],
)
def test_a_wrong_kpi_is_found_out(check: str, name: str) -> None:
    log, kpis = logs()[0]
    assert named(check, resolved(), log, kpis | {name: kpis[name] + 1})


def test_every_kpi_is_recounted() -> None:
    """A KPI that is a thousandth off is found, whatever its name."""
    log, kpis = logs()[0]
    wrong = {name: value * 1.001 + 0.001 for name, value in kpis.items()}
    said = [fault.says for fault in audit(resolved(), log, wrong) if fault.check == "KPIs"]
    undefined = [name for name, value in kpis.items() if value != value]
    assert len(said) == len(kpis) - len(undefined)


def test_every_check_has_a_fault_planted_for_it() -> None:
    planted = {check for check, *_ in EDITS} | {check for check, *_ in TOLD} | {"reported balance"}
    assert set(CHECKS) == planted
