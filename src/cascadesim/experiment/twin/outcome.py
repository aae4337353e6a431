"""What is asked of both engines, and what came of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

Found = dict[str, "Counter[str]"]
"""How often each mechanism occurred, by chapter (`mechanisms.py`) and name."""


@dataclass(frozen=True)
class Subject:
    """One scenario to run: that of a number (`seed`), of a file, or a document as `tomllib` gives it."""

    seed: int
    replication: int
    file: str = ""
    document: dict[str, Any] | None = None

    def __str__(self) -> str:
        return self.file or f"scenario {self.seed}"


@dataclass(frozen=True)
class Difference:
    """The first thing in which the engines differ: what it is, and how each has it.

    `row` is the number of the first row of the log that differs, -1 where the logs agree and something else does not;
    `simpy` and `compiled` are then the lines around it, in words.
    """

    what: str
    row: int = -1
    simpy: tuple[str, ...] = ()
    compiled: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """`rows` of the log, how many of them were `shared` (at the instant of another row), and what occurred in them.

    `valid` is False where the scenario is none that could be run; then there is nothing else.
    """

    subject: Subject
    valid: bool = True
    rows: int = 0
    shared: int = 0
    found: Found = field(default_factory=dict)
    difference: Difference | None = None
