"""Who waits for what kind of care, in which order, and which workers could give it (R8.4, R8.6, R8.7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from auditor.clientele import Client
from auditor.clinic import Demand, Format
from auditor.people import ACTIVE, APPRENTICE, HANDOVER, Worker

if TYPE_CHECKING:
    from auditor.replay import Replay


def by_turn(client: Client) -> tuple[object, ...]:
    """Clients: hand-over first, then the urgent, then priority of the stream, time of referral, key (R8.4)."""
    if client.state == HANDOVER:
        return (0, client.referred_at, client.order)
    return (1, not client.urgent, client.stream.priority, client.referred_at, client.order)


def in_turn(replay: Replay, demand: Demand) -> list[Client]:
    """Who waits for this kind of care, first in line first."""
    return sorted((client for client in replay.queue.values() if client.demand == demand), key=by_turn)


def places(worker: Worker) -> int:
    """How many clients at once somebody may have; 0 for who may see none."""
    if worker.state == APPRENTICE and worker.tier.clients_in_practice:
        return worker.tier.apprentice_caseload
    return worker.tier.caseload if worker.state == ACTIVE and worker.tier.delivers else 0


def speaks(worker: Worker, language: str) -> bool:
    """Whether somebody speaks a language; who came in to a tier without languages speaks them all (R8.7)."""
    return not language or worker.speaks_all or language in worker.languages


def failing(
    replay: Replay, worker: Worker, form: Format, language: str, resumed: bool = False
) -> frozenset[str] | None:
    """The tests that somebody fails for one more client, or group, of this kind; None for who may see none at all."""
    most = places(worker)
    if not most or not worker.placeable or (form.in_groups and not resumed and worker.state != ACTIVE):
        return None
    near = speaks(worker, language)
    need = form.need(not near, resumed)
    wordless = need is None
    need = form.need(False, resumed) if need is None else need
    fails = {
        "caseload": worker.open_cases >= most,
        "worker_hours": replay.free_for_clients(worker) < (need or 0),
        "worker_unsupervised": not worker.may_practise,
        "language": wordless,
    }
    return frozenset(name for name, failed in fails.items() if failed)


def at_site(replay: Replay, site: str) -> Iterator[Worker]:
    """Everybody at a site who has not left."""
    for living in replay.living.values():
        for worker in living.values():
            if worker.site == site:
                yield worker


def able(replay: Replay, demand: Demand) -> list[Worker]:
    """Who could see one more client, or facilitate one more group, of this kind; who is next comes first (R8.4)."""
    site, language, name, resumed = demand
    care = replay.programme.care
    form = care.formats[name] if care else None
    fit = frozenset[str]()
    found = [each for each in at_site(replay, site) if form and failing(replay, each, form, language, resumed) == fit]
    return sorted(found, key=lambda worker: (not speaks(worker, language), *by_load(worker)))


def by_load(worker: Worker) -> tuple[object, ...]:
    """Workers for a client: practice first, fewest open cases, longest since the last start, key (R8.4, R2.9)."""
    learner = worker.short_of_cases and worker.tier.practice_first
    return (not learner, worker.open_cases, worker.last_start, worker.order)
