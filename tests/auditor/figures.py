"""R12: what is reported equals what the log says; Little's identity; the balance of the reported clients (R8.8)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

from auditor.apply_clients import OUTCOMES
from auditor.check import Check
from auditor.clientele import Client
from auditor.figures_of import Number
from auditor.people import OPEN, WAITING
from auditor.recount import recount
from auditor.recount_money import LEFT_OUT
from auditor.replay import Replay

TOLERANCE = 1e-9  # relative, for shares and weeks
ROUNDED = 1e-8  # of competence, which the log gives in billionths, and of standard deviations
LITTLE = {"waiting": (WAITING,), "in_care": OPEN}


def same(reported: float, number: Number) -> bool:
    """Integers exactly, fractions to 1e-9, undefined only where undefined."""
    if number is None or math.isnan(reported):
        return number is None and math.isnan(reported)
    if isinstance(number, Fraction):
        return math.isclose(reported, float(number), rel_tol=TOLERANCE, abs_tol=1e-15)
    if isinstance(number, float):
        return math.isclose(reported, number, rel_tol=ROUNDED, abs_tol=ROUNDED)
    return reported == number


def kpis(replay: Replay) -> Iterator[str]:
    counted = dict(recount(replay))
    for name, reported in replay.kpis.items():
        if name not in counted and name not in LEFT_OUT:
            yield f"{name} = {reported} is reported; the auditor does not know this KPI"
        elif name in counted and not same(reported, counted[name]):
            number = counted[name]
            yield f"{name} = {reported} is reported, the log gives {float(number) if number is not None else 'nothing'}"
    for name, number in counted.items():
        if name not in replay.kpis and ".exits." not in name:
            yield f"{name} is not reported, the log gives {number}"
        elif name not in replay.kpis and number:
            yield f"{name} is not reported, the log has {number}"


def little(replay: Replay) -> Iterator[str]:
    """The integral of the number present is the sum of min(out, H) - in, in whole minutes; so is the reported mean."""
    start, end = replay.programme.measure_from, replay.programme.horizon
    for name, states in LITTLE.items():
        if not replay.programme.care:
            return
        stays = sum(_stay(client, states, start, end) for client in replay.clients.values())
        integral = replay.levels.area(f"clients.{name}", start, end)
        reported = replay.kpis[f"clients.{name}_mean"] * (end - start)
        if stays != integral or round(reported) != integral:
            yield f"clients {name}: stays {stays}, integral {integral}, reported {reported} client-minutes"


def _stay(client: Client, states: tuple[str, ...], start: int, end: int) -> int:
    spans = [*client.spans, (client.state, client.since, end)]
    return sum(max(0, min(out, end) - max(into, start)) for state, into, out in spans if state in states)


def reported_balance(replay: Replay) -> Iterator[str]:
    """referred = waiting + in hand-over + in care + gone, among the reported clients and at every report week."""
    if not replay.programme.care:
        return
    held = ("waiting_at_end", "in_transfer_at_end", "in_care_at_end", *OUTCOMES.values())
    total = sum(replay.kpis[f"clients.{name}"] for name in held if f"clients.{name}" in replay.kpis)
    if total != replay.kpis["clients.referred"]:
        yield f"{replay.kpis['clients.referred']} referred, {total} accounted for"


CHECKS = {
    "KPIs": Check("R12", "end", kpis),
    "Little's identity": Check("R13", "end", little),
    "reported balance": Check("R8.8", "end", reported_balance),
}
