"""The waits of the C-phase and the constraints that they are booked under, in words."""

from __future__ import annotations

from cascadesim.model.codes import COMBINATIONS, SEVERAL, Wait
from cascadesim.model.layout import TIER_WAITS, constraint_names
from cascadesim.scenario.schema import Scenario

CONSTRAINT_WORDS: dict[Wait, dict[str, str]] = {
    Wait.COURSE: {
        "too_few_candidates": "too few candidates for a course",
        "too_few_trainers": "too few trainers",
        "trainer_hours": "trainers short of hours",
        "trainer_unsupervised": "trainers unsupervised",
        "calendar": "no course date yet",
        "gathering": "cohort still gathering",
        SEVERAL: "several limits at once",
    },
    Wait.SEAT: {
        "too_few_supervisors": "too few supervisors",
        "supervisor_hours": "supervisors short of hours",
        "supervisor_span": "supervisors at their limit of supervisees",
        "supervisor_unsupervised": "supervisors unsupervised",
        "own_hours": "own hours too few for supervision",
        SEVERAL: "several limits at once",
    },
    Wait.PRACTICE: {"no_client": "no client to practise with", SEVERAL: "several limits at once"},
    Wait.CARE: {
        "too_few_workers": "too few workers",
        "caseload": "every caseload full",
        "worker_hours": "workers short of hours",
        "worker_unsupervised": "workers unsupervised",
        SEVERAL: "several limits at once",
    },
}

WAIT_WORDS = {
    Wait.COURSE: "candidates waiting for a {tier} course",
    Wait.SEAT: "{tier} workers waiting for a supervisor",
    Wait.PRACTICE: "{tier} apprentices waiting for a practice client",
    Wait.CARE: "clients waiting for care",
}

Queue = tuple[Wait, int]
"""Who waits: the wait and the level of the tier, -1 for clients."""

CARE: Queue = (Wait.CARE, -1)


def queues(scenario: Scenario) -> list[Queue]:
    """Every queue that the scenario has: clients first, then course, seat and practice of each tier from the top."""
    care = [CARE] if scenario.clients is not None else []
    return care + [(wait, level) for level in range(len(scenario.cascade)) for wait in TIER_WAITS]


def queue_columns(scenario: Scenario, queue: Queue) -> dict[str, str]:
    """The trajectory column of each constraint of a queue, `several` last."""
    wait, level = queue
    owner = "clients" if wait == Wait.CARE else f"tier.{scenario.cascade[level]}"
    return {name: f"{owner}.waiting.{wait.name.lower()}.{name}" for name in constraint_names(wait)}


def combination_columns(scenario: Scenario, queue: Queue) -> dict[str, str]:
    """The trajectory column of each set of tests that `several` stands for in a queue."""
    several = queue_columns(scenario, queue)[SEVERAL]
    return {tests: f"{several}.{tests}" for tests in COMBINATIONS[queue[0]]}


def constraint_words(wait: Wait, constraint: str, tests: str = "") -> str:
    """A constraint in words; `several` as the tests that it stands for (`a+b`), where they are known."""
    words = CONSTRAINT_WORDS[wait]
    return " and ".join(words[test] for test in tests.split("+")) if tests else words[constraint]
