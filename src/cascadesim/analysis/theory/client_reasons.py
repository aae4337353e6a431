"""Why a number about clients and its simulated counterpart differ: only what fits the direction of the difference."""

from __future__ import annotations

import math
from collections.abc import Iterator

from cascadesim.analysis.theory import care
from cascadesim.analysis.theory.found import Found, ratio
from cascadesim.analysis.theory.heads import people
from cascadesim.analysis.theory.hours import is_supervised_level, places
from cascadesim.analysis.theory.people import planned_at_work
from cascadesim.analysis.theory.reasons import WORTH_TELLING, Why, as_sentence, longest
from cascadesim.analysis.words import named, number, part
from cascadesim.model.codes import Wait
from cascadesim.scenario import defaults

_CLIENTS = -1
"""The level at which constraints of clients are found."""


def staff(found: Found, level: int, hand: float, simulated: float) -> str:
    """For what grows with the staff: more or fewer than planned were there, over all delivering tiers."""
    del level
    learning = math.fsum(places for _, places in _apprentices(found))
    learn = f"apprentices had {number(learning)} places" if simulated > hand and learning > WORTH_TELLING * hand else ""
    return as_sentence([*_staff(found, more=simulated > hand), learn])


def waits(found: Found, level: int, hand: float, simulated: float) -> str:
    """For waits and giving up. Longer: care that began late, fewer staff than planned, what clients waited for.

    Shorter: more staff, or that a queue that grows by hand without end has an end in the runs.
    """
    del level
    if simulated <= hand:
        end = found.scenario.horizon_weeks
        ends = f"by hand the queue grows without end, the runs stop at week {end:g}" if math.isinf(hand) else ""
        return as_sentence([*_staff(found, more=True), ends])
    waited, words = longest(found, Wait.CARE, _CLIENTS)
    held_up = f"clients waited {number(waited)} client-weeks, {words}" if waited else ""
    return as_sentence([_late(found), *_staff(found, more=False), held_up])


def taken(found: Found, level: int, hand: float, simulated: float) -> str:
    """For the share of places taken. More: fewer places than planned. Less: more of them, and care not given."""
    del level
    if simulated > hand:
        return as_sentence(_staff(found, more=False))
    return as_sentence([*_staff(found, more=True), *_not_given(found)])


def clients(found: Found, level: int, hand: float, simulated: float) -> str:
    """Care that was not given: who gave up, still waits or was lost, and the weeks before the first client."""
    del level
    return "" if simulated > hand else as_sentence(_not_given(found))


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
            if _differ(there, heads, more):
                name = named(found.scenario.cascade[each])
                parts.append(f"{name}: {number(there)} were active at week {week}, by hand {number(heads)}")
        return as_sentence(parts)

    return why


def standing(found: Found, level: int, hand: float, simulated: float) -> str:
    """Hours per client: supervision that goes on beside empty places, and hours for clients who have not completed."""
    if simulated < hand:
        return ""
    supervised = is_supervised_level(found.scenario, level)
    parts = [*_takes_more(found), _goes_on(found, level, {"supervision": supervised})]
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
    goes_on = _goes_on(found, level, {"supervision": supervised, "other duties": duties})
    return as_sentence([*_takes_more(found), goes_on])


def places_there(found: Found) -> float:
    """Places of those who were active and not idle, and of apprentices who practise with clients."""
    own = (places(found.scenario, level) * found.at_work(level) for level in care.delivering(found.scenario))
    return math.fsum([*own, *(places for _, places in _apprentices(found))])


def _apprentices(found: Found) -> Iterator[tuple[int, float]]:
    """Level and places of apprentices who practise with clients."""
    for level, name in enumerate(found.scenario.cascade):
        if defaults.practice(found.scenario, level) == "clients":
            each = min(found.scenario.tier[name].apprentice_caseload, places(found.scenario, level))
            yield level, each * found.tier(level, "apprentice_mean")


def _staff(found: Found, more: bool) -> Iterator[str]:
    """Of which delivering tiers more, or fewer, than planned were there."""
    for each in care.delivering(found.scenario):
        there, many = found.at_work(each), planned_at_work(found.scenario, each)
        if many and _differ(there, many, more):
            full = found.tier(each, "full_complement_week")
            when = "never all at once" if math.isnan(full) else f"all at once first in week {number(full)}"
            active = "active and deployed" if found.idle(each) else "active"
            name = named(found.scenario.cascade[each])
            yield f"{name}: on average {number(there)} of {number(many)} planned were {active}, {when}"


def _differ(there: float, by_hand: float, more: bool) -> bool:
    """Whether there were more, or fewer, by a share that is worth telling."""
    return (there - by_hand if more else by_hand - there) >= WORTH_TELLING * max(by_hand, WORTH_TELLING)


def _not_given(found: Found) -> Iterator[str]:
    referred = found.clients("referred")
    lost = {"gave up waiting": "reneged", "still waited at the end": "waiting_at_end", "were lost": "lost_on_exit"}
    for words, what in lost.items():
        share = ratio(found.clients(what), referred)
        if share >= WORTH_TELLING:
            yield f"{part(share)} of those referred {words}"
    yield _late(found)


def _late(found: Found) -> str:
    """Care that began well after the first referral of the window."""
    begins = found.clients("first_start_week")
    late = begins - max(care.first_referral_week(found.scenario), found.scenario.measure_from_week)
    if not late >= WORTH_TELLING * found.weeks:
        return ""
    end = found.scenario.horizon_weeks
    return f"care began in week {number(begins)} of {end:g}, {number(late)} weeks after the first referral"


def _takes_more(found: Found) -> Iterator[str]:
    """What makes a client take more hours than by hand: groups that are not full, and interpreters."""
    assert found.scenario.clients is not None
    sizes = [form.group_max for form in defaults.formats_used(found.scenario.clients).values() if form.group_max > 1]
    began = found.means.get("clients.group_size_mean", math.nan)
    if len(sizes) == 1 and began < (1 - WORTH_TELLING) * sizes[0]:
        yield f"groups began with {number(began)} clients on average, by hand with {sizes[0]}"
    interpreted = found.means.get("clients.interpreted_share", 0.0)
    if interpreted >= WORTH_TELLING:
        yield f"{part(interpreted)} of the sessions took longer, with an interpreter"


def _goes_on(found: Found, level: int, what: dict[str, bool]) -> str:
    """Which of these goes on beside empty places, if any places were empty; where formats differ, beside clients."""
    there = [words for words, is_there in what.items() if is_there]
    if not there:
        return ""
    verb = "goes" if there == ["supervision"] else "go"
    goes = f"{' and '.join(there)} {verb} on whether places are taken or not"
    if not care.is_individual(found.scenario):
        return f"{goes}, and clients took {part(found.tier(level, 'share.clients'))} of the hours"
    share = ratio(found.clients("in_care_mean"), places_there(found))
    return f"{goes}, and {part(share)} of them were" if share < 1 - WORTH_TELLING else ""
