"""What the parts of a scenario have to know of each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cascadesim.scenario.generated.dice import Dice, Document
from cascadesim.scenario.generated.staff import Staff, reachable


@dataclass
class Frame:
    """The horizon in weeks; names of tiers, sites, languages and states; and the [clients] table, if there is one."""

    horizon: int
    cascade: list[str]
    sites: list[str]
    languages: list[str]
    states: list[str]
    care: Document | None = None

    def across(self, dice: Dice, here: Staff, above: Staff) -> Document:
        """Whether a tier is served from other sites, which it must be where nobody of the tier above is at a site."""
        if len(self.sites) < 2 or (reachable(above, here, False) > 0 and dice.often(2)):
            return {}
        return {"across_sites": True} | ({"travel_hours": dice.hours(0.25, 1)} if dice.often(3) else {})

    def forms(self) -> Iterable[Document]:
        """The formats of care, that of [clients] first."""
        return [self.care, *self.care.get("format", {}).values()] if self.care else []

    def fewest_sessions(self) -> int:
        """Of any format."""
        return min(int(form["sessions"]) for form in self.forms() if "sessions" in form)
