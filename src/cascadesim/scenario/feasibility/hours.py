"""Hours"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from cascadesim.scenario import defaults
from cascadesim.scenario.checks.clients import present, speaks, spoken
from cascadesim.scenario.checks.common import tiers
from cascadesim.scenario.clients import Stream
from cascadesim.scenario.diagnostics.problems import Finding
from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.feasibility.best_case import Prospect, site_prospects
from cascadesim.scenario.feasibility.hours_budget import (
    Week,
    beside,
    group_minutes,
    group_words,
    in_hours,
    is_supervised,
    is_trained,
    own_seat,
    place_minutes,
    trainer_minutes,
    trainer_words,
    week_of,
)
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.units import rate_up
from cascadesim.scenario.workforce import Supervision, Tier, Training

OTHER_DUTIES, RESERVE, SEAT = "of other duties", "kept for courses", "of being supervised"


def week_keys(path: KeyPath) -> tuple[KeyPath, ...]:
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
            here: KeyPath = (*path, "training", "stages", place) if inner else (*path, "training")
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
            reads: list[KeyPath] = [(*here, key) for key in ("meeting_hours", "preparation_hours", "interval_weeks")]
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
    scenario: Scenario, level: int, what: str, need: int, keys: tuple[tuple[KeyPath, ...], str], reserve: bool
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


def promoted_hours(scenario: Scenario) -> Iterator[Finding]:
    """The longest week that the promoted can bring with them holds something of what the tier below receives.

    Whoever can supervise and not train, or train and not supervise, may be wanted for just that.
    """
    for level, name, tier, path in tiers(scenario):
        if tier.promotion is None or level + 1 == len(scenario.cascade) or defaults.delivers(scenario, level):
            continue
        below = scenario.cascade[level + 1]
        worker = scenario.tier[below]
        changes = [reason.then.hours_factor for reason in worker.life.values() if reason.then is not None]
        if any(factor is not None and factor.value > 1 for factor in changes):
            continue  # they may have come to more hours by then
        week = week_of(tier.model_copy(update={"hours_per_week": worker.hours_per_week}))
        duties = list(_duties(worker, below, level + 1))
        room = {reserve: week.limit - sum(taken_before(tier, reserve).values()) for reserve in (False, True)}
        if duties and all(need > room[reserve] for *_, need, reserve in duties):
            here: KeyPath = (*path, "promotion")
            told = " and ".join(f"{what} takes {words} of a week" for what, words, *_ in duties)
            message = f"whoever is promoted keeps the hours of {below}, {week.words}, and can do nothing here: {told}."
            hint = f"Recruit {name} from outside, or raise tier.{below}.hours_per_week."
            reads = (here, *week_keys(path), ("tier", below))
            yield Finding(here, message, hint, "unlikely", reads, warning=True)


def _duties(tier: Tier, name: str, level: int) -> Iterator[tuple[str, str, int, bool]]:
    """(duty, its arithmetic, minutes a week, whether the training reserve goes before it) of those above this tier."""
    if is_trained(tier, level):
        stage = max(defaults.stages(tier.training), key=trainer_minutes)
        yield f"a course for {name}", trainer_words(stage), trainer_minutes(stage), False
    if is_supervised(tier, level):
        yield f"one group of {name}", group_words(tier), group_minutes(tier), True


CARE = ("session_hours", "session_overhead_hours", "interval_weeks", "format", "stream", "assessment_hours")


def own_hours(scenario: Scenario) -> Iterator[Finding]:
    """Whoever is supervised, keeps hours for courses or sees clients has the hours for it."""
    for level, name, tier, path in tiers(scenario):
        seat, most = own_seat(tier, level), longest_week(scenario, level)
        here: KeyPath = (*path, "hours_per_week")
        meetings = tuple((*path, "supervision", key) for key in ("meeting_hours", "interval_weeks"))
        reads = (here, *week_keys(path), *meetings)
        taken, reserve = taken_before(tier, reserve=False), rate_up(tier.training_reserve_hours_per_week)
        if seat + sum(taken.values()) > most.limit:
            message = f"being supervised takes {in_hours(seat)} of a week{apart(taken)}; {name} has {most.words}."
            if not seat:
                message = f"other duties take {in_hours(sum(taken.values()))} of a week; {name} has {most.words}."
            yield Finding(here, message, "Give them more hours, or let them meet less.", "impossible", reads)
        elif reserve + sum(taken.values()) > most.limit:
            key = (*path, "training_reserve_hours_per_week")
            message = f"keeps {in_hours(reserve)} of a week{apart(taken)}; {name} has {most.words}."
            yield Finding(key, message, "Less than the hours.", "impossible", (key, *reads))
        else:
            yield from _room_for_a_client(scenario, level, reads)


def _room_for_a_client(scenario: Scenario, level: int, reads: tuple[KeyPath, ...]) -> Iterator[Finding]:
    """Clients are seen within the hours available, never in overtime (R2.4)."""
    name = scenario.cascade[level]
    tier = scenario.tier[name]
    needs = [need for need in _needs(scenario, level).values() if need < math.inf]
    if not needs:
        return
    need, taken = int(min(needs)), _beside_clients(tier, level)
    reads += tuple(("clients", key) for key in CARE)
    for week, code in ((longest_week(scenario, level), "impossible"), (week_of(tier, average=True), "unlikely")):
        if need + sum(taken.values()) > week.available:
            message = f"one client takes {in_hours(need)} a week{apart(taken, ' beside')}; {name} has {week.plain}."
            hint = "Give them more hours; clients are not seen in overtime."
            yield Finding(reads[0], message, hint, code, reads, warning=code == "unlikely")
            return


def _beside_clients(tier: Tier, level: int) -> dict[str, int]:
    return {SEAT: own_seat(tier, level)} | taken_before(tier, reserve=True)


def _needs(scenario: Scenario, level: int) -> dict[str, float]:
    """What one client (or group) of each stream takes of a week of this tier; infinite where nobody understands them.

    Nothing for a tier that sees no clients.
    """
    clients, tier = scenario.clients, scenario.tier[scenario.cascade[level]]
    if clients is None or not (defaults.delivers(scenario, level) or defaults.practice(scenario, level) == "clients"):
        return {}
    forms = defaults.formats(clients)
    found: dict[str, float] = {}
    for name, stream in clients.stream.items():
        form = forms.get(stream.format or defaults.INDIVIDUAL)
        if form is None or form.interval_weeks is None or form.interval_weeks.mean_value <= 0:
            continue
        interpreted = not _understands(tier, stream)
        lost = interpreted and clients.interpreter_hours_factor is None
        found[name] = math.inf if lost else place_minutes(clients, form, interpreted)
    return found


def _understands(tier: Tier, stream: Stream) -> bool:
    wanted = spoken(stream)
    return not wanted or any(speaks(tier, language) for language in wanted)


def stream_hours(scenario: Scenario) -> Iterator[Finding]:
    """Every stream has somebody whose week holds a client of it."""
    clients = scenario.clients
    for name, stream in clients.stream.items() if clients else ():
        here = present(scenario, stream.site or "")
        levels = [level for level, _, tier, _ in tiers(scenario) if any(tier is each for each in here)]
        needs = {level: _needs(scenario, level) for level in levels}
        rooms = {level: _room(scenario, level) for level in levels}
        if any(name not in needs[level] or min(needs[level].values()) > rooms[level] for level in levels):
            continue  # told by own_hours
        if levels and all(rooms[level] < needs[level][name] < math.inf for level in levels):
            level = min(levels, key=lambda level: needs[level][name] - rooms[level])
            worker, need = scenario.cascade[level], int(needs[level][name])
            room = in_hours(rooms[level])
            message = f"one of these takes {in_hours(need)} of a worker's week; {worker} has at most {room} for it."
            path: KeyPath = ("clients", "stream", name)
            reads = (path, ("clients",), ("tier",), ("cascade",))
            yield Finding(path, message, "Give them more hours; clients are not seen in overtime.", "impossible", reads)


def _room(scenario: Scenario, level: int) -> float:
    tier = scenario.tier[scenario.cascade[level]]
    return longest_week(scenario, level).available - sum(_beside_clients(tier, level).values())
