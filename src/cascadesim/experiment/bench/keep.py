"""Where the results of a benchmark go: one JSON file, written whole or not at all."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from cascadesim.errors import EnvironmentFault, UsageError

_RESULTS = Path("results")


def place_for(out: Path | None, now: dt.datetime) -> Path:
    """The file to write, in a folder that is there; by default a new one under `results`."""
    if out is None:
        out = _RESULTS / f"bench-{now:%Y%m%d-%H%M%S}.json"
        _RESULTS.mkdir(exist_ok=True)
    if out.suffix != ".json":
        raise UsageError(f"-o {out}: the results are a JSON file.", hint="Name it *.json.", code="output")
    if out.is_dir():
        raise EnvironmentFault(f"{out} is a folder; the results are a file.", hint="Name a file in it.", file=str(out))
    if not out.parent.is_dir():
        message = f"cannot write {out}: there is no folder {out.parent}."
        raise EnvironmentFault(message, hint="Make the folder first.", code="no_folder", file=str(out))
    return out


def keep(found: dict[str, Any], place: Path) -> None:
    """The whole file or none."""
    part = place.with_name(f".{place.name}.part")
    try:
        part.write_text(json.dumps(found, indent=1, allow_nan=False) + "\n", encoding="utf-8")
        part.replace(place)
    except OSError as error:
        message = f"cannot write {place}: {error.strerror or error}."
        raise EnvironmentFault(message, code="unwritable", file=str(place)) from None
    finally:
        part.unlink(missing_ok=True)
