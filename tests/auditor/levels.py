"""How many there were, when: every level of the programme as its changes, integrated exactly at the end."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from auditor.people import ABSENT, ACTIVE, HANDOVER, OPEN, WAITING, Worker
from auditor.rows import is_refresher
from auditor.settling import meter
from auditor.waits import REST, expect_practice_end, units

if TYPE_CHECKING:
    from auditor.replay import Replay

CLIENT_LEVEL = {WAITING: "waiting", HANDOVER: "in_transfer"} | dict.fromkeys(OPEN, "in_care")


class Levels:
    """Changes of each level as (minute, by how much), noted at the end of every instant.

    The integral over [a, b) is the sum of `by * (b - max(minute, a))` over the changes before b: integers throughout.
    """

    def __init__(self, replay: Replay) -> None:
        self.replay = replay
        self.changes: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.worker_was: dict[tuple[str, str], dict[str, int]] = {}
        self.vacant_was: dict[tuple[str, str], int] = {}
        self.client_was: dict[str, str] = {}
        self.wait_was: dict[str, int] = {}

    def close_instant(self) -> None:
        """Compare what stands now with what stood before this instant and note the differences."""
        replay = self.replay
        for row in replay.instant:
            if row.key in replay.clients:
                self._client(row.key)
        for label in replay.touched:
            for old in replay.gone.get(label, ()):  # in this tier, or below before they were promoted
                self._worker(old)
            self._worker(replay.workers[label])
            meter(replay, replay.workers[label])
            expect_practice_end(replay, replay.workers[label])
        self._vacancies()
        self._waits()

    def area(self, level: str, start: int, end: int) -> int:
        """The integral of a level over [start, end), in level-minutes."""
        return sum(by * (end - max(minute, start)) for minute, by in self.changes[level] if minute < end)

    def value(self, level: str, minute: int) -> int:
        """The level just before the events of a minute."""
        return sum(by for at, by in self.changes[level] if at < minute)

    def _note(self, level: str, by: int) -> None:
        if by:
            self.changes[level].append((self.replay.now, by))

    def _worker(self, worker: Worker) -> None:
        now, person = self.profile(worker), (worker.key, worker.tier.name)
        before = self.worker_was.get(person, {})
        for name in before.keys() | now.keys():
            self._note(f"tier.{worker.tier.name}.{name}", now.get(name, 0) - before.get(name, 0))
        self.worker_was[person] = now

    def profile(self, worker: Worker) -> dict[str, int]:
        """What one worker adds to the levels of their tier."""
        if worker.exited_at >= 0:
            return {}
        flags = {
            "on_notice": bool(worker.notices),
            "unsupervised": worker.unsupervised_since >= 0,
            "missed_refresher": worker.missed_refresher,
            "not_deployed": not worker.deployed,
        }
        found = {worker.state: 1} | {name: 1 for name, holds in flags.items() if holds}
        if worker.state == ABSENT:
            return found
        rates = self.replay.commitments(worker, booked=True)
        found |= {f"rate.{purpose}": rate for purpose, rate in rates.items() if rate}
        if worker.course:
            found["course_rate"] = rates["training_taken"]
        if refreshing := sum(rate for key, rate in worker.teaches.items() if is_refresher(key)):
            found["refresher_rate"] = refreshing
        if worker.practising:
            committed = self.replay.committed(worker)
            found["available_rate"] = worker.available
            found["overtime_rate"] = max(0, min(committed, worker.stretched) - worker.available)
            found["run_off_rate"] = max(0, committed - worker.stretched)
            if worker.open_cases:
                found["delivering"] = 1
            elif worker.state == ACTIVE:
                found["idle_active"] = 1
        return found

    def _vacancies(self) -> None:
        for desk in self.replay.openings.targets:
            open_now = self.replay.openings.all(desk)
            self._note(f"tier.{desk[0]}.vacant", open_now - self.vacant_was.get(desk, 0))
            self.vacant_was[desk] = open_now

    def _client(self, label: str) -> None:
        now = CLIENT_LEVEL.get(self.replay.clients[label].state, "")
        before = self.client_was.get(label, "")
        if now != before:
            for name, by in ((before, -1), (now, 1)):
                if name:
                    self._note(f"clients.{name}", by)
            self.client_was[label] = now

    def _waits(self) -> None:
        """Those who wait are booked under what binds: the only failing test, or `multiple` and which (R12.1)."""
        now: Counter[str] = Counter()
        for wait, parts in self.replay.binding.items():
            owner = f"tier.{wait[0]}." if wait[0] else "clients."
            waiting = units(self.replay, wait) if parts else {}
            for part in parts:
                for constraint in ("multiple", f"multiple.{part}") if "+" in part else (part,):
                    now[f"{owner}waiting.{wait[2]}.{constraint}"] += waiting.get(part, waiting.get(REST, 0))
        for name in now.keys() | self.wait_was.keys():
            self._note(name, now[name] - self.wait_was.get(name, 0))
        self.wait_was = dict(now)
