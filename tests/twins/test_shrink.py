"""What a difference does not need is taken away, everything else stays."""

from __future__ import annotations

import copy
from typing import Any

from cascadesim.experiment.twin.shrink import shrink
from cascadesim.scenario.generated.whole import seeded

LONG = 20.0


def test_what_is_needed_stays() -> None:
    document = {"a": {"b": 12, "c": [1, 2, 3, 4]}, "d": {"e": 0.37}, "f": "g"}
    before = copy.deepcopy(document)

    def differs(data: dict[str, Any]) -> bool:
        return 3 in data.get("a", {}).get("c", ()) and data.get("d", {}).get("e", 0) > 0.3

    assert shrink(document, differs, LONG) == {"a": {"c": [3]}, "d": {"e": 1.0}}
    assert document == before


def test_numbers_become_small() -> None:
    assert shrink({"n": 37, "x": 8.5}, lambda data: data.get("n", 0) > 4 and data.get("x", 0) > 1, LONG) == {
        "n": 5,
        "x": 2.0,
    }


def test_a_distribution_becomes_a_number() -> None:
    def differs(data: dict[str, Any]) -> bool:
        patience = data.get("patience")
        return isinstance(patience, float) or (isinstance(patience, dict) and len(patience) == 3)

    patience = {"dist": "lognormal", "mean": 7.0, "cv": 0.5}
    assert shrink({"patience": patience}, differs, LONG) == {"patience": 0.0}


def test_a_tier_goes_with_all_that_speaks_of_it() -> None:
    """By itself neither its table nor its place in the cascade could go: the rest would not be a scenario."""
    document = {"cascade": ["one", "two"], "tier": {"one": {"initial": 1}, "two": {"initial": 1}}}
    found = shrink(document, lambda data: data.get("cascade", []) == list(data.get("tier", [])) != [], LONG)
    assert found in ({"cascade": ["one"], "tier": {"one": {}}}, {"cascade": ["two"], "tier": {"two": {}}})


def test_no_time_no_change() -> None:
    assert shrink(seeded(1), lambda _: True, -1.0) == seeded(1)


def test_what_always_differs_vanishes() -> None:
    assert shrink(seeded(1), lambda _: True, LONG) == {}
