"""R8.8: the path of a client, one state at a time, with whoever is said to see them; R7.3, R8.3: who is referred."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from auditor.check import Check
from auditor.clientele import Client
from auditor.clinic import Stream
from auditor.people import HANDOVER, HOLDING, IN_CARE, OPEN, WAITING
from auditor.replay import Replay
from auditor.rows import FIRST_DATED, Row, client_number

CLIENT_MOVES = {
    "started": (WAITING,),
    "not_starting": (WAITING,),
    "joined_group": (WAITING,),
    "resumed": (HANDOVER,),
    "session": (IN_CARE,),
    "no_show": (IN_CARE,),
    "completed": (IN_CARE, HANDOVER),
    "dropped_out": (IN_CARE,),
    "never_started": (HOLDING,),
    "reneged": (WAITING,),
    "awaiting_transfer": (IN_CARE,),
    "lost_on_exit": (IN_CARE, HANDOVER),
    "left": (WAITING, HANDOVER, *OPEN),
    "paused": OPEN,
    "unpaused": OPEN,
}
WITH_HOLDER = ("session", "no_show", "awaiting_transfer", "lost_on_exit", "left", "paused", "unpaused")
ENDS_WITH_HOLDER = ("completed", "dropped_out", "never_started")
GIVEN_UP = ("awaiting_transfer", "lost_on_exit", "left", "never_started")  # also while care stands still


def client_moves(replay: Replay, row: Row) -> Iterator[str]:
    client = replay.clients.get(row.key)
    if row.event in ("referred", "screened_out"):
        if client or row.key in replay.screened_out:
            yield f"{row.key} is referred twice"
    elif client is None:
        yield f"{row.event} of {row.key}, whom nobody referred"
    elif client.state not in CLIENT_MOVES[row.event]:
        yield f"{row.event} of {row.key}, who is {client.state}"
    elif client.state not in CLIENT_MOVES[row.by_way_out.event]:
        yield f"{row.event} of {row.key} by {row.detail}, who is {client.state}"
    elif client.paused != (row.event == "unpaused") and row.by_way_out.event not in GIVEN_UP:
        yield f"{row.event} of {row.key}, whose care {'stands still' if client.paused else 'runs'}"
    else:
        yield from _holder(replay, client, row)


def _holder(replay: Replay, client: Client, row: Row) -> Iterator[str]:
    """Rows about care name who gives it; who ends or leaves a group of clients is with nobody of the workers."""
    holder = client.worker
    if client.group:
        in_session = row.event in ("session", "no_show")
        group = replay.client_groups[client.group]
        lost, given_up = group.lost[-1] if group.lost else "", row.by_way_out.event in GIVEN_UP[:2]
        holder = client.group if in_session else lost if given_up else ""
    if row.event in (*WITH_HOLDER, *ENDS_WITH_HOLDER) and row.other != holder:
        yield f"{row.event} of {row.key} with {row.other or 'nobody'}, but the holder is {holder or 'nobody'}"


def who_is_referred(replay: Replay, row: Row) -> Iterator[str]:
    """The stream says which languages there can be, whether anybody is urgent or eligible, and when."""
    care = replay.programme.care
    name, number = row.key.partition(":")[0], client_number(row.key)
    stream = care.streams.get(name) if care else None
    said, _, language = row.detail.partition(":")
    if not stream or said != name:
        yield f"{row.key} is said to come by {said}"
        return
    screened = row.event == "screened_out"
    if stream.eligible == (1 if screened else 0):
        yield f"{row.event} of {row.key}; {float(stream.eligible)} of the stream are eligible"
    if not screened and (language not in stream.languages if stream.languages else language):
        yield f"{row.key} speaks {language or 'any language'}, which nobody of the stream does"
    if not screened and (stream.urgent == (Fraction(0) if row.amount else Fraction(1))):
        yield f"{row.key} is {'' if row.amount else 'not '}urgent, of {float(stream.urgent)}"
    yield from _number(replay, stream, number, row.minute)


def _number(replay: Replay, stream: Stream, number: int, minute: int) -> Iterator[str]:
    """Potential referrals are numbered as they come (R7.3), dated ones by their dates."""
    dated = number >= FIRST_DATED
    known = replay.next_referral.get((stream.name, dated), FIRST_DATED if dated else 0)
    if number != known:
        yield f"{stream.name}:{number} comes, the next is {known}"
    replay.next_referral[stream.name, dated] = number + 1
    if dated:
        place = number - FIRST_DATED
        if place >= len(stream.dates) or stream.dates[place] != minute:
            yield f"{stream.name}:{number} comes at {minute}, which is not its date"
    elif any(start < minute and (end is None or minute < end) for start, end in stream.pauses):
        yield f"{stream.name}:{number} comes at {minute}, while nobody is referred"


def dates_overdue(replay: Replay) -> Iterator[str]:
    care = replay.programme.care
    for stream in care.streams.values() if care else ():
        come = replay.next_referral.get((stream.name, True), FIRST_DATED) - FIRST_DATED
        if come < len(stream.dates) and stream.dates[come] < min(replay.until, replay.programme.horizon):
            yield f"referral {come} of {stream.name} has not come at its date {stream.dates[come]}"


REFERRALS = ("referred", "screened_out")
CHECKS = {
    "client moves": Check("R8.8", "before", client_moves, (*REFERRALS, *CLIENT_MOVES)),
    "who is referred": Check("R7.3", "before", who_is_referred, REFERRALS),
    "dated referrals": Check("R7.3", "instant", dates_overdue),
}
