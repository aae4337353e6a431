"""The faults of `faults.toml`, each in what one runtime does in a way of its own: planted in a copy of the package,
looked for by `verify engines`, and taken out again.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[3]
SOURCE = Path("src") / "cascadesim"
ENGINES = ("simpy", "compiled")
SCENARIOS, SEED = 200, 1
MINUTES = 30
DIFFERENT = 1


@dataclass(frozen=True)
class Fault:
    """In `file` (below src/cascadesim), which only `engine` runs, the text `old`, which occurs once, becomes `new`.

    `found_after` is how many scenarios it took until the engines differed, when all faults were last tried.
    """

    name: str
    engine: str
    bug: str
    file: str
    old: str
    new: str
    found_after: int

    def __str__(self) -> str:
        return f"{self.name} ({self.engine})"

    def occurs(self, repository: Path) -> int:
        """How often the old text occurs; once, or the fault has to be written again."""
        return (repository / SOURCE / self.file).read_text(encoding="utf-8").count(self.old)

    def plant(self, repository: Path) -> str:
        """Change the source of this copy; the file as it was is returned."""
        if self.occurs(repository) != 1:
            raise ValueError(f"{self}: its old text has to occur once in {self.file}; write the fault again")
        path = repository / SOURCE / self.file
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(self.old, self.new), encoding="utf-8")
        return text


def faults() -> list[Fault]:
    """Every fault, in the order of the file."""
    rows = tomllib.loads(Path(__file__).with_name("faults.toml").read_text(encoding="utf-8"))
    return [Fault(name, **row) for name, row in rows.items()]


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
    """A copy of the package, into which one fault after the other goes."""
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
    command = [sys.executable, "-m", "cascadesim", "verify", "engines", *options]
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=60 * MINUTES, check=False
        )
    except subprocess.TimeoutExpired:
        return Verdict(fault, SCENARIOS, "a run without end")
    if done.returncode not in (0, DIFFERENT):
        raise RuntimeError(f"{fault}: {command} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    result = json.loads(done.stdout)
    if done.returncode == 0:
        return Verdict(fault, 0, "")
    difference = result["difference"]
    return Verdict(fault, result["scenarios"], f"{difference['scenario']}, {difference['what']}")
