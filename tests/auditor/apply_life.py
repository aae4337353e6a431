"""What happens in the lives of workers, as the rows say it: absences, hours, refreshers, promotion, strain."""

from __future__ import annotations

from auditor import competence
from auditor.apply_workers import (
    expect_refresher,
    leave_refresher,
    note_full,
    resume_supervision,
    set_hours,
    stop_practising,
    subject,
)
from auditor.people import ABSENT, Worker
from auditor.replay import Replay
from auditor.rows import Row


def absent(replay: Replay, row: Row) -> None:
    worker = subject(replay, row)
    competence.settle(worker, row.minute)
    stop_practising(worker, row.minute)
    worker.away, worker.away_since, worker.away_for, worker.back_at = True, row.minute, row.detail, row.amount
    worker.left_state, worker.unsupervised_since, worker.lapsed = worker.state, -1, False
    worker.struck.add(row.detail)
    for key in worker.teaches:
        replay.courses[key].trainers.pop(worker.key, None)
        replay.courses[key].lost[worker.key] = row.minute
    worker.teaches.clear()
    if worker.practising:
        worker.state = ABSENT


def returned(replay: Replay, row: Row) -> None:
    worker = subject(replay, row)
    competence.settle(worker, row.minute)
    worker.away = worker.enough_while_away = False
    if worker.state == ABSENT:
        worker.state = worker.left_state
        note_full(replay, worker.tier)
        replay.unsettled.fits.add(worker.key)
        if worker.may_practise:
            resume_practice(worker, row.minute)


def resume_practice(worker: Worker, minute: int) -> None:
    """Simulated practice runs on."""
    if worker.state == "apprentice" and worker.practising_since < 0:
        worker.practising_since = minute


def hours_changed(replay: Replay, row: Row) -> None:
    worker = subject(replay, row)
    set_hours(worker, row.amount)
    worker.struck.add(row.detail)
    if worker.practising:
        replay.unsettled.fits.add(worker.key)


def not_deployed(replay: Replay, row: Row) -> None:
    worker = subject(replay, row)
    worker.deployed, worker.refresher_due = False, -1
    replay.unsettled.idle.add(worker.key)


def no_trainer(replay: Replay, row: Row) -> None:
    subject(replay, row).trainer = False


def promoting(replay: Replay, row: Row) -> None:
    worker = subject(replay, row)
    above = replay.programme.above(worker.tier)
    worker.promoting_by = row.amount
    if above:
        replay.openings.promise(above, worker.site, row.minute, fresh=_just_opened(replay, above.name, worker.site))


def _just_opened(replay: Replay, tier: str, site: str) -> bool:
    """Whether the present promise follows the row of the vacancies that it fills: else it is an older one (R9.2)."""
    earlier = replay.instant[: replay.position]
    last = next((each for each in reversed(earlier) if each.event != "promoting"), None)
    return last is not None and (last.event, last.tier, last.key) == ("vacancies", tier, site)


def strained(replay: Replay, row: Row) -> None:
    worker = subject(replay, row)
    worker.strain = replay.expected_strain.get(row.key, row.amount / competence.BILLION)


def joined_refresher(replay: Replay, row: Row) -> None:
    worker, course = subject(replay, row), replay.courses.get(row.other)
    worker.refresher = row.other
    if course:
        course.trainees.add(row.key)
        course.entered.add(row.key)


def refreshed(replay: Replay, row: Row) -> None:
    worker = subject(replay, row)
    leave_refresher(replay, worker)
    competence.refreshed(worker, row.minute)
    worker.missed_refresher = False
    expect_refresher(replay, worker)


def left_refresher(replay: Replay, row: Row) -> None:
    leave_refresher(replay, subject(replay, row))


def refresher_missed(replay: Replay, row: Row) -> None:
    subject(replay, row).missed_refresher = True


def group_suspended(replay: Replay, row: Row) -> None:
    group = replay.groups.get(row.key)
    if group:
        group.suspended = True
        for key in group.members:
            replay.workers[key].suspended = True
            replay.touched.add(key)


def group_resumed(replay: Replay, row: Row) -> None:
    group = replay.groups.get(row.key)
    if group:
        group.suspended = False
        for key in group.members:
            worker = replay.workers[key]
            worker.suspended = False
            resume_supervision(worker, row.minute)
            replay.touched.add(key)


def group_shed(replay: Replay, row: Row) -> None:
    group = replay.groups.get(row.key)
    if group:
        group.shed_at = row.minute
        if group.leader:
            replay.when[group.leader.tier.name, "groups_shed"].append(row.minute)


def vacancies(replay: Replay, row: Row) -> None:
    tier = replay.programme.tiers[row.tier]
    replay.alarm(replay.openings.open(tier, row.key, row.amount, row.minute))


def workplace_training(replay: Replay, row: Row) -> None:
    place = (row.detail, row.other)
    if place in replay.organisation.levels:
        replay.organisation.lift(place, row.minute)
        replay.touch_site(row.other)
        replay.alarm(row.minute + 10_080, site=row.other)


def published(replay: Replay, row: Row) -> None:
    place = (row.detail, row.other)
    if place in replay.organisation.levels:
        replay.organisation.publish(place, row.minute)
        replay.touch_site(row.other)
