"""Planted faults: the auditor, given a log that breaks a rule, names the check that it breaks."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.audit import audit, breaks
from auditor.checks import CHECKS
from auditor.edits import Edit
from auditor.lively import logs, resolved, told
from auditor.plants import EDITS, TOLD
from auditor.plants_careers import CAREER_EDITS, CAREER_TOLD
from auditor.plants_clients import CLIENT_EDITS, CLIENT_TOLD, COUNTED
from auditor.plants_lives import LIFE_EDITS
from auditor.recount_money import LEFT_OUT

REPORTS = [
    ("KPIs", "clients.started"),
    ("Little's identity", "clients.waiting_mean"),
    ("reported balance", "clients.reneged"),
]


def words(value: Any) -> str:
    return value if isinstance(value, str) else ""


def test_the_lively_logs_are_valid() -> None:
    for reported in logs():
        assert audit(resolved(), *reported) == []


@pytest.mark.parametrize(("check", "what", "edit"), EDITS, ids=words)
def test_an_edited_log_is_found_out(check: str, what: str, edit: Edit) -> None:
    """In one of the logs at least: not every one has what the edit needs, or needs what the edit took."""
    edited = [(edit(reported.log), reported) for reported in logs()]
    possible = [reported._replace(log=log) for log, reported in edited if log is not None]
    assert possible, f"no log has what it takes for: {what}"
    assert any(breaks(check, resolved(), reported) for reported in possible), f"{what} is not found"


@pytest.mark.parametrize(("check", "path", "value"), TOLD, ids=words)
def test_a_log_of_another_scenario_is_found_out(check: str, path: str, value: Any) -> None:
    """As if the engine had taken another value for this key."""
    scenario = told(path, value)
    assert any(breaks(check, scenario, reported) for reported in logs())


@pytest.mark.parametrize(("check", "name"), REPORTS)
def test_a_wrong_kpi_is_found_out(check: str, name: str) -> None:
    reported = logs()[0]
    assert breaks(check, resolved(), reported._replace(kpis=reported.kpis | {name: reported.kpis[name] + 1}))


def test_every_kpi_is_recounted() -> None:
    """A KPI that is a thousandth off is found, whatever its name, but for the costs that are left out."""
    reported = logs()[0]
    wrong = reported._replace(kpis={name: value * 1.001 + 0.001 for name, value in reported.kpis.items()})
    said = [fault for fault in audit(resolved(), *wrong) if fault.check == "KPIs"]
    undefined = [name for name, value in reported.kpis.items() if value != value]
    assert len(said) == len(reported.kpis) - len(undefined) - len(LEFT_OUT)


def test_every_column_of_the_trajectories_is_recounted() -> None:
    """A number that is a thousandth off is found, in whatever column."""
    reported = logs()[0]
    columns, rows = reported.trajectories
    week = columns.index("week")
    wrong = [[cell if place <= week else cell * 1.001 + 0.001 for place, cell in enumerate(row)] for row in rows]
    faults = audit(resolved(), *reported._replace(trajectories=(columns, wrong)))
    assert len(faults) == len(columns) - len(columns[: week + 1])


def test_every_check_has_a_fault_planted_for_it() -> None:
    edits = (*EDITS, *TOLD, *REPORTS, *CLIENT_EDITS, *CLIENT_TOLD, *COUNTED, *CAREER_EDITS, *CAREER_TOLD, *LIFE_EDITS)
    planted = {check for check, *_ in edits} | {"trajectories"}
    assert set(CHECKS) == planted
