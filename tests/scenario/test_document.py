"""Lines of keys: every path that `tomllib` finds has one, and it is the right one."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cascadesim.scenario.document import locate, paths
from scenario.helpers import PLAN

KEYS = st.one_of(
    st.sampled_from(["a", "b", "c-d", "e_1", "9"]),
    st.sampled_from(['"a b"', "'a.b'", '"\\u00e9"', '""', '"#["', "'\"'", '"]"']),
)
SPACES = st.sampled_from(["", " ", "\t "])
BREAKS = st.sampled_from(["", " ", "\n", "\n  # a comment ] } \" '\n", "  # [x]\n\n"])
SCALARS = st.sampled_from(
    [
        "1",
        "-1.5e3",
        "true",
        "nan",
        "0xFF",
        "1979-05-27",
        "1979-05-27 07:32:00Z",
        "07:32:00",
        '"text # [ { = "',
        "'lite\\ral'",
        '"\\"\\\\"',
        '"""\nmany\n[lines] = 1\n"quoted" """',
        '"""ends in quotes""""',
        '"""""two"""""',
        "'''\nraw ] \\ \n'''",
        "'''it''s'''''",
        '""',
        '""""""',
    ]
)


@st.composite
def arrays(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    items = draw(st.lists(inner, max_size=3))
    gaps = [draw(BREAKS) for _ in range(len(items) + 1)]
    text = "".join(f"{gap}{item}{draw(BREAKS)}," for gap, item in zip(gaps, items, strict=False))
    if items and draw(st.booleans()):
        text = text[:-1]
    return f"[{text}{gaps[-1]}]"


@st.composite
def inline_tables(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    keys = draw(st.lists(KEYS, max_size=3, unique=True))
    pairs = [
        f"{draw(SPACES)}{key}{draw(st.sampled_from(['', ' . x', '.y.z']))}{draw(SPACES)}= {draw(inner)}" for key in keys
    ]
    return "{" + ",".join(pairs) + " }"


VALUES = st.recursive(SCALARS, lambda inner: st.one_of(arrays(inner), inline_tables(inner)), max_leaves=5)


@st.composite
def documents(draw: st.DrawFn) -> str:
    lines = []
    for _ in range(draw(st.integers(1, 8))):
        key = draw(st.sampled_from([".", " . "])).join(draw(st.lists(KEYS, min_size=1, max_size=3)))
        kind = draw(st.sampled_from(["pair", "pair", "table", "array", "comment"]))
        pair = f"{draw(SPACES)}{key}{draw(SPACES)}={draw(SPACES)}{draw(VALUES)}"
        lines.append({"pair": pair, "table": f"[{key}]", "array": f"[[ {key} ]]", "comment": "# [no]"}[kind])
        lines[-1] += draw(st.sampled_from(["", "  # after"]))
    return "\n".join(lines)


@settings(max_examples=250, deadline=None, derandomize=True, database=None)
@given(documents())
def test_every_path_has_a_line_and_no_other(text: str) -> None:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    found = locate(text)
    assert set(found) == set(paths(data, ())) - {()}
    count = text.count("\n") + 1
    assert all(1 <= line <= count for line in found.values())


def _values(data: Any, path: tuple[Any, ...] = ()) -> dict[tuple[Any, ...], Any]:
    return {place: _at(data, place) for place in paths(data, path)}


def _at(data: Any, path: tuple[Any, ...]) -> Any:
    for part in path:
        data = data[part]
    return data


def test_the_line_is_the_one_that_gives_the_value() -> None:
    """With a line of the plan taken out, the paths that disappear are those on that line or below it."""
    lines = PLAN.split("\n")
    whole, found = _values(tomllib.loads(PLAN)), locate(PLAN)
    tried = 0
    for number, line in enumerate(lines, start=1):
        if "=" not in line or line.lstrip().startswith(("#", "{")) or line.endswith("["):
            continue
        rest = _values(tomllib.loads("\n".join(other if i != number else "" for i, other in enumerate(lines, start=1))))
        gone = {path for path in whole if path not in rest}
        assert gone and {found[path] for path in gone} == {number}
        tried += 1
    assert tried > 80


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("\n[a.b]\nc = 1\n[a]\nd = 2", ("a",), 4),
        ("[a.b]\nc = 1", ("a",), 1),
        ("[[a]]\nb = 1\n[[a]]\nb = 2", ("a", 1, "b"), 4),
        ("[[a]]\n[[a.b]]\nc = 1\n[[a.b]]\nc = 2", ("a", 0, "b", 1, "c"), 5),
        ("a = [\n  1,\n  [\n    2,\n    3 ]]", ("a", 1, 1), 5),
        ('a = """\n[b]\n"""\nc = 1', ("c",), 4),
        ("a.b.c = 1\na.b.d = 2", ("a", "b", "d"), 2),
        ('a = { b = """\n\n""", c = 1 }', ("a", "c"), 3),
        ("# é\n'ü.x'.\"y\" = 1", ("ü.x", "y"), 2),
    ],
)
def test_lines(text: str, path: tuple[str | int, ...], line: int) -> None:
    assert locate(text)[path] == line
