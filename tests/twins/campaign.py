"""One fault at a time: planted in a copy of the package, looked for by `verify twin`, and taken out again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from twins.table import HERE, SOURCE, Fault

REPOSITORY = HERE.parents[1]
SCENARIOS, SEED = 200, 1
MINUTES = 30
DIFFERENT = 1


@dataclass(frozen=True)
class Verdict:
    """What became of a fault: how many scenarios it took until the engines differed (0: they never did), and how."""

    fault: Fault
    scenarios: int
    how: str

    def __str__(self) -> str:
        found = f"found after {self.scenarios}: {self.how}" if self.scenarios else f"NOT FOUND in {SCENARIOS}"
        return f"{self.fault}: {found}"


def copy_to(folder: Path) -> Path:
    """A copy of the package. All faults go into one, so that the engine is compiled for those of `compiled` only."""
    shutil.copytree(REPOSITORY / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def judge(fault: Fault, repository: Path) -> Verdict:
    """Plant the fault, compare the engines, and take it out."""
    unchanged = fault.plant(repository)
    try:
        return _verdict(fault, repository)
    finally:
        (repository / SOURCE / fault.file).write_text(unchanged, encoding="utf-8")


def _verdict(fault: Fault, repository: Path) -> Verdict:
    options = ("--n", str(SCENARIOS), "--seed", str(SEED), "--json", "--shrink-seconds", "0")
    environment = {
        **os.environ,
        "PYTHONPATH": str(repository / "src"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "CASCADESIM_CACHE": str(repository / "cache"),
    }
    command = [sys.executable, "-m", "cascadesim", "verify", "twin", *options]
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=60 * MINUTES, check=False
        )
    except subprocess.TimeoutExpired:
        return Verdict(fault, SCENARIOS, "a run without end")
    if done.returncode not in (0, DIFFERENT):
        raise RuntimeError(f"{fault}: {command} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    told = json.loads(done.stdout)
    if done.returncode == 0:
        return Verdict(fault, 0, "")
    different = told["difference"]
    return Verdict(fault, told["scenarios"], f"{different['scenario']}, {different['what']}")
