"""Whether there are people: in every tier, at every site, for every course, with clients to practise on, in time.

And whether there are clients to see and to practise on, and enough workers for a group.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from cascadesim.scenario import defaults
from cascadesim.scenario.checks.clients import nobody_speaks, present, speaks, spoken
from cascadesim.scenario.clients import Stream
from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.feasibility.hours import is_supervised, is_trained
from cascadesim.scenario.feasibility.run_size import (
    BestCase,
    arrival_starts,
    best_cases,
    best_cases_by_site,
    expected_recruits,
    expected_referrals,
    fewest_weeks_of_practice,
    reachable,
)
from cascadesim.scenario.number_formats import counted
from cascadesim.scenario.problems import Finding, streams, tables, tiers
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.workforce import Staff, Tier

SOURCES = (*Staff.model_fields, "site", "lag_weeks", "promotion")


def sources(path: KeyPath) -> tuple[KeyPath, ...]:
    """The keys that say who comes to a tier."""
    return (*((*path, key) for key in SOURCES), ("horizon_weeks",))


def members(scenario: Scenario) -> Iterator[Finding]:
    """Every tier can have somebody in it (R1.1), and somebody certified before the end."""
    horizon = scenario.horizon_weeks
    for (_, name, _, path), best in zip(tiers(scenario), best_cases(scenario), strict=True):
        if best.everybody == 0:
            message = f"{name} can never have a member: nobody comes within the horizon of {horizon:g} weeks."
            hint = "Give initial, intake, recruits_per_week or target."
            yield Finding(path, message, hint, "impossible", sources(path))
        elif horizon <= best.ready < math.inf:
            message = f"nobody of {name} can be certified before week {best.ready:g}; the horizon is {horizon:g}."
            reads = (*sources(path), (*path, "training"), ("tier",), ("cascade",), ("clients",))
            yield Finding(path, message, "Start earlier, or look further.", "unlikely", reads, warning=True)


def promotions(scenario: Scenario) -> Iterator[Finding]:
    """Somebody below can have been certified for long enough before the end."""
    horizon, best = scenario.horizon_weeks, best_cases(scenario)
    for level, name, tier, path in tiers(scenario):
        if tier.promotion is None or level + 1 == len(scenario.cascade):
            continue
        below = scenario.cascade[level + 1]
        ready, tenure = best[level + 1].ready, tier.promotion.min_tenure_weeks
        week = ready + tenure if ready else max(0, tenure - scenario.tier[below].initial_tenure_weeks)
        if horizon <= week < math.inf:
            key: KeyPath = (*path, "promotion", "min_tenure_weeks")
            message = f"nobody of {below} can be promoted to {name} before week {week:g}; the horizon is {horizon:g}."
            reads = (key, *sources(("tier", below)), ("tier", below), ("cascade",))
            yield Finding(key, message, "Ask for less time, or look further.", "unlikely", reads, warning=True)


def served_sites(scenario: Scenario) -> Iterator[Finding]:
    """Whoever is at a site has somebody to train and supervise them there, or from elsewhere."""
    people = best_cases_by_site(scenario)
    for level, name, tier, path in tiers(scenario):
        needs = {"training": is_trained(tier, level), "supervision": is_supervised(tier, level)}
        above = scenario.cascade[level - 1]
        for site, best in people[level].items() if scenario.sites and level else ():
            whom = {"training": best.candidates, "supervision": best.everybody}
            for what in (what for what in needs if needs[what] and whom[what] > 0):
                across = getattr(tier, what).across_sites
                if any(other.everybody for other in reachable(people[level - 1], site, across)):
                    continue
                message = f"nobody of {above} is at {site} to give {name} {what}."
                hint = f"Add staff in [tier.{above}.site.{site}], or across_sites = true in [tier.{name}.{what}]."
                reads = ((*path, "site"), (*path, what), ("tier", above), ("cascade",), ("sites",))
                yield Finding((*path, "site", site), message, hint, "impossible", reads)


def cohorts(scenario: Scenario) -> Iterator[Finding]:
    """A course can find its trainees, its trainers and its date."""
    people = best_cases_by_site(scenario)
    for level, _, tier, path in tiers(scenario):
        for site, best in people[level].items():
            if not (best.candidates and is_trained(tier, level)):
                continue
            above = reachable(people[level - 1], site, tier.training.across_sites)
            where = f" at {site}" if site else ""
            yield from _stages(scenario, level, best, above, where)
            trainers = sum(other.at_once for other in above)
            if tier.refresher is not None and tier.refresher.trainers_per_course > trainers > 0:
                key: KeyPath = (*path, "refresher", "trainers_per_course")
                yield _too_few_trainers(scenario, key, tier.refresher.trainers_per_course, trainers, level, where)


def _stages(scenario: Scenario, level: int, best: BestCase, above: list[BestCase], where: str) -> Iterator[Finding]:
    name = scenario.cascade[level]
    tier, path = scenario.tier[name], ("tier", name)
    trainers, ready = sum(other.at_once for other in above), min(other.ready for other in above)
    stages = defaults.stages(tier.training)
    for place, stage in enumerate(stages):
        table: KeyPath = (*path, "training", "stages", place) if tier.training.stages else (*path, "training")
        if stage.trainers_per_course > trainers > 0:
            key = (*table, "trainers_per_course")
            yield _too_few_trainers(scenario, key, stage.trainers_per_course, trainers, level, where)
        earliest = max(best.first_candidates, ready) if place == 0 else best.courses[place - 1]
        if stage.min_cohort > best.candidates:
            recruits = counted(best.candidates, "recruit")
            message = f"got {stage.min_cohort}, but {name} has {recruits} for the course in total{where}."
            reads = ((*table, "min_cohort"), *sources(path))
            yield Finding(reads[0], message, "Lower it, or recruit more.", "impossible", reads)
        elif math.isinf(best.courses[place]) and earliest < math.inf and ready < math.inf:
            if place:
                earliest += stages[place - 1].course_weeks or 0
            message = f"every date passes before trainees and trainers are there{where}"
            message += f": week {earliest:g} at the earliest."
            dates = "at_weeks" if tier.training.at_weeks or tier.training.stages else "every_weeks"
            reads = ((*table, dates), (*path, "training"), *sources(path), ("tier",), ("cascade",))
            yield Finding(reads[0], message, "Choose later dates.", "impossible", reads)


def _too_few_trainers(
    scenario: Scenario, key: KeyPath, needed: int, trainers: float, level: int, where: str
) -> Finding:
    above = scenario.cascade[level - 1]
    people = counted(trainers, "person", "people")
    reads = (key, *sources(("tier", above)), ("cascade",))
    hint = f"Lower it, or recruit more in [tier.{above}]."
    return Finding(key, f"got {needed}, but {above} has at most {people} at once{where}.", hint, "impossible", reads)


def certificates(scenario: Scenario) -> Iterator[Finding]:
    """Whoever is trained can be selected, pass and be certified in time."""
    for level, _, tier, path in tiers(scenario):
        training, table = tier.training, (*path, "training")
        if not is_trained(tier, level):
            continue
        if training.selection_probability.value == 0:
            key: KeyPath = (*table, "selection_probability")
            yield Finding(key, "got 0: nobody is ever selected.", "Anything above 0.", "impossible")
        for place, stage in enumerate(defaults.stages(training)):
            if stage.pass_probability.value == 0:
                own = training.stages and training.stages[place].pass_probability is not None
                key = (*table, "stages", place, "pass_probability") if own else (*table, "pass_probability")
                yield Finding(key, "got 0: nobody can ever pass.", "Anything above 0.", "impossible")
                break
        least, limit = fewest_weeks_of_practice(scenario, level), training.apprentice_limit_weeks
        if least > limit:
            message = f"practice takes at least {least:g} weeks, and whoever is not certified within {limit:g} leaves."
            keys = ("apprentice_limit_weeks", "practice", "practice_weeks", "practice_cases", "practice_min_sessions")
            care = tuple(("clients", key) for key in ("sessions", "interval_weeks", "format", "stream"))
            reads = (*((*table, key) for key in keys), (*path, "apprentice_caseload"), *care, ("cascade",))
            yield Finding((*table, keys[0]), message, f"At least {least:g}.", "impossible", reads)


def practice_cases(scenario: Scenario) -> Iterator[Finding]:
    """Where some clients come in groups, enough others come for practice: at each site, in each language (R2.8)."""
    for level, name, tier, path in tiers(scenario):
        if defaults.practice(scenario, level) != "clients" or not tier.training.practice_cases:
            continue
        table = (*path, "training")
        key = (*table, "practice" if tier.training.practice else "practice_cases")
        reads: tuple[KeyPath, ...] = (key, (*table, "practice_cases"), (*path, "site"), (*path, "languages"))
        reads += (("clients", "stream"), ("clients", "format"), ("cascade",))
        hint = 'Refer more to care one at a time, or write practice = "simulated" with practice_weeks.'
        for site, own in _sites_with_groups(scenario).items():
            message = _too_few_alone(scenario, tier, site, own) or _language_in_groups(scenario, tier, site, own)
            if message:
                yield Finding(key, f"{name}: {message}", hint, "unlikely", reads, warning=True)
                break


def _sites_with_groups(scenario: Scenario) -> dict[str, list[Stream]]:
    """The streams of each site at which some clients are seen in groups."""
    sites: dict[str, list[Stream]] = {}
    for stream, _ in streams(scenario):
        sites.setdefault(stream.site or "", []).append(stream)
    return {site: own for site, own in sites.items() if any(_in_group(scenario, stream) for stream in own)}


def _in_group(scenario: Scenario, stream: Stream) -> bool:
    form = scenario.clients.format.get(stream.format or "") if scenario.clients is not None else None
    return form is not None and form.group_max > 1


def _too_few_alone(scenario: Scenario, tier: Tier, site: str, own: list[Stream]) -> str:
    """What is said where fewer come to be seen one at a time than the apprentices of a site need; else nothing."""
    staff, factor = defaults.staff(tier).get(site), scenario.recognition.recruitment_factor.value
    if staff is None:
        return ""
    expected = expected_recruits(tier, staff, factor, scenario.horizon_weeks)
    recruits = round(math.fsum(number for key, number in expected.items() if key != "initial"))
    alone = [stream for stream in own if not _in_group(scenario, stream)]
    come = round(math.fsum(math.fsum(expected_referrals(scenario, stream).values()) for stream in alone))
    cases = tier.training.practice_cases
    if come >= recruits * cases:
        return ""
    where, need = f"at {site} " if site else "", "needs" if recruits == 1 else "need"
    people, apiece = counted(recruits, "recruit"), counted(cases, "practice case")
    return f"{where}{people} {need} {apiece} apiece, and about {come:,} clients are referred to be seen one at a time."


def _language_in_groups(scenario: Scenario, tier: Tier, site: str, own: list[Stream]) -> str:
    """The same of a language that only clients in groups speak, where no interpreter helps with others."""
    assert scenario.clients is not None
    if scenario.clients.interpreter_hours_factor is not None or site not in defaults.staff(tier):
        return ""
    where = f" at {site}" if site else ""
    for language in (name for name, share in tier.languages.items() if share.value > 0):
        those = [stream for stream in own if not spoken(stream) or language in spoken(stream)]
        if those and all(_in_group(scenario, stream) for stream in those):
            return f"all clients who speak {language}{where} are seen in groups, which are no practice cases."
    return ""


def past_horizon(scenario: Scenario) -> Iterator[Finding]:
    """What is dated at or after the horizon never happens: a warning for each date; one for all dates of a stream."""
    horizon = scenario.horizon_weeks
    for table, path in tables(scenario):
        given = vars(table)
        dates = [((*path, key), given[key]) for key in ("week", "from_week") if key in given]
        dates += [((*path, "at_weeks", i), week) for i, week in enumerate(given.get("at_weeks") or ())]
        for key, week in dates:
            if week >= horizon:
                message = f"week {week:g} lies past the horizon of {horizon:g} weeks: it never happens."
                yield Finding(key, message, "", "past_horizon", (key, ("horizon_weeks",)), warning=True)
    for stream, path in streams(scenario):
        late, key = [week for week in stream.dates if week >= horizon], (*path, "dates")
        if late:
            message = f"{len(late):,} of {len(stream.dates):,} dates, from week {min(late):g} on, lie past the horizon"
            message += f" of {horizon:g} weeks: they never happen."
            yield Finding(key, message, "", "past_horizon", (key, ("horizon_weeks",)), warning=True)


def in_need(scenario: Scenario) -> Iterator[Finding]:
    """No more clients are expected to start care than there are people who need it."""
    clients = scenario.clients
    if clients is None or clients.population_in_need is None:
        return
    starting = 0.0
    for stream in clients.stream.values():
        eligible = stream.eligibility_probability or clients.eligibility_probability
        starting += eligible.value * math.fsum(expected_referrals(scenario, stream).values())
    starting *= clients.start_probability.value
    if starting > clients.population_in_need:
        path: KeyPath = ("clients", "population_in_need")
        message = f"got {clients.population_in_need:,}, and about {starting:,.0f} clients may start care: reach is 1."
        hint = "Count everybody who comes to need it within the horizon."
        yield Finding(path, message, hint, "unlikely", (("clients",), ("horizon_weeks",)), warning=True)


def referrals(scenario: Scenario) -> Iterator[Finding]:
    """There are clients to see, and to practise on, and they come to sessions."""
    clients = scenario.clients
    if clients is None:
        return
    learners = [name for level, name, *_ in tiers(scenario) if defaults.practice(scenario, level) == "clients"]
    own, horizon = clients.stream.values(), scenario.horizon_weeks
    referred = any(
        list(arrival_starts(stream.referrals_per_week, horizon)) or min(stream.dates, default=horizon) < horizon
        for stream in own
    )
    eligible = any((stream.eligibility_probability or clients.eligibility_probability).value for stream in own)
    obstacles: list[tuple[str, bool, str]] = [
        ("stream", not referred, "no client is ever referred within the horizon"),
        ("eligibility_probability", not eligible, "no client is ever eligible"),
        ("start_probability", clients.start_probability.value == 0, "no client ever starts"),
        ("no_show_probability", clients.no_show_probability.value == 1, "no client ever comes to a session"),
    ]
    for key, is_one, message in obstacles:
        if not is_one:
            continue
        path: KeyPath = ("clients", key)
        reads: tuple[KeyPath, ...] = (path, ("clients", "stream"), ("horizon_weeks",), ("cascade",))
        if learners:
            training = ("tier", learners[0], "training")
            reads += ((*training, "practice"), (*training, "practice_cases"), (*training, "required"))
            message += f", and {learners[0]} must practise with clients"
        code = "impossible" if learners else "unlikely"
        yield Finding(path, f"{message}.", "", code, reads, warning=not learners)


def interpreted(scenario: Scenario) -> Iterator[Finding]:
    """Some client of every stream can do without an interpreter."""
    if scenario.clients is None or scenario.clients.interpreter_hours_factor is None:
        return
    for stream, path in streams(scenario):
        workers = present(scenario, stream.site or "")
        for language, key in spoken(stream).items() if workers else ():
            if not any(speaks(tier, language) for tier in workers):
                message = f"nobody who sees these clients can speak {language}: every session needs an interpreter."
                yield nobody_speaks(workers, language, (*path, *key), message, warning=True)


def facilitators(scenario: Scenario) -> Iterator[Finding]:
    """A group finds so many workers at one site."""
    clients = scenario.clients
    if clients is None:
        return
    people = best_cases_by_site(scenario)
    levels = [level for level, *_ in tiers(scenario) if defaults.delivers(scenario, level)]
    for stream, _ in streams(scenario):
        form = clients.format.get(stream.format or "")
        site = stream.site or ""
        if form is None or site not in people[0]:
            continue
        number = sum(people[level][site].everybody for level in levels)
        if form.facilitators > number > 0:
            path: KeyPath = ("clients", "format", str(stream.format), "facilitators")
            reads = (path, ("tier",), ("cascade",), ("clients", "stream"), ("sites",))
            where = f" at {site}" if site else ""
            message = f"got {form.facilitators}, but {number:g} in total see clients{where}."
            yield Finding(path, message, "Lower it, or recruit more.", "impossible", reads)
