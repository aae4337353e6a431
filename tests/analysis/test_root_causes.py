"""Root causes of waits: each rule of the chain, and in paired runs that what is named is what would help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from analysis import frames
from cascadesim import replicate
from cascadesim.analysis.bottleneck.detection import find_bottleneck
from cascadesim.analysis.bottleneck.queues import CONSTRAINTS, WAIT_WORDS, queue_states, read_queues
from cascadesim.analysis.bottleneck.root_causes import CAUSES, Cause, Tracer, chain_words
from cascadesim.experiment.replicate import keep_run
from cascadesim.model.constraints import MULTIPLE, TESTS


def traced(folder: Path, text: str = frames.CASCADE, **levels: float) -> tuple[Cause | None, str]:
    """The cause and its chain where these columns stand at these values (`__` for a dot)."""
    scenario = frames.scenario(folder, text)
    told = {name.replace("__", "."): {(0.0, 40.0): value} for name, value in levels.items()}
    readings = read_queues(scenario, frames.trajectories(scenario, [told]))
    trace = Tracer(scenario, queue_states(scenario, readings.columns, readings.values[0])).trace(0)
    return (None, "") if trace is None else (trace.cause, chain_words(scenario, trace.links))


FULL_CARE = "6 clients waiting for care (every caseload full)"
FULL = {"clients__waiting__care__caseload": 6.0, "tier__peer__active": 8.0, "clients__in_care": 8.0}

CASES = [
    ({}, None, ""),
    # A wait too small to matter: below one person, or below a tenth of those at work.
    ({"clients__waiting__care__caseload": 0.9}, None, ""),
    ({"clients__waiting__care__caseload": 3.0, "clients__in_care": 31.0}, None, ""),
    (
        FULL,
        Cause("caseload", "peer", "peer"),
        f"{FULL_CARE}; no peer candidates or workers held up",
    ),
    (
        FULL | {"tier__peer__waiting__course__trainer_hours": 3.0},
        Cause("training_hours", "mentor", "peer"),
        f"{FULL_CARE}; 3 candidates waiting for a peer course (trainers short of hours)",
    ),
    # The larger of two groups on the way is followed.
    (
        FULL
        | {
            "tier__peer__waiting__course__trainer_hours": 3.0,
            "tier__peer__waiting__supervision_place__supervisor_hours": 4.0,
        },
        Cause("supervision_hours", "mentor", "peer"),
        f"{FULL_CARE}; 4 peers waiting for a supervisor (supervisors short of hours)",
    ),
    (FULL | {"tier__peer__in_training": 5.0}, Cause("lead_time", "peer", "peer"), None),
    (FULL | {"tier__peer__apprentice": 5.0}, Cause("apprenticeship", "peer", "peer"), None),
    (
        FULL | {"tier__peer__apprentice": 5.0, "tier__peer__waiting__practice__no_client": 4.0},
        Cause("practice_clients", "peer", "peer"),
        None,
    ),
    ({"clients__waiting__care__too_few_workers": 6.0}, Cause("recruitment", "peer", "peer"), None),
    ({"clients__waiting__care__worker_hours": 6.0}, Cause("worker_hours", "peer", "peer"), None),
    # Up the tiers: no trainers, since mentors themselves wait for hours of the boss.
    (
        {
            "clients__waiting__care__too_few_workers": 6.0,
            "tier__peer__waiting__course__too_few_trainers": 8.0,
            "tier__mentor__waiting__course__trainer_hours": 4.0,
        },
        Cause("training_hours", "boss", "mentor"),
        "6 clients waiting for care (too few workers); 8 candidates waiting for a peer course (too few trainers); 4 "
        "candidates waiting for a mentor course (trainers short of hours)",
    ),
    (
        {
            "tier__peer__waiting__supervision_place__supervisor_unsupervised": 3.0,
            "tier__mentor__waiting__supervision_place__too_few_supervisors": 2.0,
        },
        Cause("recruitment", "boss", "boss"),
        None,
    ),
    (
        {
            "clients__waiting__care__worker_unsupervised": 3.0,
            "tier__peer__waiting__supervision_place__supervisor_span": 2.0,
        },
        Cause("supervision_span", "mentor", "peer"),
        None,
    ),
    # Nobody waits for care: the largest group of workers held up.
    ({"tier__peer__waiting__practice__no_client": 3.0}, Cause("practice_clients", "peer", "peer"), None),
    ({"tier__mentor__waiting__course__calendar": 3.0}, Cause("calendar", "mentor", "mentor"), None),
    ({"tier__mentor__waiting__course__too_few_candidates": 3.0}, Cause("cohort", "mentor", "mentor"), None),
    ({"tier__peer__waiting__course__gathering": 3.0}, Cause("gathering", "peer", "peer"), None),
    ({"tier__peer__waiting__supervision_place__own_hours": 3.0}, Cause("own_hours", "peer", "peer"), None),
    # Several: only where it is more than half; what it stands for is said where it is known.
    (
        {
            "tier__peer__waiting__course__multiple": 3.0,
            "tier__peer__waiting__course__multiple.too_few_candidates+trainer_hours": 2.0,
            "tier__peer__waiting__course__multiple.gathering+trainer_hours": 1.0,
        },
        Cause("training_multiple", "mentor", "peer", "too_few_candidates+trainer_hours"),
        "3 candidates waiting for a peer course (too few candidates for a course and trainers short of hours)",
    ),
    (
        {"tier__peer__waiting__course__multiple": 3.0, "tier__peer__waiting__course__trainer_hours": 2.0},
        Cause("training_multiple", "mentor", "peer"),
        None,
    ),
    (
        {
            "tier__peer__waiting__course__multiple": 3.0,
            "tier__peer__waiting__course__trainer_hours": 2.0,
            "tier__peer__waiting__course__gathering": 1.5,
        },
        Cause("training_hours", "mentor", "peer"),
        None,
    ),
]


@pytest.mark.parametrize(("levels", "cause", "chain"), CASES)
def test_chain(tmp_path: Path, levels: dict[str, float], cause: Cause | None, chain: str | None) -> None:
    found, said = traced(tmp_path, **levels)
    assert found == cause
    assert chain is None or said == chain


PEER, MENTOR = "tier__peer__waiting", "tier__mentor__waiting"
CAREERS = [
    # Constraints that are causes of their own.
    (
        {f"{PEER}__course__no_room": 3.0},
        Cause("rooms", "peer", "peer"),
        "3 candidates waiting for a peer course (no room free)",
    ),
    (
        {f"{PEER}__course__trainer_competence": 3.0},
        Cause("trainer_competence", "mentor", "peer"),
        "3 candidates waiting for a peer course (trainers not able enough)",
    ),
    (
        {f"{PEER}__supervision_place__supervisor_absent": 3.0},
        Cause("absence", "mentor", "peer"),
        "3 peers waiting for a supervisor (supervisor away)",
    ),
    (
        {f"{PEER}__certificate__competence": 3.0},
        Cause("competence", "peer", "peer"),
        "3 peer apprentices not yet able enough for the certificate (competence below the threshold)",
    ),
    (
        {"clients__waiting__care__group_forming": 3.0, "tier__peer__active": 4.0},
        Cause("group_forming", "peer", "peer"),
        "3 clients waiting for care (group still forming)",
    ),
    (
        {"clients__waiting__care__group_forming": 3.0, f"{PEER}__practice__no_client": 2.0},
        Cause("practice_individual", "peer", "peer"),
        None,
    ),
    (
        {"clients__waiting__care__group_forming": 3.0, f"{MENTOR}__vacancy__lag": 2.0},
        Cause("group_forming", "peer", "peer"),
        None,
    ),
    # Candidates on their way are no help to clients whose language nobody speaks.
    (
        {"clients__waiting__care__language": 3.0, f"{PEER}__course__trainer_hours": 6.0},
        Cause("language", "peer", "peer"),
        "3 clients waiting for care (nobody free who speaks the language)",
    ),
    # Too few at work, since they are away, idle, or never came.
    (
        {"clients__waiting__care__too_few_workers": 6.0, "tier__peer__not_deployed": 3.0},
        Cause("not_deployed", "peer", "peer"),
        "6 clients waiting for care (too few workers); 3 peers certified but not deployed",
    ),
    (
        {f"{PEER}__course__too_few_trainers": 6.0, "tier__mentor__absent": 2.0, f"{MENTOR}__vacancy__lag": 1.0},
        Cause("absence", "mentor", "mentor"),
        "6 candidates waiting for a peer course (too few trainers); 2 mentors away",
    ),
    (
        {f"{PEER}__course__too_few_trainers": 6.0, "tier__mentor__absent": 2.0, f"{MENTOR}__vacancy__lag": 3.0},
        Cause("vacancy_lag", "mentor", "mentor"),
        "6 candidates waiting for a peer course (too few trainers); 3 mentor vacancies (time that recruiting takes)",
    ),
    ({f"{MENTOR}__vacancy__pool_empty": 3.0}, Cause("pool_empty", "mentor", "mentor"), None),
    ({f"{MENTOR}__vacancy__promotion": 3.0}, Cause("promotion", "mentor", "mentor"), None),
    # A vacancy is named where nobody waits for anything else, a refresher only where there is no vacancy either.
    (
        {f"{MENTOR}__vacancy__lag": 5.0, f"{PEER}__course__calendar": 2.0},
        Cause("calendar", "peer", "peer"),
        None,
    ),
    (
        {f"{MENTOR}__vacancy__lag": 2.0, f"{PEER}__refresher__own_hours": 5.0},
        Cause("vacancy_lag", "mentor", "mentor"),
        None,
    ),
    ({f"{PEER}__refresher__own_hours": 5.0}, Cause("refresher_own_hours", "peer", "peer"), None),
    ({f"{PEER}__refresher__trainer_competence": 5.0}, Cause("trainer_competence", "mentor", "peer"), None),
    (
        {f"{PEER}__refresher__trainer_unsupervised": 5.0},
        Cause("refresher_multiple", "mentor", "peer", "trainer_unsupervised"),
        None,
    ),
    (
        {f"{PEER}__refresher__too_few_trainers": 5.0, f"{MENTOR}__course__trainer_hours": 3.0},
        Cause("training_hours", "boss", "mentor"),
        None,
    ),
    # Two sites: who is held up may be at the other one, unless nobody is at work at either.
    (
        {"clients__waiting__care__too_few_workers": 6.0, "tier__peer__not_deployed": 3.0, "tier__peer__active": 2.0},
        Cause("care_multiple", "peer", "peer", "too_few_workers"),
        "6 clients waiting for care (too few workers)",
    ),
    (
        {
            "clients__waiting__care__worker_unsupervised": 6.0,
            f"{PEER}__supervision_place__supervisor_span": 3.0,
            "tier__peer__active": 2.0,
        },
        Cause("care_multiple", "peer", "peer", "worker_unsupervised"),
        "6 clients waiting for care (workers unsupervised)",
    ),
    (FULL | {f"{PEER}__course__trainer_hours": 3.0}, Cause("caseload", "peer", "peer"), FULL_CARE),
    # Hours are short: what do they go to?
    (
        {
            f"{PEER}__course__trainer_hours": 3.0,
            "tier__mentor__hours__available": 80.0,
            "tier__mentor__hours__supervision_given": 48.0,
            "tier__mentor__hours__training_given": 12.0,
        },
        Cause("training_hours", "mentor", "peer"),
        "3 candidates waiting for a peer course (trainers short of hours); 60 % of mentor hours go to supervision of "
        "others",
    ),
    (
        {
            f"{PEER}__refresher__trainer_hours": 3.0,
            "tier__mentor__hours__available": 80.0,
            "tier__mentor__hours__training_given": 40.0,
        },
        Cause("refresher_hours", "mentor", "peer"),
        "3 peers waiting for a refresher (trainers short of hours); 50 % of mentor hours go to courses for others",
    ),
    # A constraint counts with its combinations: hours stand in the way of 4, alone or with more.
    (
        {
            f"{PEER}__course__trainer_hours": 2.0,
            f"{PEER}__course__no_room": 2.5,
            f"{PEER}__course__multiple": 2.0,
            f"{PEER}__course__multiple.too_few_candidates+trainer_hours": 2.0,
        },
        Cause("training_hours", "mentor", "peer"),
        None,
    ),
]


@pytest.mark.parametrize(("levels", "cause", "chain"), CAREERS)
def test_chain_of_careers(tmp_path: Path, levels: dict[str, float], cause: Cause, chain: str | None) -> None:
    found, said = traced(tmp_path, frames.CAREERS, **levels)
    assert found == cause
    assert chain is None or said == chain


def test_a_trainer_of_another_site_is_no_help_to_who_may_not_travel(tmp_path: Path) -> None:
    """Mentors are at one site, peers at two: which of them wait is not known, unless mentors go there."""
    levels = {f"{PEER}__course__too_few_trainers": 6.0, "tier__mentor__absent": 3.0, "tier__mentor__active": 2.0}
    assert traced(tmp_path, frames.CAREERS, **levels)[0] == Cause("absence", "mentor", "mentor")
    before, peer = frames.CAREERS.split("[tier.peer.training]")
    fixed = f"{before}[tier.peer.training]{peer.replace('across_sites = true', '')}"
    west = "[tier.mentor.site.west]\ninitial = 1\n[tier.boss.site.west]\ninitial = 1\n"
    found = traced(tmp_path, fixed + west, **levels)[0]
    assert found == Cause("training_multiple", "mentor", "peer", "too_few_trainers")


def test_a_cause_of_several_parts_belongs_to_who_waits_only_if_all_do(tmp_path: Path) -> None:
    several = "tier__peer__waiting__course__multiple"
    for tests, tier in (("too_few_candidates+no_room", "peer"), ("too_few_candidates+trainer_hours", "mentor")):
        found, _ = traced(tmp_path, frames.CAREERS, **{several: 3.0, f"{several}.{tests}": 3.0})
        assert found == Cause("training_multiple", tier, "peer", tests)
        assert [part.tier for part in found.parts if part.kind == "cohort"] == ["peer"]


def test_every_constraint_has_words_and_comes_to_a_kind() -> None:
    upstream = {"too_few_trainers", "trainer_unsupervised", "too_few_supervisors", "supervisor_unsupervised"}
    upstream |= {"too_few_workers", "worker_unsupervised"}
    for wait, tests in TESTS.items():
        assert set(CONSTRAINTS[wait]) == {*tests, MULTIPLE}
        assert {test for test in tests if not CONSTRAINTS[wait][test].cause} == upstream & set(tests)
        assert not upstream & set(tests) or CONSTRAINTS[wait][MULTIPLE].cause
    causes = {each.cause for constraints in CONSTRAINTS.values() for each in constraints.values()}
    assert causes - {""} <= set(CAUSES)
    assert set(WAIT_WORDS) == set(TESTS)


def test_a_cause_names_the_resource_and_who_lacks_it() -> None:
    assert Cause("supervision_hours", "lead_mentor", "peer").words == "lead mentor hours for peer supervision"
    assert Cause("recruitment", "peer", "peer").words == "too little peer recruitment"


def test_a_group_that_forms_is_told_only_where_nobody_else_waits_or_many_wait_for_it() -> None:
    """Some always wait for a group to fill: beside a single other client they lead no more."""
    import numpy as np

    from cascadesim.analysis.bottleneck.queues import _without_forming

    names = ("caseload", "group_forming", "multiple")
    parts = np.array([[0.9, 3.0, 0.0], [1.0, 3.0, 0.0], [0.0, 3.0, 1.0]])
    assert _without_forming(parts, names).tolist() == [[0.9, 3.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    assert _without_forming(parts[:, :2], ("caseload", "multiple")) is not None


PROGRAMME = """
schema = 1
horizon_weeks = 52
cascade = ["boss", "mentor", "peer"]

[tier.boss]
initial = 2
hours_per_week = 40

[tier.mentor]
initial = 2
hours_per_week = 40
training = { required = false }
supervision = { meeting_hours = 1, group_size = 4 }

[tier.peer]
intake = [{ week = 0, count = 12 }]
hours_per_week = 20
caseload = 3
training = { course_weeks = 2, max_cohort = 12, trainer_hours_per_week = 8, practice = "simulated" }
supervision = { meeting_hours = 1, group_size = 6, grace_weeks = 0 }

[clients]
sessions = 4
session_hours = 1
stream.all.referrals_per_week = 5
"""

BOSS_HOURS, MENTOR_HOURS, PEER_HOURS = (f"tier.{name}.hours_per_week=90" for name in ("boss", "mentor", "peer"))
CASELOAD, SPAN = "tier.peer.caseload=9", "tier.peer.supervision.max_supervisees=90"
SMALL_COURSES = ["tier.peer.training.max_cohort=1", "tier.peer.training.trainer_hours_per_week=36"]


@dataclass(frozen=True)
class Case:
    """What makes it scarce, the words for it, more of what is named, and more of others, one at a time."""

    scarce: Sequence[str]
    words: str
    named: str
    others: Sequence[str]


REMEDIES = [
    Case(SMALL_COURSES, "mentor hours for peer courses", MENTOR_HOURS, [BOSS_HOURS, PEER_HOURS, SPAN]),
    Case(
        ["tier.peer.supervision.preparation_hours=36", "tier.peer.supervision.group_size=2"],
        "mentor hours for peer supervision",
        MENTOR_HOURS,
        [BOSS_HOURS, PEER_HOURS, SPAN],
    ),
    Case(
        ["tier.peer.supervision.max_supervisees=2"],
        "the limit of peer supervisees to a mentor",
        SPAN,
        [BOSS_HOURS, MENTOR_HOURS, PEER_HOURS],
    ),
    Case(
        ["tier.peer.training.at_weeks=[30]"],
        "the dates of peer courses",
        "tier.peer.training.at_weeks=[10]",
        [BOSS_HOURS, MENTOR_HOURS, PEER_HOURS, SPAN],
    ),
    Case(
        ["tier.peer.intake=[{ week = 30, count = 12 }]"],
        "too little peer recruitment",
        "tier.peer.intake=[{ week = 10, count = 12 }]",
        [BOSS_HOURS, MENTOR_HOURS, PEER_HOURS, SPAN],
    ),
    Case(
        ["tier.peer.caseload=1"],
        "the peer caseload limit",
        "tier.peer.caseload=2",
        [BOSS_HOURS, MENTOR_HOURS, PEER_HOURS, SPAN],
    ),
    Case(
        ["tier.peer.hours_per_week=2"],
        "peer hours for clients",
        "tier.peer.hours_per_week=3",
        [BOSS_HOURS, MENTOR_HOURS, CASELOAD, SPAN],
    ),
    Case(
        ["tier.mentor.initial=0", "tier.mentor.intake=[{ week = 30, count = 2 }]"],
        "too little mentor recruitment",
        "tier.mentor.intake=[{ week = 10, count = 2 }]",
        [BOSS_HOURS, MENTOR_HOURS, PEER_HOURS, SPAN],
    ),
]


def outcome(folder: Path, sets: Sequence[str]) -> tuple[str, list[float]]:
    """What binds, in words, and how many client-weeks are waited in each of two replications."""
    scenario = frames.scenario(folder, PROGRAMME, sets)
    runs = replicate(scenario, 2, keep=keep_run)
    waits = [kpis["clients.waiting_mean"] * scenario.horizon_weeks for kpis in runs.kpis_frame().to_dict("records")]
    return find_bottleneck(scenario, runs.trajectories_frame()).sentence, waits


def test_with_enough_of_everything_no_resource_binds(tmp_path: Path) -> None:
    """Only the first course has to be waited for; the three weeks after it see to the queue."""
    _, waits = outcome(tmp_path, [])
    assert max(waits) < 30


@pytest.mark.parametrize("case", REMEDIES, ids=lambda case: case.words)
def test_more_of_the_root_cause_shortens_the_wait(tmp_path: Path, case: Case) -> None:
    sentence, before = outcome(tmp_path, case.scarce)
    assert sentence.startswith(f"Binding constraint: {case.words} ")
    _, after = outcome(tmp_path, [*case.scarce, case.named])
    assert all(new < 0.8 * old for old, new in zip(before, after, strict=True))
    for other in case.others:
        assert outcome(tmp_path, [*case.scarce, other])[1] == before, other
