"""The graduates of a course are shared among those who gave it, however many they are: none is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.programmes import school
from engine.scene import Scene

Play = Callable[..., Scene]
EACH = "tier.mentor.graduates_per_trainer"


@pytest.mark.parametrize("trainers", [1, 10, 11, 13])
def test_one_graduate_of_many_trainers(play: Play, trainers: int) -> None:
    """A graduate is counted in 5040 parts: eleven trainers get 458 each, and two parts are left for the first two."""
    training = f"course_weeks = 2\nmax_cohort = 2\ntrainer_hours_per_week = 5\ntrainers_per_course = {trainers}"
    scene = play(school(training, "1:1", mentor=f"initial = {trainers}"))
    assert scene.kpi(f"{EACH}_mean") * trainers == pytest.approx(1.0, abs=1e-12)
    share, rest = divmod(5040, trainers)
    assert scene.kpi(f"{EACH}_max") == (share + (rest > 0)) / 5040
