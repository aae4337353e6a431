"""From a scenario to a plan: names to levels, weeks and hours to minutes, every default decided."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import pytest

from cascadesim import load, simulate
from cascadesim.cli.scenario_help import starter_text
from cascadesim.model.distributions import Draw, Family
from cascadesim.model.plan import Clock, Piece, Plan, Practice
from cascadesim.model.rng import stable_hash
from cascadesim.scenario.compile import compile_scenario, measure_names
from cascadesim.scenario.compile_tier import NO_LIMIT
from cascadesim.scenario.distributions import gamma_draw
from scenario.helpers import built, changed, plan

WEEK = 10_080
SHIPPED = sorted((Path(__file__).parents[2] / "scenarios").glob("[!n]*.toml"))


def packed(**changes: Any) -> Plan:
    return compile_scenario(built(changed(**changes)))


def test_times() -> None:
    found = packed(
        report_weeks=[52, 26], measure_from_week=4.5, target__reach="completed >= 3 by week 51", horizon_weeks=104.25
    )
    assert found.horizon == 104.25 * WEEK and found.measure_from == 4.5 * WEEK
    assert found.scope.reports == ((26, 26 * WEEK), (51, 51 * WEEK), (52, 52 * WEEK))
    assert found.trajectory == (*range(2 * WEEK, 105 * WEEK, 2 * WEEK), found.horizon)
    assert found.snapshots == tuple(sorted({*found.trajectory, 51 * WEEK, found.measure_from}))
    assert packed(horizon_weeks=104).trajectory[-2:] == (102 * WEEK, 104 * WEEK)


def test_the_first_tier() -> None:
    master = packed(tier__master__initial_tenure_weeks=26).tiers[0]
    assert (master.level, master.name, master.initial_tenure_minutes) == (0, "master", 26 * WEEK)
    assert [staff.initial for staff in master.staff] == [3]
    assert master.courses == () and master.supervision is None and master.practice.kind == Practice.NONE
    assert (master.delivers, master.practises_with_clients, master.exit_names) == (False, False, ())
    assert master.hours == Draw(Family.CONSTANT, (20.0,)) and master.candidate_patience is None


def test_a_middle_tier() -> None:
    mentor = compile_scenario(built(plan())).tiers[1]
    assert mentor.staff[0].intake == ((2 * WEEK, 4), (30 * WEEK, 2)) and mentor.overtime_fraction == 0.1
    (course,) = mentor.courses
    assert (course.minutes, course.trainers, course.min_cohort, course.max_cohort) == (2 * WEEK, 2, 2, 8)
    assert (course.trainer_rate, course.trainee_rate, course.pass_probability) == (13 * 60, 20 * 60, 0.9)
    assert (course.dates, course.window_minutes, course.gather_minutes) == ((3 * WEEK, 31 * WEEK), 2 * WEEK, 0)
    practice = mentor.practice
    assert (practice.kind, practice.minutes, practice.limit_minutes) == (Practice.SIMULATED, 2 * WEEK, 52 * WEEK)
    supervision = mentor.supervision
    assert supervision is not None
    assert (supervision.group_rate, supervision.seat_rate) == (60, 45)
    assert (supervision.group_size, supervision.max_supervisees, supervision.grace_minutes) == (4, 8, 2 * WEEK)
    assert mentor.exit_names == ("failed_training", "funding_ends", "not_certified")
    (reason,) = mentor.reasons
    assert (reason.clock.kind, reason.clock.minute) == (Clock.DATE, 100 * WEEK)
    assert (reason.notice_minutes, reason.order) == (4 * WEEK, 1)


def test_the_last_tier() -> None:
    peer = compile_scenario(built(plan())).tiers[2]
    assert peer.delivers and peer.practises_with_clients
    assert peer.staff[0].recruits == (Piece(0, 0.0), Piece(6 * WEEK, 0.4 / WEEK))
    assert peer.hours == Draw(Family.TRIANGULAR, (5, 7, 12)) and peer.apprentice_extra_rate == 15
    assert peer.candidate_patience == gamma_draw(4.0, 5.0)
    assert (peer.practice.kind, peer.practice.cases, peer.practice.min_sessions, peer.practice.first) == (
        Practice.CLIENTS,
        2,
        4,
        False,
    )
    assert peer.courses[0].gather_minutes == WEEK and peer.courses[0].dates == ()
    assert peer.supervision is not None and peer.supervision.max_supervisees == NO_LIMIT
    decision, moving = peer.reasons
    assert decision.clock.scale_minutes == pytest.approx(300 * WEEK / math.gamma(1 + 1 / 1.2))
    assert (decision.clock.shape, decision.from_certification) == (1.2, False)
    assert decision.name_hash == stable_hash("decision")
    assert (moving.clock.kind, moving.from_certification, moving.notice_minutes) == (Clock.EXPONENTIAL, True, 0)
    assert moving.clock.scale_minutes == pytest.approx(520 * WEEK)
    assert peer.exit_names == ("decision", "failed_training", "gave_up_waiting", "moving", "not_certified")
    assert [peer.exit_names[reason.order] for reason in peer.reasons] == ["decision", "moving"]


def test_clients() -> None:
    clients = compile_scenario(built(plan())).clients
    assert clients is not None
    assert (clients.max_no_shows, clients.hand_over) == (3, True)
    (individual,) = clients.formats
    assert (individual.sessions, individual.episode_rate, individual.group_max) == (5, 120, 1)
    assert individual.interval == Draw(Family.UNIFORM, (0.5, 1.5))
    assert clients.transfer_patience == Draw(Family.EXPONENTIAL, (6.0,))
    assert [stream.name for stream in clients.streams] == ["town", "Ärzte"]
    assert clients.streams[1].pieces == (Piece(0, 0.0), Piece(26 * WEEK, 1.5 / WEEK))
    none = packed(
        clients__max_no_shows=None, clients__on_worker_exit="lose", clients__stream__town__referrals_per_week=0
    )
    assert none.clients is not None
    assert (none.clients.max_no_shows, none.clients.hand_over, none.clients.streams[0].pieces) == (-1, False, ())


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "simulated"),
        ({"practice": None}, "simulated"),
        ({"practice_weeks": 0}, "none"),
        ({"practice": "clients", "practice_cases": 1}, "clients"),
        ({"practice": None, "practice_cases": 1}, "clients"),
        ({"required": False}, "none"),
    ],
)
def test_practice(changes: dict[str, Any], kind: str) -> None:
    sees = {"tier__mentor__delivers_in_practice": True} if "practice_cases" in changes else {}
    tier = packed(**{f"tier__mentor__training__{key}": value for key, value in changes.items()}, **sees).tiers[1]
    assert tier.practice.kind == Practice[kind.upper()]
    assert tier.practises_with_clients == (kind == "clients")
    assert (tier.courses == ()) == ("required" in changes)
    assert ("not_certified" in tier.exit_names) == (kind != "none")


def test_without_clients() -> None:
    simulated = {"tier__peer__training__practice": "simulated", "tier__peer__training__practice_cases": None}
    found = packed(clients=None, target=None, **simulated)
    assert found.clients is None and not any(tier.delivers or tier.practises_with_clients for tier in found.tiers)


def _shuffled(value: Any, dice: random.Random) -> Any:
    """The same tables with their keys in another order, and lists whose order does not matter in another."""
    if isinstance(value, dict):
        items = list(value.items())
        dice.shuffle(items)
        return {key: _shuffled(inner, dice) if key != "cascade" else inner for key, inner in items}
    if isinstance(value, list):
        return dice.sample([_shuffled(inner, dice) for inner in value], len(value))
    return value


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_the_file_changes_nothing(seed: int) -> None:
    assert compile_scenario(built(_shuffled(plan(), random.Random(seed)))) == compile_scenario(built(plan()))


def test_intakes_of_one_week_are_one() -> None:
    twice = [{"week": 8, "count": 4}, {"week": 3, "count": 1}, {"week": 8, "count": 6}]
    assert packed(tier__peer__intake=twice).tiers[2].staff[0].intake == ((3 * WEEK, 1), (8 * WEEK, 10))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_names_of_measures_are_those_of_a_run(path: Path) -> None:
    _same_names(load(path))


def test_the_names_of_measures_of_the_starter(tmp_path: Path) -> None:
    path = tmp_path / "starter.toml"
    path.write_text(starter_text(), encoding="utf-8")
    _same_names(load(path))


@pytest.mark.parametrize(
    "changes", [{}, {"clients": None, "target": None, "tier__peer__training__practice": "simulated"}]
)
def test_the_names_of_measures_with_and_without_clients(changes: dict[str, Any]) -> None:
    _same_names(built(changed(**changes)))


def _same_names(scenario: Any) -> None:
    assert measure_names(scenario) == set(simulate(scenario, engine="simpy").kpis)
