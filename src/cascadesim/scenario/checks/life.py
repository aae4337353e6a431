"""Reasons to leave, to be away or to have other hours: their clocks, and what follows."""

from __future__ import annotations

import math
from collections.abc import Iterator

from cascadesim.scenario import defaults
from cascadesim.scenario.checks.common import idle, is_said, tiers
from cascadesim.scenario.document import dotted
from cascadesim.scenario.findings import Finding
from cascadesim.scenario.life import Clock, DateClock, LifeTableClock, Reason, ShockClock, Then, WeibullClock
from cascadesim.scenario.locate import Path
from cascadesim.scenario.schema import Scenario

_SUM_NOISE = 1e-9


def reasons(scenario: Scenario) -> Iterator[tuple[Reason, Path]]:
    """Every reason of every tier, with the path of its table."""
    for _, _, tier, path in tiers(scenario):
        yield from ((reason, (*path, "life", name)) for name, reason in tier.life.items())


def clocks(scenario: Scenario) -> Iterator[Finding]:
    """The steps of a life table ascend, and one of them is above 0."""
    found: list[tuple[Path, Clock]] = [((*path, "clock"), reason.clock) for reason, path in reasons(scenario)]
    for name, own in scenario.clients.life.items() if scenario.clients else ():
        found.append((("clients", "life", name, "clock"), own.clock))
    for path, clock in found:
        if not isinstance(clock, LifeTableClock):
            continue
        here = (*path, "table")
        for place in range(1, len(clock.table)):
            before, week = clock.table[place - 1].from_weeks, clock.table[place].from_weeks
            if week <= before:
                message = f"from_weeks = {week:g} comes after {before:g}; the steps of a life table ascend."
                yield Finding((*here, place), message, "Put them in order, each tenure once.")
        if not any(step.rate_per_year.value for step in clock.table):
            yield idle(here, "every rate is 0")


def consequences(scenario: Scenario) -> Iterator[Finding]:
    """Probabilities of what follows sum to at most 1, and what they need is given (R5.2)."""
    for reason, path in reasons(scenario):
        if reason.then is None:
            continue
        here, then = (*path, "then"), reason.then
        total = math.fsum(share.value for share in (then.exit, then.hours_change, then.absence) if share is not None)
        reads = (here, (*path, "absence_weeks"))
        if total > 1 + _SUM_NOISE:
            yield Finding(here, f"the probabilities sum to {total:.6g}, more than 1.", "", "shares")
            continue
        unclear = [key for key in ("hours_change", "absence") if getattr(then, key) is None]
        if then.hours_factor is not None and reason.absence_weeks is not None and unclear:
            message = f"with both hours_factor and absence_weeks, {' and '.join(unclear)} must be said."
            yield Finding(here, message, "Write a probability for each.", "ambiguous", reads)
            continue
        yield from _needs(then, reason, here, reads)
        if not any(defaults.consequences(reason)):
            yield idle(here, "every probability is 0", *reads[1:])


def _needs(then: Then, reason: Reason, here: Path, reads: tuple[Path, ...]) -> Iterator[Finding]:
    if then.hours_change is not None and then.hours_change.value and then.hours_factor is None:
        message = "hours change, and nothing says by how much."
        yield Finding((*here, "hours_change"), message, "Add hours_factor = 0.5, say.", "missing", reads)
    if then.absence is not None and then.absence.value and reason.absence_weeks is None:
        message = "nothing says how long the absence lasts."
        yield Finding((*here, "absence"), message, f"Add absence_weeks to [{dotted(here[:-1])}].", "missing", reads)


def frailty(scenario: Scenario) -> Iterator[Finding]:
    """Frailty and a Weibull clock would explain the same falling hazard twice (R5.10), also of who is promoted."""
    for level, _, tier, path in tiers(scenario):
        here: Path = (*path, "frailty_variance")
        if tier.frailty_variance.value == 0:
            continue
        dated = DateClock | ShockClock  # come when they come
        felt = [each for each in _career(scenario, level) if not (each[0].external or isinstance(each[0].clock, dated))]
        for reason, where in felt:
            if isinstance(reason.clock, WeibullClock):
                whose = where[-1] if where[:2] == path else f"{where[-1]} of {where[1]}, to which they are promoted"
                message = f"not together with the weibull clock of {whose}: both explain a rate that falls with tenure."
                yield Finding(here, message, "Take one of the two out.", reads=(here, where))
                break
        if not felt:
            yield idle(here, "no reason of this tier responds to it", (*path, "life"))


def _career(scenario: Scenario, level: int) -> Iterator[tuple[Reason, Path]]:
    """The reasons of a tier, and of the tiers to which its workers may be promoted one after another (R9.2)."""
    while True:
        name = scenario.cascade[level]
        for reason, own in scenario.tier[name].life.items():
            yield own, ("tier", name, "life", reason)
        if level == 0 or scenario.tier[scenario.cascade[level - 1]].promotion is None:
            return
        level -= 1


def unused(scenario: Scenario) -> Iterator[Finding]:
    """Notice is for exits, the length of an absence for absences, and coming back for what leaves somebody there."""
    for reason, path in reasons(scenario):
        leaves, hours_change, away = defaults.consequences(reason)
        reads = ((*path, "then"), (*path, "absence_weeks"))
        if reason.notice_weeks.value and leaves == 0:
            yield idle((*path, "notice_weeks"), "nobody leaves for this reason", *reads)
        if reason.absence_weeks is not None and away == 0 and (leaves or hours_change):
            yield idle((*path, "absence_weeks"), "nobody is absent for this reason", *reads)
        if reason.recurring and leaves == 1:
            yield idle((*path, "recurring"), "whoever leaves cannot be struck again", *reads)
        elif reason.recurring and isinstance(reason.clock, DateClock | ShockClock):
            yield idle((*path, "recurring"), f"a {reason.clock.dist} strikes once", (*path, "clock"))
        factor = reason.then.hours_factor if reason.then is not None else None
        if factor is not None and (hours_change == 0 or factor.value == 1):
            why = "hours never change for this reason" if hours_change == 0 else "it leaves hours as they are"
            yield idle((*path, "then", "hours_factor"), why, *reads)
    for _, _, tier, path in tiers(scenario):
        if is_said(tier.absence, "hold_weeks") and not any(defaults.consequences(own)[2] for own in tier.life.values()):
            yield idle((*path, "absence", "hold_weeks"), "nobody of this tier is ever absent", (*path, "life"))
