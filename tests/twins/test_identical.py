"""Both engines give the same: the shipped scenarios, and scenarios at random with all mechanisms mixed.

`CASCADESIM_EXAMPLES=2000 python -m pytest tests/twins` compares more of them; so does `cascadesim verify twin`.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cascadesim import load
from cascadesim.experiment.twin.both import judge
from cascadesim.experiment.twin.mechanisms import every_name
from cascadesim.experiment.twin.outcome import Subject
from cascadesim.experiment.twin.search import search, subject_of
from cascadesim.report.twin import difference_text

EXAMPLES = int(os.environ.get("CASCADESIM_EXAMPLES", "300"))
SEED = 1
LARGE = "national-scale"  # its hundredth has the same plan
FOLDER = Path(__file__).parents[2] / "scenarios"
LIBRARY = [path for path in sorted(FOLDER.glob("*.toml")) if path.stem != LARGE]
VARIANTS = [(path, variant.name) for path in LIBRARY if LARGE not in path.stem for variant in load(path).variants]


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_a_shipped_scenario(path: Path) -> None:
    outcome = judge(subject_of(SEED, str(path)))
    assert outcome.difference is None, difference_text(outcome)
    assert outcome.rows > 100


@pytest.mark.parametrize(("path", "name"), VARIANTS, ids=lambda value: getattr(value, "stem", value))
def test_a_variant_of_one(path: Path, name: str) -> None:
    outcome = judge(Subject(SEED, 0, document=load(path).variant(name).resolved()))
    assert outcome.valid
    assert outcome.difference is None, difference_text(outcome)


@pytest.mark.slow
def test_scenarios_at_random() -> None:
    """One difference in any row, counter or KPI fails, and so does a sample in which something never happens."""
    found = search(SEED, EXAMPLES)
    assert found.failed is None, difference_text(found.failed)
    assert found.scenarios == EXAMPLES
    assert found.shared >= found.rows / 2
    never = [name for chapter, names in every_name().items() for name in names if not found.found[chapter][name]]
    assert never == []
