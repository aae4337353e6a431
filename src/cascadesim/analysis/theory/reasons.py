"""Why a number by hand and its simulated counterpart differ: one sentence, and only of what the runs measured."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from cascadesim.analysis.constraints import constraint_words
from cascadesim.analysis.theory.counterparts import leaving
from cascadesim.analysis.theory.found import Found, ratio
from cascadesim.analysis.theory.heads import is_known, people
from cascadesim.analysis.theory.hours import span, tier_of
from cascadesim.analysis.theory.lifetimes import leaving_per_year
from cascadesim.analysis.theory.people import planned_supervisees
from cascadesim.analysis.theory.yields import certified_of_apprentices, lead_weeks, passes_of_recruits
from cascadesim.analysis.words import count_of, named, number, part, sentence
from cascadesim.model.enums import Wait
from cascadesim.scenario import defaults

NO_REASON = "No measure of the runs says why."
WORTH_TELLING = 0.01
"""A share below this is not given as a reason."""

Why = Callable[[Found, int, float, float], str]
"""The reason for (what was found, level of the tier, value by hand, value simulated); empty where there is none."""


def no_reason(found: Found, level: int, hand: float, simulated: float) -> str:
    """Nothing that is measured explains it."""
    del found, level, hand, simulated
    return ""


def seats(found: Found, level: int, hand: float, simulated: float) -> str:
    """A span that is not reached: who waited for a seat, or that nobody did."""
    if simulated > hand:
        return ""
    supervisors = number(found.at_work(level - 1))
    there = f"there were {number(found.practising(level) - found.idle(level))} for {supervisors} supervisors on average"
    waited, words = longest(found, Wait.SEAT, level)
    if waited < WORTH_TELLING * found.practising(level) * found.weeks:
        return f"Hardly anybody waited for a supervisor: {there}, fewer than they could hold."
    return f"{sentence(there)}; {number(waited)} person-weeks passed without a supervisor, {words}."


def courses(found: Found, level: int, hand: float, simulated: float) -> str:
    """Fewer certified than by hand: who waited for a course or for practice and why, or that there were no recruits."""
    if simulated > hand or not defaults.trains(found.scenario.tier[found.scenario.cascade[level]], level):
        return ""
    came = f"{number(found.recruited(level))} recruits came for {_courses(found.tier(level, 'courses_held'))}"
    waited = [_waited(found, Wait.COURSE, level, "for a course"), _waited(found, Wait.PRACTICE, level, "to practise")]
    said = "; ".join(each for each in waited if each)
    if not said:
        return f"Hardly anybody waited for a course or to practise: {came}, and trainers had no more to do."
    given = found.tier(level - 1, "share.supervision_given")
    busy = ""
    if constraint_words(Wait.COURSE, "trainer_hours") in said and given >= WORTH_TELLING:
        busy = f"; supervision took {part(given)} of the {named(found.scenario.cascade[level - 1])} hours"
    return f"{came}; {said}{busy}."


def spare(found: Found, level: int, hand: float, simulated: float) -> str:
    """More certified than beside a full span: trainers supervised fewer. Fewer certified: as for courses."""
    full = span(found.scenario, level)
    return _spared(found, level, full, f"a full span of {number(full)}", hand, simulated)


def spare_as_planned(found: Found, level: int, hand: float, simulated: float) -> str:
    """The same, beside those whom the plan gives to each trainer."""
    each = planned_supervisees(found.scenario, level)
    return _spared(found, level, each, f"the {number(each)} planned", hand, simulated)


def _spared(found: Found, level: int, full: float, words: str, hand: float, simulated: float) -> str:
    each = ratio(found.supervised(level), found.at_work(level - 1))
    if simulated <= hand or not each < full:
        return courses(found, level, hand, simulated)
    above = named(found.scenario.cascade[level - 1])
    return f"Each {above} supervised {number(each)}, not {words}, and had hours left for courses."


def tenure(found: Found, level: int, hand: float, simulated: float) -> str:
    """The long-run rate is not reached within the horizon: notice and practice come first, hazards change."""
    weeks = found.scenario.horizon_weeks
    if not is_known(found.scenario, level):
        return ""
    opens = found.scenario.measure_from_week
    within = people(found.scenario, level).leaving_per_year(opens, weeks)
    if abs(within - simulated) >= abs(hand - simulated) or abs(within / hand - 1) < WORTH_TELLING:
        return ""
    return (
        f"That is the long run; from {f'week {opens:g}' if opens else 'when people come'} to week {weeks:g}, notice "
        f"included, the same clocks give {number(within)}."
    )


def holding(found: Found, level: int, hand: float, simulated: float) -> str:
    """Recruits needed: leaving and yield, where they differ from those by hand in the direction of the difference."""
    scenario, more = found.scenario, simulated > hand
    tier, came, gone = tier_of(scenario, level), found.recruited(level), leaving(found, level)
    by_hand, parts = leaving_per_year(tier, lead_weeks(scenario, level)), []
    if (gone > by_hand) == more:
        parts.append(f"{number(gone)} of each head left a year in the runs, by hand {number(by_hand)}")
    if defaults.trains(tier, level) and came:
        share = found.certified(level) / came
        expected = passes_of_recruits(tier) * certified_of_apprentices(scenario, level)
        if (share < expected) == more:
            parts.append(f"{part(share)} of the recruits were certified by the end, by hand {part(expected)}")
    return as_sentence(parts)


def _courses(courses_held: float) -> str:
    """`1.6 courses`, `1 course`."""
    return count_of(1, "course") if courses_held == 1 else f"{number(courses_held)} courses"


def _waited(found: Found, wait: Wait, level: int, what: str) -> str:
    """Who waited for what, if it is worth telling."""
    waited, words = longest(found, wait, level)
    if waited < WORTH_TELLING * found.weeks:
        return ""
    return f"they waited {number(waited)} person-weeks {what}, {words}"


def longest(found: Found, wait: Wait, level: int) -> tuple[float, str]:
    """Person-weeks waited in all, and the constraint that most of them were under, with its share."""
    waits = found.waits(wait, level)
    total = math.fsum(waits.values())
    if not total:
        return 0.0, ""
    constraint = max(waits, key=lambda name: waits[name])
    share = "all" if waits[constraint] == total else f"{part(waits[constraint] / total)} of them"
    return total, f"{share} under: {constraint_words(wait, constraint)}"


def as_sentence(parts: Iterable[str]) -> str:
    """One sentence of several parts; empty where there are none."""
    text = "; ".join(filter(None, parts))
    return f"{sentence(text)}." if text else ""
