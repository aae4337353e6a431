"""What time it is, for what is shown and noted; nothing that is computed depends on it. Tests may put another there."""

from __future__ import annotations

import datetime as dt


def now() -> dt.datetime:
    """The present, with its time zone (UTC)."""
    return dt.datetime.now(dt.UTC)
