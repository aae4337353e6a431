"""A file cut short, one bit turned over, a part deleted: found or harmless, never wrong, no more done than needed."""

from __future__ import annotations

import contextlib
import random
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from faults.scene import CELLS, QUICK, Scene, acknowledged, digests

ENVIRONMENT, UNMENDED = 4, 5


def victims(place: Path) -> list[Path]:
    """Every file of a store that holds something."""
    return sorted(path for path in place.rglob("*") if path.is_file() and path.stat().st_size)


def half(scene: Scene, chance: random.Random) -> Path:
    """A copy of a sweep that was killed on the way, with what SQLite had not yet tidied up."""
    if not hasattr(scene, "torn"):
        scene.torn = []  # type: ignore[attr-defined]
        for time_of in (2, 4, 6):
            place = scene.new()
            scene.sweep(place, acts=QUICK | {"die_at": ["sweep.parts:write_part", "after", time_of * 2 - 1]})
            assert list(place.glob("*-wal")), "nothing was left to be tidied up"
            scene.torn.append(place)  # type: ignore[attr-defined]
    return scene.copy(chance.choice(scene.torn))  # type: ignore[attr-defined]


def one_bit(scene: Scene, chance: random.Random, figures: Counter[str]) -> None:
    """One bit of a file."""

    def turn(victim: Path) -> None:
        content = bytearray(victim.read_bytes())
        reach = len(content) if chance.random() < 0.7 else min(120, len(content))  # heads of files are the touchiest
        content[chance.randrange(reach)] ^= 1 << chance.randrange(8)
        victim.write_bytes(content)

    spoil(scene, chance, figures, turn)


def cut_short(scene: Scene, chance: random.Random, figures: Counter[str]) -> None:
    """A file ends early."""

    def cut(victim: Path) -> None:
        with victim.open("rb+") as file:
            file.truncate(chance.randrange(victim.stat().st_size))

    spoil(scene, chance, figures, cut)


def deleted(scene: Scene, chance: random.Random, figures: Counter[str]) -> None:
    """A file is gone."""
    spoil(scene, chance, figures, Path.unlink)


def foreign(scene: Scene, chance: random.Random, figures: Counter[str]) -> None:
    """A file is that of another sweep, of another seed: the same kind of part, or its record, or what it was asked."""
    if not hasattr(scene, "other"):
        scene.other = scene.new()  # type: ignore[attr-defined]
        assert scene.sweep(scene.other, "--seed", "6").code == scene.code  # type: ignore[attr-defined]

    def change(victim: Path) -> None:
        folder = scene.other / victim.parent.name if victim.parent.name in ("parts", "tables") else scene.other  # type: ignore[attr-defined]
        alike = sorted(folder.glob(f"{victim.name.partition('-')[0]}*"))
        shutil.copy(chance.choice(alike or [scene.other / "study.json"]), victim)  # type: ignore[attr-defined]

    spoil(scene, chance, figures, change)


def spoil(scene: Scene, chance: random.Random, figures: Counter[str], change: Callable[[Path], object]) -> None:
    """Change a file of a store, finished or killed on the way; then `doctor` and `resume`.

    All ends as it would have, or is refused where both copies of what was asked are hit.
    """
    place = half(scene, chance) if chance.random() < 0.5 else scene.copy(scene.whole)
    victim = chance.choice(victims(place))
    needed = _needed(place, victim)
    others = {path.name for path in (place / "parts").iterdir()} - {victim.name}
    change(victim)
    figures["damaged"] += 1
    figures[f"of {victim.parent.name if victim.parent != place else victim.name}"] += 1
    log = place.parent / "computed"
    acts = QUICK | {"log_cells": [str(log)]}
    if chance.random() < 0.7:
        checked = scene.on("doctor", place, acts=acts)
        assert checked.code in (0, UNMENDED), checked
        figures["found by doctor"] += bool(checked.json["faults"])
        if checked.code == UNMENDED:
            figures["beyond repair, told so"] += 1
            return
    done = scene.on("resume", place, acts=acts)
    if done.code == ENVIRONMENT:
        assert done.json["errors"][0]["code"] == "damaged_store", done
        figures["beyond repair, told so"] += 1
        return
    figures["silently wrong"] += digests(place) != scene.tables or done.code != scene.code
    computed = list(map(int, log.read_text().split())) if log.exists() else []
    figures["computed again"] += len(computed)
    figures["done again without need"] += not set(computed) <= needed or len(computed) != len(set(computed))
    figures["cells missing at the end"] += len(acknowledged(place)) != scene.cells
    if needed == set(range(CELLS)) - acknowledged(scene.whole):  # a finished store whose parts were not hit
        figures["other parts touched"] += not others <= {path.name for path in (place / "parts").iterdir()}
    again = scene.on("doctor", place)
    figures["not whole afterwards"] += again.code != 0 or bool(again.json["faults"])


def _needed(place: Path, victim: Path) -> set[int]:
    """The cells that may be computed: those that were not done, and those of which this file alone tells."""
    every, known = set(range(CELLS)), acknowledged(place)
    if victim.name.startswith("store.sqlite"):
        return every - _cells(place, "part <> ''")  # the parts tell of their cells, but of none without numbers
    return every - known | _cells(place, "part = ? OR paths = ?", victim.name, victim.name)


def _cells(place: Path, where: str, *values: str) -> set[int]:
    """The cells of the record for which this holds, from a copy: a reader may tidy up."""
    with tempfile.TemporaryDirectory() as scratch:
        for path in place.glob("store.sqlite*"):
            shutil.copy(path, scratch)
        with contextlib.closing(sqlite3.connect(Path(scratch) / "store.sqlite")) as record:
            return {cell for (cell,) in record.execute(f"SELECT cell FROM cells WHERE {where}", values)}


WAYS = (one_bit, one_bit, cut_short, one_bit, deleted, foreign)
HARMLESS = ("damaged", "computed again", "found by doctor", "beyond repair, told so")
