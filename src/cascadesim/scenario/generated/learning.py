"""Courses, stages, practice, refreshers and competence of a tier."""

from __future__ import annotations

from cascadesim.scenario.generated.dice import Dice, Document, least
from cascadesim.scenario.generated.frame import Frame
from cascadesim.scenario.generated.staff import Staff, fewest, reachable


def training(dice: Dice, frame: Frame, here: Staff, above: Staff, sees_clients: bool, tier: Document) -> Document:
    """The course of a tier whose apprentices may see clients, and which `above` could teach."""
    if dice.rarely(8):
        return {"required": False}
    across = frame.across(dice, here, above)
    smallest = dice.whole(1, max(1, min(4, fewest(here))))
    course = {
        "course_weeks": dice.weeks(0.5, 4),
        "trainers_per_course": max(1, min(dice.pick(1, 1, 2), reachable(above, here, bool(across)))),
        "min_cohort": smallest,
        "max_cohort": smallest + dice.whole(0, 4),
        "trainer_hours_per_week": dice.hours(1, 5),
        "trainee_hours_per_week": dice.hours(0, 16),
        "preparation_hours": dice.hours(0, 1),
        "pass_probability": dice.share(1.0, 0.85, 0.7),
        **across,
    }
    if dice.rarely(3):
        course["attempts"] = dice.whole(2, 3)
    if dice.rarely(4):
        course["selection_probability"] = dice.share(0.8, 0.6)
    if dice.rarely(4):
        course["parallel_courses"] = dice.whole(1, 2)
    course |= _dates(dice, frame)
    if dice.rarely(3):
        course["stages"] = _stages(dice, frame, course)
    course |= _practice(dice, frame, sees_clients)
    course["apprentice_limit_weeks"] = _least_practice(frame, course, tier) + dice.weeks(1, 16)
    return course


def _dates(dice: Dice, frame: Frame) -> Document:
    """A calendar, or a time to gather, or neither."""
    if dice.rarely(3):
        found: Document = {"when": "calendar"} if dice.often(2) else {}
        late = dice.weeks(frame.horizon * 0.8, frame.horizon - 1)
        found["at_weeks"] = sorted({*dice.dates(5, 1, frame.horizon - 1), late})
        found["window_weeks"] = dice.weeks(0.5, 3)
        if dice.rarely(2):
            found["every_weeks"] = dice.weeks(3, 8)
        if dice.rarely(3):
            found["courses_per_date"] = 2
        return found
    return {"gather_weeks": dice.weeks(0.5, 4)} if dice.often(2) else {}


def _stages(dice: Dice, frame: Frame, course: Document) -> list[Document]:
    """Two or three courses in order, which say some things for themselves."""
    stages: list[Document] = []
    for _ in range(dice.whole(2, 3)):
        stage: Document = {"course_weeks": dice.weeks(0.5, 2)}
        if dice.rarely(2):
            stage["pass_probability"] = dice.share(0.9, 1.0)
        if dice.rarely(3):
            stage["max_cohort"] = course["max_cohort"] + 1
            stage["min_cohort"] = 1
        if dice.rarely(3):
            stage["trainer_hours_per_week"] = dice.hours(1, 4)
            stage["preparation_hours"] = dice.hours(0, 1)
            stage["trainee_hours_per_week"] = dice.hours(0, 8)
            stage["trainers_per_course"] = 1
        if dice.rarely(4) and "when" not in course:
            stage["at_weeks"] = [frame.horizon - 2 + len(stages) * 0.5]
        stages.append(stage)
    return stages


def _practice(dice: Dice, frame: Frame, sees_clients: bool) -> Document:
    if frame.care and sees_clients and dice.often(3):
        return {
            "practice": "clients",
            "practice_cases": dice.whole(1, 2),
            "practice_min_sessions": dice.whole(1, frame.fewest_sessions()),
            "practice_first": dice.often(3),
        }
    return {"practice": "simulated", "practice_weeks": dice.pick(0.0, dice.weeks(0.5, 3), dice.weeks(1, 6))}


def _least_practice(frame: Frame, course: Document, tier: Document) -> float:
    """A time in which everybody could be done with practice."""
    if course["practice"] == "simulated" or not frame.care:
        return float(course.get("practice_weeks", 0.0))
    rounds = -(-course["practice_cases"] // tier["apprentice_caseload"])
    intervals = [form["interval_weeks"] for form in frame.forms() if "interval_weeks" in form]
    return float(rounds * course["practice_min_sessions"] * max(map(least, intervals)))


def refresher(dice: Dice, here: Staff, above: Staff, course: Document) -> Document:
    """A course that the certified take again and again."""
    every = dice.weeks(3, 10)
    trainers = reachable(above, here, bool(course.get("across_sites")))
    return {
        "every_weeks": every,
        "window_weeks": dice.pick(0.0, every / 2, every / 4),
        "course_weeks": dice.weeks(0.3, 2),
        "trainers_per_course": max(1, min(dice.pick(1, 1, 2), trainers)),
        "max_cohort": dice.whole(1, 5),
        "trainer_hours_per_week": dice.hours(0.5, 3),
        "trainee_hours_per_week": dice.hours(0, 1),
        "preparation_hours": dice.hours(0, 0.5),
    }


def competence(dice: Dice) -> Document:
    """How able the workers of a tier are; every part of it in some."""
    found: Document = {
        "course_level": dice.share(0.6, 0.5, 0.75),
        "baseline": dice.pick(0.0, 0.2),
        "ceiling": dice.pick(1.0, 0.9),
    }
    choices = {
        "dilution": dice.share(0.1, 0.5),
        "noise_sd": dice.pick(0.05, 0.15),
        "gain_per_session": dice.share(0.05, 0.2),
        "half_life_weeks": dice.weeks(5, 30),
        "refresher_gain": dice.share(0.2, 0.5),
        "initial_competence": dice.pick(0.7, 0.8),
        "min_trainer_competence": dice.pick(0.5, 0.55, 0.6),
        "certification_threshold": dice.pick(0.4, 0.6, 0.7),
    }
    found |= {key: value for key, value in choices.items() if dice.often(2)}
    if "half_life_weeks" in found and dice.often(2):
        found["idle_decay_after_weeks"] = dice.weeks(1, 6)
    if found.get("certification_threshold", 0) > 0.45:
        found["gain_per_session"] = 0.2
    return found
