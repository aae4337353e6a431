"""Imports run one way, heavy ones wait until they are needed, and no programme is wired into the code."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "cascadesim"
LOW = ("_version", "errors")
LAYERS = (*LOW, "model", "scenario", "engine", "experiment", "analysis", "report", "cli", "devtools")
HEAVY = {"numpy", "pandas", "scipy", "matplotlib", "pydantic", "simpy", "numba", "duckdb", "pyarrow"}
STARTER = SOURCE / "scenario" / "starter.toml"


def _imports(path: Path) -> Iterator[str]:
    """Every absolute module name that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


FILES = sorted(path for path in SOURCE.rglob("*.py") if path.parent != SOURCE or path.stem in LAYERS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_run_downhill(path: Path) -> None:
    here = LAYERS.index(path.relative_to(SOURCE).parts[0].removesuffix(".py"))
    for module in _imports(path):
        parts = tuple(module.split("."))
        if parts[0] == "cascadesim" and len(parts) > 1 and parts[1] != "__version__":
            assert parts[1] in LAYERS, f"imports {module}; the public names are for users"
            assert LAYERS.index(parts[1]) <= here, f"{LAYERS[here]} imports {module}"


CYCLES: set[str] = set()
"""Packages in which files still import each other in circles."""


def _file(module: str) -> Path | None:
    """The file of a module or package of ours; None for what is none."""
    place = SOURCE.parent.joinpath(*module.split("."))
    files = (place.with_suffix(".py"), place / "__init__.py")
    return next((path for path in files if path.is_file() and SOURCE in path.parents), None)


def _imported(path: Path) -> Iterator[Path]:
    """The files of ours that a file imports anywhere in it, in functions and for types only too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from filter(None, (_file(alias.name) for alias in node.names))
        elif isinstance(node, ast.ImportFrom):
            modules = ((f"{node.module}.{alias.name}", node.module or "") for alias in node.names)
            yield from filter(None, (_file(inner) or _file(outer) for inner, outer in modules))


def _reached(start: Path, graph: dict[Path, set[Path]]) -> set[Path]:
    """Every file that comes along with a file."""
    reached: set[Path] = set()
    new = {start}
    while new:
        new = {path for source in new for path in graph[source]} - reached
        reached |= new
    return reached


@pytest.fixture(scope="module")
def reached() -> dict[Path, set[Path]]:
    graph = {path: set(_imported(path)) - {path} for path in SOURCE.rglob("*.py")}
    return {path: _reached(path, graph) for path in graph}


@pytest.mark.parametrize("package", sorted({path.relative_to(SOURCE).parts[0] for path in FILES}))
def test_no_files_import_each_other(package: str, reached: dict[Path, set[Path]]) -> None:
    """Of each two files at most one needs the other, so that each can be read, and changed, before those above it."""
    files = [path for path in reached if path.relative_to(SOURCE).parts[0] == package]
    circles = sorted(str(path.relative_to(SOURCE)) for path in files if path in reached[path])
    assert bool(circles) == (package in CYCLES), circles


def test_only_the_engine_and_what_it_is_measured_by_know_simpy() -> None:
    simpy = [path for path in FILES if "simpy" in {module.split(".")[0] for module in _imports(path)}]
    users = {path.relative_to(SOURCE).parts[0] for path in simpy}
    assert users == {"engine", "devtools"}


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["plot", "--help"], ["--version"]], ids=" ".join)
def test_help_is_light(arguments: list[str]) -> None:
    script = (
        "import sys\nfrom cascadesim.cli import run_command\n"
        f"assert run_command({arguments!r}) == 0\n"
        f"print('heavy:', sorted({HEAVY!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("heavy: []\n"), done.stdout[-300:]


def test_importing_the_package_is_light() -> None:
    script = f"import sys, cascadesim\nprint(sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_no_tier_is_wired_into_the_code() -> None:
    """Not even as an example: a programme with other names must find nothing here that speaks of somebody else."""
    scenarios = [tomllib.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "scenarios").glob("*.toml")]
    names = {name for scenario in scenarios for name in scenario["tier"]}
    assert len(names) >= 3
    for path in sorted(SOURCE.rglob("*")):
        if path.suffix in (".py", ".toml", ".md", ".json") and path != STARTER:
            found = names & set(re.findall(r"[a-z_]+", path.read_text(encoding="utf-8").lower()))
            assert not found, f"{path}: {found}"
