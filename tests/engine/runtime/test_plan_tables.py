"""A plan as the records that the rules read: nothing of it is left out."""

from __future__ import annotations

from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from cascadesim import load
from cascadesim.engine import plan_records
from cascadesim.engine.event_log import FIXED
from cascadesim.engine.runtime import plan_tables
from cascadesim.engine.runtime.plan_tables import Tables, shocks_of
from cascadesim.model.constraints import MULTIPLE, TESTS, booked_names
from cascadesim.model.counters import counter_layout
from cascadesim.model.enums import Wait
from cascadesim.model.plan import Plan
from cascadesim.scenario.compile import compile_scenario
from engine.busy import BUSY
from engine.scene import write

ELSEWHERE = {"Piece": {"from_minute", "rate_per_minute"}}


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Plan]:
    """The busy programmes, ready to be run."""
    folder: Path = tmp_path_factory.mktemp("plans")
    return {name: compile_scenario(load(write(folder, text))) for name, text in BUSY.items()}


def test_no_field_of_a_record_is_left_at_its_default(plans: dict[str, Plan], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is given a value, or has one under its name in the plan: a name that is misspelt on either side would leave
    it at 0 without a word."""
    seen: set[type] = set()

    def watched(kind: type, source: object = None, **values: Any) -> Any:
        seen.add(kind)
        names = {each.name for each in fields(kind)}
        assert set(values) <= names, kind
        taken = {each.name for each in fields(kind) if each.type in ("int", "float", "bool", "Word")}
        missing = names - set(values) - {name for name in taken if hasattr(source, name)}
        assert not missing, (kind, missing)
        return filled(kind, source, **values)

    filled = plan_tables.filled
    monkeypatch.setattr(plan_tables, "filled", watched)
    for plan in plans.values():
        Tables(plan, counter_layout(plan))
    kinds = {each for each in vars(plan_records).values() if isinstance(each, type) and hasattr(each, "__slots__")}
    assert kinds - seen == set(), "no busy programme has any"


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
    for stream, of_stream in zip(plan.clients.streams, records.care.streams, strict=True):
        names = [stream.name, *(f"{stream.name}:{name}" for name, _ in plan.languages)]
        assert texts[of_stream.text : of_stream.text + len(names)] == names
        assert len(of_stream.classes) == len(of_stream.counters) == 1 + len(plan.languages)
    assert [texts[each.text] for each in records.states] == [state.name for state in plan.organisation]
    assert [texts[each.text] for each in records.care.formats] == [form.name for form in plan.clients.formats]


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
