"""Processes killed or stopped, and two that want the same folder: nothing is lost or done twice, and on we go.

SIGKILL of the main process at any line of the sweep's own code, at named places, at any moment; SIGKILL of a random
worker, a task that kills every worker, or the first, or has no memory; Ctrl-C once and twice, and SIGTERM, while
replications take for ever; two writers, a lock whose holder died, a clock that was set back.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import signal
import sqlite3
import time
from collections import Counter
from pathlib import Path
from typing import Any

from faults.commands import Child
from faults.reference import QUICK, Reference, acknowledged, digests

PLACES = (
    ("sweep.parts:write_part", "after"),
    ("files:publish", "before"),
    ("files:publish", "after"),
    ("sweep.store:create_tables", "after"),
    ("sweep.store:put_rows", "before"),
    ("sweep.store:put_rows", "after"),
    ("sweep.store:connect", "after"),
    ("sweep.results:write_tables", "before"),
    ("parquet:write_table", "after"),
    ("parquet:write_frames", "before"),
)
"""Between data and commit, before and after each step of either."""
MOST_KILLS = 4
CROWD = ["--jobs", "2"]
PACE = {"pace": [0.1, 4000]}
ATTEMPTS = 4


def lines_of(done: Any) -> int:
    """How many lines a command ran through, as it says itself when it was told to count."""
    return int(re.search(r"lines (\d+)", done.err)[1])  # type: ignore[index]


def at_a_line(reference: Reference, chance: random.Random, figures: Counter[str]) -> None:
    """Killed at a line of a fresh sweep, then often at one of a resumption, and again."""
    place = reference.new()
    total = getattr(reference, "lines", 0)
    if not total:
        total = reference.lines = lines_of(reference.sweep(reference.new(), line=10**9))  # type: ignore[attr-defined]
    ended = reference.sweep(place, line=chance.randint(1, total))
    for _ in range(MOST_KILLS):
        figures["kills"] += ended.code == -9
        before = acknowledged(place)
        if chance.random() < 0.5:
            break
        ended = reference.on("resume", place, line=chance.randint(1, total))
        figures["acknowledged lost"] += len(before - acknowledged(place))
    reference.finish(place, figures)


def at_a_place(reference: Reference, chance: random.Random, figures: Counter[str]) -> None:
    """Killed before or after some call of a step, in a fresh sweep or in its resumption."""
    place, acts = reference.new(), dict(QUICK)
    if chance.random() < 0.5:
        reference.sweep(place, line=chance.randint(2000, 9000))
    where, when = chance.choice(PLACES)
    acts["die_at"] = [where, when, chance.randint(1, 8)]
    figures["kills"] += reference.sweep(place, acts=acts).code == -9
    reference.finish(place, figures)


def at_a_moment(reference: Reference, chance: random.Random, figures: Counter[str]) -> None:
    """Killed at some moment of a sweep with two worker processes; none of them may stay."""
    place = reference.new()
    child = reference.commands.start("sweep", reference.study, "-o", place, "--jobs", 2, acts={"pace": [0.1, 4000]})
    time.sleep(chance.uniform(0.05, 3.5))
    child.kill()
    figures["kills"] += child.wait().code == -9
    deadline = time.monotonic() + 10
    while child.others() and time.monotonic() < deadline:
        time.sleep(0.02)
    figures["orphans"] += len(child.others())
    reference.finish(place, figures)


def in_a_merge(reference: Reference, chance: random.Random, figures: Counter[str]) -> None:
    """Killed at a line of a merge of two halves, and merged again."""
    halves = getattr(reference, "halves", None)
    if halves is None:
        halves = reference.halves = [reference.new(), reference.new()]  # type: ignore[attr-defined]
        for number, half in enumerate(halves, 1):
            reference.sweep(half, "--shard", f"{number}/2")
        reference.merge_lines = lines_of(_merge(reference, halves, reference.new(), 10**9))  # type: ignore[attr-defined]
    place, sources = reference.new(), chance.sample(halves, 2)
    for _ in range(MOST_KILLS):
        line = chance.randint(1, reference.merge_lines)  # type: ignore[attr-defined]
        figures["kills"] += _merge(reference, sources, place, line).code == -9
        if chance.random() < 0.5:
            break
    before = acknowledged(place)
    done = _merge(reference, sources, place)
    assert done.code == reference.code, done
    figures["acknowledged"] += len(before)
    figures["acknowledged lost"] += len(before - acknowledged(place))
    figures["done twice"] += max(0, done.json["added"] + len(before) - reference.tasks)
    reference.finish(place, figures)


def _merge(reference: Reference, sources: list[Path], place: Path, line: int = 0) -> Any:
    return reference.commands.run("merge", *sources, "-o", place, "--json", acts=QUICK, last_line=line)


KILLS = (at_a_line, at_a_line, at_a_place, at_a_moment, in_a_merge)


def killed_at_random(reference: Reference, chance: random.Random, figures: Counter[str]) -> None:
    """Some workers are killed while the sweep goes on: it ends as if nothing had been."""
    place = reference.new()
    child = reference.commands.start("sweep", reference.study, "-o", place, "--json", *CROWD, acts=PACE)
    for _ in range(chance.randint(1, 3)):
        time.sleep(chance.uniform(0.2, 1.2))
        for pid in chance.sample(workers := child.workers(), min(1, len(workers))):
            signal_to(pid)
            figures["kills"] += 1
    done = child.wait()
    figures["sweeps that did not end well"] += done.code != reference.code
    figures["innocents blamed"] += "died" in done.json["failed"]
    figures["tables that differ"] += digests(place) != reference.tables


def poisoned(reference: Reference, chance: random.Random, figures: Counter[str], kind: str = "always") -> None:
    """One cell kills whoever works on it: it is named, and all others end."""
    place = reference.new()
    cell = chance.choice([cell for cell in range(reference.tasks) if cell // 2 % 3])  # of a point that can be run
    acts = {**PACE, "poison": [kind, [cell], str(place.parent)]}
    done = reference.commands.run("sweep", reference.study, "-o", place, "--json", *CROWD, acts=acts)
    failures = [each for each in done.json["failures"] if each["status"] == "died"]
    known = {"task": cell, "setting": cell // 2, "first": cell % 2 * 10, "seed": 5}
    figures["poisons not named"] += [{key: each[key] for key in known} for each in failures] != [known]
    figures["poisons without a reason"] += f"each of {ATTEMPTS} times" not in failures[0]["problem"]
    figures["innocents blamed"] += done.json["failed"].get("died", 0) != 1
    figures["healthy cells not done"] += done.json["computed"] != reference.tasks
    figures["exit codes that are wrong"] += done.code != 5
    again = reference.on("resume", place)  # where it kills nobody
    figures["exit codes that are wrong"] += again.code != reference.code
    figures["done twice"] += again.json["computed"] != 1
    figures["tables that differ"] += digests(place) != reference.tables


def out_of_memory(reference: Reference, chance: random.Random, figures: Counter[str]) -> None:
    """The same of a cell for which there is no memory."""
    poisoned(reference, chance, figures, "memory")


def flaky(reference: Reference, chance: random.Random, figures: Counter[str]) -> None:
    """Some cells kill the first who works on them: each is tried again, and that is all."""
    place = reference.new()
    cells = chance.sample(range(reference.tasks), 3)
    acts = {**PACE, "poison": ["once", cells, str(place.parent)]}
    done = reference.commands.run("sweep", reference.study, "-o", place, "--json", *CROWD, acts=acts)
    figures["exit codes that are wrong"] += done.code != reference.code
    figures["innocents blamed"] += "died" in done.json["failed"]
    figures["tables that differ"] += digests(place) != reference.tables


def signal_to(pid: int) -> None:
    """SIGKILL to a worker; it may have ended by itself."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


WORKERS = (killed_at_random, poisoned, flaky, out_of_memory)


def busy(reference: Reference, place: Path) -> Child:
    """A sweep that will not end by itself: two of its cells take ten minutes."""
    acts = {"pace": [0.1, 4000], "poison": ["slow", [10, 11], str(place.parent)]}
    child = reference.commands.start("sweep", reference.study, "-o", place, "--jobs", 2, "--json", acts=acts)
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


def two_writers(reference: Reference, chance: random.Random, figures: Counter[str]) -> None:
    """While one writes, whoever else wants to is refused at once and told who it is; then its lock is stale."""
    place = reference.new()
    child = busy(reference, place)
    before = acknowledged(place)
    for command in chance.sample(["sweep", "resume", "doctor", "merge"], 2):
        if command == "sweep":
            ended = reference.sweep(place)
        elif command == "merge":
            ended = reference.commands.run("merge", place, "-o", reference.new(), "--json", acts=QUICK)
        else:
            ended = reference.on(command, place)
        refused = ended.code == 4 and ended.json["errors"][0]["code"] == "locked"
        figures["second writers let in"] += not refused
        figures["holders not named"] += f"process {child.pid} on " not in ended.out
    child.kill()
    child.wait()
    assert json.loads((place / "writer.json").read_text())["process"] == child.pid
    figures["acknowledged lost"] += len(before - acknowledged(place))
    figures["stale locks"] += 1
    reference.finish(place, figures)


def at_once(reference: Reference, _chance: random.Random, figures: Counter[str]) -> None:
    """Two begin in the same new folder in the same instant: one of them does it all, or they do it in turn."""
    place = reference.new()
    options = ("-o", place, "--json")
    two = [reference.commands.start("sweep", reference.study, *options, acts=QUICK) for _ in range(2)]
    ended = [child.wait() for child in two]
    for each in ended:
        if each.code == 4:
            figures["other words for it"] += each.json["errors"][0]["code"] != "locked"
    computed = [each.json["computed"] for each in ended if each.code == reference.code]
    figures["done twice"] += max(0, sum(computed) - reference.tasks)
    figures["nobody did it"] += sum(computed) != reference.tasks
    reference.finish(place, figures)


def time_set_back(reference: Reference, chance: random.Random, figures: Counter[str]) -> None:
    """A sweep is killed, and resumed a year before it was begun."""
    place = reference.new()
    where, when = "sweep.store:put_rows", "after"
    reference.sweep(place, acts=QUICK | {"die_at": [where, when, chance.randint(2, 8)]})
    ended = reference.on("resume", place, acts=QUICK | {"years_back": [1], "die_at": [where, when, 2]})
    figures["kills"] += ended.code == -9
    reference.finish(place, figures)


LOCKS = (two_writers, at_once, time_set_back)


def stopped(
    reference: Reference, chance: random.Random, figures: Counter[str], how: str, allowed: float = 30.0
) -> None:
    """A sweep at long replications gets the signals of `how`."""
    place = reference.new()
    child = busy(reference, place)
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
    reference.finish(place, figures)


def once(reference: Reference, chance: random.Random, figures: Counter[str]) -> None:
    """Ctrl-C."""
    stopped(reference, chance, figures, "SIGINT")


def twice(reference: Reference, chance: random.Random, figures: Counter[str]) -> None:
    """Ctrl-C by somebody impatient."""
    stopped(reference, chance, figures, "twice SIGINT")


def terminated(reference: Reference, chance: random.Random, figures: Counter[str]) -> None:
    """SIGTERM."""
    stopped(reference, chance, figures, "SIGTERM")


SIGNALS = (once, twice, terminated)
