"""Stand-ins for the process apart, for tests that put something into this one."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

from cascadesim.experiment.twin.both import judge
from cascadesim.experiment.twin.outcome import Outcome, Subject

DEADLY = 3


class Inline:
    """`WorkerPool` without a process: what was put into the engine of this one is seen."""

    def __init__(self, work: Callable[[Subject], Outcome]) -> None:
        self.work = work

    def __call__(self, subject: Subject) -> Outcome:
        return self.work(subject)

    def close(self) -> None:
        """Nothing to end."""


def deadly(subject: Subject) -> Outcome:
    """Ends the process on one number, as a compiled engine might that reads where it should not."""
    if subject.seed == DEADLY:
        os._exit(7)
    return replace(judge(subject), difference=None)
