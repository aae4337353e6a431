"""Whether there are clients to see and to practise on, and enough workers for a group."""

from __future__ import annotations

from collections.abc import Iterator

from cascadesim.scenario import defaults
from cascadesim.scenario.checks.clients import nobody_speaks, present, speaks, spoken
from cascadesim.scenario.checks.common import streams, tiers
from cascadesim.scenario.diagnostics.problems import Finding
from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.feasibility.best_case import arrival_starts, best_cases_by_site
from cascadesim.scenario.schema import Scenario


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
