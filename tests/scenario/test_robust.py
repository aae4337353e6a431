"""Whatever is in a file, the answer is a scenario or a list of faults: no other exception, none of pydantic's words."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cascadesim.errors import CascadeError, ScenarioError
from cascadesim.scenario.compile import compile_scenario
from cascadesim.scenario.key_tree import patterns
from cascadesim.scenario.load import from_resolved, load
from cascadesim.scenario.schema import scenario_keys
from scenario.helpers import PLAN, WHOLE, built, plan, to_toml

QUIET = settings(
    max_examples=100, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
JARGON = re.compile(r"pydantic|Input should|validation error|NoneType|\bdict\b|\btype=|\bloc\b|Quantity|Union|Literal")
KEYS = {part for parts, _ in patterns(scenario_keys()) for part in parts}
WORDS = sorted(KEYS | {"dist", "value", "mean", "cv", "low", "x", "é.y"})

SCALARS = st.one_of(
    st.booleans(),
    st.integers(-3, 30),
    st.sampled_from([10**9, 10**30, -(10**400), 16**3000, 2**63]),
    st.sampled_from([float("nan"), float("inf"), -0.0, 1e308, 5e-324, 0.5, 1.5, 20.0]),
    st.text(max_size=8),
    st.sampled_from(
        [
            "weibull",
            "exponential",
            "date",
            "shock",
            "life_table",
            "gamma",
            "beta",
            "discrete",
            "peer",
            "mentor",
            "guess",
            "clients",
            "north",
            "group",
            "Farsi",
        ]
    ),
    st.just(dt.date(2020, 1, 1)),
    st.just(dt.datetime(2020, 1, 1, 10)),
    st.just(dt.time(10)),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(WORDS), inner, max_size=4)),
    max_leaves=6,
)


def _handled(path: Path) -> None:
    try:
        compile_scenario(load(path))
    except ScenarioError as error:
        assert error.problems
        for problem in error.problems + error.warnings:
            assert problem.message and not JARGON.search(f"{problem.message} {problem.hint}")
    except CascadeError as error:
        raise AssertionError from error


@QUIET
@given(st.binary(max_size=200))
def test_bytes(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.toml"
    path.write_bytes(raw)
    with pytest.raises(ScenarioError):
        load(path)


@QUIET
@given(st.dictionaries(st.sampled_from(WORDS), VALUES, max_size=6))
def test_tables(data: dict[str, Any]) -> None:
    try:
        built(data)
    except ScenarioError as error:
        assert error.problems


@st.composite
def bent_plans(draw: st.DrawFn) -> dict[str, Any]:
    """The plan, or the scenario with every key, with one to four places changed, taken out or added to."""
    data = plan() if draw(st.booleans()) else tomllib.loads(WHOLE.read_text(encoding="utf-8"))
    for _ in range(draw(st.integers(1, 4))):
        home: Any = data
        while True:
            keys = list(home) if isinstance(home, dict) else list(range(len(home)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            inner = home[key]
            if isinstance(inner, dict | list) and inner and draw(st.integers(0, 4)):
                home = inner
                continue
            change = draw(st.sampled_from(["replace", "replace", "drop", "add"]))
            if change == "replace":
                home[key] = draw(VALUES)
            elif change == "drop":
                del home[key]
            elif isinstance(home, dict):
                home[draw(st.sampled_from(WORDS))] = draw(VALUES)
            else:
                home.append(draw(VALUES))
            break
    return data


@QUIET
@given(bent_plans())
def test_bent_plans(tmp_path_factory: pytest.TempPathFactory, data: dict[str, Any]) -> None:
    path = tmp_path_factory.getbasetemp() / "bent.toml"
    path.write_text(to_toml(data), encoding="utf-8")
    _handled(path)


@QUIET
@given(st.data())
def test_cut_and_mixed_text(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Lines of the plan left out, doubled, swapped or cut short: much of it is not TOML any more."""
    lines = PLAN.split("\n")
    picked = data.draw(st.lists(st.sampled_from(range(len(lines))), max_size=12))
    for place in picked:
        how = data.draw(st.sampled_from(["cut", "double", "swap", "drop"]))
        line = lines[place]
        if how == "cut":
            lines[place] = line[: data.draw(st.integers(0, max(0, len(line) - 1)))]
        elif how == "double":
            lines[place] = f"{line}\n{line}"
        elif how == "swap":
            lines[place], lines[0] = lines[0], line
        else:
            lines[place] = ""
    path = tmp_path_factory.getbasetemp() / "cut.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    _handled(path)


@QUIET
@given(bent_plans())
def test_what_is_accepted_comes_back(data: dict[str, Any]) -> None:
    """`from_resolved(s.resolved()) == s` for whatever is accepted, and both pack alike."""
    try:
        scenario = built(data)
    except ScenarioError:
        return
    again = from_resolved(scenario.resolved(), scenario.name)
    assert again == scenario and hash(again) == hash(scenario)
    assert compile_scenario(again) == compile_scenario(scenario)


def test_the_plan_itself_is_clean() -> None:
    scenario = built(tomllib.loads(PLAN))
    assert scenario.warnings == ()
