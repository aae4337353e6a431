"""What the rows leave unsaid within an instant: seats that shrink, seats that the idle give up, reviews; and the load.

A rule that acts in the conditional phase without a row of its own is applied before the first row that comes after it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from auditor import competence
from auditor.people import IN_SERVICE, Worker
from auditor.rows import Row

if TYPE_CHECKING:
    from auditor.replay import Replay

BEFORE_REVIEW = frozenset(
    (
        *("session", "no_show", "completed", "dropped_out", "never_started", "client_group_ended", "group_session"),
        *("passed", "failed", "stage_passed", "certified", "course_ended", "refreshed", "refresher_ended", "returned"),
        *("absent", "exited", "hours_changed", "notice", "reneged", "lost_on_exit", "left", "recruited", "referred"),
        *("screened_out", "workplace_training", "not_deployed", "no_trainer", "left_course"),
    )
)
BEFORE_FITTING = BEFORE_REVIEW | {
    *(
        "published",
        "strained",
        "left_supervision",
        "group_closed",
        "requeued",
        "group_suspended",
        "paused",
        "awaiting_transfer",
    ),
    *("left_refresher", "refresher_missed", "group_shed", "group_resumed", "unpaused"),
}
OWN = ("group_shed", "group_resumed", "unpaused")


@dataclass
class Unsettled:
    """Whose seat may shrink, who gives one up because they are idle, and whether a review is still to come."""

    fits: set[str] = field(default_factory=set)
    idle: set[str] = field(default_factory=set)
    restless: set[str] = field(default_factory=set)  # sites at which other duties may have changed
    review: bool = False


@dataclass
class Meter:
    """The load of one worker since the last review, or since practice began, in minutes a week times minutes (R5.9)."""

    since: int
    strained_at: int
    committed: int = 0
    available: int = 0
    load: int = 0
    room: int = 0

    def advance(self, minute: int) -> None:
        """Up to now."""
        self.load += self.committed * (minute - self.since)
        self.room += self.available * (minute - self.since)
        self.since = minute


def settle(replay: Replay, row: Row) -> None:
    """Apply what comes before this row."""
    pending = replay.unsettled
    if pending.review and (row.event not in BEFORE_REVIEW or row.detail in ("promoted", "not_deployed")):
        _review(replay)
    if pending.restless and row.event not in BEFORE_REVIEW | {"published", "strained"}:
        _change_duties(replay)
    if row.event not in BEFORE_FITTING:
        finish(replay)
    elif row.event in OWN and row.other in pending.fits:
        _fit(replay, row.other)
    elif row.event == "group_closed" and row.key in replay.groups:
        members = replay.groups[row.key].members
        if members and members <= pending.idle:
            _give_up(replay, members)


def finish(replay: Replay) -> None:
    """Apply everything that is left in this instant."""
    pending = replay.unsettled
    if pending.review:
        _review(replay)
    _change_duties(replay)
    _give_up(replay, pending.idle)
    for label in sorted(pending.fits):
        _fit(replay, label)


def _review(replay: Replay) -> None:
    replay.unsettled.review = False
    for living in replay.living.values():
        for worker in living.values():
            competence.settle(worker, replay.now)


def _change_duties(replay: Replay) -> None:
    """Where other duties have changed, being supervised takes what they leave."""
    sites = replay.unsettled.restless
    for living in replay.living.values() if sites else ():
        for worker in living.values():
            if worker.site in sites and worker.state in IN_SERVICE:
                _cap_seat(replay, worker)
    sites.clear()


def _fit(replay: Replay, label: str) -> None:
    replay.unsettled.fits.discard(label)
    if replay.workers[label].practising:
        _cap_seat(replay, replay.workers[label])


def _cap_seat(replay: Replay, worker: Worker) -> None:
    """Being supervised takes no more than what other duties leave of the week, overtime included (R2.5)."""
    plan = worker.tier.supervision
    if plan and worker.group:
        left = worker.stretched - replay.organisation.duties(worker, replay.now)
        worker.seat_rate = min(plan.seat_rate, max(0, left))
        replay.known.clear()


def _give_up(replay: Replay, labels: set[str]) -> None:
    for label in list(labels):
        worker = replay.workers[label]
        replay.unseat(worker)
        worker.unsupervised_since, worker.lapsed = -1, False
        replay.unsettled.idle.discard(label)


def strains(replay: Replay) -> dict[str, float]:
    """The strain that a review finds, of those for whom it changes: half of the way to that of the load (R5.9)."""
    found = {}
    for label, gauge in replay.meters.items():
        worker = replay.workers[label]
        gauge.advance(replay.now)
        plan, load, room = worker.tier.strain, gauge.load, gauge.room
        gauge.load = gauge.room = 0
        elapsed, gauge.strained_at = replay.now - gauge.strained_at, replay.now
        if plan is None or worker.state not in IN_SERVICE:
            continue
        span = 1.0 + float(worker.tier.overtime) - plan.comfort
        used = load / room if room else 0.0
        target = min(1.0, max(0.0, (used - plan.comfort) / span)) if span > 0 else float(used > plan.comfort)
        half_life = plan.half_life if target > worker.strain else plan.recovery
        kept = 2.0 ** (-elapsed / half_life) if half_life else 1.0
        strain = target + (worker.strain - target) * kept
        if strain != worker.strain:
            found[label] = strain
    return found


def meter(replay: Replay, worker: Worker) -> None:
    """Note what the worker is committed to from now on; nothing counts while they are away."""
    if worker.tier.strain is None or worker.state not in IN_SERVICE:
        return
    found = replay.meters.setdefault(worker.key, Meter(replay.now, replay.now))
    found.advance(replay.now)
    found.committed = replay.committed(worker) if worker.practising else 0
    found.available = worker.available if worker.practising else 0
