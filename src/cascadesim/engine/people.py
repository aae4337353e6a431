"""The moves of workers between states (R2.1), and their head counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cascadesim.engine.ledger import Ledger
from cascadesim.engine.newcomers import draw_worker, successor
from cascadesim.engine.worker import ABSENT, ACTIVE, ALL_LANGUAGES, APPRENTICE, CANDIDATE, EXITED, Worker
from cascadesim.model.counters import TIER_COUNTS, TIER_LEVELS
from cascadesim.model.enums import Entry, Event, Kind, Purpose

if TYPE_CHECKING:
    from cascadesim.engine.clients import Client
    from cascadesim.engine.facilitation import ClientGroup
    from cascadesim.engine.world import World

_WORKER = int(Kind.WORKER)
_ON_NOTICE, _UNSUPERVISED, _DELIVERING, _IDLE, _MISSED, _NOT_DEPLOYED = (
    TIER_LEVELS.index(name)
    for name in ("on_notice", "unsupervised", "delivering", "idle_active", "missed_refresher", "not_deployed")
)
_RECRUITED, _REPLACING, _CERTIFIED, _EXITED, _CERTIFIED_EXITED, _PROMOTED_IN = (
    TIER_COUNTS.index(name)
    for name in ("recruited", "recruited_replacing", "certified", "exited", "certified_exited", "promoted_in")
)


class People:
    """Moves workers between states and keeps their head counts.

    `present` are the living workers of each tier; `staffing` counts those of a tier and site who are there to stay:
    neither on notice nor about to be promoted (R9.1). `ended`, `absent`, `returned`, `idled`,
    `undeployed` (to leave) and `fallen` (hours changed) are whom the C-phase still has to settle.
    """

    def __init__(self, world: World, ledger: Ledger) -> None:
        self.world = world
        self.record = world.record
        self.ledger = ledger
        self.tiers = world.plan.tiers
        self.bases = world.layout.tier_levels
        self.counts = world.layout.tier_counts
        self.planned = [
            sum(max(staff.target, staff.initial + sum(count for _, count in staff.intake)) for staff in tier.staff)
            for tier in self.tiers
        ]
        self.first_full = [-1] * len(self.tiers)
        sites = range(len(world.plan.sites))
        self.present: list[dict[int, Worker]] = [{} for _ in self.tiers]
        self.staffing = [[0 for _ in sites] for _ in self.tiers]
        self._leavers = [[0 for _ in sites] for _ in self.tiers]  # not replaced yet
        self.targeted = {(tier.level, site) for tier in self.tiers for site in sites if tier.staff[site].target >= 0}
        self.unfilled = set(self.targeted)  # tiers and sites whose staffing has changed
        self.unsettled = False  # whether any of the following holds somebody
        self.ended: list[Worker] = []
        self.absent: list[Worker] = []
        self.returned: list[Worker] = []
        self.idled: list[Worker] = []
        self.undeployed: list[Worker] = []
        self.fallen: list[Worker] = []
        self.on_candidate: Callable[[Worker], None]
        self.on_certified: Callable[[Worker, int], None]
        self.on_recruited: Callable[[Worker, int], None]
        self.on_gone: Callable[[Worker], None]
        self.on_service: Callable[[Worker], None]
        self.on_promise_broken: Callable[[Worker], None]
        self.before_change: Callable[[Worker], None]

    # --- coming -----------------------------------------------------------------------------------------------------

    def recruit(self, level: int, site: int, entry: int, date: int, position: int) -> None:
        """Somebody new: a candidate, or certified at once (initial workers, tiers that need no training)."""
        tier = self.tiers[level]
        tenure = tier.initial_tenure_minutes if entry == Entry.INITIAL else 0
        worker = draw_worker(self.world, level, site, (entry, date, position), tenure)
        if self._leavers[level][site]:
            self._leavers[level][site] -= 1
            self.record.counts[self.counts[level] + _REPLACING] += 1
        self._enter(worker, Entry(entry).name.lower(), tenure)
        if entry == Entry.INITIAL or not tier.courses:
            self.start_practising(worker)
            self.certify(worker, tenure)
        elif self.world.chance(tier.selection_probability, worker.stream, Purpose.SELECTION):
            self.on_candidate(worker)
        else:
            self.exit(worker, "not_selected")

    def promote(self, old: Worker) -> None:
        """Up a tier: gone from the old one, a candidate of the next, with key, hours and competence kept (R9.2)."""
        self.before_change(old)
        self.exit(old, "promoted")
        worker = successor(self.world, old)
        self.record.counts[self.counts[worker.level] + _PROMOTED_IN] += 1
        self._enter(worker, "promotion", self.world.clock.now - worker.recruited_at)
        if self.tiers[worker.level].courses:
            self.on_candidate(worker)
        else:
            self.start_practising(worker)
            self.certify(worker)

    def _enter(self, worker: Worker, how: str, tenure: int) -> None:
        level = worker.level
        self.present[level][worker.key] = worker
        self.record.counts[self.counts[level] + _RECRUITED] += 1
        self.record.shift(self.bases[level] + CANDIDATE, 1)
        self.record.note(
            Event.RECRUITED, _WORKER, worker.key, level, detail=how + self._spoken(worker), amount=worker.available
        )
        self._staff(worker, 1)
        self.on_recruited(worker, tenure)

    def _spoken(self, worker: Worker) -> str:
        """`:Arabic+Farsi`, nothing where a tier's languages are not told apart."""
        if worker.speaks == ALL_LANGUAGES:
            return ""
        names = (name for bit, (name, _) in enumerate(self.world.plan.languages) if worker.speaks >> bit & 1)
        return f":{'+'.join(names)}"

    def _staff(self, worker: Worker, by: int) -> None:
        """One more, or one less, who is there to stay."""
        place = (worker.level, worker.site)
        self.staffing[worker.level][worker.site] += by
        if place in self.targeted:
            self.unfilled.add(place)

    def look_above(self, worker: Worker) -> None:
        """Somebody may be fit to be promoted now: a vacancy that nobody could fill is offered again (R9.2)."""
        place = (worker.level - 1, worker.site)
        if place in self.targeted:
            self.unfilled.add(place)

    # --- moving -----------------------------------------------------------------------------------------------------

    def move(self, worker: Worker, state: int) -> None:
        """Into another state."""
        base = self.bases[worker.level]
        self.record.swap(base + worker.state, base + state)
        worker.state = state
        full = state == ACTIVE and 0 < self.planned[worker.level] <= self.record.levels[base + ACTIVE]
        if full and self.first_full[worker.level] < 0:
            self.first_full[worker.level] = self.world.clock.now

    def start_practising(self, worker: Worker) -> None:
        """An apprentice now: their hours begin to count, and so does being without a supervisor."""
        self.move(worker, APPRENTICE)
        self.ledger.open(worker)
        self.on_service(worker)
        supervision = self.tiers[worker.level].supervision
        if supervision is not None:
            worker.supervised = False
            worker.reserved = supervision.seat_rate

    def certify(self, worker: Worker, tenure: int = 0) -> None:
        """An active worker from now on, with `tenure` minutes behind them; deployed or not (R2.6)."""
        level, tier = worker.level, self.tiers[worker.level]
        self.move(worker, ACTIVE)
        self.record.counts[self.counts[level] + _CERTIFIED] += 1
        if not worker.open:
            self.record.shift(self.bases[level] + _IDLE, 1)
        worker.certified_at = self.world.clock.now - tenure
        self.record.note(
            Event.CERTIFIED, _WORKER, worker.key, level, amount=max(0, round(worker.competence * 1e9))
        )
        self.on_certified(worker, tenure)
        self.ledger.touch(worker)
        if not self.world.chance(tier.deployment_probability, worker.stream, Purpose.DEPLOYMENT):
            self.unsettled = True
            if not tier.idle_if_not_deployed:  # goes when all events of the instant are over, other sessions too
                self.undeployed.append(worker)
                return
            worker.deployed = worker.placeable = False
            worker.refresher_due = -1  # who sees no clients is not asked to a refresher
            self.record.shift(self.bases[level] + _NOT_DEPLOYED, 1)
            self.record.note(Event.IDLE, _WORKER, worker.key, level)
            self.idled.append(worker)
        if not self.world.chance(tier.trains_probability, worker.stream, Purpose.TRAINS):
            worker.trainer = False
            self.record.note(Event.NO_TRAINER, _WORKER, worker.key, level)

    # --- cases ------------------------------------------------------------------------------------------------------

    def take_case(self, worker: Worker, key: int, case: Client | ClientGroup) -> None:
        """One more open case; the first one makes the worker a delivering one."""
        if not worker.open:
            base = self.bases[worker.level]
            if worker.state == ACTIVE:
                self.record.swap(base + _IDLE, base + _DELIVERING)
            else:
                self.record.shift(base + _DELIVERING, 1)
        worker.open[key] = case

    def drop_case(self, worker: Worker, key: int) -> None:
        """One open case less."""
        del worker.open[key]
        if not worker.open and not worker.away:
            base = self.bases[worker.level]
            if worker.state == ACTIVE:
                self.record.swap(base + _DELIVERING, base + _IDLE)
            else:
                self.record.shift(base + _DELIVERING, -1)

    def _count_cases(self, worker: Worker, sign: int) -> None:
        """Whether the worker is delivering or idle, counted or no longer counted."""
        base = self.bases[worker.level]
        if worker.open:
            self.record.shift(base + _DELIVERING, sign)
        elif worker.state == ACTIVE:
            self.record.shift(base + _IDLE, sign)

    # --- flags ------------------------------------------------------------------------------------------------------

    def give_notice(self, worker: Worker, reason: str, ends: int) -> None:
        """Working out their notice: nothing new is given to them (R5.6)."""
        if not worker.on_notice:
            if worker.promoting:
                self.on_promise_broken(worker)
            else:
                self._staff(worker, -1)
            worker.on_notice = True
            worker.placeable = False
            self.record.shift(self.bases[worker.level] + _ON_NOTICE, 1)
            self.ledger.touch(worker)
        self.record.note(Event.NOTICE, _WORKER, worker.key, worker.level, detail=reason, amount=ends)

    def set_promoting(self, worker: Worker) -> None:
        """About to move up a tier: nothing new is given to them, and they are no longer counted on here (R9.2)."""
        worker.promoting = True
        worker.placeable = False
        self._staff(worker, -1)
        self.ledger.touch(worker)

    def mark_unsupervised(self, worker: Worker, since: int) -> None:
        """Without a seat from the end of this C-phase (R4.5)."""
        self.before_change(worker)
        worker.unsupervised_since = since
        self.record.shift(self.bases[worker.level] + _UNSUPERVISED, 1)
        self.record.note(Event.UNSUPERVISED, _WORKER, worker.key, worker.level)
        self.world.unaim(worker)

    def mark_supervised(self, worker: Worker) -> None:
        """With a seat again; grace starts afresh next time."""
        worker.supervised = True
        worker.reserved = 0
        worker.lapsed = False
        self._end_unsupervised(worker)

    def _end_unsupervised(self, worker: Worker) -> None:
        if worker.unsupervised_since >= 0:
            self.before_change(worker)
            worker.unsupervised_since = -1
            self.record.shift(self.bases[worker.level] + _UNSUPERVISED, -1)
            self.world.unaim(worker)

    def set_missed(self, worker: Worker, missed: bool) -> None:
        """Whether the worker's refresher is overdue (R3.9)."""
        if worker.missed_refresher != missed:
            worker.missed_refresher = missed
            self.record.shift(self.bases[worker.level] + _MISSED, 1 if missed else -1)
            self.world.unaim(worker)

    # --- going away and going ---------------------------------------------------------------------------------------

    def go_away(self, worker: Worker) -> None:
        """Absent from now on (R2.7). Candidates and trainees have nothing that stands still."""
        self.before_change(worker)
        worker.left_state = worker.state
        if worker.state in (APPRENTICE, ACTIVE):
            self._count_cases(worker, -1)
            worker.lapsed = False  # grace begins afresh on return (R2.7)
            self._end_unsupervised(worker)
            self.ledger.suspend(worker)
            self.move(worker, ABSENT)
        else:
            worker.away = True
        self.absent.append(worker)
        self.unsettled = True

    def come_back(self, worker: Worker) -> None:
        """In the state that was left."""
        self.before_change(worker)
        if worker.state == ABSENT:
            self.move(worker, worker.left_state)
            self.ledger.resume(worker)
            self._count_cases(worker, 1)
            self.look_above(worker)
        else:
            worker.away = False
        self.returned.append(worker)
        self.unsettled = True

    def change_hours(self, worker: Worker, available: int) -> None:
        """Other hours from now on; what no longer fits is settled in the C-phase (R2.5)."""
        self.ledger.set_hours(worker, available)
        self.fallen.append(worker)
        self.unsettled = True

    def exit(self, worker: Worker, reason: str) -> None:
        """Gone. What it means for others is settled in the C-phase of this instant (`ended`)."""
        level = worker.level
        base, counts = self.bases[level], self.counts[level]
        if worker.state in (APPRENTICE, ACTIVE):
            self._count_cases(worker, -1)
        if worker.state in (APPRENTICE, ACTIVE, ABSENT):
            self.ledger.close(worker)
        if ACTIVE in (worker.state, worker.left_state if worker.state == ABSENT else -1):
            self.record.counts[counts + _CERTIFIED_EXITED] += 1
        self.record.shift(base + worker.state, -1)
        self._end_unsupervised(worker)
        self.set_missed(worker, False)
        if worker.on_notice:
            self.record.shift(base + _ON_NOTICE, -1)
        elif not worker.promoting:
            self._staff(worker, -1)
        if not worker.deployed:
            self.record.shift(base + _NOT_DEPLOYED, -1)
        worker.state = EXITED
        del self.present[level][worker.key]
        self._leavers[level][worker.site] += 1
        self.record.counts[counts + _EXITED] += 1
        self.record.counts[counts + len(TIER_COUNTS) + self.tiers[level].exit_names.index(reason)] += 1
        self.record.note(Event.EXITED, _WORKER, worker.key, level, detail=reason)
        self.on_gone(worker)
        self.ended.append(worker)
        self.unsettled = True
        self.ledger.touch(worker)
