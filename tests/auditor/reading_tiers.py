"""One tier of a resolved scenario as the auditor knows it, with the defaults of the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from auditor.amounts import WEEK, duration, exact, minute_of, rate_nearest, rate_up, spell, support
from auditor.clocks import read_clock, read_steps
from auditor.programme import (
    Care,
    Competence,
    Course,
    Measure,
    Promotion,
    Reason,
    Refresher,
    Staff,
    Strain,
    Supervision,
    Tier,
)

Table = Mapping[str, Any]


def read_tier(resolved: Table, name: str, care: Care | None) -> Tier:
    """The tier of this name."""
    level, table = resolved["cascade"].index(name), resolved["tier"][name]
    training = table.get("training") or {}
    last = level == len(resolved["cascade"]) - 1
    delivers = care is not None and (last or bool(table.get("delivers")))
    least, most = support(table["hours_per_week"])
    stages = _stages(training, exact(resolved["horizon_weeks"])) if _required(training, level) else ()
    competence = _competence(table["competence"]) if table.get("competence") else None
    sees_clients = delivers or bool(table.get("delivers_in_practice"))
    practice = _practice(training, sees_clients, competence) if stages else "none"
    return Tier(
        name=name,
        level=level,
        delivers=delivers,
        clients_in_practice=practice == "clients",
        available=(min(WEEK, rate_up(least)), WEEK if most is None else min(WEEK, rate_up(most))),
        overtime=exact(table.get("overtime_fraction", 0)),
        duties=rate_up(exact(table.get("other_duties_hours_per_week", 0))),
        lost={state: float(exact(hours) * 60) for state, hours in (table.get("lost_hours_per_week") or {}).items()},
        reserve=rate_up(exact(table.get("training_reserve_hours_per_week", 0))),
        staff={site: _staff(each) for site, each in (table.get("site") or {"": table}).items()},
        tenure=minute_of(table.get("initial_tenure_weeks", 0)),
        lag=max(1, minute_of(table.get("lag_weeks", 0))),
        patience=spell(table["candidate_patience_weeks"]) if table.get("candidate_patience_weeks") else None,
        caseload=table.get("caseload", 1),
        apprentice_caseload=table.get("apprentice_caseload", 1),
        extra_rate=rate_up(exact(table.get("apprentice_extra_hours_per_week", 0))),
        selection=exact(training.get("selection_probability", 1)),
        deployment=exact(table.get("deployment_probability", 1)),
        idle_if_not_deployed=table.get("not_deployed", "exit") == "stay",
        trains=exact(table.get("trains_probability", 1)),
        languages=frozenset(table.get("languages") or ()) | frozenset(table.get("also") or ()),
        stages=stages,
        rooms=training.get("parallel_courses"),
        trainers_across_sites=bool(training.get("across_sites")) and len(resolved.get("sites") or ()) > 1,
        refresher=_refresher(table["refresher"], training) if table.get("refresher") else None,
        supervision=_supervision(table["supervision"], resolved) if _required(table["supervision"], level) else None,
        independent=level == 0 or bool(table["supervision"].get("independent")),
        practice=practice,
        practice_minutes=duration(training.get("practice_weeks", 0)) if practice == "simulated" else 0,
        practice_cases=training.get("practice_cases", 0) if practice == "clients" else 0,
        practice_min_sessions=training.get("practice_min_sessions") or 0,
        practice_first=training.get("practice_first", True),
        apprentice_limit=duration(training.get("apprentice_limit_weeks", 52)),
        competence=competence,
        strain=_strain(table["strain"]) if table.get("strain") else None,
        hold=minute_of((table.get("absence") or {}).get("hold_weeks", 2)),
        promotion=_promotion(table["promotion"]) if table.get("promotion") else None,
        measures=tuple(_measure(each) for each in (table.get("incentive") or {}).values()),
        ratios={name: float(exact(ratio)) for name, ratio in (table.get("hazard_ratios") or {}).items()},
        frailty=float(exact(table.get("frailty_variance", 0))),
        reasons={reason: _reason(entry) for reason, entry in (table.get("events") or {}).items()},
    )


def dates(table: Table, horizon_weeks: Fraction) -> tuple[int, ...]:
    """The minutes of `at_weeks`, and of every multiple of `every_weeks` before the horizon."""
    weeks = [exact(week) for week in table.get("at_weeks") or ()]
    if table.get("every_weeks") is not None:
        every, place = exact(table["every_weeks"]), 1
        while every * place < horizon_weeks:
            weeks.append(every * place)
            place += 1
    return tuple(sorted({int(week * WEEK + Fraction(1, 2)) for week in weeks}))


def _staff(table: Table) -> Staff:
    """Several intakes of one week are one."""
    intake: Counter[int] = Counter()
    for entry in table.get("intake", ()):
        intake[minute_of(entry["week"])] += entry["count"]
    return Staff(
        initial=table.get("initial", 0),
        intake=tuple(sorted(intake.items())),
        recruits=read_steps(table.get("recruits_per_week", ())),
        target=table.get("target"),
        pool=table.get("pool"),
    )


def _stages(training: Table, horizon_weeks: Fraction) -> tuple[Course, ...]:
    tables = training.get("stages") or [{}]
    given = [training | {key: value for key, value in each.items() if value is not None} for each in tables]
    return tuple(_course(each, place, place == len(given) - 1, horizon_weeks) for place, each in enumerate(given))


def _course(table: Table, stage: int, last: bool, horizon_weeks: Fraction) -> Course:
    weeks, preparation = exact(table["course_weeks"]), exact(table.get("preparation_hours", 0))
    return Course(
        stage=stage,
        last=last,
        minutes=duration(table["course_weeks"]),
        trainers=table.get("trainers_per_course", 1),
        min_cohort=table.get("min_cohort", 1),
        max_cohort=table["max_cohort"],
        trainer_rate=rate_up(exact(table["trainer_hours_per_week"]) + preparation / weeks),
        travel_rate=rate_up(exact(table.get("travel_hours", 0))),
        trainee_rate=rate_up(exact(table.get("trainee_hours_per_week", 0))),
        pass_probability=exact(table.get("pass_probability", 1)),
        attempts=table.get("attempts", 1),
        gather=minute_of(table.get("gather_weeks", 0)),
        dates=dates(table, horizon_weeks),
        window=duration(table.get("window_weeks", 1)),
        courses_per_date=table.get("courses_per_date", 1),
    )


def _refresher(table: Table, training: Table) -> Refresher:
    weeks, preparation = exact(table["course_weeks"]), exact(table.get("preparation_hours", 0))
    return Refresher(
        every=duration(table["every_weeks"]),
        window=minute_of(table.get("window_weeks", 4)),
        minutes=duration(table["course_weeks"]),
        trainers=table.get("trainers_per_course", 1),
        max_cohort=table["max_cohort"],
        trainer_rate=rate_up(exact(table["trainer_hours_per_week"]) + preparation / weeks),
        travel_rate=rate_up(exact(training.get("travel_hours", 0))),
        trainee_rate=rate_up(exact(table.get("trainee_hours_per_week", 0))),
    )


def _required(table: Table, level: int) -> bool:
    """Training and supervision are required below the first tier, unless the scenario says otherwise (R1.1, R4.8)."""
    said = table.get("required")
    return level > 0 and not table.get("independent") if said is None else bool(said)


def _practice(training: Table, sees_clients: bool, competence: Competence | None) -> str:
    kind: str = training.get("practice") or ("clients" if sees_clients else "simulated")
    threshold = competence.threshold if competence else 0
    return kind if training.get("practice_cases" if kind == "clients" else "practice_weeks") or threshold else "none"


def _supervision(table: Table, resolved: Table) -> Supervision:
    interval, meeting = exact(table.get("interval_weeks", 1)), exact(table["meeting_hours"])
    whole = meeting + exact(table.get("preparation_hours", 0))
    group_rate = rate_nearest(whole, interval)
    return Supervision(
        group_size=table.get("group_size", 1),
        group_rate=group_rate,
        travel_rate=rate_nearest(whole + exact(table.get("travel_hours", 0)), interval) - group_rate,
        across_sites=bool(table.get("across_sites")) and len(resolved.get("sites") or ()) > 1,
        seat_rate=rate_nearest(meeting, interval),
        max_supervisees=table.get("max_supervisees"),
        grace=minute_of(table.get("grace_weeks", 2)),
        attendance=float(exact(table.get("attendance_probability", 1))),
        lapse_ends_groups="groups" in (table.get("lapse_stops") or ()),
    )


def _competence(table: Table) -> Competence:
    half_life, idle, initial = (
        table.get(key) for key in ("half_life_weeks", "idle_decay_after_weeks", "initial_competence")
    )

    def share(key: str, otherwise: float = 0) -> float:
        return float(exact(table.get(key, otherwise)))

    return Competence(
        course_level=share("course_level"),
        baseline=share("baseline"),
        ceiling=share("ceiling", 1),
        dilution=share("dilution"),
        noise=share("noise_sd") > 0,
        gain=share("gain_per_session"),
        half_life=float(exact(half_life) * WEEK) if half_life is not None else 0.0,
        idle_after=duration(idle) if idle is not None else -1,
        refresher_gain=share("refresher_gain"),
        initial=float(exact(initial)) if initial is not None else share("course_level"),
        threshold=share("certification_threshold"),
        min_trainer=share("min_trainer_competence"),
    )


def _strain(table: Table) -> Strain:
    return Strain(
        comfort=float(exact(table["comfort_utilisation"])),
        half_life=float(exact(table["strain_half_life_weeks"]) * WEEK),
        recovery=float(exact(table["recovery_half_life_weeks"]) * WEEK),
    )


def _measure(table: Table) -> Measure:
    until = table.get("until_week")
    return Measure(
        start=minute_of(table.get("from_week", 0)),
        end=None if until is None else minute_of(until),
        attendance=float(exact(table.get("attendance_ratio", 1))),
        leaving=float(exact(table.get("leaving_ratio", 1))),
        absence=float(exact(table.get("absence_ratio", 1))),
        week_cost=exact(table.get("week_cost", 0)),
    )


def _promotion(table: Table) -> Promotion:
    return Promotion(
        tenure=minute_of(table.get("min_tenure_weeks", 0)),
        competence=float(exact(table.get("min_competence", 0))),
        minutes=duration(table.get("promotion_weeks", 8)),
    )


def _reason(table: Table) -> Reason:
    clock, then = table["time_to_event"], table.get("then")
    leaving, hours, absence = _consequences(table, then)
    span = spell(table["absence_weeks"]) if table.get("absence_weeks") else (1, None)
    return Reason(
        clock=read_clock(clock),
        date=minute_of(clock["week"]) if clock["dist"] in ("date", "shock") else None,
        spread=WEEK if clock["dist"] == "shock" else 0,
        share=exact(clock["share"]) if clock["dist"] == "shock" else Fraction(1),
        external=bool(table.get("external")),
        from_certification=table.get("from", "certification") == "certification",
        notice=minute_of(table.get("notice_weeks", 0)),
        recurring=bool(table.get("recurring")),
        exit=leaving,
        hours=hours,
        absence=absence,
        hours_factor=exact((then or {}).get("hours_factor", 1)),
        absence_span=span,
    )


def _consequences(table: Table, then: Table | None) -> tuple[Fraction, Fraction, Fraction]:
    """How likely an exit, other hours and an absence are; one that is not said takes what the others leave (R5.2)."""
    away = table.get("absence_weeks") is not None
    if then is None:
        return Fraction(not away), Fraction(0), Fraction(away)
    said = {key: exact(then[key]) for key in ("exit", "hours_change", "absence") if then.get(key) is not None}
    left, other_hours = 1 - sum(said.values(), Fraction(0)), then.get("hours_factor") is not None
    if other_hours and not away:
        said.setdefault("hours_change", left)
    if away and not other_hours:
        said.setdefault("absence", left)
    return tuple(said.get(key, Fraction(0)) for key in ("exit", "hours_change", "absence"))  # type: ignore[return-value]
