"""What a store is about: kept twice, in the record and beside it, so that one of the two may be damaged."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cascadesim.errors import EnvironmentFault
from cascadesim.experiment.code_version import canonical, digest

STUDY = "study.json"
FORMAT = 2


@dataclass(frozen=True)
class SweepSpec:
    """What a store is about: the study as plain data, the code that runs it, and which part of it (1 of 1 is all)."""

    study: dict[str, Any]
    code: str
    shard: tuple[int, int] = (1, 1)

    @property
    def identity(self) -> str:
        """The digest of study and code: equal for all shards of a study."""
        return digest({"study": self.study, "code": self.code, "format": FORMAT})

    def has(self, point: int) -> bool:
        """Whether a point is of this shard."""
        return in_shard(point, self.shard)

    def text(self) -> str:
        """As it is kept, twice: in the record and beside it."""
        content = {"format": FORMAT, "study": self.study, "code": self.code, "shard": list(self.shard)}
        return canonical({"asked": content, "digest": digest(content)})


def in_shard(point: int, shard: tuple[int, int]) -> bool:
    """Whether a point is of the shard (number from 1, of how many)."""
    number, of = shard
    return point % of == number - 1


def spec_from(text: str, folder: Path) -> SweepSpec | None:
    """What `SweepSpec.text` wrote; None where it is damaged. An `EnvironmentFault` where another version wrote it."""
    try:
        content = json.loads(text)
        asked = content["asked"]
        if digest(asked) != content["digest"]:
            return None
        if asked["format"] != FORMAT:
            raise EnvironmentFault(
                f"has format {asked['format']} of stores, this version of cascadesim reads {FORMAT}.",
                hint="Use the version that wrote it, or sweep anew into another folder.",
                code="store_format",
                file=str(folder),
            )
        return SweepSpec(asked["study"], asked["code"], (asked["shard"][0], asked["shard"][1]))
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        return None
