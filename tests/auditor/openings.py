"""Vacancies of the tiers that have a target, and how many are left outside to fill them (R9.1)."""

from __future__ import annotations

from collections.abc import Callable

from auditor.programme import Programme, Tier

Desk = tuple[str, str]
"""A tier and a site."""


class Openings:
    """For each tier and site: vacancies under way by the minute of arrival, those nobody could fill, those promised."""

    def __init__(self, programme: Programme) -> None:
        self.targets: dict[Desk, int] = {}
        self.pools: dict[Desk, int] = {}
        for tier in programme.cascade:
            for site, staff in tier.staff.items():
                if staff.target is not None:
                    self.targets[tier.name, site] = staff.target
                if staff.pool is not None:
                    self.pools[tier.name, site] = staff.pool
        self.under_way: dict[Desk, list[int]] = {desk: [] for desk in self.targets}
        self.unfillable = dict.fromkeys(self.targets, 0)
        self.promised = dict.fromkeys(self.targets, 0)
        self.expired: dict[Desk, int] = {}  # in this instant

    def all(self, desk: Desk) -> int:
        """Every vacancy that is open."""
        return len(self.under_way[desk]) + self.unfillable[desk] + self.promised[desk]

    def open(self, tier: Tier, site: str, number: int, minute: int) -> int:
        """So many more, and when they would be filled from outside."""
        desk = (tier.name, site)
        if desk in self.targets:
            self.under_way[desk] += [minute + tier.lag] * number
        return minute + tier.lag

    def promise(self, tier: Tier, site: str, minute: int, fresh: bool) -> None:
        """One will be filled from below: one that has just opened, or one that nobody could fill, also since now."""
        desk = (tier.name, site)
        due = minute + tier.lag if fresh else minute
        if not fresh and self.unfillable.get(desk):
            self.unfillable[desk] -= 1
            self.promised[desk] += 1
        elif due in self.under_way.get(desk, ()):
            self.under_way[desk].remove(due)
            self.promised[desk] += 1

    def redeem(self, tier: Tier, site: str) -> None:
        """Whoever was to fill it from below has done so, or has left."""
        if self.promised.get((tier.name, site)):
            self.promised[tier.name, site] -= 1

    def arrive(self, desk: Desk, minute: int) -> None:
        """Somebody has come from outside to fill one."""
        if minute in self.under_way.get(desk, ()):
            self.under_way[desk].remove(minute)

    def expire(self, minute: int, staying: Callable[[Desk], int]) -> None:
        """Those that should have been filled by now stay open: nobody was left outside; but only for who is missing."""
        for desk, arrivals in self.under_way.items():
            left = [arrival for arrival in arrivals if arrival > minute]
            self.expired[desk] = len(arrivals) - len(left)
            self.unfillable[desk] += self.expired[desk]
            self.under_way[desk] = left
            if self.unfillable[desk]:
                surplus = staying(desk) + self.all(desk) - self.targets[desk]
                self.unfillable[desk] -= max(0, min(self.unfillable[desk], surplus))
