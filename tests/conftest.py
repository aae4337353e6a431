"""A small programme of three tiers that runs in milliseconds: what the tests of the outer layers run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cascadesim import Scenario, load
from cascadesim.engine.backends import VARIABLE

ON_SIMPY = ("engine", "auditor")
"""Folders of tests that are about the SimPy engine; the compiled one is held to it by those in `devtools`."""

SMALL = """
schema = 1
horizon_weeks = 30
report_weeks = [10, 30]
replications = 4
cascade = ["alpha", "beta", "gamma"]

[tier.alpha]
hours_per_week = 20
initial = 2

[tier.beta]
hours_per_week = 12
intake = [{ week = 0, count = 4 }]
training.when = "ready"
training.course_weeks = 2
training.min_cohort = 2
training.max_cohort = 8
training.trainer_hours_per_week = 6
training.practice = "simulated"
training.practice_weeks = 2
supervision = { group_size = 4, meeting_hours = 1, interval_weeks = 1, max_supervisees = 8 }

[tier.gamma]
hours_per_week = 6
intake = [{ week = 4, count = 8 }]
caseload = 2
training.when = "ready"
training.course_weeks = 2
training.min_cohort = 2
training.max_cohort = 12
training.trainer_hours_per_week = 4
training.practice = "clients"
training.practice_cases = 1
supervision = { group_size = 4, meeting_hours = 1, interval_weeks = 1, max_supervisees = 8 }
events.leaves.time_to_event = { dist = "exponential", rate_per_year = 0.3 }

[clients]
sessions = 3
session_hours = 1.5
start_probability = 0.9
stream.town.referrals_per_week = 1.5
"""


@pytest.fixture(scope="session")
def small_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scenario") / "small.toml"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def small(small_file: Path) -> Scenario:
    return load(small_file)


def pytest_configure(config: pytest.Config) -> None:
    """Compile the engine once, before the workers of a parallel run would all begin to."""
    if not hasattr(config, "workerinput") and os.environ.get(VARIABLE) != "simpy":
        subprocess.run([sys.executable, "-m", "cascadesim", "compile"], check=True, stdout=subprocess.DEVNULL)


@pytest.fixture(autouse=True)
def _engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for no engine gets SimPy in these folders, and what users get elsewhere."""
    folder = request.path.relative_to(Path(__file__).parent).parts[0]
    if VARIABLE not in os.environ and folder in ON_SIMPY:
        monkeypatch.setenv(VARIABLE, "simpy")
