"""What a tier receives from the tier above, how it practises, and whether it sees clients."""

from __future__ import annotations

from collections.abc import Iterator

from cascadesim.scenario import defaults
from cascadesim.scenario.base import Table
from cascadesim.scenario.checks.common import tiers
from cascadesim.scenario.findings import Finding, there
from cascadesim.scenario.keys import tree
from cascadesim.scenario.locate import Path
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.words import counted

NEEDED = {
    "training": ("course_weeks", "max_cohort", "trainer_hours_per_week"),
    "supervision": ("meeting_hours",),
}
"""What a tier that is trained, or supervised, cannot leave open."""


def care_received(scenario: Scenario) -> Iterator[Finding]:
    """Training and supervision are required below the first tier unless it says otherwise, and cannot be in it."""
    for level, name, tier, path in tiers(scenario):
        if level == 0 and tier.refresher is not None:
            yield _nobody_above((*path, "refresher"), name, "refreshers")
        for what, needed in NEEDED.items():
            table = getattr(tier, what)
            here = (*path, what)
            required = defaults.trains(tier, level) if what == "training" else defaults.supervises(tier, level)
            bare = table == type(table)()
            if level == 0 and (required or (table.required is None and not bare)):
                yield _nobody_above(here, name, what)
            elif required and bare:
                message = f"is missing: {name} receives {what} from the tier above. Needed: {', '.join(needed)}."
                yield Finding(here, message, "Or write required = false.", "missing", (here, ("cascade",)))
            elif required and what == "training" and tier.training.stages:
                for place, stage in enumerate(defaults.stages(tier.training)):
                    yield from _missing(stage, what, (*here, "stages", place))
            elif required:
                yield from _missing(table, what, here)


def _nobody_above(here: Path, name: str, what: str) -> Finding:
    message = f"{name} is the first tier: nobody above it gives {what}."
    return Finding(here, message, "Take the table out.", "first_tier", (here, ("cascade",)))


def _missing(table: Table, what: str, here: Path) -> Iterator[Finding]:
    fields = tree().fields["tier"].item
    assert fields is not None
    for key in (key for key in NEEDED[what] if getattr(table, key) is None):
        allowed = fields.fields[what].fields[key].allowed
        yield Finding((*here, key), f"is missing. Needed: {allowed}.", "", "missing")


def practice(scenario: Scenario) -> Iterator[Finding]:
    """A tier that must practise has a way to."""
    for level, name, tier, path in tiers(scenario):
        training, here = tier.training, (*path, "training")
        if not defaults.trains(tier, level):
            continue
        learns_from_clients = tier.delivers_in_practice and scenario.clients is not None
        sees_clients = defaults.delivers(scenario, level) or learns_from_clients
        reads: tuple[Path, ...] = ((*here, "practice"), (*here, "practice_cases"), there("clients"), ("cascade",))
        reads += ((*path, "delivers"), (*path, "delivers_in_practice"))
        way = 'Write delivers_in_practice = true for the tier, or practice = "simulated" with practice_weeks.'
        if training.practice == "clients" and not sees_clients:
            yield Finding(reads[0], f"{name} sees no clients to practise with.", way, "no_practice", reads)
        elif training.practice == "clients" and training.practice_cases == 0:
            message = 'practice = "clients" needs to know how many.'
            yield Finding(reads[0], message, "Add practice_cases = 1 or more.", "no_practice", reads[:2])
        elif training.practice is None and training.practice_cases and not sees_clients:
            cases = counted(training.practice_cases, "case")
            message = f"{name} has {cases} to practise on, but sees no clients."
            yield Finding(reads[1], message, way, "no_practice", reads)
        yield from _cases_that_count(scenario, training.practice_min_sessions, (*here, "practice_min_sessions"))


def _cases_that_count(scenario: Scenario, least: int | None, path: Path) -> Iterator[Finding]:
    """A practice case has no more sessions than the longest format in use."""
    if scenario.clients is None or least is None:
        return
    form = max(defaults.formats_used(scenario.clients).items(), key=lambda item: item[1].sessions or 0)
    sessions = form[1].sessions or 0
    if least > sessions:
        key: Path = ("clients", "sessions")
        if form[0] in scenario.clients.format and scenario.clients.format[form[0]].sessions is not None:
            key = ("clients", "format", form[0], "sessions")
        message = f"got {least}, more than {'.'.join(map(str, key))} = {sessions}: no case would ever count."
        reads = (path, key, *((("clients", "stream"), ("clients", "format")) if scenario.clients.format else ()))
        yield Finding(path, message, f"At most {sessions}.", reads=reads)


def delivery(scenario: Scenario) -> Iterator[Finding]:
    """Who sees clients, and whether there are any."""
    last = len(scenario.cascade) - 1
    for level, name, tier, path in tiers(scenario):
        key = (*path, "delivers")
        if scenario.clients is None:
            for what in ("delivers", "delivers_in_practice"):
                if getattr(tier, what):
                    message = "there is no [clients] table, so nobody is seen."
                    yield Finding((*path, what), message, "Add [clients], or take this out.", reads=(there("clients"),))
        elif level == last and tier.delivers is False:
            message = f"{name} is the last tier, which always sees the clients."
            yield Finding(key, message, "Take it out.", reads=(key, ("cascade",)))
