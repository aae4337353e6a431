"""Ctrl-C once and twice, and SIGTERM, while replications take for ever: soon over, nobody left, and on we go."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter

from faults.locks import busy, wait_for
from faults.scene import Scene, acknowledged

SOON_SECONDS, AT_ONCE_SECONDS = 5.0, 1.0
"""By hand; the tests of the suite, on machines that are busy, allow thirty seconds."""


def stopped(scene: Scene, chance: random.Random, figures: Counter[str], how: str, allowed: float = 30.0) -> None:
    """A sweep at long replications gets the signals of `how`."""
    place = scene.new()
    child = busy(scene, place)
    time.sleep(chance.uniform(0, 0.3))
    before = acknowledged(place)
    began = time.monotonic()
    if how == "SIGTERM":
        child.kill(signal.SIGTERM)
    else:
        os.killpg(child.pid, signal.SIGINT)  # Ctrl-C reaches the whole group
        if how == "twice SIGINT":
            time.sleep(chance.uniform(0, 0.05))
            began = time.monotonic()
            os.killpg(child.pid, signal.SIGINT)
    ended = child.wait()
    seconds = time.monotonic() - began
    figures[f"{how}, most milliseconds"] = max(figures[f"{how}, most milliseconds"], round(1000 * seconds))
    figures["slow to stop"] += seconds > allowed
    figures["exit codes that are wrong"] += ended.code != (143 if how == "SIGTERM" else 130)
    figures["no word of how to go on"] += how != "twice SIGINT" and f"cascadesim resume {place}" not in ended.out
    figures["acknowledged lost"] += len(before - acknowledged(place))
    wait_for(lambda: not child.others(), allowed)  # else orphans
    scene.finish(place, figures)


def once(scene: Scene, chance: random.Random, figures: Counter[str]) -> None:
    """Ctrl-C."""
    stopped(scene, chance, figures, "SIGINT")


def twice(scene: Scene, chance: random.Random, figures: Counter[str]) -> None:
    """Ctrl-C by somebody impatient."""
    stopped(scene, chance, figures, "twice SIGINT")


def terminated(scene: Scene, chance: random.Random, figures: Counter[str]) -> None:
    """SIGTERM."""
    stopped(scene, chance, figures, "SIGTERM")


WAYS = (once, twice, terminated)
