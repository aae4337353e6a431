"""Many scenarios in both engines, until one shows a difference; that one is then made as small as it can be."""

from __future__ import annotations

import contextlib
import tomllib
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cascadesim.errors import EnvironmentFault
from cascadesim.experiment.twin.both import judge
from cascadesim.experiment.twin.mechanisms import every_name
from cascadesim.experiment.twin.outcome import Difference, Found, Outcome, Subject
from cascadesim.experiment.twin.shrink import shrink
from cascadesim.experiment.worker_pool import WorkerPool, in_processes
from cascadesim.scenario.generated.toml import to_toml
from cascadesim.scenario.generated.whole import seeded
from cascadesim.scenario.load import load

REPLICATIONS = 5
"""Scenario S runs as replication S modulo this: what depends on the number shows too."""
SHRINKING = 60.0
Ask = Callable[[Subject], Outcome]


@dataclass
class Search:
    """What came of all the scenarios; `failed` is the last outcome where the engines differ."""

    scenarios: int = 0
    invalid: int = 0
    rows: int = 0
    shared: int = 0
    found: Found = field(default_factory=lambda: {chapter: Counter() for chapter in every_name()})
    failed: Outcome | None = None

    def add(self, outcome: Outcome) -> None:
        """Count one more."""
        if not outcome.valid:
            self.invalid += 1
            return
        self.scenarios += 1
        self.rows += outcome.rows
        self.shared += outcome.shared
        for chapter, names in outcome.found.items():
            self.found[chapter].update(names)
        if outcome.difference is not None:
            self.failed = outcome


def subject_of(seed: int, file: str = "") -> Subject:
    """The scenario of a number, or one of a file run with that number as its seed."""
    return Subject(seed, seed % REPLICATIONS, file)


def search(
    seed: int, n: int, files: Sequence[str] = (), jobs: int = 1, progress: Callable[[int, int], None] | None = None
) -> Search:
    """Compare the engines on `files` and on `n` scenarios at random, those of `seed`, `seed` + 1, ...

    Numbers whose scenario could not be run are passed over. Stops at the first difference.
    """
    found, total = Search(), n + len(files)
    asked = [subject_of(each, file) for each, file in _first(seed, n, files)]
    following = seed + n
    with contextlib.closing(WorkerPool(judge)) as apart:
        while asked:
            with contextlib.closing(_answers(asked, jobs, apart)) as outcomes:
                for outcome in outcomes:
                    found.add(outcome)
                    if progress is not None:
                        progress(found.scenarios, total)
                    if found.failed is not None:
                        return found
            missing = total - found.scenarios
            asked, jobs = [subject_of(each) for each in range(following, following + missing)], 1
            following += missing
    return found


def _first(seed: int, n: int, files: Sequence[str]) -> Iterator[tuple[int, str]]:
    yield from ((seed, file) for file in files)
    yield from ((each, "") for each in range(seed, seed + n))


def _answers(asked: Sequence[Subject], jobs: int, apart: WorkerPool[Outcome]) -> Generator[Outcome]:
    """Each in its turn; a process that dies is found again by asking one at a time."""
    done = 0
    try:
        with contextlib.closing(in_processes(judge, asked if jobs > 1 else (), jobs)) as outcomes:
            for outcome in outcomes:
                done += 1
                yield outcome
    except EnvironmentFault as fault:
        if fault.problems[0].code != "worker_died":
            raise
    for subject in asked[done:]:
        yield ask(apart, subject)


def ask(apart: Ask, subject: Subject) -> Outcome:
    """What a process apart says of `subject`; its death is a difference."""
    try:
        return apart(subject)
    except EnvironmentFault as fault:
        if fault.problems[0].code != "worker_died":
            raise
        return Outcome(subject, difference=Difference("an engine ended the process", compiled=(str(fault),)))


def smallest(failed: Outcome, seconds: float = SHRINKING) -> tuple[str, Outcome]:
    """The scenario in which the engines differed, as TOML and as small as it gets in so many seconds; its outcome."""
    subject = failed.subject
    document = load(subject.file).resolved() if subject.file else seeded(subject.seed)
    best = [failed]
    with contextlib.closing(WorkerPool(judge)) as apart:

        def differs(data: dict[str, Any]) -> bool:
            outcome = ask(apart, replace(subject, file="", document=tomllib.loads(to_toml(data))))
            if outcome.valid and outcome.difference is not None:
                best[0] = outcome
                return True
            return False

        found = shrink(document, differs, seconds)
    return to_toml(found), replace(best[0], subject=replace(best[0].subject, file=subject.file))
