"""What a store is about: kept twice, in the record and beside it, so that one of the two may be damaged."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cascadesim.errors import EnvironmentFault
from cascadesim.experiment.sweep.identity import canonical, digest

STUDY = "study.json"
FORMAT = 1


@dataclass(frozen=True)
class Asked:
    """What a store is about: the study as plain data, the code that runs it, and which part of it (1 of 1 is all)."""

    study: dict[str, Any]
    code: str
    shard: tuple[int, int] = (1, 1)

    @property
    def identity(self) -> str:
        """The digest of study and code: equal for all shards of a study."""
        return digest({"study": self.study, "code": self.code, "format": FORMAT})

    def text(self) -> str:
        """As it is kept, twice: in the record and beside it."""
        content = {"format": FORMAT, "study": self.study, "code": self.code, "shard": list(self.shard)}
        return canonical({"asked": content, "digest": digest(content)})


def asked_from(text: str, folder: Path) -> Asked | None:
    """What `Asked.text` told; None where it is damaged. An `EnvironmentFault` where another version wrote it."""
    try:
        content = json.loads(text)
        asked, found = content["asked"], content["digest"]
        if digest(asked) != found:
            return None
        if asked["format"] != FORMAT:
            raise EnvironmentFault(
                f"has format {asked['format']} of stores, this version of cascadesim reads {FORMAT}.",
                hint="Use the version that wrote it, or sweep anew into another folder.",
                code="store_format",
                file=str(folder),
            )
        return Asked(asked["study"], asked["code"], (asked["shard"][0], asked["shard"][1]))
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        return None
