"""Whole scenarios at random, for the tests: `scenarios()` draws one for Hypothesis, `seeded(seed)` takes a number.

What is in them is decided in `cascadesim/devtools/random_scenarios`.
"""

from __future__ import annotations

from hypothesis import strategies as st

from cascadesim.devtools.random_scenarios.choices import Document
from cascadesim.devtools.random_scenarios.document import document, seeded, to_toml

__all__ = ["Document", "document", "scenarios", "seeded", "to_toml"]


@st.composite
def scenarios(draw: st.DrawFn) -> Document:
    """A whole scenario of one to five tiers."""
    return document(lambda least, most: draw(st.integers(least, most)))
