"""The moves of workers between states (R2.1), and their head counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cascadesim.engine.ledger import Ledger, limit
from cascadesim.engine.worker import ACTIVE, APPRENTICE, CANDIDATE, EXITED, Worker
from cascadesim.model.codes import Entry, Event, Kind, Purpose
from cascadesim.model.keys import worker_key
from cascadesim.model.layout import TIER_COUNTS, TIER_LEVELS
from cascadesim.model.minutes import rate_up

if TYPE_CHECKING:
    from cascadesim.engine.clients import Client
    from cascadesim.engine.world import World

_WORKER = int(Kind.WORKER)
_ON_NOTICE = TIER_LEVELS.index("on_notice")
_UNSUPERVISED = TIER_LEVELS.index("unsupervised")
_DELIVERING = TIER_LEVELS.index("delivering")
_IDLE = TIER_LEVELS.index("idle_active")
_RECRUITED = TIER_COUNTS.index("recruited")
_CERTIFIED = TIER_COUNTS.index("certified")
_EXITED = TIER_COUNTS.index("exited")


class People:
    """Moves workers between states and keeps their head counts."""

    def __init__(self, world: World, ledger: Ledger) -> None:
        self.world = world
        self.record = world.record
        self.ledger = ledger
        self.tiers = world.plan.tiers
        self.bases = world.layout.tier_levels
        self.counts = world.layout.tier_counts
        self.planned = [tier.initial + sum(count for _, count in tier.intake) for tier in self.tiers]
        self.first_full = [-1] * len(self.tiers)
        self.ended: list[Worker] = []
        self.on_candidate: Callable[[Worker], None]
        self.on_certified: Callable[[Worker, int], None]
        self.on_recruited: Callable[[Worker, int], None]

    def recruit(self, level: int, entry: int, date: int, position: int) -> None:
        """Somebody new: a candidate, or certified at once (initial workers, tiers that need no training)."""
        tier = self.tiers[level]
        key = worker_key(level, entry, date, position)
        worker = Worker(key, level, 0, 0)
        hours = self.world.sample(tier.hours, worker.stream, Purpose.HOURS)
        worker.available = rate_up(hours)
        worker.limit = limit(worker.available, tier.overtime_fraction)
        self.record.counts[self.counts[level] + _RECRUITED] += 1
        self.record.shift(self.bases[level] + CANDIDATE, 1)
        name = Entry(entry).name.lower()
        self.record.note(Event.RECRUITED, _WORKER, key, level, detail=name, amount=worker.available)
        tenure = tier.initial_tenure_minutes if entry == Entry.INITIAL else 0
        self.on_recruited(worker, tenure)
        if entry == Entry.INITIAL or tier.course is None:
            self.start_practising(worker)
            self.certify(worker, tenure)
        else:
            self.on_candidate(worker)

    def move(self, worker: Worker, state: int) -> None:
        """Into another state."""
        base = self.bases[worker.level]
        self.record.swap(base + worker.state, base + state)
        worker.state = state

    def start_practising(self, worker: Worker) -> None:
        """An apprentice now: their hours begin to count, and so does being without a supervisor."""
        self.move(worker, APPRENTICE)
        self.ledger.open(worker)
        supervision = self.tiers[worker.level].supervision
        if supervision is not None:
            worker.supervised = False
            worker.reserved = supervision.seat_rate

    def certify(self, worker: Worker, tenure: int = 0) -> None:
        """An active worker from now on, with `tenure` minutes behind them."""
        level = worker.level
        self.move(worker, ACTIVE)
        self.record.counts[self.counts[level] + _CERTIFIED] += 1
        if not worker.open:
            self.record.shift(self.bases[level] + _IDLE, 1)
        self.record.note(Event.CERTIFIED, _WORKER, worker.key, level)
        if self.first_full[level] < 0 and self.record.levels[self.bases[level] + ACTIVE] == self.planned[level]:
            self.first_full[level] = self.world.clock.now
        self.on_certified(worker, tenure)
        self.ledger.touch(worker)

    def take_case(self, worker: Worker, client: Client) -> None:
        """One more open case; the first one makes the worker a delivering one."""
        if not worker.open:
            base = self.bases[worker.level]
            if worker.state == ACTIVE:
                self.record.swap(base + _IDLE, base + _DELIVERING)
            else:
                self.record.shift(base + _DELIVERING, 1)
        worker.open[client.key] = client

    def drop_case(self, worker: Worker, client: Client) -> None:
        """One open case less."""
        del worker.open[client.key]
        if not worker.open:
            base = self.bases[worker.level]
            if worker.state == ACTIVE:
                self.record.swap(base + _DELIVERING, base + _IDLE)
            else:
                self.record.shift(base + _DELIVERING, -1)

    def give_notice(self, worker: Worker, reason: str, ends: int) -> None:
        """Working out their notice: nothing new is given to them (R5.6)."""
        if not worker.on_notice:
            worker.on_notice = True
            self.record.shift(self.bases[worker.level] + _ON_NOTICE, 1)
            self.ledger.touch(worker)
        self.record.note(Event.NOTICE, _WORKER, worker.key, worker.level, detail=reason, amount=ends)

    def mark_unsupervised(self, worker: Worker, since: int) -> None:
        """Without a seat from the end of this C-phase (R4.5)."""
        worker.unsupervised_since = since
        self.record.shift(self.bases[worker.level] + _UNSUPERVISED, 1)
        self.record.note(Event.UNSUPERVISED, _WORKER, worker.key, worker.level)

    def mark_supervised(self, worker: Worker) -> None:
        """With a seat again; grace starts afresh next time."""
        worker.supervised = True
        worker.reserved = 0
        worker.lapsed = False
        if worker.unsupervised_since >= 0:
            worker.unsupervised_since = -1
            self.record.shift(self.bases[worker.level] + _UNSUPERVISED, -1)

    def exit(self, worker: Worker, reason: str) -> None:
        """Gone. What it means for others is settled in the C-phase of this instant (`ended`)."""
        level = worker.level
        base, counts = self.bases[level], self.counts[level]
        self.record.shift(base + worker.state, -1)
        if worker.state in (APPRENTICE, ACTIVE):
            self.ledger.close(worker)
        if worker.on_notice:
            self.record.shift(base + _ON_NOTICE, -1)
        if worker.unsupervised_since >= 0:
            self.record.shift(base + _UNSUPERVISED, -1)
        if worker.open:
            self.record.shift(base + _DELIVERING, -1)
        elif worker.state == ACTIVE:
            self.record.shift(base + _IDLE, -1)
        worker.state = EXITED
        self.record.counts[counts + _EXITED] += 1
        self.record.counts[counts + len(TIER_COUNTS) + self.tiers[level].exit_names.index(reason)] += 1
        self.record.note(Event.EXITED, _WORKER, worker.key, level, detail=reason)
        for due in (worker.alarm, worker.practice_due):
            if due is not None:
                due.cancel()
        self.ended.append(worker)
        self.ledger.touch(worker)
