"""What a planner would look for and is not computed by hand for this scenario, each in a sentence with its reason."""

from __future__ import annotations

from collections.abc import Iterator

from cascadesim.analysis.theory import care
from cascadesim.analysis.theory.heads import is_known
from cascadesim.analysis.theory.omitted import in_words, of_clients, of_heads
from cascadesim.analysis.words import named
from cascadesim.scenario import defaults
from cascadesim.scenario.schema import Scenario


def left_out(scenario: Scenario) -> tuple[str, ...]:
    """Of clients first, then of head counts at report weeks."""
    unknown = [name for level, name in enumerate(scenario.cascade) if not is_known(scenario, level)]
    return (*_clients(scenario, bool(unknown)), *_approximate(scenario), *_heads(unknown))


def _clients(scenario: Scenario, heads_unknown: bool) -> Iterator[str]:
    if scenario.clients is None:
        return
    if not care.is_individual(scenario):
        names = [named(name) for name in defaults.formats_used(scenario.clients) if name != defaults.INDIVIDUAL]
        yield (
            "Clients in care, places, waits and clients at report weeks are left out: a queue by hand needs places "
            f"that are all alike, and some care here is in the format {in_words(names)}. What is in proportion to the "
            "referrals, hours for each who completes and workers required, is there, summed over the formats."
        )
    elif heads_unknown:
        yield "Clients at report weeks are left out: they need the head counts of every tier."
    else:
        yield from _at_report_weeks(scenario)


def _at_report_weeks(scenario: Scenario) -> Iterator[str]:
    omits = of_clients(scenario)
    if omits:
        yield (
            f"Clients at report weeks are approximate: left out are {in_words(list(omits))}, whose effect does not "
            "fade in a larger programme."
        )
    if scenario.measure_from_week:
        yield (
            "Clients started and completed by report weeks are left out: the runs count those referred from week "
            f"{scenario.measure_from_week:g} on, by hand nobody is told apart."
        )


def _approximate(scenario: Scenario) -> Iterator[str]:
    known = (level for level in range(len(scenario.cascade)) if is_known(scenario, level))
    names = [named(scenario.cascade[level]) for level in known if of_heads(scenario, level)]
    if names:
        yield f"Head counts at report weeks are approximate for {in_words(names)}: what multiplies hazards is left out."


def _heads(unknown: list[str]) -> Iterator[str]:
    if unknown:
        yield (
            f"Head counts at report weeks are left out for {in_words([named(name) for name in unknown])}: where "
            "vacancies are filled, a pool runs out or people are promoted, chance decides who comes when."
        )
