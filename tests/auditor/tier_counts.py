"""R12: the totals of every tier, at the end of the run, again from the replay alone."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check import Check
from auditor.programme import Tier
from auditor.replay import Replay

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
        for reason in tier.exit_names:
            found[f"exits.{reason}"] = len(replay.when[tier.name, f"exited.{reason}"])
        prefix = f"tier.{tier.name}."
        for name, number in (replay.counters.counts if replay.counters else {}).items():
            if name.startswith(prefix) and found.get(name.removeprefix(prefix)) != number:
                yield f"{name}: {number} is reported, the log gives {found.get(name.removeprefix(prefix))}"


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
