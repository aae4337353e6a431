"""Somebody more who does nothing changes nobody's history."""

from __future__ import annotations

from generate import Document

from metamorphic.pairs import Played, Words, first_difference, play_toml, prepared, staffs, tiers

SEEDS = range(100)
ENOUGH = 15


def one_may_be_idle(document: Document) -> bool:
    """Whoever is not deployed stays, idle; nobody is replaced."""
    for tier in tiers(document):
        tier |= {"deployment_probability": 0.5, "not_deployed": "stay"}
        for key in ("lag_weeks", "promotion"):
            tier.pop(key, None)
        for staff in staffs(tier):
            staff.pop("target", None)
            staff.setdefault("initial", 0)
    return True


def one_more(document: Document) -> bool:
    """One initial worker more in the last place of one tier and site."""
    tier = tiers(document)[document["horizon_weeks"] % len(document["cascade"])]
    staffs(tier)[0]["initial"] += 1
    return True


def newcomers(before: Played, after: Played) -> set[str]:
    """Labels of those who are in one run only."""
    return {row.who for row in after.words if row.event == "RECRUITED"} - {
        row.who for row in before.words if row.event == "RECRUITED"
    }


def others(run: Played, who: set[str]) -> list[Words]:
    """What happened to everybody else; what binds is said of all together."""
    return [row for row in run.words if row.event != "BINDING_CONSTRAINT" and row.who not in who]


def test_an_idle_worker_more() -> None:
    """Those who are idle from the start see nobody, lead nobody, teach nobody (R2.6)."""
    seen = 0
    for seed, before, after in prepared(SEEDS, one_may_be_idle, one_more):
        new = newcomers(before, after)
        idle = {row.who for row in after.words if row.event == "NOT_DEPLOYED" and row.minute == 0}
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

[tier.peer.events.moves]
time_to_event = { dist = "exponential", mean_weeks = 40 }
from = "recruitment"
notice_weeks = 2

[tier.peer.events.ill]
time_to_event = { dist = "weibull", shape = 1.5, mean_weeks = 15 }
recurring = true
absence_weeks = { dist = "exponential", mean = 1 }
"""


def test_one_peer_more_where_nothing_binds() -> None:
    """Who takes part in a course without end and is supervised alone has no effect on the others."""
    for replication in range(10):
        before, after = (play_toml(PEERS.replace("COUNT", str(count)), replication) for count in (5, 6))
        new = newcomers(before, after)
        assert new == {"peer:intake:20:5"}
        assert not first_difference(lives(before, new), lives(after, new))


def lives(run: Played, new: set[str]) -> list[Words]:
    """What happened to everybody else, but for groups, which are numbered as they are opened."""
    people = {row.who for row in run.words if row.event == "RECRUITED"}
    return [row._replace(whom="") for row in others(run, new) if row.who in people]
