"""Constraints: read as Python reads the same text, wherever both can; and nothing else is ever read."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cascadesim.experiment.study.constraints import (
    MOST_OPERATIONS,
    Undefined,
    UnreadableConstraint,
    read_constraint,
    value,
)

QUIET = settings(max_examples=300, deadline=None, derandomize=True, database=None)
VALUES = {"a": 3.0, "b": -0.5, "c_1": 7.0, "x": 0.0}

ATOMS = st.one_of(
    st.sampled_from(sorted(VALUES)), st.integers(0, 99).map(str), st.sampled_from(["0.25", "1e3", "2.5E-2"])
)
SUMS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", " * ", " / "]), inner).map("".join),
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"-{text}"),
    ),
    max_leaves=8,
)
WORDS = st.sampled_from(["<=", ">=", " < ", " > ", "==", "!="])
COMPARISONS = st.one_of(
    st.tuples(SUMS, WORDS, SUMS).map("".join), st.tuples(SUMS, WORDS, SUMS, WORDS, SUMS).map("".join)
)
CONDITIONS = st.lists(COMPARISONS, min_size=1, max_size=3).map(" and ".join)


@QUIET
@given(CONDITIONS)
def test_it_says_what_python_would_say(text: str) -> None:
    condition = read_constraint(text)
    try:
        expected = eval(text, {"__builtins__": {}}, dict(VALUES))
    except ZeroDivisionError:
        expected = None
    try:
        assert condition.holds(VALUES) is expected
    except Undefined:
        assert expected is None


@QUIET
@given(st.text(alphabet="ab1.,<>=!+-*/()'\" _eandortx[]{}:;\\\n\0é²٣", max_size=60))
def test_any_other_text_is_refused_and_does_nothing(text: str) -> None:
    try:
        condition = read_constraint(text)
    except UnreadableConstraint as fault:
        assert fault.message
        return
    numbers = dict.fromkeys(condition.names, 1.0)
    try:
        assert condition.holds(numbers) in (True, False)
    except Undefined as fault:
        assert str(fault)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("tier.x.intake.0.count + 2 <= horizon_weeks", ("tier.x.intake.0.count", "horizon_weeks")),
        ("\"two words\" < 'a-b'", ("two words", "a-b")),
        ("'and' < b and c > 1", ("and", "b", "c")),
        ("a < a", ("a",)),
    ],
)
def test_names(text: str, names: tuple[str, ...]) -> None:
    assert read_constraint(text).names == names


@pytest.mark.parametrize(
    ("text", "expected"),
    [("8 - 3 - 2", 3.0), ("8 / 4 / 2", 1.0), ("2 + 3 * 4", 14.0), ("-2 - -3", 1.0), ("2 * (3 + 4)", 14.0)],
)
def test_sums_are_read_from_the_left(text: str, expected: float) -> None:
    (left, _, _), *_ = read_constraint(f"{text} < 0").comparisons
    assert value(left, {}) == expected


@pytest.mark.parametrize(
    "text",
    [
        "(" * 200 + "a" + ")" * 200 + " < 1",
        "-" * 200 + "a < 1",
        "+".join(["a"] * 100) + " < 1",
        "a < 1" + " " * 600 + "and b < 1",
    ],
)
def test_what_is_too_deep_or_too_long_is_refused(text: str) -> None:
    with pytest.raises(UnreadableConstraint, match=f"more than {MOST_OPERATIONS}|longer than"):
        read_constraint(text)


def test_what_has_no_value_is_said_so() -> None:
    with pytest.raises(Undefined, match="divided by 0"):
        read_constraint("1 / (a - a) < 2").holds({"a": 2.0})
    with pytest.raises(Undefined, match="too large"):
        read_constraint("a * a < 2").holds({"a": math.sqrt(1e300) * 1e10})
