"""What a cell's numbers depend on besides its question: the code. And digests of plain data."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from cascadesim import __version__

_PARTS = (
    *("scenario/**/*.py", "model/*.py", "engine/*.py", "engine/compiled/*.py"),
    *("experiment/runs.py", "experiment/study/*.py", "experiment/sweep/cells.py"),  # which points, and what is kept
)


@cache
def code_version() -> str:
    """The version, and twelve hexadecimal digits over the sources that decide on points, runs and measures.

    Two machines with the same code agree, whatever the line ends of their checkouts.
    """
    package, found = Path(__file__).parents[2], sha256()
    for pattern in _PARTS:
        for path in sorted(package.glob(pattern)):
            found.update(path.relative_to(package).as_posix().encode() + b"\0")
            found.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return f"{__version__}+{found.hexdigest()[:12]}"


def canonical(content: Any) -> str:
    """Plain data as JSON that does not depend on who writes it: keys sorted, no spaces, ASCII."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def digest(content: Any) -> str:
    """SHA-256 over canonical JSON, in hexadecimal digits."""
    return sha256(canonical(content).encode("ascii")).hexdigest()
