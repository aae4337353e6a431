"""People"""

from __future__ import annotations

import math
from collections.abc import Iterator

from cascadesim.scenario import defaults
from cascadesim.scenario.checks.clients import spoken
from cascadesim.scenario.checks.common import staffs, tiers
from cascadesim.scenario.clients import Stream
from cascadesim.scenario.diagnostics.problems import Finding
from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.feasibility.best_case import (
    Prospect,
    fewest_weeks_of_practice,
    prospects,
    reachable,
    site_prospects,
)
from cascadesim.scenario.feasibility.hours_budget import is_supervised, is_trained
from cascadesim.scenario.feasibility.run_size import expected_recruits, expected_referrals
from cascadesim.scenario.number_formats import counted
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.workforce import Clock, DateClock, ShockClock, Tier

SOURCES = ("initial", "intake", "recruits_per_week", "target", "pool", "site", "lag_weeks", "promotion")


def sources(path: KeyPath) -> tuple[KeyPath, ...]:
    """The keys that say who comes to a tier."""
    return (*((*path, key) for key in SOURCES), ("horizon_weeks",))


def members(scenario: Scenario) -> Iterator[Finding]:
    """Every tier can have somebody in it (R1.1), and somebody certified before the end."""
    horizon = scenario.horizon_weeks
    for (_, name, _, path), prospect in zip(tiers(scenario), prospects(scenario), strict=True):
        if prospect.everybody == 0:
            message = f"{name} can never have a member: nobody comes within the horizon of {horizon:g} weeks."
            hint = "Give initial, intake, recruits_per_week or target."
            yield Finding(path, message, hint, "impossible", sources(path))
        elif horizon <= prospect.ready < math.inf:
            message = f"nobody of {name} can be certified before week {prospect.ready:g}; the horizon is {horizon:g}."
            reads = (*sources(path), (*path, "training"), ("tier",), ("cascade",), ("clients",))
            yield Finding(path, message, "Start earlier, or look further.", "unlikely", reads, warning=True)


def promotions(scenario: Scenario) -> Iterator[Finding]:
    """Somebody below can have been certified for long enough before the end."""
    horizon, found = scenario.horizon_weeks, prospects(scenario)
    for level, name, tier, path in tiers(scenario):
        if tier.promotion is None or level + 1 == len(scenario.cascade):
            continue
        below = scenario.cascade[level + 1]
        tenure = tier.promotion.min_tenure_weeks - scenario.tier[below].initial_tenure_weeks
        week = found[level + 1].ready + (tier.promotion.min_tenure_weeks if found[level + 1].ready else max(0, tenure))
        if horizon <= week < math.inf:
            here: KeyPath = (*path, "promotion", "min_tenure_weeks")
            message = f"nobody of {below} can be promoted to {name} before week {week:g}; the horizon is {horizon:g}."
            reads = (here, *sources(("tier", below)), ("tier", below), ("cascade",))
            yield Finding(here, message, "Ask for less time, or look further.", "unlikely", reads, warning=True)


def served_sites(scenario: Scenario) -> Iterator[Finding]:
    """Whoever is at a site has somebody to train and supervise them there, or from elsewhere."""
    found = site_prospects(scenario)
    for level, name, tier, path in tiers(scenario):
        needs = {"training": is_trained(tier, level), "supervision": is_supervised(tier, level)}
        above = scenario.cascade[level - 1]
        for site, prospect in found[level].items() if scenario.sites and level else ():
            there = {"training": prospect.candidates > 0, "supervision": prospect.everybody > 0}
            for what in (what for what in needs if needs[what] and there[what]):
                across = getattr(tier, what).across_sites
                if any(each.everybody for each in reachable(found[level - 1], site, across)):
                    continue
                message = f"nobody of {above} is at {site} to give {name} {what}."
                hint = f"Add staff in [tier.{above}.site.{site}], or across_sites = true in [tier.{name}.{what}]."
                reads = ((*path, "site"), (*path, what), ("tier", above), ("cascade",), ("sites",))
                yield Finding((*path, "site", site), message, hint, "impossible", reads)


def cohorts(scenario: Scenario) -> Iterator[Finding]:
    """A course can find its trainees, its trainers and its date."""
    found = site_prospects(scenario)
    for level, _, tier, path in tiers(scenario):
        for site, prospect in found[level].items():
            above = reachable(found[level - 1], site, tier.training.across_sites)
            where = f" at {site}" if site else ""
            if prospect.candidates and is_trained(tier, level):
                yield from _stages(scenario, level, prospect, above, where)
                trainers = sum(each.at_once for each in above)
                if tier.refresher is not None and tier.refresher.trainers_per_course > trainers > 0:
                    here: KeyPath = (*path, "refresher", "trainers_per_course")
                    yield _too_few(scenario, here, tier.refresher.trainers_per_course, trainers, level, where)


def _stages(
    scenario: Scenario, level: int, prospect: Prospect, above: list[Prospect], where: str
) -> Iterator[Finding]:
    name = scenario.cascade[level]
    tier, path = scenario.tier[name], ("tier", name)
    trainers, ready = sum(each.at_once for each in above), min(each.ready for each in above)
    for place, stage in enumerate(defaults.stages(tier.training)):
        here: KeyPath = (*path, "training", "stages", place) if tier.training.stages else (*path, "training")
        if stage.trainers_per_course > trainers > 0:
            yield _too_few(scenario, (*here, "trainers_per_course"), stage.trainers_per_course, trainers, level, where)
        earliest = max(prospect.first_candidates, ready) if place == 0 else prospect.courses[place - 1]
        if stage.min_cohort > prospect.candidates:
            recruits = counted(prospect.candidates, "recruit")
            message = f"got {stage.min_cohort}, but {name} has {recruits} for the course in all{where}."
            reads = ((*here, "min_cohort"), *sources(path))
            yield Finding(reads[0], message, "Lower it, or recruit more.", "impossible", reads)
        elif math.isinf(prospect.courses[place]) and earliest < math.inf and ready < math.inf:
            if place:
                earliest += defaults.stages(tier.training)[place - 1].course_weeks or 0
            message = f"every date passes before trainees and trainers are there{where}"
            message += f": week {earliest:g} at the earliest."
            reads = (_dates(tier, here), (*path, "training"), *sources(path), ("tier",), ("cascade",))
            yield Finding(reads[0], message, "Choose later dates.", "impossible", reads)


def _dates(tier: Tier, here: KeyPath) -> KeyPath:
    key = "at_weeks" if tier.training.at_weeks or tier.training.stages else "every_weeks"
    return (*here, key)


def _too_few(scenario: Scenario, here: KeyPath, needed: int, trainers: float, level: int, where: str) -> Finding:
    above = scenario.cascade[level - 1]
    people = counted(trainers, "person", "people")
    reads = (here, *sources(("tier", above)), ("cascade",))
    hint = f"Lower it, or recruit more in [tier.{above}]."
    return Finding(here, f"got {needed}, but {above} has at most {people} at once{where}.", hint, "impossible", reads)


def certificates(scenario: Scenario) -> Iterator[Finding]:
    """Whoever is trained can be selected, pass and be certified in time."""
    for level, _, tier, path in tiers(scenario):
        training, here = tier.training, (*path, "training")
        if not is_trained(tier, level):
            continue
        if training.selection_probability.value == 0:
            key: KeyPath = (*here, "selection_probability")
            yield Finding(key, "got 0: nobody is ever selected.", "Anything above 0.", "impossible")
        for place, stage in enumerate(defaults.stages(training)):
            if stage.pass_probability.value == 0:
                own = training.stages and training.stages[place].pass_probability is not None
                key = (*here, "stages", place, "pass_probability") if own else (*here, "pass_probability")
                yield Finding(key, "got 0: nobody can ever pass.", "Anything above 0.", "impossible")
                break
        least, limit = fewest_weeks_of_practice(scenario, level), training.apprentice_limit_weeks
        if least > limit:
            message = f"practice takes at least {least:g} weeks, and whoever is not certified within {limit:g} leaves."
            keys = ("apprentice_limit_weeks", "practice", "practice_weeks", "practice_cases", "practice_min_sessions")
            care = tuple(("clients", key) for key in ("sessions", "interval_weeks", "format", "stream"))
            reads = (*((*here, key) for key in keys), (*path, "apprentice_caseload"), *care, ("cascade",))
            yield Finding((*here, keys[0]), message, f"At least {least:g}.", "impossible", reads)


WAY = 'Refer more to care one at a time, or write practice = "simulated" with practice_weeks.'


def one_at_a_time(scenario: Scenario) -> Iterator[Finding]:
    """Where some clients come in groups, enough others come for practice: at each site, in each language."""
    clients = scenario.clients
    for level, name, tier, path in tiers(scenario):
        if clients is None or defaults.practice(scenario, level) != "clients" or not tier.training.practice_cases:
            continue
        here = (*path, "training", "practice" if tier.training.practice else "practice_cases")
        reads: tuple[KeyPath, ...] = (here, (*path, "training", "practice_cases"), (*path, "site"), (*path, "languages"))
        reads += (("clients", "stream"), ("clients", "format"), ("cascade",))
        for site, streams in _by_site(scenario).items():
            message = _too_few_practice(scenario, tier, site, streams) or _language(scenario, tier, site, streams)
            if message:
                yield Finding(here, f"{name}: {message}", WAY, "unlikely", reads, warning=True)
                break


def _by_site(scenario: Scenario) -> dict[str, list[Stream]]:
    """The streams of each site at which some clients are seen in groups."""
    assert scenario.clients is not None
    found: dict[str, list[Stream]] = {}
    for stream in scenario.clients.stream.values():
        found.setdefault(stream.site or "", []).append(stream)
    return {site: streams for site, streams in found.items() if any(_in_group(scenario, each) for each in streams)}


def _in_group(scenario: Scenario, stream: Stream) -> bool:
    assert scenario.clients is not None
    form = scenario.clients.format.get(stream.format or "")
    return form is not None and form.group_max > 1


def _too_few_practice(scenario: Scenario, tier: Tier, site: str, streams: list[Stream]) -> str:
    """What is said where fewer come to be seen one at a time than the apprentices of a site need; else nothing."""
    staff, factor = defaults.staff(tier).get(site), scenario.recognition.recruitment_factor.value
    if staff is None:
        return ""
    expected = expected_recruits(tier, staff, factor, scenario.horizon_weeks)
    recruits = round(math.fsum(number for key, number in expected.items() if key != "initial"))
    alone = [each for each in streams if not _in_group(scenario, each)]
    come = round(math.fsum(math.fsum(expected_referrals(scenario, each).values()) for each in alone))
    cases = tier.training.practice_cases
    if come >= recruits * cases:
        return ""
    here, need = f"at {site} " if site else "", "needs" if recruits == 1 else "need"
    people, each = counted(recruits, "recruit"), counted(cases, "practice case")
    return f"{here}{people} {need} {each} apiece, and about {come:,} clients are referred to be seen one at a time."


def _language(scenario: Scenario, tier: Tier, site: str, streams: list[Stream]) -> str:
    """The same of a language that only clients in groups speak, where no interpreter helps with others."""
    assert scenario.clients is not None
    if scenario.clients.interpreter_hours_factor is not None or site not in defaults.staff(tier):
        return ""
    where = f" at {site}" if site else ""
    for language in (name for name, share in tier.languages.items() if share.value > 0):
        those = [each for each in streams if not spoken(each) or language in spoken(each)]
        if those and all(_in_group(scenario, each) for each in those):
            return f"all clients who speak {language}{where} are seen in groups, which are no practice cases."
    return ""


def past_horizon(scenario: Scenario) -> Iterator[Finding]:
    """A warning for each date; one for all dates of a stream."""
    horizon = scenario.horizon_weeks
    for path, week in (*_staff(scenario), *_tiers(scenario), *_clients(scenario), *_organisation(scenario)):
        if week >= horizon:
            message = f"week {week:g} lies past the horizon of {horizon:g} weeks: it never happens."
            yield Finding(path, message, "", "past_horizon", (path, ("horizon_weeks",)), warning=True)
    for name, stream in scenario.clients.stream.items() if scenario.clients else ():
        late = [week for week in stream.dates if week >= horizon]
        if late:
            path = ("clients", "stream", name, "dates")
            message = f"{len(late):,} of {len(stream.dates):,} dates, from week {min(late):g} on, lie past the horizon"
            message += f" of {horizon:g} weeks: they never happen."
            yield Finding(path, message, "", "past_horizon", (path, ("horizon_weeks",)), warning=True)


def _staff(scenario: Scenario) -> Iterator[tuple[KeyPath, float]]:
    for _, staff, path in staffs(scenario):
        yield from (((*path, "intake", i, "week"), intake.week) for i, intake in enumerate(staff.intake))
        rate = staff.recruits_per_week
        yield from (((*path, "recruits_per_week", i, "from_week"), step.from_week) for i, step in enumerate(rate))


def _tiers(scenario: Scenario) -> Iterator[tuple[KeyPath, float]]:
    for _, _, tier, path in tiers(scenario):
        here = (*path, "training")
        yield from (((*here, "at_weeks", i), week) for i, week in enumerate(tier.training.at_weeks))
        for place, stage in enumerate(tier.training.stages):
            yield from (((*here, "stages", place, "at_weeks", i), week) for i, week in enumerate(stage.at_weeks or ()))
        for name, reason in tier.life.items():
            yield from _clock((*path, "life", name, "clock"), reason.clock)
        for name, measure in tier.engagement.items():
            yield (*path, "engagement", name, "from_week"), measure.from_week


def _clock(path: KeyPath, clock: Clock) -> Iterator[tuple[KeyPath, float]]:
    if isinstance(clock, DateClock | ShockClock):
        yield (*path, "week"), clock.week


def _clients(scenario: Scenario) -> Iterator[tuple[KeyPath, float]]:
    clients = scenario.clients
    if clients is None:
        return
    for name, stream in clients.stream.items():
        home = ("clients", "stream", name, "referrals_per_week")
        yield from (((*home, i, "from_week"), step.from_week) for i, step in enumerate(stream.referrals_per_week))
    for name, reason in clients.life.items():
        yield from _clock(("clients", "life", name, "clock"), reason.clock)


def _organisation(scenario: Scenario) -> Iterator[tuple[KeyPath, float]]:
    for name, state in scenario.organisation.items():
        path: KeyPath = ("organisation", name)
        yield from (((*path, "at_weeks", i), week) for i, week in enumerate(state.at_weeks))
        for site, own in state.site.items():
            here = (*path, "site", site, "at_weeks")
            yield from (((*here, i), week) for i, week in enumerate(own.at_weeks or ()))
