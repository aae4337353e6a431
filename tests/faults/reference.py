"""The small study that everything is tried on, and what its stores say, found without the code that is tried."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import sqlite3
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from faults.commands import Commands, Ended

STUDY = """
scenario = "small.toml"
design = "grid"
replications = 12
seed = 5
outcomes = ["clients.started", "clients.completed"]
trajectories = ["clients.waiting"]
[factors]
"tier.alpha.initial" = [2, 3, 4]
"tier.beta.hours_per_week" = [0.001, 12, 16]
"""
"""Nine points of two cells; those of 0.001 hours are no scenario."""
TASKS, INVALID = 18, 6
CODE = 5
"""How a whole sweep of it ends, since some of its points cannot be run."""
QUICK: dict[str, list[Any]] = {"alone": [], "pace": [60, 2000]}
"""Without worker processes, on disk after every third cell or so."""


class Reference:
    """A study in a folder, and what an undisturbed sweep of it leaves."""

    def __init__(self, commands: Commands, folder: Path, study: str = STUDY, code: int = CODE) -> None:
        self.commands, self.folder, self.code = commands, folder, code
        self.thorough = commands.thorough
        self.shards: list[Path] = []
        shutil.copy(commands.small, folder)
        self.study = folder / "study.toml"
        self.study.write_text(study, encoding="utf-8")
        done = self.sweep(folder / "whole")
        assert done.code == code, done
        self.whole = folder / "whole"
        self.tasks = done.json["tasks"]
        self.tables = digests(self.whole)

    def new(self) -> Path:
        """A folder that is not there yet."""
        return Path(tempfile.mkdtemp(dir=self.folder)) / "out"

    def copy(self, of: Path) -> Path:
        """A copy of a store, to be spoilt."""
        place = self.new()
        shutil.copytree(of, place)
        return place

    def sweep(self, place: Path, *options: object, acts: dict[str, list[Any]] | None = None, line: int = 0) -> Ended:
        acts = QUICK if acts is None else acts
        return self.commands.run("sweep", self.study, "-o", place, "--json", *options, acts=acts, last_line=line)

    def on(
        self, command: str, place: Path, *options: object, acts: dict[str, list[Any]] | None = None, line: int = 0
    ) -> Ended:
        """`resume` or `doctor` on a store."""
        acts = QUICK if acts is None else acts
        return self.commands.run(command, place, "--json", *options, acts=acts, last_line=line)

    def finish(self, place: Path, figures: Counter[str]) -> None:
        """Resume to the end, and count what was lost, done twice, or came out otherwise."""
        before = acknowledged(place)
        log = place.parent / "computed"
        log.unlink(missing_ok=True)
        done = self.on("resume", place, acts=QUICK | {"log_tasks": [str(log)]})
        if done.code == 4 and done.json["errors"][0]["code"] == "no_store" and not before:
            figures["killed before there was a store"] += 1
            done = self.sweep(place, acts=QUICK | {"log_tasks": [str(log)]})
        assert done.code == self.code, done
        computed = list(map(int, log.read_text().split())) if log.exists() else []
        figures["acknowledged"] += len(before)
        figures["acknowledged lost"] += max(0, len(before) - done.json["already_done"])
        figures["recovered"] += max(0, done.json["already_done"] - len(before))
        figures["done twice"] += len(before & set(computed)) + len(computed) - len(set(computed))
        figures["sums that do not add up"] += self.tasks != done.json["already_done"] + done.json["computed"]
        figures["tables that differ"] += digests(place) != self.tables
        left = {path.name for path in place.iterdir()} - {"damaged"}
        figures["files left over"] += left != {path.name for path in self.whole.iterdir()}
        figures["files left over"] += any(path.name.startswith(".") for path in place.glob("*/*"))


def acknowledged(place: Path) -> set[int]:
    """The cells in a store's record, as SQLite itself gives them, from a copy: a reader may tidy up."""
    if not (place / "store.sqlite").exists():
        return set()
    with tempfile.TemporaryDirectory() as scratch:
        for path in place.glob("store.sqlite*"):
            with contextlib.suppress(FileNotFoundError):  # what is beside one at work comes and goes
                shutil.copy(path, scratch)
        record = sqlite3.connect(Path(scratch) / "store.sqlite")
        try:
            return {task for (task,) in record.execute("SELECT task FROM tasks WHERE status <> 'died'")}
        except sqlite3.OperationalError as fault:
            assert "no such table" in str(fault), fault
            return set()
        finally:
            record.close()


def digests(place: Path) -> dict[str, str]:
    """SHA-256 of every table of a finished sweep."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (place / "tables").glob("*.parquet")}
