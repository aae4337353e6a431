"""Whatever is in a study file, the answer is a study or a list of faults: no other exception."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scenario.helpers import to_toml
from scenario.test_robust import JARGON, VALUES

from cascadesim.errors import CascadeError, ScenarioError
from cascadesim.experiment.study.designs import DESIGNS
from cascadesim.experiment.study.file_schema import FactorTable, StudyFile
from cascadesim.experiment.study.read import read_study
from cascadesim.experiment.study.study import point_scenario, study_document, study_from
from experiment.study.studies import PLAN, RANGES, TWO

QUIET = settings(
    max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
KEYS, FACTOR_KEYS = list(StudyFile.model_fields), list(FactorTable.model_fields)
PATHS = ["tier.mentor.initial", "tier.peer.caseload", "clients.session_hours", "tier.peer.nothing", "a", "x.y", ""]
WORDS = st.sampled_from([*KEYS, *FACTOR_KEYS, *DESIGNS, *PATHS, "kind", "settings", "groups", "base", "common", "all"])
NUMBERS = st.sampled_from([0, 1, 2, 3, 8, -1, 0.5, 2.5, 1e9, 1e-9, True])
TABLES = st.recursive(
    st.one_of(WORDS, NUMBERS, VALUES),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(WORDS, inner, max_size=4)),
    max_leaves=8,
)
START = [
    tomllib.loads(f'scenario = "{PLAN}"\n{head}{tail}')
    for head in ("", 'design = "latin_hypercube"', 'design = { kind = "morris", trajectories = 3 }', 'variants = "all"')
    for tail in (TWO, RANGES, "\n[factors]\n")
]


@QUIET
@given(st.sampled_from(START), st.lists(st.tuples(st.lists(WORDS, max_size=2), st.data()), max_size=3))
def test_any_change_is_handled(
    tmp_path_factory: pytest.TempPathFactory, start: dict[str, Any], changes: list[tuple[list[str], Any]]
) -> None:
    data = json.loads(json.dumps(start))
    for path, drawn in changes:
        home = data
        for part in path:
            home = home[part] if isinstance(home.get(part), dict) else home
        key = drawn.draw(st.sampled_from([*home, *KEYS, *FACTOR_KEYS, *PATHS]))
        home[key] = drawn.draw(TABLES)
    handled(tmp_path_factory.getbasetemp() / "any.toml", to_toml(data))


def handled(path: Path, text: str) -> None:
    """Read it; a study gives its document and its first point, and faults are in plain words."""
    path.write_text(text, encoding="utf-8")
    try:
        found = read_study(path)
    except ScenarioError as error:
        assert error.problems
        for problem in error.problems:
            assert problem.message and not JARGON.search(f"{problem.message} {problem.hint}"), problem
        return
    assert study_from(json.loads(json.dumps(study_document(found), allow_nan=False))) == found
    for point in found.points[:2]:
        try:
            point_scenario(found, point)
        except CascadeError as error:
            assert error.problems[0].message
