"""The glossary: every term stands once, and every key that it names is one of today's."""

from __future__ import annotations

import re

from docs.pages import DOCS, PAGES

GLOSSARY = DOCS / "reference" / "glossary.md"
ROWS = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]*)\|", GLOSSARY.read_text(encoding="utf-8"), flags=re.MULTILINE)
TERMS = [(term, meaning, where) for term, meaning, where in ROWS if term != "term"]


def test_every_term_stands_once() -> None:
    terms = [part.lower() for term, _, _ in TERMS for part in term.split(", ")]
    assert len(terms) > 60
    assert sorted({term for term in terms if terms.count(term) > 1}) == []


def test_meanings_are_one_or_two_sentences() -> None:
    counts = {term: len(re.findall(r"[.:](?=\s|$)", meaning)) for term, meaning, _ in TERMS}
    assert {term: count for term, count in counts.items() if not 1 <= count <= 3} == {}


def test_keys_are_in_other_pages() -> None:
    pages = "\n".join(page.read_text(encoding="utf-8") for page in PAGES if page != GLOSSARY)
    keys = {key.strip("[]") for _, _, where in TERMS for key in re.findall("`([^`]+)`", where)}
    assert {key for key in keys if key not in pages} == set()
