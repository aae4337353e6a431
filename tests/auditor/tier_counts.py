"""R12: the totals of every tier, at the end of the run, again from the replay alone."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import Check
from auditor.programme import Tier
from auditor.replay import Replay
from auditor.rows import is_refresher

EVENTS = {
    "recruited": "recruited",
    "recruited_replacing": "recruited_replacing",
    "began_training": "began_training",
    "entered_course": "entered_course",
    "passed": "passed",
    "certified": "certified",
    "exited": "exited",
    "courses_started": "course_started",
    "courses_held": "course_ended.held",
    "courses_cancelled": "course_ended.cancelled",
    "courses_lapsed": "course_lapsed",
    "refreshers_started": "refresher_started",
    "refreshed": "refreshed",
    "refreshers_missed": "refresher_missed",
    "absences": "absent",
    "hours_changes": "hours_changed",
    "promoted_in": "promoted_in",
    "groups_shed": "groups_shed",  # by their supervisors
    "certified_exited": "certified_exited",
}


def counts(replay: Replay) -> Iterator[str]:
    for tier in replay.programme.cascade:
        found = {name: len(replay.when[tier.name, what]) for name, what in EVENTS.items()}
        found["failed"] = len(replay.when[tier.name, "failed"]) + len(replay.when[tier.name, "exited.failed_training"])
        found["courses_planned"] = planned(replay, tier)
        found |= cohorts(replay, tier)
        for reason in tier.exit_names:
            found[f"exits.{reason}"] = len(replay.when[tier.name, f"exited.{reason}"])
        prefix = f"tier.{tier.name}."
        for name, number in (replay.counters.counts if replay.counters else {}).items():
            if name.startswith(prefix) and found.get(name.removeprefix(prefix)) != number:
                yield f"{name}: {number} is reported, the log gives {found.get(name.removeprefix(prefix))}"


def cohorts(replay: Replay, tier: Tier) -> dict[str, int]:
    """Those who began in the window, and of them who has come to an end: by the dates of people and courses (R1.6)."""
    start = replay.programme.measure_from
    gone = (each for left in replay.gone.values() for each in left if each.tier is tier)
    everybody = [*replay.living[tier.name].values(), *gone]
    come = [each for each in everybody if each.entry != "initial" and each.entered_at >= start]
    began = [each for each in everybody if each.began_at >= start]
    held = [each for each in replay.courses.values() if each.tier is tier and each.started_at >= start]
    held = [each for each in held if each.ended_at >= 0 and not is_refresher(each.key)]
    return {
        "recruits_closed": sum(1 for each in come if each.active_from >= 0 or each.exited_at >= 0),
        "recruits_certified": sum(1 for each in come if each.active_from >= 0),
        "trainees_closed": sum(1 for each in began if each.passed_at >= 0 or each.exited_at >= 0),
        "trainees_passed": sum(1 for each in began if each.passed_at >= 0),
        "entries_closed": sum(len(each.entered) for each in held),
        "entries_passed": sum(len(each.passed) for each in held),
    }


def planned(replay: Replay, tier: Tier) -> int:
    """Dates of the calendar that have come, of every stage at every site."""
    dates = [date for plan in tier.stages for date in plan.dates if date < replay.programme.horizon]
    return len(dates) * len(replay.programme.sites)


def heads(replay: Replay) -> Iterator[str]:
    """Everybody recruited is in one state, or has left (R2.1)."""
    if not any(row.kind == "worker" for row in replay.instant):
        return
    for tier in replay.programme.cascade:
        come, gone = (len(replay.when[tier.name, what]) for what in ("recruited", "exited"))
        here = len(replay.living[tier.name])
        if come != here + gone:
            yield f"{come} of {tier.name} have come, {here} are there and {gone} have left"


CHECKS = {
    "tier counts": Check("R12", "end", counts),
    "head counts": Check("R2.1", "instant", heads),
}
