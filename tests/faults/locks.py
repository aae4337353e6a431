"""Two writers, a lock whose holder died, a clock that was set back: one works, the other is told who it is."""

from __future__ import annotations

import json
import random
import sqlite3
import time
from collections import Counter
from pathlib import Path

from faults.nursery import Child
from faults.scene import QUICK, Scene, acknowledged

LOCKED = "locked"


def busy(scene: Scene, place: Path) -> Child:
    """A sweep that will not end by itself: two of its cells take ten minutes."""
    acts = {"pace": [0.1, 4000], "poison": ["slow", [10, 11], str(place.parent)]}
    child = scene.nursery.start("sweep", scene.study, "-o", place, "--jobs", 2, "--json", acts=acts)
    wait_for(lambda: _far_enough(place))
    return child


def _far_enough(place: Path) -> bool:
    try:
        return len(acknowledged(place)) >= 10
    except sqlite3.DatabaseError:  # copied while it was being written
        return False


def wait_for(what: object, seconds: float = 90) -> None:
    """Until it is so; a fault when it never is."""
    deadline = time.monotonic() + seconds
    while not what():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def two_writers(scene: Scene, chance: random.Random, figures: Counter[str]) -> None:
    """While one writes, whoever else wants to is refused at once and told who it is; then its lock is stale."""
    place = scene.new()
    child = busy(scene, place)
    before = acknowledged(place)
    for command in chance.sample(["sweep", "resume", "doctor", "merge"], 2):
        if command == "sweep":
            ended = scene.sweep(place)
        elif command == "merge":
            ended = scene.nursery.run("merge", place, "-o", scene.new(), "--json", acts=QUICK)
        else:
            ended = scene.on(command, place)
        refused = ended.code == 4 and ended.json["errors"][0]["code"] == LOCKED
        figures["second writers let in"] += not refused
        figures["holders not named"] += f"process {child.pid} on " not in ended.out
    child.kill()
    child.wait()
    assert json.loads((place / "writer.json").read_text())["process"] == child.pid
    figures["acknowledged lost"] += len(before - acknowledged(place))
    figures["stale locks"] += 1
    scene.finish(place, figures)


def at_once(scene: Scene, _chance: random.Random, figures: Counter[str]) -> None:
    """Two begin in the same new folder in the same instant: one of them does it all, or they do it in turn."""
    place = scene.new()
    options = ("-o", place, "--json")
    two = [scene.nursery.start("sweep", scene.study, *options, acts=QUICK) for _ in range(2)]
    ended = [child.wait() for child in two]
    for each in ended:
        if each.code == 4:
            figures["other words for it"] += each.json["errors"][0]["code"] != LOCKED
    computed = [each.json["computed"] for each in ended if each.code == scene.code]
    figures["done twice"] += max(0, sum(computed) - scene.cells)
    figures["nobody did it"] += sum(computed) != scene.cells
    scene.finish(place, figures)


def time_set_back(scene: Scene, chance: random.Random, figures: Counter[str]) -> None:
    """A sweep is killed, and resumed a year before it was begun."""
    place = scene.new()
    scene.sweep(place, acts=QUICK | {"die_at": ["sweep.rows:put", "after", chance.randint(2, 8)]})
    ended = scene.on("resume", place, acts=QUICK | {"years_back": [1], "die_at": ["sweep.rows:put", "after", 2]})
    figures["kills"] += ended.code == -9
    scene.finish(place, figures)


WAYS = (two_writers, at_once, time_set_back)
