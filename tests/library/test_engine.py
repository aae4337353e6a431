"""`auto` runs the whole shipped library on the compiled engine: nothing in it makes it fall back."""

from __future__ import annotations

from pathlib import Path

import pytest

from cascadesim import load
from cascadesim.engine.backends import AUTO, COMPILED, VARIABLE
from cascadesim.experiment.simulate import prepare

LIBRARY = sorted((Path(__file__).parents[2] / "scenarios").glob("*.toml"))


@pytest.mark.parametrize("file", LIBRARY, ids=lambda path: path.stem)
def test_auto_never_falls_back(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fallback would warn besides, and warnings are errors here."""
    monkeypatch.delenv(VARIABLE, raising=False)
    base = load(file)
    for scenario in (base, *(base.variant(variant.name) for variant in base.variants)):
        assert prepare(scenario, AUTO).runner.engine == COMPILED, scenario.heading
