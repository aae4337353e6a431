"""What happened in one run: the mechanisms that many generated runs together must show, each in enough of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

from auditor.occurrences_life import absences, client_ways, moves_up
from auditor.people import Worker
from auditor.programme import Course
from auditor.replay import PURPOSES, Replay
from auditor.rows import Row, way_in


def occurrences(replay: Replay, rows: Sequence[Row]) -> set[str]:
    """Names of everything that happened at least once."""
    found: set[str] = {row.event for row in rows}
    found |= {f"{row.event}: {row.detail}" for row in rows if row.event in WITH_DETAIL and row.detail}
    found |= {f"recruited: {way_in(row)}" for row in rows if row.event == "recruited"}
    # whoever was promoted has been two workers of one key
    people = {(each.key, each.tier.name): each for each in (*chain(*replay.gone.values()), *replay.workers.values())}
    found |= set(_courses(replay, rows))
    found |= set(_leaving(replay, rows, people))
    found |= set(_people(replay, rows, people))
    found |= set(absences(rows))
    found |= set(moves_up(rows))
    found |= set(client_ways(replay, rows))
    found |= set(_levels(replay))
    found |= set(_drawn(replay))
    found |= set(_paid(replay))
    return found


WITH_DETAIL = (
    "client_group_ended",
    "course_ended",
    "dropped_out",
    "facilitator_joined",
    "group_closed",
    "joined_group",
    "not_starting",
    "refresher_ended",
    "resumed",
    "session",
    "started",
)
People = dict[tuple[str, str], Worker]
"""Everybody who is or was there, by key and tier."""


def _courses(replay: Replay, rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        course = replay.courses.get(row.key)
        plan = course.plan if course else None
        if not course or not plan:
            continue
        stage = plan if isinstance(plan, Course) else None
        kind = "course" if stage else "refresher"
        if row.event == "trainer_joined":
            if row.minute > course.started_at:
                yield f"substitute trainer of a {kind}"
            if replay.workers[row.other].site != course.site:
                yield f"trainer of a {kind} from another site"
        if row.event == "refresher_started" and row.amount > 1:
            yield "refresher of several"
        if row.event == "course_started" and stage:
            if stage.stage:
                yield "course of a later stage"
            if stage.dates:
                yield "dated course"
            elif stage.gather:
                full = row.amount == stage.max_cohort
                yield "course full before gathering ends" if full else "course after gathering"


def _leaving(replay: Replay, rows: Sequence[Row], people: People) -> Iterator[str]:
    struck: Counter[tuple[str, str]] = Counter()
    for row in rows:
        worker = people.get((row.key, row.tier))
        if row.event in ("absent", "hours_changed") and worker and worker.tier.reasons[row.detail].recurring:
            struck[row.key, row.detail] += 1
            if struck[row.key, row.detail] == 2:
                yield "struck again by the same reason"
        if row.event == "exited" and worker:
            yield f"exit: {_why(worker, row.detail)}"
            if worker.notices and row.detail not in worker.notices:
                yield "notice overtaken by another exit"
            if len(worker.notices) > 1:
                yield "two notices at once"
        if row.event == "lost_on_exit":
            yield "client lost with the worker" if row.other else "hand-over patience ends"
        if row.event == "lapsed" and worker and worker.group:
            yield "supervised again after a lapse"
        if row.event == "group_opened" and replay.workers[row.other].site != replay.groups[row.key].site:
            yield "supervisor from another site"


def _why(worker: Worker, detail: str) -> str:
    reason = worker.tier.reasons.get(detail)
    if reason is None:
        return detail
    return "clock" if reason.date is None else "shock" if reason.spread else "fixed date"


def _people(replay: Replay, rows: Sequence[Row], people: People) -> Iterator[str]:
    last = replay.programme.cascade[-1]
    for worker in people.values():
        if worker.active_from > worker.passed_at >= 0:
            yield f"certified after practice: {worker.tier.practice}"
        elif worker.active_from == worker.passed_at >= 0:
            yield "certified without practice"
        if worker.passed_at >= 0 and worker.supervised_minutes and worker.tier.practice == "simulated":
            yield "simulated practice interrupted"
        if not worker.tier.stages and worker.tier.level and worker.entry != "initial" and worker.active_from >= 0:
            yield "tier without training"
        if worker.last_start >= 0 and not worker.tier.supervision and worker.tier.level:
            yield f"{'an independent tier' if worker.tier.independent else 'a tier without supervision'} delivers"
        if worker.last_start >= 0 and worker.tier is not last:
            yield "a tier above the last delivers"
        if worker.most_courses > 1:
            yield "two courses at once"
    for row in rows:
        worker = people.get((row.key, row.tier))
        if (
            row.event == "joined_supervision"
            and worker
            and worker.tier.extra_rate
            and _is_apprentice(worker, row.minute)
        ):
            yield "apprentice takes extra hours"
    minutes = [row.minute for row in rows if row.event not in ("binding_constraint", "unsupervised")]
    if len(minutes) - len(set(minutes)) > len(minutes) / 2:
        yield "most rows share their instant"


def _is_apprentice(worker: Worker, minute: int) -> bool:
    return 0 <= worker.passed_at <= minute and (worker.active_from < 0 or minute < worker.active_from)


def _levels(replay: Replay) -> Iterator[str]:
    """Constraints and uses of hours, from the levels."""
    for name, changes in replay.levels.changes.items():
        if any(by > 0 and minute < replay.programme.horizon for minute, by in changes):
            if "waiting." in name:
                yield name[name.index("waiting.") :]
            elif name.endswith("overtime_rate"):
                yield "overtime"
            elif name.rpartition("rate.")[2] in PURPOSES:
                yield name.rpartition(".")[2]


def _drawn(replay: Replay) -> Iterator[str]:
    """What has struck workers, by clock and consequence; rates that a state has acted on."""
    if replay.strikes:
        yield from (f"struck by {what}" for what in replay.strikes.seen)
    if replay.arrivals and any(source.factor != 1.0 for source in replay.arrivals.sources.values()):
        yield "a state acts on referrals"


def _paid(replay: Replay) -> Iterator[str]:
    """Lines of the ledger of costs, whichever tier they are of."""
    for name, spent in replay.kpis.items():
        if name.startswith("cost.") and spent > 0:
            yield f"cost.tier.{name.split('.')[3]}" if name.startswith("cost.tier.") else name
