"""Generated scenarios, each run and audited on one engine or the other; each mechanism happens in enough of them.

That both engines give the same is tested in `tests/twins`, so that another scenario tells more than another engine.
`CASCADESIM_EXAMPLES=2000 python -m pytest tests/auditor/test_generated.py` runs more of them.
"""

from __future__ import annotations

import contextlib
import os
import random
from collections import Counter
from pathlib import Path

import pytest
from engines import ENGINES
from generate import seeded, to_toml

from auditor.audit import replay_all
from auditor.occurrences import occurrences
from auditor.programme import BUILT_IN
from auditor.rows import Row, rows_of
from cascadesim import ScenarioError, load, simulate
from cascadesim.devtools.random_scenarios.choices import Choices
from cascadesim.devtools.random_scenarios.limits import LIMITS
from cascadesim.model.constraints import COMBINATIONS, MULTIPLE, TESTS
from cascadesim.model.counters import PURPOSES
from cascadesim.model.enums import Event
from cascadesim.model.measures.costs import CLIENT_LINES, TIER_LINES

EXAMPLES = int(os.environ.get("CASCADESIM_EXAMPLES", "340"))
ENOUGH = 3
MOSTLY_VALID = 0.9
DAY = 1_440

EVENTS = {event.name.lower() for event in Event}
CONSTRAINTS = {f"waiting.{wait.name.lower()}.{test}" for wait, tests in TESTS.items() for test in tests}
SEVERAL_BIND = {f"waiting.{wait.name.lower()}.{MULTIPLE}" for wait, sets in COMBINATIONS.items() if sets}
ENDINGS = {
    *(f"group_closed: {how}" for how in ("empty", "merged", "dissolved")),
    *(f"{course}_ended: {how}" for course in ("course", "refresher") for how in ("held", "empty", "cancelled")),
    *(f"client_group_ended: {how}" for how in ("held", "empty", "dissolved")),
    *(f"dropped_out: {why}" for why in ("continue", "no_shows")),
    *(f"exit: {why}" for why in ("clock", "fixed date", "shock", *BUILT_IN)),
    "client lost with the worker",
    "hand-over patience ends",
    "handed over after a pause",
    "left while in care",
    "left while waiting",
    "notice overtaken by another exit",
    "suspended group dissolved",
    "two notices at once",
}
WORKERS = {
    *(f"recruited: {how}" for how in ("initial", "intake", "poisson", "vacancy", "promotion")),
    *(f"certified after practice: {how}" for how in ("clients", "simulated")),
    *(f"substitute trainer of a {kind}" for kind in ("course", "refresher")),
    *(f"trainer of a {kind} from another site" for kind in ("course", "refresher")),
    "a tier above the last delivers",
    "absent before training is over",
    "absent from work",
    "apprentice takes extra hours",
    "certified without practice",
    "course after gathering",
    "course full before gathering ends",
    "course of a later stage",
    "dated course",
    "overtime",
    "passed at a later attempt",
    "promoted at the limit",
    "promoted before the limit",
    "refresher made up for",
    "refresher of several",
    "simulated practice interrupted",
    "struck again by the same reason",
    "supervised again after a lapse",
    "supervisor from another site",
    "a tier without supervision delivers",
    "an independent tier delivers",
    "tier without training",
    "two courses at once",
}
CLIENTS = {
    *(f"session: {how}" for how in ("supervised", "unsupervised")),
    *(f"joined_group: {how}" for how in ("started", "not_starting")),
    *(f"{event}: interpreter" for event in ("started", "not_starting", "resumed", "facilitator_joined")),
    "dated referral",
    "referral with a language",
    "several facilitators",
    "substitute facilitator",
    "urgent referral",
}
INSTANTS = {"most rows share their instant"}
DRAWN = {
    *(
        f"struck by {clock} {outcome}"
        for clock in ("exponential", "weibull", "life_table", "date", "shock")
        for outcome in ("exit", "hours", "absence")
    ),
    "a state acts on referrals",
}
LEDGER = {"cost.programme", "cost.organisation", *(f"cost.clients.{line}" for line in CLIENT_LINES)}
LEDGER |= {f"cost.tier.{line}" for line in TIER_LINES}
MECHANISMS = EVENTS | CONSTRAINTS | SEVERAL_BIND | ENDINGS | WORKERS | CLIENTS | INSTANTS | set(PURPOSES)
MECHANISMS |= DRAWN | LEDGER
RARE = {
    "facilitator_joined: interpreter",
    "promoted at the limit",
    "waiting.refresher.trainer_competence",
}
"""One run is enough for these."""


def audited(path: Path, toml: str, engine: str) -> set[str]:
    """Load one scenario, run it on this engine and audit the run; what happened in it. Fails with every broken rule."""
    path.write_text(toml, encoding="utf-8")
    scenario = load(path)
    run = simulate(scenario, events=True, engine=engine)
    assert run.events is not None
    rows = [Row(*row[1:]) for row in run.events.rows]
    trajectories = (run.trajectories.columns, run.trajectories.rows)
    replay, faults = replay_all(scenario.resolved(), rows, run.kpis, trajectories, luck=(run.seed, run.replication))
    assert simulate(scenario, engine=engine).kpis == run.kpis, "keeping the log has changed the numbers"
    assert not faults, "\n".join(f"{fault.rule} {fault.check}: {fault.says}" for fault in faults[:20])
    return occurrences(replay, rows)


@pytest.mark.slow
def test_generated_scenarios_keep_every_rule(tmp_path: Path) -> None:
    """Even seeds on SimPy, odd ones on the compiled engine; what has happened is counted over all of them."""
    seen: Counter[str] = Counter()
    valid = 0
    broken: dict[int, str] = {}
    for seed in range(EXAMPLES):
        try:
            engine = ENGINES[seed % len(ENGINES)]
            seen.update(audited(tmp_path / "generated.toml", to_toml(seeded(seed)), engine))
        except ScenarioError:
            continue
        except AssertionError as error:
            broken[seed] = f"on {engine}: {error}"
        valid += 1
    assert not broken, "\n".join(f"seed {seed}: {says}" for seed, says in broken.items())
    assert valid >= MOSTLY_VALID * EXAMPLES
    rare = {name: seen[name] for name in sorted(MECHANISMS) if seen[name] < (1 if name in RARE else ENOUGH)}
    assert not rare, f"too rare in {valid} runs: {rare}"


@pytest.mark.parametrize("name", LIMITS)
def test_at_a_limit_every_rule_is_kept(tmp_path: Path, name: str) -> None:
    """Plans with as many languages, sites, tiers, stages, attempts or weeks of the report as there can be."""
    reached = 0
    for seed in range(40):
        before, document = seeded(seed, limits=False), seeded(seed, limits=False)
        LIMITS[name](Choices(random.Random(seed).randint, DAY), document)
        if document != before and reached < 3:
            with contextlib.suppress(ScenarioError):  # not every plan at random is one
                audited(tmp_path / "limit.toml", to_toml(document), ENGINES[seed % len(ENGINES)])
                reached += 1
    assert reached == 3


def test_an_events_table_is_read_as_the_rows_are(tmp_path: Path) -> None:
    """The auditor reads a DataFrame of the log as well."""
    path = tmp_path / "small.toml"
    path.write_text(
        'horizon_weeks = 4\ncascade = ["only"]\n[tier.only]\ninitial = 2\nhours_per_week = 5\n', encoding="utf-8"
    )
    run = simulate(load(path), events=True)
    assert run.events is not None
    assert rows_of(run.events_frame()) == [Row(*row[1:]) for row in run.events.rows]
