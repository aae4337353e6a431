"""Whether there are clients to see and to practise on, and enough workers for a group."""

from __future__ import annotations

from collections.abc import Iterator

from cascadesim.scenario import defaults
from cascadesim.scenario.checks.clients import nobody_speaks, present, speaks, spoken
from cascadesim.scenario.checks.common import tiers
from cascadesim.scenario.diagnostics.problems import Finding
from cascadesim.scenario.document import KeyPath
from cascadesim.scenario.feasibility.best_case import rises, site_prospects
from cascadesim.scenario.schema import Scenario


def referrals(scenario: Scenario) -> Iterator[Finding]:
    """There are clients to see, and to practise on, and they come to sessions."""
    clients = scenario.clients
    if clients is None:
        return
    learners = [name for level, name in enumerate(scenario.cascade) if defaults.practice(scenario, level) == "clients"]
    streams, horizon = clients.stream.values(), scenario.horizon_weeks
    referred = any(
        list(rises(stream.referrals_per_week, horizon)) or min(stream.dates, default=horizon) < horizon
        for stream in streams
    )
    eligible = any((stream.eligibility_probability or clients.eligibility_probability).value for stream in streams)
    obstacles: list[tuple[KeyPath, str]] = []
    if not referred:
        obstacles.append((("clients", "stream"), "no client is ever referred within the horizon"))
    if not eligible:
        obstacles.append((("clients", "eligibility_probability"), "no client is ever eligible"))
    if clients.start_probability.value == 0:
        obstacles.append((("clients", "start_probability"), "no client ever starts"))
    if clients.no_show_probability.value == 1:
        obstacles.append((("clients", "no_show_probability"), "no client ever comes to a session"))
    for path, message in obstacles:
        reads: tuple[KeyPath, ...] = (path, ("clients", "stream"), ("horizon_weeks",), ("cascade",))
        if learners:
            home = ("tier", learners[0], "training")
            reads += ((*home, "practice"), (*home, "practice_cases"), (*home, "required"))
            message += f", and {learners[0]} must practise with clients"
        code = "impossible" if learners else "unlikely"
        yield Finding(path, f"{message}.", "", code, reads, warning=not learners)


def interpreted(scenario: Scenario) -> Iterator[Finding]:
    """Some client of every stream can do without an interpreter."""
    clients = scenario.clients
    for name, stream in clients.stream.items() if clients else ():
        assert clients is not None
        here = present(scenario, stream.site or "")
        for language, key in spoken(stream).items() if here and clients.interpreter_hours_factor is not None else ():
            if not any(speaks(tier, language) for tier in here):
                message = f"nobody who sees these clients can speak {language}: every session needs an interpreter."
                yield nobody_speaks(here, language, ("clients", "stream", name, *key), message, warning=True)


def facilitators(scenario: Scenario) -> Iterator[Finding]:
    """A group finds so many workers at one site."""
    clients = scenario.clients
    if clients is None:
        return
    found = site_prospects(scenario)
    levels = [level for level, *_ in tiers(scenario) if defaults.delivers(scenario, level)]
    for stream in clients.stream.values():
        form = clients.format.get(stream.format or "")
        site = stream.site or ""
        if form is None or site not in found[0]:
            continue
        people = sum(found[level][site].everybody for level in levels)
        if form.facilitators > people > 0:
            path: KeyPath = ("clients", "format", str(stream.format), "facilitators")
            reads = (path, ("tier",), ("cascade",), ("clients", "stream"), ("sites",))
            where = f" at {site}" if site else ""
            message = f"got {form.facilitators}, but {people:g} in all see clients{where}."
            yield Finding(path, message, "Lower it, or recruit more.", "impossible", reads)
