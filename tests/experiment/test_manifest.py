"""The manifest: complete, and read with suspicion."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import cascadesim
from cascadesim import Scenario
from cascadesim._version import __version__
from cascadesim.errors import EnvironmentFault, ScenarioError
from cascadesim.experiment.files import code_version, sources
from cascadesim.experiment.manifest import LIBRARIES, RunRequest, folder_name, manifest_text, read_request, recipe_hash


@pytest.fixture
def content(small: Scenario) -> dict[str, Any]:
    text = manifest_text(RunRequest(small, 7, 20, True), ["tables/kpis.parquet"], ["cascadesim", "run"])
    return json.loads(text)  # type: ignore[no-any-return]


def _saved(tmp_path: Path, content: Any) -> Path:
    (tmp_path / "manifest.json").write_text(content if isinstance(content, str) else json.dumps(content))
    return tmp_path / "manifest.json"


def test_it_holds_all_that_is_needed(small: Scenario, content: dict[str, Any]) -> None:
    assert content["scenario"] == small.resolved()
    assert (content["seed"], content["replications"], content["events"]) == (7, 20, True)
    assert content["cascadesim"] == __version__
    assert tuple(content["libraries"]) == LIBRARIES
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", content["time"])


def test_it_is_read_back(small: Scenario, content: dict[str, Any], tmp_path: Path) -> None:
    request, version = read_request(_saved(tmp_path, content))
    assert request == RunRequest(small, 7, 20, True)
    assert (request.scenario.name, version) == ("small", __version__)


def test_the_hash_is_of_scenario_seed_replications_and_version(small: Scenario) -> None:
    request = RunRequest(small, 1, 20)
    assert re.fullmatch("[0-9a-f]{10}", request.hash)
    assert request.hash == RunRequest(small, 1, 20, events=True).hash
    more = small.with_(**{"tier.alpha.initial": 3})
    others = replace(request, seed=2), replace(request, replications=21), replace(request, scenario=more)
    assert len({request.hash, *(other.hash for other in others)}) == 4
    assert recipe_hash({"b": 1, "a": 2}, 1, 2, "x") == recipe_hash({"a": 2, "b": 1}, 1, 2, "x")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", '{"marker": "other"}', "[" * 100_000, '{"seed": ' + "9" * 10_000 + "}", "\x00\x01"]
)
def test_what_is_no_manifest_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(EnvironmentFault, match="is not a manifest of cascadesim"):
        read_request(_saved(tmp_path, text))


def test_a_missing_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match=r"there is no file .*manifest\.json\. Give the manifest\.json"):
        read_request(tmp_path / "manifest.json")


DAMAGE: dict[str, Any] = {
    "format": 2,
    "name": "a\x1b[31mb",
    "hash": None,
    "seed": 2**63,
    "replications": True,
    "events": "yes",
    "scenario": [],
    "cascadesim": 1,
}


def test_every_damaged_field_is_named_at_once(tmp_path: Path, content: dict[str, Any]) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_request(_saved(tmp_path, content | DAMAGE))
    assert sorted(problem.path for problem in caught.value.problems) == sorted(DAMAGE)
    assert all(problem.file for problem in caught.value.problems)


@pytest.mark.parametrize("change", [{"seed": 8}, {"replications": 21}, {"scenario": {"x": float("nan")}}])
def test_what_was_edited_is_refused(tmp_path: Path, content: dict[str, Any], change: dict[str, Any]) -> None:
    with pytest.raises(ScenarioError, match=r"hash: .* edited or damaged"):
        read_request(_saved(tmp_path, content | change))


@pytest.mark.parametrize("scenario", [{}, {"horizon_weeks": "x"}, {"cascade": 3, "tier": [1]}])
def test_a_scenario_that_cannot_be_run_is_refused_like_a_file(
    tmp_path: Path, content: dict[str, Any], scenario: dict[str, Any]
) -> None:
    agreed = recipe_hash(scenario, 7, 20, __version__)
    path = _saved(tmp_path, content | {"scenario": scenario, "hash": agreed})
    with pytest.raises(ScenarioError) as caught:
        read_request(path)
    assert {problem.file for problem in caught.value.problems} == {str(path)}


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("plan", "plan"),
        ("../../etc", "etc"),
        ("a b:c", "a-b-c"),
        ("..", "scenario"),
        ("ärzte", "ärzte"),
        ("x" * 300, "x" * 100),
    ],
)
def test_a_name_makes_one_folder(name: str, folder: str) -> None:
    assert folder_name(name) == folder


def test_the_version_of_the_code_holds_what_decides_on_points_and_runs() -> None:
    package, found = Path(cascadesim.__file__).parent, set(sources())
    for folder in ("scenario", "model", "engine", "experiment/study"):
        assert found.issuperset((package / folder).rglob("*.py"))
    assert {package / "experiment" / name for name in ("simulate.py", "sweep/tasks.py")} <= found
    assert re.fullmatch(rf"{re.escape(__version__)}\+[0-9a-f]{{12}}", code_version())
