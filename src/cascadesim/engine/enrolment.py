"""Candidates who wait for a course, and the dates on which courses may start (R3.4, R3.5, R3.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.engine.classroom import Classroom, Premises, Window
from cascadesim.engine.clock import Due
from cascadesim.engine.people import People
from cascadesim.engine.teaching import Hall
from cascadesim.engine.worker import CANDIDATE, Worker
from cascadesim.model.counters import TIER_COUNTS
from cascadesim.model.enums import Event, Kind, Purpose, Rank

if TYPE_CHECKING:
    from cascadesim.engine.world import World

_COURSE, _SITE = int(Kind.COURSE), int(Kind.SITE)
_PATIENCE, _DEADLINE = int(Rank.PATIENCE), int(Rank.DEADLINE)
_LAPSED, _PLANNED = TIER_COUNTS.index("courses_lapsed"), TIER_COUNTS.index("courses_planned")


class Enrolment:
    """Keeps the queue for each stage of training and opens the windows of its calendar."""

    def __init__(self, world: World, people: People) -> None:
        self.world = world
        self.record = world.record
        self.clock = world.clock
        self.people = people
        self.rooms: dict[tuple[int, int, int], Classroom] = {}
        self.halls: list[Hall] = []
        sites = len(world.plan.sites)
        for tier in world.plan.tiers:
            premises = [Premises(tier.rooms) for _ in range(sites)]
            for plan in tier.courses:
                hall = None
                if tier.trainers_across_sites:
                    hall = Hall(world, tier.level, plan.trainer_rate + plan.travel_rate, sites)
                    self.halls.append(hall)
                for site in range(sites):
                    room = Classroom(world, tier.level, site, plan, premises[site], hall)
                    self.rooms[(tier.level, site, plan.stage)] = room
        self.in_order = [self.rooms[place] for place in sorted(self.rooms)]

    def begin(self) -> None:
        """Put the dates of the calendar on the clock."""
        for room in self.in_order:
            for date in room.plan.dates:
                if date < self.world.plan.horizon:
                    self.clock.at(date, _DEADLINE, _room_key(room), self._open_window, (room, date))

    def room_of(self, worker: Worker) -> Classroom:
        """Where this candidate waits."""
        return self.rooms[(worker.level, worker.site, worker.stage)]

    def enrol(self, worker: Worker, since: int | None = None) -> None:
        """A candidate waits for a course, with fresh patience; `since` keeps an earlier place in the queue (R3.6)."""
        now = self.clock.now
        worker.waiting_since = now if since is None else since
        self.rejoin(worker)
        patience = self.people.tiers[worker.level].candidate_patience
        if patience is not None:
            spell = worker.spells
            minutes = self.world.minutes(patience, worker.stream, Purpose.CANDIDATE_PATIENCE, spell)
            self.clock.at(now + minutes, _PATIENCE, worker.key, self._give_up, worker, spell)

    def rejoin(self, worker: Worker) -> None:
        """In the queue, unless the candidate is away."""
        if not worker.away:
            room = self.room_of(worker)
            room.candidates.offer(worker, (worker.waiting_since, worker.key))
            room.changed = True

    def _give_up(self, due: Due) -> None:
        worker: Worker = due.who
        if worker.state == CANDIDATE and worker.spells == due.generation:
            self.record.events += 1
            self.people.exit(worker, "gave_up_waiting")
            self.clock.wake()

    def withdraw(self, worker: Worker) -> None:
        """The worker waits for no course of this tier any more, or is away."""
        room = self.rooms.get((worker.level, worker.site, worker.stage))
        if room is not None and room.candidates.withdraw(worker):
            room.changed = True

    # --- the calendar -----------------------------------------------------------------------------------------------

    def _open_window(self, due: Due) -> None:
        room, date = due.who
        self.record.events += 1
        self.record.counts[self.world.layout.tier_counts[room.level] + _PLANNED] += 1
        window = Window(date, date + room.plan.window_minutes, room.plan.courses_per_date)
        room.windows.append(window)
        room.changed = True
        self.clock.at(window.closes, _DEADLINE, _room_key(room), self._window_closes, (room, window))
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
        """Dates whose window closes now without any course, taken off the list (R3.5)."""
        now = self.clock.now
        lapsed = [window.date for window in room.windows if window.closes <= now and not window.used]
        room.windows = [window for window in room.windows if window.closes > now]
        return lapsed

    def use_window(self, room: Classroom) -> None:
        """A course has started on the earliest open date."""
        window = room.windows[0]
        window.used = True
        window.left -= 1
        if window.left == 0:
            room.windows.pop(0)

    def note_lapse(self, room: Classroom, date: int, constraint: str) -> None:
        """A date went by without a course, for this reason."""
        self.record.counts[self.world.layout.tier_counts[room.level] + _LAPSED] += 1
        where = (_SITE, room.site) if len(self.world.plan.sites) > 1 else (0, -1)
        self.record.note(Event.COURSE_LAPSED, _COURSE, -1, room.level, *where, constraint, date)

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
                self.clock.at(ends, _DEADLINE, _room_key(room), self._gathered, room, room.gatherings)


def _room_key(room: Classroom) -> int:
    return room.level << 16 | room.site << 8 | room.plan.stage
