"""Whether the hours of those who give courses, refreshers and supervision hold them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from cascadesim.model.units import rate_up
from cascadesim.scenario import defaults
from cascadesim.scenario.checks.common import tiers
from cascadesim.scenario.findings import Finding
from cascadesim.scenario.locate import Path
from cascadesim.scenario.prospects import Prospect, site_prospects
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.tiers import Supervision, Tier
from cascadesim.scenario.training import Training
from cascadesim.scenario.week import (
    Week,
    beside,
    group_minutes,
    group_words,
    in_hours,
    is_supervised,
    is_trained,
    own_seat,
    trainer_minutes,
    trainer_words,
    week_of,
)

OTHER_DUTIES, RESERVE, SEAT = "of other duties", "kept for courses", "of being supervised"


def week_keys(path: Path) -> tuple[Path, ...]:
    """The keys that say how much of a week there is."""
    keys = ("hours_per_week", "overtime_fraction", "other_duties_hours_per_week", "training_reserve_hours_per_week")
    return (*((*path, key) for key in keys), ("cascade",))


def taken_before(tier: Tier, reserve: bool) -> dict[str, int]:
    """What is gone of every week before anything else."""
    taken = {OTHER_DUTIES: rate_up(tier.other_duties_hours_per_week.value)}
    return taken | ({RESERVE: rate_up(tier.training_reserve_hours_per_week)} if reserve else {})


def apart(parts: dict[str, int], word: str = ", besides") -> str:
    """What else takes of a week, led in by a word; nothing where nothing does."""
    said = beside(parts)
    return f"{word} {said}" if said else ""


def course_hours(scenario: Scenario) -> Iterator[Finding]:
    """Every stage of a course fits into the week of somebody in the tier above, with the way there if need be."""
    found = site_prospects(scenario)
    for level, name, tier, path in tiers(scenario):
        for place, stage in enumerate(defaults.stages(tier.training) if is_trained(tier, level) else ()):
            own = tier.training.stages[place] if tier.training.stages else None
            inner = own is not None and own.trainer_hours_per_week is not None
            here: Path = (*path, "training", "stages", place) if inner else (*path, "training")
            keys = ("trainer_hours_per_week", "preparation_hours", "course_weeks")
            reads = (*((*here, key) for key in keys), (*path, "training", "stages"))
            for travel, where in _journeys(found, level, tier.training, "candidates"):
                need = trainer_minutes(stage, travel)
                what = f"a course for {name}{where} takes {trainer_words(stage, travel)} of each trainer's week"
                there = (*reads, (*path, "training", "travel_hours"), ("tier",)) if travel else reads
                told = list(_fits(scenario, level, what, need, (there, "Spread it over more weeks"), reserve=False))
                yield from _there_only(told, where)
                if told:
                    break


def refresher_hours(scenario: Scenario) -> Iterator[Finding]:
    """A refresher fits into the week of a trainer, beside the reserve, and into that of a worker."""
    for level, name, tier, path in tiers(scenario):
        refresher, here = tier.refresher, (*path, "refresher")
        if refresher is None or level == 0:
            continue
        need = trainer_minutes(refresher)
        what = f"a refresher for {name} takes {trainer_words(refresher)} of each trainer's week"
        reads = tuple((*here, key) for key in ("trainer_hours_per_week", "preparation_hours", "course_weeks"))
        yield from _fits(scenario, level, what, need, (reads, "Spread it over more weeks"), reserve=True)
        parts = taken_before(tier, reserve=False) | {SEAT: own_seat(tier, level)}
        need, most = rate_up(refresher.trainee_hours_per_week), week_of(tier)
        if need + sum(parts.values()) > most.available:
            message = f"takes {in_hours(need)} of a week{apart(parts)}; {name} has {most.plain}."
            keys = ((*here, "trainee_hours_per_week"), *week_keys(path), (*path, "supervision"))
            yield Finding(keys[0], message, "Spread it over more weeks.", "impossible", keys)


def group_hours(scenario: Scenario) -> Iterator[Finding]:
    """A supervision group fits into the week of somebody in the tier above, with an apprentice in it if need be."""
    found = site_prospects(scenario)
    for level, name, tier, path in tiers(scenario):
        if not is_supervised(tier, level):
            continue
        here = (*path, "supervision")
        extra = math.ceil(tier.apprentice_extra_hours_per_week * 60)
        trainees = any(each.candidates for each in found[level].values())
        extra = extra if trainees and defaults.practice(scenario, level) != "none" else 0
        for travel, where in _journeys(found, level, tier.supervision, "everybody"):
            reads: list[Path] = [(*here, key) for key in ("meeting_hours", "preparation_hours", "interval_weeks")]
            reads += [(*here, "travel_hours"), ("tier",)] if travel else []
            need = group_minutes(tier, travel) + extra
            what = f"one group of {name}{where} takes {group_words(tier, travel)} of the supervisor's week"
            if extra:
                reads.append((*path, "apprentice_extra_hours_per_week"))
                what = f"{what}, and an apprentice in it {in_hours(extra)} more"
            keys = (tuple(reads), "Meet less often or more briefly")
            told = list(_fits(scenario, level, what, need, keys, reserve=True))
            yield from _there_only(told, where)
            if told:
                break


def _there_only(told: list[Finding], where: str) -> list[Finding]:
    """A plan that works at other sites is not impossible."""
    return [replace(finding, code="unlikely", warning=True) for finding in told] if where else told


def _journeys(
    found: list[dict[str, Prospect]], level: int, duty: Training | Supervision, who: str
) -> Iterator[tuple[float, str]]:
    """(hours of travel, where) of those who train or supervise a tier: at home, then to a site without any of them.

    `who` is the number of a `Prospect` that says whether there is anybody to go to; nothing where there is nobody.
    """
    above = found[level - 1]
    peopled = [site for site, each in found[level].items() if getattr(each, who)]
    away = [site for site in peopled if not above[site].everybody] if duty.across_sites else []
    if len(away) < len(peopled):
        yield 0.0, ""
    if away:
        yield duty.travel_hours, f" at {away[0]}" if len(away) < len(peopled) else ""


def longest_week(scenario: Scenario, level: int) -> Week:
    """The longest week that anybody of a tier can have: of their own, as promoted (R9.2), or by a life event."""
    tier = scenario.tier[scenario.cascade[level]]
    weeks, sources = [week_of(tier)], [tier]
    for below in range(level + 1, len(scenario.cascade)):
        if scenario.tier[scenario.cascade[below - 1]].promotion is None:
            break
        sources.append(scenario.tier[scenario.cascade[below]])
        weeks.append(week_of(tier.model_copy(update={"hours_per_week": sources[-1].hours_per_week})))
    changes = (reason.then.hours_factor for each in sources for reason in each.life.values() if reason.then is not None)
    if any(factor is not None and factor.value > 1 for factor in changes):
        return replace(weeks[0], available=math.inf, limit=math.inf)
    return max(weeks, key=lambda week: week.limit)


def _fits(
    scenario: Scenario, level: int, what: str, need: int, keys: tuple[tuple[Path, ...], str], reserve: bool
) -> Iterator[Finding]:
    """Whether a duty of `need` minutes fits into a week of the tier above `level`, at best and on average.

    `keys` are those that the need was read from, the first one to blame, and what can be done about them.
    """
    reads, way = keys
    name = scenario.cascade[level - 1]
    tier, path = scenario.tier[name], ("tier", name)
    most, usual = longest_week(scenario, level - 1), week_of(tier, average=True)
    hint = f"{way}, or raise tier.{name}.hours_per_week."
    reads = (*reads, *week_keys(path))
    taken = taken_before(tier, reserve)
    if sum(taken.values()) > most.limit:
        return  # told by own_hours
    if need + sum(taken.values()) > most.limit:
        yield Finding(reads[0], f"{what}{apart(taken)}; {name} has {most.words}.", hint, "impossible", reads)
        return
    taken[SEAT] = own_seat(tier, level - 1)
    if need + sum(taken.values()) > usual.limit:
        reads += ((*path, "supervision"),)
        message = f"{what}{apart(taken)}; {name} has {usual.words}."
        yield Finding(reads[0], message, hint, "unlikely", reads, warning=True)
