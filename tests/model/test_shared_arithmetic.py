"""The functions that decide numbers use only arithmetic that gives the same bits wherever they are run."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import cascadesim.model as model

FILES = ["rng", "distributions", "hazards", "dynamics"]
FUNCTIONS = {"log", "exp", "sqrt", "pow", "inf"}


def used(tree: ast.AST) -> set[str]:
    """Names taken from `math` in a piece of code."""
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "math"
    }


@pytest.mark.parametrize("name", FILES)
def test_only_plain_arithmetic_and_four_functions(name: str) -> None:
    """No `**`, no `sum`, no lgamma, no import beyond `math` and our own."""
    tree = ast.parse((Path(model.__path__[0]) / f"{name}.py").read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert imported <= {"math"}
    assert not any(isinstance(node, ast.Pow) for node in ast.walk(tree))
    assert not any(isinstance(node, ast.Name) and node.id in ("sum", "pow") for node in ast.walk(tree))
    assert used(tree) <= FUNCTIONS
