"""The programme as a whole: sites and the state of the workplaces there, what is read off the results, what is good.

Of sites: where staff and clients are, what may come from elsewhere, and trainings.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator

from cascadesim.errors import suggestion
from cascadesim.model import ids
from cascadesim.model.hazards import FLAGS
from cascadesim.model.measures.clients import CLIENT_REPORTS
from cascadesim.model.measures.tiers import TIER_REPORTS
from cascadesim.scenario import defaults
from cascadesim.scenario.compile import measure_names
from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.number_formats import shown
from cascadesim.scenario.problems import (
    Finding,
    given_twice,
    is_given,
    no_effect,
    presence_of,
    recurring_dates,
    staffs,
    streams,
    tiers,
    unused,
)
from cascadesim.scenario.schema import TARGET_GRAMMAR, ParsedTarget, Scenario, target_hint
from cascadesim.scenario.workforce import Staff

MAX_SITES = 100
MAX_STAGES = 15
MAX_REPORT_WEEKS = 1_000
"""Each has some ten to twenty columns in the results; the trajectories have every week anyway."""
MAX_REVIEWS = 100_000


def limits(scenario: Scenario) -> Iterator[Finding]:
    """No more of anything than the numbers in which a run keeps it can hold (`model/ids.py`)."""
    for path, number, what, most in numbers_with_a_limit(scenario):
        if number > most:
            yield Finding(path, f"{number:,} {what}; at most {most:,}.", "", "too_large")


def numbers_with_a_limit(scenario: Scenario) -> Iterator[tuple[KeyPath, int, str, int]]:
    """(path, how many there are, of what, the most) of everything that has a limit."""
    yield ("cascade",), len(scenario.cascade), "tiers", ids.MAX_TIERS
    yield ("sites",), len(scenario.sites), "sites", MAX_SITES
    yield ("report_weeks",), len(scenario.report_weeks), "report weeks", MAX_REPORT_WEEKS
    yield ("organisation",), len(scenario.organisation), "states", ids.MAX_NAMED
    spoken = len(defaults.languages(scenario))
    language_path: KeyPath = ("clients",) if scenario.clients is not None else ("tier", scenario.cascade[0])
    yield language_path, spoken, "languages of tiers and streams together", ids.MAX_LANGUAGES
    for _, _, tier, path in tiers(scenario):
        yield (*path, "events"), len(tier.events), "reasons", ids.MAX_NAMED
        yield (*path, "incentive"), len(tier.incentive), "incentives", ids.MAX_NAMED
        yield (*path, "training", "stages"), len(tier.training.stages), "stages", MAX_STAGES
        yield (*path, "training", "attempts"), tier.training.attempts, "attempts", ids.MAX_ATTEMPTS
    if scenario.clients is not None:
        formats = len(defaults.formats(scenario.clients))
        yield ("clients", "format"), formats, "formats", ids.MAX_CLIENT_GROUP_KINDS // (ids.MAX_LANGUAGES + 1)
        yield ("clients", "stream"), len(scenario.clients.stream), "streams", ids.MAX_NAMED
        yield ("clients", "events"), len(scenario.clients.events), "reasons", ids.MAX_NAMED


def site_staff(scenario: Scenario) -> Iterator[Finding]:
    """With sites, staff stand under a site; without, under the tier. Every site that is named is one of them."""
    for _, name, tier, path in tiers(scenario):
        for key in Staff.model_fields if scenario.sites else ():
            if is_given(tier, key):
                message = f"with sites, this stands in [tier.{name}.site.SITE]."
                hint = f"Write [tier.{name}.site.{scenario.sites[0]}] above it."
                yield Finding((*path, key), message, hint, "sites", ((*path, key), presence_of("sites")))
        for site in tier.site:
            yield from _known_site(scenario, (*path, "site", site), site)
    for name, state in scenario.organisation.items():
        for site in state.site:
            yield from _known_site(scenario, ("organisation", name, "site", site), site)


def _known_site(scenario: Scenario, path: KeyPath, site: str) -> Iterator[Finding]:
    if site in scenario.sites:
        return
    hint = suggestion(site, scenario.sites) if scenario.sites else f'Add sites = ["{site}"] at the top.'
    yield Finding(path, f"{site} is not one of the sites.", hint, "sites", (path, ("sites",)))


def stream_sites(scenario: Scenario) -> Iterator[Finding]:
    """With sites, every stream says at which one its clients are seen."""
    for stream, path in streams(scenario):
        key = (*path, "site")
        if stream.site is not None:
            yield from _known_site(scenario, key, stream.site)
        elif scenario.sites:
            message = f"is missing. Needed: one of {', '.join(scenario.sites)}."
            yield Finding(key, message, "", "missing", (key, presence_of("sites")))


def across_sites(scenario: Scenario) -> Iterator[Finding]:
    """People travel only between sites, and where they may."""
    for level, _, tier, path in tiers(scenario):
        required = {"training": defaults.trains(tier, level), "supervision": defaults.supervises(tier, level)}
        for what in (what for what in required if required[what]):
            table, keys = getattr(tier, what), (*path, what)
            if table.across_sites and len(scenario.sites) < 2:
                yield no_effect((*keys, "across_sites"), "there is one site only", ("sites",))
            elif table.travel_hours and not table.across_sites:
                why, hint = "nobody comes from another site", "Add across_sites = true."
                yield no_effect((*keys, "travel_hours"), why, (*keys, "across_sites"), hint=hint)


def state_trainings(scenario: Scenario) -> Iterator[Finding]:
    """Names of states are not those of flags; dates lie before the horizon and stand once."""
    horizon = scenario.horizon_weeks
    for name, state in scenario.organisation.items():
        path: KeyPath = ("organisation", name)
        if name.casefold() in FLAGS:
            message = f"{name} is a name that the model gives by itself."
            yield Finding(path, message, "Choose another name.", "name")
        yield from given_twice(state.at_weeks, (*path, "at_weeks"))
        yield from recurring_dates(state.every_weeks, state.at_weeks, horizon, path)
        for site, own in state.site.items():
            home = (*path, "site", site)
            yield from given_twice(own.at_weeks or (), (*home, "at_weeks"))
            yield from recurring_dates(own.every_weeks, own.at_weeks or state.at_weeks, horizon, home)


def unused_states(scenario: Scenario) -> Iterator[Finding]:
    """A state acts on something, and trainings have dates and lift something."""
    rated = any(stream.referrals_per_week for stream, _ in streams(scenario))
    used = {name for tier in scenario.tier.values() for name in (*tier.hazard_ratios, *tier.lost_hours_per_week)}
    for name, state in scenario.organisation.items():
        path: KeyPath = ("organisation", name)
        if name not in used and not is_given(state, "referral_ratio"):
            hint = "Name it in hazard_ratios or lost_hours_per_week of a tier, or give a referral_ratio."
            yield no_effect(path, "no tier names it, and it leaves referrals alone", ("tier",), hint=hint)
        everywhere = [state, *(defaults.state_at(state, site) for site in state.site)]
        dated = [own for own in everywhere if own.at_weeks or own.every_weeks is not None]
        if not dated:
            keys, hint = ("lift", "staff_hours", "training_cost"), "Add at_weeks or every_weeks."
            yield from unused(state, path, keys, "there are no dates", path, hint=hint)
        if dated and not any(own.lift.value or own.staff_hours or own.training_cost.value for own in dated):
            yield no_effect(path, "its trainings lift nothing", hint="Add lift = 0.5, say.")
        if not rated:
            yield from unused(state, path, ["referral_ratio"], "no stream has referrals_per_week", ("clients",))


def reviews(scenario: Scenario) -> Iterator[Finding]:
    """Reviews take place, where something is reviewed, and not without end."""
    path: KeyPath = ("review_weeks",)
    reads = (path, ("horizon_weeks",))
    reviewed = scenario.organisation or any(tier.strain or tier.competence for tier in scenario.tier.values())
    number = scenario.horizon_weeks / scenario.review_weeks
    if not reviewed:
        if is_given(scenario, "review_weeks"):
            why = "there is no state of the organisation, no strain and no competence"
            yield no_effect(path, why, ("organisation",), ("tier",))
    elif number > MAX_REVIEWS:
        yield Finding(path, f"makes {number:,.0f} reviews; at most {MAX_REVIEWS:,}.", "", "too_large", reads)
    elif number <= 1:
        message = f"got {scenario.review_weeks:g}: there is no review before the horizon."
        yield Finding(path, message, f"Less than {scenario.horizon_weeks:g}.", "unlikely", reads, warning=True)


_LONGEST_HINT = 200


def calendar(scenario: Scenario) -> Iterator[Finding]:
    """Every week of the run has a date."""
    if scenario.start_date is None:
        return
    days = math.ceil(scenario.horizon_weeks * 7)
    latest = dt.date.max.toordinal() - days
    if scenario.start_date.toordinal() > latest:
        message = f"{scenario.horizon_weeks:g} weeks from {scenario.start_date} reach beyond {dt.date.max}."
        hint = f"Allowed: {dt.date.fromordinal(latest)} or earlier." if latest > 0 else "Take it out."
        yield Finding(("start_date",), message, hint, "wrong_value", (("start_date",), ("horizon_weeks",)))


MOST_YEARS = 10
"""Of a horizon that may have been given in years."""


def horizon_in_other_unit(scenario: Scenario) -> Iterator[Finding]:
    """A horizon before the last week that the plan names, which would fit as years or months."""
    horizon = scenario.horizon_weeks
    goal = defaults.target(scenario) if scenario.target is not None else None
    intakes = [group.week for _, staff, _ in staffs(scenario) for group in staff.intake]
    last = max([*scenario.report_weeks, *intakes, *([goal.week] if goal is not None else [])], default=0)
    units = [("year", 52.0)] if horizon <= MOST_YEARS else [("month", 52 / 12)]
    for unit, weeks in units:
        meant = round(horizon * weeks)
        fits = horizon < last <= meant if unit == "year" else abs(meant - last) <= 1
        if fits and last > 2 * horizon:
            named = f"{horizon:g} {unit}{'' if horizon == 1 else 's'}"
            message = f"the plan ends after {horizon:g} weeks, and names week {last:g}."
            hint = f"Did you mean {meant}? {named} {'is' if horizon == 1 else 'are'} {meant} weeks."
            yield Finding(("horizon_weeks",), message, hint, "horizon_in_other_unit")


def report_weeks(scenario: Scenario) -> Iterator[Finding]:
    """What is read off the results lies within the horizon."""
    horizon = scenario.horizon_weeks
    limit = f"the horizon of {horizon:g} weeks"
    hint = "Take it out, or raise horizon_weeks."
    for place, week in enumerate(scenario.report_weeks):
        if week > horizon:
            reads: tuple[KeyPath, ...] = (("report_weeks", place), ("horizon_weeks",))
            yield Finding(reads[0], f"week {week} lies past {limit}.", hint, reads=reads)
    if scenario.measure_from_week >= horizon:
        message = f"got {scenario.measure_from_week:g}: nothing is left to measure within {limit}."
        reads = (("measure_from_week",), ("horizon_weeks",))
        yield Finding(reads[0], message, f"Less than {horizon:g}.", reads=reads)


def weeks_before_the_window(scenario: Scenario) -> Iterator[Finding]:
    """What is read before measuring begins counts no client, and is in no answer."""
    opens, goal = scenario.measure_from_week, defaults.target(scenario)
    named: list[tuple[KeyPath, int, str]] = [
        (("report_weeks", place), week, "no answer is about it") for place, week in enumerate(scenario.report_weeks)
    ]
    if goal is not None and goal.measure in CLIENT_REPORTS:
        named.append((("target", "reach"), goal.week, f"{goal.measure} is 0 by then"))
    for path, week, effect in named:
        if week <= min(opens, scenario.horizon_weeks):
            message = f"week {week} is not after week {opens:g}, when measuring begins: {effect}."
            hint = "Take a later week, or a lower measure_from_week."
            yield Finding(path, message, hint, "before_the_window", (path, ("measure_from_week",)), warning=True)


def target(scenario: Scenario) -> Iterator[Finding]:
    """The target is in its grammar, and speaks of something that the run will have."""
    if scenario.target is None:
        return
    path, goal = ("target", "reach"), defaults.target(scenario)
    if goal is None:
        message = f"got {shown(scenario.target.reach)}; allowed: {TARGET_GRAMMAR}."
        yield Finding(path, message, f"{target_hint(scenario.target.reach)} OP is >=, >, <= or <.", "target")
        return
    horizon = scenario.horizon_weeks
    if not 1 <= goal.week <= horizon:
        message = f"week {goal.week} is not within the horizon of {horizon:g} weeks."
        yield Finding(path, message, "", "target", (path, ("horizon_weeks",)))
    yield from _target_measure(scenario, goal, path)


def _target_measure(scenario: Scenario, goal: ParsedTarget, path: KeyPath) -> Iterator[Finding]:
    known = [f"tier.{name}.{what}" for name in scenario.cascade for what in TIER_REPORTS]
    known += CLIENT_REPORTS if scenario.clients is not None else ()
    deliverers = [name for level, name, _, _ in tiers(scenario) if defaults.delivers(scenario, level)]
    reads: tuple[KeyPath, ...] = (path, ("cascade",), presence_of("clients"))
    if goal.measure in CLIENT_REPORTS and goal.measure not in known:
        message = f"{goal.measure} counts clients, and there is no [clients] table."
        yield Finding(path, message, "", "target", (path, presence_of("clients")))
    elif goal.measure not in known:
        yield Finding(path, f"{goal.measure} is not known.", suggestion(goal.measure, known), "target", reads)
    elif goal.measure.endswith(".delivering") and goal.measure.split(".")[1] not in deliverers:
        message = f"{goal.measure} is always 0: this tier sees no clients."
        reads += (("tier", goal.measure.split(".")[1], "delivers"),)
        yield Finding(path, message, "", "target", reads)


def outcomes(scenario: Scenario) -> Iterator[Finding]:
    """A published figure and a margin are of an outcome that the run will have."""
    named = [("published", place, figure.outcome) for place, figure in enumerate(scenario.published)]
    named += [("margin", place, margin.outcome) for place, margin in enumerate(scenario.margin)]
    known = measure_names(scenario) if named else frozenset()
    for key, place, outcome in named:
        path = (key, place, "outcome")
        if outcome not in known:
            # A misspelt week or reason is looked for among its like, not among hundreds of other names.
            head = outcome.rsplit("_at_week_", 1)[0] if "_at_week_" in outcome else ""
            like = [name for name in known if head and name.startswith(head)] or list(known)
            close = suggestion(outcome, like)
            hint = close if len(close) < _LONGEST_HINT else "The tables of a run list every outcome."
            message = f"a run of this scenario has no outcome {shown(outcome)}."
            yield Finding(path, message, hint, "no_such_outcome", (path, ("cascade",), ("report_weeks",)))
