"""Supervision of a tier, reasons to leave, to be away or to change hours, and what hastens or delays them."""

from __future__ import annotations

from cascadesim.scenario.generated.dice import Dice, Document
from cascadesim.scenario.generated.frame import Frame
from cascadesim.scenario.generated.staff import Staff

SOON, LATE = (15, 10, 25, 40), (40, 15, 90, 25)
"""Mean weeks to an event of life, in the first tier and in the others."""


def supervision(dice: Dice, frame: Frame, here: Staff, above: Staff) -> Document:
    """The supervision that a tier receives."""
    if dice.rarely(9):
        return {"required": False}
    size = dice.whole(1, 4)
    found = {
        "group_size": size,
        "meeting_hours": dice.pick(1.0, 1.5, 2.0, 0.75),
        "interval_weeks": dice.pick(1, 1, 2, 0.7),
        "preparation_hours": dice.hours(0, 2),
        "max_supervisees": size * dice.whole(1, 3) + dice.whole(0, 1),
        "grace_weeks": dice.pick(dice.weeks(0.2, 1), dice.weeks(1, 3), dice.weeks(2, 6), 0.0),
        **frame.across(dice, here, above),
    }
    if dice.rarely(4):
        found["lapse_stops"] = ["groups"]
    if dice.rarely(3):
        found["attendance_probability"] = dice.share(0.8, 0.5)
    return found


def life(dice: Dice, frame: Frame, means: tuple[int, ...], frail: bool) -> dict[str, Document]:
    """One to three reasons under random names; no clock that takes part in frailty is Weibull's."""
    found = {}
    for name in dice.names(1, 3):
        reason: Document = {
            "clock": clock(dice, frame, means),
            "from": dice.pick("certification", "recruitment", "recruitment"),
            **_consequence(dice),
        }
        if dice.rarely(4) or (frail and reason["clock"]["dist"] == "weibull"):
            reason["external"] = True
        if dice.often(2):
            reason["notice_weeks"] = dice.weeks(0.5, 5)
        found[name] = reason
    return found


def clock(dice: Dice, frame: Frame, means: tuple[int, ...]) -> Document:
    """When it happens."""
    kind = dice.pick("exponential", "weibull", "date", "exponential", "life_table", "shock")
    found: Document = {"dist": kind}
    if kind != "date" and dice.rarely(6):
        found["source"] = "paper"
    if kind in ("date", "shock"):
        found["week"] = dice.weeks(2, frame.horizon - 1)
        return found | ({"share": dice.share(0.5, 0.3, 1.0)} if kind == "shock" else {})
    mean = dice.pick(*means)
    if kind == "life_table":
        steps = sorted({dice.weeks(1, 10), dice.weeks(8, 20)})
        rates = [{"from_weeks": week, "rate_per_year": dice.pick(52 / mean, 0.0, 104 / mean)} for week in steps]
        return found | {"table": [{"rate_per_year": 52 / mean}, *rates]}
    if kind == "exponential" and dice.rarely(4):
        return found | {"rate_per_year": 52 / mean}
    return found | {"mean_weeks": mean} | ({"shape": dice.pick(0.7, 1.5)} if kind == "weibull" else {})


def _consequence(dice: Dice) -> Document:
    """An exit, an absence, other hours, or one of them by chance; the last three may come back."""
    kind = dice.pick("exit", "exit", "exit", "absence", "absence", "hours", "any")
    if kind == "exit":
        return {}
    found: Document = {"recurring": dice.often(3)}
    if kind in ("absence", "any"):
        found["absence_weeks"] = dice.spell(0.3, 5)
    if kind == "absence":
        return found if dice.often(2) else found | {"then": {"exit": dice.share(0.2, 0.5)}}
    factor = dice.pick(0.6, 0.8, 0.0, 1.5)
    if kind == "hours":
        return found | {"then": {"hours_factor": factor} | dice.pick({}, {"exit": 0.3}, {"hours_change": 0.5})}
    then = {"exit": 0.2, "hours_change": 0.3, "absence": dice.pick(0.5, 0.3), "hours_factor": factor}
    return found | {"then": then}


def effects(dice: Dice, frame: Frame, tier: Document) -> Document:
    """What acts on the reasons of a tier, and on its hours."""
    found: Document = {}
    if dice.rarely(3):
        found["strain"] = {
            "comfort_utilisation": dice.share(0.3, 0.6),
            "strain_half_life_weeks": dice.weeks(1, 6),
            "recovery_half_life_weeks": dice.weeks(1, 10),
        }
    flags = [name for name in ("unsupervised", "missed_refresher") if dice.rarely(3)]
    flags += [name for name in frame.states if dice.often(2)] + (["strain"] if "strain" in found else [])
    if flags:
        found["hazard_ratios"] = {name: dice.share(2.0, 3.0, 0.5) for name in flags}
    if frame.states and dice.often(2):
        found["lost_hours_per_week"] = {name: dice.pick(1, 0.5, 2) for name in frame.states}
    if dice.rarely(3):
        found["engagement"] = {name: _engagement(dice, frame) for name in dice.names(1, 2)}
    if any("absence_weeks" in reason for reason in tier["life"].values()) and dice.often(3):
        found["absence"] = {"hold_weeks": dice.pick(0.0, dice.weeks(0.2, 1), dice.weeks(1, 4))}
    return found


def _engagement(dice: Dice, frame: Frame) -> Document:
    begins = dice.weeks(0.1, frame.horizon / 2)
    found: Document = {"from_week": begins, "week_cost": dice.pick(0, 5)}
    if dice.often(2):
        found["until_week"] = begins + dice.weeks(1, frame.horizon / 2)
    for key in ("leaving_ratio", "absence_ratio", "attendance_ratio"):
        if dice.often(2):
            found[key] = dice.share(0.5, 0.7, 1.5)
    return found
