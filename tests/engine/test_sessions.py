"""Care session by session: not starting, missing, going on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cascadesim.model.enums import Kind, Purpose
from cascadesim.model.ids import FIRST_DATED
from cascadesim.model.rng import entity_stream, replication_key, stable_hash, uniform
from engine.circles import circle
from engine.clinic import clinic, luck_of_client, told
from engine.lives import away
from engine.programmes import desk
from engine.scene import WEEK, Scene, burst, leaves

Play = Callable[..., Scene]


def test_a_non_starter_holds_the_place_for_one_interval(play_referred: Play) -> None:
    """R8.2. Nobody starts; two weeks each."""
    scene = play_referred(desk(burst(1, 2), "start_probability = 0\ninterval_weeks = 2"), a=[1, 2])
    assert scene.lines("not_starting", "never_started", "started") == [
        "1 not_starting a:0 w:intake:0:0 20160",
        "3 never_started a:0 w:intake:0:0",
        "3 not_starting a:1 w:intake:0:0 20160",
        "5 never_started a:1 w:intake:0:0",
    ]
    assert scene.kpi("clients.never_started") == 2
    assert scene.kpi("clients.coverage") == 0.0
    assert scene.kpi("tier.w.share.clients") == pytest.approx((1 / 2) * 4 / (20 * 20))  # one hour in two weeks


def test_a_non_starter_whose_worker_leaves(play_referred: Play) -> None:
    """Goes at that instant: whoever comes next is for those who will start (R8.2, R8.5)."""
    text = desk(burst(1), "start_probability = 0\ninterval_weeks = 2", intake="0:1 4:1", rest=leaves("w", "move", 2))
    gone = [
        "1 not_starting a:0 w:intake:0:0 20160",
        "2 never_started a:0 w:intake:0:0",
    ]
    events = ("not_starting", "awaiting_transfer", "lost_on_exit", "resumed", "never_started")
    assert play_referred(text, a=[1]).lines(*events) == gone
    lost = text.replace("[clients]", '[clients]\non_worker_exit = "lose"')
    assert play_referred(lost, a=[1]).lines(*events) == gone


def test_a_non_starter_whose_worker_is_away_for_too_long(play_referred: Play) -> None:
    """Away from week 2 to 6, and held for two of them: the place is free at week 4."""
    rest = away("w", 2, 4) + "[tier.w.absence]\nhold_weeks = 2\n"
    text = desk(burst(1), "start_probability = 0\ninterval_weeks = 2", rest=rest)
    assert play_referred(text, a=[1]).lines("not_starting", "paused", "awaiting_transfer", "never_started") == [
        "1 not_starting a:0 w:intake:0:0 20160",
        "2 paused a:0 w:intake:0:0 10080",
        "4 never_started a:0 w:intake:0:0",
    ]


@pytest.mark.parametrize(("most", "weeks"), [(0, ["2"]), (2, ["2", "3", "4"])])
def test_no_shows_up_to_a_limit(play_referred: Play, most: int, weeks: list[str]) -> None:
    """Whoever misses once more than max_no_shows has dropped out; every miss costs the slot."""
    scene = play_referred(desk(burst(1), f"no_show_probability = 1\nmax_no_shows = {most}"), a=[1])
    assert scene.weeks("no_show") == weeks
    assert scene.lines("dropped_out") == [f"{weeks[-1]} dropped_out a:0 w:intake:0:0 no_shows"]
    assert scene.kpi("clients.no_show_share") == 1.0
    assert scene.kpi("tier.w.share.clients") == len(weeks) / (20 * 20)


def test_no_shows_without_a_limit_go_on(play_referred: Play) -> None:
    scene = play_referred(desk(burst(1), "no_show_probability = 1"), a=[1])
    assert len(scene.select("no_show")) == 18  # weeks 2 to 19; the horizon itself is not executed (R1.5)
    assert scene.kpi("clients.in_care_at_end") == 1


MANY = desk(
    "3",
    """sessions = 4
interval_weeks = { dist = "uniform", low = 0.5, high = 1.5 }
start_probability = 0.8
continue_probability = 0.9
no_show_probability = 0.3
max_no_shows = 3""",
    intake="0:60",
    worker="caseload = 3",
)


def course_of_care(number: int, started: int) -> list[tuple[int, str, int]]:
    """(minute, event, amount) of what happens to this client after the offer, from their draws alone (R8.2)."""
    luck, stream = replication_key(1, 0), entity_stream(Kind.CLIENT, stable_hash("a"), number)

    def draw(purpose: Purpose, index: int = 0) -> float:
        return uniform(luck, stream, purpose, index)

    minute, attended, tries, misses = started, 0, 0, 0
    happened = []
    starts = draw(Purpose.START) < 0.8
    while True:
        slot = attended << 20 | tries
        minute += int((0.5 + draw(Purpose.INTERVAL, slot)) * WEEK + 0.5)
        if not starts:
            return [(minute, "never_started", 0)]
        if draw(Purpose.SHOW, slot) < 0.3:
            tries, misses = tries + 1, misses + 1
            happened.append((minute, "no_show", tries))
            if misses > 3:
                return [*happened, (minute, "dropped_out", 0)]
            continue
        attended, tries = attended + 1, 0
        happened.append((minute, "session", attended))
        if attended == 4:
            return [*happened, (minute, "completed", 0)]
        if draw(Purpose.CONTINUE, attended) >= 0.9:
            return [*happened, (minute, "dropped_out", 0)]


def test_every_client_follows_their_own_draws(play: Play) -> None:
    """Nobody waits here, so the course of care of every client can be worked out from (client, session, try)."""
    scene = play(MANY)
    begun = {row.key: row.minute for row in scene.select("started", "not_starting")}
    assert len(begun) > 40
    kinds = set()
    for key, minute in begun.items():
        expected = [each for each in course_of_care(int(key.split(":")[1]), minute) if each[0] < 20 * WEEK]
        events = ("session", "no_show", "completed", "dropped_out", "never_started")
        assert [(row.minute, row.event, row.amount) for row in scene.select(*events) if row.key == key] == expected
        kinds |= {event for _, event, _ in expected}
    assert kinds == {"session", "no_show", "completed", "dropped_out", "never_started"}


UNEVEN = 'interval_weeks = { dist = "discrete", values = [0.5, 2.5], probabilities = [0.5, 0.5] }'


@pytest.mark.parametrize("research", [0, 6])
@pytest.mark.parametrize("together", [False, True])
def test_what_is_booked_is_what_happens(play: Play, together: bool, research: int) -> None:
    """Six sessions of an hour are six hours, however long the intervals that are drawn; so are hours of research."""
    care = f"sessions = 6\nresearch_hours_per_client = {research}\n{UNEVEN}"
    people = "initial = 1\ncaseload = 9"
    text = clinic(people, care, a="1", weeks=40)
    if together:
        form = "facilitators = 1\ngroup_min = 1\nsession_hours = 1\nsessions = 6"
        text = circle(people, form, care, a="1").replace("horizon_weeks = 20", "horizon_weeks = 40")
    scene = play(text)
    assert len(scene.select("session")) == 6
    weeks = (scene.select("completed")[0].minute - WEEK) / WEEK
    assert abs(weeks - 6 * 1.5) > 1  # of mean intervals
    for purpose, hours in [("clients", 6), ("research", 6)][: 1 + (research > 0)]:
        booked = scene.kpi(f"tier.w.share.{purpose}") * 20 * 40
        assert hours - 1e-9 <= booked <= hours + weeks / 60  # rounded up to whole minutes a week
    assert scene.kpi("tier.w.overtime_share") == 0.0


def test_another_interval_after_a_transfer(play: Play) -> None:
    """The interval that was broken off is not drawn again: transfer, session and try name a draw (R8.5, R11.1)."""
    people = "intake = [{ week = 0, count = 1 }, { week = 3, count = 1 }]"
    care = 'interval_weeks = { dist = "uniform", low = 1, high = 3 }'
    scene = play(clinic(people, care, leaves("w", "move", 1.5), a="1"))
    waits = [row.amount for row in scene.select("started", "resumed")]
    luck = [luck_of_client("a", FIRST_DATED, Purpose.INTERVAL, index) for index in (0, 1 << 40)]
    assert waits == [round((1 + 2 * each) * WEEK) for each in luck]
    assert waits[0] != waits[1]
    assert told(scene, "awaiting_transfer") == ["1+5040 awaiting_transfer a0 w0"]
