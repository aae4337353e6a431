"""What acts in the runs of this scenario and is left out of a formula."""

from __future__ import annotations

from cascadesim.analysis.theory import care
from cascadesim.analysis.theory.hours import is_supervised_level, tier_of
from cascadesim.scenario import defaults
from cascadesim.scenario.clients import Clients
from cascadesim.scenario.schema import Scenario


def of_clients(scenario: Scenario) -> tuple[str, ...]:
    """What acts on clients at report weeks and is not in the fluid: it does not fade as a programme grows."""
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
