"""One mutant at a time: a copy of the repository, the change, and the tests until one fails."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from mutants.table import HERE, SOURCE, Mutant

REPOSITORY = HERE.parents[1]
COPIED = ("src", "tests", "scenarios", "docs", "README.md", "pyproject.toml")
EVERYTHING = ("engine", "model", "known_answers", "metamorphic", "auditor", "analysis", "test_scenarios.py")
"""What is asked after the likely tests, in this order: everything that runs the model."""
MINUTES = 20
HANG = "a run without end"
_FAILED = re.compile(r"^(?:FAILED|ERROR) tests/(.+?)(?: - .*)?$", re.MULTILINE)


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: the test that failed, `HANG`, or empty where all of them passed."""

    mutant: Mutant
    caught_by: str

    def __str__(self) -> str:
        return f"{self.mutant.name}: {self.caught_by or 'SURVIVED'}"


def copy_to(folder: Path) -> Path:
    """A copy of what the tests need; compiled files come along, since times of change are kept."""
    for name in COPIED:
        origin, target = REPOSITORY / name, folder / name
        if origin.is_dir():
            shutil.copytree(origin, target, ignore=shutil.ignore_patterns("benchmarks", ".hypothesis"))
        elif origin.exists():
            shutil.copy2(origin, target)
    return folder


def first_failure(repository: Path, paths: tuple[str, ...]) -> str:
    """The name of the first test of these that fails; empty if none does."""
    there = [f"tests/{path}" for path in paths if (repository / "tests" / path.partition("::")[0]).exists()]
    if not there:
        return ""
    how = ("-x", "-rfE", "--tb=no", "--no-header", "-p", "no:cacheprovider", f"--basetemp={repository / 'temporary'}")
    command = [sys.executable, "-m", "pytest", *how, *there]
    environment = {
        **os.environ,
        "PYTHONPATH": str(repository / "src"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "CASCADESIM_ENGINE": "simpy",  # which is what the faults are planted in
    }
    try:
        done = subprocess.run(
            command, cwd=repository, env=environment, capture_output=True, text=True, timeout=60 * MINUTES, check=False
        )
    except subprocess.TimeoutExpired:
        return HANG
    if done.returncode == 0:
        return ""
    named = _FAILED.search(done.stdout)
    if named is None:
        raise RuntimeError(f"pytest ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return named.group(1)


def judge(mutant: Mutant, only_likely: bool = False) -> Verdict:
    """Run the tests against the mutant, the likely ones first; the one that fails must pass without the mutant."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        repository = copy_to(Path(folder))
        unchanged = mutant.apply(repository)
        for paths in (mutant.likely,) if only_likely else (mutant.likely, EVERYTHING):
            caught_by = first_failure(repository, paths)
            if not caught_by:
                continue
            (repository / SOURCE / mutant.file).write_text(unchanged, encoding="utf-8")
            if caught_by != HANG and first_failure(repository, (caught_by,)):
                raise RuntimeError(f"{caught_by} fails without the mutant {mutant.name} too")
            return Verdict(mutant, caught_by)
    return Verdict(mutant, "")
