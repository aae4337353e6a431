"""Every command works on every generated plan that `check` accepts, and what `check` refuses every command refuses.

`CASCADESIM_PLANS=500 python -m pytest tests/cli/test_every_command.py` tries more plans than those of every day.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from generate import seeded, to_toml

from .conftest import Command

PLANS = int(os.environ.get("CASCADESIM_PLANS", "16"))
RUNS = ("--replications", 2, "--jobs", 1, "--engine", "simpy")
FAULTY = 3

STUDY = """
scenario = "plan.toml"
replications = 2
design = { kind = "grid" }
outcomes = ["tier.TIER.active_at_week_WEEK", "tier.TIER.certified"]
trajectories = ["tier.TIER.active"]
[factors]
"tier.TIER.caseload" = [1, 5]
"""


def refused(cascadesim: Command) -> None:
    """What `check` refuses, others refuse with the same problems."""
    assert cascadesim("run", "plan.toml", "--no-figures", *RUNS).code == FAULTY
    assert cascadesim("capacity", "plan.toml", *RUNS).code == FAULTY


def plain(cascadesim: Command) -> None:
    """What prints, or writes a folder or a file."""
    for arguments in (
        ("check", "plan.toml", "--json"),
        ("capacity", "plan.toml", "--json", *RUNS),
        ("validate", "plan.toml", *RUNS),
        ("compare", "plan.toml", "plan.toml", *RUNS),
        ("migrate", "plan.toml", "--check"),
        ("run", "plan.toml", "--no-figures", "--events", "--csv", "-o", "out", *RUNS),
        ("run", "--from", "out/manifest.json", "--no-figures", "--json", "-o", "again"),
        ("compare", "out", "again", "-o", "table.csv"),
    ):
        told = cascadesim(*arguments)
        assert told.code == 0, (arguments, told.err[-2000:])


def drawn(cascadesim: Command, tier: str, week: int) -> None:
    """What draws, and a sweep with all that follows it."""
    Path("study.toml").write_text(STUDY.replace("TIER", tier).replace("WEEK", str(week)), encoding="utf-8")
    for arguments in (
        ("explain", f"tier.{tier}.caseload"),
        ("diagram", "plan.toml", "-o", "plan.svg"),
        ("run", "plan.toml", "-o", "pictures", *RUNS),
        ("check", "study.toml"),
        ("sweep", "study.toml", "-o", "swept", "--jobs", 1, "--engine", "simpy", "-q"),
        ("analyse", "swept"),
        ("plot", "swept"),
        ("doctor", "swept"),
        ("rerun", "swept", "--task", 0, "--engine", "simpy"),
        ("merge", "swept", "-o", "merged"),
    ):
        told = cascadesim(*arguments)
        assert told.code == 0, (arguments, told.out[-500:], told.err[-2000:])


def accepted(cascadesim: Command, seed: int) -> bool:
    """Write the plan of this number; whether `check` accepts it."""
    Path("plan.toml").write_text(to_toml(seeded(seed)), encoding="utf-8")
    checked = cascadesim("check", "plan.toml")
    assert checked.code in (0, FAULTY), checked.err
    return checked.code == 0


@pytest.mark.parametrize("seed", range(PLANS))
def test_on_generated_plans(cascadesim: Command, seed: int) -> None:
    if accepted(cascadesim, seed):
        plain(cascadesim)
    else:
        refused(cascadesim)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(0, PLANS, 8))
def test_drawn_and_swept(cascadesim: Command, seed: int) -> None:
    if accepted(cascadesim, seed):
        plan = seeded(seed)
        drawn(cascadesim, plan["cascade"][-1], plan["horizon_weeks"])
