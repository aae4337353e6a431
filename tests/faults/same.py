"""One digest: however many processes, whatever the hash seed, the order of cells, the machine that did which."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

from faults.scene import QUICK, Scene, digests

SHARDS = 7


def jobs(scene: Scene, chance: random.Random, figures: Counter[str]) -> None:
    """In 1, 2 and 4 processes."""
    for number in (1, 2, 4):
        place = scene.new()
        acts = {"pace": [chance.choice([0, 0.2, 1]), 10**6]}
        assert scene.sweep(place, "--jobs", number, acts=acts).code == scene.code
        _compare(scene, place, figures)


def parts(scene: Scene, chance: random.Random, figures: Counter[str]) -> None:
    """A part for every cell, one for all, or some number between."""
    for size in (0, 10**9, chance.randint(1000, 9000)):
        place = scene.new()
        assert scene.sweep(place, acts={"alone": [], "pace": [10**6, size]}).code == scene.code
        _compare(scene, place, figures)


def hash_seeds(scene: Scene, chance: random.Random, figures: Counter[str]) -> None:
    """Strings hash otherwise in every process of Python, unless told."""
    import cascadesim

    for seed in (0, chance.randint(1, 2**32 - 1)):
        place = scene.new()
        command = [sys.executable, "-m", "cascadesim", "sweep", str(scene.study), "-o", str(place), "-q"]
        source = str(Path(cascadesim.__file__).parents[1])
        environment = os.environ | {"PYTHONHASHSEED": str(seed), "PYTHONPATH": source}
        assert subprocess.run(command, env=environment, check=False, capture_output=True).returncode == scene.code
        _compare(scene, place, figures)


def shuffled(scene: Scene, chance: random.Random, figures: Counter[str]) -> None:
    """The cells end in any order."""
    place = scene.new()
    acts = {"shuffled": [chance.randrange(10**6)], "pace": QUICK["pace"]}
    assert scene.sweep(place, acts=acts).code == scene.code
    _compare(scene, place, figures)


def shards(scene: Scene, chance: random.Random, figures: Counter[str]) -> None:
    """Seven shards, merged in any order, some in two steps, some twice, the rest resumed."""
    if not hasattr(scene, "shards"):
        scene.shards = [scene.new() for _ in range(SHARDS)]  # type: ignore[attr-defined]
        for number, place in enumerate(scene.shards, 1):  # type: ignore[attr-defined]
            assert scene.sweep(place, "--shard", f"{number}/{SHARDS}").code in (0, scene.code)
    order: list[Path] = chance.sample(scene.shards, SHARDS)  # type: ignore[attr-defined]
    place, first = scene.new(), chance.randint(0, SHARDS - 1)
    if first:
        merge(scene, [*order[:first], order[0]], place)
        if chance.random() < 0.3:
            scene.finish(place, figures)
    merge(scene, [*order[first:], *([place] if first else [])], place)
    _compare(scene, place, figures)


def merge(scene: Scene, sources: list[Path], place: Path) -> None:
    """Merge sources into a place that may be there."""
    ended = scene.nursery.run("merge", *sources, "-o", place, "--json", acts=QUICK)
    assert ended.code in (0, 5), ended


def _compare(scene: Scene, place: Path, figures: Counter[str]) -> None:
    figures["compared"] += 1
    figures["tables that differ"] += digests(place) != scene.tables


WAYS = (parts, jobs, hash_seeds, shuffled, shards)
