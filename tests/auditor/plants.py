"""Planted faults: what was done to a valid log, or what else the auditor was told, and the check that must name it."""

from __future__ import annotations

from typing import Any

from auditor.lively import Edit, Log, again, change, drop, find, swap, twice
from auditor.rows import Row


def after_the_end(log: Log) -> Log | None:
    """A client who has completed comes once more."""
    place = find(log, "completed")
    return None if place is None else [*log[: place + 1], log[place - 1], *log[place + 1 :]]


def back_in_time(log: Log) -> Log | None:
    place = find(log, "session")
    return None if not place else [*log[:place], log[place]._replace(minute=log[place - 1].minute - 1), *log[place + 1 :]]


def past_the_horizon(log: Log) -> Log | None:
    return [*log[:-1], log[-1]._replace(minute=10**9)]


def to_somebody_else(event: str, **fields: Any) -> Edit:
    """Give the first such row to the worker of another row of the same event and tier."""

    def edit(log: Log) -> Log | None:
        place = find(log, event, **fields)
        if place is None:
            return None
        row = log[place]
        other = find(log, event, start=place + 1, tier=row.tier, other=lambda label: label != row.other)
        return None if other is None else [*log[:place], row._replace(other=log[other].other), *log[place + 1 :]]

    return edit


def by_a_learner(event: str, learner: str) -> Edit:
    """Let the first `event` that has one before it be done by the worker of the last `learner` row before it."""

    def edit(log: Log) -> Log | None:
        last: Row | None = None
        for place, row in enumerate(log):
            if row.event == learner:
                last = row
            if row.event == event and last and last.tier == row.tier:
                return [*log[:place], row._replace(other=last.key), *log[place + 1 :]]
        return None

    return edit


def by_who_is(event: str, flag: str, until: tuple[str, ...]) -> Edit:
    """Let the first possible `event` be done by somebody of the same tier with a `flag` row and no `until` row since."""

    def edit(log: Log) -> Log | None:
        flagged: dict[str, str] = {}
        for place, row in enumerate(log):
            if row.event == flag:
                flagged[row.key] = row.tier
            elif row.event in until:
                flagged.pop(row.key, None)
            elif row.event == event and row.other:
                tier = row.other.split(":")[0]
                other = next((key for key, theirs in flagged.items() if theirs == tier and key != row.other), None)
                if other:
                    return [*log[:place], row._replace(other=other), *log[place + 1 :]]
        return None

    return edit


def kept(event: str) -> Edit:
    """Take out every row of an event."""

    def edit(log: Log) -> Log | None:
        left = [row for row in log if row.event != event]
        return left if len(left) < len(log) else None

    return edit


def later(event: str, by: int, **fields: Any) -> Edit:
    """Move the first such row to a later minute, in the place where it belongs by time."""

    def edit(log: Log) -> Log | None:
        place = find(log, event, **fields)
        if place is None or log[place].minute + by > log[-1].minute:
            return None
        row = log[place]._replace(minute=log[place].minute + by)
        rest = log[:place] + log[place + 1 :]
        where = next(at for at, each in enumerate(rest) if each.minute > row.minute or at == len(rest) - 1)
        return [*rest[:where], row, *rest[where:]]

    return edit


def seen_twice(log: Log) -> Log | None:
    """A client is started with two workers."""
    place = find(log, "started")
    other = None if place is None else find(log, "started", start=place, other=lambda label: label != log[place].other)
    if place is None or other is None:
        return None
    return [*log[: place + 1], log[place]._replace(other=log[other].other), *log[place + 1 :]]


def without_substitute(log: Log) -> Log | None:
    """Nobody takes the place of a trainer who has left."""
    started: set[str] = set()
    for place, row in enumerate(log):
        if row.event == "entered_course":
            started.add(row.other)
        if row.event == "trainer_joined" and row.key in started:
            return log[:place] + log[place + 1 :]
    return None


EDITS: list[tuple[str, str, Edit]] = [
    ("worker moves", "recruited twice", twice("recruited")),
    ("worker moves", "passed twice", twice("passed")),
    ("worker moves", "certified without a course", again("certified", "recruited", detail="")),
    ("client moves", "a session after the last", after_the_end),
    ("client moves", "referred twice", twice("referred")),
    ("client moves", "a session with somebody else", to_somebody_else("session")),
    ("nothing after exit", "notice after exit", again("notice", "exited")),
    ("nothing after exit", "a client for somebody who has left", by_who_is("started", "exited", ())),
    ("groups and courses", "closed twice", twice("group_closed")),
    ("groups and courses", "a course ends twice", twice("course_ended")),
    ("time runs", "a minute back", back_in_time),
    ("time runs", "past the horizon", past_the_horizon),
    ("known words", "a reason that nobody has", change("exited", {"detail": "boredom"})),
    ("kinds in order", "a start before the session that made room", swap("completed", "started")),
    ("kinds in order", "dissolved before the leader leaves", swap("exited", "unseated")),
    ("keys in order", "a higher key first", swap("unsupervised", "unsupervised")),
    ("one seat, in an open group", "two seats", twice("seated")),
    ("one seat, in an open group", "a seat in another tier's group", change("seated", {"other": "top:group:0"})),
    ("who may lead", "led by a trainee", by_a_learner("group_opened", "entered_course")),
    ("seat lost", "a seat lost for nothing", again("unseated", "seated", detail="dissolved")),
    ("merge", "into a younger group", again("moved", "seated")),
    ("closing", "dissolved called empty", change("group_closed", {"detail": "empty"}, detail="dissolved")),
    ("groups at rest", "an empty group stays", drop("group_closed", detail="empty")),
    ("unsupervised flag", "not noted as unsupervised", drop("unsupervised")),
    ("unsupervised flag", "a seat that nobody noted", drop("seated")),
    ("unsupervised once", "noted twice", twice("unsupervised")),
    ("grace", "grace ends late", later("lapsed", 60)),
    ("grace overdue", "grace never ends", kept("lapsed")),
    ("who may train", "taught by a trainee", by_a_learner("trainer_joined", "entered_course")),
    ("who may train", "one trainer twice", twice("trainer_joined")),
    ("who may train", "taught by somebody on notice", by_who_is("trainer_joined", "notice", ("exited",))),
    ("cohort", "one trainee short", drop("entered_course")),
    ("cohort", "one trainer short", drop("trainer_joined")),
    ("course entry", "into another course", change("entered_course", {"other": "base:course:77"})),
    ("course length", "a course that ends late", later("course_ended", 60, detail="held")),
    ("courses under way", "a course without end", drop("course_ended", detail="held")),
    ("course outcome", "passed before the course is over", swap("course_ended", "passed")),
    ("course outcome", "passed from another course", change("passed", {"other": "base:course:77"})),
    ("dates overdue", "a date that nobody misses", drop("course_lapsed")),
    ("course dates", "a date that lapses too late", later("course_lapsed", 30)),
    ("certificate", "certified a day late", later("certified", 1440, tier="middle", detail="")),
    ("certificate overdue", "never certified", drop("certified", tier="middle", minute=lambda at: at > 0)),
    ("apprentice limit", "leaving late", later("exited", 60, detail="not_certified")),
    ("apprentice limit overdue", "staying for ever", drop("exited", detail="not_certified")),
    ("notice", "a longer notice", change("notice", {"amount": lambda row: row.amount + 1440})),
    ("exit of life", "leaving in the middle of notice", again("exited", "notice")),
    ("notice overdue", "staying after notice", kept("exited")),
    ("date missed", "one who stays through the date", drop("exited", detail="summer")),
    ("candidate patience", "giving up early", again("exited", "recruited", tier="middle", detail="gave_up_waiting")),
    ("candidate patience overdue", "waiting for ever", drop("exited", detail="gave_up_waiting", tier="middle")),
    ("reason and state", "failing without a course", again("exited", "recruited", detail="failed_training")),
    ("who may see clients", "seen by a candidate", by_a_learner("started", "recruited")),
    ("supervised to take clients", "seen without a supervisor", by_who_is("started", "unsupervised", ("seated", "exited"))),
    ("no new client on notice", "seen by somebody on notice", by_who_is("started", "notice", ("exited",))),
    ("no case left behind", "a client stays with somebody gone", drop("handed_over")),
    ("why a case is given up", "handed over for nothing", again("handed_over", "started")),
    ("first interval", "an interval that cannot be", change("started", {"amount": 5})),
    ("one interval apart", "a session too late", later("session", 600, amount=2)),
    ("session overdue", "a session that is forgotten", drop("session", amount=1)),
    ("session count", "a session counted twice", change("session", {"amount": 3}, amount=1)),
    (
        "session count",
        "supervised, without a supervisor",
        change("session", {"detail": "supervised"}, detail="unsupervised"),
    ),
    ("how care ends", "dropping out called completed", change("dropped_out", {"event": "completed"})),
    ("how care ends", "completed called dropping out", change("completed", {"event": "dropped_out", "detail": "continue"})),
    ("in care at rest", "care without end", drop("completed")),
    ("client patience", "reneging early", again("reneged", "referred")),
    ("client patience overdue", "waiting for ever", drop("reneged")),
    ("client balance", "a client seen twice at once", seen_twice),
    ("available hours", "more hours than there are", change("recruited", {"amount": 6000})),
    ("choice of client and worker", "another worker's turn", to_somebody_else("started")),
    ("client left waiting", "a client who is not seen", drop("started")),
    ("choice of trainer", "another trainer's turn", to_somebody_else("trainer_joined")),
    ("choice of supervisor", "another supervisor's turn", to_somebody_else("group_opened")),
    ("choice of seat", "another group", to_somebody_else("seated")),
    ("seat left empty", "a seat for nobody", drop("seated")),
    ("substitute left out", "nobody steps in", without_substitute),
    ("what binds", "a constraint that does not", change("binds", {"detail": "care:worker_hours"}, detail="care:caseload")),
    ("what binds", "a wait that is not booked", drop("binds")),
    ("KPIs", "a no-show less", drop("no_show")),
    ("Little's identity", "a reneging at another time", later("reneged", 1)),
]

TOLD: list[tuple[str, str, Any]] = [
    ("group size", "tier.base.supervision.group_size", 2),
    ("span", "tier.base.supervision.max_supervisees", 2),
    ("grace", "tier.base.supervision.grace_weeks", 1.5),
    ("who may lead", "tier.base.supervision", {"required": False}),
    ("cohort", "tier.base.training.max_cohort", 3),
    ("cohort", "tier.base.training.min_cohort", 4),
    ("course length", "tier.base.training.course_weeks", 2.5),
    ("course outcome", "tier.middle.training.pass_probability", 1.0),
    ("course dates", "tier.base.training.at_weeks", [5, 9, 15, 20, 26, 33]),
    ("gathering", "tier.middle.training.gather_weeks", 2.0),
    ("course left waiting", "tier.middle.training.gather_weeks", 0.5),
    ("certificate", "tier.middle.training.practice_weeks", 1.0),
    ("certificate", "tier.base.training.practice_cases", 2),
    ("certificate overdue", "tier.base.training.practice_min_sessions", 1),
    ("apprentice limit", "tier.base.training.apprentice_limit_weeks", 9),
    ("notice", "tier.top.life.moves.notice_weeks", 2),
    ("exit of life", "tier.base.life.away.notice_weeks", 1),
    ("date missed", "tier.middle.life.summer.clock.week", 25),
    ("candidate patience", "tier.middle.candidate_patience_weeks.value", 7),
    ("who may see clients", "tier.middle.delivers", False),
    ("caseload", "tier.base.caseload", 1),
    ("caseload", "tier.middle.caseload", 1),
    ("why a case is given up", "clients.on_worker_exit", "lose"),
    ("how care ends", "clients.sessions", 4),
    ("how care ends", "clients.max_no_shows", 2),
    ("in care at rest", "clients.max_no_shows", 0),
    ("first interval", "clients.interval_weeks", {"dist": "constant", "value": 1}),
    ("one interval apart", "clients.interval_weeks", {"dist": "constant", "value": 1}),
    ("client patience", "clients.patience_weeks.value", 6),
    ("client patience overdue", "clients.handover_patience_weeks.value", 1),
    ("supervision fits the week", "tier.base.supervision.preparation_hours", 6),
    ("courses fit the week", "tier.base.training.trainer_hours_per_week", 9),
    ("episodes fit the week", "clients.session_hours", 3),
    ("available hours", "tier.base.hours_per_week.high", 8),
]
