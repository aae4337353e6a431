"""Somebody more who does nothing changes nobody's history."""

from __future__ import annotations

from generate import Document

from metamorphic.pairs import Played, Words, first_difference, play_toml, prepared, staffs, tiers

SEEDS = range(300)
ENOUGH = 12

def one_may_be_idle(document: Document) -> bool:
    """Whoever is not deployed stays, idle; nobody is replaced."""
    for tier in tiers(document):
        tier |= {"deployment_probability": 0.5, "not_deployed": "idle"}
        for key in ("lag_weeks", "promotion"):
            tier.pop(key, None)
        for staff in staffs(tier):
            staff.pop("target", None)
            staff.setdefault("initial", 0)
    return True


def one_more(document: Document) -> bool:
    """One initial worker more in the last place of every tier."""
    for tier in tiers(document):
        for staff in staffs(tier):
            staff["initial"] += 1
    return True


def newcomers(before: Played, after: Played) -> set[str]:
    """Labels of those who are in one run only."""
    return {row.who for row in after.words if row.event == "RECRUITED"} - {
        row.who for row in before.words if row.event == "RECRUITED"
    }


def others(run: Played, who: set[str]) -> list[Words]:
    """What happened to everybody else; what binds is said of all together."""
    return [row for row in run.words if row.event != "BINDS" and row.who not in who]


def test_an_idle_worker_more() -> None:
    """Those who are idle from the start see nobody, lead nobody, teach nobody (R2.6)."""
    seen = 0
    for seed, before, after in prepared(SEEDS, one_may_be_idle, one_more):
        new = newcomers(before, after)
        idle = {row.who for row in after.words if row.event == "IDLE" and row.minute == 0}
        if not new or not new <= idle:
            continue  # somebody works
        assert not first_difference(others(before, new), others(after, new)), seed
        assert not any(row.whom in new for row in after.words), seed
        seen += 1
        if seen == ENOUGH:
            return
    raise AssertionError(f"{seen} programmes only")


PEERS = """
horizon_weeks = 60
cascade = ["mentor", "peer"]

[tier.mentor]
initial = 4
hours_per_week = 100

[tier.peer]
intake = [{ week = 1, count = 9 }, { week = 20, count = COUNT }]
hours_per_week = 10
candidate_patience_weeks = { dist = "exponential", mean = 30 }

[tier.peer.training]
when = "calendar"
every_weeks = 4
course_weeks = 2
max_cohort = 50
trainer_hours_per_week = 5
pass_probability = 0.8
attempts = 2
practice_weeks = 3

[tier.peer.supervision]
group_size = 1
meeting_hours = 1

[tier.peer.life.moves]
clock = { dist = "exponential", mean_weeks = 40 }
from = "recruitment"
notice_weeks = 2

[tier.peer.life.ill]
clock = { dist = "weibull", shape = 1.5, mean_weeks = 15 }
recurring = true
absence_weeks = { dist = "exponential", mean = 1 }
"""
OF_ALL = ("COURSE_STARTED", "BINDS")
"""Rows that say how many there are."""


def test_one_peer_more_where_nothing_binds() -> None:
    """Who takes part in a course without end and is supervised alone has no effect on the others."""
    for replication in range(10):
        before, after = (play_toml(PEERS.replace("COUNT", str(count)), replication) for count in (5, 6))
        new = newcomers(before, after)
        assert new == {"peer:intake:20:5"}
        kept = [[by_person(row) for row in others(run, new) if row.event not in OF_ALL] for run in (before, after)]
        alone = {row.who for row in after.words if row.whom in new}
        assert [row for row in kept[1] if row.who not in alone] == kept[0]


def by_person(row: Words) -> Words:
    """Groups are numbered as they are opened, by whoever has most time."""
    return row._replace(whom="") if row.who.startswith("peer:intake") else row
