"""A full disk, a path under a file, few descriptors: told with the path, code 4; then resumed to the end."""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from faults.scene import QUICK, Scene, acknowledged

ENVIRONMENT = 4


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


def disk_full(scene: Scene, chance: random.Random, figures: Counter[str]) -> None:
    """The disk is full at some time; there is room again, and it goes on."""
    kilobytes = chance.randint(4, 130)
    with small_disk(kilobytes) as disk:
        if disk is None:
            figures["by a limit of file sizes, no tmpfs"] += 1
            files_limited(scene, chance, figures)
            return
        figures["on a tmpfs"] += 1
        place = disk / "out"
        ended = scene.sweep(place)
        _judge(ended.code, ended.out, str(place), figures)
        subprocess.run(["mount", "-o", "remount,size=4m", disk], check=True)
        if ended.code == ENVIRONMENT:
            _finish(scene, place, figures)


def files_limited(scene: Scene, chance: random.Random, figures: Counter[str]) -> None:
    """No file may grow beyond some size."""
    place = scene.new()
    ended = scene.sweep(place, acts=QUICK | {"files_of_at_most": [chance.randint(0, 45_000)]})
    _judge(ended.code, ended.out, str(place), figures)
    if ended.code == ENVIRONMENT:
        _finish(scene, place, figures)


def under_a_file(scene: Scene, chance: random.Random, figures: Counter[str]) -> None:
    """The folder would have to be inside a regular file."""
    place = scene.study / ("out" if chance.random() < 0.5 else "deep/out")
    ended = scene.sweep(place)
    figures["exit codes that are wrong"] += ended.code != ENVIRONMENT
    figures["faults that name no path"] += str(scene.study) not in ended.out


def few_descriptors(scene: Scene, chance: random.Random, figures: Counter[str]) -> None:
    """So few open files are allowed; 64 are enough for two workers, and never too few for a clean end."""
    place, most = scene.new(), chance.choice([8, 12, 16, 20, 24, 32, 64, 64])
    jobs = [] if most < 64 else ["--jobs", chance.choice([2, 2, 40])]
    acts = {"pace": [0.1, 4000], "descriptors": [most]}
    ended = scene.sweep(place, *jobs, acts=acts if jobs else QUICK | acts)
    figures["too few, told so"] += ended.code == ENVIRONMENT
    _judge(ended.code, ended.out, str(place), figures)
    figures["64 descriptors are not enough"] += 2 in jobs and ended.code != scene.code
    _finish(scene, place, figures)


def _judge(code: int, out: str, place: str, figures: Counter[str]) -> None:
    figures["faults told"] += code == ENVIRONMENT
    figures["exit codes that are wrong"] += code not in (ENVIRONMENT, 5)
    if code == ENVIRONMENT and place not in out and os.fspath(Path(place).parent) not in out:
        figures["faults that name no path"] += 1


def _finish(scene: Scene, place: Path, figures: Counter[str]) -> None:
    if not (place / "store.sqlite").exists() and not (place / "study.json").exists():
        assert not acknowledged(place)
        figures["no store yet"] += 1
        figures["sweeps that cannot begin again"] += scene.sweep(place).code != scene.code
    scene.finish(place, figures)


WAYS = (disk_full, files_limited, few_descriptors, under_a_file)
HARMLESS = ("by a limit of file sizes, no tmpfs", "on a tmpfs", "too few, told so", "faults told", "no store yet")
