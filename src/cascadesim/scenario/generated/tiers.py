"""One tier, and the organisation around all of them."""

from __future__ import annotations

from typing import Any

from cascadesim.scenario.generated import careers, learning
from cascadesim.scenario.generated.dice import Dice, Document
from cascadesim.scenario.generated.frame import Frame
from cascadesim.scenario.generated.staff import Staff

COSTS = ("recruit_cost", "week_cost", "hour_cost", "course_cost", "trainee_cost", "refresher_cost")


def tier(dice: Dice, frame: Frame, level: int, staff: list[Staff]) -> Document:
    """One tier, `level` from the top, with its staff."""
    here, last = staff[level], level == len(frame.cascade) - 1
    found: Document = {
        "hours_per_week": _hours(dice, last),
        "overtime_fraction": dice.share(0.0, 0.1, 0.25),
        "caseload": dice.whole(1, 4),
        "apprentice_caseload": dice.whole(1, 2),
        **({"site": here} if frame.sites else here[""]),
    }
    if level:
        found["candidate_patience_weeks"] = dice.spell(3, 14)
        found["apprentice_extra_hours_per_week"] = dice.pick(0.0, 0.0, 0.5, 1.0)
    if frame.care and not last:
        found["delivers"] = dice.often(1)
        found["delivers_in_practice"] = dice.often(1)
    sees_clients = bool(frame.care) and (last or found["delivers"] or found["delivers_in_practice"])
    if sees_clients and frame.languages:
        found |= _languages(dice, frame, last)
    if level:
        above = staff[level - 1]
        found["training"] = learning.training(dice, frame, here, above, sees_clients, found)
        found["supervision"] = careers.supervision(dice, frame, here, above)
        if dice.rarely(4) and all(site in above for site in here):
            found["refresher"] = learning.refresher(dice, here, above, found["training"])
    if dice.rarely(3):
        found["competence"] = learning.competence(dice)
    found["initial_tenure_weeks"] = dice.pick(0, 0, dice.weeks(1, 40))
    frail = dice.rarely(4)
    found["life"] = careers.life(dice, frame, careers.SOON if level == 0 else careers.LATE, frail)
    if frail:
        found["frailty_variance"] = dice.share(0.5, 2.0)
    return found | careers.effects(dice, frame, found) | _service(dice, here, last)


def _hours(dice: Dice, last: bool) -> Any:
    if last:
        low = {"dist": "uniform", "low": 0.5, "high": 7}
        wide = {"dist": "triangular", "low": 1, "mode": 4, "high": 12}
        return dice.pick(8, low, wide, low, {"dist": "empirical", "values": [9, 2.5, 5.5]}, 6.5)
    kinds = (
        {"dist": "gamma", "mean": 14, "cv": 0.5},
        {"dist": "uniform", "low": 4, "high": 18},
        {"dist": "beta", "mean": 14, "sd": 3, "low": 5, "high": 24},
    )
    return dice.pick(20, 12, 10, *kinds)


def _languages(dice: Dice, frame: Frame, last: bool) -> Document:
    """The last tier speaks everything unless there are interpreters."""
    assert frame.care is not None
    if dice.rarely(4):
        return {}
    spoken = frame.languages
    if "interpreter_hours_factor" in frame.care or not last:
        spoken = spoken[: dice.whole(1, len(spoken))]
    found: Document = {"languages": dice.portions(spoken)}
    return found | ({"also": {dice.pick(*frame.languages): dice.share(0.3, 1.0)}} if dice.rarely(2) else {})


def _service(dice: Dice, here: Staff, last: bool) -> Document:
    """Deployment, duties besides, targets and what they bring with them, and costs."""
    found: Document = {}
    if dice.rarely(4):
        found["deployment_probability"] = dice.share(0.8, 0.5)
        found["not_deployed"] = dice.pick("exit", "idle", "idle")
    if dice.rarely(4):
        found["other_duties_hours_per_week"] = dice.pick(0.5, 0.75)
    if not last and dice.rarely(3):
        found["training_reserve_hours_per_week"] = dice.hours(0.25, 2)
    if not last and dice.rarely(4):
        found["priority"] = ["courses", "supervision"]
    if not last and dice.rarely(4):
        found["trains_probability"] = dice.share(0.7, 0.9)
    if any("target" in staff for staff in here.values()):
        found["lag_weeks"] = dice.pick(0.0, dice.weeks(0.5, 4))
        if not last and dice.often(3):
            found["promotion"] = {
                "min_tenure_weeks": dice.pick(0.0, dice.weeks(0.5, 6)),
                "min_competence": dice.pick(0.0, 0.5),
                "promotion_weeks": dice.weeks(0.3, 4),
            }
    if dice.rarely(4):
        found["costs"] = {key: dice.pick(10, 2.5) for key in COSTS if dice.often(2)}
    return found


def organisation(dice: Dice, frame: Frame) -> dict[str, Document]:
    """The states of the organisation."""
    found: dict[str, Document] = {}
    for name in frame.states:
        found[name] = _state(dice, frame) | {"training_cost": 100, "staff_hours": dice.hours(0, 3)}
        if dice.often(2):
            found[name]["referral_ratio"] = dice.share(0.5, 2.0)
        if dice.often(2):
            found[name]["half_life_weeks"] = dice.weeks(4, 30)
        if frame.sites and dice.often(3):
            found[name]["site"] = {dice.pick(*frame.sites): _state(dice, frame)}
    return found


def _state(dice: Dice, frame: Frame) -> Document:
    found: Document = {"initial": dice.share(0.6, 0.2, 1.0), "lift": dice.share(0.5, 0.9)}
    if dice.often(3):
        found["at_weeks"] = dice.dates(3, 1, frame.horizon - 1)
    if dice.often(2):
        found["every_weeks"] = dice.weeks(2, 10)
    return found
