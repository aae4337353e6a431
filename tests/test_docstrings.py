"""Whoever writes Python finds in a docstring what each argument means, what comes back and what is raised."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator

import pytest

import cascadesim


def _public() -> Iterator[tuple[str, Callable[..., object]]]:
    """The public functions, and the public methods of the public classes of this package."""
    for name in cascadesim.__all__:
        thing = getattr(cascadesim, name)
        if inspect.isfunction(thing):
            yield name, thing
        elif inspect.isclass(thing):
            for method, function in vars(thing).items():
                own = inspect.isfunction(function) and function.__module__.startswith("cascadesim")
                if own and not method.startswith("_"):
                    yield f"{name}.{method}", function


PUBLIC = dict(_public())


def _sections(text: str) -> dict[str, list[str]]:
    """By heading: the names (or types) that stand unindented below it."""
    headings = re.split(r"^(\w+)\n-+\n", text, flags=re.MULTILINE)[1:]
    return {
        heading: re.findall(r"^(\S.*)$", body, flags=re.MULTILINE)
        for heading, body in zip(headings[::2], headings[1::2], strict=True)
    }


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_function_says_what_it_does(name: str) -> None:
    assert inspect.getdoc(PUBLIC[name])


@pytest.mark.parametrize("name", PUBLIC)
def test_more_than_one_argument_has_sections(name: str) -> None:
    function = PUBLIC[name]
    parameters = [each for each in inspect.signature(function).parameters if each not in ("self", "changes")]
    sections = _sections(inspect.getdoc(function) or "")
    if len(parameters) > 1:
        assert sections["Parameters"] == parameters
        assert len(sections["Returns"]) == 1
        errors = [getattr(cascadesim.errors, error) for error in sections["Raises"]]
        assert errors and all(issubclass(error, cascadesim.CascadeError) for error in errors)


def test_there_is_something_to_look_at() -> None:
    assert {"load", "simulate", "replicate", "Run.kpis_frame"} <= set(PUBLIC)
