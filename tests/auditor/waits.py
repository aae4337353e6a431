"""How many wait for what, and which of them for a reason of their own: the units that R12.1 books."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.people import ACTIVE, Worker
from auditor.programme import Tier
from auditor.queues import failing

if TYPE_CHECKING:
    from auditor.replay import Replay, Wait

REST = ""
Units = dict[str, int]
"""How many wait: those who fail a test of their own by its name, the others under `REST`."""


def units(replay: Replay, wait: Wait) -> Units:
    """How many there are of one wait, none left out."""
    tier, site, kind, place = wait
    if kind == "care":
        care = replay.programme.care
        demand = care.demands[place] if care and place < len(care.demands) else None
        return {REST: sum(1 for client in replay.queue.values() if client.demand == demand)}
    found = COUNTED[kind](replay, replay.programme.tiers[tier], site, place)
    return {name: number for name, number in found.items() if number}


def _course(replay: Replay, tier: Tier, site: str, stage: int) -> Units:
    return {REST: len(replay.candidates(replay.rooms[tier.name, site, stage]))}


def _seat(replay: Replay, tier: Tier, site: str, _place: int) -> Units:
    """Those whose own week has no room, those who keep a seat with somebody who is away, and all others."""
    here = [worker for worker in replay.living[tier.name].values() if worker.site == site]
    lacking = [worker for worker in here if worker.lacks_seat]
    own = sum(1 for worker in lacking if no_room_for_seat(replay, worker))
    away = sum(1 for worker in here if worker.suspended and worker.practising)
    return {"own_hours": own, "supervisor_absent": away, REST: len(lacking) - own}


def no_room_for_seat(replay: Replay, worker: Worker) -> bool:
    """Whether somebody's own week has no room for being supervised."""
    plan = worker.tier.supervision
    return plan is not None and replay.spare(worker) < plan.seat_rate


def _practice(replay: Replay, tier: Tier, _site: str, _place: int) -> Units:
    living = replay.living[tier.name].values()
    return {REST: sum(1 for worker in living if worker.short_of_cases and could_see_one(replay, worker))}


def could_see_one(replay: Replay, worker: Worker) -> bool:
    """Whether somebody could take a client of some kind that does not take more of them than others (R2.9)."""
    care = replay.programme.care
    kinds = [(form, resumed) for form in care.formats.values() for resumed in (False, care.hand_over)] if care else []
    alone = [(form, resumed) for form, resumed in kinds if resumed or not form.in_groups]
    return any(failing(replay, worker, form, "", resumed) == frozenset() for form, resumed in alone)


def wants_refresher(replay: Replay, worker: Worker) -> bool:
    """Whether somebody may be placed in a refresher now, their hours apart (R3.9)."""
    plan = worker.tier.refresher
    if not plan or worker.state != ACTIVE or not worker.placeable or worker.refresher or worker.refresher_due < 0:
        return False
    return replay.now >= worker.refresher_from


def _refresher(replay: Replay, tier: Tier, site: str, _place: int) -> Units:
    plan = tier.refresher
    here = [worker for worker in replay.living[tier.name].values() if worker.site == site]
    due = [worker for worker in here if wants_refresher(replay, worker)]
    own = sum(1 for worker in due if plan and replay.committed(worker) + plan.trainee_rate > worker.available)
    return {"own_hours": own, REST: len(due) - own}


def _vacancy(replay: Replay, tier: Tier, site: str, _place: int) -> Units:
    desk, openings = (tier.name, site), replay.openings
    if desk not in openings.targets:
        return {}
    return {
        "lag": len(openings.under_way[desk]),
        "promotion": openings.promised[desk],
        "pool_empty": openings.unfillable[desk],
    }


def _certificate(replay: Replay, tier: Tier, _site: str, _place: int) -> Units:
    """Apprentices who have practised enough and lack competence."""
    living = replay.living[tier.name].values()
    return {REST: sum(1 for worker in living if awaits_competence(worker, replay.now))}


def awaits_competence(worker: Worker, minute: int) -> bool:
    """Whether somebody who is there has practised enough and is still no more than an apprentice (R2.8)."""
    tier = worker.tier
    if worker.state != "apprentice" or worker.exited_at >= 0 or tier.practice == "none":
        return False
    if tier.practice == "clients":
        return worker.counted_cases >= tier.practice_cases and not worker.enough_while_away
    running = minute - worker.practising_since if worker.practising_since >= 0 else 0
    return worker.supervised_minutes + running >= tier.practice_minutes


def expect_practice_end(replay: Replay, worker: Worker) -> None:
    """No row says that simulated practice is over for somebody who lacks competence and is not the first to wait."""
    end = worker.practising_since + worker.tier.practice_minutes - worker.supervised_minutes
    if worker.practising_since >= 0 and worker.tier.competence and end > replay.now:
        replay.alarm(end, worker.key)


COUNTED = {
    "course": _course,
    "supervision_place": _seat,
    "practice": _practice,
    "refresher": _refresher,
    "vacancy": _vacancy,
    "certificate": _certificate,
}
