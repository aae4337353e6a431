"""Selection, several tries at each of two stages, deployment: products of shares of independent people."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from cascadesim import simulate
from known_answers.judge import Verdict, known, share
from known_answers.spans import refuted

SELECTED, FIRST, SECOND, TRIES, DEPLOYED = 0.7, 0.6, 0.8, 3, 0.85


@cache
def people(*sets: str) -> dict[str, tuple[str, ...]]:
    """What happened to each of three thousand, in order."""
    run = simulate(known("many_gates", *sets), events=True)
    assert run.events is not None
    found: dict[str, list[str]] = {}
    for row in run.events.rows:
        event, key, tier, detail = row[3], row[5], row[6], row[8]
        if tier == "peer" and event in ("recruited", "entered_course", "stage_passed", "passed", "failed", "exited"):
            found.setdefault(key, []).append(detail if event == "exited" else event)
    return {key: tuple(events) for key, events in found.items()}


def through(chance: float, tries: int) -> float:
    """1 - (1 - p)^k."""
    return 1 - (1 - chance) ** tries


def gates(*sets: str) -> dict[str, Verdict]:
    """The share who get through each gate, of those who come to it."""
    stories = people(*sets).values()
    taught = [each for each in stories if "not_selected" not in each]
    second = [each for each in taught if "stage_passed" in each]
    passed = [each for each in second if "passed" in each]
    kept = [each for each in passed if "not_deployed" not in each]
    whole = SELECTED * through(FIRST, TRIES) * through(SECOND, TRIES) * DEPLOYED
    tries = Counter(each[: each.index("stage_passed")].count("entered_course") for each in second)
    return {
        "selected": share("selected", len(taught), len(stories), SELECTED),
        "first": share("first stage", len(second), len(taught), through(FIRST, TRIES)),
        "at once": share("first stage at once", tries[1], len(second), FIRST / through(FIRST, TRIES)),
        "second": share("second stage", len(passed), len(second), through(SECOND, TRIES)),
        "deployed": share("deployed", len(kept), len(passed), DEPLOYED),
        "all": share("all gates", len(kept), len(stories), whole),
    }


def test_gates() -> None:
    """Sees 6 of a hundred at every gate and in all."""
    found = gates()
    assert not refuted(list(found.values()))
    assert max(verdict.smallest_shift for verdict in found.values()) < 0.075
    assert {events[-1] for events in people().values()} == {"not_selected", "failed_training", "passed", "not_deployed"}


@pytest.mark.parametrize(
    ("key", "gate"),
    [
        ("training.selection_probability=0.78", "selected"),
        ("training.attempts=2", "first"),
        ("training.pass_probability=0.68", "at once"),
        ("training.stages=[{ }, { pass_probability = 0.6 }]", "second"),
        ("deployment_probability=0.93", "deployed"),
    ],
)
def test_a_planted_shift_is_seen(key: str, gate: str) -> None:
    assert not gates(f"tier.peer.{key}")[gate].agrees


def test_gates_are_independent() -> None:
    """Who needed more than one try at the first stage gets through later gates like others: sees 0.09 of them."""
    late = [
        each for each in people().values() if "stage_passed" in each and "failed" in each[: each.index("stage_passed")]
    ]
    passed = [each for each in late if "passed" in each]
    at_once = sum("failed" not in each[each.index("stage_passed") :] for each in passed)
    deployed = sum("not_deployed" not in each for each in passed)
    found = [
        share("second stage at once", at_once, len(passed), SECOND / through(SECOND, TRIES)),
        share("deployed", deployed, len(passed), DEPLOYED),
    ]
    assert not refuted(found)
    assert max(verdict.smallest_shift for verdict in found) < 0.12


def test_trainers() -> None:
    """Three thousand certified in a tier that trains, of whom 0.35 do; sees 6 of a hundred."""
    run = simulate(
        known(
            "many_gates",
            "tier.mentor.initial=3000",
            "tier.mentor.trains_probability=0.35",
            "tier.peer.intake=[{ week = 29, count = 1 }]",
        ),
        events=True,
    )
    assert run.events is not None
    without = sum(row[3] == "no_trainer" for row in run.events.rows)
    verdict = share("trainers", 3000 - without, 3000, 0.35)
    assert verdict.agrees, str(verdict)
    assert verdict.smallest_shift < 0.06
    assert not share("", 3000 - without, 3000, 0.42).agrees
