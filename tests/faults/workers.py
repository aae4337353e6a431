"""SIGKILL of a random worker; a cell that kills every worker, or the first, or has no memory."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections import Counter

from faults.scene import Scene, digests

CROWD = ["--jobs", "2"]
PACE = {"pace": [0.1, 4000]}
ATTEMPTS = 4


def killed_at_random(scene: Scene, chance: random.Random, figures: Counter[str]) -> None:
    """Some workers are killed while the sweep goes on: it ends as if nothing had been."""
    place = scene.new()
    child = scene.nursery.start("sweep", scene.study, "-o", place, "--json", *CROWD, acts=PACE)
    for _ in range(chance.randint(1, 3)):
        time.sleep(chance.uniform(0.2, 1.2))
        for pid in chance.sample(workers := child.workers(), min(1, len(workers))):
            signal_to(pid)
            figures["kills"] += 1
    done = child.wait()
    figures["sweeps that did not end well"] += done.code != scene.code
    figures["innocents blamed"] += "died" in done.json["failed"]
    figures["tables that differ"] += digests(place) != scene.tables


def poisoned(scene: Scene, chance: random.Random, figures: Counter[str], kind: str = "always") -> None:
    """One cell kills whoever works on it: it is named, and all others end."""
    place = scene.new()
    cell = chance.choice([cell for cell in range(scene.cells) if cell // 2 % 3])  # of a point that can be run
    acts = {**PACE, "poison": [kind, [cell], str(place.parent)]}
    done = scene.nursery.run("sweep", scene.study, "-o", place, "--json", *CROWD, acts=acts)
    failures = [each for each in done.json["failures"] if each["status"] == "died"]
    known = {"cell": cell, "point": cell // 2, "first": cell % 2 * 10, "seed": 5}
    figures["poisons not named"] += [{key: each[key] for key in known} for each in failures] != [known]
    figures["poisons without a reason"] += f"each of {ATTEMPTS} times" not in failures[0]["problem"]
    figures["innocents blamed"] += done.json["failed"].get("died", 0) != 1
    figures["healthy cells not done"] += done.json["computed"] != scene.cells
    figures["exit codes that are wrong"] += done.code != 5
    again = scene.on("resume", place)  # where it kills nobody
    figures["exit codes that are wrong"] += again.code != scene.code
    figures["done twice"] += again.json["computed"] != 1
    figures["tables that differ"] += digests(place) != scene.tables


def out_of_memory(scene: Scene, chance: random.Random, figures: Counter[str]) -> None:
    """The same of a cell for which there is no memory."""
    poisoned(scene, chance, figures, "memory")


def flaky(scene: Scene, chance: random.Random, figures: Counter[str]) -> None:
    """Some cells kill the first who works on them: each is tried again, and that is all."""
    place = scene.new()
    cells = chance.sample(range(scene.cells), 3)
    acts = {**PACE, "poison": ["once", cells, str(place.parent)]}
    done = scene.nursery.run("sweep", scene.study, "-o", place, "--json", *CROWD, acts=acts)
    figures["exit codes that are wrong"] += done.code != scene.code
    figures["innocents blamed"] += "died" in done.json["failed"]
    figures["tables that differ"] += digests(place) != scene.tables


def signal_to(pid: int) -> None:
    """SIGKILL to a worker; it may have ended by itself."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


WAYS = (killed_at_random, killed_at_random, poisoned, killed_at_random, flaky, out_of_memory)
