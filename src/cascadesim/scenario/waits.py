"""What can stand in the way of each wait of a scenario, by the names of `model/codes.py`.

A constraint that no mechanism of the scenario could bring about is left out of its results.
"""

from __future__ import annotations

NEEDS = {
    "no_room": "rooms",
    "trainer_competence": "able_trainers",
    "supervisor_absent": "absent_supervisors",
    "language": "mute",
    "group_forming": "groups",
    "promotion": "promotion",
    "pool_empty": "pool",
}
"""Constraints that only a mechanism (see `mechanisms.py`) brings about."""

WAITS = {"refresher": "refresher", "vacancy": "target", "certificate": "threshold"}
"""Waits that only a mechanism brings about."""


def possible(constraint: str, mechanisms: frozenset[str]) -> bool:
    """Whether this constraint, or every test of a combination `several.a+b`, can come about."""
    tests = constraint.removeprefix("several.").split("+")
    return all(NEEDS[test] in mechanisms for test in tests if test in NEEDS)


def awaited(wait: str, mechanisms: frozenset[str]) -> bool:
    """Whether anybody can come to wait for this."""
    return wait not in WAITS or WAITS[wait] in mechanisms
