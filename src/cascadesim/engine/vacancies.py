"""Vacancies of a tier with a target: filled from the tier below, else from outside after a time (R9.1, R9.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cascadesim.engine.clock import Due
from cascadesim.engine.people import People
from cascadesim.engine.recruitment import Recruitment
from cascadesim.engine.worker import ACTIVE, EXITED, Worker
from cascadesim.model.counters import TIER_LEVELS
from cascadesim.model.enums import Entry, Event, Kind, Rank
from cascadesim.model.plan import PromotionPlan

if TYPE_CHECKING:
    from cascadesim.engine.world import World

_SITE, _WORKER = int(Kind.SITE), int(Kind.WORKER)
_ARRIVAL, _DEADLINE = int(Rank.ARRIVAL), int(Rank.DEADLINE)
_VACANCY_KEY = 1 << 60  # after every other arrival of an instant
_VACANT = TIER_LEVELS.index("vacant")


class Openings:
    """The vacancies of one tier and site: those on their way, those for whom the pool had nobody, those promised."""

    def __init__(self) -> None:
        self.opened = 0
        self.under_way = 0
        self.unfillable = 0
        self.promised = 0

    @property
    def all(self) -> int:
        """Every vacancy that is open."""
        return self.under_way + self.unfillable + self.promised


class Vacancies:
    """Opens a vacancy for everybody who is missing, never twice, and fills it."""

    def __init__(self, world: World, people: People, recruitment: Recruitment) -> None:
        self.world = world
        self.record = world.record
        self.clock = world.clock
        self.people = people
        self.recruitment = recruitment
        self.tiers = world.plan.tiers
        self.desks = {place: Openings() for place in sorted(people.targeted)}
        self.levels = sorted({level for level, _ in people.targeted})
        self.promoting: list[tuple[int, Worker]] = []  # (minute by which they move up, worker)
        self.changed = False

    def open(self) -> None:
        """Look again at the tiers and sites whose staffing has changed, or where somebody may now be promoted."""
        unfilled = sorted(self.people.unfilled)
        self.people.unfilled.clear()  # a promise here is a vacancy below, which the next pass opens
        for level, site in unfilled:
            desk = self.desks[(level, site)]
            target = self.tiers[level].staff[site].target
            missing = target - self.people.staffing[level][site] - desk.all
            self._close(level, desk, min(-missing, desk.unfillable))
            while desk.unfillable and self._promise(level, site, desk):
                desk.unfillable -= 1
                self.changed = True
            if missing <= 0:
                continue
            self.record.note(Event.VACANCIES, _SITE, site, level, amount=missing)
            for _ in range(missing):
                self._fill(level, site, desk)
                desk.opened += 1
            self._count(level, missing)

    def _close(self, level: int, desk: Openings, surplus: int) -> None:
        """Others have come meanwhile: vacancies that nobody could fill are no vacancies any more (R9.1)."""
        if surplus > 0:
            desk.unfillable -= surplus
            self._count(level, -surplus)

    def _count(self, level: int, by: int) -> None:
        self.record.shift(self.world.layout.tier_levels[level] + _VACANT, by)
        self.changed = True

    def _fill(self, level: int, site: int, desk: Openings) -> None:
        if self._promise(level, site, desk):
            return
        desk.under_way += 1
        minute = self.clock.now + max(1, self.tiers[level].lag_minutes)
        if minute < self.world.plan.horizon:
            key = _VACANCY_KEY | level << 50 | site << 40 | desk.opened
            self.clock.at(minute, _ARRIVAL, key, self._arrive, (level, site, desk.opened))

    def _promise(self, level: int, site: int, desk: Openings) -> bool:
        """Promise a vacancy to somebody of the tier below; False if nobody may be promoted (R9.2)."""
        plan = self.tiers[level].promotion
        worker = None if plan is None else self._eligible(level + 1, site, plan)
        if worker is None or plan is None:
            return False
        desk.promised += 1
        ends = self.clock.now + plan.minutes
        self.people.set_promoting(worker)
        self.promoting.append((ends, worker))
        self.record.note(Event.PROMOTING, _WORKER, worker.key, worker.level, amount=ends)
        self.clock.at(ends, _DEADLINE, worker.key, self._wake, worker)
        return True

    def certified(self, worker: Worker) -> None:
        """What nobody could fill is offered to this worker too, once they have the tenure (R9.2)."""
        level, site = worker.level - 1, worker.site
        plan = self.tiers[level].promotion if level >= 0 else None
        # without an end to the pool somebody always comes from outside
        if plan is None or (level, site) not in self.desks or self.tiers[level].staff[site].pool < 0:
            return
        minute = worker.certified_at + plan.min_tenure_minutes
        if minute <= self.clock.now:
            self.people.look_above(worker)
        elif minute < self.world.plan.horizon:
            self.clock.at(minute, _DEADLINE, worker.key, self._tenured, worker)

    def _tenured(self, due: Due) -> None:
        if due.who.state != EXITED:
            self.record.events += 1
            self.people.look_above(due.who)
            self.clock.wake()

    def _eligible(self, level: int, site: int, plan: PromotionPlan) -> Worker | None:
        """Longest certified, then most competent, then lowest key, of those who may be promoted."""
        now = self.clock.now
        best: tuple[int, int, int] | None = None
        for worker in self.people.present[level].values():
            if worker.state != ACTIVE or worker.site != site or not worker.placeable:
                continue
            if now - worker.certified_at < plan.min_tenure_minutes:
                continue
            if 0.0 <= worker.competence < plan.min_competence:
                continue
            # in billionths, as in the log: the last digits tell only how often it was stored
            order = (worker.certified_at, -round(worker.competence * 1e9), worker.key)
            if best is None or order < best:
                best = order
        return None if best is None else self.people.present[level][best[2]]

    def _wake(self, due: Due) -> None:
        if due.who.state != EXITED:
            self.record.events += 1
            self.clock.wake()

    def _arrive(self, due: Due) -> None:
        level, site, number = due.who
        self.record.events += 1
        desk = self.desks[(level, site)]
        desk.under_way -= 1
        if self.recruitment.from_outside(level, site, Entry.VACANCY, number, 0):
            self._count(level, -1)
        else:
            desk.unfillable += 1
            self.people.unfilled.add((level, site))
            self.changed = True
        self.clock.wake()

    # --- promotion --------------------------------------------------------------------------------------------------

    def due_for_promotion(self) -> list[Worker]:
        """Those who move up now, in order of keys: nothing left to end, or no more time to (R9.2)."""
        now = self.clock.now
        ready = [
            worker
            for ends, worker in self.promoting
            if not worker.away and (not worker.open or ends <= now)
        ]
        return sorted(ready, key=lambda worker: worker.key)

    def promote(self, worker: Worker) -> None:
        """The vacancy is filled."""
        self._settle(worker)
        self.people.promote(worker)

    def gone(self, worker: Worker) -> None:
        """Somebody who was to be promoted gives notice or leaves: their vacancy is open again (R9.2)."""
        if any(promised is worker for _, promised in self.promoting):
            self._settle(worker)
            self.people.unfilled.add((worker.level - 1, worker.site))

    def _settle(self, worker: Worker) -> None:
        self.promoting = [each for each in self.promoting if each[1] is not worker]
        self.desks[(worker.level - 1, worker.site)].promised -= 1
        self._count(worker.level - 1, -1)
