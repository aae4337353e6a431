"""Which code made a result, and digests of plain data: what a sweep's numbers depend on, and what tells runs apart."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from cascadesim._version import __version__

_PACKAGE = Path(__file__).parents[1]
_SOURCES = (
    *("scenario/**/*.py", "model/**/*.py", "engine/**/*.py"),
    *("experiment/simulate.py", "experiment/study/*.py", "experiment/sweep/tasks.py"),  # which points, what is kept
)


def sources() -> list[Path]:
    """The files that decide on points, runs and measures, in a fixed order."""
    return [path for pattern in _SOURCES for path in sorted(_PACKAGE.glob(pattern))]


@cache
def code_version() -> str:
    """The version, and twelve hexadecimal digits over the sources.

    Two machines with the same code agree, whatever the line ends of their checkouts.
    """
    content = sha256()
    for path in sources():
        content.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0")
        content.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return f"{__version__}+{content.hexdigest()[:12]}"


def canonical(content: Any) -> str:
    """Plain data as JSON that does not depend on who writes it: keys sorted, no spaces, ASCII."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def digest(content: Any) -> str:
    """SHA-256 over canonical JSON, in hexadecimal digits."""
    return sha256(canonical(content).encode("ascii")).hexdigest()
