"""Whether a worker's own week holds supervision, what is kept for courses, and a client of every stream."""

from __future__ import annotations

import math
from collections.abc import Iterator

from cascadesim.model.units import rate_up
from cascadesim.scenario import defaults
from cascadesim.scenario.checks.common import tiers
from cascadesim.scenario.checks.languages import present, speaks, spoken
from cascadesim.scenario.clients import Stream
from cascadesim.scenario.feasibility.hours import SEAT, apart, longest_week, taken_before, week_keys
from cascadesim.scenario.findings import Finding
from cascadesim.scenario.locate import Path
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.tiers import Tier
from cascadesim.scenario.week import in_hours, own_seat, place_minutes, week_of

CARE = ("session_hours", "session_overhead_hours", "interval_weeks", "format", "stream", "assessment_hours")


def own_hours(scenario: Scenario) -> Iterator[Finding]:
    """Whoever is supervised, keeps hours for courses or sees clients has the hours for it."""
    for level, name, tier, path in tiers(scenario):
        seat, most = own_seat(tier, level), longest_week(scenario, level)
        here: Path = (*path, "hours_per_week")
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


def _room_for_a_client(scenario: Scenario, level: int, reads: tuple[Path, ...]) -> Iterator[Finding]:
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
            path: Path = ("clients", "stream", name)
            reads = (path, ("clients",), ("tier",), ("cascade",))
            yield Finding(path, message, "Give them more hours; clients are not seen in overtime.", "impossible", reads)


def _room(scenario: Scenario, level: int) -> float:
    tier = scenario.tier[scenario.cascade[level]]
    return longest_week(scenario, level).available - sum(_beside_clients(tier, level).values())
