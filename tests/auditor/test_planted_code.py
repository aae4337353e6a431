"""Faults planted in the engine: one line of it is changed, and the auditor names what the runs then break."""

from __future__ import annotations
import __future__

import importlib
import inspect
import textwrap
from typing import Any

import pytest

from auditor.audit import audit
from auditor.lively import fresh, resolved
from auditor.mutations import MUTATIONS, Mutation

HOMES = {"measure_rows": "cascadesim.model"}


def plant(monkeypatch: pytest.MonkeyPatch, mutation: Mutation) -> None:
    """Put a changed copy of the function in its place."""
    module_name, _, path = mutation.where.partition(":")
    module = importlib.import_module(f"{HOMES.get(module_name, 'cascadesim.engine')}.{module_name}")
    *owners, name = path.split(".")
    owner: Any = module
    for part in owners:
        owner = getattr(owner, part)
    function = getattr(owner, name)
    source = textwrap.dedent(inspect.getsource(function))
    assert source.count(mutation.old) == 1, f"{mutation.where} has changed; look for another line for: {mutation.what}"
    changed = source.replace(mutation.old, mutation.new)
    made: dict[str, Any] = {}
    flags = __future__.annotations.compiler_flag
    exec(compile(changed, f"<{mutation.what}>", "exec", flags=flags, dont_inherit=True), function.__globals__, made)
    monkeypatch.setattr(owner, name, made[name])


def found_in(check: str) -> bool:
    """Whether one of a few fresh runs of the lively scenario breaks this."""
    return any(check in {fault.check for fault in audit(resolved(), *reported)} for reported in fresh())


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.what)
def test_a_changed_line_is_found_out(mutation: Mutation, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch, mutation)
    assert found_in(mutation.check)


def test_swapped_ranks_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sessions that end after the exits and arrivals of their instant."""
    monkeypatch.setattr("cascadesim.engine.clients._SESSION_END", 10)
    assert found_in("kinds in order")


def test_without_a_planted_fault_nothing_is_found() -> None:
    assert all(audit(resolved(), *reported) == [] for reported in fresh())
