"""A disk that fills up and files that are damaged: told of, or harmless; never wrong, and no more done than needed.

A file cut short, one bit turned over, a part deleted, a file of another sweep; a full disk, a path under a file, few
descriptors.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import sqlite3
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from faults.reference import QUICK, TASKS, Reference, acknowledged, digests

ENVIRONMENT, UNMENDED = 4, 5


def victims(place: Path) -> list[Path]:
    """Every file of a store that holds something."""
    return sorted(path for path in place.rglob("*") if path.is_file() and path.stat().st_size)


def half(reference: Reference, chance: random.Random) -> Path:
    """A copy of a sweep that was killed on the way, with what SQLite had not yet tidied up."""
    if not hasattr(reference, "torn"):
        reference.torn = []  # type: ignore[attr-defined]
        for time_of in (2, 4, 6):
            place = reference.new()
            reference.sweep(place, acts=QUICK | {"die_at": ["sweep.parts:write_part", "after", time_of * 2 - 1]})
            assert list(place.glob("*-wal")), "nothing was left to be tidied up"
            reference.torn.append(place)  # type: ignore[attr-defined]
    return reference.copy(chance.choice(reference.torn))  # type: ignore[attr-defined]


def one_bit(reference: Reference, chance: random.Random, figures: Counter[str]) -> None:
    """One bit of a file."""

    def turn(victim: Path) -> None:
        content = bytearray(victim.read_bytes())
        reach = len(content) if chance.random() < 0.7 else min(120, len(content))  # heads of files are the touchiest
        content[chance.randrange(reach)] ^= 1 << chance.randrange(8)
        victim.write_bytes(content)

    spoil(reference, chance, figures, turn)


def cut_short(reference: Reference, chance: random.Random, figures: Counter[str]) -> None:
    """A file ends early."""

    def cut(victim: Path) -> None:
        with victim.open("rb+") as file:
            file.truncate(chance.randrange(victim.stat().st_size))

    spoil(reference, chance, figures, cut)


def deleted(reference: Reference, chance: random.Random, figures: Counter[str]) -> None:
    """A file is gone."""
    spoil(reference, chance, figures, Path.unlink)


def foreign(reference: Reference, chance: random.Random, figures: Counter[str]) -> None:
    """A file is that of another sweep, of another seed: the same kind of part, or its record, or what it was asked."""
    if not hasattr(reference, "other"):
        reference.other = reference.new()  # type: ignore[attr-defined]
        assert reference.sweep(reference.other, "--seed", "6").code == reference.code  # type: ignore[attr-defined]

    def change(victim: Path) -> None:
        folder = reference.other / victim.parent.name if victim.parent.name in ("parts", "tables") else reference.other  # type: ignore[attr-defined]
        alike = sorted(folder.glob(f"{victim.name.partition('-')[0]}*"))
        shutil.copy(chance.choice(alike or [reference.other / "study.json"]), victim)  # type: ignore[attr-defined]

    spoil(reference, chance, figures, change)


def spoil(reference: Reference, chance: random.Random, figures: Counter[str], change: Callable[[Path], object]) -> None:
    """Change a file of a store, finished or killed on the way; then `doctor` and `resume`.

    All ends as it would have, or is refused where both copies of what was asked are hit.
    """
    place = half(reference, chance) if chance.random() < 0.5 else reference.copy(reference.whole)
    victim = chance.choice(victims(place))
    needed = _needed(place, victim)
    others = {path.name for path in (place / "parts").iterdir()} - {victim.name}
    change(victim)
    figures["damaged"] += 1
    figures[f"of {victim.parent.name if victim.parent != place else victim.name}"] += 1
    log = place.parent / "computed"
    acts = QUICK | {"log_tasks": [str(log)]}
    if chance.random() < 0.7:
        checked = reference.on("doctor", place, acts=acts)
        assert checked.code in (0, UNMENDED), checked
        figures["found by doctor"] += bool(checked.json["faults"])
        if checked.code == UNMENDED:
            figures["beyond repair, told so"] += 1
            return
    done = reference.on("resume", place, acts=acts)
    if done.code == ENVIRONMENT:
        assert done.json["errors"][0]["code"] == "damaged_store", done
        figures["beyond repair, told so"] += 1
        return
    figures["silently wrong"] += digests(place) != reference.tables or done.code != reference.code
    computed = list(map(int, log.read_text().split())) if log.exists() else []
    figures["computed again"] += len(computed)
    figures["done again without need"] += not set(computed) <= needed or len(computed) != len(set(computed))
    figures["cells missing at the end"] += len(acknowledged(place)) != reference.tasks
    if needed == set(range(TASKS)) - acknowledged(reference.whole):  # a finished store whose parts were not hit
        figures["other parts touched"] += not others <= {path.name for path in (place / "parts").iterdir()}
    again = reference.on("doctor", place)
    figures["not whole afterwards"] += again.code != 0 or bool(again.json["faults"])


def _needed(place: Path, victim: Path) -> set[int]:
    """The cells that may be computed: those that were not done, and those of which this file alone tells."""
    every, known = set(range(TASKS)), acknowledged(place)
    if victim.name.startswith("store.sqlite"):
        return every - _cells(place, "part <> ''")  # the parts tell of their cells, but of none without numbers
    return every - known | _cells(place, "part = ? OR paths = ?", victim.name, victim.name)


def _cells(place: Path, where: str, *values: str) -> set[int]:
    """The cells of the record for which this holds, from a copy: a reader may tidy up."""
    with tempfile.TemporaryDirectory() as scratch:
        for path in place.glob("store.sqlite*"):
            shutil.copy(path, scratch)
        with contextlib.closing(sqlite3.connect(Path(scratch) / "store.sqlite")) as record:
            return {task for (task,) in record.execute(f"SELECT task FROM tasks WHERE {where}", values)}


DAMAGE = (one_bit, one_bit, cut_short, one_bit, deleted, foreign)
DAMAGE_HARMLESS = ("damaged", "computed again", "found by doctor", "beyond repair, told so")


@contextlib.contextmanager
def small_disk(kilobytes: int) -> Iterator[Path | None]:
    """A file system of so many kB in memory; None where none may be mounted."""
    with tempfile.TemporaryDirectory(prefix="disk-") as name:
        command = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", name]
        try:
            mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
        except OSError:
            mounted = False
        try:
            yield Path(name) if mounted else None
        finally:
            if mounted:
                subprocess.run(["umount", name], check=True)


def disk_full(reference: Reference, chance: random.Random, figures: Counter[str]) -> None:
    """The disk is full at some time; there is room again, and it goes on."""
    kilobytes = chance.randint(4, 130)
    with small_disk(kilobytes) as disk:
        if disk is None:
            figures["by a limit of file sizes, no tmpfs"] += 1
            files_limited(reference, chance, figures)
            return
        figures["on a tmpfs"] += 1
        place = disk / "out"
        ended = reference.sweep(place)
        _judge(ended.code, ended.out, str(place), figures)
        subprocess.run(["mount", "-o", "remount,size=4m", disk], check=True)
        if ended.code == ENVIRONMENT:
            _finish(reference, place, figures)


def files_limited(reference: Reference, chance: random.Random, figures: Counter[str]) -> None:
    """No file may grow beyond some size."""
    place = reference.new()
    ended = reference.sweep(place, acts=QUICK | {"files_of_at_most": [chance.randint(0, 45_000)]})
    _judge(ended.code, ended.out, str(place), figures)
    if ended.code == ENVIRONMENT:
        _finish(reference, place, figures)


def under_a_file(reference: Reference, chance: random.Random, figures: Counter[str]) -> None:
    """The folder would have to be inside a regular file."""
    place = reference.study / ("out" if chance.random() < 0.5 else "deep/out")
    ended = reference.sweep(place)
    figures["exit codes that are wrong"] += ended.code != ENVIRONMENT
    figures["faults that name no path"] += str(reference.study) not in ended.out


def few_descriptors(reference: Reference, chance: random.Random, figures: Counter[str]) -> None:
    """So few open files are allowed; 64 are enough for two workers, and never too few for a clean end."""
    place, most = reference.new(), chance.choice([8, 12, 16, 20, 24, 32, 64, 64])
    jobs = [] if most < 64 else ["--jobs", chance.choice([2, 2, 40])]
    acts = {"pace": [0.1, 4000], "descriptors": [most]}
    ended = reference.sweep(place, *jobs, acts=acts if jobs else QUICK | acts)
    figures["too few, told so"] += ended.code == ENVIRONMENT
    _judge(ended.code, ended.out, str(place), figures)
    figures["64 descriptors are not enough"] += 2 in jobs and ended.code != reference.code
    _finish(reference, place, figures)


def _judge(code: int, out: str, place: str, figures: Counter[str]) -> None:
    figures["faults told"] += code == ENVIRONMENT
    figures["exit codes that are wrong"] += code not in (ENVIRONMENT, 5)
    if code == ENVIRONMENT and place not in out and os.fspath(Path(place).parent) not in out:
        figures["faults that name no path"] += 1


def _finish(reference: Reference, place: Path, figures: Counter[str]) -> None:
    if not (place / "store.sqlite").exists() and not (place / "study.json").exists():
        assert not acknowledged(place)
        figures["no store yet"] += 1
        figures["sweeps that cannot begin again"] += reference.sweep(place).code != reference.code
    reference.finish(place, figures)


LIMITS = (disk_full, files_limited, few_descriptors, under_a_file)
LIMITS_HARMLESS = (
    "by a limit of file sizes, no tmpfs",
    "on a tmpfs",
    "too few, told so",
    "faults told",
    "no store yet",
)
