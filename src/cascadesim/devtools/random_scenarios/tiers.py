"""Tiers and the organisation around them: who comes and leaves, how they are trained, supervised and kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cascadesim.devtools.random_scenarios.choices import Choices, Document, least_weeks

Staff = dict[str, Document]
"""Who comes to a tier, by site; the one site of a scenario without sites is ""."""

COSTS = ("recruit_cost", "week_cost", "hour_cost", "course_cost", "trainee_cost", "refresher_cost")
FIRST_TIER, OTHER_TIERS = (15, 10, 25, 40), (40, 15, 90, 25)
"""Mean weeks to an event of a worker's life, to choose from."""


@dataclass
class Outline:
    """The horizon in weeks; names of tiers, sites, languages and states; and the [clients] table, if there is one."""

    horizon: int
    cascade: list[str]
    sites: list[str]
    languages: list[str]
    states: list[str]
    care: Document | None = None

    def across(self, choose: Choices, staff: Staff, above: Staff) -> Document:
        """Whether a tier is served from other sites, which it must be where nobody of the tier above is at a site."""
        if len(self.sites) < 2 or (reachable(above, staff, False) > 0 and choose.often(2)):
            return {}
        return {"across_sites": True} | ({"travel_hours": choose.hours(0.25, 1)} if choose.often(3) else {})

    def forms(self) -> Iterable[Document]:
        """The formats of care, that of [clients] first."""
        return [self.care, *self.care.get("format", {}).values()] if self.care else []

    def fewest_sessions(self) -> int:
        """Of any format."""
        return min(int(form["sessions"]) for form in self.forms() if "sessions" in form)


def staff_by_tier(choose: Choices, levels: int, horizon: int, sites: list[str]) -> list[Staff]:
    """For each tier from the top; the first site has people of every tier."""
    tiers: list[Staff] = []
    for level in range(levels):
        staff: Staff = {}
        for index, site in enumerate(sites or [""]):
            if index == 0 or not choose.rarely(5):
                staff[site] = _first(choose) if level == 0 else _lower(choose, horizon)
        tiers.append(staff)
    return tiers


def _first(choose: Choices) -> Document:
    staff: Document = {"initial": choose.whole(1, 4), "recruits_per_week": choose.one_of(0.1, 0.0, 0.3)}
    if choose.rarely(4):
        staff["target"] = staff["initial"] + choose.whole(0, 2)
    return staff


def _lower(choose: Choices, horizon: int) -> Document:
    staff: Document = {
        "initial": choose.one_of(0, 0, 1, 3),
        "intake": _intakes(choose, horizon),
        "recruits_per_week": choose.one_of(0.0, 0.3, [{"from_week": 0, "rate": 0.1}, {"from_week": 8, "rate": 0.8}]),
    }
    if choose.rarely(3):
        staff["target"] = choose.whole(1, 6)
    if choose.rarely(4):
        staff["pool"] = choose.whole(2, 12)
    return staff


def _intakes(choose: Choices, horizon: int) -> list[Document]:
    dates = {choose.weeks(0.5, horizon * 0.7) for _ in range(choose.whole(1, 3))} | {choose.weeks(0.2, 4)}
    return [{"week": week, "count": choose.whole(1, 7)} for week in sorted(dates)]


def recruits(staff: Document) -> int:
    """How many come for certain after the start: the dated ones, as far as the pool goes."""
    dated = sum(intake["count"] for intake in staff.get("intake", ()))
    return int(min(dated, staff.get("pool", dated)))


def people(staff: Document) -> int:
    """How many there are for certain: those there at the start and the dated recruits."""
    return int(staff["initial"]) + recruits(staff)


def fewest(staff: Staff) -> int:
    """The fewest recruits that a site has for certain."""
    return min(recruits(at_site) for at_site in staff.values())


def reachable(above: Staff, staff: Staff, across: bool) -> int:
    """The fewest people of the tier above that any site with staff has to serve it; 0 where one has nobody."""
    if across:
        return sum(people(at_site) for at_site in above.values())
    return min(people(above[site]) if site in above else 0 for site in staff)


def tier(choose: Choices, outline: Outline, level: int, staffs: list[Staff]) -> Document:
    """One tier, `level` from the top, with its staff."""
    own, last = staffs[level], level == len(outline.cascade) - 1
    plan: Document = {
        "hours_per_week": _hours(choose, last),
        "overtime_fraction": choose.quantity(0.0, 0.1, 0.25),
        "caseload": choose.whole(1, 4),
        "apprentice_caseload": choose.whole(1, 2),
        **({"site": own} if outline.sites else own[""]),
    }
    if level:
        plan["candidate_patience_weeks"] = choose.duration(3, 14)
        plan["apprentice_extra_hours_per_week"] = choose.one_of(0.0, 0.0, 0.5, 1.0)
    if outline.care and not last:
        plan["delivers"] = choose.often(1)
        plan["delivers_in_practice"] = choose.often(1)
    sees_clients = bool(outline.care) and (last or plan["delivers"] or plan["delivers_in_practice"])
    if sees_clients and outline.languages:
        plan |= _languages(choose, outline, last)
    if level:
        above = staffs[level - 1]
        plan["training"] = training(choose, outline, own, above, sees_clients, plan)
        plan["supervision"] = supervision(choose, outline, own, above)
        if choose.rarely(4) and all(site in above for site in own):
            plan["refresher"] = refresher(choose, own, above, plan["training"])
    if choose.rarely(3):
        plan["competence"] = competence(choose)
    plan["initial_tenure_weeks"] = choose.one_of(0, 0, choose.weeks(1, 40))
    frail = choose.rarely(4)
    plan["events"] = life(choose, outline, FIRST_TIER if level == 0 else OTHER_TIERS, frail)
    if frail:
        plan["frailty_variance"] = choose.quantity(0.5, 2.0)
    return plan | effects(choose, outline, plan) | _service(choose, own, last)


def _hours(choose: Choices, last: bool) -> Any:
    if last:
        low = {"dist": "uniform", "low": 0.5, "high": 7}
        wide = {"dist": "triangular", "low": 1, "mode": 4, "high": 12}
        return choose.one_of(8, low, wide, low, {"dist": "empirical", "values": [9, 2.5, 5.5]}, 6.5)
    kinds = (
        {"dist": "gamma", "mean": 14, "cv": 0.5},
        {"dist": "uniform", "low": 4, "high": 18},
        {"dist": "beta", "mean": 14, "sd": 3, "low": 5, "high": 24},
    )
    return choose.one_of(20, 12, 10, *kinds)


def _languages(choose: Choices, outline: Outline, last: bool) -> Document:
    """The last tier speaks everything unless there are interpreters."""
    assert outline.care is not None
    if choose.rarely(4):
        return {}
    spoken = outline.languages
    if "interpreter_hours_factor" in outline.care or not last:
        spoken = spoken[: choose.whole(1, len(spoken))]
    languages: Document = {"languages": choose.shares_of(spoken)}
    if choose.rarely(2):
        others = outline.languages[outline.languages.index(choose.one_of(*outline.languages)) :]
        languages["also"] = dict.fromkeys(others, choose.quantity(0.3, 1.0))
    return languages


def _service(choose: Choices, staff: Staff, last: bool) -> Document:
    """Deployment, duties besides, targets and what they bring with them, and costs."""
    plan: Document = {}
    if choose.rarely(4):
        plan["deployment_probability"] = choose.quantity(0.8, 0.5)
        plan["not_deployed"] = choose.one_of("exit", "stay", "stay")
    if choose.rarely(4):
        plan["other_duties_hours_per_week"] = choose.one_of(0.5, 0.75)
    if not last and choose.rarely(3):
        plan["training_reserve_hours_per_week"] = choose.hours(0.25, 2)
    if not last and choose.rarely(4):
        plan["priority"] = ["courses", "supervision"]
    if not last and choose.rarely(4):
        plan["trains_probability"] = choose.quantity(0.7, 0.9)
    if any("target" in at_site for at_site in staff.values()):
        plan["lag_weeks"] = choose.one_of(0.0, choose.weeks(0.5, 4))
        if not last and choose.often(3):
            plan["promotion"] = {
                "min_tenure_weeks": choose.one_of(0.0, choose.weeks(0.5, 6)),
                "min_competence": choose.one_of(0.0, 0.5),
                "promotion_weeks": choose.weeks(0.3, 4),
            }
    if choose.rarely(4):
        plan["costs"] = {key: choose.one_of(10, 2.5) for key in COSTS if choose.often(2)}
    return plan


def training(
    choose: Choices, outline: Outline, staff: Staff, above: Staff, sees_clients: bool, tier: Document
) -> Document:
    """The course of a tier whose apprentices may see clients, and which `above` could teach."""
    if choose.rarely(8):
        return {"required": False}
    across = outline.across(choose, staff, above)
    smallest = choose.whole(1, max(1, min(4, fewest(staff))))
    course = {
        "course_weeks": choose.weeks(0.5, 4),
        "trainers_per_course": max(1, min(choose.one_of(1, 1, 2), reachable(above, staff, bool(across)))),
        "min_cohort": smallest,
        "max_cohort": smallest + choose.whole(0, 4),
        "trainer_hours_per_week": choose.hours(1, 5),
        "trainee_hours_per_week": choose.hours(0, 16),
        "preparation_hours": choose.hours(0, 1),
        "pass_probability": choose.quantity(1.0, 0.85, 0.7),
        **across,
    }
    if choose.rarely(3):
        course["attempts"] = choose.whole(2, 3)
    if choose.rarely(4):
        course["selection_probability"] = choose.quantity(0.8, 0.6)
    if choose.rarely(4):
        course["parallel_courses"] = choose.whole(1, 2)
    course |= _course_dates(choose, outline)
    if choose.rarely(3):
        course["stages"] = _stages(choose, outline, course)
    course |= _practice(choose, outline, sees_clients)
    course["apprentice_limit_weeks"] = _least_practice(outline, course, tier) + choose.weeks(1, 16)
    return course


def _course_dates(choose: Choices, outline: Outline) -> Document:
    """A calendar, or a time to gather, or neither."""
    if choose.rarely(3):
        dates: Document = {"when": "calendar"} if choose.often(2) else {}
        late = choose.weeks(outline.horizon * 0.8, outline.horizon - 1)
        dates["at_weeks"] = sorted({*choose.dates(5, 1, outline.horizon - 1), late})
        dates["window_weeks"] = choose.weeks(0.5, 3)
        if choose.rarely(2):
            dates["every_weeks"] = choose.weeks(3, 8)
        if choose.rarely(3):
            dates["courses_per_date"] = 2
        return dates
    return {"gather_weeks": choose.weeks(0.5, 4)} if choose.often(2) else {}


def _stages(choose: Choices, outline: Outline, course: Document) -> list[Document]:
    """Two or three courses in order, which say some things for themselves."""
    stages: list[Document] = []
    for _ in range(choose.whole(2, 3)):
        stage: Document = {"course_weeks": choose.weeks(0.5, 2)}
        if choose.rarely(2):
            stage["pass_probability"] = choose.quantity(0.9, 1.0)
        if choose.rarely(3):
            stage["max_cohort"] = course["max_cohort"] + 1
            stage["min_cohort"] = 1
        if choose.rarely(3):
            stage["trainer_hours_per_week"] = choose.hours(1, 4)
            stage["preparation_hours"] = choose.hours(0, 1)
            stage["trainee_hours_per_week"] = choose.hours(0, 8)
            stage["trainers_per_course"] = 1
        if choose.rarely(4) and "when" not in course:
            stage["at_weeks"] = [outline.horizon - 2 + len(stages) * 0.5]
        stages.append(stage)
    return stages


def _practice(choose: Choices, outline: Outline, sees_clients: bool) -> Document:
    if outline.care and sees_clients and choose.often(3):
        return {
            "practice": "clients",
            "practice_cases": choose.whole(1, 2),
            "practice_min_sessions": choose.whole(1, outline.fewest_sessions()),
            "practice_first": choose.often(3),
        }
    return {"practice": "simulated", "practice_weeks": choose.one_of(0.0, choose.weeks(0.5, 3), choose.weeks(1, 6))}


def _least_practice(outline: Outline, course: Document, tier: Document) -> float:
    """A time in which everybody could be done with practice."""
    if course["practice"] == "simulated" or not outline.care:
        return float(course.get("practice_weeks", 0.0))
    rounds = -(-course["practice_cases"] // tier["apprentice_caseload"])
    intervals = [form["interval_weeks"] for form in outline.forms() if "interval_weeks" in form]
    return float(rounds * course["practice_min_sessions"] * max(map(least_weeks, intervals)))


def refresher(choose: Choices, staff: Staff, above: Staff, course: Document) -> Document:
    """A course that the certified take again and again."""
    interval = choose.weeks(3, 10)
    trainers = reachable(above, staff, bool(course.get("across_sites")))
    return {
        "every_weeks": interval,
        "window_weeks": choose.one_of(0.0, interval / 2, interval / 4),
        "course_weeks": choose.weeks(0.3, 2),
        "trainers_per_course": max(1, min(choose.one_of(1, 1, 2), trainers)),
        "max_cohort": choose.whole(1, 5),
        "trainer_hours_per_week": choose.hours(0.5, 3),
        "trainee_hours_per_week": choose.hours(0, 1),
        "preparation_hours": choose.hours(0, 0.5),
    }


def competence(choose: Choices) -> Document:
    """How able the workers of a tier are; every part of it in some."""
    parts: Document = {
        "course_level": choose.quantity(0.6, 0.5, 0.75),
        "baseline": choose.one_of(0.0, 0.2),
        "ceiling": choose.one_of(1.0, 0.9),
    }
    optional = {
        "dilution": choose.quantity(0.1, 0.5),
        "noise_sd": choose.one_of(0.05, 0.15),
        "gain_per_session": choose.quantity(0.05, 0.2),
        "half_life_weeks": choose.weeks(5, 30),
        "refresher_gain": choose.quantity(0.2, 0.5),
        "initial_competence": choose.one_of(0.7, 0.8),
        "min_trainer_competence": choose.one_of(0.5, 0.55, 0.6),
        "certification_threshold": choose.one_of(0.4, 0.6, 0.7),
    }
    parts |= {key: value for key, value in optional.items() if choose.often(2)}
    if "half_life_weeks" in parts and choose.often(2):
        parts["idle_decay_after_weeks"] = choose.weeks(1, 6)
    if parts.get("certification_threshold", 0) > 0.45:
        parts["gain_per_session"] = 0.2
    return parts


def supervision(choose: Choices, outline: Outline, staff: Staff, above: Staff) -> Document:
    """The supervision that a tier receives."""
    if choose.rarely(9):
        return {"required": False} if choose.often(2) else {"independent": True}
    size = choose.whole(1, 4)
    plan = {
        "group_size": size,
        "meeting_hours": choose.one_of(1.0, 1.5, 2.0, 0.75),
        "interval_weeks": choose.one_of(1, 1, 2, 0.7),
        "preparation_hours": choose.hours(0, 2),
        "max_supervisees": size * choose.whole(1, 3) + choose.whole(0, 1),
        "grace_weeks": choose.one_of(choose.weeks(0.2, 1), choose.weeks(1, 3), choose.weeks(2, 6), 0.0),
        **outline.across(choose, staff, above),
    }
    if choose.rarely(4):
        plan["lapse_stops"] = ["groups"]
    if choose.rarely(3):
        plan["attendance_probability"] = choose.quantity(0.8, 0.5)
    return plan


def life(choose: Choices, outline: Outline, means: tuple[int, ...], frail: bool) -> dict[str, Document]:
    """One to three reasons under random names; no clock that takes part in frailty is Weibull's."""
    reasons = {}
    for name in choose.names(1, 3):
        reason: Document = {
            "time_to_event": time_to_event(choose, outline, means),
            "from": choose.one_of("certification", "recruitment", "recruitment"),
            **_consequence(choose),
        }
        if choose.rarely(4) or (frail and reason["time_to_event"]["dist"] == "weibull"):
            reason["external"] = True
        if choose.often(2):
            reason["notice_weeks"] = choose.weeks(0.5, 5)
        reasons[name] = reason
    return reasons


def time_to_event(choose: Choices, outline: Outline, means: tuple[int, ...]) -> Document:
    """When it happens."""
    kind = choose.one_of("exponential", "weibull", "date", "exponential", "life_table", "shock")
    clock: Document = {"dist": kind}
    if kind != "date" and choose.rarely(6):
        clock["source"] = "paper"
    if kind in ("date", "shock"):
        clock["week"] = choose.weeks(2, outline.horizon - 1)
        return clock | ({"share": choose.quantity(0.5, 0.3, 1.0)} if kind == "shock" else {})
    mean = choose.one_of(*means)
    if kind == "life_table":
        steps = sorted({choose.weeks(1, 10), choose.weeks(8, 20)})
        rates = [{"from_weeks": week, "rate_per_year": choose.one_of(52 / mean, 0.0, 104 / mean)} for week in steps]
        return clock | {"table": [{"rate_per_year": 52 / mean}, *rates]}
    if kind == "exponential" and choose.rarely(4):
        return clock | {"rate_per_year": 52 / mean}
    return clock | {"mean_weeks": mean} | ({"shape": choose.one_of(0.7, 1.5)} if kind == "weibull" else {})


def _consequence(choose: Choices) -> Document:
    """An exit, an absence, other hours, or one of them by chance; the last three may come back."""
    kind = choose.one_of("exit", "exit", "exit", "absence", "absence", "hours", "any")
    if kind == "exit":
        return {}
    consequence: Document = {"recurring": choose.often(3)}
    if kind in ("absence", "any"):
        consequence["absence_weeks"] = choose.duration(0.3, 5)
    if kind == "absence":
        return consequence if choose.often(2) else consequence | {"then": {"exit": choose.quantity(0.2, 0.5)}}
    factor = choose.one_of(0.6, 0.8, 0.0, 1.5)
    if kind == "hours":
        return consequence | {
            "then": {"hours_factor": factor} | choose.one_of({}, {"exit": 0.3}, {"hours_change": 0.5})
        }
    then = {"exit": 0.2, "hours_change": 0.3, "absence": choose.one_of(0.5, 0.3), "hours_factor": factor}
    return consequence | {"then": then}


def effects(choose: Choices, outline: Outline, tier: Document) -> Document:
    """What acts on the reasons of a tier, and on its hours."""
    parts: Document = {}
    if choose.rarely(3):
        parts["strain"] = {
            "comfort_utilisation": choose.quantity(0.3, 0.6),
            "strain_half_life_weeks": choose.weeks(1, 6),
            "recovery_half_life_weeks": choose.weeks(1, 10),
        }
    flags = [name for name in ("unsupervised", "missed_refresher") if choose.rarely(3)]
    flags += [name for name in outline.states if choose.often(2)] + (["strain"] if "strain" in parts else [])
    if flags:
        parts["hazard_ratios"] = {name: choose.quantity(2.0, 3.0, 0.5) for name in flags}
    if outline.states and choose.often(2):
        parts["lost_hours_per_week"] = {name: choose.one_of(1, 0.5, 2) for name in outline.states}
    if choose.rarely(3):
        parts["incentive"] = {name: _incentive(choose, outline) for name in choose.names(1, 2)}
    if any("absence_weeks" in reason for reason in tier["events"].values()) and choose.often(3):
        parts["absence"] = {"hold_weeks": choose.one_of(0.0, choose.weeks(0.2, 1), choose.weeks(1, 4))}
    return parts


def _incentive(choose: Choices, outline: Outline) -> Document:
    begins = choose.weeks(0.1, outline.horizon / 2)
    measure: Document = {"from_week": begins, "week_cost": choose.one_of(0, 5)}
    if choose.often(2):
        measure["until_week"] = begins + choose.weeks(1, outline.horizon / 2)
    for key in ("leaving_ratio", "absence_ratio", "attendance_ratio"):
        if choose.often(2):
            measure[key] = choose.quantity(0.5, 0.7, 1.5)
    return measure


def organisation(choose: Choices, outline: Outline) -> dict[str, Document]:
    """The states of the organisation."""
    states: dict[str, Document] = {}
    for name in outline.states:
        states[name] = _state(choose, outline) | {"training_cost": 100, "staff_hours": choose.hours(0, 3)}
        if choose.often(2):
            states[name]["referral_ratio"] = choose.quantity(0.5, 2.0)
        if choose.often(2):
            states[name]["half_life_weeks"] = choose.weeks(4, 30)
        if outline.sites and choose.often(3):
            states[name]["site"] = {choose.one_of(*outline.sites): _state(choose, outline)}
    return states


def _state(choose: Choices, outline: Outline) -> Document:
    state: Document = {"initial": choose.quantity(0.6, 0.2, 1.0), "lift": choose.quantity(0.5, 0.9)}
    if choose.often(3):
        state["at_weeks"] = choose.dates(3, 1, outline.horizon - 1)
    if choose.often(2):
        state["every_weeks"] = choose.weeks(2, 10)
    return state
