"""What a check is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from auditor.replay import Replay
from auditor.rows import Row

Finder = Callable[[Replay, Row], Iterator[str]]
RestFinder = Callable[[Replay], Iterator[str]]


class Fault(NamedTuple):
    """One broken rule: the name of the check, the rule, and where and how it was broken."""

    check: str
    rule: str
    minute: int
    row: int
    says: str


@dataclass(frozen=True)
class Check:
    """One rule, looked at `before` or `after` each row `on` these events (none: every row), or at rest.

    At rest is at the end of every `instant`, or at the `end` of the run. `find` takes the replay, and the row where
    there is one, and yields what is wrong, in words.
    """

    rule: str
    when: Literal["before", "after", "instant", "end"]
    find: Finder | RestFinder
    on: tuple[str, ...] = ()
