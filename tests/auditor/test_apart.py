"""The auditor stands apart: it shares no code with what it audits."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MAKES_RUNS = {"lively.py"}  # for the planted faults; the auditor does not import it
MODULES = sorted(path for path in HERE.glob("*.py") if not path.name.startswith("test_"))


def imported(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("path", [path for path in MODULES if path.name not in MAKES_RUNS], ids=lambda path: path.name)
def test_nothing_is_imported_from_the_program(path: Path) -> None:
    assert not {name for name in imported(path) if name.split(".")[0] == "cascadesim"}


def test_the_audit_does_not_reach_the_program_by_a_detour() -> None:
    """What `audit` imports, and what that imports, is the auditor, the standard library and quantiles of SciPy."""
    reached, waiting = set(), {"auditor.audit"}
    while waiting:
        module = waiting.pop()
        reached.add(module)
        if module.startswith("auditor."):
            waiting |= imported(HERE / f"{module.removeprefix('auditor.')}.py") - reached
    assert "auditor.lively" not in reached
    assert {name.split(".")[0] for name in reached} <= {
        "__future__",
        "ast",
        "auditor",
        "collections",
        "dataclasses",
        "fractions",
        "functools",
        "hashlib",
        "heapq",
        "math",
        "re",
        "scipy",
        "typing",
    }
