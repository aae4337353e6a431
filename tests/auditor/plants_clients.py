"""Planted faults of clients, groups of them and their workers: what was done, and the check that must name it."""

from __future__ import annotations

from typing import Any

from auditor.edits import Edit, Log, again, change, drop, to_somebody_else, twice

NOBODYS = "pair@east:Farsi:77"


def without_stand_in(log: Log) -> Log | None:
    """Nobody takes the place of a facilitator who is lost."""
    started: dict[str, int] = {}
    for place, row in enumerate(log):
        if row.event == "client_group_started":
            started[row.key] = row.minute
        if row.event == "facilitator_joined" and row.minute > started.get(row.key, row.minute):
            return log[:place] + log[place + 1 :]
    return None


def out_of_turn(log: Log) -> Log | None:
    """Two groups that find a facilitator each at one instant change places."""
    started: dict[str, int] = {}
    for place, row in enumerate(log):
        if row.event == "client_group_started":
            started[row.key] = row.minute
        before = log[place - 1]
        stand_ins = row.event == before.event == "facilitator_joined" and row.minute == before.minute
        if stand_ins and row.key != before.key and row.minute > started[row.key] and row.minute > started[before.key]:
            changed = [before._replace(key=row.key), row._replace(key=before.key)]
            return [*log[: place - 1], *changed, *log[place + 1 :]]
    return None


CLIENT_EDITS: list[tuple[str, str, Edit]] = [
    ("client moves", "care paused twice", twice("paused")),
    ("client moves", "a session while the worker is away", again("session", "paused", detail="supervised", amount=1)),
    ("client moves", "screened out twice", twice("screened_out")),
    ("client moves", "into a group from care", again("joined_group", "session", other=NOBODYS, detail="started")),
    (
        "who is referred",
        "a language that nobody speaks",
        change("referred", {"detail": "mixed:Welsh"}, detail="mixed:Farsi"),
    ),
    ("who is referred", "urgent for no reason", change("referred", {"amount": 1}, detail="self")),
    ("who is referred", "screened out of those who all come", change("referred", {"event": "screened_out"})),
    ("dated referrals", "a date without a referral", drop("referred", key="self:dated:3")),
    ("potential referrals", "one who was not screened", drop("screened_out")),
    ("site and language", "an interpreter for nothing", change("started", {"detail": "interpreter"}, detail="")),
    ("site and language", "no interpreter", change("started", {"detail": ""}, detail="interpreter")),
    (
        "site and language",
        "by somebody of another site",
        change("started", {"other": "base@west:initial:0"}, other=lambda label: "@east" in label),
    ),
    ("who may see clients", "seen by somebody idle", again("started", "not_deployed", other="base@east:initial:0")),
    ("pause of care", "more left than there can be", change("paused", {"amount": 30_000})),
    ("pause of care", "on while the worker is away", again("unpaused", "paused")),
    ("paused at rest", "care goes on alone", drop("paused")),
    ("paused at rest", "care never goes on", drop("unpaused")),
    ("a client's own reason", "for boredom", change("left", {"detail": "boredom"})),
    ("a client's own reason", "on another day", change("left", {"detail": "status"}, detail="moves")),
    ("a client's date", "staying through the date", drop("left", detail="status")),
    (
        "choice of group",
        "a group for which nobody waits",
        change("client_group_started", {"key": NOBODYS}, key=lambda key: key.startswith("circle")),
    ),
    ("choice of group to mend", "the later group first", out_of_turn),
    ("choice of facilitator", "another facilitator's turn", to_somebody_else("facilitator_joined")),
    ("client left waiting", "a client who is not seen", drop("resumed")),
    ("who is gathered", "one less than it says", drop("joined_group")),
    ("who is gathered", "says one more", change("client_group_started", {"amount": lambda row: row.amount + 1})),
    ("into a group", "into another group", change("joined_group", {"other": NOBODYS})),
    ("group session", "a session left out", change("group_session", {"amount": lambda row: row.amount + 1})),
    ("group session", "a group that has ended", again("group_session", "client_group_ended", detail="", amount=9)),
    ("session overdue", "a session that is forgotten", drop("group_session", amount=1)),
    ("everybody at a session", "one is forgotten", drop("session", other=lambda label: "@east:" in label[:12])),
    (
        "how a member ends",
        "completed called dropping out",
        change("completed", {"event": "dropped_out", "detail": "continue"}, other=""),
    ),
    ("how a member ends", "completed early", change("dropped_out", {"event": "completed", "detail": ""}, other="")),
    ("who has completed", "too few sessions", change("left", {"event": "completed"})),
    ("first interval", "another one than is drawn", change("resumed", {"amount": lambda row: row.amount + 1})),
    ("how a group ends", "held called empty", change("client_group_ended", {"detail": "empty"}, detail="held")),
    ("client groups at rest", "a group without end", drop("client_group_ended")),
    ("client groups at rest", "nobody steps in", without_stand_in),
    (
        "out of a group",
        "handed over out of a group that goes on",
        again("awaiting_transfer", "joined_group", other="base@east:initial:0"),
    ),
    ("why a case is given up", "handed over while held", again("awaiting_transfer", "paused")),
    (
        "what binds",
        "a language that stands in no way",
        change("binding_constraint", {"detail": "care:language"}, tier=""),
    ),
    ("what binds", "the wrong clients", change("binding_constraint", {"amount": lambda row: row.amount + 1}, tier="")),
    (
        "what binds",
        "no seat, for another reason",
        change("binding_constraint", {"detail": "supervision_place:supervisor_span"}, tier="base"),
    ),
    ("counts", "a session more", twice("session", other=lambda label: "initial" in label)),
]

CLIENT_TOLD: list[tuple[str, str, Any]] = [
    ("site and language", "clients.interpreter_hours_factor", None),
    ("what binds", "clients.stream.west.site", "east"),
    ("episodes fit the week", "clients.assessment_hours", 4),
    ("episodes fit the week", "clients.research_hours_per_client", 20),
    ("episodes fit the week", "clients.interpreter_hours_factor", {"value": 4}),
    ("who is gathered", "clients.format.pair.group_min", 4),
    ("who is gathered", "clients.format.pair.group_max", 2),
    ("who is gathered", "clients.format.pair.facilitators", 3),
    ("group session", "clients.format.pair.interval_weeks", {"dist": "constant", "value": 1}),
    ("how a group ends", "clients.format.pair.sessions", 5),
    ("client groups at rest", "clients.format.circle.sessions", 2),
    ("in care at rest", "clients.format.guided.sessions", 1),
    ("choice of client and worker", "clients.stream.self.priority", 1),
    ("client left waiting", "clients.format.circle.group_min", 2),
    ("who is referred", "clients.stream.mixed.urgent_probability", {"value": 0}),
    ("who is referred", "clients.stream.self.eligibility_probability", {"value": 1}),
    ("who is referred", "clients.stream.self.dates", [0, 1, 1, 9, 30]),
    ("who is referred", "clients.stream.mixed.referrals_per_week", [{"from_week": 5, "rate": {"value": 1}}]),
    ("paused at rest", "tier.base.absence.hold_weeks", 0.5),
    ("why a case is given up", "tier.base.absence.hold_weeks", 1.5),
    ("a client's date", "clients.events.status.time_to_event.week", 24),
    ("a client's own reason", "clients.events.wave.time_to_event.week", 36),
    ("certificate overdue", "tier.base.training.practice_min_sessions", 1),
    ("KPIs", "clients.adequate_sessions", 4),
    ("KPIs", "clients.population_in_need", 400),
]

COUNTED: list[tuple[str, str, Any]] = [
    ("levels", "areas", "clients.waiting.care.group_forming"),
    ("levels", "areas", "tier.base.rate.research"),
    ("counts", "counts", "clients.interpreter_minutes"),
    ("counts", "counts", "clients.client_group_members"),
    ("classes", "classes", ("mixed", "Farsi")),
]
"""Counters that are one off: the check, the table of `Counters`, and the name."""
