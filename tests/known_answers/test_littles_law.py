"""Little's law as an identity of the log: the integral of the number present is the sum of (min(out, H) - in).

Exact in integer minutes, for every queue and state, in busy programmes and in windows: Little (1961), A proof for the
queuing formula L = lambda W, Operations Research 9:383-387, in its form for one run with censoring. The KPI is the same
quotient of the same integers, so that even the floats agree to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from engine.busy import BUSY
from engine.scene import WEEK, Row, Scene, scene_of, write
from generate import scenarios, to_toml
from hypothesis import HealthCheck, Phase, given, settings

from cascadesim import ScenarioError, load, simulate
from known_answers.judge import known

OUTCOMES = ("completed", "dropped_out", "never_started", "reneged", "lost_on_exit", "left")
# what enters and what leaves each of these numbers; one person is in at most once at a time
BACK = ("requeued", "failed", "stage_passed", "left_course")
IN_SERVICE = ("apprentice", "active")
QUEUES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "clients.waiting_mean": (("referred",), ("started", "not_starting", "joined_group", *OUTCOMES)),
    "clients.in_care_mean": (("started", "not_starting", "joined_group", "resumed"), ("awaiting_transfer", *OUTCOMES)),
    "TIER.candidate_mean": (("recruited", *BACK), ("entered_course", "certified", "exited")),
    "TIER.in_training_mean": (("entered_course",), ("passed", "exited", *BACK)),
    "TIER.apprentice_mean": (("passed", "returned apprentice"), ("certified", "exited", "absent apprentice")),
    "TIER.active_mean": (("certified", "returned active"), ("exited", "absent active")),
    "TIER.absent_mean": (
        tuple(f"absent {state}" for state in IN_SERVICE),
        ("exited", *(f"returned {state}" for state in IN_SERVICE)),
    ),
    "TIER.unsupervised_mean": (
        ("unsupervised",),
        ("joined_supervision", "seat resumed", "not_deployed", "exited", *(f"absent {state}" for state in IN_SERVICE)),
    ),
}


def integral(rows: Iterable[Row], into: tuple[str, ...], out: tuple[str, ...], opens: int, closes: int) -> int:
    """The sum of the stays of all, each cut to the window [opens, closes), in minutes."""
    since: dict[str, int] = {}
    total = 0
    for row in rows:
        if row.event in into and row.key not in since:
            since[row.key] = row.minute
        elif row.event in out and row.key in since:
            total += max(0, min(row.minute, closes) - max(since.pop(row.key), opens))
    return total + sum(closes - max(minute, opens) for minute in since.values())


@pytest.mark.parametrize("opens", [0, 13])
@pytest.mark.parametrize("name", BUSY)
def test_integrals_are_sums_of_stays(tmp_path: Path, name: str, opens: int) -> None:
    scenario = load(write(tmp_path, f"measure_from_week = {opens}\n{BUSY[name]}"))
    closes = int(scenario.horizon_weeks) * WEEK
    seen = set()
    for replication in range(4):
        scene = scene_of(simulate(scenario, replication=replication, events=True))
        for kpi, expected in sums(scene, opens * WEEK, closes).items():
            assert kpi not in scene.run.kpis or scene.kpi(kpi) == expected / (closes - opens * WEEK), (kpi, replication)
            seen |= {kpi} if expected else set()
    assert {f"tier.peer.{each}_mean" for each in ("candidate", "in_training", "apprentice", "active")} <= seen
    assert {"clients.waiting_mean", "clients.in_care_mean", "tier.peer.unsupervised_mean"} <= seen


def sums(scene: Scene, opens: int, closes: int) -> dict[str, int]:
    """KPI -> the sum of stays, for clients and for every tier."""
    found = {}
    told = with_states(scene.rows)
    for kpi, (into, out) in QUEUES.items():
        if kpi.startswith("clients"):
            found[kpi] = integral([row for row in scene.rows if row.kind == "client"], into, out, opens, closes)
            continue
        for tier in scene.run.scenario.cascade:
            rows = [row for row in told if row.kind == "worker" and row.tier == tier]
            found[kpi.replace("TIER", f"tier.{tier}")] = integral(rows, into, out, opens, closes)
    return found


def with_states(rows: Iterable[Row]) -> list[Row]:
    """Absences and returns say from which state, and to which; whoever kept a seat is supervised again."""
    states: dict[str, str] = {}
    seats: dict[str, Row] = {}
    found = []
    for row in rows:
        if row.event in ("passed", "certified"):
            states[row.key] = "apprentice" if row.event == "passed" else "active"
        elif row.event == "recruited":  # also by promotion, from active to candidate
            states.pop(row.key, None)
        if row.event in ("absent", "returned"):
            row = row._replace(event=f"{row.event} {states.get(row.key, 'candidate')}")
        if row.event in ("joined_supervision", "moved"):
            seats[row.key] = row
        elif row.event in ("left_supervision", "exited", "not_deployed"):
            seats.pop(row.key, None)
        elif row.event == "group_resumed":
            members = [seat for seat in seats.values() if seat.other == row.key]
            found += [seat._replace(minute=row.minute, event="seat resumed") for seat in members]
        found.append(row)
    return found


@settings(
    max_examples=40,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
@given(scenarios())
def test_generated_programmes(tmp_path_factory: pytest.TempPathFactory, document: dict[str, Any]) -> None:
    """The same of programmes at random, of one to five tiers with random names."""
    try:
        scenario = load(write(tmp_path_factory.getbasetemp(), to_toml(document)))
    except ScenarioError:
        return
    scene = scene_of(simulate(scenario, events=True))
    opens, closes = round(scenario.measure_from_week * WEEK), round(scenario.horizon_weeks * WEEK)
    for kpi, expected in sums(scene, opens, closes).items():
        assert kpi not in scene.run.kpis or scene.kpi(kpi) == expected / (closes - opens), kpi


@pytest.mark.parametrize("name", BUSY)
def test_the_identity_sees_a_minute(tmp_path: Path, name: str) -> None:
    """One start a minute later in the log, and the integral of those waiting is another one."""
    scene = scene_of(simulate(load(write(tmp_path, BUSY[name])), events=True))
    closes = int(scene.run.scenario.horizon_weeks) * WEEK
    place = next(i for i, row in enumerate(scene.rows) if row.event == "started")
    rows = (
        *scene.rows[:place],
        scene.rows[place]._replace(minute=scene.rows[place].minute + 1),
        *scene.rows[place + 1 :],
    )
    moved = sums(Scene(scene.run, rows), 0, closes)
    assert scene.kpi("clients.waiting_mean") != moved["clients.waiting_mean"] / closes


def test_mean_waits_make_the_queue() -> None:
    """The same from the KPIs alone, where nobody gives up: the waits of the started and of those still waiting."""
    scenario = known("queue", "horizon_weeks=60", "every_weeks=60", "report_weeks=[60]", "measure_from_week=0")
    for replication in range(10):
        kpis = simulate(scenario, replication=replication).kpis
        total = kpis["clients.started"] * kpis["clients.wait_mean_weeks"]
        if kpis["clients.waiting_at_end"]:
            total += kpis["clients.waiting_at_end"] * kpis["clients.still_waiting_mean_weeks"]
        assert kpis["clients.waiting_mean"] == pytest.approx(total / 60, rel=1e-12)
