"""What acts in the runs of this scenario and is left out of a formula."""

from __future__ import annotations

from dataclasses import dataclass

from cascadesim.analysis.theory import care
from cascadesim.analysis.theory.found import Found
from cascadesim.analysis.theory.hours import is_supervised_level, tier_of
from cascadesim.analysis.theory.lifetimes import ON_DATES
from cascadesim.analysis.words import named, number
from cascadesim.scenario import defaults
from cascadesim.scenario.clients import Clients
from cascadesim.scenario.schema import Scenario
from cascadesim.scenario.workforce import Reason, Tier


@dataclass(frozen=True)
class Mechanism:
    """In words, and the reasons of exit in which it shows: those that it gives or hastens; none for clients."""

    words: str
    level: int
    exits: tuple[str, ...]


def nothing(scenario: Scenario, level: int) -> tuple[Mechanism, ...]:
    """Of a formula that has everything, or nothing that shows in exits."""
    del scenario, level
    return ()


def of_leaving(scenario: Scenario, level: int) -> tuple[Mechanism, ...]:
    """What makes workers of a tier leave, or do so sooner or later, and is not in its long-run rate of leaving."""
    tier, found = tier_of(scenario, level), []
    for name, reason in tier.life.items():
        if reason.clock.dist in ON_DATES and defaults.consequences(reason)[0] > 0:
            what = "the date of" if reason.clock.dist == "date" else "the wave of"
            found.append(Mechanism(f"{what} {named(name)}", level, (name,)))
    if level > 0 and tier_of(scenario, level - 1).promotion is not None:
        found.append(Mechanism("promotion", level, ("promoted",)))
    return (*found, *of_heads(scenario, level))


def of_heads(scenario: Scenario, level: int) -> tuple[Mechanism, ...]:
    """What has workers leave sooner or later, and is not in head counts at report weeks; those have dates and waves."""
    tier = tier_of(scenario, level)
    names, hastened = _multipliers(scenario, tier), tuple(name for name, each in tier.life.items() if _responds(each))
    if not (hastened and names):
        return ()
    return (Mechanism(f"the multipliers of hazards for {in_words(names)}", level, hastened),)


def of_recruits(scenario: Scenario, level: int) -> tuple[Mechanism, ...]:
    """The same, and what keeps recruits from the certificate beside failing: waits for a course, or for practice."""
    given = {"gave_up_waiting": "waits for a course", "not_certified": "waits for practice and competence"}
    names = defaults.exit_names(scenario, level)
    return (
        *of_leaving(scenario, level),
        *(Mechanism(words, level, (name,)) for name, words in given.items() if name in names),
    )


def of_trainers(scenario: Scenario, level: int) -> tuple[Mechanism, ...]:
    """What is not in the rate of leaving of the tier above."""
    return of_leaving(scenario, level - 1)


def of_care(scenario: Scenario, level: int) -> tuple[Mechanism, ...]:
    """What is not in the numbers about clients."""
    return tuple(Mechanism(words, level, ()) for words in of_clients(scenario))


def told(found: Found, level: int, mechanisms: tuple[Mechanism, ...]) -> str:
    """Which are left out and how many left for each in a run on average; empty where none are."""
    parts = []
    for each in mechanisms:
        left = [(named(name), number(found.left(each.level, name))) for name in each.exits]
        counts = left[0][1] if len(left) == 1 else ", ".join(f"{name} {count}" for name, count in left)
        parts.append(f"{each.words} ({counts})" if counts else each.words)
    whose = {each.level for each in mechanisms} - {level}
    of_tier = "".join(f" of the tier {named(found.scenario.cascade[each])}" for each in whose)
    counted = f", with how many{of_tier} left so in a run" if any(each.exits for each in mechanisms) else ""
    return f"Left out by hand{counted}: {in_words(parts)}." if parts else ""


def _responds(reason: Reason) -> bool:
    """Whether a multiplier acts on the clock (R5.3), and it makes people leave."""
    return not reason.external and reason.clock.dist not in ON_DATES and defaults.consequences(reason)[0] > 0


def _multipliers(scenario: Scenario, tier: Tier) -> list[str]:
    """Whatever multiplies the hazards of a tier."""
    names = [named(name) for name, ratio in tier.hazard_ratios.items() if ratio.value != 1]
    names += ["frailty"] if tier.frailty_variance.value else []
    names += [named(name) for name, measure in tier.engagement.items() if measure.leaving_ratio.value != 1]
    return names + (["recognition"] if scenario.recognition.leaving_ratio.value != 1 else [])


def of_clients(scenario: Scenario) -> tuple[str, ...]:
    """What acts on clients and is in no formula, nor in the fluid: it does not fade as a programme grows."""
    clients, levels = scenario.clients, care.delivering(scenario)
    assert clients is not None
    life = [reason for level in levels for reason in tier_of(scenario, level).life.values()]
    away = any(leaves or absent for leaves, _, absent in map(defaults.consequences, life))
    reacts = any(state.referral_ratio.value != 1 for state in scenario.organisation.values())
    acts = {
        "hand-over and absence": away,
        "weeks without a supervisor": any(is_supervised_level(scenario, level) for level in levels),
        "clients' own lives": bool(clients.life),
        "languages": any(tier_of(scenario, level).languages for level in levels),
        "an order other than that of referral": not _order_is_that_of_referral(clients),
        "sites that do not share": len(scenario.sites) > 1,
        "what multiplies the hazards of workers": any(of_heads(scenario, level) for level in levels),
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


def in_words(names: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
