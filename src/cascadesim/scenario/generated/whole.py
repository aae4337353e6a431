"""Whole scenarios at random: small, valid for the most part, and lively, with every mechanism of the model in some.

`seeded(seed)` gives a document (nested dicts, as `tomllib` would give it), `to_toml` writes it as a file to `load`. All
durations of a scenario are multiples of one grain, from a minute to a week, so that many things happen at one instant.
The only key that is never there is `dates_csv`, which names another file and becomes `dates` when the scenario is read.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from cascadesim.scenario.generated.care import clients
from cascadesim.scenario.generated.dice import WEEK, Dice, Document
from cascadesim.scenario.generated.frame import Frame
from cascadesim.scenario.generated.staff import cascade_staff
from cascadesim.scenario.generated.tiers import organisation, tier

SOURCES: Document = {
    "guess": {"kind": "assumption", "citation": "A guess"},
    "paper": {"kind": "literature", "citation": "A paper", "doi": "10.1/x", "url": "https://example.org"},
}
GRAINS = (1, 60, 1_440, 5_040, WEEK)


def seeded(seed: int) -> Document:
    """A whole scenario of one to five tiers, from a number."""
    return document(random.Random(seed).randint)


def document(whole: Callable[[int, int], int]) -> Document:
    """The same, from a function that gives a whole number between two others."""
    dice = Dice(whole, GRAINS[whole(0, len(GRAINS) - 1)])
    count = dice.pick(3, 2, 3, 4, 1, 5)
    frame = Frame(
        horizon=dice.whole(16, 36),
        cascade=dice.names(count, count),
        sites=dice.names(2, 3) if dice.rarely(3) else dice.names(1, 1) if dice.rarely(8) else [],
        languages=dice.names(2, 3) if dice.rarely(3) else [],
        states=dice.names(1, 2) if dice.often(2) else [],
    )
    staff = cascade_staff(dice, count, frame.horizon, frame.sites)
    frame.care = None if dice.rarely(12) else clients(dice, frame, staff[-1])
    found = _top(dice, frame)
    found["tier"] = {name: tier(dice, frame, level, staff) for level, name in enumerate(frame.cascade)}
    if frame.care:
        found["clients"] = frame.care
    if frame.states:
        found["organisation"] = organisation(dice, frame)
    if dice.rarely(4):
        found["recognition"] = {
            "recruitment_factor": dice.share(0.5, 1.5),
            "referral_factor": dice.share(0.8, 1.5),
            "leaving_ratio": dice.share(1.5, 0.8),
        }
    return found | {"sources": SOURCES} | _wishes(dice, frame)


def _top(dice: Dice, frame: Frame) -> Document:
    found: Document = {
        "schema": 1,
        "title": "At random",
        "description": "Small, valid for the most part, and lively",
        "horizon_weeks": frame.horizon,
        "cascade": frame.cascade,
        "report_weeks": sorted({dice.whole(1, frame.horizon), frame.horizon}),
        "every_weeks": dice.pick(1, 4),
        "measure_from_week": dice.pick(0, 0, 0, dice.whole(1, 8)),
        "review_weeks": dice.weeks(0.5, 6),
        "replications": 2,
        "max_events": 10_000_000,
    }
    return found | ({"sites": frame.sites} if frame.sites else {})


def _wishes(dice: Dice, frame: Frame) -> Document:
    """What the programme is to reach, what it may cost, and what is known of it."""
    found: Document = {}
    last = frame.cascade[-1]
    if dice.rarely(4):
        found["target"] = {"reach": f"tier.{last}.certified >= 3", "chance": 0.8}
        measure = f"tier.{last}.active_at_week_{frame.horizon}"
        found["published"] = [{"measure": measure, "value": 3, "kind": "predicted", "source": "guess", "note": "?"}]
        found["variant"] = [{"name": "more", "set": {f"tier.{last}.caseload": 5}}]
        found["start_date"] = "2018-09-03"
    if dice.rarely(3):
        found["costs"] = {"currency": "EUR", "start_up_cost": 100, "week_cost": dice.pick(10, 0.5)}
    return found
