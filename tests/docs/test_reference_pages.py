"""The lists of the reference are what the code makes of them, and each stands once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from docs.pages import DOCS, PAGES
from docs.reference_pages import LISTS, names_in, table, with_lists

REFERENCE = sorted((DOCS / "reference").glob("*.md"))


@pytest.mark.parametrize("page", REFERENCE, ids=lambda page: page.name)
def test_generated_lists_are_current(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text == with_lists(text), "run: PYTHONPATH=tests python -m docs.reference_pages"


def test_every_list_stands_once() -> None:
    names = Counter(name for page in PAGES for name in names_in(page.read_text(encoding="utf-8")))
    assert names == Counter(list(LISTS))


def test_a_bar_in_a_cell_does_not_end_it() -> None:
    assert table(("a",), [["x | y"]]) == "| a |\n|---|\n| x \\| y |"
