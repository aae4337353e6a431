"""One digest: however many processes, whatever the hash seed, the order of cells, the machine that did which."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

from faults.reference import QUICK, Reference, digests


def jobs(reference: Reference, chance: random.Random, figures: Counter[str]) -> None:
    """In 1, 2 and 4 processes, or in one of these numbers."""
    for number in (1, 2, 4) if reference.thorough else (chance.choice([1, 2, 4]),):
        place = reference.new()
        acts = {"pace": [chance.choice([0, 0.2, 1]), 10**6]}
        assert reference.sweep(place, "--jobs", number, acts=acts).code == reference.code
        _compare(reference, place, figures)


def parts(reference: Reference, chance: random.Random, figures: Counter[str]) -> None:
    """A part for every cell, one for all, or some number between."""
    for size in (0, 10**9, chance.randint(1000, 9000)):
        place = reference.new()
        assert reference.sweep(place, acts={"alone": [], "pace": [10**6, size]}).code == reference.code
        _compare(reference, place, figures)


def hash_seeds(reference: Reference, chance: random.Random, figures: Counter[str]) -> None:
    """Strings hash otherwise in every process of Python, unless told."""
    import cascadesim

    source = str(Path(cascadesim.__file__).parents[1])
    other = chance.randint(1, 2**32 - 1)
    for seed in (0, other) if reference.thorough else (chance.choice([0, other]),):
        place = reference.new()
        command = [sys.executable, "-m", "cascadesim", "sweep", reference.study, "-o", place, "-q", "--jobs", "1"]
        environment = os.environ | {"PYTHONHASHSEED": str(seed), "PYTHONPATH": source}
        assert subprocess.run(command, env=environment, check=False, capture_output=True).returncode == reference.code
        _compare(reference, place, figures)


def shuffled(reference: Reference, chance: random.Random, figures: Counter[str]) -> None:
    """The cells end in any order."""
    place = reference.new()
    acts = {"shuffled": [chance.randrange(10**6)], "pace": QUICK["pace"]}
    assert reference.sweep(place, acts=acts).code == reference.code
    _compare(reference, place, figures)


def shards(reference: Reference, chance: random.Random, figures: Counter[str]) -> None:
    """Seven shards, or four, merged in any order, some in two steps, some twice, the rest resumed."""
    count = 7 if reference.thorough else 4
    if not reference.shards:
        reference.shards += [reference.new() for _ in range(count)]
        for number, place in enumerate(reference.shards, 1):
            assert reference.sweep(place, "--shard", f"{number}/{count}").code in (0, reference.code)
    order = chance.sample(reference.shards, count)
    place, first = reference.new(), chance.randint(0, count - 1)
    if first:
        merge(reference, [*order[:first], order[0]], place)
        if chance.random() < 0.3:
            reference.finish(place, figures)
    merge(reference, [*order[first:], *([place] if first else [])], place)
    _compare(reference, place, figures)


def merge(reference: Reference, sources: list[Path], place: Path) -> None:
    """Merge sources into a place that may be there."""
    ended = reference.commands.run("merge", *sources, "-o", place, "--json", acts=QUICK)
    assert ended.code in (0, 5), ended


def _compare(reference: Reference, place: Path, figures: Counter[str]) -> None:
    figures["compared"] += 1
    figures["tables that differ"] += digests(place) != reference.tables


WAYS = (parts, jobs, hash_seeds, shuffled, shards)
