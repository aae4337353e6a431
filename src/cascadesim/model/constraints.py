"""What can stand in the way of those who wait: the tests of each wait, and the sets of them that are counted (R12.1).

A constraint is one test that fails alone, or `multiple`. Which of them a tier or the clients can have follows from
their mechanisms (`scenario/compile.py`); the others are left out of results.
"""

from __future__ import annotations

from itertools import combinations

from cascadesim.model.enums import Wait

TESTS: dict[Wait, tuple[str, ...]] = {
    Wait.COURSE: (
        "calendar",
        "too_few_candidates",
        "gathering",
        "no_room",
        "too_few_trainers",
        "trainer_hours",
        "trainer_unsupervised",
        "trainer_competence",
    ),
    Wait.SUPERVISION_PLACE: (
        "own_hours",
        "supervisor_absent",
        "too_few_supervisors",
        "supervisor_hours",
        "supervisor_span",
        "supervisor_unsupervised",
    ),
    Wait.PRACTICE: ("no_client",),
    Wait.CARE: ("group_forming", "too_few_workers", "caseload", "worker_hours", "worker_unsupervised", "language"),
    Wait.REFRESHER: ("own_hours", "too_few_trainers", "trainer_hours", "trainer_unsupervised", "trainer_competence"),
    Wait.VACANCY: ("lag", "promotion", "pool_empty"),
    Wait.CERTIFICATE: ("competence",),
}
"""The tests of each wait in the order in which the event log names those that fail together."""

_LISTED_LATER: dict[Wait, tuple[str, ...]] = {
    Wait.COURSE: ("calendar", "gathering", "no_room", "trainer_competence"),
    Wait.SUPERVISION_PLACE: ("own_hours", "supervisor_absent"),
    Wait.CARE: ("group_forming",),
}
"""Tests that results list after the others of their wait."""

MULTIPLE = "multiple"


def _sets(tests: tuple[str, ...]) -> tuple[str, ...]:
    """Every set of two or more of these tests, as `a+b`, smaller ones first."""
    return tuple("+".join(chosen) for size in range(2, len(tests) + 1) for chosen in combinations(tests, size))


_TRAINERS = ("trainer_hours", "trainer_unsupervised", "trainer_competence")
_NO_TRAINER = ("too_few_trainers", *_TRAINERS, *_sets(_TRAINERS))
_NO_COHORT = (
    "too_few_candidates",
    "gathering",
    "no_room",
    "too_few_candidates+no_room",
    "gathering+no_room",
)
COMBINATIONS: dict[Wait, tuple[str, ...]] = {
    Wait.COURSE: (
        *_NO_COHORT[3:],
        *(f"{cohort}+{trainers}" for cohort in _NO_COHORT for trainers in _NO_TRAINER),
        *_sets(_TRAINERS),
    ),
    Wait.SUPERVISION_PLACE: _sets(TESTS[Wait.SUPERVISION_PLACE][3:]),
    Wait.PRACTICE: (),
    Wait.CARE: _sets(TESTS[Wait.CARE][2:]),
    Wait.REFRESHER: _sets(_TRAINERS),
    Wait.VACANCY: (),
    Wait.CERTIFICATE: (),
}
"""The sets of tests that `multiple` may stand for; each is booked beside it, as `multiple.` and the tests."""

TIER_WAITS = (Wait.COURSE, Wait.SUPERVISION_PLACE, Wait.PRACTICE, Wait.REFRESHER, Wait.VACANCY, Wait.CERTIFICATE)

_WAIT_NEEDS = {Wait.REFRESHER: "refresher", Wait.VACANCY: "target", Wait.CERTIFICATE: "threshold"}
_TEST_NEEDS = {
    "no_room": "rooms",
    "trainer_competence": "able_trainers",
    "supervisor_absent": "absent_supervisors",
    "language": "mute",
    "group_forming": "groups",
    "promotion": "promotion",
    "pool_empty": "pool",
}
"""Waits and tests that only a mechanism brings about."""


def constraint_names(wait: Wait) -> tuple[str, ...]:
    """The single tests of a wait, then `multiple`, in the order of results."""
    later = _LISTED_LATER.get(wait, ())
    return (*sorted(TESTS[wait], key=later.__contains__), MULTIPLE)


def booked_names(wait: Wait) -> tuple[str, ...]:
    """What time spent waiting is booked under: the constraints, then what `multiple` stands for."""
    return (*constraint_names(wait), *(f"{MULTIPLE}.{tests}" for tests in COMBINATIONS[wait]))


def possible(constraint: str, mechanisms: frozenset[str]) -> bool:
    """Whether this constraint, or every test of a combination `multiple.a+b`, can come about."""
    tests = constraint.removeprefix(f"{MULTIPLE}.").split("+")
    return all(_TEST_NEEDS[test] in mechanisms for test in tests if test in _TEST_NEEDS)


def waits_of(mechanisms: frozenset[str]) -> tuple[Wait, ...]:
    """The waits of a tier with these mechanisms."""
    return tuple(wait for wait in TIER_WAITS if wait not in _WAIT_NEEDS or _WAIT_NEEDS[wait] in mechanisms)


def constraints_of(wait: Wait, mechanisms: frozenset[str]) -> tuple[str, ...]:
    """The constraints of a wait that can come about."""
    return tuple(name for name in constraint_names(wait) if possible(name, mechanisms))


def booked_of(wait: Wait, mechanisms: frozenset[str]) -> tuple[str, ...]:
    """The same, and what `multiple` can stand for (`multiple.caseload+worker_hours`)."""
    return tuple(name for name in booked_names(wait) if possible(name, mechanisms))
