"""Who comes to a tier, at each site: initial workers, intakes, recruits by chance, targets and pools."""

from __future__ import annotations

from cascadesim.scenario.generated.dice import Dice, Document

Staff = dict[str, Document]
"""By site; the one site of a scenario without sites is ""."""


def cascade_staff(dice: Dice, levels: int, horizon: int, sites: list[str]) -> list[Staff]:
    """For each tier from the top; the first site has people of every tier."""
    found: list[Staff] = []
    for level in range(levels):
        here: Staff = {}
        for place, site in enumerate(sites or [""]):
            if place == 0 or not dice.rarely(5):
                here[site] = _first(dice) if level == 0 else _lower(dice, horizon)
        found.append(here)
    return found


def _first(dice: Dice) -> Document:
    staff: Document = {"initial": dice.whole(1, 4), "recruits_per_week": dice.pick(0.1, 0.0, 0.3)}
    if dice.rarely(4):
        staff["target"] = staff["initial"] + dice.whole(0, 2)
    return staff


def _lower(dice: Dice, horizon: int) -> Document:
    staff: Document = {
        "initial": dice.pick(0, 0, 1, 3),
        "intake": _intakes(dice, horizon),
        "recruits_per_week": dice.pick(0.0, 0.3, [{"from_week": 0, "rate": 0.1}, {"from_week": 8, "rate": 0.8}]),
    }
    if dice.rarely(3):
        staff["target"] = dice.whole(1, 6)
    if dice.rarely(4):
        staff["pool"] = dice.whole(2, 12)
    return staff


def _intakes(dice: Dice, horizon: int) -> list[Document]:
    dates = {dice.weeks(0.5, horizon * 0.7) for _ in range(dice.whole(1, 3))} | {dice.weeks(0.2, 4)}
    return [{"week": week, "count": dice.whole(1, 7)} for week in sorted(dates)]


def recruits(staff: Document) -> int:
    """How many come for certain after the start: the dated ones, as far as the pool goes."""
    dated = sum(intake["count"] for intake in staff.get("intake", ()))
    return int(min(dated, staff.get("pool", dated)))


def people(staff: Document) -> int:
    """How many there are for certain: those there at the start and the dated recruits."""
    return int(staff["initial"]) + recruits(staff)


def fewest(staff: Staff) -> int:
    """The fewest recruits that a site has for certain."""
    return min(recruits(each) for each in staff.values())


def reachable(above: Staff, here: Staff, across: bool) -> int:
    """The fewest people of the tier above that any site with staff has to serve it; 0 where one has nobody."""
    if across:
        return sum(people(each) for each in above.values())
    return min(people(above[site]) if site in above else 0 for site in here)
