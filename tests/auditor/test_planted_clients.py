"""Planted faults on the clients' side: the auditor, given a log that breaks a rule, names the check that it breaks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from auditor.audit import audit, breaks
from auditor.edits import Edit
from auditor.lively import CLINICS, logs, resolved, told
from auditor.plants_clients import CLIENT_EDITS, CLIENT_TOLD, COUNTED


def words(value: Any) -> str:
    return value if isinstance(value, str) else ""


def test_the_logs_of_the_clinics_are_valid() -> None:
    for reported in logs(CLINICS):
        assert audit(resolved(CLINICS), *reported) == []


@pytest.mark.parametrize(("check", "what", "edit"), CLIENT_EDITS, ids=words)
def test_an_edited_log_is_found_out(check: str, what: str, edit: Edit) -> None:
    edited = [(edit(reported.log), reported) for reported in logs(CLINICS)]
    possible = [reported._replace(log=log) for log, reported in edited if log is not None]
    assert possible, f"no log has what it takes for: {what}"
    assert any(breaks(check, resolved(CLINICS), reported) for reported in possible), f"{what} is not found"


@pytest.mark.parametrize(("check", "path", "value"), CLIENT_TOLD, ids=words)
def test_a_log_of_another_scenario_is_found_out(check: str, path: str, value: Any) -> None:
    scenario = told(path, value, CLINICS)
    assert any(breaks(check, scenario, reported) for reported in logs(CLINICS))


@pytest.mark.parametrize(("check", "table", "name"), COUNTED)
def test_a_wrong_counter_is_found_out(check: str, table: str, name: Any) -> None:
    """A counter that is one off is named."""
    reported = logs(CLINICS)[0]
    assert reported.counters is not None
    right = getattr(reported.counters, table)
    wrong = (right[name][0] + 1, *right[name][1:]) if isinstance(right[name], tuple) else right[name] + 1
    counters = replace(reported.counters, **{table: {**right, name: wrong}})
    assert breaks(check, resolved(CLINICS), reported._replace(counters=counters))
