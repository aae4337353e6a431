"""The constraint that a wait is booked under is what would shorten it: in paired runs, with the same luck.

One programme has enough of everything. Each case takes one thing away; then that constraint must bind, more of the
named resource must shorten the wait a head, and more of what is not named must leave it as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from cascadesim import load, replicate
from cascadesim.model.codes import TESTS
from engine.scene import write

AMPLE = """
horizon_weeks = 60
cascade = ["boss", "mentor", "peer"]

[tier.boss]
initial = 2
hours_per_week = 40

[tier.mentor]
initial = 2
hours_per_week = 80

[tier.mentor.training]
required = false

[tier.mentor.supervision]
meeting_hours = 1
group_size = 4
grace_weeks = 0

[tier.peer]
initial = 4
recruits_per_week = 0.6
hours_per_week = 40
caseload = 8

[tier.peer.training]
course_weeks = 2
max_cohort = 6
trainer_hours_per_week = 8
practice = "clients"
practice_cases = 1

[tier.peer.supervision]
meeting_hours = 1
group_size = 4
grace_weeks = 0

[clients]
sessions = 3
session_hours = 1

[clients.stream.all]
referrals_per_week = 4
"""

LATE_BOSS = ("tier.boss.initial=0", "tier.boss.intake=[{ week = 40, count = 2 }]")
MORE_RECRUITS = "tier.peer.recruits_per_week=1.2"
MORE_BOSSES, MORE_MENTORS = "tier.boss.initial=4", "tier.mentor.initial=4"
MENTOR_HOURS, PEER_HOURS = "tier.mentor.hours_per_week=160", "tier.peer.hours_per_week=80"
SPAN, CASELOAD = "tier.peer.supervision.max_supervisees=99", "tier.peer.caseload=16"
FEW_REFERRALS = "clients.stream.all.referrals_per_week=0.5"


@dataclass(frozen=True)
class Case:
    """What is taken away, more of the named resource, and more of others (one at a time)."""

    wait: str
    constraint: str
    scarce: Sequence[str]
    named: str
    others: Sequence[str]


CASES = [
    Case(
        "course",
        "too_few_candidates",
        ["tier.peer.training.min_cohort=6"],
        MORE_RECRUITS,
        [MORE_MENTORS, MENTOR_HOURS, MORE_BOSSES],
    ),
    Case(
        "course",
        "too_few_trainers",
        ["tier.peer.training.trainers_per_course=3", "tier.mentor.intake=[{ week = 50, count = 1 }]"],
        MORE_MENTORS,
        [MENTOR_HOURS, MORE_BOSSES],
    ),
    Case(
        "course",
        "trainer_hours",
        ["tier.peer.training.trainer_hours_per_week=70", "tier.peer.training.max_cohort=1"],
        MENTOR_HOURS,
        [MORE_BOSSES, PEER_HOURS, SPAN],
    ),
    Case(
        "course",
        "trainer_unsupervised",
        [*LATE_BOSS],
        "tier.boss.intake=[{ week = 20, count = 2 }]",
        [MENTOR_HOURS, MORE_MENTORS, SPAN],
    ),
    Case(
        "course",
        "calendar",
        ["tier.peer.training.at_weeks=[20, 40]"],
        "tier.peer.training.at_weeks=[10, 20, 30, 40]",
        [MORE_MENTORS, MENTOR_HOURS, MORE_BOSSES],
    ),
    Case(
        "course",
        "gathering",
        ["tier.peer.training.gather_weeks=8", "tier.peer.training.max_cohort=20"],
        "tier.peer.training.gather_weeks=4",
        [MORE_MENTORS, MENTOR_HOURS, MORE_BOSSES],
    ),
    Case(
        "seat",
        "too_few_supervisors",
        ["tier.mentor.initial=0", "tier.mentor.intake=[{ week = 30, count = 2 }]"],
        "tier.mentor.intake=[{ week = 15, count = 2 }]",
        [MENTOR_HOURS, MORE_BOSSES, SPAN],
    ),
    Case(
        "seat",
        "supervisor_hours",
        ["tier.peer.supervision.preparation_hours=40"],
        MENTOR_HOURS,
        [SPAN, MORE_BOSSES, PEER_HOURS],
    ),
    Case(
        "seat",
        "supervisor_span",
        ["tier.peer.supervision.max_supervisees=5"],
        "tier.peer.supervision.max_supervisees=10",
        [MENTOR_HOURS, MORE_BOSSES, PEER_HOURS],
    ),
    Case(
        "seat",
        "supervisor_unsupervised",
        ["tier.peer.training.required=false", *LATE_BOSS],
        "tier.boss.intake=[{ week = 20, count = 2 }]",
        [MENTOR_HOURS, MORE_MENTORS, SPAN],
    ),
    Case(
        "seat",
        "own_hours",
        [
            'tier.peer.hours_per_week={ dist = "discrete", values = [4, 40], probabilities = [0.5, 0.5] }',
            "tier.peer.supervision.meeting_hours=5",
        ],
        'tier.peer.hours_per_week={ dist = "discrete", values = [8, 40], probabilities = [0.5, 0.5] }',
        [MORE_MENTORS, MENTOR_HOURS, MORE_BOSSES, SPAN],
    ),
    Case(
        "practice",
        "no_client",
        ["clients.stream.all.referrals_per_week=0.3"],
        "clients.stream.all.referrals_per_week=0.6",
        [MENTOR_HOURS, MORE_BOSSES, PEER_HOURS, CASELOAD],
    ),
    Case(
        "care",
        "too_few_workers",
        [
            FEW_REFERRALS,
            "tier.peer.initial=0",
            "tier.peer.recruits_per_week=0",
            "tier.peer.training.required=false",
            "tier.peer.intake=[{ week = 30, count = 6 }]",
        ],
        "tier.peer.intake=[{ week = 15, count = 6 }]",
        [PEER_HOURS, CASELOAD, MENTOR_HOURS, MORE_BOSSES],
    ),
    Case(
        "care",
        "caseload",
        ["tier.peer.recruits_per_week=0", "tier.peer.caseload=3"],
        "tier.peer.caseload=4",
        [PEER_HOURS, MENTOR_HOURS, MORE_BOSSES, MORE_MENTORS],
    ),
    Case(
        "care",
        "worker_hours",
        ["tier.peer.recruits_per_week=0", "tier.peer.hours_per_week=4"],
        "tier.peer.hours_per_week=5",
        [CASELOAD, MENTOR_HOURS, MORE_BOSSES, MORE_MENTORS],
    ),
    Case(
        "care",
        "worker_unsupervised",
        [
            FEW_REFERRALS,
            "tier.peer.recruits_per_week=0",
            "tier.mentor.initial=0",
            "tier.mentor.intake=[{ week = 30, count = 2 }]",
        ],
        "tier.mentor.intake=[{ week = 15, count = 2 }]",
        [PEER_HOURS, CASELOAD, MENTOR_HOURS, MORE_BOSSES],
    ),
]
REPLICATIONS = 2
CODES = {wait.name.lower(): tests for wait, tests in TESTS.items()}


def waits(folder: Path, sets: Sequence[str], wait: str) -> list[dict[str, float]]:
    """For each replication: constraint -> weeks of this wait a head, and `all` for their sum."""
    scenario = load(write(folder, AMPLE), sets)
    prefix, heads = ("clients", "clients.referred") if wait == "care" else ("tier.peer", "tier.peer.recruited")
    found = []
    for kpis in replicate(scenario, REPLICATIONS):
        names = {name: f"{prefix}.waiting.{wait}.{name}_weeks" for name in (*CODES[wait], "several")}
        each = {name: kpis.get(kpi, 0.0) / kpis[heads] for name, kpi in names.items()}
        found.append(each | {"all": sum(each.values())})
    return found


def test_every_constraint_has_a_case() -> None:
    assert {(case.wait, case.constraint) for case in CASES} == {
        (w, test) for w, tests in CODES.items() for test in tests
    }


@pytest.mark.parametrize("wait", CODES)
def test_with_enough_of_everything_hardly_anybody_waits(tmp_path: Path, wait: str) -> None:
    """Apprentices still wait for the next client to be referred, about a quarter of a week."""
    assert max(each["all"] for each in waits(tmp_path, [], wait)) < (0.5 if wait == "practice" else 1e-9)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.wait}-{case.constraint}")
def test_more_of_what_binds_shortens_the_wait(tmp_path: Path, case: Case) -> None:
    before = waits(tmp_path, case.scarce, case.wait)
    for each in before:
        assert each["all"] > 0.1
        assert each[case.constraint] > 0.9 * each["all"]
    after = waits(tmp_path, [*case.scarce, case.named], case.wait)
    for old, new in zip(before, after, strict=True):
        assert new["all"] < 0.8 * old["all"]
    for other in case.others:
        assert waits(tmp_path, [*case.scarce, other], case.wait) == before, other
