"""Who is promoted: for how long they have been certified, and with what they begin above (R9.2)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.scene import Scene, leaves

Play = Callable[..., Scene]


def trained(tenure: float, *, table: str = "") -> str:
    """A peer is taught from week 1 to 3; both mentors leave at week 8."""
    return f"""
horizon_weeks = 20
report_weeks = [6, 10]
cascade = ["mentor", "peer"]
[tier.mentor]
hours_per_week = 10
initial = 1
intake = [{{ week = 1, count = 1 }}]
target = 2
lag_weeks = 4
[tier.mentor.promotion]
min_tenure_weeks = {tenure}
[tier.peer]
hours_per_week = 5
intake = [{{ week = 1, count = 1 }}]
[tier.peer.training]
course_weeks = 2
max_cohort = 1
trainer_hours_per_week = 5
[tier.peer.supervision]
required = false
{table}
{leaves("mentor", "move", 8)}
"""


@pytest.mark.parametrize(("tenure", "promoted"), [(5, True), (5.5, False)])
def test_tenure_is_counted_from_the_certificate(play: Play, tenure: float, promoted: bool) -> None:
    """Week 8 is seven weeks after recruitment and five after the certificate."""
    scene = play(trained(tenure))
    assert scene.weeks("certified", of="peer:intake:1:0")[:1] == ["3"]
    assert scene.weeks("promoting") == (["8"] if promoted else [])
    assert scene.kpi("tier.peer.exits.promoted") == promoted
    assert scene.kpi("tier.peer.exits.failed_training") == 0


def test_competence_goes_along(play: Play) -> None:
    """The mentors of the start stand at 0.9 and have all left when the peer of 0.6 is one of them."""
    able = "[tier.mentor.competence]\ncourse_level = 0.9\n[tier.peer.competence]\ncourse_level = 0.6\n"
    scene = play(trained(0, table=able))
    assert scene.kpi("tier.mentor.competence_mean_at_week_6") == pytest.approx(0.9)
    assert scene.kpi("tier.mentor.competence_mean_at_week_10") == pytest.approx(0.6)
