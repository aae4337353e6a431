"""Who can wait for what in a programme, in words and columns; and how each queue stood, interval by interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from cascadesim.analysis.wording import named, workers_of
from cascadesim.model.constraints import COMBINATIONS, MULTIPLE, constraints_of, possible, waits_of
from cascadesim.model.counters import PURPOSES
from cascadesim.model.enums import Wait
from cascadesim.scenario import defaults
from cascadesim.scenario.compile import client_mechanisms, tier_mechanisms
from cascadesim.scenario.schema import Scenario


class Constraint(NamedTuple):
    """A constraint in words, and the root cause (of `root_causes.CAUSES`) that it is where nobody upstream is held up.

    One without a cause of its own is the cause of `multiple`: people of the tier above are themselves unsupervised.
    """

    words: str
    cause: str = ""


def _several(cause: str = "") -> dict[str, Constraint]:
    return {MULTIPLE: Constraint("several limits at once", cause)}


def _trainers(courses: str) -> dict[str, Constraint]:
    """What can be lacking in the trainers of courses, or of refreshers."""
    return {
        "too_few_trainers": Constraint("too few trainers"),
        "trainer_hours": Constraint("trainers short of hours", f"{courses}_hours"),
        "trainer_unsupervised": Constraint("trainers unsupervised"),
        "trainer_competence": Constraint("trainers not able enough", "trainer_competence"),
        **_several(f"{courses}_multiple"),
    }


CONSTRAINTS: dict[Wait, dict[str, Constraint]] = {
    Wait.COURSE: {
        "too_few_candidates": Constraint("too few candidates for a course", "cohort"),
        "calendar": Constraint("no course date yet", "calendar"),
        "gathering": Constraint("cohort still gathering", "gathering"),
        "no_room": Constraint("no room free", "rooms"),
        **_trainers("training"),
    },
    Wait.SUPERVISION_PLACE: {
        "too_few_supervisors": Constraint("too few supervisors"),
        "supervisor_hours": Constraint("supervisors short of hours", "supervision_hours"),
        "supervisor_span": Constraint("supervisors at their limit of supervisees", "supervision_span"),
        "supervisor_unsupervised": Constraint("supervisors unsupervised"),
        "own_hours": Constraint("own hours too few for supervision", "own_hours"),
        "supervisor_absent": Constraint("supervisor away", "absence"),
        **_several("supervision_multiple"),
    },
    Wait.PRACTICE: {"no_client": Constraint("no client to practise with", "practice_clients"), **_several()},
    Wait.CARE: {
        "too_few_workers": Constraint("too few workers"),
        "caseload": Constraint("every caseload full", "caseload"),
        "worker_hours": Constraint("workers short of hours", "worker_hours"),
        "worker_unsupervised": Constraint("workers unsupervised"),
        "language": Constraint("nobody free who speaks the language", "language"),
        "group_forming": Constraint("group still forming", "group_forming"),
        **_several("care_multiple"),
    },
    Wait.REFRESHER: {
        "own_hours": Constraint("own hours too few for a refresher", "refresher_own_hours"),
        **_trainers("refresher"),
    },
    Wait.VACANCY: {
        "lag": Constraint("time that recruiting takes", "vacancy_lag"),
        "promotion": Constraint("successor ending their cases", "promotion"),
        "pool_empty": Constraint("nobody left to recruit", "pool_empty"),
        **_several(),
    },
    Wait.CERTIFICATE: {"competence": Constraint("competence below the threshold", "competence"), **_several()},
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
    return " and ".join(CONSTRAINTS[wait][test].words for test in (tests or constraint).split("+"))


def sites_of(scenario: Scenario) -> dict[int, frozenset[str]]:
    """Where each tier, by its level, and the clients can be: a wait at one site is no reason for a wait at another.

    Trajectories add up the sites, so that of most programmes with several it is not known where a wait is.
    """
    sites = {level: frozenset(defaults.staff(scenario.tier[name])) for level, name in enumerate(scenario.cascade)}
    streams = scenario.clients.stream.values() if scenario.clients is not None else ()
    return sites | {CLIENTS: frozenset(stream.site or "" for stream in streams)}


STATES = ("active", "in_training", "apprentice", "absent", "not_deployed")
FORMING = "group_forming"


@dataclass(frozen=True, slots=True)
class QueueStates:
    """Means over some weeks, one entry a row in every list.

    `waiting`, `leading` (the dominant constraint, empty if nobody waits) and `tests` (what most of those under several
    fail, as `a+b`; empty if nobody is) are by queue, `people` by (level, state), without states that nobody can be in;
    `busy` is by level the purpose that takes most of the tier's hours, and its share of them; `in_care` is the number
    of clients in care, 0 without clients.
    """

    waiting: dict[Queue, list[float]]
    leading: dict[Queue, list[str]]
    tests: dict[Queue, list[str]]
    people: dict[tuple[int, str], list[float]]
    busy: list[list[tuple[str, float]]]
    in_care: list[float]


@dataclass(frozen=True)
class QueueTrajectories:
    """Trajectories as an array: `values[replication, week, column]`, `ends` and `lengths` of the intervals in weeks."""

    columns: tuple[str, ...]
    values: np.ndarray
    ends: np.ndarray
    lengths: np.ndarray


def read_queues(scenario: Scenario, trajectories: pd.DataFrame) -> QueueTrajectories:
    """The columns that the bottleneck is read from, as an array. Every replication has the same weeks, in order.

    The intervals are those in the window that `measure_from_week` opens; where none lies in it, the last one.
    """
    columns = [name for queue in queues(scenario) for name in queue_columns(scenario, queue).values()]
    columns += [name for queue in queues(scenario) for name in combination_columns(scenario, queue).values()]
    some = [f"tier.{tier}.{state}" for tier in scenario.cascade for state in STATES]
    some += [f"tier.{tier}.hours.{hours}" for tier in scenario.cascade for hours in ("available", *PURPOSES)]
    columns += [name for name in (*some, "clients.in_care") if name in trajectories.columns]
    runs = trajectories["replication"].nunique()
    ends = trajectories["week"].to_numpy(dtype=float)[: len(trajectories) // runs]
    values = trajectories[columns].to_numpy(dtype=float).reshape(runs, len(ends), len(columns))
    lengths = np.diff(ends, prepend=0.0)
    opens = min(int((ends - lengths < scenario.measure_from_week).sum()), len(ends) - 1)
    return QueueTrajectories(tuple(columns), values[:, opens:], ends[opens:], lengths[opens:])


def _waiting(
    scenario: Scenario, queue: Queue, index: dict[str, int], values: np.ndarray
) -> tuple[np.ndarray, tuple[str, ...], np.ndarray, tuple[str, ...]]:
    """(sizes by constraint, the constraints, sizes by combination of tests, the combinations) of a queue.

    Sizes are in the last axis, which in `values` has the columns that `index` numbers.
    """
    columns, sets = queue_columns(scenario, queue), combination_columns(scenario, queue)
    parts, together = (values[..., [index[column] for column in some.values()]] for some in (columns, sets))
    return parts, tuple(columns), together, tuple(sets)


def leading_constraint(
    parts: np.ndarray, names: Sequence[str], sets: np.ndarray, combinations: Sequence[str]
) -> np.ndarray:
    """The dominant of the constraints in the last axis of `parts` (`multiple` last), empty where nobody waits.

    `multiple` dominates only where more than half of those who wait are booked under it. Otherwise it is the test that
    stands in most people's way, alone or as one of the `combinations` of which `sets` has the sizes in its last axis.
    """
    single, several = parts[..., :-1], parts[..., -1]
    assert names[-1] == MULTIPLE
    inside = np.array([[name in tests.split("+") for name in names[:-1]] for tests in combinations], dtype=float)
    leading = np.array(names, dtype=object)[(single + sets @ inside.reshape(-1, len(names) - 1)).argmax(axis=-1)]
    leading = np.where(several > single.sum(axis=-1), MULTIPLE, leading)
    return np.where(parts.sum(axis=-1) > 0, leading, "")


def largest(parts: np.ndarray, names: Sequence[str]) -> list[str]:
    """For each row of `parts` the name of its largest column, empty where all are 0 (or there is none)."""
    if not names:
        return [""] * len(parts)
    most = np.array(names, dtype=object)[parts.argmax(axis=-1)]
    return [str(name) for name in np.where(parts.sum(axis=-1) > 0, most, "")]


def queue_states(scenario: Scenario, columns: Sequence[str], values: np.ndarray) -> QueueStates:
    """The states in the rows of `values`, whose columns are named by `columns`."""
    index = {name: number for number, name in enumerate(columns)}
    waiting, leading, tests = {}, {}, {}
    for queue in queues(scenario):
        parts, names, sets, combinations = _waiting(scenario, queue, index, values)
        waiting[queue] = parts.sum(axis=1).tolist()
        leading[queue] = leading_constraint(_without_forming(parts, names), names, sets, combinations).tolist()
        tests[queue] = largest(sets, combinations)
    people = {
        (level, state): values[:, index[f"tier.{tier}.{state}"]].tolist()
        for level, tier in enumerate(scenario.cascade)
        for state in STATES
        if f"tier.{tier}.{state}" in index
    }
    busy = [_busy(tier, index, values) for tier in scenario.cascade]
    in_care = values[:, index["clients.in_care"]].tolist() if scenario.clients is not None else [0.0] * len(values)
    return QueueStates(waiting, leading, tests, people, busy, in_care)


def _without_forming(parts: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """Without those whose group is still forming, wherever others wait too: there are always some of them."""
    if FORMING not in names:
        return parts
    others, forming = parts.copy(), parts[:, names.index(FORMING)]
    others[parts.sum(axis=1) - forming >= 1.0, names.index(FORMING)] = 0.0
    return others


def _busy(tier: str, index: dict[str, int], values: np.ndarray) -> list[tuple[str, float]]:
    purposes = [purpose for purpose in PURPOSES if f"tier.{tier}.hours.{purpose}" in index]
    hours = values[:, [index[f"tier.{tier}.hours.{purpose}"] for purpose in purposes]]
    available = values[:, index[f"tier.{tier}.hours.available"]]
    shares = hours.max(axis=1) / np.where(available > 0, available, np.inf)
    return list(zip(largest(hours, purposes), shares.tolist(), strict=True))


@dataclass(frozen=True)
class WaitRow:
    """What waited under one constraint, in the average run: `waits` says who, `tier` is empty for clients.

    `unit_weeks` are person-weeks or client-weeks, `share` is of all that this queue waited, `weeks_dominant` for how
    long it was the queue's dominant constraint.
    """

    waits: str
    wait: str
    tier: str
    constraint: str
    words: str
    unit_weeks: float
    share: float
    weeks_dominant: float


def wait_rows(scenario: Scenario, trajectories: QueueTrajectories) -> tuple[WaitRow, ...]:
    """One row for each constraint that anybody waited under, queue by queue."""
    index = {name: number for number, name in enumerate(trajectories.columns)}
    rows = []
    for queue in queues(scenario):
        wait, level = queue
        parts, names, sets, combinations = _waiting(scenario, queue, index, trajectories.values)
        areas = (parts * trajectories.lengths[None, :, None]).sum(axis=1).mean(axis=0)
        leading = leading_constraint(parts, names, sets, combinations)
        tier = scenario.cascade[level] if level >= 0 else ""
        waits = wait_words(wait, tier)
        for number, name in enumerate(names):
            if areas[number] > 0:
                weeks = float(((leading == name) * trajectories.lengths).sum(axis=1).mean())
                area, share = float(areas[number]), float(areas[number] / areas.sum())
                words = constraint_words(wait, name)
                rows.append(WaitRow(waits, wait.name.lower(), tier, name, words, area, share, weeks))
    return tuple(rows)
