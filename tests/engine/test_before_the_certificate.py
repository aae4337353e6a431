"""What apprentices may not do: see clients if their practice is simulated, facilitate groups (R2.8, R2.9)."""

from __future__ import annotations

from collections.abc import Callable

from engine.scene import Scene

Play = Callable[..., Scene]

TEXT = """
horizon_weeks = 20
cascade = ["mentor", "peer"]
[tier.mentor]
hours_per_week = 10
initial = 1
[tier.peer]
hours_per_week = 10
intake = [{ week = 1, count = 1 }]
caseload = 3
apprentice_caseload = 3
[tier.peer.training]
course_weeks = 2
max_cohort = 1
trainer_hours_per_week = 5
practice = "clients"
practice_cases = 1
[tier.peer.supervision]
meeting_hours = 1
[clients]
sessions = 2
session_hours = 1
[clients.format.class]
group_max = 2
[clients.stream.alone]
dates = [6]
[clients.stream.together]
dates = [4, 4]
format = "class"
"""


def test_a_group_waits_for_the_certificate(play: Play) -> None:
    """An apprentice from week 3; the only case of their own is over at week 8."""
    scene = play(TEXT)
    assert scene.weeks("started") == ["6"]
    assert scene.weeks("certified", of="peer:intake:1:0") == ["8"]
    assert scene.weeks("client_group_started") == ["8"]
    assert scene.kpi("clients.waiting.care.too_few_workers_weeks") == 2 * 4


def test_simulated_practice_is_without_clients(play: Play) -> None:
    """The course ends at week 3, practice at week 8: the client of week 6 waits for two weeks."""
    practice = 'practice = "simulated"\npractice_weeks = 5'
    text = TEXT.replace('practice = "clients"\npractice_cases = 1', practice)
    scene = play(text.replace("dates = [4, 4]", "dates = [15, 15]"))
    assert scene.weeks("certified", of="peer:intake:1:0") == ["8"]
    assert scene.weeks("started") == ["8"]
