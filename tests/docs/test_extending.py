"""Each addition that docs/extending.md shows works in a copy of the source, and touches as many files as it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.additions import PAGE, Addition, additions, limits, run_in_copy

TEXT = PAGE.read_text(encoding="utf-8")
ADDITIONS = additions(TEXT)
MOST = {"a-distribution": 1, "an-effect-on-leaving": 3, "an-outcome": 1, "a-figure": 2, "a-design-with-its-analysis": 2}
"""How many source files an addition may touch; a mechanism may touch more."""


def _anchor(addition: Addition) -> str:
    return addition.heading.lower().replace(",", "").replace(" ", "-")


def test_the_table_counts_the_files() -> None:
    assert {_anchor(addition): len(addition.files) for addition in ADDITIONS} == limits(TEXT)


def test_additions_touch_few_files() -> None:
    counted = limits(TEXT)
    assert {name: counted[name] for name in MOST} == MOST


@pytest.mark.slow
@pytest.mark.parametrize("addition", ADDITIONS, ids=_anchor)
def test_it_works_in_a_copy(addition: Addition, tmp_path: Path) -> None:
    assert addition.uses
    assert run_in_copy(addition, tmp_path) == [use.output for use in addition.uses]
