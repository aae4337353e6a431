"""The waits of the C-phase and the constraints that they are booked under, in words."""

from __future__ import annotations

from collections.abc import Mapping

from cascadesim.model.codes import SEVERAL, Wait

CONSTRAINT_WORDS: dict[Wait, dict[str, str]] = {
    Wait.COURSE: {
        "too_few_candidates": "too few candidates for a course",
        "too_few_trainers": "too few trainers",
        "trainer_hours": "trainers short of hours",
        "trainer_unsupervised": "trainers unsupervised",
        "calendar": "no course date yet",
        "gathering": "cohort still gathering",
        SEVERAL: "several at once",
    },
    Wait.SEAT: {
        "too_few_supervisors": "too few supervisors",
        "supervisor_hours": "supervisors short of hours",
        "supervisor_span": "supervisors at their limit of supervisees",
        "supervisor_unsupervised": "supervisors unsupervised",
        "own_hours": "own hours too few for supervision",
        SEVERAL: "several at once",
    },
    Wait.PRACTICE: {"no_client": "no client to practise with", SEVERAL: "several at once"},
    Wait.CARE: {
        "too_few_workers": "too few workers",
        "caseload": "every worker's caseload full",
        "worker_hours": "workers short of hours",
        "worker_unsupervised": "workers unsupervised",
        SEVERAL: "several at once",
    },
}

WAIT_WORDS = {
    Wait.COURSE: "{tier} waiting for a course",
    Wait.SEAT: "{tier} waiting for a supervisor",
    Wait.PRACTICE: "{tier} waiting for a practice client",
    Wait.CARE: "clients waiting for care",
}


def dominant(parts: Mapping[str, float]) -> str:
    """The constraint under which most of a wait is booked; `several` only where that is more than half of it.

    `parts` gives the number waiting under each, not all zero.
    """
    single = {name: value for name, value in parts.items() if name != SEVERAL}
    several = parts.get(SEVERAL, 0.0)
    if several > sum(single.values()):
        return SEVERAL
    return max(single, key=lambda name: single[name])
