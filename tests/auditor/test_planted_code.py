"""Faults planted in the engine: one line of it is changed, and the auditor names what the runs then break."""

from __future__ import annotations
import __future__

import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from auditor.audit import audit, breaks
from auditor.lively import LIVELY, fresh, resolved
from auditor.mutations import MUTATIONS, SESSION_ENDS, Mutation
from auditor.mutations_careers import CAREER_MUTATIONS
from auditor.mutations_clients import CLIENT_MUTATIONS
from auditor.mutations_lives import LIFE_MUTATIONS
from auditor.plants_money import MONEY_MUTATIONS

PACKAGES = ("cascadesim.engine", "cascadesim.model")
COMPILED = "cascadesim.engine.runtime."
ON_SIMPY = f"{COMPILED}simpy_calendar"
HANDLERS: dict[int, Any] = importlib.import_module("cascadesim.engine.replication").HANDLERS


@cache
def modules() -> list[Any]:
    """Every module of the engine on SimPy and of the model."""
    names = [ON_SIMPY]
    for name in PACKAGES:
        path = importlib.import_module(name).__path__
        names += [each.name for each in pkgutil.walk_packages(path, f"{name}.") if not each.name.startswith(COMPILED)]
    return [importlib.import_module(name) for name in names]


def homes(name: str) -> Iterator[tuple[Any, str]]:
    """(module or class, source) of every function of this name; where it was imported from comes last."""
    for module in modules():
        for owner in (module, *(each for each in vars(module).values() if inspect.isclass(each))):
            function = vars(owner).get(name)
            if inspect.isfunction(function) and (inspect.ismodule(owner) or owner.__module__ == module.__name__):
                yield owner, textwrap.dedent(inspect.getsource(function))


def places(mutation: Mutation) -> list[tuple[Any, str]]:
    """Where the function is known by its name, with its source: one function, wherever it was imported."""
    found = [(owner, source) for owner, source in homes(mutation.where) if source.count(mutation.old) == 1]
    assert len({source for _, source in found}) == 1, f"look for another line for: {mutation.what}"
    return found


def plant(monkeypatch: pytest.MonkeyPatch, mutation: Mutation) -> None:
    """Put a changed copy of the function in its place."""
    for owner, source in places(mutation):
        function = getattr(owner, mutation.where)
        made: dict[str, Any] = {}
        changed = source.replace(mutation.old, mutation.new)
        flags = __future__.annotations.compiler_flag
        code = compile(changed, f"<{mutation.what}>", "exec", flags=flags, dont_inherit=True)
        exec(code, function.__globals__, made)
        monkeypatch.setattr(owner, mutation.where, made[mutation.where])
        for kind in [kind for kind, handler in HANDLERS.items() if handler is function]:
            monkeypatch.setitem(HANDLERS, kind, made[mutation.where])


def found_in(check: str, file: str = LIVELY) -> bool:
    """Whether one of a few fresh runs of a lively scenario breaks this."""
    return any(breaks(check, resolved(file), reported) for reported in fresh(file))


EVERY_MUTATION = [*MUTATIONS, *CAREER_MUTATIONS, *CLIENT_MUTATIONS, *MONEY_MUTATIONS, *LIFE_MUTATIONS]


def test_every_line_is_there() -> None:
    """Those of the campaign too, and they can be changed."""
    for mutation in EVERY_MUTATION:
        for _, source in places(mutation):
            compile(source.replace(mutation.old, mutation.new), mutation.what, "exec")


@pytest.mark.parametrize("mutation", EVERY_MUTATION, ids=lambda mutation: mutation.what)
def test_a_changed_line_is_found_out(mutation: Mutation, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch, mutation)
    assert found_in(mutation.check, mutation.file)


def test_swapped_ranks_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sessions that end after the exits and arrivals of their instant."""
    for where, rank in SESSION_ENDS.items():
        plant(monkeypatch, Mutation("sessions late", where, rank, "10", "kinds in order"))
    assert found_in("kinds in order")


def test_without_a_planted_fault_nothing_is_found() -> None:
    assert all(audit(resolved(), *reported) == [] for reported in fresh())
