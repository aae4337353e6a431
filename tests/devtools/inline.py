"""Stand-ins for the process apart, for tests that put something into this one."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from cascadesim.devtools.engine_comparison import search
from cascadesim.devtools.engine_comparison.compare import Comparison, ComparisonRequest
from cascadesim.experiment.worker_pool import WorkerPool

DEADLY = 3


class Inline:
    """`Apart` without a process: what was put into the engine of this one is seen."""

    def __init__(self, work: Callable[[ComparisonRequest], Comparison]) -> None:
        self.work = work

    def __call__(self, request: ComparisonRequest) -> Comparison:
        return self.work(request)

    def close(self) -> None:
        """Nothing to end."""


def compare_inline(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on a search makes its comparisons in this process."""
    monkeypatch.setattr(search, WorkerPool.__name__, Inline)


def deadly(request: ComparisonRequest) -> Comparison:
    """Ends the process on one number, as a compiled engine might that reads where it should not."""
    if request.seed == DEADLY:
        os._exit(7)
    return Comparison(request, rows=1)
