"""Keys that do not go together: each may stand by itself, but not beside the others that the scenario gives.

Each check takes the scenario and yields what it finds; `CHECKS` is all of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from cascadesim.lookup import suggestion
from cascadesim.scenario import defaults
from cascadesim.scenario.findings import Finding, there
from cascadesim.scenario.keys import tree
from cascadesim.scenario.locate import Path
from cascadesim.scenario.measures import measure_names
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.target import CLIENT_MEASURES, GRAMMAR, TIER_MEASURES, ParsedTarget
from cascadesim.scenario.tiers import Tier
from cascadesim.scenario.words import counted, shown

NEEDED = {
    "training": ("course_weeks", "max_cohort", "trainer_hours_per_week"),
    "supervision": ("meeting_hours",),
}
"""What a tier that is trained, or supervised, cannot leave open."""

WEEK_HOURS = 168
_LONGEST_HINT = 200


def tiers(scenario: Scenario) -> Iterator[tuple[int, str, Tier, Path]]:
    """(level, name, tier, path of its table), from the top."""
    for level, name in enumerate(scenario.cascade):
        yield level, name, scenario.tier[name], ("tier", name)


def repeated(weeks: Sequence[float]) -> Iterator[tuple[int, float]]:
    """(place, week) of every week that stood in the list before."""
    seen: set[float] = set()
    for place, week in enumerate(weeks):
        if week in seen:
            yield place, week
        seen.add(week)


def care_received(scenario: Scenario) -> Iterator[Finding]:
    """Training and supervision are required below the first tier unless it says otherwise, and cannot be in it."""
    fields = tree().fields["tier"].item
    assert fields is not None
    for level, name, tier, path in tiers(scenario):
        for what, needed in NEEDED.items():
            table = getattr(tier, what)
            here = (*path, what)
            required = defaults.trains(tier, level) if what == "training" else defaults.supervises(tier, level)
            bare = table == type(table)()
            if level == 0 and (required or (table.required is None and not bare)):
                message = f"{name} is the first tier: nobody above it gives {what}."
                yield Finding(here, message, "Take the table out.", "first_tier", (here, ("cascade",)))
            elif required and bare:
                message = f"is missing: {name} receives {what} from the tier above. Needed: {', '.join(needed)}."
                yield Finding(here, message, "Or write required = false.", "missing", (here, ("cascade",)))
            elif required:
                for key in (key for key in needed if getattr(table, key) is None):
                    allowed = fields.fields[what].fields[key].allowed
                    yield Finding((*here, key), f"is missing. Needed: {allowed}.", "", "missing")


def courses(scenario: Scenario) -> Iterator[Finding]:
    """The calendar and the size of courses."""
    for _, _, tier, path in tiers(scenario):
        training, here = tier.training, (*path, "training")
        at_weeks: Path = (*here, "at_weeks")
        if training.when == "calendar" and not training.at_weeks:
            message = 'when = "calendar" needs dates.'
            yield Finding((*here, "when"), message, "Add at_weeks = [...].", reads=((*here, "when"), at_weeks))
        if training.when == "ready" and training.at_weeks:
            message = 'at_weeks has dates, and when = "ready" has none.'
            yield Finding(at_weeks, message, "Take one of the two out.", reads=((*here, "when"), at_weeks))
        for place, week in repeated(training.at_weeks):
            yield Finding((*at_weeks, place), f"week {week:g} is given twice; a date has one course.", "")
        if training.max_cohort is not None and training.min_cohort > training.max_cohort:
            message = f"got {training.min_cohort}, more than max_cohort = {training.max_cohort}."
            reads = ((*here, "min_cohort"), (*here, "max_cohort"))
            yield Finding(reads[0], message, "Lower it, or raise max_cohort.", reads=reads)


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
        sessions = scenario.clients.sessions if scenario.clients else math.inf
        least = training.practice_min_sessions or 0
        if least > sessions:
            message = f"got {least}, more than clients.sessions = {sessions}: no case would ever count."
            reads = ((*here, "practice_min_sessions"), ("clients", "sessions"))
            yield Finding(reads[0], message, f"At most {sessions}.", reads=reads)


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


def weeks(scenario: Scenario) -> Iterator[Finding]:
    """What is read off the results lies within the horizon."""
    horizon = scenario.horizon_weeks
    limit = f"the horizon of {horizon:g} weeks"
    hint = "Take it out, or raise horizon_weeks."
    for place, week in enumerate(scenario.report_weeks):
        if week > horizon:
            reads: tuple[Path, ...] = (("report_weeks", place), ("horizon_weeks",))
            yield Finding(reads[0], f"week {week} lies past {limit}.", hint, reads=reads)
    if scenario.measure_from_week >= horizon:
        message = f"got {scenario.measure_from_week:g}: nothing is left to measure within {limit}."
        reads = (("measure_from_week",), ("horizon_weeks",))
        yield Finding(reads[0], message, f"Less than {horizon:g}.", reads=reads)


def hours(scenario: Scenario) -> Iterator[Finding]:
    """A week has 168 hours, and time between sessions is not nothing."""
    for _, _, tier, path in tiers(scenario):
        low, high = tier.hours_per_week.support
        most = high if math.isfinite(high) else tier.hours_per_week.mean_value
        if most > WEEK_HOURS:
            message = f"got {'up to' if low < high else ''} {most:g} hours; a week has {WEEK_HOURS}."
            yield Finding((*path, "hours_per_week"), " ".join(message.split()), "", "wrong_value")
    if scenario.clients is not None and scenario.clients.interval_weeks.mean_value <= 0:
        message = "got 0; allowed: a number of weeks above 0."
        yield Finding(("clients", "interval_weeks"), message, "", "wrong_value")


def steps(scenario: Scenario) -> Iterator[Finding]:
    """A rate that changes says so once for each week."""
    rates = [((*path, "recruits_per_week"), tier.recruits_per_week) for _, _, tier, path in tiers(scenario)]
    for name, stream in scenario.clients.stream.items() if scenario.clients else ():
        rates.append((("clients", "stream", name, "referrals_per_week"), stream.referrals_per_week))
    for path, rate in rates:
        for place, week in repeated([step.from_week for step in rate]):
            hint = "Each step needs a from_week of its own."
            yield Finding((*path, place), f"two rates from week {week:g} on.", hint)


def target(scenario: Scenario) -> Iterator[Finding]:
    """The target is in its grammar, and speaks of something that the run will have."""
    goal = defaults.target(scenario)
    if scenario.target is None:
        return
    path = ("target", "reach")
    if goal is None:
        message = f"got {shown(scenario.target.reach)}; allowed: {GRAMMAR}."
        yield Finding(path, message, "OP is >=, >, <= or <.", "target")
        return
    horizon = scenario.horizon_weeks
    if not 1 <= goal.week <= horizon:
        message = f"week {goal.week} is not within the horizon of {horizon:g} weeks."
        yield Finding(path, message, "", "target", (path, ("horizon_weeks",)))
    yield from _target_measure(scenario, goal, path)


def _target_measure(scenario: Scenario, goal: ParsedTarget, path: Path) -> Iterator[Finding]:
    known = [f"tier.{name}.{what}" for name in scenario.cascade for what in TIER_MEASURES]
    known += CLIENT_MEASURES if scenario.clients is not None else ()
    deliverers = [name for level, name in enumerate(scenario.cascade) if defaults.delivers(scenario, level)]
    reads: tuple[Path, ...] = (path, ("cascade",), there("clients"))
    if goal.measure in CLIENT_MEASURES and goal.measure not in known:
        message = f"{goal.measure} counts clients, and there is no [clients] table."
        yield Finding(path, message, "", "target", (path, there("clients")))
    elif goal.measure not in known:
        yield Finding(path, f"{goal.measure} is not known.", suggestion(goal.measure, known), "target", reads)
    elif goal.measure.endswith(".delivering") and goal.measure.split(".")[1] not in deliverers:
        message = f"{goal.measure} is always 0: this tier sees no clients."
        reads += (("tier", goal.measure.split(".")[1], "delivers"),)
        yield Finding(path, message, "", "target", reads)


def published(scenario: Scenario) -> Iterator[Finding]:
    """A published figure is set beside a measure that the run will have."""
    known = measure_names(scenario) if scenario.published else frozenset()
    for place, figure in enumerate(scenario.published):
        path = ("published", place, "measure")
        if figure.measure not in known:
            # A misspelt week or reason is looked for among its like, not among hundreds of other names.
            head = figure.measure.rsplit("_at_week_", 1)[0] if "_at_week_" in figure.measure else ""
            like = [name for name in known if head and name.startswith(head)] or list(known)
            close = suggestion(figure.measure, like)
            hint = close if len(close) < _LONGEST_HINT else "The tables of a run list every measure."
            message = f"a run of this scenario has no measure {shown(figure.measure)}."
            yield Finding(path, message, hint, "no_such_measure", (path, ("cascade",), ("report_weeks",)))


CHECKS: tuple[Callable[[Scenario], Iterator[Finding]], ...] = (
    care_received,
    courses,
    practice,
    delivery,
    weeks,
    hours,
    steps,
    target,
    published,
)
