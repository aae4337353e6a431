"""R12: every counter that the engine keeps, at the end of the run, again from the replay alone.

The KPIs are worked out from these; what no KPI shows yet is held to the rules here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from auditor.apply_clients import OUTCOMES
from auditor.check import Check
from auditor.clientele import Client
from auditor.replay import Replay
from auditor.rows import FIRST_DATED

CLASS_COUNTS = ("referred", "started", "completed", "wait_minutes", "closed", "closed_sessions")


@dataclass(frozen=True)
class Counters:
    """What an engine counted: exact integrals of levels over the whole run, totals, and clients by class."""

    areas: Mapping[str, int]
    counts: Mapping[str, int]
    classes: Mapping[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)  # by stream and language


def client_counts(replay: Replay) -> dict[str, int]:
    """Totals of the clients who were referred in the window (R1.6)."""
    start = replay.programme.measure_from
    everybody = [client for client in replay.clients.values() if client.referred_at >= start]
    closed = [client for client in everybody if client.ended and client.was_offered]
    found = {
        "referred": len(everybody),
        "started": sum(1 for client in everybody if client.started_at >= 0),
        "screened_out": sum(1 for minute in replay.screened_out.values() if minute >= start),
        "sessions_unsupervised": sum(client.unsupervised_total for client in everybody),
        "sessions_attended": sum(client.attended for client in everybody),
        "sessions_held": sum(client.held for client in everybody),
        "interpreted": sum(client.interpreted_times for client in everybody),
        "sessions_given": sum(number for _, number in replay.given["sessions_given"]),
        "completions": completions(replay, 0),
        "interpreter_minutes": sum(minutes for _, minutes in replay.given["interpreter_minutes"]),
        "closed": len(closed),
        "closed_sessions": sum(client.attended for client in closed),
        "closed_sessions_squared": sum(client.attended**2 for client in closed),
        "no_shows": sum(client.no_shows for client in everybody),
        "transfers": sum(client.handed_over for client in everybody),
        "client_groups_started": len(replay.client_groups),
        "client_group_members": sum(group.announced for group in replay.client_groups.values()),
    }
    for outcome in OUTCOMES.values():
        found[outcome] = sum(1 for client in everybody if client.ended == outcome)
    return {f"clients.{name}": number for name, number in found.items()}


def completions(replay: Replay, start: int) -> int:
    """Who completed from this minute on, whenever they were referred."""
    return sum(1 for client in replay.clients.values() if client.state == "completed" and client.since >= start)


def class_counts(clients: Iterable[Client]) -> tuple[int, ...]:
    """`CLASS_COUNTS` of some clients."""
    everybody = list(clients)
    begun = [client for client in everybody if client.started_at >= 0]
    completed = sum(1 for client in everybody if client.ended == "completed")
    waited = sum(client.started_at - client.referred_at for client in begun)
    closed = [client.attended for client in everybody if client.ended and client.was_offered]
    return len(everybody), len(begun), completed, waited, len(closed), sum(closed)


def levels(replay: Replay) -> Iterator[str]:
    """The integral of every level, in level-minutes."""
    for name, area in (replay.counters.areas if replay.counters else {}).items():
        mine = replay.levels.area(name, 0, replay.programme.horizon)
        if mine != area:
            yield f"{name}: an integral of {area} is reported, the log gives {mine}"


def counts(replay: Replay) -> Iterator[str]:
    """Totals of clients, of groups of them, of workplace trainings."""
    if not replay.counters:
        return
    found = client_counts(replay)
    for name in replay.programme.states:
        held = sum(len(dates) for (state, _), dates in replay.organisation.lifts.items() if state == name)
        found[f"organisation.{name}.trainings"] = held
    for name, number in replay.counters.counts.items():
        if not name.startswith("tier.") and found.get(name) != number:
            yield f"{name}: {number} is reported, the log gives {found.get(name)}"


def classes(replay: Replay) -> Iterator[str]:
    """`CLASS_COUNTS` by stream and language; their sums are those of everybody."""
    start = replay.programme.measure_from
    for (stream, language), numbers in (replay.counters.classes if replay.counters else {}).items():
        mine = class_counts(
            client
            for client in replay.clients.values()
            if client.stream.name == stream and client.language == language and client.referred_at >= start
        )
        if mine != numbers:
            named = dict(zip(CLASS_COUNTS, numbers, strict=True))
            yield f"clients of {stream} {language}: {named} is reported, the log gives {mine}"


def potential(replay: Replay) -> Iterator[str]:
    """Potential referrals are those who were eligible and those who were not (R8.8)."""
    come = sum(number % FIRST_DATED for number in replay.next_referral.values())
    if come != len(replay.clients) + len(replay.screened_out):
        yield f"{come} have come, {len(replay.clients)} were referred and {len(replay.screened_out)} screened out"


CHECKS = {
    "levels": Check("R12.3", "end", levels),
    "counts": Check("R12", "end", counts),
    "classes": Check("R12", "end", classes),
    "potential referrals": Check("R8.8", "end", potential),
}
