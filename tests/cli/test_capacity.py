"""`cascadesim capacity`, as a user meets it: sentences, a table of 80 columns, the same as JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from cascadesim.engine.backends import ENGINES

from .conftest import Command

QUICK = ("--replications", "4")
CASES = Path(__file__).parent / "cases"


def test_sentences_then_table_in_80_columns(cascadesim: Command) -> None:
    told = cascadesim("capacity", "small.toml", *QUICK)
    assert (told.code, told.err) == (0, "")
    lines = told.out.splitlines()
    assert lines[0] == "small: capacity, analytical and in 4 runs"
    assert told.out.index("Gamma, supervised by one beta: 8 analytical, ") < told.out.index("95 % interval")
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in told.out
    assert not list(Path().glob("results*"))


def test_without_simulation_only_what_is_computed_by_hand(cascadesim: Command) -> None:
    told = cascadesim("capacity", "small.toml", "--no-simulation")
    assert (told.code, told.err) == (0, "")
    assert told.out.splitlines()[0] == "small: capacity, analytical"
    assert "in runs" not in told.out and "in the runs" not in told.out
    rows = cascadesim("capacity", "small.toml", "--no-simulation", "--json").json["rows"]
    assert {(row["simulated"], row["ratio"], row["why"]) for row in rows} == {(None, None, "")}


def test_json_is_one_object_with_the_same_numbers(cascadesim: Command) -> None:
    told = cascadesim("capacity", "small.toml", "--json", "--seed", "3", *QUICK)
    assert (told.code, told.err) == (0, "")
    assert (told.json["name"], told.json["seed"], told.json["replications"]) == ("small", 3, 4)
    rows = {(row["name"], row["tier"], row["week"]): row for row in told.json["rows"]}
    span = rows["span", "gamma", None]
    assert span["analytical"] == 8
    assert span["ratio"] == span["simulated"]["mean"] / 8
    assert span["simulated"]["low"] <= span["simulated"]["mean"] <= span["simulated"]["high"]
    assert {week for name, tier, week in rows if (name, tier) == ("active", "gamma")} == {10, 30}
    assert cascadesim("capacity", "small.toml", "--json", "--seed", "3", "--jobs", "2", *QUICK) == told


def test_one_run_gives_no_interval_and_no_reason(cascadesim: Command) -> None:
    rows = cascadesim("capacity", "small.toml", "--json", "--replications", "1").json["rows"]
    (row,) = (row for row in rows if row["name"] == "offered_load")
    assert (row["simulated"]["low"], row["simulated"]["high"]) == (None, None)
    assert row["why"] == "One run cannot show whether it is chance."


def test_set_changes_what_is_computed_and_what_is_run(cascadesim: Command) -> None:
    changed = ("--set", "tier.gamma.supervision.max_supervisees=5", "--json", "--no-simulation")
    rows = cascadesim("capacity", "small.toml", *changed).json["rows"]
    assert [row["analytical"] for row in rows if (row["name"], row["tier"]) == ("span", "gamma")] == [5]


def test_a_wait_without_end_is_said_so(cascadesim: Command) -> None:
    crowded = ("--set", "clients.stream.town.referrals_per_week=40")
    assert "no end" in cascadesim("capacity", "small.toml", "--no-simulation", *crowded).out
    rows = cascadesim("capacity", "small.toml", "--no-simulation", "--json", *crowded).json["rows"]
    assert [row["analytical"] for row in rows if row["name"] == "wait"] == [None]


def test_faults_are_those_of_every_command(cascadesim: Command) -> None:
    assert cascadesim("capacity", "nowhere.toml").code == 4
    assert cascadesim("capacity", "small.toml", "--set", "tier.gamma.nonsense=1").code == 2
    assert cascadesim("capacity", "small.toml", "--replications", "0").code == 2
    assert cascadesim("capacity").code == 2


def test_what_is_not_computed_by_hand_is_said_with_the_reason(cascadesim: Command) -> None:
    """Care in groups has no lines about queues of clients; what is approximate is marked, and said why."""
    plain = cascadesim("capacity", "small.toml", "--no-simulation")
    assert "Clients, without chance or waiting for courses, approximate\n" in plain.out
    assert "are approximate. The formula leaves out: transfer and absence" in " ".join(plain.out.split())
    circle = "{ group_min = 3, group_max = 6, facilitators = 1 }"
    grouped = ("--set", f"clients.format.circle={circle}", "--set", "clients.stream.town.format=circle")
    told = cascadesim("capacity", "small.toml", "--no-simulation", *grouped).out
    assert max(map(len, told.splitlines())) <= 80
    said = " ".join(told.split())
    assert "the formulas of a queue need places that are all alike, and some care is in the format circle." in said
    asked = cascadesim("capacity", "small.toml", "--no-simulation", "--json", *grouped).json
    assert len(asked["left_out"]) == 1
    assert not [row for row in asked["rows"] if row["name"] in ("places", "wait", "started")]
    assert {row["name"] for row in asked["rows"]} >= {"hours_per_completed", "workers_required", "wisn_ratio"}


@pytest.mark.parametrize("case", sorted(CASES.glob("capacity-*.toml")), ids=lambda case: case.stem)
def test_whatever_the_plan_leaves_out_the_rest_is_computed(cascadesim: Command, case: Path) -> None:
    """Supervision that nobody needs; a reason after which only some leave."""
    told = cascadesim("capacity", case, "--json", *QUICK)
    assert (told.code, told.err) == (0, "")
    rows = {(row["name"], row["tier"]) for row in told.json["rows"]}
    assert ("active", "helper") in rows
    assert (("span", "helper") in rows) == (case.stem == "capacity-exit-share")


@pytest.mark.parametrize("command", ["capacity", "validate"])
def test_both_engines_give_the_same_page(cascadesim: Command, command: str) -> None:
    """And an engine that there is not is refused."""
    scenario = Path(__file__).parents[2] / "scenarios" / "skill-decay.toml"
    asked = (command, scenario, "--replications", 3, "--json", "--engine")
    told = [cascadesim(*asked, engine) for engine in ENGINES]
    assert {each.code for each in told} == {0}
    assert len({each.out for each in told}) == 1
    assert cascadesim(command, scenario, "--engine", "fast").code == 2
