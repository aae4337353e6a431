"""Planted faults in what happens to workers: the auditor, given a log that breaks a rule, names the broken check."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.audit import audit, breaks
from auditor.edits import Edit
from auditor.lively import CAREERS, logs, resolved, told
from auditor.plants_careers import CAREER_EDITS, CAREER_TOLD


def words(value: Any) -> str:
    return value if isinstance(value, str) else ""


def test_the_logs_of_the_careers_are_valid() -> None:
    for reported in logs(CAREERS):
        assert audit(resolved(CAREERS), *reported) == []


@pytest.mark.parametrize(("check", "what", "edit"), CAREER_EDITS, ids=words)
def test_an_edited_log_is_found_out(check: str, what: str, edit: Edit) -> None:
    edited = [(edit(reported.log), reported) for reported in logs(CAREERS)]
    possible = [reported._replace(log=log) for log, reported in edited if log is not None]
    assert possible, f"no log has what it takes for: {what}"
    assert any(breaks(check, resolved(CAREERS), reported) for reported in possible), f"{what} is not found"


@pytest.mark.parametrize(("check", "path", "value"), CAREER_TOLD, ids=words)
def test_a_log_of_another_scenario_is_found_out(check: str, path: str, value: Any) -> None:
    """As if the engine had taken another value for this key."""
    scenario = told(path, value, CAREERS)
    assert any(breaks(check, scenario, reported) for reported in logs(CAREERS))
