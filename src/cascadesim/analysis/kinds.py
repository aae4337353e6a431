"""The kinds of root causes: in words, and by the constraint that brings each about."""

from __future__ import annotations

from collections.abc import Sequence

from cascadesim.model.enums import Wait

CAUSES: dict[str, str] = {
    "supervision_hours": "{tier} hours for {waiting} supervision",
    "supervision_span": "the limit of {waiting} supervisees to a {tier}",
    "supervision_several": "{tier} supervision of {waiting} ({limits})",
    "training_hours": "{tier} hours for {waiting} courses",
    "training_several": "{waiting} courses ({limits})",
    "trainer_competence": "{tier} competence, too low to give {waiting} courses",
    "rooms": "rooms for {waiting} courses",
    "own_hours": "{waiting} hours, too few for their supervision",
    "calendar": "the dates of {waiting} courses",
    "gathering": "the time for {waiting} cohorts to gather",
    "cohort": "too little {waiting} recruitment to fill a course",
    "lead_time": "the length of {waiting} training",
    "apprenticeship": "the length of {waiting} practice before the certificate",
    "practice_clients": "too few clients for {waiting} practice",
    "practice_individual": "too few clients seen one at a time for {waiting} practice",
    "competence": "{waiting} competence, too low for the certificate",
    "absence": "{tier} absences",
    "not_deployed": "certified {tier} workers who are not deployed",
    "recruitment": "too little {waiting} recruitment",
    "vacancy_lag": "the time that it takes to fill {waiting} vacancies",
    "promotion": "the cases that future {waiting} workers have to end first",
    "pool_empty": "nobody left to recruit as {waiting}",
    "refresher_hours": "{tier} hours for {waiting} refreshers",
    "refresher_own_hours": "{waiting} hours, too few for their refreshers",
    "refresher_several": "{waiting} refreshers ({limits})",
    "caseload": "the {tier} caseload limit",
    "worker_hours": "{tier} hours for clients",
    "language": "too few {tier} workers who speak the clients' languages",
    "group_forming": "too few clients at one time to form a group",
    "care_several": "{tier} capacity ({limits})",
}
"""In words: `tier` owns the resource, `waiting` goes without, `limits` are the tests that fail together."""

KINDS: dict[Wait, dict[str, str]] = {
    Wait.COURSE: {
        "too_few_candidates": "cohort",
        "trainer_hours": "training_hours",
        "trainer_competence": "trainer_competence",
        "calendar": "calendar",
        "gathering": "gathering",
        "no_room": "rooms",
    },
    Wait.SEAT: {
        "supervisor_hours": "supervision_hours",
        "supervisor_span": "supervision_span",
        "own_hours": "own_hours",
        "supervisor_absent": "absence",
    },
    Wait.PRACTICE: {"no_client": "practice_clients"},
    Wait.CARE: {
        "caseload": "caseload",
        "worker_hours": "worker_hours",
        "language": "language",
        "group_forming": "group_forming",
    },
    Wait.REFRESHER: {
        "own_hours": "refresher_own_hours",
        "trainer_hours": "refresher_hours",
        "trainer_competence": "trainer_competence",
    },
    Wait.VACANCY: {"lag": "vacancy_lag", "promotion": "promotion", "pool_empty": "pool_empty"},
    Wait.CERTIFICATE: {"competence": "competence"},
}
"""What a constraint comes to where nobody upstream is held up. The rest come to the kinds below."""

SEVERAL_KINDS: dict[Wait, str] = {
    Wait.COURSE: "training_several",
    Wait.SEAT: "supervision_several",
    Wait.CARE: "care_several",
    Wait.REFRESHER: "refresher_several",
}
"""Several constraints at once, or people of the tier above who are unsupervised themselves."""

PRACTICE_ALONE = "practice_individual"
"""In place of `practice_clients` where some clients are seen in groups."""

OF_THE_WAITING = frozenset({"cohort", "calendar", "gathering", "rooms", "own_hours", "refresher_own_hours"})
"""Kinds that are no doing of the tier above: how the tier that waits is recruited, planned and paid."""


def owner(kinds: Sequence[str], above: int, waiting: int) -> int:
    """The level of the tier to which a cause of these kinds, one or several at once, belongs."""
    return waiting if OF_THE_WAITING.issuperset(kinds) else above


HOURS_KINDS = ("supervision_hours", "training_hours", "refresher_hours", "worker_hours")
"""Kinds of which one asks what else the hours go to."""
