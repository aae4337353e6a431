"""`cascadesim verify engines`: what it prints, what it ends with, and what it says with nothing to compare."""

from __future__ import annotations

import subprocess
import sys
import tomllib

import pytest
from devtools.inline import compare_inline

from cascadesim.devtools.engine_comparison import search
from cascadesim.devtools.engine_comparison.compare import (
    Comparison,
    ComparisonRequest,
    EngineDifference,
    mechanism_names,
)
from cascadesim.devtools.random_scenarios.document import seeded
from cascadesim.errors import ScenarioError
from cascadesim.scenario.document import Document
from cascadesim.scenario.load import build

from .conftest import Command

WIDTH = 80


def planted(request: ComparisonRequest) -> Comparison:
    """Whatever has clients differs."""
    try:
        scenario = build(Document(seeded(request.seed) if request.document is None else request.document))
    except ScenarioError:
        return Comparison(request, valid=False)
    difference = EngineDifference("row 0 of the event log differs", 0, ("> 0: one",), ("> 0: other",))
    return Comparison(request, difference=difference if scenario.clients else None)


@pytest.fixture
def inline(monkeypatch: pytest.MonkeyPatch) -> None:
    compare_inline(monkeypatch)


@pytest.fixture
def different(monkeypatch: pytest.MonkeyPatch, inline: None) -> None:  # noqa: ARG001
    monkeypatch.setattr(search, "compare_engines", planted)


@pytest.mark.usefixtures("inline")
def test_a_table_and_a_last_line(cascadesim: Command) -> None:
    told = cascadesim("verify", "engines", "--n", 5, "--seed", 7, "--library", "small.toml")
    assert told.code == 0
    *table, last = told.out.splitlines()
    assert last.startswith("identical: 6 scenarios")
    assert " rows, " in last and " % at shared instants; " in last and " mechanisms occurred, " in last
    assert max(map(len, table)) <= WIDTH
    for names in mechanism_names().values():  # each stands in the table: how often, or among those that never occurred
        for name in names:
            assert name in told.out
    assert "never: " in told.out


def test_quiet_is_one_line(cascadesim: Command) -> None:
    told = cascadesim("verify", "engines", "--n", 2, "-q")
    assert (told.code, len(told.out.splitlines()), told.err) == (0, 1, "")


@pytest.mark.usefixtures("inline")
def test_json(cascadesim: Command) -> None:
    told = cascadesim("verify", "engines", "--n", 3, "--seed", 5, "--json")
    found = told.json
    assert (told.code, found["scenarios"], found["identical"], found["difference"]) == (0, 3, True, None)
    assert 0 < found["rows_at_shared_instants"] < found["rows"]
    assert set(found["mechanisms"]) == set(mechanism_names())
    assert found["mechanisms"]["events"]["recruited"] > 0


@pytest.mark.usefixtures("different")
def test_a_difference_is_printed_small(cascadesim: Command) -> None:
    told = cascadesim("verify", "engines", "--n", 9, "--shrink-seconds", 3)
    assert told.code == 1
    assert told.out.splitlines()[-1].startswith("DIFFERENT: ")
    assert "> 0: one" in told.out and "> 0: other" in told.out
    begins, ends = told.out.index("# The engines differ"), told.out.index("Made smaller:")
    shrunk = tomllib.loads(told.out[begins:ends])
    assert shrunk["clients"]["stream"]
    assert "competence" not in told.out[begins:ends]
    assert "the engines differ" in told.err


@pytest.mark.usefixtures("different")
def test_a_difference_as_json(cascadesim: Command) -> None:
    told = cascadesim("verify", "engines", "--n", 9, "--json", "--shrink-seconds", 0)
    found = told.json["difference"]
    assert (told.code, told.err, told.json["identical"]) == (1, "", False)
    assert (found["row"], found["simpy"], found["compiled"]) == (0, ["> 0: one"], ["> 0: other"])
    assert found["scenario"] == f"scenario {found['seed']}"
    assert tomllib.loads(found["shrunk"]["toml"])["clients"]


def test_a_file_that_is_none(cascadesim: Command) -> None:
    told = cascadesim("verify", "engines", "--n", 0, "--library", "nothing.toml")
    assert told.code == 4 and "nothing.toml" in told.err


def test_nothing_to_compare(cascadesim: Command) -> None:
    told = cascadesim("verify", "engines", "--n", 0)
    assert told.code == 2 and "--library" in told.err


def test_without_numba() -> None:
    script = (
        "import sys\nsys.modules['numba'] = None\nfrom cascadesim.cli import run_command\n"
        "sys.exit(run_command(['verify', 'engines', '--n', '1']))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 4
    assert "there is no compiled engine to compare with: numba cannot be imported" in done.stderr
    assert "pip install numba" in done.stderr
    assert "Traceback" not in done.stderr
