"""Clients: who sees whom, sessions, no-shows, patience, hand-over."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

import pytest

from cascadesim.model.codes import Kind, Purpose
from cascadesim.model.draws import entity_stream, replication_key, stable_hash, uniform
from engine.scene import WEEK, Scene, burst, dated, leaves

Play = Callable[..., Scene]

CARE = (
    "started",
    "not_starting",
    "session",
    "no_show",
    "completed",
    "dropped_out",
    "never_started",
    "reneged",
    "handed_over",
    "resumed",
    "lost_on_exit",
)


def desk(
    referred: str, clients: str = "", *, intake: str = "0:1", worker: str = "", streams: str = "a", rest: str = ""
) -> str:
    """One tier of workers with one place each; two sessions; `referred` for each of the streams."""
    care = {"sessions": "2", "session_hours": "1"} | dict(each.split(" = ", 1) for each in clients.splitlines())
    table = "\n".join(f"{key} = {value}" for key, value in care.items())
    rates = "\n".join(f"[clients.stream.{name}]\nreferrals_per_week = {referred}" for name in streams.split())
    return f"""
horizon_weeks = 20
cascade = ["w"]
[tier.w]
hours_per_week = 20
intake = {dated(intake)}
{worker}
{rest}
[clients]
{table}
{rates}
"""


def told(scene: Scene, *events: str) -> list[str]:
    """What happened to clients; `w0` is the first worker of the first intake."""
    return [each.replace("w:intake:0:", "w").replace(" 10080", "") for each in scene.lines(*(events or CARE))]


# --- who sees whom (R8.4) -------------------------------------------------------------------------------------------


def test_fewest_open_cases_then_longest_since_a_start_then_key(play_referred: Play) -> None:
    """Two workers of two places. 1: both idle, the key decides. 2: the second has none. 4: both have none again,
    the first one's last start is longer ago. 5: the second has none. 6: a tie of one each at 5.5."""
    scene = play_referred(desk(burst(1, 2, 4, 5, 5.5), intake="0:2", worker="caseload = 2"), a=[1, 2, 4, 5, 5.5])
    assert told(scene, "started", "completed") == [
        "1 started a:0 w0",
        "2 started a:1 w1",
        "3 completed a:0 w0",
        "4 completed a:1 w1",
        "4 started a:2 w0",
        "5 started a:3 w1",
        "5+5040 started a:4 w0",
        "6 completed a:2 w0",
        "7 completed a:3 w1",
        "7+5040 completed a:4 w0",
    ]


def test_fewest_open_cases_before_longest_since_a_start(play_referred: Play) -> None:
    """At week 4 the first worker, who began at 1, still has a case; the second, who began later, has none."""
    interval = 'interval_weeks = { dist = "discrete", values = [1, 4], probabilities = [0.5, 0.5] }'
    text = desk(burst(1, 2, 4), f"sessions = 1\n{interval}", intake="0:2", worker="caseload = 2")

    def long_then_short(scene: Scene) -> bool:
        return [row.amount for row in scene.select("started")][:2] == [4 * WEEK, WEEK]

    scene = play_referred(text, long_then_short, a=[1, 2, 4])
    assert [row.other for row in scene.select("started")] == ["w:intake:0:0", "w:intake:0:1", "w:intake:0:1"]


def test_referrals_of_one_minute_in_order_of_stream_and_number(play_referred: Play) -> None:
    """One worker; two clients of stream a and one of b at week 1, whatever the order of the streams in the file."""
    scene = play_referred(desk(burst(1), streams="b a", clients="sessions = 1"), a=[1, 1], b=[1])
    assert told(scene, "started") == ["1 started a:0 w0", "2 started a:1 w0", "3 started b:0 w0"]


def test_hand_overs_come_before_earlier_referrals(play_referred: Play) -> None:
    """b waits from week 1, a is in care. At week 2.5 their worker leaves and another comes: a first."""
    text = desk(burst(1), streams="a b", intake="0:1 2.5:1", rest=leaves("w", "move", 2.5))
    assert [each.replace("w:intake:2.5:", "w1") for each in told(play_referred(text, a=[1], b=[1]))] == [
        "1 started a:0 w0",
        "2 session a:0 w0 supervised 1",
        "2+5040 handed_over a:0 w0",
        "2+5040 resumed a:0 w10",
        "3+5040 session a:0 w10 supervised 2",
        "3+5040 completed a:0 w10",
        "3+5040 started b:0 w10",
        "4+5040 session b:0 w10 supervised 1",
        "5+5040 session b:0 w10 supervised 2",
        "5+5040 completed b:0 w10",
    ]


def test_hand_overs_in_order_of_referral(play_referred: Play) -> None:
    """Two workers leave at week 4 and one comes: the client of week 1 first, with six of nine sessions to go."""
    text = desk(burst(1, 2), "sessions = 9", intake="0:2 4:1", rest=leaves("w", "move", 4))
    scene = play_referred(text, a=[1, 2])
    assert scene.lines("handed_over", "resumed") == [
        "4 handed_over a:0 w:intake:0:0",
        "4 handed_over a:1 w:intake:0:1",
        "4 resumed a:0 w:intake:4:0 10080",
        "10 resumed a:1 w:intake:4:0 10080",
    ]


def test_a_resumed_client_keeps_the_sessions(play_referred: Play) -> None:
    """Three of four sessions by week 4, the last at the minute of the exit; the fourth an interval after resuming."""
    text = desk(burst(1), "sessions = 4", intake="0:1 6.25:1", rest=leaves("w", "move", 4))
    assert [each.replace("w:intake:6.25:0", "w9") for each in told(play_referred(text, a=[1]))] == [
        "1 started a:0 w0",
        "2 session a:0 w0 supervised 1",
        "3 session a:0 w0 supervised 2",
        "4 session a:0 w0 supervised 3",
        "4 handed_over a:0 w0",
        "6+2520 resumed a:0 w9",
        "7+2520 session a:0 w9 supervised 4",
        "7+2520 completed a:0 w9",
    ]


def test_lose_instead_of_hand_over(play_referred: Play) -> None:
    text = desk(burst(1), 'on_worker_exit = "lose"', rest=leaves("w", "move", 2.5), intake="0:1 2.5:1")
    scene = play_referred(text, a=[1])
    assert told(scene)[2:] == ["2+5040 lost_on_exit a:0 w0"]
    assert [scene.kpi(f"clients.{name}") for name in ("lost_on_exit", "handed_over")] == [1, 0]


# --- patience -------------------------------------------------------------------------------------------------------


def test_patience_runs_from_referral_to_start(play_referred: Play) -> None:
    """Three weeks: the client of week 1.5 is seen at week 3, that of week 2 leaves just as a place falls free."""
    scene = play_referred(desk(burst(1, 1.5, 2), "patience_weeks = 3"), a=[1, 1.5, 2])
    assert told(scene, "started", "completed", "reneged") == [
        "1 started a:0 w0",
        "3 completed a:0 w0",
        "3 started a:1 w0",
        "5 completed a:1 w0",
        "5 reneged a:2",
    ]
    assert scene.kpi("clients.wait_mean_weeks") == (0 + 1.5) / 2
    assert scene.kpi("clients.waiting_mean") == (1.5 + 3) / 20


def test_patience_in_hand_over_runs_afresh_each_time(play_referred: Play) -> None:
    """Two weeks each time: handed over at 2.5, resumed at 4; handed over again at 4.5, lost at 6.5."""
    rest = leaves("w", "first", 2.5) + leaves("w", "then", 4.5)
    text = desk(burst(1), "handover_patience_weeks = 2\npatience_weeks = 0.5", intake="0:1 4:1", rest=rest)
    scene = play_referred(text, a=[1])
    assert scene.lines("handed_over", "resumed", "lost_on_exit") == [
        "2+5040 handed_over a:0 w:intake:0:0",
        "4 resumed a:0 w:intake:4:0 10080",
        "4+5040 handed_over a:0 w:intake:4:0",
        "6+5040 lost_on_exit a:0",
    ]
    assert scene.kpi("clients.handed_over") == 2


def test_patience_is_drawn_for_each_spell(play_where: Play) -> None:
    """Spell 0 from referral, 1, 2, ... in hand-over, each with a draw of its own (R11.1)."""
    patience = '{ dist = "exponential", mean = 3 }'
    clients = f"sessions = 30\nhandover_patience_weeks = {patience}\npatience_weeks = {patience}"
    rest = leaves("w", "first", 4) + leaves("w", "then", 6)
    text = desk("4", clients, intake="0:2 5:2", rest=rest)

    def minutes(key: str, spell: int) -> int:
        stream = entity_stream(Kind.CLIENT, stable_hash("a"), int(key.split(":")[1]))
        draw = uniform(replication_key(1, scene.run.replication), stream, Purpose.PATIENCE, spell)
        return round(-3 * WEEK * math.log1p(-draw))

    scene = play_where(text, lambda scene: sum(row.minute > 6 * WEEK for row in scene.select("lost_on_exit")) >= 2)
    spells, since = Counter[str](), {}
    for row in scene.rows:
        if row.event == "referred":
            since[row.key] = row.minute
        elif row.event == "handed_over":
            since[row.key] = row.minute
            spells[row.key] += 1
        elif row.event in ("reneged", "lost_on_exit"):
            assert row.minute - since[row.key] == minutes(row.key, spells[row.key])
    assert set(spells.values()) == {1, 2}
    assert len(scene.select("reneged")) > 20


# --- the first session and the last ---------------------------------------------------------------------------------


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
    """Waits for another place, holds that for a whole interval, and has never started."""
    text = desk(burst(1), "start_probability = 0\ninterval_weeks = 2", intake="0:1 4:1", rest=leaves("w", "move", 2))
    assert play_referred(text, a=[1]).lines("not_starting", "handed_over", "resumed", "never_started") == [
        "1 not_starting a:0 w:intake:0:0 20160",
        "2 handed_over a:0 w:intake:0:0",
        "4 resumed a:0 w:intake:4:0 20160",
        "6 never_started a:0 w:intake:4:0",
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


# --- hours and the window -------------------------------------------------------------------------------------------


def test_an_episode_commits_its_minutes_a_week(play_referred: Play) -> None:
    """(1.5 + 0.75 hours) / interval of 0.7 weeks = 192.86 minutes a week, rounded up, while the episode is open."""
    clients = "session_hours = 1.5\nsession_overhead_hours = 0.75\ninterval_weeks = 0.7\nsessions = 5"
    scene = play_referred(desk(burst(1), clients), a=[1])
    assert scene.lines("completed") == ["4+5040 completed a:0 w:intake:0:0"]
    assert scene.kpi("tier.w.utilisation") == pytest.approx(193 * 3.5 / (1200 * 20), abs=1e-15)


def test_clients_belong_to_the_window_by_referral(play_referred: Play) -> None:
    """From week 2 on: the client of week 1 counts nowhere, though in care until week 3; integrals count by time."""
    text = "measure_from_week = 2\n" + desk(burst(1, 2, 19))
    scene = play_referred(text, a=[1, 2, 19])
    named = ("referred", "started", "completed", "in_care_at_end", "waiting_at_end", "sessions_attended")
    assert [scene.kpi(f"clients.{name}") for name in named] == [2, 2, 1, 1, 0, 2]
    assert scene.kpi("clients.wait_mean_weeks") == 0.5  # the client of week 2 waited a week, that of week 19 not at all
    assert scene.kpi("clients.in_care_mean") == (1 + 2 + 1) / 18
