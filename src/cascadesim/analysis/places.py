"""Which waits may be at the same place: a wait at one site is no reason for a wait at another.

Trajectories add up the sites, so that of most programmes with several it is not known where a wait is.
"""

from __future__ import annotations

from cascadesim.model.enums import Wait
from cascadesim.scenario import defaults
from cascadesim.scenario.schema import Scenario

CLIENTS = -1
"""The level of those who wait for care."""


class Places:
    """Where each tier, by its level, and the clients can be."""

    def __init__(self, scenario: Scenario) -> None:
        self._tiers = [scenario.tier[name] for name in scenario.cascade]
        streams = scenario.clients.stream.values() if scenario.clients is not None else ()
        self._sites = {level: frozenset(defaults.staff(tier)) for level, tier in enumerate(self._tiers)}
        self._sites[CLIENTS] = frozenset(stream.site or "" for stream in streams)

    def one(self, waiting: int, others: int) -> bool:
        """Whether both are at one site, the same."""
        return len(self._sites[waiting] | self._sites[others]) == 1

    def alike(self, waiting: int, others: int) -> bool:
        """Whether both are at the same sites: who is lacking everywhere is lacking at each of them."""
        return self._sites[waiting] == self._sites[others]

    def travels(self, wait: Wait, level: int) -> bool:
        """Whether those whom this tier waits for may come from another site."""
        tier = self._tiers[level]
        return tier.supervision.across_sites if wait == Wait.SEAT else tier.training.across_sites
