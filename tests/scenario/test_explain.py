"""Explanations and the JSON Schema: one for every key, none for what is not a key, and true to the schema."""

from __future__ import annotations

import json
import re
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from cascadesim import load
from cascadesim.cli.scenario_help import starter_text
from cascadesim.errors import UsageError
from cascadesim.model.measures.catalogue import catalogue, find_outcomes
from cascadesim.scenario.compile import measure_names
from cascadesim.scenario.explain import Entry, scenario_reference
from scenario.helpers import PLAN, WHOLE, plan

ROOT = Path(__file__).parents[2]
REFERENCE = scenario_reference()
SHIPPED = sorted((ROOT / "scenarios").glob("*.toml"))


def test_keys_and_entries_agree_exactly() -> None:
    words = tomllib.loads(resources.files("cascadesim.scenario").joinpath("explain.toml").read_text(encoding="utf-8"))
    assert set(words) == set(REFERENCE.nodes) == set(REFERENCE.entries)
    assert len(words) > 100


@pytest.mark.parametrize("entry", REFERENCE.entries.values(), ids=lambda entry: entry.key)
def test_every_entry_says_what_it_must(entry: Entry) -> None:
    for part in (entry.meaning, entry.unit, entry.default, entry.allowed, entry.effect):
        assert part and "  " not in part and not re.search(r"PydanticUndefined|object at|None\b.*None\b", part)
    assert entry.effect.endswith(".") and not entry.meaning.endswith(".")
    unit = re.search(r"_(weeks|hours_per_week|hours|per_week|week)$", entry.key)
    if unit and entry.unit != "text":
        assert re.search("week|hour|people|clients", entry.unit), entry


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("tier.NAME.caseload", ["tier.NAME.caseload"]),
        ("tier.peer.caseload", ["tier.NAME.caseload"]),
        ("caseload", ["tier.NAME.caseload"]),
        ("[tier.peer.training]", ["tier.NAME.training"]),
        ("tier.peer", ["tier"]),
        ("tier.peer.intake.0.count", ["tier.NAME.intake.N.count"]),
        ("tier.peer.events.moving.time_to_event.shape", ["tier.NAME.events.REASON.time_to_event.shape"]),
        ("tier.peer.hours_per_week.mean", ["DISTRIBUTION.mean"]),
        ("tier.peer.hours_per_week.mean.low", ["QUANTITY.low"]),
        ("clients.no_show_probability.source", ["QUANTITY.source"]),
        ("clients.stream.town.referrals_per_week.value", ["QUANTITY.value"]),
        ("clients.stream.town.referrals_per_week.0.rate", ["clients.stream.NAME.referrals_per_week.N.rate"]),
        ("required", ["tier.NAME.training.required", "tier.NAME.supervision.required"]),
        ("training.preparation_hours", ["tier.NAME.training.preparation_hours"]),
        (
            "preparation_hours",
            [f"tier.NAME.{table}.preparation_hours" for table in ("training", "refresher", "supervision")],
        ),
        ("target", ["tier.NAME.target", "target"]),
        ("tier", ["tier"]),
        ("tier.peer.hazard_ratios.strain.value", ["QUANTITY.value"]),
        ("clients.stream.town.languages.Farsi", ["clients.stream.NAME.languages"]),
        ("tier.peer.events.illness.then.exit", ["tier.NAME.events.REASON.then.exit"]),
        ("tier.peer.training.stages.0.course_weeks", ["tier.NAME.training.stages.N.course_weeks"]),
    ],
)
def test_find(key: str, found: list[str]) -> None:
    assert [entry.key for entry in REFERENCE.find(key)] == found


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("stipend", "tier.NAME.incentive"),
        ("decay", "tier.NAME.competence.half_life_weeks"),
        ("Decays", "tier.NAME.competence.idle_decay_after_weeks"),
        ("course calendar", "tier.NAME.training.when"),
        ("salary", "tier.NAME.costs.week_cost"),
    ],
)
def test_words_are_looked_for_in_what_is_said(words: str, key: str) -> None:
    found = [entry.key for entry in REFERENCE.search(words)]
    assert key in found and len(found) < 20


def test_words_that_nothing_speaks_of() -> None:
    assert REFERENCE.search("xyzzy") == REFERENCE.search("decay xyzzy") == REFERENCE.search("") == []


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("caselod", "there is no key caselod. Did you mean tier.NAME.caseload?"),
        ("tier.peer.caselod", "Did you mean tier.NAME.caseload?"),
        ("tier.peer.training.group_size", "Did you mean tier.NAME."),
        ("xyzzy", "`cascadesim explain` lists every key."),
        ("", "there is no key"),
        ("tier.peer.langauges", "Did you mean tier.NAME.languages?"),
    ],
)
def test_a_miss_names_the_nearest(key: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        REFERENCE.find(key)
    assert words in caught.value.problems[0].text()


WORDS = resources.files("cascadesim.scenario").joinpath("everyday_words.toml")
EVERYDAY = tomllib.loads(WORDS.read_text(encoding="utf-8"))["word"]


@pytest.mark.parametrize("word", EVERYDAY, ids=lambda word: word["names"][0])
def test_everyday_words_are_no_keys_and_name_keys_that_there_are(word: dict[str, Any]) -> None:
    known = {part for key in REFERENCE.entries for part in key.split(".")} | {"cost", "total"}
    assert not known & {name for name in word["names"] if name not in ("staff", "target")}
    assert word.get("key", "target") in known
    named = re.findall(r"\[([\w.]+)\]", word["says"])
    tables = [re.sub(r"\.[A-Z]+$", "", key) for key in named if "north" not in key]
    assert not [key for key in tables if key not in REFERENCE.nodes]
    assert not [key for key in re.findall(r"\b[a-z]+_[a-z_]+\b", word["says"]) if key not in known]


def test_every_outcome_is_explained_by_its_pattern_its_name_and_its_end() -> None:
    for pattern, row in catalogue().items():
        assert row.meaning and row.unit
        assert find_outcomes(pattern)[pattern] is row
    assert list(find_outcomes("tier.peer.certified_at_week_52")) == ["tier.NAME.certified_at_week_W"]
    assert next(iter(find_outcomes("coverage"))) == "clients.coverage"
    assert find_outcomes("xyzzy") == find_outcomes("tier.peer") == find_outcomes("") == {}


def test_every_outcome_of_a_full_scenario_is_in_the_catalogue() -> None:
    names = measure_names(load(WHOLE))
    listed_apart = ("cost.", "waiting.")  # a line for each tier and purpose; for each constraint
    assert not [name for name in names if not find_outcomes(name) and not any(part in name for part in listed_apart)]


@pytest.mark.parametrize(
    ("key", "default"),
    [
        ("tier.NAME.caseload", "1"),
        ("tier.NAME.supervision.grace_weeks", "2"),
        ("clients.interval_weeks", "1"),
        ("clients.no_show_probability", "0"),
        ("tier.NAME.training.practice_first", "true"),
        ("clients.on_worker_exit", "transfer"),
        ("max_events", "50000000"),
        ("horizon_weeks", "none: it is needed"),
        ("clients.patience_weeks", "for ever"),
    ],
)
def test_defaults_are_those_of_the_schema(key: str, default: str) -> None:
    assert REFERENCE.entries[key].default == default


SCHEMA = REFERENCE.json_schema()


def conforms(value: Any, schema: dict[str, Any]) -> bool:
    """Whether a value conforms, as far as the keywords go that our schema uses (others fail)."""
    known = {"type", "properties", "required", "additionalProperties", "anyOf", "enum", "items", "minItems", "minimum"}
    known |= {"maximum", "exclusiveMinimum", "propertyNames", "$ref", "title", "description", "default", "format"}
    known |= {"$schema", "$defs", "if", "then", "else"}
    assert set(schema) <= known, set(schema) - known
    if "$ref" in schema:
        return conforms(value, SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]])
    if "anyOf" in schema and not any(conforms(value, each) for each in schema["anyOf"]):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    types = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float)}
    if "type" in schema:
        right = isinstance(value, types[schema["type"]]) and isinstance(value, bool) == (schema["type"] == "boolean")
        if not right:
            return False
    if isinstance(value, dict):
        return _object_conforms(value, schema)
    if isinstance(value, list):
        return len(value) >= schema.get("minItems", 0) and all(
            conforms(item, schema.get("items", {})) for item in value
        )
    if isinstance(value, int | float) and not isinstance(value, bool):
        above = value > schema.get("exclusiveMinimum", -1e99)
        return above and schema.get("minimum", -1e99) <= value <= schema.get("maximum", 1e99)
    return True


def _object_conforms(value: dict[str, Any], schema: dict[str, Any]) -> bool:
    needed = schema.get("required", [])
    if "if" in schema and "extends" not in value:
        needed = needed + schema["else"]["required"]
    rest = schema.get("additionalProperties", True)
    for key, inner in value.items():
        if key in schema.get("properties", {}):
            if not conforms(inner, schema["properties"][key]):
                return False
        elif rest is False or (isinstance(rest, dict) and not conforms(inner, rest)):
            return False
    return all(key in value for key in needed)


def as_json(text: str) -> Any:
    """A TOML document as an editor shows it to a JSON Schema: dates are strings."""
    return json.loads(json.dumps(tomllib.loads(text), default=str))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_scenarios_conform(path: Path) -> None:
    assert conforms(as_json(path.read_text(encoding="utf-8")), SCHEMA)


def test_the_plan_and_the_starter_conform() -> None:
    assert conforms(as_json(PLAN), SCHEMA)
    assert conforms(as_json(starter_text()), SCHEMA)
    assert conforms(as_json(WHOLE.read_text(encoding="utf-8")), SCHEMA)
    assert conforms({"extends": "base.toml", "tier": {"peer": {"caseload": 3}}}, SCHEMA)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("tier.peer.case_load", 3),
        ("tier.peer.caseload", 0),
        ("tier.peer.caseload", 2.5),
        ("tier.peer.training.pass_probability", 20),
        ("tier.peer.training.pass_probability.hihg", 1),
        ("tier.peer.training.practice", "real"),
        ("tier.peer.hours_per_week.dist", "gama"),
        ("tier.peer.events.decision.time_to_event.dist", "wave"),
        ("tier.peer.intake.0.weeks", 3),
        ("clients.stream.town.referrals_per_week", "many"),
        ("cascade", []),
        ("report_weeks", 26),
    ],
)
def test_wrong_values_do_not_conform(path: str, value: Any) -> None:
    data = json.loads(json.dumps(plan(), default=str))
    home = data
    *tables, key = path.split(".")
    for part in tables:
        home = home[int(part)] if isinstance(home, list) else home[part]
    home[key] = value
    assert not conforms(data, SCHEMA)


def test_every_key_has_its_words_in_the_schema() -> None:
    text = json.dumps(SCHEMA)
    for entry in REFERENCE.entries.values():
        if not entry.key.endswith((".dist", "time_to_event.source")):
            assert json.dumps(entry.meaning)[1:-1] in text, entry.key
