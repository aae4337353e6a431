"""Every mutant can still be put into the source, breaks a rule that there is, and was found by a test that there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mutants.table import SOURCE, Mutant, mutants

REPOSITORY = Path(__file__).parents[2]
MUTANTS = mutants()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_old_text_occurs_once(mutant: Mutant) -> None:
    assert mutant.occurs(REPOSITORY) == 1
    text = (REPOSITORY / SOURCE / mutant.file).read_text(encoding="utf-8")
    compile(text.replace(mutant.old, mutant.new), mutant.file, "exec")


def test_names_are_different() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)


def test_rules_are_in_the_model() -> None:
    page = (REPOSITORY / "docs" / "explanation" / "model.md").read_text(encoding="utf-8")
    known = set(re.findall(r"\*\*(R\d+\.\d+)\*\*", page))
    assert {rule for mutant in MUTANTS for rule in mutant.rule.split(", ")} <= known


def test_likely_tests_are_there() -> None:
    asked = {path for mutant in MUTANTS for path in mutant.likely}
    assert {path for path in asked if not (REPOSITORY / "tests" / path.partition("::")[0]).exists()} == set()


def test_the_test_that_finds_it_is_there() -> None:
    for mutant in MUTANTS:
        file, _, test = mutant.found_by.partition("::")
        assert f"def {test}(" in (REPOSITORY / "tests" / file).read_text(encoding="utf-8"), mutant.name
