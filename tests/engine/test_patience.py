"""Patience: from referral to start, afresh in hand-over, a draw for each spell."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

from cascadesim.model.enums import Kind, Purpose
from cascadesim.model.rng import entity_stream, replication_key, stable_hash, uniform
from engine.programmes import desk, told
from engine.scene import WEEK, Scene, burst, leaves

Play = Callable[..., Scene]


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
    text = desk(burst(1), "transfer_patience_weeks = 2\npatience_weeks = 0.5", intake="0:1 4:1", rest=rest)
    scene = play_referred(text, a=[1])
    assert scene.lines("awaiting_transfer", "resumed", "lost_on_exit") == [
        "2+5040 awaiting_transfer a:0 w:intake:0:0",
        "4 resumed a:0 w:intake:4:0 10080",
        "4+5040 awaiting_transfer a:0 w:intake:4:0",
        "6+5040 lost_on_exit a:0",
    ]
    assert scene.kpi("clients.transfers") == 2


def test_patience_is_drawn_for_each_spell(play_where: Play) -> None:
    """Spell 0 from referral, 1, 2, ... in hand-over, each with a draw of its own (R11.1)."""
    patience = '{ dist = "exponential", mean = 3 }'
    clients = f"sessions = 30\ntransfer_patience_weeks = {patience}\npatience_weeks = {patience}"
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
        elif row.event == "awaiting_transfer":
            since[row.key] = row.minute
            spells[row.key] += 1
        elif row.event in ("reneged", "lost_on_exit"):
            assert row.minute - since[row.key] == minutes(row.key, spells[row.key])
    assert set(spells.values()) == {1, 2}
    assert len(scene.select("reneged")) > 20
