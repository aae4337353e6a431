"""Known answers are asked of both engines, in separate runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from engines import ENGINES

from cascadesim.engine.backends import VARIABLE

ONCE = ("test_judge", "test_theory_limits")
"""The first runs no engine, the second very large programmes: a minute on SimPy, and more of what others ask too."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    stem = metafunc.definition.path.stem
    metafunc.parametrize("engine", ENGINES[-1:] if stem in ONCE else ENGINES, indirect=True, scope="module")


@pytest.fixture(autouse=True, scope="module")
def engine(request: pytest.FixtureRequest) -> Iterator[None]:
    """What `auto` means while the tests of a module run; what they keep from one to the next goes."""
    for each in vars(request.module).values():
        if hasattr(each, "cache_clear"):
            each.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, request.param)
        yield
