"""Parts that vouch for themselves, whatever the record says: they are of this sweep, and named by their own digest."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from cascadesim.errors import EnvironmentFault
from cascadesim.experiment.sweep.asked import Asked
from cascadesim.experiment.sweep.cells import DONE
from cascadesim.experiment.sweep.numbers import cells_in
from cascadesim.experiment.sweep.parts import FOLDER, KINDS, OWNER, REPLICATIONS, TRAJECTORIES, Part, digest_of
from cascadesim.experiment.tables import table_notes


def vouched_parts(folder: Path, owner: str, known: Collection[str] = ()) -> list[Part]:
    """The parts of the sweep `owner` whose names are still the digest of their bytes, but for those `known`."""
    paths = sorted(path for path in (folder / FOLDER).iterdir() if path.is_file() and path.name not in known)
    return [part for part in (_ours(path, owner) for path in paths) if part is not None]


def cells_told(folder: Path, asked: Asked, parts: list[Part]) -> list[tuple[Any, ...]]:
    """The rows of the record for the cells of this shard that have all their numbers in these parts."""
    named = {kind: [part.name for part in parts if part.kind == kind] for kind in KINDS}
    paths = {cell: name for name in named[TRAJECTORIES] for cell, *_ in cells_in(folder / FOLDER / name)}
    needed, (number, of) = bool(asked.study["trajectories"]), asked.shard
    told = {
        cell: (cell, point, first, count, DONE, "", name, paths.get(cell, ""))
        for name in named[REPLICATIONS]
        for cell, point, first, count in cells_in(folder / FOLDER / name)
        if point % of == number - 1 and (not needed or cell in paths)
    }
    return list(told.values())


def all_of_shard(folder: Path, asked: Asked, part: Part) -> bool:
    """Whether every cell in a part is of this shard; one of another has been put here by somebody."""
    number, of = asked.shard
    return all(point % of == number - 1 for _, point, *_ in cells_in(folder / FOLDER / part.name))


def rows_of(parts: list[Part]) -> list[tuple[Any, ...]]:
    """The rows of the record for these parts."""
    return [(part.name, part.kind, part.sha256, part.bytes) for part in parts]


def _ours(path: Path, owner: str) -> Part | None:
    kind, _, rest = path.stem.partition("-")
    if kind not in KINDS or path.suffix != ".parquet":
        return None
    try:
        found = digest_of(path)
        if rest != found[:24] or table_notes(path).get(OWNER) != owner:
            return None
    except (OSError, EnvironmentFault):
        return None
    return Part(path.name, kind, found, path.stat().st_size)
