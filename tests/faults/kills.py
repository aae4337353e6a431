"""SIGKILL of the main process: at any line of the sweep's own code, at named places, at any moment; and on we go."""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from pathlib import Path
from typing import Any

from faults.scene import QUICK, Scene, acknowledged

PLACES = (
    ("sweep.parts:write_part", "after"),
    ("sweep.parts:put_down", "before"),
    ("sweep.parts:put_down", "after"),
    ("sweep.rows:create_tables", "after"),
    ("sweep.rows:put", "before"),
    ("sweep.rows:put", "after"),
    ("sweep.store:connect", "after"),
    ("sweep.results:write_tables", "before"),
    ("tables:write_table", "after"),
    ("tables:write_frames", "before"),
)
"""Between data and commit, before and after each step of either."""
MOST_KILLS = 4


def lines_of(done: Any) -> int:
    """How many lines a command ran through, as it says itself when it was told to count."""
    return int(re.search(r"lines (\d+)", done.err)[1])  # type: ignore[index]


def at_a_line(scene: Scene, chance: random.Random, figures: Counter[str]) -> None:
    """Killed at a line of a fresh sweep, then often at one of a resumption, and again."""
    place = scene.new()
    total = getattr(scene, "lines", 0)
    if not total:
        total = scene.lines = lines_of(scene.sweep(scene.new(), line=10**9))  # type: ignore[attr-defined]
    ended = scene.sweep(place, line=chance.randint(1, total))
    for _ in range(MOST_KILLS):
        figures["kills"] += ended.code == -9
        before = acknowledged(place)
        if chance.random() < 0.5:
            break
        ended = scene.on("resume", place, line=chance.randint(1, total))
        figures["acknowledged lost"] += len(before - acknowledged(place))
    scene.finish(place, figures)


def at_a_place(scene: Scene, chance: random.Random, figures: Counter[str]) -> None:
    """Killed before or after some call of a step, in a fresh sweep or in its resumption."""
    place, acts = scene.new(), dict(QUICK)
    if chance.random() < 0.5:
        scene.sweep(place, line=chance.randint(2000, 9000))
    where, when = chance.choice(PLACES)
    acts["die_at"] = [where, when, chance.randint(1, 8)]
    figures["kills"] += scene.sweep(place, acts=acts).code == -9
    scene.finish(place, figures)


def at_a_moment(scene: Scene, chance: random.Random, figures: Counter[str]) -> None:
    """Killed at some moment of a sweep with two worker processes; none of them may stay."""
    place = scene.new()
    child = scene.nursery.start("sweep", scene.study, "-o", place, "--jobs", 2, acts={"pace": [0.1, 4000]})
    time.sleep(chance.uniform(0.05, 3.5))
    child.kill()
    figures["kills"] += child.wait().code == -9
    deadline = time.monotonic() + 10
    while child.others() and time.monotonic() < deadline:
        time.sleep(0.02)
    figures["orphans"] += len(child.others())
    scene.finish(place, figures)


def in_a_merge(scene: Scene, chance: random.Random, figures: Counter[str]) -> None:
    """Killed at a line of a merge of two halves, and merged again."""
    halves = getattr(scene, "halves", None)
    if halves is None:
        halves = scene.halves = [scene.new(), scene.new()]  # type: ignore[attr-defined]
        for number, half in enumerate(halves, 1):
            scene.sweep(half, "--shard", f"{number}/2")
        scene.merge_lines = lines_of(_merge(scene, halves, scene.new(), 10**9))  # type: ignore[attr-defined]
    place, sources = scene.new(), chance.sample(halves, 2)
    for _ in range(MOST_KILLS):
        line = chance.randint(1, scene.merge_lines)  # type: ignore[attr-defined]
        figures["kills"] += _merge(scene, sources, place, line).code == -9
        if chance.random() < 0.5:
            break
    before = acknowledged(place)
    done = _merge(scene, sources, place)
    assert done.code == scene.code, done
    figures["acknowledged"] += len(before)
    figures["acknowledged lost"] += len(before - acknowledged(place))
    figures["done twice"] += max(0, done.json["added"] + len(before) - scene.cells)
    scene.finish(place, figures)


def _merge(scene: Scene, sources: list[Path], place: Path, line: int = 0) -> Any:
    return scene.nursery.run("merge", *sources, "-o", place, "--json", acts=QUICK, last_line=line)


WAYS = (at_a_line, at_a_line, at_a_place, at_a_moment, in_a_merge)
