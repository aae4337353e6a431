"""A plan as the records that the rules read: nothing of it is left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from cascadesim import load
from cascadesim.engine import plan as engine
from cascadesim.engine.event_log import FIXED
from cascadesim.engine.runtime import plan_tables
from cascadesim.engine.runtime.fields import RECORDS, layout
from cascadesim.engine.runtime.plan_tables import Tables, shocks_of
from cascadesim.model import plan as model
from cascadesim.model.constraints import MULTIPLE, TESTS, booked_names
from cascadesim.model.counters import counter_layout
from cascadesim.model.enums import Wait
from cascadesim.model.plan import Plan
from cascadesim.scenario.compile import compile_scenario
from engine.busy import BUSY
from engine.scene import write

OF_MEASURES = {"CareNeed"}
"""What no rule reads."""
TEXTS = {f"{kind}Plan.name" for kind in ("ClientReason", "Incentive", "Format", "Reason", "State", "Stream", "Tier")}
TEXTS |= {"Named.name", "TierPlan.exit_names", "Plan.scope"}


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Plan]:
    """The busy programmes, ready to be run."""
    folder: Path = tmp_path_factory.mktemp("plans")
    return {name: compile_scenario(load(write(folder, text))) for name, text in BUSY.items()}


def test_nothing_but_texts_is_left_out() -> None:
    """Of what the rules read: a field with a misspelt type would not be there where it is compiled."""
    known = {name for name, kind in RECORDS.items() if kind.__module__ in (engine.__name__, model.__name__)}
    left_out = {
        f"{name}.{each}"
        for name in known - OF_MEASURES
        for each in set(_names(RECORDS[name])) - {field.name for field in layout(name)}
    }
    assert left_out == TEXTS


def _names(kind: Any) -> Iterable[str]:
    return (each.name for each in fields(kind)) if is_dataclass(kind) else kind._fields


def test_texts_have_numbers_of_their_own(plans: dict[str, Plan]) -> None:
    """Fixed ones first; a reason, a stream and its languages are found by theirs."""
    plan = plans["everything"]
    tables = Tables(plan, counter_layout(plan))
    records, texts = tables.records, tables.texts
    assert tuple(texts[: len(FIXED)]) == FIXED
    for tier, of_tier in zip(plan.tiers, records.tiers, strict=True):
        exits = texts[of_tier.exit_texts : of_tier.exit_texts + len(tier.exit_names)]
        assert tuple(exits) == tier.exit_names
        assert [texts[each.text] for each in of_tier.reasons] == [reason.name for reason in tier.reasons]
        for reason, number in zip(tier.reasons, of_tier.reasons, strict=True):
            assert number.exit == (tier.exit_names.index(reason.name) if reason.exit_probability > 0 else -1)
    assert plan.clients is not None
    for stream, of_stream in zip(plan.clients.streams, records.clients.streams, strict=True):
        names = [stream.name, *(f"{stream.name}:{name}" for name, _ in plan.languages)]
        assert texts[of_stream.text : of_stream.text + len(names)] == names
        assert len(of_stream.classes) == len(of_stream.counters) == 1 + len(plan.languages)
    assert [texts[each.text] for each in records.organisation] == [state.name for state in plan.organisation]
    assert [texts[each.text] for each in records.clients.formats] == [form.name for form in plan.clients.formats]


@pytest.mark.parametrize("wait", Wait)
def test_every_set_of_tests_has_a_level(wait: Wait) -> None:
    """One test its own; several that of several, and of their combination if that is kept."""
    names, places = booked_names(wait), plan_tables._places(wait)
    assert len(places) == 2 << len(TESTS[wait])
    for tests in range(1 << len(TESTS[wait])):
        words = "+".join(name for bit, name in enumerate(TESTS[wait]) if tests >> bit & 1)
        first, second = places[2 * tests : 2 * tests + 2]
        if "+" not in words:
            assert (names[first] == words if first >= 0 else tests == 0) and second == -1
        else:
            assert names[first] == MULTIPLE
            assert (f"{MULTIPLE}.{words}" in names) == (second >= 0)
            assert second < 0 or names[second] == f"{MULTIPLE}.{words}"


def test_shocks_are_in_the_order_of_tiers(plans: dict[str, Plan]) -> None:
    for plan in plans.values():
        tables, shocks = Tables(plan, counter_layout(plan)), shocks_of(plan)
        found = [(each.level, each.minute) for each in tables.records.shocks]
        assert found == [(level, minute) for level, _, minute in shocks]
        assert all(one <= other for (one, _), (other, _) in pairwise(found))
        assert all(minute < plan.horizon for _, minute in found)
