"""Candidates who wait for a course, and the dates on which courses may start (R3.4, R3.5, R3.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.engine.classroom import Classroom
from cascadesim.engine.clock import Due
from cascadesim.engine.people import People
from cascadesim.engine.worker import CANDIDATE, Worker
from cascadesim.model.codes import Event, Kind, Purpose, Rank
from cascadesim.model.layout import TIER_COUNTS

if TYPE_CHECKING:
    from cascadesim.engine.world import World

_COURSE = int(Kind.COURSE)
_PATIENCE, _DEADLINE = int(Rank.PATIENCE), int(Rank.DEADLINE)
_LAPSED = TIER_COUNTS.index("courses_lapsed")


class Enrolment:
    """Keeps the queue for each tier's courses and opens the windows of its calendar."""

    def __init__(self, world: World, people: People) -> None:
        self.world = world
        self.record = world.record
        self.clock = world.clock
        self.people = people
        self.rooms = {
            tier.level: Classroom(tier.level, tier.course) for tier in world.plan.tiers if tier.course is not None
        }

    def begin(self) -> None:
        """Put the dates of the calendar on the clock."""
        for room in self.rooms.values():
            for date in room.plan.dates:
                if date < self.world.plan.horizon:
                    self.clock.at(date, _DEADLINE, room.level, self._open_window, (room, date))

    def enrol(self, worker: Worker, since: int | None = None) -> None:
        """A candidate waits for a course, with fresh patience; `since` keeps an earlier place in the queue (R3.6)."""
        room = self.rooms[worker.level]
        now = self.clock.now
        worker.waiting_since = now if since is None else since
        room.candidates.offer(worker, (worker.waiting_since, worker.key))
        room.changed = True
        patience = self.people.tiers[worker.level].candidate_patience
        if patience is not None:
            spell = worker.spells
            minutes = self.world.minutes(patience, worker.stream, Purpose.CANDIDATE_PATIENCE, spell)
            self.clock.at(now + minutes, _PATIENCE, worker.key, self._give_up, worker, spell)

    def _give_up(self, due: Due) -> None:
        worker: Worker = due.who
        if worker.state == CANDIDATE and worker.spells == due.generation:
            self.record.events += 1
            self.people.exit(worker, "gave_up_waiting")
            self.clock.wake()

    def withdraw(self, worker: Worker) -> None:
        """The worker is no candidate of this tier any more."""
        room = self.rooms.get(worker.level)
        if room is not None and room.candidates.withdraw(worker):
            room.changed = True

    def _open_window(self, due: Due) -> None:
        room, date = due.who
        self.record.events += 1
        closes = date + room.plan.window_minutes
        room.windows.append((date, closes))
        room.changed = True
        self.clock.at(closes, _DEADLINE, room.level, self._window_closes, (room, (date, closes)))
        self.clock.wake()

    def _window_closes(self, due: Due) -> None:
        room, window = due.who
        if window in room.windows:
            self._wake(room)

    def _gathered(self, due: Due) -> None:
        if due.who.gatherings == due.generation and due.who.enough_since >= 0:
            self._wake(due.who)

    def _wake(self, room: Classroom) -> None:
        """A bare deadline: it does nothing but let the C-phase look again."""
        room.changed = True
        self.record.events += 1
        self.clock.wake()

    def close_windows(self, room: Classroom) -> list[int]:
        """Dates whose window closes now without a course, taken off the list (R3.5)."""
        now = self.clock.now
        lapsed = [date for date, closes in room.windows if closes <= now]
        room.windows = [window for window in room.windows if window[1] > now]
        return lapsed

    def note_lapse(self, room: Classroom, date: int, constraint: str) -> None:
        """A date went by without a course, for this reason."""
        self.record.counts[self.world.layout.tier_counts[room.level] + _LAPSED] += 1
        self.record.note(Event.COURSE_LAPSED, _COURSE, -1, room.level, detail=constraint, amount=date)

    def watch_cohort(self, room: Classroom) -> None:
        """Note the instant at which min_cohort was reached; the gathering time runs from it."""
        if len(room.candidates) < room.plan.min_cohort:
            room.enough_since = -1
        elif room.enough_since < 0:
            now = self.clock.now
            room.enough_since = now
            if room.plan.gather_minutes and not room.plan.dates:
                room.gatherings += 1
                ends = now + room.plan.gather_minutes
                self.clock.at(ends, _DEADLINE, room.level, self._gathered, room, room.gatherings)
