"""Every key of the language in one scenario: clean, complete, and the same again once resolved."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from cascadesim import load
from cascadesim.scenario.key_tree import patterns
from cascadesim.scenario.load import from_resolved
from cascadesim.scenario.schema import scenario_keys
from scenario.helpers import PLAN, WHOLE, first_paths


def test_it_is_clean() -> None:
    assert load(WHOLE).warnings == ()


def test_every_key_stands_in_it_or_in_the_plan() -> None:
    used = set(first_paths(WHOLE.read_text(encoding="utf-8"))) | set(first_paths(PLAN))
    left = {parts for parts, _ in patterns(scenario_keys())} - used - {("extends",)}
    as_elsewhere = {
        ("clients", "events", "REASON", "time_to_event"),
        ("tier", "NAME", "target"),
        ("tier", "NAME", "pool"),
    }
    assert {parts[:4] for parts in left} <= as_elsewhere  # those of a tier's reasons, and of a site


def test_it_comes_back_from_what_it_is_stored_as(tmp_path: Path) -> None:
    """A resolved scenario needs none of the files that it was read from."""
    shutil.copy(WHOLE, tmp_path / "whole.toml")
    shutil.copy(WHOLE.with_suffix(".csv"), tmp_path / "whole.csv")
    scenario = load(tmp_path / "whole.toml")
    stored = json.loads(json.dumps(scenario.resolved()))
    shutil.rmtree(tmp_path)
    again = from_resolved(stored)
    assert again == scenario and hash(again) == hash(scenario)
    assert again.clients is not None
    assert again.clients.stream["letters"].dates == (20, 20, 21.5, 30, 31.25, 31.25)
    assert again.warnings == ()
