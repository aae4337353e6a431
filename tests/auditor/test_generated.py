"""A few hundred generated scenarios, each run once and audited; each mechanism happens in enough of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from generate import scenarios, to_toml
from hypothesis import HealthCheck, Phase, given, note, settings

from auditor.audit import replay_all
from auditor.occurrences import occurrences
from auditor.rows import Row, rows_of
from cascadesim import ScenarioError, load, simulate
from cascadesim.model.codes import SEVERAL, TESTS, Event
from cascadesim.model.layout import PURPOSES

EXAMPLES = 500
ENOUGH = 20
MOSTLY_VALID = 0.9

EVENTS = {event.name.lower() for event in Event}
CONSTRAINTS = {f"waiting.{wait.name.lower()}.{test}" for wait, tests in TESTS.items() for test in tests}
SEVERAL_BIND = {f"waiting.{wait}.{SEVERAL}" for wait in ("course", "seat", "care")}
ENDINGS = {
    *(f"group_closed: {how}" for how in ("empty", "merged", "dissolved")),
    *(f"course_ended: {how}" for how in ("held", "empty", "cancelled")),
    *(f"dropped_out: {why}" for why in ("continue", "no_shows")),
    *(f"exit: {why}" for why in ("clock", "fixed date", "failed_training", "gave_up_waiting", "not_certified")),
    "client lost with the worker",
    "hand-over patience ends",
    "notice overtaken by another exit",
    "two notices at once",
}
WAYS = {
    *(f"session: {how}" for how in ("supervised", "unsupervised")),
    *(f"recruited: {how}" for how in ("initial", "intake", "poisson")),
    *(f"certified after practice: {how}" for how in ("clients", "simulated")),
    "certified without practice",
    "simulated practice interrupted",
    "supervised again after a lapse",
    "substitute trainer",
    "two courses at once",
    "dated course",
    "course after gathering",
    "course full before gathering ends",
    "apprentice takes extra hours",
    "a tier above the last delivers",
    "tier without training",
    "tier without supervision delivers",
    "overtime",
    "most rows share their instant",
}
MECHANISMS = EVENTS | CONSTRAINTS | SEVERAL_BIND | ENDINGS | WAYS | set(PURPOSES)


def audited(path: Path, toml: str) -> set[str]:
    """Load, run and audit one scenario; what happened in it. Fails with every broken rule."""
    path.write_text(toml, encoding="utf-8")
    scenario = load(path)
    run = simulate(scenario, events=True)
    assert run.events is not None
    rows = [Row(*row[1:]) for row in run.events.rows]
    trajectories = (run.trajectories.columns, run.trajectories.rows)
    replay, faults = replay_all(scenario.resolved(), rows, run.kpis, trajectories)
    assert simulate(scenario).kpis == run.kpis, "keeping the log has changed the numbers"
    assert not faults, "\n".join(f"{fault.rule} {fault.check}: {fault.says}" for fault in faults[:20])
    return occurrences(replay, rows)


@pytest.mark.slow
def test_generated_scenarios_keep_every_rule(tmp_path: Path) -> None:
    seen: Counter[str] = Counter()
    drawn: list[bool] = []

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(scenarios())
    def run(document: dict[str, Any]) -> None:
        toml = to_toml(document)
        note(toml)
        try:
            found = audited(tmp_path / "generated.toml", toml)
        except ScenarioError:
            drawn.append(False)
            return
        drawn.append(True)
        seen.update(found)

    run()
    assert sum(drawn) >= MOSTLY_VALID * len(drawn)
    rare = {name: seen[name] for name in sorted(MECHANISMS) if seen[name] < ENOUGH}
    assert not rare, f"too rare in {sum(drawn)} runs: {rare}"


def test_an_events_table_is_read_as_the_rows_are(tmp_path: Path) -> None:
    """The auditor reads a DataFrame of the log as well."""
    path = tmp_path / "small.toml"
    path.write_text(
        'horizon_weeks = 4\ncascade = ["only"]\n[tier.only]\ninitial = 2\nhours_per_week = 5\n', encoding="utf-8"
    )
    run = simulate(load(path), events=True)
    assert run.events is not None
    assert rows_of(run.events_frame()) == [Row(*row[1:]) for row in run.events.rows]
