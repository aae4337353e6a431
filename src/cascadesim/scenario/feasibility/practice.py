"""Whether apprentices find clients to practise on: one at a time, since a group is no practice case (R2.8)."""

from __future__ import annotations

import math
from collections.abc import Iterator

from cascadesim.scenario import defaults
from cascadesim.scenario.checks.common import tiers
from cascadesim.scenario.checks.languages import spoken
from cascadesim.scenario.clients import Stream
from cascadesim.scenario.findings import Finding
from cascadesim.scenario.locate import Path
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.size import expected_recruits, expected_referrals
from cascadesim.scenario.tiers import Tier
from cascadesim.scenario.words import counted

WAY = 'Refer more to care one at a time, or write practice = "simulated" with practice_weeks.'


def one_at_a_time(scenario: Scenario) -> Iterator[Finding]:
    """Where some clients come in groups, enough others come for practice: at each site, in each language."""
    clients = scenario.clients
    for level, name, tier, path in tiers(scenario):
        if clients is None or defaults.practice(scenario, level) != "clients" or not tier.training.practice_cases:
            continue
        here = (*path, "training", "practice" if tier.training.practice else "practice_cases")
        reads: tuple[Path, ...] = (here, (*path, "training", "practice_cases"), (*path, "site"), (*path, "languages"))
        reads += (("clients", "stream"), ("clients", "format"), ("cascade",))
        for site, streams in _by_site(scenario).items():
            message = _too_few(scenario, tier, site, streams) or _language(scenario, tier, site, streams)
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


def _too_few(scenario: Scenario, tier: Tier, site: str, streams: list[Stream]) -> str:
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
