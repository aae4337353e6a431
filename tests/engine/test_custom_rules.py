"""Rules of the caller's own for the choices of the model: legal whatever they say, and told when at fault."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from auditor.audit import replay_all
from auditor.rows import Row

from cascadesim import Run, Scenario, load, replicate, replicate_all, simulate
from cascadesim.engine import custom_rules
from cascadesim.engine.backends import VARIABLE
from cascadesim.engine.custom_rules import (
    CHOICES,
    COURSE_TRAINER,
    GROUP_SUPERVISOR,
    LOOKS,
    NO_CHOICE,
    RuledPool,
    new_pool,
)
from cascadesim.engine.records import Pool, PoolEntry, Worker
from cascadesim.engine.runtime.fields import new
from cascadesim.errors import UsageError
from cascadesim.model.priority_rules import RULES, CareWorker, Rule
from cascadesim.scenario.compile import compile_scenario
from engine.busy import EVERYTHING
from engine.programmes import school, team
from engine.scene import dated, scene_of, write
from engine.worlds import plain_world

ORDERED = {
    "course_trainer": {"choice of trainer"},
    "course_candidate": {"cohort"},
    "refresher_participant": {"cohort"},
    "client_worker": {"choice of client and worker", "choice of facilitator"},
    "supervision_worker": {"choice of seat"},
    "supervision_group": {"choice of seat"},
    "group_supervisor": {"choice of supervisor"},
}
"""Checks of the auditor that know the built-in order; whatever else it finds would be forbidden under any."""


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return load(write(tmp_path_factory.mktemp("everything"), EVERYTHING))


@pytest.fixture(scope="module")
def usual(everything: Scenario) -> list[Run]:
    """Runs without rules, which those with rules are compared with."""
    return [simulate(everything, replication=replication, events=True, engine="simpy") for replication in range(3)]


def _reversed(name: str) -> Rule:
    def rule(facts: Any) -> tuple[float, ...]:
        return tuple(-number for number in RULES[name](facts))

    return rule


def _events(run: Run) -> Any:
    assert run.events is not None
    return run.events


def _chosen(folder: Path, text: str, event: str, rules: Mapping[str, Rule]) -> list[str]:
    """Who an event happened with: the worker of a client, the supervisor of a group, the trainee of a course."""
    rows = scene_of(simulate(load(write(folder, text)), events=True, rules=rules)).select(event)
    return [row.key if event in ("entered_course", "joined_refresher") else row.other for row in rows]


# --- worked examples ------------------------------------------------------------------------------------------------

CLIENTS = """
horizon_weeks = 20
cascade = ["w"]
[tier.w]
hours_per_week = 20
initial = 2
caseload = 2
[clients]
session_hours = 1
sessions = 9
[clients.stream.a]
dates = [1, 2, 3]
"""


def test_the_busiest_gets_the_client(tmp_path: Path) -> None:
    """Two workers with two places each. Built in, the second client goes to whoever has none; then the first is first
    again, since their last start is longest ago."""
    usual, other = (
        _chosen(tmp_path, CLIENTS, "started", rules)
        for rules in ({}, {"client_worker": lambda worker: -worker.open_cases})
    )
    assert usual == ["w:initial:0", "w:initial:1", "w:initial:0"]
    assert other == ["w:initial:0", "w:initial:0", "w:initial:1"]


def test_who_came_last_is_trained_first(tmp_path: Path) -> None:
    """Four wait when there is a trainer at last, and a course holds two."""
    text = school('when = "ready"\nmin_cohort = 2', "0:1 1:1 2:1 3:1", mentors="5:1")
    usual, other = (
        _chosen(tmp_path, text, "entered_course", rules)
        for rules in ({}, {"course_candidate": lambda candidate: -candidate.waiting_since_minute})
    )
    assert usual == [f"peer:intake:{week}:0" for week in (0, 1, 2, 3)]
    assert other == [f"peer:intake:{week}:0" for week in (2, 3, 0, 1)]  # who is on a course is logged by key


def test_the_supervisor_with_least_time_opens_the_group(tmp_path: Path) -> None:
    """Two mentors, groups of two: the second group is led by the other one, or by the same one again."""
    text = team("0:4", mentor="initial = 2")
    usual, other = (
        _chosen(tmp_path, text, "group_opened", rules)
        for rules in ({}, {"group_supervisor": lambda each: each.free_minutes})
    )
    assert usual == ["mentor:initial:0", "mentor:initial:1"]
    assert other == ["mentor:initial:0", "mentor:initial:0"]


def test_whose_refresher_is_due_last_is_refreshed_first(tmp_path: Path) -> None:
    """Two wait for a refresher of one place when somebody comes in week 3 who can give it, one at a time."""
    refresher = "every_weeks = 8\nwindow_weeks = 7\ncourse_weeks = 1\nmax_cohort = 1\ntrainer_hours_per_week = 10"
    text = f"""
horizon_weeks = 20
cascade = ["mentor", "peer"]
[tier.mentor]
hours_per_week = 10
intake = {dated("3:1")}
[tier.peer]
hours_per_week = 5
intake = {dated("0:1 1:1")}
training.required = false
supervision.required = false
[tier.peer.refresher]
{refresher}
"""
    usual, other = (
        _chosen(tmp_path, text, "joined_refresher", rules)[:2]
        for rules in ({}, {"refresher_participant": lambda participant: -participant.due_minute})
    )
    assert usual == ["peer:intake:0:0", "peer:intake:1:0"]
    assert other == ["peer:intake:1:0", "peer:intake:0:0"]


# --- any rule at all ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RULES)
def test_a_rule_that_says_what_is_built_in_or_nothing_changes_nothing(
    everything: Scenario, usual: list[Run], name: str
) -> None:
    """Between those whom a rule ranks equal the built-in order decides, which `priority_rules.py` says in words."""
    for rule in (RULES[name], lambda _: 0, lambda _: ()):
        assert _events(simulate(everything, events=True, engine="simpy", rules={name: rule})) == usual[0].events


@pytest.mark.parametrize("name", RULES)
def test_the_opposite_is_another_history_and_a_legal_one(everything: Scenario, usual: list[Run], name: str) -> None:
    """The auditor replays the log: nobody was chosen who may not be, and nothing was left undone that could be done."""
    differ = 0
    for replication, other in enumerate(usual):
        run = simulate(everything, replication=replication, events=True, engine="simpy", rules={name: _reversed(name)})
        differ += run.events != other.events
        rows = [Row(*row[1:]) for row in _events(run).rows]
        trajectories, luck = (run.trajectories.columns, run.trajectories.rows), (run.seed, run.replication)
        _, faults = replay_all(everything.resolved(), rows, run.kpis, trajectories, luck=luck)
        assert {fault.check for fault in faults} <= ORDERED[name], faults[:3]
    assert differ or name == "refresher_participant", name  # where there are places for all


# --- which engine, and faults ---------------------------------------------------------------------------------------


def test_auto_takes_simpy_and_says_so(everything: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    own = {"client_worker": RULES["client_worker"]}
    with pytest.warns(UserWarning, match=r"rules of your own \(client_worker\): runs use the SimPy engine"):
        run = simulate(everything, events=True, rules=own)
    assert run.rules == ("client_worker",)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert simulate(everything, rules={}).rules == ()
        simulate(everything, rules=own, engine="simpy")
    with pytest.raises(UsageError, match="has its own rules only, got rules client_worker") as fault:
        simulate(everything, rules=own, engine="compiled")
    assert "engine auto or simpy" in fault.value.problems[0].hint


def test_replications_take_rules_in_processes_too(small: Scenario) -> None:
    own = {"client_worker": _most_open}
    one = replicate(small, 3, rules=own, engine="simpy")
    assert one == replicate(small, 3, rules=own, engine="simpy", jobs=2)
    assert one == replicate_all({"a": small}, 3, rules=own, engine="simpy")["a"]
    assert one == replicate_all({"a": small}, 3, rules=own, engine="simpy", jobs=2)["a"]
    assert one.rules == ("client_worker",) and one.kept != replicate(small, 3).kept


def _most_open(worker: CareWorker) -> int:
    return -worker.open_cases


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (lambda _: "first", "returned 'first', which is no finite number"),
        (lambda _: float("nan"), "returned nan, which is no finite number"),
        (lambda _: (1, None), r"returned \(1, None\), which is no finite number"),
        (lambda _: 1 / 0, "raised ZeroDivisionError: division by zero"),
        (lambda each: each.nothing, r"raised AttributeError: '\w+' object has no attribute 'nothing'"),
    ],
)
def test_a_rule_at_fault_is_the_callers_fault(everything: Scenario, name: str, rule: Rule, says: str) -> None:
    """Also where SimPy raises a copy of what a process has raised."""
    with pytest.raises(UsageError, match=rf"^rules\.{name}: {says}, for \w+\(tier='") as fault:
        simulate(everything, rules={name: rule}, engine="simpy")
    assert "returns a number or a tuple of numbers" in fault.value.problems[0].hint
    assert fault.value.exit_code == 2


def test_a_rule_returns_as_many_numbers_for_everybody(everything: Scenario) -> None:
    """Its own numbers would be compared with those of the built-in order otherwise."""
    with pytest.raises(UsageError, match=r"^rules\.client_worker: returned [12] numbers for .*, and [12] before\."):
        simulate(everything, rules={"client_worker": lambda worker: (1,) * (1 + worker.open_cases % 2)})


def test_a_fault_within_a_process_is_told_whole(tmp_path: Path) -> None:
    """Recruits come by a process of SimPy, which raises a copy of what it has raised, without the hint."""
    text = school('when = "ready"\nmin_cohort = 2', "0:1", peer="recruits_per_week = 1").replace(
        f"intake = {dated('0:1')}\n", ""
    )
    with pytest.raises(UsageError, match=r"^rules\.course_candidate: raised KeyError") as fault:
        simulate(load(write(tmp_path, text)), rules={"course_candidate": lambda _: {}["nothing"]})
    assert "returns a number or a tuple of numbers" in fault.value.problems[0].hint
    assert isinstance(fault.value.__cause__, KeyError)


def test_who_is_put_back_keeps_their_order(everything: Scenario) -> None:
    world = plain_world(compile_scenario(everything), {"course_trainer": lambda trainer: trainer.open_cases})
    pool, entry, worker = new_pool(world, COURSE_TRAINER), new(world, PoolEntry), new(world, Worker)
    worker.key, worker.level, worker.last_course, entry.worker = 7, 1, 5, worker
    pool.offer(entry, (-60, 5, 7))
    assert entry.order == (0, -60, 5, 7)
    entry.withdraw()
    pool.put_back(entry)
    assert entry.order == (0, -60, 5, 7) and pool.best() is entry


@pytest.mark.parametrize(
    ("rules", "says", "hint"),
    [
        ({"client_wroker": len}, "rules: unknown name 'client_wroker'", "Did you mean client_worker?"),
        ({"client_worker": 3}, "rules.client_worker: needs a function, got 3", "returns a number"),
        ([len], "rules: needs functions by name, got list", "Known: client_worker"),
    ],
)
def test_what_is_no_rule_is_refused(everything: Scenario, rules: Any, says: str, hint: str) -> None:
    for ask in (simulate, replicate, lambda scenario, rules: replicate_all({1: scenario}, rules=rules)):
        with pytest.raises(UsageError, match=says) as fault:
            ask(everything, rules=rules)  # type: ignore[operator]
        assert hint in fault.value.problems[0].hint


def test_every_choice_has_a_rule_and_a_look() -> None:
    assert list(RULES) == list(LOOKS) == [*dict.fromkeys(RULES)]
    assert set(ORDERED) == set(RULES)


def test_the_pool_of_a_choice_is_in_the_order_of_its_rule(everything: Scenario) -> None:
    """And of no other; pools of no choice are as they are built in."""
    names = {number: name for name, number in vars(custom_rules).items() if name.lower() in RULES}
    assert [names[number].lower() for number in range(1, len(CHOICES))] == [*RULES] == [*CHOICES[1:]]
    for name in RULES:
        world = plain_world(compile_scenario(everything), {name: RULES[name]})
        made = [new_pool(world, number) for number in range(len(CHOICES))]
        ruled = [CHOICES[number] for number, pool in enumerate(made) if isinstance(pool, RuledPool)]
        assert ruled == [name] and type(made[NO_CHOICE]) is Pool
        assert made[GROUP_SUPERVISOR].by_most_free is (name != "group_supervisor")
