"""What a tier receives from the tier above: courses, with their dates and size, supervision; and how it practises."""

from __future__ import annotations

from collections.abc import Iterator

from cascadesim.scenario import defaults
from cascadesim.scenario.document import KeyPath, dotted
from cascadesim.scenario.fields import Table
from cascadesim.scenario.number_formats import counted, shown
from cascadesim.scenario.problems import (
    Finding,
    given_twice,
    gives_courses,
    is_given,
    no_effect,
    presence_of,
    recurring_dates,
    tiers,
    unused,
)
from cascadesim.scenario.schema import Scenario, scenario_keys
from cascadesim.scenario.workforce import Tier, Training

NEEDED = {
    "training": ("course_weeks", "max_cohort", "trainer_hours_per_week"),
    "supervision": ("meeting_hours",),
}
"""What a tier that is trained, or supervised, cannot leave open."""


_OTHERWISE = {
    "training": "Or write required = false.",
    "supervision": "Or write required = false if nobody supervises them, independent = true if they need nobody.",
}


def received(scenario: Scenario) -> Iterator[Finding]:
    """Training and supervision are required below the first tier unless it says otherwise, and cannot be in it."""
    for level, name, tier, path in tiers(scenario):
        if level == 0 and tier.refresher is not None:
            yield _nobody_above((*path, "refresher"), name, "refreshers")
        for what, needed in NEEDED.items():
            table, keys = getattr(tier, what), (*path, what)
            required = defaults.trains(tier, level) if what == "training" else defaults.supervises(tier, level)
            empty = table == type(table)()
            if level == 0 and (required or (table.required is None and not empty)):
                yield _nobody_above(keys, name, what)
            elif required and empty:
                message = f"is missing: {name} receives {what} from the tier above. Needed: {', '.join(needed)}."
                yield Finding(keys, message, _OTHERWISE[what], "missing", (keys, ("cascade",)))
            elif required and what == "training" and tier.training.stages:
                for place, stage in enumerate(defaults.stages(tier.training)):
                    yield from _missing(stage, what, (*keys, "stages", place))
            elif required:
                yield from _missing(table, what, keys)


def _nobody_above(path: KeyPath, name: str, what: str) -> Finding:
    message = f"{name} is the first tier: nobody above it gives {what}."
    return Finding(path, message, "Take the table out.", "first_tier", (path, ("cascade",)))


def _missing(table: Table, what: str, path: KeyPath) -> Iterator[Finding]:
    tier = scenario_keys().fields["tier"].item
    assert tier is not None
    for key in (key for key in NEEDED[what] if getattr(table, key) is None):
        allowed = tier.fields[what].fields[key].allowed
        yield Finding((*path, key), f"is missing. Needed: {allowed}.", "", "missing")


def calendars(scenario: Scenario) -> Iterator[Finding]:
    """Dates go with when = "calendar", lie before the horizon, and are not given twice."""
    for _, _, tier, path in tiers(scenario):
        training, keys = tier.training, (*path, "training")
        yield from _when(training, keys)
        hint = "For more courses on a date write courses_per_date."
        yield from given_twice(training.at_weeks, (*keys, "at_weeks"), hint)
        for place, stage in enumerate(training.stages):
            yield from given_twice(stage.at_weeks or (), (*keys, "stages", place, "at_weeks"))
        yield from recurring_dates(training.every_weeks, training.at_weeks, scenario.horizon_weeks, keys)
        if not any(defaults.on_dates(stage) for stage in defaults.stages(training)):
            of_dates = ("window_weeks", "courses_per_date")
            yield from unused(training, keys, of_dates, "courses start when they are ready", keys)
        if training.every_weeks is not None and training.window_weeks >= training.every_weeks:
            yield _always_open(training, keys)


def _always_open(training: Training, keys: KeyPath) -> Finding:
    """Dates whose windows leave no time between them: a calendar in name only."""
    reads = ((*keys, "window_weeks"), (*keys, "every_weeks"))
    message = f"got {training.window_weeks:g}, not less than every_weeks = {training.every_weeks:g}: from the first"
    message += " date on a window is always open, and courses start when they are ready, not on dates."
    hint = f"Less than {training.every_weeks:g}: how long a date waits for candidates and trainers."
    return Finding(reads[0], message, hint, "unlikely", reads, warning=True)


def _when(training: Training, keys: KeyPath) -> Iterator[Finding]:
    """Every stage has dates with when = "calendar", and none has with when = "ready"."""
    reads = tuple((*keys, key) for key in ("when", "at_weeks", "every_weeks", "stages"))
    for stage in defaults.stages(training):
        dated = bool(stage.at_weeks) or stage.every_weeks is not None
        if training.when == "calendar" and not dated:
            hint = "Add at_weeks = [...] or every_weeks."
            yield Finding(reads[0], 'when = "calendar" needs dates.', hint, reads=reads)
            return
        if training.when == "ready" and dated:
            key = reads[2] if training.every_weeks is not None else reads[1] if training.at_weeks else reads[3]
            message = f'{key[-1]} has dates, and when = "ready" has none.'
            yield Finding(key, message, "Take one of the two out.", reads=reads)
            return


def cohort_sizes(scenario: Scenario) -> Iterator[Finding]:
    """The size of courses, and the number of stages."""
    for _, _, tier, path in tiers(scenario):
        training, keys = tier.training, (*path, "training")
        for place, stage in enumerate(defaults.stages(training)):
            if stage.max_cohort is not None and stage.min_cohort > stage.max_cohort:
                message = f"got {stage.min_cohort}, more than max_cohort = {stage.max_cohort}."
                reads: tuple[KeyPath, ...] = ((*keys, "min_cohort"), (*keys, "max_cohort"))
                if training.stages:
                    message = f"min_cohort: {message}"
                    reads = ((*keys, "stages", place), *reads)
                yield Finding(reads[0], message, "Lower it, or raise max_cohort.", reads=reads)


def refresher_windows(scenario: Scenario) -> Iterator[Finding]:
    """There is a time before the window opens."""
    for _, _, tier, path in tiers(scenario):
        refresher = tier.refresher
        if refresher is not None and refresher.window_weeks >= refresher.every_weeks:
            reads = ((*path, "refresher", "window_weeks"), (*path, "refresher", "every_weeks"))
            message = f"got {refresher.window_weeks:g}, not less than every_weeks = {refresher.every_weeks:g}."
            yield Finding(reads[0], message, "The window opens so long before the refresher is due.", reads=reads)


def trainers(scenario: Scenario) -> Iterator[Finding]:
    """What concerns trainers stands in a tier that gives courses."""
    for level, name, tier, path in tiers(scenario):
        if sorted(tier.priority) != ["courses", "supervision"]:
            message = f"got {', '.join(map(shown, tier.priority)) or 'an empty list'}; both are needed, each once."
            hint = 'Write ["supervision", "courses"] or ["courses", "supervision"].'
            yield Finding((*path, "priority"), message, hint, "wrong_value")
        if not gives_courses(scenario, level):
            why = f"{name} gives no courses"
            yield from (no_effect(key, why, ("tier",), ("cascade",)) for key in _trainer_keys(tier, path))
        elif tier.trains_probability.value == 0:
            below = ("tier", scenario.cascade[level + 1])
            key = (*path, "trains_probability")
            reads = (key, (*below, "training", "required"), presence_of(*below), ("cascade",))
            message = f"got 0: nobody of {name} can ever give a course."
            yield Finding(key, message, "Anything above 0.", "impossible", reads)


def _trainer_keys(tier: Tier, path: KeyPath) -> Iterator[KeyPath]:
    """The keys of a tier that act on its trainers, as far as they are given."""
    for key in ("training_reserve_hours_per_week", "trains_probability"):
        if is_given(tier, key):
            yield (*path, key)
    if tier.priority == ("courses", "supervision"):
        yield (*path, "priority")
    if tier.competence is not None and tier.competence.min_trainer_competence.value > 0:
        yield (*path, "competence", "min_trainer_competence")


def practice(scenario: Scenario) -> Iterator[Finding]:
    """A tier that must practise has a way to."""
    for level, name, tier, path in tiers(scenario):
        training, keys = tier.training, (*path, "training")
        if not defaults.trains(tier, level):
            continue
        learns_from_clients = tier.delivers_in_practice and scenario.clients is not None
        sees_clients = defaults.delivers(scenario, level) or learns_from_clients
        reads: tuple[KeyPath, ...] = ((*keys, "practice"), (*keys, "practice_cases"))
        reads += (presence_of("clients"), ("cascade",), (*path, "delivers"), (*path, "delivers_in_practice"))
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
        yield from _cases_that_count(scenario, training.practice_min_sessions, (*keys, "practice_min_sessions"))


def _cases_that_count(scenario: Scenario, least: int | None, path: KeyPath) -> Iterator[Finding]:
    """A practice case has no more sessions than the longest format in use."""
    clients = scenario.clients
    if clients is None or least is None:
        return
    name, form = max(defaults.formats_used(clients).items(), key=lambda item: item[1].sessions or 0)
    sessions = form.sessions or 0
    if least > sessions:
        key: KeyPath = ("clients", "sessions")
        if name in clients.format and clients.format[name].sessions is not None:
            key = ("clients", "format", name, "sessions")
        message = f"got {least}, more than {dotted(key)} = {sessions}: no case would ever count."
        reads = (path, key, *((("clients", "stream"), ("clients", "format")) if clients.format else ()))
        yield Finding(path, message, f"At most {sessions}.", reads=reads)


def delivery(scenario: Scenario) -> Iterator[Finding]:
    """Who sees clients, and whether there are any."""
    last, reads = len(scenario.cascade) - 1, (presence_of("clients"),)
    for level, name, tier, path in tiers(scenario):
        key = (*path, "delivers")
        if scenario.clients is None:
            for what in ("delivers", "delivers_in_practice"):
                if getattr(tier, what):
                    message = "there is no [clients] table, so nobody is seen."
                    yield Finding((*path, what), message, "Add [clients], or take this out.", reads=reads)
        elif level == last and tier.delivers is False:
            message = f"{name} is the last tier, which always sees the clients."
            yield Finding(key, message, "Take it out.", reads=(key, ("cascade",)))
