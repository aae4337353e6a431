"""Why a number about clients and its simulated counterpart differ: only what fits the direction of the difference."""

from __future__ import annotations

import math

from cascadesim.analysis.theory import care
from cascadesim.analysis.theory.client_parts import (
    apprentice_places,
    differ,
    goes_on,
    late,
    not_given,
    staff_there,
    takes_more,
)
from cascadesim.analysis.theory.found import Found
from cascadesim.analysis.theory.heads import people
from cascadesim.analysis.theory.hours import is_supervised_level
from cascadesim.analysis.theory.reasons import WORTH_TELLING, Why, as_sentence, longest
from cascadesim.analysis.words import named, number
from cascadesim.model.enums import Wait

_CLIENTS = -1
"""The level at which constraints of clients are found."""


def staff(found: Found, level: int, hand: float, simulated: float) -> str:
    """For what grows with the staff: more or fewer than planned were there, over all delivering tiers."""
    del level
    learning = apprentice_places(found)
    learn = f"apprentices had {number(learning)} places" if simulated > hand and learning > WORTH_TELLING * hand else ""
    return as_sentence([*staff_there(found, more=simulated > hand), learn])


def waits(found: Found, level: int, hand: float, simulated: float) -> str:
    """For waits and giving up. Longer: care that began late, fewer staff than planned, what clients waited for.

    Shorter: more staff, or that a queue that grows by hand without end has an end in the runs.
    """
    del level
    if simulated <= hand:
        end = found.scenario.horizon_weeks
        ends = f"by hand the queue grows without end, the runs stop at week {end:g}" if math.isinf(hand) else ""
        return as_sentence([*staff_there(found, more=True), ends])
    waited, words = longest(found, Wait.CARE, _CLIENTS)
    held_up = f"clients waited {number(waited)} client-weeks, {words}" if waited else ""
    return as_sentence([late(found), *staff_there(found, more=False), held_up])


def taken(found: Found, level: int, hand: float, simulated: float) -> str:
    """For the share of places taken. More: fewer places than planned. Less: more of them, and care not given."""
    del level
    if simulated > hand:
        return as_sentence(staff_there(found, more=False))
    return as_sentence([*staff_there(found, more=True), *not_given(found)])


def clients(found: Found, level: int, hand: float, simulated: float) -> str:
    """Care that was not given: who gave up, still waits or was lost, and the weeks before the first client."""
    del level
    return "" if simulated > hand else as_sentence(not_given(found))


def at_week(week: int, waiting: bool) -> Why:
    """For clients at a report week: a queue that chance alone makes, else head counts that differ from those by hand.

    Fewer heads make more clients wait, and fewer start and complete.
    """

    def why(found: Found, level: int, hand: float, simulated: float) -> str:
        del level
        if waiting and hand < WORTH_TELLING and simulated > hand:
            return "Chance makes a queue: without it nobody waits while places suffice."
        more, parts = (simulated > hand) != waiting, []
        for each in care.delivering(found.scenario):
            there, heads = found.tier(each, f"active_at_week_{week}"), people(found.scenario, each).active(week)
            if differ(there, heads, more):
                name = named(found.scenario.cascade[each])
                parts.append(f"{name}: {number(there)} were active at week {week}, by hand {number(heads)}")
        return as_sentence(parts)

    return why


def standing(found: Found, level: int, hand: float, simulated: float) -> str:
    """Hours per client: supervision that goes on beside empty places, and hours for clients who have not completed."""
    if simulated < hand:
        return ""
    supervised = is_supervised_level(found.scenario, level)
    parts = [*takes_more(found), goes_on(found, level, {"supervision": supervised})]
    open_cases = found.clients("in_care_at_end")
    if open_cases >= WORTH_TELLING * found.clients("completed"):
        parts.append(f"{number(open_cases)} clients were still in care at the end, whose hours count already")
    if found.scenario.measure_from_week:
        parts.append("hours for clients referred before the window count too, and those clients do not")
    return as_sentence(parts)


def workload(found: Found, level: int, hand: float, simulated: float) -> str:
    """Workers' worth of hours: more than required beside empty places, less where clients were not served."""
    if simulated < hand:
        return clients(found, level, hand, simulated)
    duties = found.optional(level, "hours.other_duties") > 0
    supervised = is_supervised_level(found.scenario, level)
    beside = goes_on(found, level, {"supervision": supervised, "other duties": duties})
    return as_sentence([*takes_more(found), beside])
