"""From a resolved scenario to the programme that the auditor knows, with the defaults of the rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auditor.amounts import duration, exact, mean, minute_of, rate_nearest, rate_up, spell, support
from auditor.programme import Care, Course, Programme, Reason, Supervision, Tier


def read(resolved: Mapping[str, Any]) -> Programme:
    """The programme that a resolved scenario describes."""
    names = list(resolved["cascade"])
    care = _care(resolved["clients"]) if resolved.get("clients") else None
    tiers = {
        name: _tier(name, level, level == len(names) - 1, resolved["tier"][name], care)
        for level, name in enumerate(names)
    }
    return Programme(
        horizon=minute_of(resolved["horizon_weeks"]),
        measure_from=minute_of(resolved.get("measure_from_week", 0)),
        cascade=tuple(tiers.values()),
        tiers=tiers,
        care=care,
    )


def _tier(name: str, level: int, last: bool, table: Mapping[str, Any], care: Care | None) -> Tier:
    training = table.get("training") or {}
    delivers = care is not None and (last or bool(table.get("delivers")))
    least, most = support(table["hours_per_week"])
    course = _course(training) if _required(training, level) else None
    practice = _practice(training, delivers or bool(table.get("delivers_in_practice"))) if course else "none"
    sessions = training.get("practice_min_sessions") or (care.sessions if care else 1)
    return Tier(
        name=name,
        level=level,
        delivers=delivers,
        clients_in_practice=practice == "clients",
        available=(rate_up(least), None if most is None else rate_up(most)),
        overtime=exact(table.get("overtime_fraction", 0)),
        initial=table.get("initial", 0),
        intake=tuple((minute_of(entry["week"]), entry["count"]) for entry in table.get("intake", ())),
        recruits=any(exact(step["rate"]) for step in table.get("recruits_per_week", ())),
        patience=spell(table["candidate_patience_weeks"]) if table.get("candidate_patience_weeks") else None,
        caseload=table.get("caseload", 1),
        apprentice_caseload=table.get("apprentice_caseload", 1),
        extra_rate=rate_up(exact(table.get("apprentice_extra_hours_per_week", 0))),
        course=course,
        supervision=_supervision(table["supervision"]) if _required(table.get("supervision") or {}, level) else None,
        practice=practice,
        practice_minutes=duration(training.get("practice_weeks", 0)) if practice == "simulated" else 0,
        practice_cases=training.get("practice_cases", 0) if practice == "clients" else 0,
        practice_min_sessions=sessions,
        practice_first=training.get("practice_first", True),
        apprentice_limit=duration(training.get("apprentice_limit_weeks", 52)),
        reasons={reason: _reason(entry) for reason, entry in (table.get("life") or {}).items()},
    )


def _course(table: Mapping[str, Any]) -> Course:
    weeks, preparation = exact(table["course_weeks"]), exact(table.get("preparation_hours", 0))
    return Course(
        minutes=duration(table["course_weeks"]),
        trainers=table.get("trainers_per_course", 1),
        min_cohort=table.get("min_cohort", 1),
        max_cohort=table["max_cohort"],
        trainer_rate=rate_up(exact(table["trainer_hours_per_week"]) + preparation / weeks),
        trainee_rate=rate_up(exact(table.get("trainee_hours_per_week", 0))),
        pass_probability=exact(table.get("pass_probability", 1)),
        gather=minute_of(table.get("gather_weeks", 0)),
        dates=tuple(sorted(minute_of(week) for week in table.get("at_weeks") or ())),
        window=duration(table.get("window_weeks", 1)),
    )


def _required(table: Mapping[str, Any], level: int) -> bool:
    """Training and supervision are required below the first tier, unless the scenario says otherwise (R1.1)."""
    said = table.get("required")
    return level > 0 if said is None else bool(said)


def _practice(table: Mapping[str, Any], sees_clients: bool) -> str:
    kind = table.get("practice") or ("clients" if sees_clients else "simulated")
    return kind if table.get("practice_cases" if kind == "clients" else "practice_weeks") else "none"


def _supervision(table: Mapping[str, Any]) -> Supervision:
    interval, meeting = exact(table.get("interval_weeks", 1)), exact(table["meeting_hours"])
    return Supervision(
        group_size=table.get("group_size", 1),
        group_rate=rate_nearest(meeting + exact(table.get("preparation_hours", 0)), interval),
        seat_rate=rate_nearest(meeting, interval),
        max_supervisees=table.get("max_supervisees"),
        grace=minute_of(table.get("grace_weeks", 2)),
    )


def _reason(table: Mapping[str, Any]) -> Reason:
    clock = table["clock"]
    return Reason(
        date=minute_of(clock["week"]) if clock["dist"] == "date" else None,
        from_certification=table.get("from", "certification") == "certification",
        notice=minute_of(table.get("notice_weeks", 0)),
    )


def _care(table: Mapping[str, Any]) -> Care:
    interval = table.get("interval_weeks", {"value": 1})
    hours = exact(table["session_hours"]) + exact(table.get("session_overhead_hours", 0))
    waits = {
        name: spell(table[name]) if table.get(name) else None for name in ("patience_weeks", "handover_patience_weeks")
    }
    return Care(
        sessions=table["sessions"],
        rate=rate_up(hours / mean(interval)),
        interval=spell(interval),
        start=exact(table.get("start_probability", 1)),
        go_on=exact(table.get("continue_probability", 1)),
        no_show=exact(table.get("no_show_probability", 0)),
        max_no_shows=table.get("max_no_shows"),
        patience=waits["patience_weeks"],
        hand_over=table.get("on_worker_exit", "hand_over") == "hand_over",
        handover_patience=waits["handover_patience_weeks"],
        streams=tuple(sorted(table["stream"])),
    )
