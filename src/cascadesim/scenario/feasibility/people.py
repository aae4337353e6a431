"""Whether there are people: in every tier, at every site, for every course, and with a certificate in the end."""

from __future__ import annotations

import math
from collections.abc import Iterator

from cascadesim.scenario import defaults
from cascadesim.scenario.checks.common import tiers
from cascadesim.scenario.findings import Finding
from cascadesim.scenario.locate import Path
from cascadesim.scenario.prospects import Prospect, fewest_weeks_of_practice, prospects, reachable, site_prospects
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.tiers import Tier
from cascadesim.scenario.week import is_supervised, is_trained
from cascadesim.scenario.words import counted

SOURCES = ("initial", "intake", "recruits_per_week", "target", "pool", "site", "lag_weeks", "promotion")


def sources(path: Path) -> tuple[Path, ...]:
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
            here: Path = (*path, "promotion", "min_tenure_weeks")
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
                    here: Path = (*path, "refresher", "trainers_per_course")
                    yield _too_few(scenario, here, tier.refresher.trainers_per_course, trainers, level, where)


def _stages(
    scenario: Scenario, level: int, prospect: Prospect, above: list[Prospect], where: str
) -> Iterator[Finding]:
    name = scenario.cascade[level]
    tier, path = scenario.tier[name], ("tier", name)
    trainers, ready = sum(each.at_once for each in above), min(each.ready for each in above)
    for place, stage in enumerate(defaults.stages(tier.training)):
        here: Path = (*path, "training", "stages", place) if tier.training.stages else (*path, "training")
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


def _dates(tier: Tier, here: Path) -> Path:
    key = "at_weeks" if tier.training.at_weeks or tier.training.stages else "every_weeks"
    return (*here, key)


def _too_few(scenario: Scenario, here: Path, needed: int, trainers: float, level: int, where: str) -> Finding:
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
            key: Path = (*here, "selection_probability")
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
