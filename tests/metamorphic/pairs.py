"""Scenarios at random, run with their logs, and pairs of runs compared row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from generate import Document, seeded, to_toml

from cascadesim import ScenarioError, load
from cascadesim.engine.runtime.simpy_calendar import run_plan
from cascadesim.model.enums import Event
from cascadesim.model.ids import label
from cascadesim.model.plan import Plan
from cascadesim.model.replication import LogRow, Tally
from cascadesim.scenario.compile import compile_scenario

WEEK = 10_080
WISHES = ("target", "published", "margin", "variant")
"""What a run does not depend on, and what names tiers in a way of its own: left out here."""

Change = Callable[[Document], bool | None]
"""Changes a document in place; False if there is nothing in it to change."""


class Words(NamedTuple):
    """A row of the log with labels for keys."""

    minute: int
    event: str
    who: str
    whom: str
    detail: str
    amount: int


@dataclass(frozen=True)
class Played:
    """One replication of a document, with its log."""

    plan: Plan
    tally: Tally

    @property
    def log(self) -> tuple[LogRow, ...]:
        """The rows, as numbers."""
        assert self.tally.log is not None
        return self.tally.log

    def without(self, *events: Event) -> list[LogRow]:
        """The rows of all other events."""
        return [row for row in self.log if row.event not in events]

    @cached_property
    def words(self) -> list[Words]:
        """The rows in words."""

        def name(kind: int, key: int) -> str:
            return label(self.plan, kind, key) if kind else ""

        return [
            Words(
                row.minute,
                Event(row.event).name,
                name(row.kind, row.key),
                name(row.other_kind, row.other),
                row.detail,
                row.amount,
            )
            for row in self.log
        ]


def play(document: Document) -> Played:
    """Write the document to a file, load it, run it. Raises `ScenarioError` where it is refused."""
    return play_toml(to_toml(document))


def play_toml(text: str, replication: int = 0) -> Played:
    """The same, of the text of a file."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "random.toml"
        file.write_text(text, encoding="utf-8")
        plan = compile_scenario(load(file))
    return Played(plan, run_plan(plan, 1, replication, log=True))


@lru_cache(maxsize=256)
def drawn(seed: int) -> Document:
    """The document of a seed, without wishes."""
    return {key: value for key, value in seeded(seed, limits=False).items() if key not in WISHES}


@lru_cache(maxsize=256)
def original(seed: int) -> Played | None:
    """The run of `drawn`, None where it is refused."""
    try:
        return play(drawn(seed))
    except ScenarioError:
        return None


def changed(seeds: Iterable[int], change: Change) -> Iterator[tuple[int, Played, Played]]:
    """(seed, run, run of the changed document) of those documents in which there is something to change."""
    for seed in seeds:
        document = deepcopy(drawn(seed))
        if change(document) is False or (before := original(seed)) is None:
            continue
        yield seed, before, play(document)


def prepared(seeds: Iterable[int], base: Change, change: Change) -> Iterator[tuple[int, Played, Played]]:
    """The same with both documents changed by `base` first; those that are refused then are passed over."""
    for seed in seeds:
        document = deepcopy(drawn(seed))
        if base(document) is False:
            continue
        other = deepcopy(document)
        if change(other) is False:
            continue
        try:
            before = play(document)
        except ScenarioError:
            continue
        yield seed, before, play(other)


def first_difference(before: Iterable[object], after: Iterable[object]) -> str:
    """Where two logs part, for a message; empty if they are the same."""
    one, other = list(before), list(after)
    for place, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return f"row {place}: {left} became {right}"
    return "" if len(one) == len(other) else f"{len(one)} rows became {len(other)}"


def tiers(document: Document) -> list[Document]:
    """The tables of the tiers, from the top."""
    return [document["tier"][name] for name in document["cascade"]]


def streams(document: Document) -> list[Document]:
    """The tables of the streams."""
    return list(document.get("clients", {}).get("stream", {}).values())


def staffs(tier: Document) -> list[Document]:
    """Where the people of a tier stand: its own table, or those of its sites."""
    return list(tier["site"].values()) if "site" in tier else [tier]
