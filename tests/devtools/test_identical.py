"""Both engines give the same: the shipped scenarios, and scenarios at random with all mechanisms mixed.

`CASCADESIM_EXAMPLES=2000 python -m pytest tests/devtools/test_identical.py` compares more of them; so does
`cascadesim verify engines`.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cascadesim import load
from cascadesim.devtools.engine_comparison.command import difference_text
from cascadesim.devtools.engine_comparison.compare import ComparisonRequest, compare_engines, mechanism_names
from cascadesim.devtools.engine_comparison.search import request_of, search

EXAMPLES = int(os.environ.get("CASCADESIM_EXAMPLES", "300"))
SEED = 1
LARGE = "national-scale"  # its hundredth has the same plan
FOLDER = Path(__file__).parents[2] / "scenarios"
LIBRARY = [path for path in sorted(FOLDER.glob("*.toml")) if path.stem != LARGE]
VARIANTS = [(path, variant.name) for path in LIBRARY if LARGE not in path.stem for variant in load(path).variants]


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_a_shipped_scenario(path: Path) -> None:
    comparison = compare_engines(request_of(SEED, str(path)))
    assert comparison.difference is None, difference_text(comparison)
    assert comparison.rows > 100


@pytest.mark.parametrize(("path", "name"), VARIANTS, ids=lambda value: getattr(value, "stem", value))
def test_a_variant_of_one(path: Path, name: str) -> None:
    comparison = compare_engines(ComparisonRequest(SEED, 0, document=load(path).variant(name).resolved()))
    assert comparison.valid
    assert comparison.difference is None, difference_text(comparison)


@pytest.mark.slow
def test_scenarios_at_random() -> None:
    """One difference in any row, counter or KPI fails, and so does a sample in which something never happens."""
    result = search(SEED, EXAMPLES)
    assert result.failed is None, difference_text(result.failed)
    assert result.scenarios == EXAMPLES
    assert result.shared >= result.rows / 2
    for chapter, names in mechanism_names().items():
        assert [name for name in names if not result.occurred[chapter][name]] == []
