"""A draw depends on who it is for, its purpose and its index: on nothing that happened or was drawn before (R11)."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from generate import seeded, to_toml

from cascadesim import Scenario, ScenarioError, load, replicate, simulate
from cascadesim.experiment.simulate import Run
from cascadesim.model import rng
from cascadesim.model.enums import Purpose
from engine.busy import BUSY, CASCADE, EVERYTHING
from engine.scene import Row, Scene, write

Play = Callable[..., Scene]
Draws = dict[tuple[int, int, int], float]

NEW_PURPOSE = max(Purpose) + 1
GENERATED = int(os.environ.get("CASCADESIM_DRAWS", "60"))


SMALL = """
horizon_weeks = 12
cascade = ["mentor", "peer"]
[tier.mentor]
initial = 1
hours_per_week = { dist = "uniform", low = 8, high = 12 }
[tier.peer]
recruits_per_week = 0.5
hours_per_week = 6
events.work.time_to_event = { dist = "exponential", mean_weeks = 20 }
training = { course_weeks = 1, max_cohort = 2, trainer_hours_per_week = 3, pass_probability = 0.8 }
supervision = { meeting_hours = 1 }
[clients]
sessions = 2
session_hours = 1
no_show_probability = 0.2
patience_weeks = { dist = "exponential", mean = 3 }
stream.a.referrals_per_week = 1
"""


def test_replication_7_of_10_is_replication_7_of_1000(tmp_path: Path) -> None:
    """On its own, among ten and among a thousand: log, trajectories and KPIs."""
    scenario = load(write(tmp_path, SMALL))

    def seventh(run: Run) -> Run | None:
        return run if run.replication == 7 else None

    alone = simulate(scenario, replication=7, events=True)
    assert alone.events is not None and len(alone.events) > 30
    for number in (10, 1000):
        kept = replicate(scenario, number, keep=seventh, events=True)
        assert kept[7] == alone
        assert [run for run in kept if run is not None] == [kept[7]]
    assert alone.kpis != simulate(scenario, replication=6).kpis
    assert alone.kpis != simulate(scenario, replication=7, seed=2).kpis


def draw_with(patch: pytest.MonkeyPatch, uniform: Callable[[int, int, int, int], float]) -> None:
    """Let every rule draw by this function."""
    for name in ("sampling", "competence", "time_to_event"):
        patch.setattr(import_module(f"cascadesim.engine.{name}"), "uniform", uniform)


def drawn(monkeypatch: pytest.MonkeyPatch, run: Callable[[], Scene]) -> tuple[Scene, Draws]:
    """The scene, and every draw that it took by name: (stream, purpose, index)."""
    found: Draws = {}
    uniform = rng.uniform

    def noted(key: int, stream: int, purpose: int, index: int) -> float:
        value = uniform(key, stream, purpose, index)
        assert found.setdefault((stream, purpose, index), value) == value
        return value

    with monkeypatch.context() as patch:
        draw_with(patch, noted)
        scene = run()
    return scene, found


@pytest.mark.parametrize("name", BUSY)
def test_a_new_purpose_moves_nothing(play: Play, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Before each draw somebody takes another one, for the same entity and for a purpose that is new."""
    before = play(BUSY[name])
    uniform = rng.uniform

    def with_more(key: int, stream: int, purpose: int, index: int) -> float:
        for extra in range(3):
            uniform(key, stream, NEW_PURPOSE, index + extra)
        return uniform(key, stream, purpose, index)

    draw_with(monkeypatch, with_more)
    assert play(BUSY[name]).rows == before.rows


def test_another_value_of_one_purpose_leaves_the_other_draws(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """Turn the luck of one purpose over, u -> 1 - u: whatever else is drawn in both runs is the same."""
    _, before = drawn(monkeypatch, lambda: play(CASCADE))
    for turned in Purpose:
        uniform = rng.uniform

        def other(key: int, stream: int, purpose: int, index: int, turned: int = turned) -> float:
            value = uniform(key, stream, purpose, index)  # noqa: B023
            return 1.0 - value if purpose == turned else value

        with monkeypatch.context() as patch:
            draw_with(patch, other)
            _, after = drawn(patch, lambda: play(CASCADE))
        common = [name for name in before.keys() & after.keys() if name[1] != turned]
        assert len(common) > 100
        assert all(before[name] == after[name] for name in common)


def keys(rows: tuple[Row, ...], *events: str, of: str = "") -> list[tuple[int, str, str, str, int]]:
    """What matters of these rows, for keys that begin with `of`: minute, event, key, detail, amount."""
    return [(r.minute, r.event, r.key, r.detail, r.amount) for r in rows if r.event in events and r.key.startswith(of)]


CAREERS = """
horizon_weeks = 150
cascade = ["w"]
[tier.w]
initial = 3
intake = [{ week = 2, count = 4 }, { week = 30, count = 5 }]
recruits_per_week = 0.2
hours_per_week = { dist = "uniform", low = 3, high = 30 }
[tier.w.events.work]
time_to_event = { dist = "exponential", mean_weeks = 60 }
[tier.w.events.move]
time_to_event = { dist = "weibull", shape = 0.7, mean_weeks = 80 }
notice_weeks = 2
"""


def test_one_more_recruit_of_week_2_leaves_all_the_others(play: Play) -> None:
    """R9.3: hours and exits of the recruits of week 30 and of the Poisson ones are the same; so are the other four."""
    before, after = play(CAREERS), play(CAREERS, sets=["tier.w.intake=[{week=2,count=5},{week=30,count=5}]"])
    events = ("recruited", "notice", "exited")
    rest = [each for each in keys(after.rows, *events) if each[2] != "w:intake:2:4"]
    assert rest == keys(before.rows, *events)
    assert len(rest) < len(keys(after.rows, *events))


def test_another_reason_leaves_the_other_clocks(play: Play) -> None:
    """Everybody leaves when and why they did, or earlier for the new reason."""
    before = play(CAREERS)
    more = CAREERS + '[tier.w.events.also]\ntime_to_event = { dist = "exponential", mean_weeks = 70 }\n'
    after = play(more)
    assert keys(after.rows, "recruited") == keys(before.rows, "recruited")
    old = {row.key: (row.minute, row.detail) for row in before.select("exited")}
    new = {row.key: (row.minute, row.detail) for row in after.select("exited")}
    assert old.keys() <= new.keys()
    for key, (minute, reason) in new.items():
        if reason == "also":
            assert key not in old or minute <= old[key][0]
        else:
            assert (minute, reason) == old[key]
    reasons = {reason for _, reason in new.values()}
    assert reasons == {"also", "work", "move"}


def test_a_reason_that_never_strikes_changes_nothing(play: Play) -> None:
    before = play(CASCADE)
    after = play(CASCADE + '[tier.peer.events.aaa]\ntime_to_event = { dist = "date", week = 79999 }\n')
    assert after.rows == before.rows


OPEN_DOORS = """
horizon_weeks = 40
cascade = ["w"]
[tier.w]
initial = 80
hours_per_week = 40
[clients]
sessions = 3
session_hours = 1
interval_weeks = { dist = "gamma", mean = 1, cv = 0.4 }
start_probability = 0.8
continue_probability = 0.9
no_show_probability = 0.2
[clients.stream.north]
referrals_per_week = 1.5
"""


def test_another_stream_leaves_the_clients_of_the_first(play: Play) -> None:
    """With a place for everybody each client of `north` has the same dates; `aaa` comes before them in every order."""
    care = ("referred", "started", "not_starting", "session", "no_show", "completed", "dropped_out", "never_started")
    before = keys(play(OPEN_DOORS).rows, *care)
    after = play(OPEN_DOORS + "[clients.stream.aaa]\nreferrals_per_week = 1\n")
    assert sorted(keys(after.rows, *care, of="north")) == sorted(before)
    assert len(keys(after.rows, "referred", of="aaa")) > 20


def test_another_stream_leaves_every_draw(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a programme where everything competes: the draws that both runs take are the same."""
    before, old = drawn(monkeypatch, lambda: play(CASCADE))
    after, new = drawn(monkeypatch, lambda: play(CASCADE + "[clients.stream.aaa]\nreferrals_per_week = 1\n"))
    assert keys(after.rows, "referred", of="north") == keys(before.rows, "referred", of="north")
    common = old.keys() & new.keys()
    assert len(common) > 0.6 * len(old)
    assert all(old[name] == new[name] for name in common)


def test_one_more_mentor_leaves_every_draw(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    _, old = drawn(monkeypatch, lambda: play(CASCADE))
    _, new = drawn(monkeypatch, lambda: play(CASCADE, sets=["tier.mentor.initial=2"]))
    common = old.keys() & new.keys()
    assert len(common) > 0.6 * len(old)
    assert all(old[name] == new[name] for name in common)


# --- names and the order of a file ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BUSY)
def test_renaming_tiers_changes_nothing_but_the_names(play: Play, name: str) -> None:
    """Tiers enter draws and ties by level."""
    words = {"boss": "zebra", "mentor": "apple", "peer": "mule"}

    def renamed(text: str) -> str:
        for old, new in words.items():
            text = text.replace(old, new)
        return text

    before, after = play(BUSY[name]), play(renamed(BUSY[name]))
    assert after.lines() == [renamed(line) for line in before.lines()]
    assert [(renamed(kpi), repr(value)) for kpi, value in before.run.kpis.items()] == [
        (kpi, repr(value)) for kpi, value in after.run.kpis.items()
    ]


def reordered(text: str) -> str:
    """The same file with its tables, and the keys inside each table, in reverse order."""
    blocks = [
        block.strip().splitlines() for block in text.replace(",\n          ", ", ").split("\n\n") if block.strip()
    ]
    head, tables = blocks[0], blocks[1:]
    turned = [[table[0], *reversed(table[1:])] for table in reversed(tables)]
    return "\n\n".join("\n".join(lines) for lines in [list(reversed(head)), *turned])


@pytest.mark.parametrize("name", BUSY)
def test_the_order_of_the_file_changes_nothing(play: Play, name: str) -> None:
    """Streams, reasons, tiers' tables, keys, intakes."""
    turned = reordered(BUSY[name])
    assert turned != BUSY[name]
    before = play(BUSY[name])
    assert play(turned).rows == before.rows
    turned = turned.replace(
        "[{ week = 8, count = 8 }, { week = 44, count = 5 }]", "[{week=44,count=5}, {week=8,count=8}]"
    )
    after = play(turned)
    assert after.rows == before.rows
    assert after.run.kpis == before.run.kpis
    assert after.run.trajectories == before.run.trajectories


def test_the_same_question_gives_the_same_answer(play: Play) -> None:
    """Nothing is left over from one run to the next."""
    first = play(CASCADE)
    play(BUSY["ties"], replication=3)
    assert play(CASCADE) == first


READ_AGAIN = {
    "_outcome": ("reason", "occurrence"),
    "dated_minute": ("clock",),
}
"""Rules that may ask for one draw again, and whom it has to be for each time: times to event are set anew."""


class Ledger:
    """Every draw of a run, by name, with whom it was for."""

    def __init__(self) -> None:
        self.values: Draws = {}
        self.subjects: dict[tuple[int, int, int], list[int]] = {}
        self.shared: list[str] = []

    def uniform(self, key: int, stream: int, purpose: int, index: int) -> float:
        """The draw of this name; a name that was drawn before, for anything else, is noted."""
        name, caller = (stream, purpose, index), sys._getframe(1)
        while caller.f_code.co_filename.endswith("sampling.py"):
            assert caller.f_back is not None
            caller = caller.f_back
        rule = caller.f_code.co_name
        subject = [id(caller.f_locals[each]) for each in READ_AGAIN.get(rule, ())]
        if name in self.values and (not subject or self.subjects[name] != subject):
            self.shared.append(f"{Purpose(purpose).name} {index}: again in {rule}")
        self.subjects[name] = subject
        return self.values.setdefault(name, rng.uniform(key, stream, purpose, index))


def ledger_of(scenario: Scenario) -> Ledger:
    """The draws of one replication."""
    ledger = Ledger()
    with pytest.MonkeyPatch.context() as patch:
        draw_with(patch, ledger.uniform)
        simulate(scenario, engine="simpy")
    return ledger


def test_every_purpose_is_drawn_for(tmp_path: Path) -> None:
    ledger = ledger_of(load(write(tmp_path, EVERYTHING)))
    assert ledger.shared == []
    assert {purpose for _, purpose, _ in ledger.values} == set(Purpose)
    assert len(set(ledger.values.values())) == len(ledger.values) > 500


@pytest.mark.parametrize("first", range(0, GENERATED, 10))
def test_no_draw_serves_two(tmp_path: Path, first: int) -> None:
    """Of anybody and anything in generated scenarios: each name is drawn for once, and no two names have one counter.

    So two purposes, two people, two occurrences, or the second and the third language of one person, never share luck.
    """
    for seed in range(first, first + 10):
        try:
            scenario = load(write(tmp_path, to_toml(seeded(seed))))
        except ScenarioError:
            continue
        ledger = ledger_of(scenario)
        assert not ledger.shared, f"seed {seed}: {ledger.shared[:5]}"
        assert len(set(ledger.values.values())) == len(ledger.values)
