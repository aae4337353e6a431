"""Who waits in the C-phase, under which constraints and at which sites; in words, and as columns of trajectories."""

from __future__ import annotations

from cascadesim.analysis.wording import named, workers_of
from cascadesim.model.constraints import COMBINATIONS, MULTIPLE, constraints_of, possible, waits_of
from cascadesim.model.enums import Wait
from cascadesim.scenario import defaults
from cascadesim.scenario.mechanisms import client_mechanisms, tier_mechanisms
from cascadesim.scenario.schema import Scenario

_MULTIPLE = {MULTIPLE: "several limits at once"}
_TRAINERS = {
    "too_few_trainers": "too few trainers",
    "trainer_hours": "trainers short of hours",
    "trainer_unsupervised": "trainers unsupervised",
    "trainer_competence": "trainers not able enough",
    **_MULTIPLE,
}
CONSTRAINT_WORDS: dict[Wait, dict[str, str]] = {
    Wait.COURSE: {
        "too_few_candidates": "too few candidates for a course",
        "calendar": "no course date yet",
        "gathering": "cohort still gathering",
        "no_room": "no room free",
        **_TRAINERS,
    },
    Wait.SUPERVISION_PLACE: {
        "too_few_supervisors": "too few supervisors",
        "supervisor_hours": "supervisors short of hours",
        "supervisor_span": "supervisors at their limit of supervisees",
        "supervisor_unsupervised": "supervisors unsupervised",
        "own_hours": "own hours too few for supervision",
        "supervisor_absent": "supervisor away",
        **_MULTIPLE,
    },
    Wait.PRACTICE: {"no_client": "no client to practise with", **_MULTIPLE},
    Wait.CARE: {
        "too_few_workers": "too few workers",
        "caseload": "every caseload full",
        "worker_hours": "workers short of hours",
        "worker_unsupervised": "workers unsupervised",
        "language": "nobody free who speaks the language",
        "group_forming": "group still forming",
        **_MULTIPLE,
    },
    Wait.REFRESHER: {"own_hours": "own hours too few for a refresher", **_TRAINERS},
    Wait.VACANCY: {
        "lag": "time that recruiting takes",
        "promotion": "successor ending their cases",
        "pool_empty": "nobody left to recruit",
        **_MULTIPLE,
    },
    Wait.CERTIFICATE: {"competence": "competence below the threshold", **_MULTIPLE},
}

WAIT_WORDS = {
    Wait.COURSE: "candidates waiting for a {tier} course",
    Wait.SUPERVISION_PLACE: "{tier_workers} waiting for a supervisor",
    Wait.PRACTICE: "{tier} apprentices waiting for a practice client",
    Wait.CARE: "clients waiting for care",
    Wait.REFRESHER: "{tier_workers} waiting for a refresher",
    Wait.VACANCY: "{tier} vacancies",
    Wait.CERTIFICATE: "{tier} apprentices not yet able enough for the certificate",
}


def wait_words(wait: Wait, tier: str) -> str:
    """Who waits for what: `peers waiting for a supervisor`."""
    return WAIT_WORDS[wait].format(tier=named(tier), tier_workers=workers_of(tier))


CLIENTS = -1
"""The level of those who wait for care."""

Queue = tuple[Wait, int]
"""Who waits: the wait and the level of the tier, `CLIENTS` for clients."""

CARE: Queue = (Wait.CARE, CLIENTS)


def queues(scenario: Scenario) -> list[Queue]:
    """Every queue that the scenario has: clients first, then those of each tier from the top."""
    care = [CARE] if scenario.clients is not None else []
    levels = range(len(scenario.cascade))
    return care + [(wait, level) for level in levels for wait in waits_of(tier_mechanisms(scenario, level))]


def _mechanisms(scenario: Scenario, queue: Queue) -> frozenset[str]:
    if queue[1] >= 0:
        return tier_mechanisms(scenario, queue[1])
    assert scenario.clients is not None
    return client_mechanisms(scenario, scenario.clients)


def queue_columns(scenario: Scenario, queue: Queue) -> dict[str, str]:
    """The trajectory column of each constraint of a queue, `multiple` last."""
    wait, level = queue
    owner = "clients" if wait == Wait.CARE else f"tier.{scenario.cascade[level]}"
    names = constraints_of(wait, _mechanisms(scenario, queue))
    return {name: f"{owner}.waiting.{wait.name.lower()}.{name}" for name in names}


def combination_columns(scenario: Scenario, queue: Queue) -> dict[str, str]:
    """The trajectory column of each set of tests that `multiple` stands for in a queue."""
    several = queue_columns(scenario, queue)[MULTIPLE]
    mechanisms = _mechanisms(scenario, queue)
    return {tests: f"{several}.{tests}" for tests in COMBINATIONS[queue[0]] if possible(tests, mechanisms)}


def constraint_words(wait: Wait, constraint: str, tests: str = "") -> str:
    """A constraint in words; `multiple` as the tests that it stands for (`a+b`), where they are known."""
    words = CONSTRAINT_WORDS[wait]
    return " and ".join(words[test] for test in tests.split("+")) if tests else words[constraint]


class TierSites:
    """Where each tier, by its level, and the clients can be: a wait at one site is no reason for a wait at another.

    Trajectories add up the sites, so that of most programmes with several it is not known where a wait is.
    """

    def __init__(self, scenario: Scenario) -> None:
        self._tiers = [scenario.tier[name] for name in scenario.cascade]
        streams = scenario.clients.stream.values() if scenario.clients is not None else ()
        self._sites = {level: frozenset(defaults.staff(tier)) for level, tier in enumerate(self._tiers)}
        self._sites[CLIENTS] = frozenset(stream.site or "" for stream in streams)

    def at_one_site(self, waiting: int, others: int) -> bool:
        """Whether both are at one site, the same."""
        return len(self._sites[waiting] | self._sites[others]) == 1

    def at_same_sites(self, waiting: int, others: int) -> bool:
        """Whether both are at the same sites: who is lacking everywhere is lacking at each of them."""
        return self._sites[waiting] == self._sites[others]

    def may_travel(self, wait: Wait, level: int) -> bool:
        """Whether those whom this tier waits for may come from another site."""
        tier = self._tiers[level]
        return tier.supervision.across_sites if wait == Wait.SUPERVISION_PLACE else tier.training.across_sites
