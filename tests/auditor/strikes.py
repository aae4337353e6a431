"""When each reason strikes each worker: the draw and the integral of the hazard, worked out again (R5.1 to R5.10).

The multiplier in force changes at the end of an instant only (R5.4), so between two changes the hazard is integrated in
one step.
"""

from __future__ import annotations

from collections import Counter
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from auditor.aiming import Aim
from auditor.luck import Luck
from auditor.multipliers import frailty_of, multipliers, stream_of_worker
from auditor.people import Worker
from auditor.rows import Row
from auditor.running import ABSENCE, EXIT, NEVER, Person, Running

if TYPE_CHECKING:
    from auditor.replay import Replay


class Strikes:
    """Everybody's clocks; `missed` says who was passed over in the present instant or up to the next."""

    def __init__(self, replay: Replay, luck: Luck) -> None:
        self.replay = replay
        self.luck = luck
        self.aims = Aim(luck, replay.programme.horizon)
        self.people: dict[str, Person] = {}
        self.frailty: dict[str, float] = {}
        self.due: list[tuple[int, int, Person, Running]] = []
        self.pushed = 0
        self.missed: list[str] = []
        self.seen: Counter[str] = Counter()
        self.turns: list[tuple[int, str]] = []  # when incentives begin and end, and in which tier
        for tier in replay.programme.cascade:
            for measure in tier.measures:
                self.turns += [(minute, tier.name) for minute in (measure.start, measure.end) if minute]
        self.turns.sort()

    # --- what the rows say ------------------------------------------------------------------------------------------

    def note(self, row: Row) -> None:
        """After a row was applied: clocks begin, strike, stand still, go on, end."""
        worker = self.replay.worker(row.key)
        if not worker:
            return
        if row.event == "recruited":
            self._enter(worker, row.minute)
        person = self.people.get(row.key)
        if not person:
            return
        if row.event == "certified":
            self._start(person, worker.certified_at, row.minute, from_certification=True)
        elif row.event == "exited":
            self._leave(person, row)
        elif row.event in ("notice", "hours_changed", "absent"):
            running = person.clock(row.detail)
            if running:
                self.seen[f"{running.reason.clock.kind} {running.outcome}"] += 1
                self._struck(person, running, row.minute, frozen=row.event == "absent")
        elif row.event == "returned":
            running = person.clock(worker.away_for)
            if running and running.frozen:
                running.origin += row.minute - worker.away_since
                running.since, running.frozen = row.minute, False
                self._aim(person, running, row.minute)

    def _enter(self, worker: Worker, minute: int) -> None:
        """Somebody new, or the same person a tier above, who stays as frail as before (R5.10)."""
        stream = stream_of_worker(worker)
        if worker.entry != "promotion":
            self.frailty[worker.key] = frailty_of(self.replay.programme, worker, stream, self.luck)
        person = Person(worker, stream, self.frailty.get(worker.key, 1.0))
        self.people[worker.key] = person
        self._start(person, worker.recruited_at, minute, from_certification=False)

    def _start(self, person: Person, origin: int, minute: int, from_certification: bool) -> None:
        for name, reason in person.worker.tier.reasons.items():
            if reason.from_certification == from_certification:
                running = Running(name, reason, origin, minute, 0.0)
                self.aims.start(person, running)
                person.clocks.append(running)
                self._aim(person, running, minute)

    def _leave(self, person: Person, row: Row) -> None:
        """Ends of courses come before strikes; patience, and what the conditional phase does, after them (R10.1)."""
        del self.people[row.key]
        for running in person.clocks:
            passed = not running.done and running.late <= row.minute and not self._void(person, running)
            if passed and row.detail in ("gave_up_waiting", "not_deployed", "promoted"):
                self.missed.append(_says(person, running))

    def _struck(self, person: Person, running: Running, minute: int, frozen: bool) -> None:
        """What recurs goes on to the next threshold (R5.1); its own absence it does not count (R2.7)."""
        if running.outcome == EXIT or not running.reason.recurring or running.reason.clock.dated:
            running.done = True
            return
        running.advance(minute)
        self.aims.next(person, running)
        running.frozen = frozen
        self._aim(person, running, minute)

    # --- when the next strike is due ----------------------------------------------------------------------------------

    def close_instant(self) -> None:
        """After an instant: who was passed over, which multipliers are others, and what strikes without a row."""
        replay = self.replay
        self._pass(replay.now + 1, turn=False)
        published = any(row.event == "published" for row in replay.instant)
        for label in self.people.keys() if published else replay.touched & self.people.keys():
            self._respond(self.people[label], replay.now)
        self._pass(replay.until, turn=True)

    def _pass(self, until: int, turn: bool) -> None:
        """What happens before this minute and has no row: absences that are void, measures that begin or end."""
        while True:
            due = self.due[0][0] if self.due else NEVER
            turning = self.turns[0][0] if turn and self.turns else NEVER
            if min(due, turning) >= until:
                return
            if due <= turning:
                minute, _, person, running = heappop(self.due)
                if running.late == minute and self.people.get(person.worker.key) is person and not running.done:
                    self._unseen(person, running, minute)
            else:
                minute, tier = self.turns.pop(0)
                for label in self.replay.living[tier].keys() & self.people.keys():
                    self._respond(self.people[label], minute)

    def _unseen(self, person: Person, running: Running, minute: int) -> None:
        """A strike without a row: an absence that would begin during another is void (R2.7)."""
        if self._void(person, running):
            self._struck(person, running, minute, frozen=False)
        else:
            self.missed.append(_says(person, running))
            running.done = True

    def _void(self, person: Person, running: Running) -> bool:
        return running.outcome == ABSENCE and person.worker.away

    def _respond(self, person: Person, minute: int) -> None:
        """Set the clocks again whose multiplier has changed."""
        found = multipliers(self.replay, person.worker, person.frailty, minute)
        for running in person.clocks:
            reason = running.reason
            wanted = 1.0 if reason.external else found[reason.only_absence]
            if running.done or reason.clock.dated or running.multiplier == wanted:
                continue
            running.advance(minute)
            running.multiplier = wanted
            self._aim(person, running, minute)

    def _aim(self, person: Person, running: Running, now: int) -> None:
        """Set a clock, and note when it is due if that is within the run."""
        self.aims.aim(person, running, now)
        if running.late < self.replay.programme.horizon:
            self.pushed += 1
            heappush(self.due, (running.late, self.pushed, person, running))


def _says(person: Person, running: Running) -> str:
    return f"{person.worker.key} is passed over: {running.name} was to strike at {running.late} ({running.outcome})"
