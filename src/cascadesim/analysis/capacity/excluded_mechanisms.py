"""What acts in the runs of a scenario and is left out of a formula, and what is not computed for it at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cascadesim.analysis.capacity import care
from cascadesim.analysis.capacity.headcounts import arrivals_known
from cascadesim.analysis.capacity.hours import is_supervised_level, tier_of
from cascadesim.analysis.capacity.lifetimes import ON_DATES
from cascadesim.analysis.capacity.simulated import SimulatedMeans
from cascadesim.analysis.wording import in_words, named, number
from cascadesim.scenario import defaults
from cascadesim.scenario.clients import Clients
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.workforce import Reason, Tier


@dataclass(frozen=True)
class ExcludedMechanism:
    """In words, and the reasons of exit in which it shows: those that it gives or hastens; none for clients."""

    words: str
    level: int
    exits: tuple[str, ...]


def nothing(scenario: Scenario, level: int) -> tuple[ExcludedMechanism, ...]:
    """Of a formula that has everything, or nothing that shows in exits."""
    del scenario, level
    return ()


def of_leaving(scenario: Scenario, level: int) -> tuple[ExcludedMechanism, ...]:
    """What makes workers of a tier leave, or do so sooner or later, and is not in its long-run rate of leaving."""
    tier, mechanisms = tier_of(scenario, level), []
    for name, reason in tier.events.items():
        if reason.time_to_event.dist in ON_DATES and defaults.consequences(reason)[0] > 0:
            what = "the date of" if reason.time_to_event.dist == "date" else "the wave of"
            mechanisms.append(ExcludedMechanism(f"{what} {named(name)}", level, (name,)))
    if level > 0 and tier_of(scenario, level - 1).promotion is not None:
        mechanisms.append(ExcludedMechanism("promotion", level, ("promoted",)))
    return (*mechanisms, *of_headcounts(scenario, level))


def of_headcounts(scenario: Scenario, level: int) -> tuple[ExcludedMechanism, ...]:
    """What has workers leave sooner or later, and is not in head counts at report weeks; those have dates and waves."""
    tier = tier_of(scenario, level)
    names, hastened = _multipliers(scenario, tier), tuple(name for name, each in tier.events.items() if _responds(each))
    if not (hastened and names):
        return ()
    return (ExcludedMechanism(f"the multipliers of hazards for {in_words(names)}", level, hastened),)


def of_recruits(scenario: Scenario, level: int) -> tuple[ExcludedMechanism, ...]:
    """The same, and what keeps recruits from the certificate beside failing: waits for a course, or for practice."""
    given = {"gave_up_waiting": "waits for a course", "not_certified": "waits for practice and competence"}
    names = defaults.exit_names(scenario, level)
    return (
        *of_leaving(scenario, level),
        *(ExcludedMechanism(words, level, (name,)) for name, words in given.items() if name in names),
    )


def of_trainers(scenario: Scenario, level: int) -> tuple[ExcludedMechanism, ...]:
    """What is not in the rate of leaving of the tier above."""
    return of_leaving(scenario, level - 1)


def of_care(scenario: Scenario, level: int) -> tuple[ExcludedMechanism, ...]:
    """What is not in the numbers about clients."""
    return tuple(ExcludedMechanism(words, level, ()) for words in of_clients(scenario))


def exclusion_sentence(means: SimulatedMeans, level: int, mechanisms: tuple[ExcludedMechanism, ...]) -> str:
    """Which are left out and how many left for each in a run on average; empty where none are."""
    parts = []
    for each in mechanisms:
        left = [(named(name), number(means.left(each.level, name))) for name in each.exits]
        counts = left[0][1] if len(left) == 1 else ", ".join(f"{name} {count}" for name, count in left)
        parts.append(f"{each.words} ({counts})" if counts else each.words)
    whose = {each.level for each in mechanisms} - {level}
    of_tier = "".join(f" of the tier {named(means.scenario.cascade[each])}" for each in whose)
    counted = f" (in brackets: how many{of_tier} leave so in a run)" if any(each.exits for each in mechanisms) else ""
    return f"The formula leaves out{counted}: {in_words(parts)}." if parts else ""


def _responds(reason: Reason) -> bool:
    """Whether a multiplier acts on the clock (R5.3), and it makes people leave."""
    return not reason.external and reason.time_to_event.dist not in ON_DATES and defaults.consequences(reason)[0] > 0


def _multipliers(scenario: Scenario, tier: Tier) -> list[str]:
    """Whatever multiplies the hazards of a tier."""
    names = [named(name) for name, ratio in tier.hazard_ratios.items() if ratio.value != 1]
    names += ["frailty"] if tier.frailty_variance.value else []
    names += [named(name) for name, own in tier.incentive.items() if own.leaving_ratio.value != 1]
    return names + (["recognition"] if scenario.recognition.leaving_ratio.value != 1 else [])


def of_clients(scenario: Scenario) -> tuple[str, ...]:
    """What acts on clients and is in no formula, nor in the fluid: it does not fade as a programme grows."""
    clients, levels = scenario.clients, care.delivering(scenario)
    assert clients is not None
    life = [reason for level in levels for reason in tier_of(scenario, level).events.values()]
    away = any(leaves or absent for leaves, _, absent in map(defaults.consequences, life))
    reacts = any(state.referral_ratio.value != 1 for state in scenario.organisation.values())
    acts = {
        "transfer and absence": away,
        "weeks without a supervisor": any(is_supervised_level(scenario, level) for level in levels),
        "clients' own lives": bool(clients.events),
        "languages": any(tier_of(scenario, level).languages for level in levels),
        "an order other than that of referral": not _order_is_that_of_referral(clients),
        "sites that do not share": len(scenario.sites) > 1,
        "what multiplies the hazards of workers": any(of_headcounts(scenario, level) for level in levels),
        "states of the organisation": reacts or any(tier_of(scenario, each).lost_hours_per_week for each in levels),
    }
    return tuple(words for words, does in acts.items() if does)


def _order_is_that_of_referral(clients: Clients) -> bool:
    """Or it makes no difference, as where nobody gives up, or whoever waits does so at the same rate."""
    patience = clients.patience_weeks
    if patience is None or patience.dist == "exponential":
        return True
    turns = {(stream.priority, stream.urgent_probability.value) for stream in clients.stream.values()}
    return len(turns) == 1 and not any(urgent for _, urgent in turns)


def left_out(scenario: Scenario) -> tuple[str, ...]:
    """What a planner would look for and is not computed for this scenario, each in a sentence with its reason.

    Of clients first, then of head counts at report weeks.
    """
    unknown = [name for level, name in enumerate(scenario.cascade) if not arrivals_known(scenario, level)]
    return (*_clients(scenario, bool(unknown)), *_approximate(scenario), *_heads(unknown))


def _clients(scenario: Scenario, heads_unknown: bool) -> Iterator[str]:
    if scenario.clients is None:
        return
    if not care.is_individual(scenario):
        names = [named(name) for name in defaults.formats_used(scenario.clients) if name != defaults.INDIVIDUAL]
        yield (
            "Clients in care, places, waits and clients at report weeks are left out: the formulas of a queue need "
            f"places that are all alike, and some care is in the format {in_words(names)}. Hours for each client who "
            "completes and workers required are given, summed over the formats."
        )
    elif heads_unknown:
        yield "Clients at report weeks are left out: they need the head counts of every tier."
    else:
        yield from _at_report_weeks(scenario)


def _at_report_weeks(scenario: Scenario) -> Iterator[str]:
    mechanisms = of_clients(scenario)
    if mechanisms:
        yield (
            f"Clients at report weeks are approximate. The formula leaves out: {in_words(mechanisms)}. Their effect is "
            "no smaller in a larger programme."
        )
    if scenario.measure_from_week:
        yield (
            "Clients started and completed by report weeks are left out: the runs count only those referred from week "
            f"{scenario.measure_from_week:g} on, and the formula counts all."
        )


def _approximate(scenario: Scenario) -> Iterator[str]:
    known = (level for level in range(len(scenario.cascade)) if arrivals_known(scenario, level))
    names = [named(scenario.cascade[level]) for level in known if of_headcounts(scenario, level)]
    if names:
        multipliers = "the formula leaves out what multiplies hazards"
        yield f"Head counts at report weeks are approximate for {in_words(names)}: {multipliers}."


def _heads(unknown: list[str]) -> Iterator[str]:
    if unknown:
        yield (
            f"Head counts at report weeks are left out for {in_words([named(name) for name in unknown])}: where "
            "vacancies are filled, a pool runs out or people are promoted, chance decides who comes when."
        )
