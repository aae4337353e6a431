"""What the runs measured about clients and those who see them, as parts of a sentence that says why."""

from __future__ import annotations

import math
from collections.abc import Iterator

from cascadesim.analysis.theory import care
from cascadesim.analysis.theory.found import Found, ratio
from cascadesim.analysis.theory.hours import places
from cascadesim.analysis.theory.people import planned_at_work
from cascadesim.analysis.theory.reasons import WORTH_TELLING
from cascadesim.analysis.words import named, number, part
from cascadesim.scenario import defaults


def places_there(found: Found) -> float:
    """Places of those who were active and not idle, and of apprentices who practise with clients."""
    own = (places(found.scenario, level) * found.at_work(level) for level in care.delivering(found.scenario))
    return math.fsum([*own, apprentice_places(found)])


def apprentice_places(found: Found) -> float:
    """Places of apprentices who practise with clients."""
    total = 0.0
    for level, name in enumerate(found.scenario.cascade):
        if defaults.practice(found.scenario, level) == "clients":
            each = min(found.scenario.tier[name].apprentice_caseload, places(found.scenario, level))
            total += each * found.tier(level, "apprentice_mean")
    return total


def staff_there(found: Found, more: bool) -> Iterator[str]:
    """Of which delivering tiers more, or fewer, than planned were there."""
    for each in care.delivering(found.scenario):
        there, many = found.at_work(each), planned_at_work(found.scenario, each)
        if many and differ(there, many, more):
            full = found.tier(each, "full_complement_week")
            when = "never all at once" if math.isnan(full) else f"all at once first in week {number(full)}"
            active = "active and deployed" if found.idle(each) else "active"
            name = named(found.scenario.cascade[each])
            yield f"{name}: on average {number(there)} of {number(many)} planned were {active}, {when}"


def differ(there: float, by_hand: float, more: bool) -> bool:
    """Whether there were more, or fewer, by a share that is worth telling."""
    return (there - by_hand if more else by_hand - there) >= WORTH_TELLING * max(by_hand, WORTH_TELLING)


def not_given(found: Found) -> Iterator[str]:
    """Shares of those referred who were not cared for, and care that began late."""
    referred = found.clients("referred")
    lost = {"gave up waiting": "reneged", "still waited at the end": "waiting_at_end", "were lost": "lost_on_exit"}
    for words, what in lost.items():
        share = ratio(found.clients(what), referred)
        if share >= WORTH_TELLING:
            yield f"{part(share)} of those referred {words}"
    yield late(found)


def late(found: Found) -> str:
    """Care that began well after the first referral of the window."""
    begins = found.clients("first_start_week")
    weeks = begins - max(care.first_referral_week(found.scenario), found.scenario.measure_from_week)
    if not weeks >= WORTH_TELLING * found.weeks:
        return ""
    end = found.scenario.horizon_weeks
    return f"care began in week {number(begins)} of {end:g}, {number(weeks)} weeks after the first referral"


def takes_more(found: Found) -> Iterator[str]:
    """What makes a client take more hours than by hand: groups that are not full, and interpreters."""
    assert found.scenario.clients is not None
    sizes = [form.group_max for form in defaults.formats_used(found.scenario.clients).values() if form.group_max > 1]
    began = found.means.get("clients.group_size_mean", math.nan)
    if len(sizes) == 1 and began < (1 - WORTH_TELLING) * sizes[0]:
        yield f"groups began with {number(began)} clients on average, by hand with {sizes[0]}"
    interpreted = found.means.get("clients.interpreted_share", 0.0)
    if interpreted >= WORTH_TELLING:
        yield f"{part(interpreted)} of the sessions took longer, with an interpreter"


def goes_on(found: Found, level: int, what: dict[str, bool]) -> str:
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
