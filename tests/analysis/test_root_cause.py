"""The root cause that is named is what would help: in paired runs, with the same luck.

Clients wait in each of these programmes, every time for another reason upstream. More of what is named must shorten
their waits; more of what is not named must leave them exactly as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from analysis import frames
from cascadesim import replicate
from cascadesim.analysis.bottleneck.detection import find_bottleneck
from cascadesim.experiment.replicate import keep_run

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


CASES = [
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


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.words)
def test_more_of_the_root_cause_shortens_the_wait(tmp_path: Path, case: Case) -> None:
    sentence, before = outcome(tmp_path, case.scarce)
    assert sentence.startswith(f"What binds: {case.words} ")
    _, after = outcome(tmp_path, [*case.scarce, case.named])
    assert all(new < 0.8 * old for old, new in zip(before, after, strict=True))
    for other in case.others:
        assert outcome(tmp_path, [*case.scarce, other])[1] == before, other
