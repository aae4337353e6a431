"""Whether a week holds what it is for: courses, refreshers, supervision and clients, besides what else takes of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from cascadesim.model.units import rate_up
from cascadesim.scenario import defaults
from cascadesim.scenario.checks.clients import present, sees_clients, speaks, spoken
from cascadesim.scenario.checks.common import streams, tiers
from cascadesim.scenario.clients import Stream
from cascadesim.scenario.diagnostics.problems import Finding
from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.feasibility.best_case import BestCase, best_cases_by_site
from cascadesim.scenario.feasibility.hours_budget import (
    SUPERVISED,
    beside,
    can_get_longer,
    client_minutes,
    group_minutes,
    group_words,
    in_hours,
    is_supervised,
    is_trained,
    longest_week,
    own_supervision_minutes,
    taken_before,
    trainer_minutes,
    trainer_words,
    week_of,
    week_of_promoted,
)
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.workforce import Supervision, Tier, Training

CARE = ("session_hours", "session_overhead_hours", "interval_weeks", "format", "stream", "assessment_hours")
"""Keys of [clients] that say how many hours a client takes."""


def week_keys(path: KeyPath) -> tuple[KeyPath, ...]:
    """The keys that say how much of a week there is."""
    keys = ("hours_per_week", "overtime_fraction", "other_duties_hours_per_week", "training_reserve_hours_per_week")
    return (*((*path, key) for key in keys), ("cascade",))


def course_hours(scenario: Scenario) -> Iterator[Finding]:
    """Every stage of a course fits into the week of somebody in the tier above, with the way there if need be."""
    people = best_cases_by_site(scenario)
    for level, name, tier, path in tiers(scenario):
        for place, stage in enumerate(defaults.stages(tier.training) if is_trained(tier, level) else ()):
            own = tier.training.stages[place] if tier.training.stages else None
            inner = own is not None and own.trainer_hours_per_week is not None
            home: KeyPath = (*path, "training", "stages", place) if inner else (*path, "training")
            keys = ("trainer_hours_per_week", "preparation_hours", "course_weeks")
            reads = (*((*home, key) for key in keys), (*path, "training", "stages"))
            for travel, where in _journeys(people, level, tier.training, "candidates"):
                need = trainer_minutes(stage, travel)
                what = f"a course for {name}{where} takes {trainer_words(stage, travel)} of each trainer's week"
                all_reads = (*reads, (*path, "training", "travel_hours"), ("tier",)) if travel else reads
                blame = (all_reads, "Spread it over more weeks")
                findings = list(_fits(scenario, level, what, need, blame, reserve=False))
                yield from _at_one_site(findings, where)
                if findings:
                    break


def refresher_hours(scenario: Scenario) -> Iterator[Finding]:
    """A refresher fits into the week of a trainer, beside the reserve, and into that of a worker."""
    for level, name, tier, path in tiers(scenario):
        refresher, table = tier.refresher, (*path, "refresher")
        if refresher is None or level == 0:
            continue
        need = trainer_minutes(refresher)
        what = f"a refresher for {name} takes {trainer_words(refresher)} of each trainer's week"
        reads = tuple((*table, key) for key in ("trainer_hours_per_week", "preparation_hours", "course_weeks"))
        yield from _fits(scenario, level, what, need, (reads, "Spread it over more weeks"), reserve=True)
        taken = taken_before(tier, reserve=False) | {SUPERVISED: own_supervision_minutes(tier, level)}
        need, most = rate_up(refresher.trainee_hours_per_week), week_of(tier)
        if need + sum(taken.values()) > most.available:
            message = f"takes {in_hours(need)} of a week{beside(taken)}; {name} has {most.plain}."
            keys = ((*table, "trainee_hours_per_week"), *week_keys(path), (*path, "supervision"))
            yield Finding(keys[0], message, "Spread it over more weeks.", "impossible", keys)


def group_hours(scenario: Scenario) -> Iterator[Finding]:
    """A supervision group fits into the week of somebody in the tier above, with an apprentice in it if need be."""
    people = best_cases_by_site(scenario)
    for level, name, tier, path in tiers(scenario):
        if not is_supervised(tier, level):
            continue
        table = (*path, "supervision")
        trainees = any(best.candidates for best in people[level].values())
        apprentices = trainees and defaults.practice(scenario, level) != "none"
        extra = math.ceil(tier.apprentice_extra_hours_per_week * 60) if apprentices else 0
        for travel, where in _journeys(people, level, tier.supervision, "everybody"):
            reads: list[KeyPath] = [(*table, key) for key in ("meeting_hours", "preparation_hours", "interval_weeks")]
            reads += [(*table, "travel_hours"), ("tier",)] if travel else []
            need = group_minutes(tier, travel) + extra
            what = f"one group of {name}{where} takes {group_words(tier, travel)} of the supervisor's week"
            if extra:
                reads.append((*path, "apprentice_extra_hours_per_week"))
                what = f"{what}, and an apprentice in it {in_hours(extra)} more"
            blame = (tuple(reads), "Meet less often or more briefly")
            findings = list(_fits(scenario, level, what, need, blame, reserve=True))
            yield from _at_one_site(findings, where)
            if findings:
                break


def _at_one_site(findings: list[Finding], where: str) -> list[Finding]:
    """A plan that works at other sites is not impossible."""
    return [replace(finding, code="unlikely", warning=True) for finding in findings] if where else findings


def _journeys(
    people: list[dict[str, BestCase]], level: int, duty: Training | Supervision, who: str
) -> Iterator[tuple[float, str]]:
    """(hours of travel, where) of those who train or supervise a tier: at home, then to a site without any of them.

    `who` is the number of a `BestCase` that says whether there is anybody to go to; nothing where there is nobody.
    """
    above = people[level - 1]
    peopled = [site for site, best in people[level].items() if getattr(best, who)]
    away = [site for site in peopled if not above[site].everybody] if duty.across_sites else []
    if len(away) < len(peopled):
        yield 0.0, ""
    if away:
        yield duty.travel_hours, f" at {away[0]}" if len(away) < len(peopled) else ""


def _fits(
    scenario: Scenario, level: int, what: str, need: int, blame: tuple[tuple[KeyPath, ...], str], reserve: bool
) -> Iterator[Finding]:
    """Whether a duty of `need` minutes fits into a week of the tier above `level`, at best and on average.

    `blame` are the keys that the need was read from, the first one to blame, and what can be done about them.
    """
    reads, way = blame
    name = scenario.cascade[level - 1]
    tier, path = scenario.tier[name], ("tier", name)
    most, usual = longest_week(scenario, level - 1), week_of(tier, average=True)
    hint = f"{way}, or raise tier.{name}.hours_per_week."
    reads = (*reads, *week_keys(path))
    taken = taken_before(tier, reserve)
    if sum(taken.values()) > most.limit:
        return  # told by own_hours
    if need + sum(taken.values()) > most.limit:
        yield Finding(reads[0], f"{what}{beside(taken)}; {name} has {most.words}.", hint, "impossible", reads)
        return
    taken[SUPERVISED] = own_supervision_minutes(tier, level - 1)
    if need + sum(taken.values()) > usual.limit:
        message = f"{what}{beside(taken)}; {name} has {usual.words}."
        yield Finding(reads[0], message, hint, "unlikely", (*reads, (*path, "supervision")), warning=True)


def promoted_hours(scenario: Scenario) -> Iterator[Finding]:
    """The longest week that the promoted can bring with them holds something of what the tier below receives (R9.2).

    Whoever can supervise and not train, or train and not supervise, may be wanted for just that.
    """
    for level, name, tier, path in tiers(scenario):
        if tier.promotion is None or level + 1 == len(scenario.cascade) or defaults.delivers(scenario, level):
            continue
        below = scenario.cascade[level + 1]
        worker = scenario.tier[below]
        if can_get_longer(worker):
            continue  # they may have come to more hours by then
        week = week_of_promoted(tier, worker)
        duties = list(_duties(worker, below, level + 1))
        room = {reserve: week.limit - sum(taken_before(tier, reserve).values()) for reserve in (False, True)}
        if duties and all(need > room[reserve] for *_, need, reserve in duties):
            key: KeyPath = (*path, "promotion")
            listed = " and ".join(f"{what} takes {words} of a week" for what, words, *_ in duties)
            message = f"whoever is promoted keeps the hours of {below}, {week.words}, "
            message += f"and can do nothing here: {listed}."
            hint = f"Recruit {name} from outside, or raise tier.{below}.hours_per_week."
            yield Finding(key, message, hint, "unlikely", (key, *week_keys(path), ("tier", below)), warning=True)


def _duties(tier: Tier, name: str, level: int) -> Iterator[tuple[str, str, int, bool]]:
    """(duty, its arithmetic, minutes a week, whether the training reserve goes before it) of those above this tier."""
    if is_trained(tier, level):
        stage = max(defaults.stages(tier.training), key=trainer_minutes)
        yield f"a course for {name}", trainer_words(stage), trainer_minutes(stage), False
    if is_supervised(tier, level):
        yield f"one group of {name}", group_words(tier), group_minutes(tier), True


def own_hours(scenario: Scenario) -> Iterator[Finding]:
    """Whoever is supervised, keeps hours for courses or sees clients has the hours for it."""
    for level, name, tier, path in tiers(scenario):
        supervised, most = own_supervision_minutes(tier, level), longest_week(scenario, level)
        key: KeyPath = (*path, "hours_per_week")
        meetings = tuple((*path, "supervision", own) for own in ("meeting_hours", "interval_weeks"))
        reads = (key, *week_keys(path), *meetings)
        taken, reserve = taken_before(tier, reserve=False), rate_up(tier.training_reserve_hours_per_week)
        if supervised + sum(taken.values()) > most.limit:
            what = f"being supervised takes {in_hours(supervised)} of a week{beside(taken)}"
            if not supervised:
                what = f"other duties take {in_hours(sum(taken.values()))} of a week"
            message = f"{what}; {name} has {most.words}."
            yield Finding(key, message, "Give them more hours, or let them meet less.", "impossible", reads)
        elif reserve + sum(taken.values()) > most.limit:
            key = (*path, "training_reserve_hours_per_week")
            message = f"keeps {in_hours(reserve)} of a week{beside(taken)}; {name} has {most.words}."
            yield Finding(key, message, "Less than the hours.", "impossible", (key, *reads))
        else:
            yield from _room_for_a_client(scenario, level, reads)


def _room_for_a_client(scenario: Scenario, level: int, reads: tuple[KeyPath, ...]) -> Iterator[Finding]:
    """Clients are seen within the hours available, never in overtime (R2.4)."""
    name = scenario.cascade[level]
    tier = scenario.tier[name]
    needs = [need for need in _client_needs(scenario, level).values() if need < math.inf]
    if not needs:
        return
    need, taken = int(min(needs)), _beside_clients(tier, level)
    reads += tuple(("clients", key) for key in CARE)
    for week, code in ((longest_week(scenario, level), "impossible"), (week_of(tier, average=True), "unlikely")):
        if need + sum(taken.values()) > week.available:
            message = f"one client takes {in_hours(need)} a week{beside(taken, ' beside')}; {name} has {week.plain}."
            hint = "Give them more hours; clients are not seen in overtime."
            yield Finding(reads[0], message, hint, code, reads, warning=code == "unlikely")
            return


def _beside_clients(tier: Tier, level: int) -> dict[str, int]:
    return {SUPERVISED: own_supervision_minutes(tier, level)} | taken_before(tier, reserve=True)


def _client_needs(scenario: Scenario, level: int) -> dict[str, float]:
    """What one client (or group) of each stream takes of a week of this tier; infinite where nobody understands them.

    Nothing for a tier that sees no clients.
    """
    clients, tier = scenario.clients, scenario.tier[scenario.cascade[level]]
    if clients is None or not sees_clients(scenario, level):
        return {}
    forms = defaults.formats(clients)
    needs: dict[str, float] = {}
    for name, stream in clients.stream.items():
        form = forms.get(stream.format or defaults.INDIVIDUAL)
        if form is None or form.interval_weeks is None or form.interval_weeks.mean_value <= 0:
            continue
        interpreted = not _understands(tier, stream)
        lost = interpreted and clients.interpreter_hours_factor is None
        needs[name] = math.inf if lost else client_minutes(clients, form, interpreted)
    return needs


def _understands(tier: Tier, stream: Stream) -> bool:
    languages = spoken(stream)
    return not languages or any(speaks(tier, language) for language in languages)


def stream_hours(scenario: Scenario) -> Iterator[Finding]:
    """Every stream has somebody whose week holds a client of it."""
    for stream, path in streams(scenario):
        name, workers = str(path[-1]), present(scenario, stream.site or "")
        levels = [level for level, _, tier, _ in tiers(scenario) if any(tier is worker for worker in workers)]
        needs = {level: _client_needs(scenario, level) for level in levels}
        rooms = {level: _room(scenario, level) for level in levels}
        if any(name not in needs[level] or min(needs[level].values()) > rooms[level] for level in levels):
            continue  # told by own_hours
        if levels and all(rooms[level] < needs[level][name] < math.inf for level in levels):
            level = min(levels, key=lambda level: needs[level][name] - rooms[level])
            need, room, worker = in_hours(needs[level][name]), in_hours(rooms[level]), scenario.cascade[level]
            message = f"one of these takes {need} of a worker's week; {worker} has at most {room} for it."
            reads = (path, ("clients",), ("tier",), ("cascade",))
            yield Finding(path, message, "Give them more hours; clients are not seen in overtime.", "impossible", reads)


def _room(scenario: Scenario, level: int) -> float:
    tier = scenario.tier[scenario.cascade[level]]
    return longest_week(scenario, level).available - sum(_beside_clients(tier, level).values())
