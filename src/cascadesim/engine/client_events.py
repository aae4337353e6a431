"""Clients' own lives: a move, a change of status, that ends their time with the programme (R8.3)."""

from __future__ import annotations

from cascadesim.engine.calendar import CLIENT_LEAVES, put
from cascadesim.engine.clients import end_client
from cascadesim.engine.group_care import leave_group
from cascadesim.engine.individual_care import leave_care
from cascadesim.engine.plan import ClientReasonPlan
from cascadesim.engine.records import GONE, IN_CARE, Client, World
from cascadesim.engine.sampling import chance, unit_exponential
from cascadesim.engine.state import happened
from cascadesim.engine.time_to_event import at_minute, dated_minute, is_dated, tenure_at
from cascadesim.model.counters import ClientCount
from cascadesim.model.enums import Purpose, Rank

_KEY = 1 << 62  # after lost patience at one instant


def begin_client_events(world: World) -> None:
    """Set the clocks of those referred in this instant, and present at its end."""
    reasons = world.plan.clients.reasons
    for client in world.newcomers:
        soonest, first = world.horizon, 0
        for place in range(len(reasons)):
            minute = _due_minute(world, client, reasons[place])
            if minute < soonest:  # of those at one minute the first by name
                soonest, first = minute, place
        if soonest < world.horizon and client.state != GONE:
            client.own_reason = first
            put(world, soonest, Rank.PATIENCE, _KEY + client.key, CLIENT_LEAVES, client, client.key)
    world.newcomers.clear()


def _due_minute(world: World, client: Client, reason: ClientReasonPlan) -> int:
    """The minute at which the reason takes the client away; the horizon if it never does."""
    if not chance(world, reason.leave_probability, client.stream, Purpose.CONSEQUENCE, reason.name_hash):
        return world.horizon
    if is_dated(reason.clock):
        return dated_minute(world, reason.clock, client.stream, reason.name_hash)
    threshold = unit_exponential(world, client.stream, Purpose.THRESHOLD, reason.name_hash)
    return at_minute(world, client.referred + tenure_at(reason.clock, 0.0, threshold))


def leave_for_own_reason(world: World, client: Client, key: int) -> None:
    """What happens in a client's life, if they are still there: the record may be somebody else's by now."""
    if client.state == GONE or client.key != key:
        return
    happened(world)
    text = world.plan.clients.reasons[client.own_reason].text
    if client.state != IN_CARE:
        end_client(world, client, ClientCount.LEFT_FOR_OWN_REASON, client.worker, text)
    elif client.group is not None:
        leave_group(world, client, text)
    else:
        leave_care(world, client, text)
