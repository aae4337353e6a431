"""Whether the hours of a week hold what they must: courses, refreshers, groups, being supervised, and a client."""

from __future__ import annotations

import math
from collections.abc import Iterator

from cascadesim.scenario import defaults
from cascadesim.scenario.checks.common import tiers
from cascadesim.scenario.checks.languages import present, speaks, spoken
from cascadesim.scenario.clients import Stream
from cascadesim.scenario.findings import Finding
from cascadesim.scenario.locate import Path
from cascadesim.scenario.prospects import site_prospects
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.tiers import Tier
from cascadesim.scenario.units import rate_up
from cascadesim.scenario.week import (
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

OTHER_DUTIES, RESERVE, SEAT = "of other duties", "kept for courses", "of being supervised"
CARE = ("session_hours", "session_overhead_hours", "interval_weeks", "format", "stream", "assessment_hours")


def _week(path: Path) -> tuple[Path, ...]:
    keys = ("hours_per_week", "overtime_fraction", "other_duties_hours_per_week", "training_reserve_hours_per_week")
    return (*((*path, key) for key in keys), ("cascade",))


def _taken(tier: Tier, reserve: bool) -> dict[str, int]:
    """What is gone of every week before anything else."""
    taken = {OTHER_DUTIES: rate_up(tier.other_duties_hours_per_week.value)}
    return taken | ({RESERVE: rate_up(tier.training_reserve_hours_per_week)} if reserve else {})


def _apart(parts: dict[str, int], word: str = ", besides") -> str:
    said = beside(parts)
    return f"{word} {said}" if said else ""


def course_hours(scenario: Scenario) -> Iterator[Finding]:
    """Every stage of a course fits into the week of somebody in the tier above."""
    for level, name, tier, path in tiers(scenario):
        for place, stage in enumerate(defaults.stages(tier.training) if is_trained(tier, level) else ()):
            own = tier.training.stages[place] if tier.training.stages else None
            inner = own is not None and own.trainer_hours_per_week is not None
            here: Path = (*path, "training", "stages", place) if inner else (*path, "training")
            need = trainer_minutes(stage)
            what = f"a course for {name} takes {trainer_words(stage)} of each trainer's week"
            keys = ("trainer_hours_per_week", "preparation_hours", "course_weeks")
            reads = (*((*here, key) for key in keys), (*path, "training", "stages"))
            yield from _fits(scenario, level, what, need, (reads, "Spread it over more weeks"), reserve=False)


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
        parts = _taken(tier, reserve=False) | {SEAT: own_seat(tier, level)}
        need, most = rate_up(refresher.trainee_hours_per_week), week_of(tier)
        if need + sum(parts.values()) > most.available:
            message = f"takes {in_hours(need)} of a week{_apart(parts)}; {name} has {most.plain}."
            keys = ((*here, "trainee_hours_per_week"), *_week(path), (*path, "supervision"))
            yield Finding(keys[0], message, "Spread it over more weeks.", "impossible", keys)


def group_hours(scenario: Scenario) -> Iterator[Finding]:
    """A supervision group fits into the week of somebody in the tier above, with an apprentice in it if need be."""
    found = site_prospects(scenario)
    for level, name, tier, path in tiers(scenario):
        if not is_supervised(tier, level):
            continue
        here = (*path, "supervision")
        reads: list[Path] = [(*here, key) for key in ("meeting_hours", "preparation_hours", "interval_weeks")]
        above = found[level - 1]
        travelling = all(above[site].everybody == 0 for site, each in found[level].items() if each.everybody)
        if travelling:
            reads += [(*here, "travel_hours"), ("tier",)]
        need = group_minutes(tier, travelling)
        what = f"one group of {name} takes {group_words(tier, travelling)} of the supervisor's week"
        extra = math.ceil(tier.apprentice_extra_hours_per_week * 60)
        if extra and defaults.practice(scenario, level) != "none":
            reads.append((*path, "apprentice_extra_hours_per_week"))
            need, what = need + extra, f"{what}, and an apprentice in it {in_hours(extra)} more"
        yield from _fits(scenario, level, what, need, (tuple(reads), "Meet less often or more briefly"), reserve=True)


def _fits(
    scenario: Scenario, level: int, what: str, need: int, keys: tuple[tuple[Path, ...], str], reserve: bool
) -> Iterator[Finding]:
    """Whether a duty of `need` minutes fits into a week of the tier above `level`, at best and on average.

    `keys` are those that the need was read from, the first one to blame, and what can be done about them.
    """
    reads, way = keys
    name = scenario.cascade[level - 1]
    tier, path = scenario.tier[name], ("tier", name)
    most, usual = week_of(tier), week_of(tier, average=True)
    hint = f"{way}, or raise tier.{name}.hours_per_week."
    reads = (*reads, *_week(path))
    taken = _taken(tier, reserve)
    if sum(taken.values()) > most.limit:
        return  # told by own_hours
    if need + sum(taken.values()) > most.limit:
        yield Finding(reads[0], f"{what}{_apart(taken)}; {name} has {most.words}.", hint, "impossible", reads)
        return
    taken[SEAT] = own_seat(tier, level - 1)
    if need + sum(taken.values()) > usual.limit:
        reads += ((*path, "supervision"),)
        message = f"{what}{_apart(taken)}; {name} has {usual.words}."
        yield Finding(reads[0], message, hint, "unlikely", reads, warning=True)


def own_hours(scenario: Scenario) -> Iterator[Finding]:
    """Whoever is supervised, keeps hours for courses or sees clients has the hours for it."""
    for level, name, tier, path in tiers(scenario):
        seat, most = own_seat(tier, level), week_of(tier)
        here: Path = (*path, "hours_per_week")
        reads = (here, *_week(path), (*path, "supervision", "meeting_hours"), (*path, "supervision", "interval_weeks"))
        taken, reserve = _taken(tier, reserve=False), rate_up(tier.training_reserve_hours_per_week)
        if seat + sum(taken.values()) > most.limit:
            message = f"being supervised takes {in_hours(seat)} of a week{_apart(taken)}; {name} has {most.words}."
            if not seat:
                message = f"other duties take {in_hours(sum(taken.values()))} of a week; {name} has {most.words}."
            yield Finding(here, message, "Give them more hours, or let them meet less.", "impossible", reads)
        elif reserve + sum(taken.values()) > most.limit:
            key = (*path, "training_reserve_hours_per_week")
            message = f"keeps {in_hours(reserve)} of a week{_apart(taken)}; {name} has {most.words}."
            yield Finding(key, message, "Less than the hours.", "impossible", (key, *reads))
        else:
            yield from _room_for_a_client(scenario, level, reads)


def _room_for_a_client(scenario: Scenario, level: int, reads: tuple[Path, ...]) -> Iterator[Finding]:
    """Clients are seen within the hours available, never in overtime (R2.4)."""
    name = scenario.cascade[level]
    tier = scenario.tier[name]
    needs = [need for need in _needs(scenario, level).values() if need < math.inf]
    if not needs:
        return
    need, taken = int(min(needs)), _beside_clients(tier, level)
    reads += tuple(("clients", key) for key in CARE)
    for week, code in ((week_of(tier), "impossible"), (week_of(tier, average=True), "unlikely")):
        if need + sum(taken.values()) > week.available:
            message = f"one client takes {in_hours(need)} a week{_apart(taken, ' beside')}; {name} has {week.plain}."
            hint = "Give them more hours; clients are not seen in overtime."
            yield Finding(reads[0], message, hint, code, reads, warning=code == "unlikely")
            return


def _beside_clients(tier: Tier, level: int) -> dict[str, int]:
    return {SEAT: own_seat(tier, level)} | _taken(tier, reserve=True)


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
            path: Path = ("clients", "stream", name)
            reads = (path, ("clients",), ("tier",), ("cascade",))
            yield Finding(path, message, "Give them more hours; clients are not seen in overtime.", "impossible", reads)


def _room(scenario: Scenario, level: int) -> float:
    tier = scenario.tier[scenario.cascade[level]]
    return week_of(tier).available - sum(_beside_clients(tier, level).values())
